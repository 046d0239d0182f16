import { defineHttpBackend } from '../backends/http.js';
import { PasskeyError } from '../core/errors.js';
import { toPasskey } from '../core/passkey.js';
import { version } from '../core/version.js';
import { addLocale } from '../i18n/locales.js';

const functions = { addLocale, defineHttpBackend, PasskeyError, toPasskey, version };

/** What a page without a bundler finds at `window.passkeyElements`. */
export type Offer = typeof functions;

/** Hands it out. What an earlier file of ours offers stays: its elements are the ones in use. */
export function offer(): void {
  const page = globalThis as { passkeyElements?: Offer };
  const before = page.passkeyElements;
  page.passkeyElements = {
    ...functions,
    ...before,
    // Each file has languages of its own.
    addLocale(language, strings) {
      before?.addLocale(language, strings);
      addLocale(language, strings);
    },
  };
}

declare global {
  /** There after a script-tag file. */
  var passkeyElements: Offer;
}

import type { PasskeyBackend } from '../core/backend.js';
import { bare } from '../core/bare.js';
import { PasskeyError } from '../core/errors.js';
import type { PasskeyFields } from '../core/passkey.js';
import { defineHttpBackend, type HttpSettings } from './http.js';
import { asRecord, asText, readPasskeys, type ForeignRecord } from './records.js';

/** What a site may set for Spring Security. */
export interface SpringSecuritySettings extends HttpSettings {
  /** Path of the application's own list of passkeys below the base URL; the framework has none. */
  readonly listPath?: string | undefined;
  /** Name of a passkey that is created without one; it stays for life. `Passkey` unless said. */
  readonly label?: string | undefined;
}

/** Speaks the passkey endpoints of Spring Security, with the CSRF token that the page holds. */
export function springSecurity(given: SpringSecuritySettings = {}): PasskeyBackend {
  const settings = bare<SpringSecuritySettings>(given);
  return ofTable({
    ...settings,
    async headers(request) {
      const headers = new Headers(csrfHeader(request.url));
      const own = new Headers(await settings.headers?.(request));
      own.forEach((value, name) => headers.set(name, value));
      return headers;
    },
  });
}

const ofTable = defineHttpBackend(({ listPath, label = 'Passkey' }: SpringSecuritySettings) => ({
  name: 'spring-security',
  baseUrl: '/',
  traits: { identifier: 'ignored', nameAtRegistration: 'required' },
  errors: { 0: 'unauthorized' }, // a redirect: whoever is not signed in is sent to the login page
  signIn: {
    begin: { path: '/webauthn/authenticate/options', read: (json) => ({ options: json }) },
    finish: {
      path: '/login/webauthn',
      body: ({ answer }) => answer,
      read: (json) => {
        assertTrue(json, 'authenticated');
        return { kind: 'session', redirect: asText(asRecord(json).redirectUrl) };
      },
    },
  },
  registration: {
    begin: {
      path: '/webauthn/register/options',
      errors: { 400: 'unauthorized' }, // there is nothing else to refuse in a request without a body
      read: (json) => ({ options: json }),
    },
    finish: {
      path: '/webauthn/register',
      body: ({ answer, name = label }) => ({ publicKey: { credential: answer, label: name } }),
      errors: { 400: 'challenge-expired' }, // what else it stands for, a malformed body, is not sent
      read: (json) => {
        assertTrue(json, 'success');
        return {};
      },
    },
  },
  passkeys: {
    list: listPath
      ? { method: 'GET', path: listPath, read: (json) => readPasskeys(json, fieldsOf) }
      : undefined,
    remove: { method: 'DELETE', path: ({ id }) => `/webauthn/register/${encodeURIComponent(id)}` },
  },
}));

/**
 * The token where the framework's documentation has a page keep it: in two `meta` elements, else in
 * a cookie. Looked up for each request, because it changes at sign-in; never sent to another origin.
 */
function csrfHeader(url: string): Record<string, string> {
  if (new URL(url).origin !== location.origin) return {};
  const token = metaContent('_csrf');
  if (token) return { [metaContent('_csrf_header') || 'X-CSRF-TOKEN']: token };
  const [, cookie] = /(?:^|; )XSRF-TOKEN=([^;]+)/.exec(document.cookie) ?? [];
  return cookie ? { 'X-XSRF-TOKEN': cookie } : {};
}

function metaContent(name: string): string | undefined {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
}

function assertTrue(json: unknown, name: string): void {
  const told = asRecord(json)[name];
  if (told === true) return;
  const code = told === false ? 'verification-failed' : 'bad-response';
  throw new PasskeyError(code, `${name}: must be true`);
}

/** Named like the accessors of the framework's `CredentialRecord`. */
function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.credentialId,
    credentialId: record.credentialId,
    name: record.label,
    createdAt: record.created,
    lastUsedAt: record.lastUsed,
    transports: record.transports,
    backupEligible: record.backupEligible,
    synced: record.backupState,
    signCount: record.signatureCount,
  };
}

export default springSecurity;

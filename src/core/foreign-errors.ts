import type { PasskeyErrorCode } from './errors.js';

/** What an error that is not ours means. `during` tells what the browser was asked for. */
export function readError(
  thrown: unknown,
  during?: 'create' | 'get',
): { readonly code: PasskeyErrorCode; readonly message: string } {
  const name = nameOf(thrown);
  const table = { ...byName, ...(during === 'get' && getOnly), ...(!during && siteOnly) };
  const code =
    (isLostModule(thrown) && 'not-loaded') ||
    (isLostRequest(thrown) && 'network') ||
    (Object.hasOwn(table, name) && table[name]) ||
    'unknown';
  return { code, message: describe(thrown, name, code) };
}

/** `import()` of what the connection did not bring, in the words of Chromium, Firefox, WebKit and webpack. */
export function isLostModule(thrown: unknown): thrown is Error {
  if (!(thrown instanceof Error)) return false;
  return lostModule.test(String(thrown));
}

/** WebKit has words of its own for a page in the place of the module. */
const lostModule =
  /^ChunkLoadError:|^TypeError:.*(dynamically imported|module script|JavaScript MIME type)/;

/** A request of the site's own code, in the same engines' words. */
function isLostRequest(thrown: unknown): boolean {
  return (
    thrown instanceof TypeError &&
    /^(Failed to fetch|NetworkError|Load failed)/.test(thrown.message)
  );
}

/** Browser error name → code. WebAuthn Level 3 §5.1.3 and §5.1.4, and what engines really throw. */
const byName: Record<string, PasskeyErrorCode> = {
  NotAllowedError: 'cancelled', // dismissed, timed out, or nothing to offer: the browser will not say which
  TimeoutError: 'cancelled', // a proposed name for the above
  UserCancellationError: 'cancelled', // proposed for Level 3, not shipped yet
  AbortError: 'aborted',
  InvalidStateError: 'already-registered',
  SecurityError: 'rp-mismatch',
  NotSupportedError: 'unsupported',
  ConstraintError: 'unsupported', // no screen lock, or a passkey cannot be stored on that authenticator
  OperationError: 'busy', // Chromium: some other code on the page has a request pending
  TypeError: 'bad-response', // the options were malformed
  DataError: 'bad-response',
  EncodingError: 'bad-response',
  InvalidCharacterError: 'bad-response',
  RangeError: 'bad-response', // Chromium: more than 64 ids in a list
  SyntaxError: 'bad-response',
  '': 'cancelled', // iOS rejects with an empty object, some extensions with `null`
};

const getOnly: Record<string, PasskeyErrorCode> = {
  InvalidStateError: 'not-found', // Firefox: that security key holds nothing for this account
};

/** Not of the browser's prompt, so of a request of the site's own code. */
const siteOnly: Record<string, PasskeyErrorCode> = {
  TimeoutError: 'timeout', // the reason of `AbortSignal.timeout`
  '': 'unknown', // nobody was asked anything that they could have dismissed
};

/** Names, not classes: an error of another realm or an extension is no instance of ours. */
function nameOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null)
    return typeof thrown === 'string' ? 'string' : '';
  const { name } = thrown as { name?: unknown };
  return typeof name === 'string' ? name : '';
}

function describe(thrown: unknown, name: string, code: PasskeyErrorCode): string {
  const text = thrown instanceof Error ? thrown.message : '';
  if (code === 'rp-mismatch') {
    return `The browser refused the RP ID for ${location.origin}: it must be this host or a parent domain of it, over https (${text}).`;
  }
  return [name || 'An empty rejection', text].filter(Boolean).join(': ');
}

/** What can go wrong, named by the person's situation. Stable: programs and words are keyed by it. */
export const passkeyErrorCodes = [
  'invalid-config',
  'invalid-input',
  'unsupported',
  'insecure-context',
  'blocked-by-policy',
  'busy',
  'aborted',
  'cancelled',
  'already-registered',
  'rp-mismatch',
  'challenge-expired',
  'verification-failed',
  'unknown-credential',
  'outcome-unknown',
  'unauthorized',
  'reauth-required',
  'not-found',
  'last-passkey',
  'rate-limited',
  'server-error',
  'bad-response',
  'conflict',
  'network',
  'timeout',
  'forbidden',
  'mfa-required',
  'unknown',
] as const;

export type PasskeyErrorCode = (typeof passkeyErrorCodes)[number];

export interface PasskeyErrorDetails {
  /** The original error. Never holds a request or an answer. */
  readonly cause?: unknown;
  /** HTTP status, where a server answered. */
  readonly status?: number;
  /** The server's own word for the fault. */
  readonly backendCode?: string;
  /** When it makes sense to try again (from `Retry-After`). */
  readonly retryAt?: Date;
}

/** The one error of this package: a stable `code`, a `message` for developers, the `cause`. */
export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';
  readonly code: PasskeyErrorCode;
  readonly status: number | undefined;
  readonly backendCode: string | undefined;
  readonly retryAt: Date | undefined;

  constructor(code: PasskeyErrorCode, message: string, details: PasskeyErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.backendCode = details.backendCode;
    this.retryAt = details.retryAt;
  }

  /** Whether the same action may succeed when it is simply repeated. */
  get retryable(): boolean {
    return retryable.has(this.code);
  }

  /** Whatever was thrown, as a `PasskeyError`. `during` tells what the browser was asked for. */
  static from(thrown: unknown, during?: 'create' | 'get'): PasskeyError {
    if (isPasskeyError(thrown)) return thrown;
    const name = nameOf(thrown);
    const table = during === 'get' ? { ...byName, ...getOnly } : byName;
    const code = (Object.hasOwn(table, name) && table[name]) || 'unknown';
    return new PasskeyError(code, describe(thrown, name, code), { cause: thrown });
  }
}

/** Two copies of this package on one page do not share a class, so the name decides. */
function isPasskeyError(thrown: unknown): thrown is PasskeyError {
  return thrown instanceof Error && thrown.name === 'PasskeyError' && 'code' in thrown;
}

const retryable = new Set<PasskeyErrorCode>([
  ...([
    'cancelled',
    'aborted',
    'busy',
    'challenge-expired',
    'outcome-unknown',
    'rate-limited',
  ] as const),
  ...(['server-error', 'network', 'timeout', 'unknown'] as const),
]);

/** Browser error name → code. WebAuthn Level 3 §5.1.3 and §5.1.4, and what engines really throw. */
const byName: Record<string, PasskeyErrorCode> = {
  NotAllowedError: 'cancelled', // dismissed, timed out, or nothing to offer: the browser will not say which
  TimeoutError: 'cancelled', // the reason of `AbortSignal.timeout`, and a proposed name for the above
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

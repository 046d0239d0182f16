import { soon } from './waiting.js';

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
  'not-loaded',
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
  readonly status?: number | undefined;
  /** The server's own word for the fault. */
  readonly backendCode?: string | undefined;
  /** When it makes sense to try again (from `Retry-After`). */
  readonly retryAt?: Date | undefined;
}

/** The one error of this package: a stable `code`, a `message` for developers, the `cause`. */
export class PasskeyError extends Error {
  override readonly name = 'PasskeyError';
  readonly code: PasskeyErrorCode;
  readonly status: number | undefined;
  readonly backendCode: string | undefined;
  readonly retryAt: Date | undefined;

  constructor(code: PasskeyErrorCode, message: string, details: PasskeyErrorDetails = {}) {
    super(message || code, { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.backendCode = details.backendCode;
    this.retryAt = details.retryAt;
  }

  /** Whether the same action may succeed when it is simply repeated. */
  get retryable(): boolean {
    return retryable.test(this.code);
  }
}

/**
 * Whatever was thrown, as a `PasskeyError`. `during` tells what the browser was asked for.
 * The list of foreign errors loads with the first of them.
 */
export async function toPasskeyError(
  thrown: unknown,
  during?: 'create' | 'get',
): Promise<PasskeyError> {
  if (isPasskeyError(thrown)) return thrown;
  const foreign = await soon(import('./foreign-errors.js'));
  const name = (thrown as Error | undefined)?.name as string;
  const { code, message } = foreign?.readError(thrown, during) ?? {
    // Without the list a dismissed prompt is known all the same: nobody has failed. What else it was
    // may be lost as the list is: “try again” would be in vain.
    code: /NotAllowed/.test(name) ? 'cancelled' : /Abort/.test(name) ? 'aborted' : 'not-loaded',
    message: '',
  };
  return new PasskeyError(code, message, { cause: thrown });
}

/** A module did not load. Most engines remember that until the page is loaded again (HTML, PR 10327). */
export function unreachable(cause: unknown): never {
  throw new PasskeyError('not-loaded', hint`A module of passkey-elements could not be loaded.`, {
    cause,
  });
}

/** Stopping is a choice, not a failure. */
export function isStop(
  error: PasskeyError,
): error is PasskeyError & { readonly code: 'cancelled' | 'aborted' } {
  return /cancelled|aborted/.test(error.code);
}

/** Two copies of this package on one page do not share a class, so the name decides. */
function isPasskeyError(thrown: unknown): thrown is PasskeyError {
  return thrown instanceof Error && thrown.name === 'PasskeyError' && 'code' in thrown;
}

/** Marks words for developers: production builds leave them out. */
export function hint(texts: TemplateStringsArray, ...values: readonly unknown[]): string {
  return String.raw({ raw: texts }, ...values);
}

// A pattern is shorter than the codes that visitors would download once more; a test lists them.
const retryable = /cancelled|aborted|busy|expired|limited|server|network|timeout|unknown$/;

/** Status of every refusal this server can speak; the codes are the public `PasskeyError` codes. */
const statuses = {
  'invalid-input': 400,
  'challenge-expired': 400,
  'verification-failed': 400,
  unauthorized: 401,
  forbidden: 403,
  'reauth-required': 403,
  'not-found': 404,
  'unknown-credential': 404,
  'already-registered': 409,
  'last-passkey': 409,
  conflict: 409,
  'rate-limited': 429,
  'server-error': 503,
} as const;

/** What a refusal is called. */
export type RefusalCode = keyof typeof statuses;

/** Statuses a refusal can be answered with. */
export type RefusalStatus = (typeof statuses)[RefusalCode] | 413 | 415 | 500;

/**
 * A request turned down. The message is ours and fixed, never built from the request;
 * `reason` is for the log alone and may quote it.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: RefusalStatus;
  readonly reason: string | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    details: {
      status?: RefusalStatus | undefined;
      reason?: string | undefined;
      retryAfter?: number;
    } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = details.status ?? statuses[code];
    this.reason = details.reason;
    this.retryAfter = details.retryAfter;
  }
}

/** The refusal for a code that could not be sent: it does not count for its address, if it surely was not. */
export class CodeNotSent extends Refusal {
  readonly mayArrive: boolean;

  constructor({ mayArrive, reason }: { mayArrive: boolean; reason?: string }) {
    super('server-error', 'No code can be sent for a moment.', { reason, retryAfter: 5 });
    this.mayArrive = mayArrive;
  }
}

/** The refusal for a challenge that is gone, foreign, misspelt or too old: all look the same. */
export const challengeExpired = (reason?: string) =>
  new Refusal('challenge-expired', 'The challenge is no longer valid. Begin again.', { reason });

/** The refusal for an answer that does not hold. */
export const verificationFailed = (reason: string) =>
  new Refusal('verification-failed', 'The answer could not be verified.', { reason });

/** The refusal for a passkey that is unknown or someone else's: both look the same. */
export const passkeyNotFound = () => new Refusal('not-found', 'There is no such passkey.');

// 23503: what a new row belongs to has gone since it was looked at, as another look will show.
// 25006: it takes no changes just now, as while another server takes its place.
// 40: the database ended one of two transactions that stood in each other's way.
// 55P03, 57014: it has limits of its own for how long something may take.
const unavailable =
  /^(08|23503|25006|40|53|55P03|57|58)|^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_)/;
const unavailableMessage =
  /timeout exceeded when trying to connect|Connection terminated|is (already )?closed|driver has already been destroyed|not queryable|query (read )?timeout/i;

/** Turns whatever was thrown into a refusal; a missing database is worth a retry, a bug is not. */
export function toRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const { code = '', message = String(thrown) } = (thrown ?? {}) as {
    code?: unknown;
    message?: string;
  };
  if (unavailable.test(String(code)) || unavailableMessage.test(message)) {
    return new Refusal('server-error', 'The service is unavailable for a moment.', {
      reason: message || String(code),
      retryAfter: 2,
    });
  }
  return new Refusal('server-error', 'Something went wrong on the server.', {
    status: 500,
    reason: message,
  });
}

import type { PasskeyBackend, PendingSignIn, SignInResult, Status } from './backend.js';
import type { Ceremony } from './ceremonies.js';
import { hint, PasskeyError, toPasskeyError, type PasskeyErrorCode } from './errors.js';
import { wait, whenAttentive } from './waiting.js';

export interface Poll {
  /** Asks the backend once. */
  ask(signal: AbortSignal): Promise<Status>;
  /** When the backend gives up; ten minutes from now where it does not say. */
  readonly expiresAt?: Date;
  /** Called when the state changes, not at every answer; with the end by which the poll goes. */
  onChange?(status: Status): void;
}

/**
 * Waits until a sign-in that was accepted is final, and fetches its session where the backend hands
 * it out here. A status never grants one. Rejects with a `PasskeyError`.
 */
export async function awaitApproval(
  backend: PasskeyBackend,
  { handle, expiresAt }: PendingSignIn,
  identifier: string | undefined,
  ceremony: Ceremony,
): Promise<SignInResult | undefined> {
  const { signal } = ceremony;
  signal.throwIfAborted();
  if (!backend.status)
    throw new PasskeyError('bad-response', hint`Pending, but there is no status.`);
  const ask: Poll['ask'] = (signal) => backend.status!({ identifier, handle }, signal);
  await whenApproved({ expiresAt, ask }, ceremony);
  signal.throwIfAborted();
  return handle === undefined ? undefined : backend.signIn.exchange?.({ handle }, signal);
}

/** Polls until somebody has approved what a ceremony waits for; rejects where they have not. */
export async function whenApproved(poll: Poll, { signal, report }: Ceremony): Promise<void> {
  report({ type: 'accepted', expiresAt: poll.expiresAt });
  const onChange = ({ state: progress, expiresAt }: Status) =>
    report({ type: 'progressed', status: { progress, expiresAt } });
  const { state } = await pollStatus({ ...poll, onChange }, signal);
  if (state === 'authenticated') return;
  const code = state === 'expired' ? 'challenge-expired' : 'verification-failed';
  throw new PasskeyError(code, hint`The status ended as "${state}".`);
}

/** Everything of the page that polling depends on, so that a test can hold the clock. */
export interface PollClock {
  now(): number;
  /** Between 0 and 1. */
  random(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  whenAttentive(signal: AbortSignal): Promise<void>;
}

const pageClock: PollClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait,
  whenAttentive,
};

const seconds = 1000;
const firstWait = 2 * seconds;
const usualWait = 5 * seconds;
const longestBackOff = 30 * seconds;
/** How long to wait for a backend that does not say when it gives up, in milliseconds. */
export const patience = 10 * 60 * seconds;
const errorsInARow = 6;
/** Errors that may be gone at the next poll. */
const passing = new Set<PasskeyErrorCode>([
  'network',
  'not-loaded',
  'timeout',
  'server-error',
  'rate-limited',
]);

/**
 * Polls until the backend has decided, never twice at a time, and gives the deciding answer.
 *
 * Rejects with `challenge-expired` when it never decides, and with the last error after six in a row.
 * Device authorisation (RFC 8628 §3.5) gives the interval and the back-off.
 */
export async function pollStatus(
  poll: Poll,
  signal: AbortSignal,
  clock: PollClock = pageClock,
): Promise<Status> {
  let deadline = timeOf(poll.expiresAt) ?? clock.now() + patience;
  let known: Status['state'] | undefined;
  let errors = 0;
  let interval = usualWait;
  let next = firstWait;
  let asked = 0;
  for (;;) {
    const left = deadline - clock.now();
    if (left <= 0)
      throw new PasskeyError('challenge-expired', hint`The status never became final.`);
    const jittered = next * (0.8 + 0.4 * clock.random());
    await clock.wait(Math.min(left, Math.max(asked, jittered)), signal);
    await clock.whenAttentive(signal);
    try {
      const status = await poll.ask(signal);
      signal.throwIfAborted();
      errors = asked = 0;
      const wanted = (status.interval ?? NaN) * seconds;
      interval = clamp(Number.isNaN(wanted) ? interval : wanted, firstWait, 60 * seconds);
      next = interval;
      if (!timeOf(poll.expiresAt)) deadline = timeOf(status.expiresAt) ?? deadline;
      if (status.state !== known) poll.onChange?.({ ...status, expiresAt: new Date(deadline) });
      known = status.state;
      if (isFinal(status)) return status;
    } catch (cause) {
      signal.throwIfAborted();
      const error = await toPasskeyError(cause);
      errors += 1;
      if (errors === errorsInARow || !passing.has(error.code)) throw error;
      asked = (timeOf(error.retryAt) ?? 0) - clock.now();
      next = Math.max(interval, Math.min(interval * 2 ** errors, longestBackOff));
    }
  }
}

/** `pending` and words we do not know keep a poll going. */
function isFinal({ state }: Status): boolean {
  return /^(registered|not-registered|authenticated|expired|failed)$/.test(state);
}

/** A backend of the site may hand us a date that is none: a timer would take it for “now”. */
export function timeOf(date: Date | undefined): number | undefined {
  return Number(date) || undefined;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

import type {
  BegunChallenge,
  HandoffOperations,
  HandoffRequest,
  PasskeyBackend,
  SignInResult,
  StartedHandoff,
  Status,
} from '../core/backend.js';
import { byOwnClock } from '../core/server-clock.js';
import type { RowsOf } from './http.js';

/** What the rest of the contract reads in the same way. */
interface Readers {
  readChallenge(json: unknown): BegunChallenge;
  readSession(json: unknown): SignInResult;
}

/**
 * The hand-off of our own contract, by a backend that is made of these rows. This file imports
 * nothing that is loaded already: bundlers would put that in a file of its own, for everybody.
 */
export function handoffOf(
  speaking: (rows: object) => PasskeyBackend,
  { readChallenge, readSession }: Readers,
): HandoffOperations {
  const handoff: RowsOf<HandoffOperations> = {
    start: {
      path: '/handoffs',
      body: () => ({}),
      errors: { 'not-found': 'unsupported' }, // the operator does not allow it
      read: readStarted,
    },
    status: { path: '/handoffs/status', body: same, idempotent: true, read: readStatus },
    exchange: { path: '/handoffs/exchange', body: same, read: readSession },
    cancel: { path: '/handoffs/cancel', body: same },
    inspect: { path: '/handoffs/inspect', body: same, idempotent: true, read: readRequest },
    beginApproval: { path: '/handoffs/approval/begin', body: same, read: readChallenge },
    approve: {
      path: '/handoffs/approval/finish',
      body: ({ challenge, answer, ticket, number }) => ({
        challengeId: challenge.context,
        ...{ answer, ticket, number },
      }),
      errors: { 'unknown-credential': 'unknown-credential' },
    },
    refuse: { path: '/handoffs/refuse', body: same },
  };
  // A group of rows becomes a group of operations wherever in the table it stands.
  const { signIn } = speaking({ signIn: { handoff } });
  return (signIn as unknown as { handoff: HandoffOperations }).handoff;
}

/** Some inputs travel as they are. */
function same(input: object): object {
  return input;
}

function readStarted(json: unknown, _: unknown, headers: Headers): StartedHandoff {
  const { handle, ticket, number } = json as Record<string, unknown>;
  const expiresAt = readExpiry(json, headers);
  return { handle: text(handle), ticket: text(ticket), number: whole(number), expiresAt };
}

function readStatus(json: unknown, _: unknown, headers: Headers): Status {
  const { state, interval } = json as Record<string, unknown>;
  return {
    state: states.find((known) => known === state) ?? 'unknown',
    interval: whole(interval),
    expiresAt: readExpiry(json, headers),
    raw: state,
  };
}

const states = ['pending', 'authenticated', 'failed', 'expired'] as const;

function readRequest(json: unknown, _: unknown, headers: Headers): HandoffRequest {
  const { device, sameNetwork, numbers } = json as Record<string, unknown>;
  const { browser, system } = device as Record<string, unknown>;
  return {
    device: {
      browser: browser ? text(browser) : undefined,
      system: system ? text(system) : undefined,
    },
    sameNetwork: typeof sameNetwork === 'boolean' ? sameNetwork : undefined,
    numbers: (numbers as unknown[]).map(whole),
    expiresAt: readExpiry(json, headers),
  };
}

function readExpiry(json: unknown, headers: Headers): Date | undefined {
  const { expiresAt } = json as Record<string, unknown>;
  return byOwnClock(new Date(text(expiresAt)), headers);
}

function text(value: unknown): string {
  if (typeof value === 'string' && value) return value;
  throw new TypeError('text');
}

function whole(value: unknown): number {
  if (Number.isInteger(value)) return value as number;
  throw new TypeError('number');
}

import type { PendingSignIn, SignInChallenge, Status } from '../core/backend.js';
import { hint, PasskeyError } from '../core/errors.js';
import { toDate } from '../core/dates.js';
import { byOwnClock } from '../core/server-clock.js';
import { asRecord } from './records.js';

/** A server's status words in lower case. */
export type StatusWords = Readonly<Record<string, Status['state']>>;

interface SiteWords {
  readonly statusWords?: StatusWords | undefined;
}

/** A sign-in without tokens: it is not final yet, or it was refused. */
export function readPending(
  { statusWords }: SiteWords,
  json: unknown,
  { challenge: { identifier } }: { readonly challenge: SignInChallenge },
  headers: Headers,
): PendingSignIn {
  const status = toStatus(json, headers, statusWords);
  if (status.state !== 'pending') throw refusal(status);
  // `status` knows a sign-in by its account name only.
  return { kind: 'pending', handle: identifier, expiresAt: status.expiresAt };
}

/** What the codes mean where a passkey was used. */
export function errorsOf({ challenge }: { readonly challenge: SignInChallenge }) {
  return {
    1004: 'verification-failed',
    // The account may be what is not there, if one was named: no reason to forget a passkey.
    1005: challenge.identifier ? 'not-found' : 'unknown-credential',
  } as const;
}

/** An answer to a code without tokens. */
export function refuse(json: unknown): never {
  throw refusal(toStatus(json));
}

function refusal({ state }: Status): PasskeyError {
  if (state === 'expired') return new PasskeyError('challenge-expired', hint`it has expired`);
  const refused = state === 'failed' || state === 'pending';
  return new PasskeyError(refused ? 'verification-failed' : 'bad-response', hint`no token`);
}

/** The vendor publishes no list of status words; these are the likely ones, and a site may add its own. */
export function readStatus(
  { statusWords }: SiteWords,
  json: unknown,
  _: unknown,
  headers: Headers,
): Status {
  return toStatus(json, headers, statusWords);
}

function toStatus(json: unknown, headers = new Headers(), siteWords?: StatusWords): Status {
  const { status, passkey_registered: registered, authenticated, expires_at } = asRecord(json);
  const expiresAt = byOwnClock(toDate(expires_at), headers);
  const isOver = expiresAt !== undefined && expiresAt.getTime() < Date.now();
  const state =
    (typeof status === 'string' && stateOf(status.trim().toLowerCase(), siteWords)) ||
    (typeof registered === 'boolean' && (registered ? 'registered' : 'not-registered')) ||
    (typeof authenticated === 'boolean' && (authenticated ? 'authenticated' : 'pending')) ||
    'unknown';
  return {
    state: isOver && !decided.test(state) ? 'expired' : state,
    expiresAt,
    raw: status ?? registered ?? authenticated,
  };
}

const decided = /^(not-registered|authenticated|failed)$/;

function stateOf(word: string, siteWords: StatusWords = {}): Status['state'] | undefined {
  if (Object.hasOwn(siteWords, word)) return siteWords[word];
  return words.find(([, pattern]) => pattern.test(word))?.[0];
}

const words: readonly (readonly [Status['state'], RegExp])[] = [
  ['registered', /^(registered|active|enabled|available|exists)$/],
  ['not-registered', /^(not_registered|unregistered|none|not_found|inactive|disabled)$/],
  ['pending', /^(pending|initiated|in_progress|created|waiting)$/],
  ['authenticated', /^(authenticated|completed?|success|verified|approved)$/],
  ['expired', /^expired$/],
  ['failed', /^(failed|rejected|denied|cancell?ed|error)$/],
];

import type { Status } from '../core/backend.js';
import { toDate } from '../core/dates.js';
import { asRecord } from './records.js';

/** A server's status words in lower case. */
export type StatusWords = Readonly<Record<string, Status['state']>>;

/** The vendor publishes no list of status words; these are the likely ones, and a site may add its own. */
export function readStatus(json: unknown, siteWords?: StatusWords): Status {
  const { status, passkey_registered: registered, authenticated, expires_at } = asRecord(json);
  const expiresAt = toDate(expires_at);
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

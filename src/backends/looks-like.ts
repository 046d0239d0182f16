import { asRecord } from './records.js';

/** The members by which each server's answers are known; the first that fits counts. */
const marks: readonly (readonly [dialect: string, ...members: readonly string[]])[] = [
  ['ssojet', 'auth_code', 'publicKey'],
  ['rest', 'challengeId', 'options'],
  ['passlock', 'sessionToken', 'optionsJSON'],
  ['passlock', '_tag'],
  ['auth0', 'auth_session'],
  ['supabase', 'challenge_id', 'options'],
  ['fido2', 'errorMessage'], // some leave out the status of a refusal
  ['hanko', 'publicKey'],
];

/** The dialect that an answer looks like, if it is known by anything. */
export function looksLike(answer: unknown): string | undefined {
  const record = asRecord(answer);
  const known = marks.find(([, ...members]) => members.every((name) => name in record));
  return known?.[0];
}

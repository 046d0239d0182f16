import type { ChallengeRow, Schema, Work } from '../database.ts';
import { after, type Binding, type Core } from './core.ts';
import { isId, newId, newSecret } from './encoding.ts';
import { challengeExpired } from './errors.ts';
import { policy } from './policy.ts';
import { sweep } from './sweep.ts';

type Kind = ChallengeRow['kind'];

/** What a new challenge is for, beside whom it belongs to. */
export interface ChallengeDetails {
  readonly kind: Kind;
  readonly userId?: string | null;
  readonly identifier?: string | null | undefined;
  readonly displayName?: string | null | undefined;
  readonly mediation?: string | null | undefined;
  readonly handoff?: string | undefined;
}

/** Where a ceremony stands, as its own browser may know. */
export interface CeremonyState {
  readonly state: 'pending' | 'authenticated' | 'expired' | 'unknown';
  readonly expiresAt?: Date;
}

/** Opens a challenge of 32 random bytes for one ceremony of one browser. */
export async function openChallenge(core: Core, binding: Binding, details: ChallengeDetails) {
  await sweep(core);
  const challenge: ChallengeRow = {
    id: newId(),
    challenge: newSecret(),
    kind: details.kind,
    client: binding.client,
    browser: binding.browser,
    user_id: details.userId ?? null,
    identifier: details.identifier ?? null,
    display_name: details.displayName ?? null,
    mediation: details.mediation ?? null,
    handoff: details.handoff ?? null,
    expires_at: after(core, policy.challengeLifetime),
  };
  await core.database.insertInto('challenges').values(challenge).execute();
  return challenge;
}

/** What must be true of a challenge for it to be taken. */
export interface Claim {
  readonly id: string;
  readonly kind: Kind;
  readonly userId?: string;
  /** The identifier named at the beginning, `null` for none; left out when the dialect does not repeat it. */
  readonly identifier?: string | null | undefined;
  readonly handoff?: string;
}

/** Takes a challenge out of the world: of any number of attempts one gets it, the others get nothing. */
export async function takeChallenge(core: Core, work: Work, binding: Binding, claim: Claim) {
  if (!isId(claim.id)) return undefined;
  let taking = work
    .deleteFrom('challenges')
    .where('id', '=', claim.id)
    .where('kind', '=', claim.kind)
    .where('client', '=', binding.client)
    .where('browser', '=', binding.browser);
  if (claim.userId !== undefined) taking = taking.where('user_id', '=', claim.userId);
  if (claim.identifier !== undefined) {
    taking = taking.where('identifier', 'is not distinct from', claim.identifier);
  }
  if (claim.handoff !== undefined) taking = taking.where('handoff', '=', claim.handoff);
  const challenge = await taking.returningAll().executeTakeFirst();
  if (challenge && challenge.expires_at <= core.now()) throw challengeExpired('expired');
  return challenge;
}

/** Closes a challenge that must not outlive an attempt, whether or not the attempt got as far as taking it. */
export async function closeChallenge(core: Core, binding: Binding, id: string): Promise<void> {
  if (!isId(id)) return;
  await core.database
    .deleteFrom('challenges')
    .where('id', '=', id)
    .where('client', '=', binding.client)
    .where('browser', '=', binding.browser)
    .execute();
}

/** Notes what a ceremony led to, in the transaction that made it so. */
export async function rememberOutcome(
  core: Core,
  work: Work,
  challenge: ChallengeRow,
  result: Pick<Schema['outcomes'], 'user_id' | 'passkey_id' | 'answer_hash'>,
) {
  await work
    .insertInto('outcomes')
    .values({
      ...result,
      challenge_id: challenge.id,
      kind: challenge.kind,
      client: challenge.client,
      browser: challenge.browser,
      expires_at: after(core, policy.outcomeLifetime),
    })
    .execute();
}

/** Finds what a ceremony of this browser led to. */
export async function findOutcome(
  core: Core,
  work: Work,
  binding: Binding,
  id: string,
  kind: Kind,
) {
  if (!isId(id)) return undefined;
  return work
    .selectFrom('outcomes')
    .selectAll()
    .where('challenge_id', '=', id)
    .where('kind', '=', kind)
    .where('client', '=', binding.client)
    .where('browser', '=', binding.browser)
    .where('expires_at', '>', core.now())
    .executeTakeFirst();
}

/** Tells a browser how far its own ceremony is; of any other it knows nothing. */
export async function ceremonyState(
  core: Core,
  binding: Binding,
  id: string,
): Promise<CeremonyState> {
  if (!isId(id)) return { state: 'unknown' };
  const open = await core.database
    .selectFrom('challenges')
    .select('expires_at')
    .where('id', '=', id)
    .where('client', '=', binding.client)
    .where('browser', '=', binding.browser)
    .executeTakeFirst();
  if (open)
    return {
      state: open.expires_at > core.now() ? 'pending' : 'expired',
      expiresAt: open.expires_at,
    };
  const finished = await core.database
    .selectFrom('outcomes')
    .select('challenge_id')
    .where('challenge_id', '=', id)
    .where('client', '=', binding.client)
    .where('browser', '=', binding.browser)
    .where('expires_at', '>', core.now())
    .executeTakeFirst();
  return { state: finished ? 'authenticated' : 'unknown' };
}

import type { Core } from '../core/core.ts';
import { after } from '../core/core.ts';
import { hash, isId, newSecret } from '../core/encoding.ts';
import { policy } from '../core/policy.ts';
import { sweep } from '../core/sweep.ts';
import type { PasskeyRow, Schema } from '../database.ts';

/** A passkey with what this dialect knows of it. */
export type PasslockPasskey = PasskeyRow & Schema['passlock_passkeys'];

/** What each kind of one-time token stands for. */
export interface TokenPayloads {
  'registration-authorized': RegistrationRequest;
  'registration-session': { challengeId: string; owner: string } & RegistrationRequest;
  'authentication-authorized': AuthenticationRequest;
  'authentication-session': { challengeId: string } & AuthenticationRequest;
  code: { passkeyId: string; userVerified: boolean; userAgent: string };
  update: { instructions: object[] };
  delete: { instructions: object[] };
}

export interface RegistrationRequest {
  /** The user the passkey is for; a new one when absent. */
  owner?: string;
  username: string;
  displayName?: string | undefined;
  excludeCredentials?: string[] | undefined;
  userVerification?: UserVerification | undefined;
  timeout?: number | undefined;
}

export interface AuthenticationRequest {
  /** Ids of passkeys; any when absent. */
  allowCredentials?: string[] | undefined;
  userVerification?: UserVerification | undefined;
  timeout?: number | undefined;
}

export type UserVerification = 'required' | 'preferred' | 'discouraged';

/** Hands out a token that is good once, for a few minutes. */
export async function issueToken<Kind extends keyof TokenPayloads>(
  core: Core,
  tenancy: string,
  kind: Kind,
  payload: TokenPayloads[Kind],
): Promise<{ token: string; expiresAt: Date }> {
  await sweep(core);
  const token = newSecret();
  const expiresAt = after(core, policy.challengeLifetime);
  await core.database
    .insertInto('passlock_tokens')
    .values({
      token_hash: await hash(token),
      tenancy,
      kind,
      payload: JSON.stringify(payload),
      expires_at: expiresAt,
    })
    .execute();
  return { token, expiresAt };
}

/** Takes a token out of the world: of any number of attempts one gets what it stands for. */
export async function takeToken<Kind extends keyof TokenPayloads>(
  core: Core,
  tenancy: string,
  kind: Kind,
  token: string,
): Promise<(TokenPayloads[Kind] & { expiresAt: Date }) | undefined> {
  const row = await core.database
    .deleteFrom('passlock_tokens')
    .where('token_hash', '=', await hash(token))
    .where('tenancy', '=', tenancy)
    .where('kind', '=', kind)
    .returningAll()
    .executeTakeFirst();
  if (!row || row.expires_at <= core.now()) return undefined;
  return { ...(JSON.parse(row.payload) as TokenPayloads[Kind]), expiresAt: row.expires_at };
}

const passkeysOf = (core: Core, tenancy: string) =>
  core.database
    .selectFrom('passkeys')
    .innerJoin('passlock_passkeys', 'passlock_passkeys.passkey_id', 'passkeys.id')
    .selectAll()
    .where('tenancy', '=', tenancy);

/** One passkey of a tenancy, by its id. */
export async function findPasskey(
  core: Core,
  tenancy: string,
  id: string,
): Promise<PasslockPasskey | undefined> {
  if (!isId(id)) return undefined;
  return passkeysOf(core, tenancy).where('passkeys.id', '=', id).executeTakeFirst();
}

/** One passkey of a tenancy, by its WebAuthn credential id. */
export const findByCredential = (
  core: Core,
  tenancy: string,
  credentialId: string,
): Promise<PasslockPasskey | undefined> =>
  passkeysOf(core, tenancy).where('credential_id', '=', credentialId).executeTakeFirst();

/** The passkeys of a tenancy with these ids. */
export async function findPasskeys(
  core: Core,
  tenancy: string,
  ids: readonly string[],
): Promise<PasslockPasskey[]> {
  const possible = ids.filter(isId);
  if (possible.length === 0) return [];
  return passkeysOf(core, tenancy).where('passkeys.id', 'in', possible).execute();
}

/** The passkeys of one user of a tenancy. */
export const findPasskeysOf = (
  core: Core,
  tenancy: string,
  owner: string,
): Promise<PasslockPasskey[]> =>
  passkeysOf(core, tenancy).where('owner', '=', owner).orderBy('passkeys.id').execute();

/** One page of all passkeys of a tenancy, after the one at the cursor. */
export const pageOfPasskeys = (
  core: Core,
  tenancy: string,
  cursor: string,
  size: number,
): Promise<PasslockPasskey[]> =>
  passkeysOf(core, tenancy)
    .where('passkeys.id', '>', cursor)
    .orderBy('passkeys.id')
    .limit(size)
    .execute();

/** Changes what this dialect knows of a passkey, and leaves the rest to whoever changes that. */
export async function updatePasskey(
  core: Core,
  id: string,
  { owner, username }: { owner?: string | undefined; username?: string | undefined },
): Promise<void> {
  const updated_at = core.now();
  await core.database.transaction().execute(async (work) => {
    // In the order in which a deletion goes, or the two would wait for one another.
    await work.updateTable('passkeys').set({ updated_at }).where('id', '=', id).execute();
    await work
      .updateTable('passlock_passkeys')
      .set(({ ref }) => ({
        owner: owner ?? ref('owner'),
        username: username ?? ref('username'),
      }))
      .where('passkey_id', '=', id)
      .execute();
  });
}

/** Deletes passkeys for good. */
export async function deletePasskeys(
  core: Core,
  passkeys: readonly PasslockPasskey[],
): Promise<void> {
  const ids = passkeys.map(({ id }) => id);
  if (ids.length > 0) await core.database.deleteFrom('passkeys').where('id', 'in', ids).execute();
}

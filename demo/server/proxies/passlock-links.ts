import type { Selectable } from 'kysely';
import type { Core } from '../core/core.ts';
import { passkeyNotFound, Refusal } from '../core/errors.ts';
import type { Schema, UserRow } from '../database.ts';

/** A passkey at Passlock and the account of ours that it belongs to. */
export type PasslockLink = Selectable<Schema['passlock_links']>;

/** Whose passkey it is, if anybody's here. */
export const findLink = (core: Core, id: string): Promise<PasslockLink | undefined> =>
  core.database
    .selectFrom('passlock_links')
    .selectAll()
    .where('passkey_id', '=', id)
    .executeTakeFirst();

/** Everything somebody has at Passlock, oldest first. */
export const linksOf = (core: Core, user: UserRow): Promise<PasslockLink[]> =>
  core.database
    .selectFrom('passlock_links')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('created_at')
    .orderBy('passkey_id')
    .execute();

/** Gives a passkey to an account; one that belongs to somebody stays theirs. */
export async function linkPasskey(core: Core, user: UserRow, id: string): Promise<void> {
  const added = await core.database
    .insertInto('passlock_links')
    .values({ passkey_id: id, user_id: user.id, name: null, created_at: core.now() })
    .onConflict((conflict) => conflict.column('passkey_id').doNothing())
    .returning('passkey_id')
    .executeTakeFirst();
  if (!added) throw new Refusal('already-registered', 'This passkey is registered already.');
}

/** Gives a passkey of somebody a name, if it is still theirs. */
export async function nameLink(core: Core, user: UserRow, id: string, name: string): Promise<void> {
  const named = await core.database
    .updateTable('passlock_links')
    .set({ name })
    .where('passkey_id', '=', id)
    .where('user_id', '=', user.id)
    .returning('passkey_id')
    .executeTakeFirst();
  if (!named) throw passkeyNotFound();
}

/** Takes a passkey from somebody. */
export const unlink = (core: Core, user: UserRow, id: string) =>
  core.database
    .deleteFrom('passlock_links')
    .where('passkey_id', '=', id)
    .where('user_id', '=', user.id)
    .execute();

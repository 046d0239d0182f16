import type { Insertable } from 'kysely';
import type { Database, PasskeyRow, Schema, UserRow, Work } from '../database.ts';
import { decide, readSecret, within, type Core } from './core.ts';
import { isDecoy } from './decoys.ts';
import { isId, newId, toBase64Url, utf8 } from './encoding.ts';
import { passkeyNotFound, Refusal } from './errors.ts';

/** The WebAuthn user handle of an account: the ASCII text of its id, 24 bytes. */
export const userHandle = (user: Pick<UserRow, 'id'>): string => toBase64Url(utf8(user.id));

/** How a request may name a passkey: by our id, or by its credential id. */
export type PasskeyKey = { readonly id: string } | { readonly credentialId: string };

const column = (key: PasskeyKey) => ('id' in key ? 'passkeys.id' : 'passkeys.credential_id');
const value = (key: PasskeyKey) => ('id' in key ? key.id : key.credentialId);

// A text that cannot be a key is answered like an unknown one, without asking the database.
function checkKey(key: PasskeyKey): void {
  const possible = 'id' in key ? isId(key.id) : /^[A-Za-z0-9_-]{1,1364}$/.test(key.credentialId);
  if (!possible) throw passkeyNotFound();
}

/**
 * Whether a credential id is any account's, or may be again, or is made up to look so. Any other can be
 * erased wherever it is kept; so both tables are read at one moment, or a passkey on its way back would
 * be in neither.
 */
export async function isKnown(
  core: Core,
  database: Database | Work,
  credentialId: string,
): Promise<boolean> {
  const removed = database
    .selectFrom('removed_passkeys')
    .select('id')
    .where('credential_id', '=', credentialId)
    .where('expires_at', '>', core.now());
  const found = await database
    .selectFrom('passkeys')
    .select('id')
    .where('credential_id', '=', credentialId)
    .unionAll(removed)
    .execute();
  // Asked in any case: what is made up must not take longer.
  const madeUp = await isDecoy(await readSecret(within(core, database)), credentialId);
  return found.length > 0 || madeUp;
}

/** Finds an account by its normalised identifier. */
export const findUser = (
  database: Database | Work,
  identifier: string,
): Promise<UserRow | undefined> =>
  database.selectFrom('users').selectAll().where('identifier', '=', identifier).executeTakeFirst();

/** Finds an account by its normalised identifier, or makes it; of two at once, one makes it. */
export async function ensureUser(core: Core, work: Work, identifier: string): Promise<UserRow> {
  await work
    .insertInto('users')
    .values({ id: newId(), identifier, display_name: null, created_at: core.now() })
    .onConflict((conflict) => conflict.column('identifier').doNothing())
    .execute();
  return work
    .selectFrom('users')
    .selectAll()
    .where('identifier', '=', identifier)
    .executeTakeFirstOrThrow();
}

/** All passkeys of a user, oldest first. */
export const listPasskeys = (core: Core, user: Pick<UserRow, 'id'>): Promise<PasskeyRow[]> =>
  core.database
    .selectFrom('passkeys')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** All passkeys of a user, and whether that is all: while a removed one may come back, it is not. */
export const listCompletely = (core: Core, user: UserRow) =>
  core.database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (work) => {
      const removed = await work
        .selectFrom('removed_passkeys')
        .select('id')
        .where('user_id', '=', user.id)
        .where('expires_at', '>', core.now())
        .execute();
      const passkeys = await listPasskeys(within(core, work), user);
      return { passkeys, complete: removed.length === 0 };
    });

/** One passkey of a user; someone else's does not exist. */
export async function getPasskey(core: Core, user: UserRow, key: PasskeyKey): Promise<PasskeyRow> {
  checkKey(key);
  const passkey = await core.database
    .selectFrom('passkeys')
    .selectAll()
    .where(column(key), '=', value(key))
    .where('user_id', '=', user.id)
    .executeTakeFirst();
  if (!passkey) throw passkeyNotFound();
  return passkey;
}

/** Gives a passkey of a user a new, already normalised name. */
export async function renamePasskey(core: Core, user: UserRow, key: PasskeyKey, name: string) {
  checkKey(key);
  const passkey = await core.database
    .updateTable('passkeys')
    .set({ name, updated_at: core.now() })
    .where(column(key), '=', value(key))
    .where('user_id', '=', user.id)
    .returningAll()
    .executeTakeFirst();
  if (!passkey) throw passkeyNotFound();
  core.log({ event: 'passkey-renamed', user: user.id, passkey: passkey.id });
  return passkey;
}

/**
 * Removes a passkey of a user, unless it is the last way in and the server guards that. For so many
 * seconds it can be brought back; without them it is gone for good.
 */
export async function removePasskey(
  core: Core,
  user: UserRow,
  key: PasskeyKey,
  restorableFor = 0,
): Promise<void> {
  checkKey(key);
  const removed = await decide(core, async (work) => {
    // One removal at a time per account, or two could each leave the other's key as "not the last".
    // A sign-in that holds the passkey must still be able to refer to the user: hence “no key”.
    await work
      .selectFrom('users')
      .select('id')
      .where('id', '=', user.id)
      .forNoKeyUpdate()
      .execute();
    const passkeys = await work
      .selectFrom('passkeys')
      .select(['id', 'credential_id'])
      .where('user_id', '=', user.id)
      .execute();
    const passkey = passkeys.find(
      ({ id, credential_id }) => value(key) === ('id' in key ? id : credential_id),
    );
    if (!passkey) throw passkeyNotFound();
    if (passkeys.length === 1 && !core.allowLastPasskeyRemoval) {
      throw new Refusal(
        'last-passkey',
        'The last passkey cannot be deleted: there would be no way in.',
      );
    }
    const gone = await work
      .deleteFrom('passkeys')
      .where('id', '=', passkey.id)
      .where('user_id', '=', user.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (restorableFor > 0) {
      const expires_at = new Date(core.now().getTime() + restorableFor * 1000 + grace);
      await work
        .insertInto('removed_passkeys')
        .values({ ...gone, expires_at })
        .execute();
    }
    return passkey;
  });
  core.log({ event: 'passkey-removed', user: user.id, passkey: removed.id });
}

/** Whoever undoes in the last second is in time, however slow the line is; in milliseconds. */
const grace = 10_000;

/** Brings back a passkey of a user that was removed a moment ago, as it was. */
export async function restorePasskey(core: Core, user: UserRow, id: string): Promise<PasskeyRow> {
  checkKey({ id });
  const passkey = await decide(core, async (work) => {
    const kept = await work
      .deleteFrom('removed_passkeys')
      .where('id', '=', id)
      .where('user_id', '=', user.id)
      .where('expires_at', '>', core.now())
      .returningAll()
      .executeTakeFirst();
    if (!kept) throw passkeyNotFound();
    const { expires_at: _, ...removed } = kept;
    return addPasskey(core, work, removed);
  });
  core.log({ event: 'passkey-restored', user: user.id, passkey: passkey.id });
  return passkey;
}

/** Refuses an account that is somebody's already; of two who want it at once, one gets it. */
export async function requireNoPasskey(work: Work, user: UserRow): Promise<void> {
  // Waits for a passkey that is just being added, as the weaker “no key” would not.
  await work.selectFrom('users').select('id').where('id', '=', user.id).forUpdate().execute();
  const passkey = await work
    .selectFrom('passkeys')
    .select('id')
    .where('user_id', '=', user.id)
    .executeTakeFirst();
  if (passkey) throw new Refusal('conflict', 'This name has been taken in the meantime.');
}

/**
 * Stores a new passkey. A credential id that exists already stays with its owner, who may have it back
 * after a removal, and a made-up one looks as if it did.
 */
export async function addPasskey(
  core: Core,
  work: Work,
  passkey: Insertable<Schema['passkeys']>,
): Promise<PasskeyRow> {
  if (await isKnown(core, work, passkey.credential_id)) throw alreadyRegistered();
  const added = await work
    .insertInto('passkeys')
    .values(passkey)
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!added) throw alreadyRegistered();
  return added;
}

const alreadyRegistered = () =>
  new Refusal('already-registered', 'This passkey is registered already.');

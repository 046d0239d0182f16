import type { Schema, UserRow, Work } from '../database.ts';
import { after, type Core, type SignedIn } from './core.ts';
import { hash, newSecret } from './encoding.ts';
import { Refusal } from './errors.ts';
import { policy } from './policy.ts';

/** The kind of proof a session is carried by, and the client it was given to. */
export interface SessionKind {
  readonly kind: Schema['sessions']['kind'];
  readonly client: string;
}

/** How a session begins, beside whose it is. */
export interface NewSession extends SessionKind {
  /** Secret of the session that this one takes the place of. */
  readonly replaces?: string | undefined;
  /** The sign-in counts as too old for adding or deleting a passkey from the start. */
  readonly stale?: boolean;
}

/** A session found by its secret. */
export interface Session {
  readonly user: UserRow;
  readonly signedInAt: Date;
}

const lifetimes = { cookie: policy.cookieSessionLifetime, bearer: policy.bearerSessionLifetime };

/** Starts a session under a new secret and ends the one it replaces, in the transaction of the sign-in. */
export async function startSession(
  core: Core,
  work: Work,
  user: UserRow,
  session: NewSession,
): Promise<SignedIn> {
  const token = newSecret();
  const expiresAt = after(core, lifetimes[session.kind]);
  if (session.replaces) {
    await work
      .deleteFrom('sessions')
      .where('token_hash', '=', await hash(session.replaces))
      .execute();
  }
  await work
    .insertInto('sessions')
    .values({
      token_hash: await hash(token),
      kind: session.kind,
      client: session.client,
      user_id: user.id,
      signed_in_at: session.stale ? new Date(0) : core.now(),
      expires_at: expiresAt,
    })
    .execute();
  return { user, token, expiresAt };
}

/** The session behind a secret, if it is still good. */
export async function findSession(
  core: Core,
  { kind, client }: SessionKind,
  token: string | undefined,
): Promise<Session | undefined> {
  if (!token) return undefined;
  const row = await core.database
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .select('sessions.signed_in_at')
    .where('token_hash', '=', await hash(token))
    .where('kind', '=', kind)
    .where('client', '=', client)
    .where('expires_at', '>', core.now())
    .executeTakeFirst();
  if (!row) return undefined;
  const { signed_in_at: signedInAt, ...user } = row;
  return { user, signedInAt };
}

/** Ends the session behind a secret; one that is gone already is no fault. */
export async function endSession(core: Core, token: string): Promise<void> {
  await core.database
    .deleteFrom('sessions')
    .where('token_hash', '=', await hash(token))
    .execute();
}

/**
 * Refuses a session whose sign-in is too long ago for adding or deleting a passkey, or for the end of
 * what was `begun` in time.
 */
export function requireFreshSession(core: Core, session: Session, begun = false): void {
  const longest = policy.freshness + (begun ? policy.challengeLifetime : 0);
  if (core.now().getTime() - session.signedInAt.getTime() > longest) {
    throw new Refusal('reauth-required', 'Sign in again to do this.');
  }
}

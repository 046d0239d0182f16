import { sql, type Generated, type Kysely, type Selectable, type Transaction } from 'kysely';

interface PasskeyColumns {
  id: string;
  credential_id: string;
  user_id: string;
  public_key: Uint8Array;
  sign_count: number;
  name: string | null;
  aaguid: string | null;
  /** JSON array of transport names. */
  transports: string;
  backup_eligible: boolean;
  backed_up: boolean;
  rp_id: string;
  created_at: Date;
  updated_at: Date | null;
  last_used_at: Date | null;
}

/** The tables; times are instants, secrets rest as hashes. */
export interface Schema {
  settings: { name: string; value: Uint8Array };
  users: {
    id: string;
    identifier: string;
    display_name: string | null;
    created_at: Date;
  };
  passkeys: PasskeyColumns;
  /** Those that can still be brought back; none of them signs anybody in. */
  removed_passkeys: PasskeyColumns & { expires_at: Date };
  challenges: {
    id: string;
    kind: 'sign-in' | 'registration' | 'approval';
    challenge: string;
    client: string;
    browser: string;
    user_id: string | null;
    identifier: string | null;
    display_name: string | null;
    mediation: string | null;
    /** Handle of the hand-off that an approval is for. */
    handoff: string | null;
    expires_at: Date;
  };
  /** What finished ceremonies led to, kept for a while for retries and questions. */
  outcomes: {
    challenge_id: string;
    kind: 'sign-in' | 'registration' | 'approval';
    client: string;
    browser: string;
    user_id: string;
    passkey_id: string;
    answer_hash: string;
    expires_at: Date;
  };
  sessions: {
    token_hash: string;
    kind: 'cookie' | 'bearer';
    client: string;
    user_id: string;
    signed_in_at: Date;
    expires_at: Date;
  };
  codes: {
    handle: string;
    client: string;
    browser: string;
    identifier: string;
    code_hash: string;
    tries: number;
    expires_at: Date;
  };
  /** Sign-ins begun in one browser, to be approved in another. */
  handoffs: {
    handle: string;
    /** What the link to the other device holds; it names the hand-off and opens nothing. */
    ticket: string;
    client: string;
    browser: string;
    state: 'waiting' | 'approved' | 'refused';
    user_id: string | null;
    number: number;
    /** JSON array of the numbers to choose from. */
    numbers: string;
    device_browser: string | null;
    device_system: string | null;
    /** Hash of the network the request came from, empty where that is unknown. */
    network: string;
    created_at: Date;
    expires_at: Date;
  };
  tries: { key: string; count: number; started_at: Date; expires_at: Date };
  /** What the `passlock` dialect knows of a passkey beside the passkey itself. */
  passlock_passkeys: { passkey_id: string; tenancy: string; owner: string; username: string };
  /** Everything the `passlock` dialect hands out to be used once: sessions, codes, authorisations. */
  passlock_tokens: {
    token_hash: string;
    tenancy: string;
    kind: string;
    /** JSON. */
    payload: string;
    expires_at: Date;
  };
  /** Whose account a passkey at Passlock belongs to, and the name the person gave it. */
  passlock_links: { passkey_id: string; user_id: string; name: string | null; created_at: Date };
  audit: {
    id: Generated<number>;
    at: Date;
    event: string;
    user_id: string;
    passkey_id: string;
    details: string;
  };
}

/** A connection to the tables, whichever PostgreSQL is behind it. */
export type Database = Kysely<Schema>;

/** The tables inside one transaction. */
export type Work = Transaction<Schema>;

export type UserRow = Selectable<Schema['users']>;
export type PasskeyRow = Selectable<Schema['passkeys']>;
export type ChallengeRow = Selectable<Schema['challenges']>;
export type HandoffRow = Selectable<Schema['handoffs']>;

const migrations: Readonly<Record<string, readonly string[]>> = {
  '0001-tables': [
    `create table settings (name text primary key, value bytea not null)`,
    `create table users (
      id text primary key, identifier text not null unique, display_name text,
      created_at timestamptz not null)`,
    `create table passkeys (
      id text primary key, credential_id text not null unique,
      user_id text not null references users on delete cascade,
      public_key bytea not null, sign_count bigint not null, name text, aaguid text,
      transports text not null, backup_eligible boolean not null, backed_up boolean not null,
      rp_id text not null, created_at timestamptz not null, updated_at timestamptz,
      last_used_at timestamptz)`,
    `create index passkeys_of_user on passkeys (user_id)`,
    `create table challenges (
      id text primary key, kind text not null, challenge text not null, client text not null,
      browser text not null, user_id text references users on delete cascade, identifier text,
      display_name text, mediation text, expires_at timestamptz not null)`,
    `create table outcomes (
      challenge_id text primary key, kind text not null, client text not null,
      browser text not null, user_id text not null references users on delete cascade,
      passkey_id text not null references passkeys on delete cascade,
      answer_hash text not null, expires_at timestamptz not null)`,
    `create index outcomes_of_passkey on outcomes (passkey_id)`,
    `create table sessions (
      token_hash text primary key, kind text not null, client text not null,
      user_id text not null references users on delete cascade,
      signed_in_at timestamptz not null, expires_at timestamptz not null)`,
    `create table codes (
      handle text primary key, client text not null, browser text not null,
      identifier text not null, code_hash text not null, tries integer not null,
      expires_at timestamptz not null)`,
    `create table tries (
      key text primary key, count integer not null, started_at timestamptz not null,
      expires_at timestamptz not null)`,
    `create table audit (
      id bigint generated always as identity primary key, at timestamptz not null,
      event text not null, user_id text not null, passkey_id text not null, details text not null)`,
    // 32 bytes from the database's own generator: one secret, whichever instance came first.
    `insert into settings values ('secret',
      decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))`,
  ],
  '0002-passlock': [
    `create table passlock_passkeys (
      passkey_id text primary key references passkeys on delete cascade,
      tenancy text not null, owner text not null, username text not null)`,
    `create index passlock_passkeys_of_owner on passlock_passkeys (tenancy, owner)`,
    `create table passlock_tokens (
      token_hash text primary key, tenancy text not null, kind text not null,
      payload text not null, expires_at timestamptz not null)`,
    `create table passlock_links (
      passkey_id text primary key, user_id text not null references users on delete cascade,
      name text, created_at timestamptz not null)`,
    `create index passlock_links_of_user on passlock_links (user_id)`,
  ],
  '0003-handoffs': [
    `create table handoffs (
      handle text primary key, ticket text not null unique, client text not null,
      browser text not null, state text not null, user_id text references users on delete cascade,
      number integer not null, numbers text not null, device_browser text, device_system text,
      network text not null, created_at timestamptz not null, expires_at timestamptz not null)`,
    `create index handoffs_of_browser on handoffs (browser)`,
    `alter table challenges add column handoff text references handoffs on delete cascade`,
    `create index challenges_of_handoff on challenges (handoff)`,
  ],
  '0004-restoration': [
    `create table removed_passkeys (
      like passkeys, expires_at timestamptz not null, primary key (id),
      foreign key (user_id) references users on delete cascade)`,
    `create index removed_passkeys_of_user on removed_passkeys (user_id)`,
  ],
};

/** Brings the tables up to date; instances that start together wait for one another. */
export async function migrate(database: Database): Promise<void> {
  await database.transaction().execute(async (work) => {
    await sql`select pg_advisory_xact_lock(7261756)`.execute(work);
    await sql`create table if not exists migrations (name text primary key)`.execute(work);
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(work);
    const done = new Set(rows.map(({ name }) => name));
    for (const [name, statements] of Object.entries(migrations)) {
      if (done.has(name)) continue;
      for (const statement of statements) await sql.raw(statement).execute(work);
      await sql`insert into migrations values (${name})`.execute(work);
    }
  });
}

/** Removes every row but the server's secret: a fresh start between tests. */
export async function emptyDatabase(database: Database): Promise<void> {
  await sql`truncate users, passkeys, challenges, outcomes, sessions, codes, handoffs, tries, audit,
    passlock_passkeys, passlock_tokens, passlock_links, removed_passkeys`.execute(database);
}

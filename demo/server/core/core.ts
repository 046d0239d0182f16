import { sql } from 'kysely';
import type { Database, UserRow, Work } from '../database.ts';
import { Refusal } from './errors.ts';
import type { LogEntry } from './log.ts';
import type { OriginCheck } from './origins.ts';

/** What every operation needs; it knows nothing of the dialect that asks. */
export interface Core {
  readonly database: Database;
  readonly rpId: string;
  readonly rpName: string;
  readonly originAllowed: OriginCheck;
  /** Answer truthfully whether an identifier has a passkey. */
  readonly revealAccounts: boolean;
  readonly allowLastPasskeyRemoval: boolean;
  readonly sendCode: (message: CodeMessage) => Promise<void> | void;
  readonly now: () => Date;
  readonly log: (entry: LogEntry) => void;
}

/** A code on its way to the owner of an address. */
export interface CodeMessage {
  readonly identifier: string;
  readonly code: string;
  /** The handle of the code: what the asking browser got back. */
  readonly handle: string;
}

/** Whom a challenge, a code or an outcome belongs to: a client of a dialect, and a browser if known. */
export interface Binding {
  readonly client: string;
  /** Hash of the browser cookie, empty where a dialect has no cookies. */
  readonly browser: string;
  /** What its accounts are called, up to a colon; without it they are those of people who proved an address. */
  readonly realm?: string;
}

/** A finished sign-in with the secret that proves it from now on. */
export interface SignedIn {
  readonly user: UserRow;
  readonly token: string;
  readonly expiresAt: Date;
}

/** A moment some milliseconds from now. */
export const after = (core: Core, milliseconds: number) =>
  new Date(core.now().getTime() + milliseconds);

/**
 * Runs a decision in one transaction: the one that the core is in already, if any. A refusal keeps
 * what the attempt used up (a challenge, a try); any other failure undoes everything, so that a crash
 * leaves no half rows.
 */
export async function decide<T>(core: Core, step: (work: Work) => Promise<T>): Promise<T> {
  if (core.database.isTransaction) return step(core.database as Work);
  const decision = await core.database.transaction().execute(async (work) => {
    try {
      return { value: await step(work) };
    } catch (error) {
      if (error instanceof Refusal) return { refusal: error };
      throw error;
    }
  });
  if ('refusal' in decision) throw decision.refusal;
  return decision.value;
}

/** The core inside a transaction, so that several of its operations are one decision. */
export const within = (core: Core, database: Database | Work): Core => ({ ...core, database });

/** The secret that all instances over this database share. */
export async function readSecret(core: Core): Promise<Uint8Array<ArrayBuffer>> {
  const { rows } = await sql<{ value: Uint8Array<ArrayBuffer> }>`
    select value from settings where name = 'secret'`.execute(core.database);
  if (!rows[0]) throw new Error('The database has no secret: run the migrations first.');
  return rows[0].value;
}

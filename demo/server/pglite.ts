import type { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PGliteDriver, type DatabaseConnection } from 'kysely';
import type { Database, Schema } from './database.ts';

/**
 * PGlite has one connection, and Kysely's driver lends it to everyone at once, so that a query could
 * slip into a stranger's transaction. Here each borrower waits for the one before.
 */
class OneAtATimeDriver extends PGliteDriver {
  #free: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  override async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    await before;
    this.#release = resolve;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    this.#release();
  }
}

/** The database inside one PGlite, on disk or in memory, in Node or in a page. */
export function openPGlite(pglite: PGlite): Database {
  const dialect = new PGliteDialect({ pglite });
  dialect.createDriver = () => new OneAtATimeDriver({ pglite });
  return new Kysely<Schema>({ dialect });
}

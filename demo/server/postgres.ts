import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database, Schema } from './database.ts';

const bigint = 20;
const bytea = 17;

/** The database on a PostgreSQL server, giving the same types as PGlite does. */
export function openPostgres(
  url: string,
  onLostConnection: (error: Error) => void = () => {},
): Database {
  const types = new pg.TypeOverrides();
  types.setTypeParser(bigint, Number);
  types.setTypeParser(bytea, (text) =>
    Uint8Array.from(Buffer.from(text.slice('\\x'.length), 'hex')),
  );
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: 10,
    connectionTimeoutMillis: 3000,
    query_timeout: 10_000,
  });
  // Without a listener a connection lost while idle would end the process.
  pool.on('error', onLostConnection);
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database, Schema } from './database.ts';

const bigint = 20;
const bytea = 17;

// Whatever else the database is set up for: of two that want one row, one waits instead of giving up, and
// values come as they are read below.
const habits = `set default_transaction_isolation = 'read committed'; set datestyle = 'ISO';
  set bytea_output = 'hex'`;

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
    onConnect: (client): unknown => client.query(habits), // the pool waits for it
    max: 10,
    connectionTimeoutMillis: 3000,
    query_timeout: 10_000,
  });
  // Without a listener a lost connection would end the process: here one that a request has in its hands,
  // below one that is idle, of which the first one tells as well.
  pool.on('connect', (client) => client.on('error', onLostConnection));
  pool.on('error', () => {});
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

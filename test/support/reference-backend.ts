import type { Hono } from 'hono';
import { createApp, type AppOptions } from '../../demo/server/app.ts';
import { emptyDatabase, type Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { memoryDatabase } from './memory-database.ts';

/** The reference backend inside a test page. */
export interface ReferenceBackend {
  readonly app: Hono<AppEnv>;
  /** The last code sent, by identifier. */
  readonly codes: ReadonlyMap<string, string>;
  readonly database: Database;
  /** Forgets everything and goes back to the real time. */
  reset(): Promise<void>;
  /** Sets the server's clock to a moment, or back to the real time. */
  setNow(now?: Date): void;
  /** Another app over the same database, set up otherwise: a second instance, or other switches. */
  createApp(options?: Partial<AppOptions>): Hono<AppEnv>;
}

/** Starts the reference backend over a database in this page's memory; one per test file is enough. */
export async function startReferenceBackend(
  options: Partial<AppOptions> = {},
): Promise<ReferenceBackend> {
  const database = await memoryDatabase();
  const codes = new Map<string, string>();
  let fixed: Date | undefined;
  const create = (more: Partial<AppOptions> = {}) =>
    createApp({
      store: database,
      origins: ['http://localhost:*'],
      now: () => fixed ?? new Date(),
      sendCode: ({ identifier, code }) => void codes.set(identifier, code),
      ...options,
      ...more,
    });
  return {
    app: create(),
    codes,
    database,
    async reset() {
      await emptyDatabase(database);
      codes.clear();
      fixed = undefined;
    },
    setNow(now) {
      fixed = now;
    },
    createApp: create,
  };
}

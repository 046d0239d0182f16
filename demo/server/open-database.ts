import { sql } from 'kysely';
import { takeDataFolder } from './data-folder.ts';
import { migrate, type Database } from './database.ts';
import { SettingsError } from './settings.ts';

/** A migrated database, and the way to leave it. */
export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

/**
 * Opens PostgreSQL where a URL names one, else the embedded database in a folder. Only the packages of
 * the one that is opened are loaded, so a site need not have those of the other.
 */
export async function openDatabase(
  { databaseUrl, dataFolder }: { databaseUrl?: string | undefined; dataFolder: string },
  onLostConnection: (error: Error) => void,
): Promise<OpenDatabase> {
  const open =
    databaseUrl === undefined ? openFolder(dataFolder) : openServer(databaseUrl, onLostConnection);
  const { database, close } = await open;
  try {
    await migrate(database);
  } catch (error) {
    await close();
    throw error;
  }
  return { database, close };
}

async function openServer(
  url: string,
  onLostConnection: (error: Error) => void,
): Promise<OpenDatabase> {
  const { openPostgres } = await import('./postgres.ts');
  const database = openPostgres(url, onLostConnection);
  try {
    await sql`select 1`.execute(database);
  } catch (error) {
    await database.destroy();
    const { code = 'no answer' } = error as { code?: string };
    throw new SettingsError(`The database at DATABASE_URL cannot be reached (${code}).`);
  }
  return { database, close: () => database.destroy() };
}

async function openFolder(path: string): Promise<OpenDatabase> {
  const { PGlite } = await import('@electric-sql/pglite');
  const { openPGlite } = await import('./pglite.ts');
  const folder = takeDataFolder(path);
  try {
    const database = openPGlite(await PGlite.create(folder.database));
    const close = () => database.destroy().finally(folder.release);
    return { database, close };
  } catch {
    folder.release();
    throw new SettingsError(`The database in ${path} cannot be opened: it may be damaged.`);
  }
}

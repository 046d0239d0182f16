import { PGlite } from '@electric-sql/pglite';
import { migrate, type Database } from '../../demo/server/database.ts';
import { openPGlite } from '../../demo/server/pglite.ts';

/** Where the test runner serves the files of an empty PGlite to its pages. */
export const pgliteFilesPath = '/pglite-files.tar';

/** A PGlite in memory with nothing in it. */
export async function openMemory(): Promise<PGlite> {
  return PGlite.create({ loadDataDir: await files() });
}

/** A database in memory with all its tables, and nobody in them. */
export async function memoryDatabase(): Promise<Database> {
  const database = openPGlite(await openMemory());
  await migrate(database);
  return database;
}

async function files(): Promise<Blob> {
  if ('document' in globalThis) return (await fetch(pgliteFilesPath)).blob();
  const { pgliteFiles } = await import('./pglite-files.ts');
  return new Blob([await pgliteFiles()]);
}

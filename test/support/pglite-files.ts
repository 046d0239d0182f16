import { PGlite } from '@electric-sql/pglite';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = new URL('../package.json', import.meta.resolve('@electric-sql/pglite'));
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
const tarball = fileURLToPath(
  new URL(`../../node_modules/.cache/pglite/${version}.tar`, import.meta.url),
);

/**
 * The files of an empty PGlite, as a tarball. To make them takes two seconds and more, to unpack
 * them a quarter of one, so they are made once and kept.
 */
export async function pgliteFiles(): Promise<Buffer<ArrayBuffer>> {
  await makeTarball();
  return readFileSync(tarball);
}

/** Puts them where `DATA_DIR` points. */
export async function fillDataFolder(folder: string): Promise<void> {
  await makeTarball();
  const database = `${folder}/postgres`;
  mkdirSync(database, { recursive: true });
  execFileSync('tar', ['-xf', tarball, '-C', database], { stdio: 'pipe' });
}

/** Test files run side by side: whoever comes too late replaces the file by the same one. */
async function makeTarball(): Promise<void> {
  if (existsSync(tarball)) return;
  const pglite = await PGlite.create();
  const files = await pglite.dumpDataDir('none');
  await pglite.close();
  const unfinished = `${tarball}.${process.pid}`;
  mkdirSync(dirname(tarball), { recursive: true });
  writeFileSync(unfinished, Buffer.from(await files.arrayBuffer()));
  renameSync(unfinished, tarball);
}

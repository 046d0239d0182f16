import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from './settings.ts';

/** A folder that belongs to this process until it is released. */
export interface DataFolder {
  /** Where the embedded database lives. */
  readonly database: string;
  release(): void;
}

/** Takes a data folder for this process: two embedded databases over one folder would destroy it. */
export function takeDataFolder(folder: string): DataFolder {
  const lock = join(folder, 'server.lock');
  try {
    mkdirSync(folder, { recursive: true });
    takeLock(folder, lock);
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw new SettingsError(`The data folder ${folder} cannot be written to.`);
  }
  return { database: join(folder, 'postgres'), release: () => rmSync(lock, { force: true }) };
}

function takeLock(folder: string, lock: string): void {
  if (writeLock(lock)) return;
  const owner = readOwner(lock);
  if (isRunning(owner)) throw inUse(folder, owner);
  // Left by a server that was killed. Of several that find it one removes it, or each would remove the
  // lock of the one before.
  const removal = `${lock}.removal`;
  const remover = writeLock(removal) ? process.pid : readOwner(removal);
  if (isRunning(remover)) throw inUse(folder, remover);
  try {
    if (readOwner(lock) === owner) rmSync(lock, { force: true });
    if (!writeLock(lock)) throw inUse(folder, readOwner(lock));
  } finally {
    rmSync(removal, { force: true });
  }
}

function writeLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));

/** The process that a lock names, or 0; one that was only just made is empty for a moment. */
function readOwner(path: string): number {
  for (let attempt = 0; attempt < 50 && existsSync(path); attempt++) {
    const text = readFileSync(path, 'utf8');
    if (text !== '') return Number(text);
    Atomics.wait(pause, 0, 0, 10);
  }
  return 0;
}

const inUse = (folder: string, owner: number) =>
  new SettingsError(
    `The data folder ${folder} is in use by process ${owner}: stop it, or set DATA_DIR to another folder.`,
  );

function isRunning(pid: number): boolean {
  // In a container, a new server often gets the number of the one before.
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

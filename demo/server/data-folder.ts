import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = Number(readFileSync(lock, 'utf8'));
    if (isRunning(owner)) {
      throw new SettingsError(
        `The data folder ${folder} is in use by process ${owner}: stop it, or set DATA_DIR to another folder.`,
      );
    }
    // Left by a server that was killed.
    rmSync(lock, { force: true });
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
  }
}

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

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { takeDataFolder } from '../../demo/server/data-folder.ts';

const folders = mkdtempSync(join(tmpdir(), 'passkey-folders-'));
after(() => rmSync(folders, { recursive: true, force: true }));

const running = String(process.ppid);
const killed = '99999999';
const inUse = { message: new RegExp(`in use by process ${running}:`) };

/** A new folder with files in it. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(folders, 'data-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const lockOf = (folder: string) => readFileSync(join(folder, 'server.lock'), 'utf8');

describe('a data folder', () => {
  it('belongs to one process until it is released', () => {
    const folder = folderWith({});
    const { release } = takeDataFolder(folder);
    assert.equal(lockOf(folder), String(process.pid));
    release();
    assert.ok(!existsSync(join(folder, 'server.lock')));
    assert.throws(() => takeDataFolder(folderWith({ 'server.lock': running })), inUse);
  });

  it('of a server that was killed goes to the next one, which leaves nothing else behind', () => {
    const folder = folderWith({ 'server.lock': killed });
    takeDataFolder(folder).release();
    assert.ok(!existsSync(join(folder, 'server.lock.removal')));
  });

  it('of a server that was killed as it took the folder goes to the next one as well', () => {
    const folder = folderWith({ 'server.lock': killed, 'server.lock.removal': killed });
    takeDataFolder(folder).release();
    assert.ok(!existsSync(join(folder, 'server.lock.removal')));
  });

  it('of a server that was killed goes to one of two, not to both', () => {
    const folder = folderWith({ 'server.lock': killed, 'server.lock.removal': running });
    assert.throws(() => takeDataFolder(folder), inUse);
    assert.equal(lockOf(folder), killed);
  });

  it('is not free while the one that takes it has yet to write who it is', async () => {
    const lock = join(folderWith({}), 'server.lock');
    const source = `
      const { openSync, writeSync } = require('node:fs');
      const { parentPort, workerData: { lock, running } } = require('node:worker_threads');
      const file = openSync(lock, 'wx');
      parentPort.postMessage('opened');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      writeSync(file, running);`;
    const worker = new Worker(source, { eval: true, workerData: { lock, running } });
    await once(worker, 'message');
    assert.throws(() => takeDataFolder(join(lock, '..')), inUse);
    await once(worker, 'exit').catch(() => undefined);
  });
});

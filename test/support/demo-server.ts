import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.mjs';
import { fillDataFolder } from './pglite-files.ts';

/** Starts the reference backend on a free port, with a data folder of its own. */
export async function startDemoServer(env: Record<string, string> = {}): Promise<DemoServer> {
  const folder = await mkdtemp(join(tmpdir(), 'passkey-elements-demo-'));
  await fillDataFolder(folder);
  const server = new DemoServer(await freePort(), folder, env);
  await server.start();
  return server;
}

/** Reference backends that run, one for each kind of settings, started when first asked for. */
export class DemoServers implements AsyncDisposable {
  readonly #started = new Map<string, Promise<DemoServer>>();

  with(settings: Record<string, string>): Promise<DemoServer> {
    const name = JSON.stringify(settings);
    const server =
      this.#started.get(name) ?? startDemoServer({ TRUSTED_PROXIES: '1', ...settings });
    this.#started.set(name, server);
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#started.values()) await (await server)[Symbol.asyncDispose]();
  }
}

/** A running reference backend that can be stopped and started again: same address, same data. */
export class DemoServer implements AsyncDisposable {
  readonly url: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  #output = '';

  constructor(port: number, folder: string, env: Record<string, string>) {
    this.url = `http://localhost:${port}`;
    this.#folder = folder;
    this.#env = { ...process.env, ...env, PORT: String(port), DATA_DIR: folder };
    if (!env['DATABASE_URL']) delete this.#env['DATABASE_URL']; // that one is for the server tests
  }

  /** What it has printed since it was first started. */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['demo/server/main.ts'], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.#output += chunk.toString();
        if (chunk.includes('http://')) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', (code) =>
        reject(new Error(`The demo server ended with code ${code}:\n${this.#output}`)),
      );
    });
  }

  /** Asks it to end, or with `SIGKILL` takes it down as a power cut would. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.stop(signal);
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { openDemoBackend } from './demo-backend.ts';
import type { AppEnv } from './http.ts';
import { listen } from './listener.ts';
import { createPages } from './pages.ts';
import { readSettings, SettingsError } from './settings.ts';

const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const { app: api, close } = await openDemoBackend(settings);
  const pages = createPages({
    folder: inProject('demo/dist'),
    script: inProject('dist/passkey-elements.min.js'),
  });
  const app = new Hono<AppEnv>().route('/', api).route('/', pages);
  const listening = await listen(app, settings.port).catch(async (error: NodeJS.ErrnoException) => {
    await close();
    if (error.code === 'EADDRINUSE' || error.code === 'EACCES') {
      const why = error.code === 'EACCES' ? 'not open to this user' : 'in use';
      throw new SettingsError(`Port ${settings.port} is ${why}: set PORT to another one.`);
    }
    throw error;
  });
  const stop = () =>
    listening
      .close()
      .then(close)
      .catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  console.log(`Open http://localhost:${listening.port}`);
}

start().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exitCode = 1;
});

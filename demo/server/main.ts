import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { createApp } from './app.ts';
import { formatLogEntry, type LogEntry } from './core/log.ts';
import type { AppEnv } from './http.ts';
import { listen } from './listener.ts';
import { createMailer } from './mail.ts';
import { openDatabase } from './open-database.ts';
import { createPages } from './pages.ts';
import { readSettings, SettingsError } from './settings.ts';

const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const log = (entry: LogEntry) => console.log(formatLogEntry(entry));

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const { database, close } = await openDatabase(settings, ({ message }) =>
    log({ event: 'database-connection-lost', reason: message }),
  );
  const mail = settings.smtpUrl && createMailer(settings.smtpUrl, settings.mailFrom);
  const api = createApp({
    store: database,
    rpId: settings.rpId,
    origins: settings.origins,
    clientIds: settings.clientIds,
    trustedProxies: settings.trustedProxies,
    handoff: settings.handoff,
    showCodes: !mail,
    sendCode: mail || (({ identifier, code }) => log({ event: 'code', identifier, code })),
    log,
  });
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

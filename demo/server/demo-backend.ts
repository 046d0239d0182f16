import { Hono } from 'hono';
import { createApp } from './app.ts';
import { formatLogEntry, type LogEntry } from './core/log.ts';
import type { AppEnv } from './http.ts';
import { createMailer } from './mail.ts';
import { openDatabase } from './open-database.ts';
import type { Settings } from './settings.ts';

/** The backend behind the demo page, and the way to leave its database. */
export interface DemoBackend {
  readonly app: Hono<AppEnv>;
  close(): Promise<void>;
}

const isOfThisMachine = (origin: string) => /^https?:\/\/([\w-]+\.)*localhost(:|$)/.test(origin);

const log = (entry: LogEntry) => console.log(formatLogEntry(entry));

/** Opens the database that the settings name, and makes the backend of the demo page over it. */
export async function openDemoBackend(settings: Settings): Promise<DemoBackend> {
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
    restorableFor: settings.restorableFor,
    proxies: settings.proxies,
    // Whoever could ask for the code of any address could sign in as anybody.
    showCodes: !mail && settings.origins.every(isOfThisMachine),
    sendCode: mail || (({ identifier, code }) => log({ event: 'code', identifier, code })),
    log,
  });
  const app = new Hono<AppEnv>();
  // A page cannot know whether its visitor has a session, and a refusal is an error on the console.
  app.get('/demo/session', async (c) => {
    const { headers } = c.req.raw;
    const answer = await api.request('/api/passkeys/session', { headers }, c.env);
    return answer.status === 401 ? c.json({ user: null }, { headers: answer.headers }) : answer;
  });
  app.get('/demo/settings', (c) => c.json({ handOff: settings.handoff }));
  return { app: app.route('/', api), close };
}

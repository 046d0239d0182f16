import { createApp, type AppOptions } from '../app.ts';
import { openDatabase } from '../open-database.ts';

/** Makes the backend of a site, with what only the site can know. */
export async function createBackend(sendCode: AppOptions['sendCode']) {
  const databaseUrl = process.env['DATABASE_URL']; // without it: embedded, in the folder
  const { database, close } = await openDatabase(
    { databaseUrl, dataFolder: 'data' },
    console.error,
  );
  const origins = ['https://example.com'];
  const site = { rpId: 'example.com', rpName: 'Example', trustedProxies: 1 };
  return { backend: createApp({ store: database, origins, sendCode, ...site }), close };
}

import type { RequestListener } from 'node:http';
import { openDemoBackend } from './demo-backend.ts';
import { toNodeListener } from './node-listener.ts';
import { readSettings } from './settings.ts';

/** A backend for a server that somebody else runs. */
interface Served {
  readonly listener: RequestListener;
  close(): Promise<void>;
}

// Vite starts its next self, with new copies of these modules, before it ends the one before.
const place = globalThis as { passkeyDemoBackend?: Served };

/** The backend for the development server of the page, with the settings of the environment. */
export async function serveDemoBackend(): Promise<Served> {
  await place.passkeyDemoBackend?.close();
  const { app, close } = await openDemoBackend(readSettings(process.env));
  let closed: Promise<void> | undefined;
  return (place.passkeyDemoBackend = {
    listener: toNodeListener(app),
    close: () => (closed ??= close()),
  });
}

import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import type { AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';

/** A site with the elements, and with the backend they speak to. */
export interface BackendPageSetup {
  /** What both elements get, such as `backend="rest"`. */
  readonly attributes: string;
  /** Answers all that is no part of the page: `app.fetch` of Hono, or any such function. */
  readonly backend?: (url: string) => Backend | Promise<Backend>;
  /** The site's own code, for backends that hand out tokens. */
  readonly script?: string;
}

type Backend = (request: Request, env: AppEnv['Bindings']) => Response | Promise<Response>;

export interface BackendPage extends AsyncDisposable {
  /** Its origin: `/` has both elements, `/account` has only the manager. */
  readonly url: string;
}

/**
 * Serves a site on a free port of this machine: its pages, the built script-tag file, and its backend,
 * which is made when its address is known.
 */
export async function serveBackendPage(setup: BackendPageSetup): Promise<BackendPage> {
  const { attributes, script = '' } = setup;
  const elements = await readFile('dist/passkey-elements.min.js', 'utf8');
  const login = `<passkey-login ${attributes}></passkey-login>`;
  const manager = `<passkey-manager ${attributes}></passkey-manager>`;
  const backend = Promise.withResolvers<Backend>();

  const app = new Hono<AppEnv>()
    .get('/', (c) => c.html(pageOf(login + manager, script)))
    .get('/account', (c) => c.html(pageOf(manager, script)))
    .get('/passkey-elements.min.js', (c) =>
      c.body(elements, 200, { 'Content-Type': 'text/javascript' }),
    )
    .all('*', async (c) => (await backend.promise)(c.req.raw, c.env));
  const { port, close } = await listen(app, 0);
  const url = `http://localhost:${port}`;
  backend.resolve((await setup.backend?.(url)) ?? (() => new Response(null, { status: 404 })));
  return { url, [Symbol.asyncDispose]: close };
}

function pageOf(elements: string, script: string): string {
  return `<!doctype html><html lang="en"><title>A site</title><link rel="icon" href="data:," />
    <script src="/passkey-elements.min.js"></script>${elements}<script>${script}</script></html>`;
}

import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';
import { bundle } from './bundle.ts';

/** A site with the elements, and with the backend they speak to. */
export interface BackendPageSetup {
  /** What both elements get, such as `backend="rest"`, or one element and the other. */
  readonly attributes?: string | { readonly login: string; readonly manager: string };
  /** Answers all that is no part of the page: `app.fetch` of Hono, or any such function. */
  readonly backend?: (url: string) => Backend | Promise<Backend>;
  /** The site's own code, for backends that hand out tokens. */
  readonly script?: string;
  /** The same as a module, which imports `passkey-elements/define` in place of the script-tag file. */
  readonly module?: string;
  /** What the site's server writes into the head of a page for this visitor. */
  readonly head?: (c: AppContext) => string | Promise<string>;
}

type Backend = (request: Request, env: AppEnv['Bindings']) => Response | Promise<Response>;

export interface BackendPage extends AsyncDisposable {
  /** Its origin: `/` has both elements, `/account` has only the manager. */
  readonly url: string;
}

/**
 * Serves a site on a free port of this machine: its pages, the built package, and its backend,
 * which is made when its address is known.
 */
export async function serveBackendPage(setup: BackendPageSetup): Promise<BackendPage> {
  const { attributes = '', script = '', module, head = () => '' } = setup;
  const of =
    typeof attributes === 'string' ? { login: attributes, manager: attributes } : attributes;
  const login = `<passkey-login ${of.login}></passkey-login>`;
  const manager = `<passkey-manager ${of.manager}></passkey-manager>`;
  const files = await (module === undefined ? scriptTagFile() : bundle(module));
  const [entry] = files.keys();
  const tag = `<script ${module === undefined ? '' : 'type="module"'} src="/${entry}"></script>`;
  const backend = Promise.withResolvers<Backend>();

  const show = (elements: string) => async (c: AppContext) =>
    c.html(`<!doctype html><html lang="en"><title>A site</title><link rel="icon" href="data:," />
      ${await head(c)}${tag}${elements}<script>${script}</script></html>`);
  const app = new Hono<AppEnv>().get('/', show(login + manager)).get('/account', show(manager));
  for (const [name, code] of files) {
    app.get(`/${name}`, (c) => c.body(code, 200, { 'Content-Type': 'text/javascript' }));
  }
  app.all('*', async (c) => (await backend.promise)(c.req.raw, c.env));
  const { port, close } = await listen(app, 0);
  const url = `http://localhost:${port}`;
  backend.resolve((await setup.backend?.(url)) ?? (() => new Response(null, { status: 404 })));
  return { url, [Symbol.asyncDispose]: close };
}

async function scriptTagFile(): Promise<ReadonlyMap<string, string>> {
  const name = 'passkey-elements.min.js';
  return new Map([[name, await readFile(`dist/${name}`, 'utf8')]]);
}

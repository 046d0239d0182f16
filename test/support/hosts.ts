import { cpSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { build, defaultClientConditions, type InlineConfig, type Plugin } from 'vite';
import type { Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';
import { createPages } from '../hosts/pages/server.ts';
import { PackedSite } from './packed-site.ts';
import { ReferenceSite } from './reference-site.ts';

/** A site of test/hosts that listens, with the reference backend at `/api` of the same origin. */
export interface Host extends AsyncDisposable {
  readonly url: string;
  /** The code that was mailed last. */
  codeFor(identifier: string): string;
}

/** What sites install beside the package. */
const installed = [
  ...['react', 'react-dom', 'preact', 'vue', 'svelte', 'rxjs'],
  ...['@angular/common', '@angular/compiler', '@angular/core', '@angular/platform-browser'],
];

/** Sites that are served as they stand. */
const unbuilt = ['html', 'pages'];

const isCustomElement = (tag: string): boolean => tag.startsWith('passkey-');

/** What a site sets up in its bundler; compilers load when they are needed. */
const plugins: Readonly<Record<string, () => Promise<Plugin | Plugin[]>>> = {
  vue: async () => {
    const { default: vue } = await import('@vitejs/plugin-vue');
    return vue({ template: { compilerOptions: { isCustomElement } } });
  },
  svelte: async () => {
    const { svelte } = await import('@sveltejs/vite-plugin-svelte');
    return svelte({ configFile: false });
  },
};

/** As one works on a site, frameworks and the package say what they object to. */
const development: InlineConfig = {
  mode: 'development',
  define: { 'process.env.NODE_ENV': '"development"' },
  resolve: { conditions: ['development', ...defaultClientConditions] },
};

/** Vue takes over less of a server's page in production. */
const published = ['vue-server'];

/** The sites of test/hosts with the packed tarball installed; each is built when it is first served. */
export class Hosts implements Disposable {
  readonly #site = new PackedSite();
  readonly #built = new Map<string, Promise<string>>();

  constructor() {
    for (const name of installed) this.#site.add(name);
    const hosts = fileURLToPath(new URL('../hosts', import.meta.url));
    cpSync(hosts, this.#site.folder, { recursive: true });
  }

  /** Serves a site on a free port. */
  async serve(name: string, store: Database): Promise<Host> {
    const app = new Hono<AppEnv>();
    const { port, close } = await listen(app, 0);
    const url = `http://localhost:${port}`;
    const reference = new ReferenceSite(url, { store });
    const ask = (path: string, init: RequestInit) =>
      reference.fetch(new Request(`${url}/api/passkeys/${path}`, init));

    app.all('/api/*', (c) => reference.fetch(c.req.raw, c.env));
    app.post('/sign-out', async ({ req }) => {
      const type = { 'content-type': 'application/json' };
      const headers = { ...type, origin: url, cookie: req.header('cookie') ?? '' };
      const answer = await ask('sign-out', { method: 'POST', headers, body: '{}' });
      const home = new Response(null, { status: 303, headers: { location: '/' } });
      for (const cookie of answer.headers.getSetCookie()) home.headers.append('set-cookie', cookie);
      return home;
    });
    const script = join(this.#site.package, 'dist/passkey-elements.min.js');
    app.use('/passkey-elements.min.js', serveStatic({ path: script }));
    if (name === 'pages') {
      const isSignedIn = async ({ headers }: Request) => (await ask('session', { headers })).ok;
      app.route('/', createPages(isSignedIn));
    } else {
      app.use(serveStatic({ root: await this.#filesOf(name) }));
    }
    const codeFor = (identifier: string) => reference.codeFor(identifier);
    return { url, codeFor, [Symbol.asyncDispose]: close };
  }

  [Symbol.dispose](): void {
    this.#site[Symbol.dispose]();
  }

  #filesOf(name: string): Promise<string> {
    const known = this.#built.get(name);
    if (known) return known;
    const root = join(this.#site.folder, name);
    const files = unbuilt.includes(name) ? Promise.resolve(root) : this.#build(name, root);
    this.#built.set(name, files);
    return files;
  }

  async #build(name: string, root: string): Promise<string> {
    const [framework = name] = name.split('-', 1);
    const config: InlineConfig = {
      ...(published.includes(name) ? {} : development),
      configFile: false,
      root,
      logLevel: 'error',
      plugins: [plugins[framework]?.()],
    };
    const outDir = join(root, 'dist');
    await build({ ...config, build: { target: 'es2022', minify: false, outDir } });
    if (name.endsWith('-server')) {
      const ssr = readdirSync(root).find((file) => file.startsWith('server.'));
      const server = { ssr, outDir: join(root, 'server') };
      await build({ ...config, ssr: { external: true }, build: server });
      const markup = this.#site.run(`
        import { html } from './${name}/server/server.mjs';
        process.stdout.write(html);`);
      const page = join(outDir, 'index.html');
      const shell = await readFile(page, 'utf8');
      await writeFile(
        page,
        shell.replace('<!--app-->', () => markup),
      );
    }
    return outDir;
  }
}

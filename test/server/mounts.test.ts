import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getRequestListener, serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { createApp, type AppOptions } from '../../demo/server/app.ts';
import type { Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { createBackend as createSiteBackend } from '../../demo/server/mounts/backend.ts';
import { mountInExpress } from '../../demo/server/mounts/express.ts';
import { mountInFastify } from '../../demo/server/mounts/fastify.ts';
import { mountInHono } from '../../demo/server/mounts/hono.ts';
import { createRouteHandlers } from '../../demo/server/mounts/next.ts';
import { Visitor } from '../support/visitor.ts';
import { memoryDatabase } from '../support/memory-database.ts';

type Backend = Hono<AppEnv>;

/** A site that listens, with the backend in it. */
interface Site extends AsyncDisposable {
  readonly url: string;
}

/** The site's own work, before the backend gets the request. */
const siteCookie = 'site=own; Path=/';

const sites: Record<string, (backend: Backend) => Promise<Site>> = {
  Hono: async (backend) => {
    const site = new Hono<AppEnv>();
    site.use((c, next) => {
      setCookie(c, 'site', 'own');
      return next();
    });
    mountInHono(site, backend);
    site.get('/', (c) => c.text('home'));
    const server = serve({ fetch: site.fetch, port: 0, hostname: '127.0.0.1' });
    return listening(server);
  },
  Express: async (backend) => {
    const site = express();
    site.use((_, response, next) => next(void response.cookie('site', 'own')));
    mountInExpress(site, backend);
    site.use(express.json());
    site.get('/', (_, response) => void response.send('home'));
    return listening(site.listen(0, '127.0.0.1'));
  },
  'Express with its body parsers first': async (backend) => {
    const site = express();
    site.use(express.json(), express.urlencoded(), express.text());
    site.use((_, response, next) => next(void response.cookie('site', 'own')));
    mountInExpress(site, backend);
    site.get('/', (_, response) => void response.send('home'));
    return listening(site.listen(0, '127.0.0.1'));
  },
  'Express with all bodies as bytes': async (backend) => {
    const site = express();
    site.use(express.raw({ type: '*/*' }));
    site.use((_, response, next) => next(void response.cookie('site', 'own')));
    mountInExpress(site, backend);
    site.get('/', (_, response) => void response.send('home'));
    return listening(site.listen(0, '127.0.0.1'));
  },
  Fastify: async (backend) => {
    const site = fastify({ forceCloseConnections: true });
    site.addHook('onRequest', async (_, reply) => void reply.header('set-cookie', siteCookie));
    await mountInFastify(site, backend);
    site.get('/', async () => 'home');
    const url = await site.listen({ port: 0, host: '127.0.0.1' });
    const close = () => site.close();
    return { url: url.replace('127.0.0.1', 'localhost'), [Symbol.asyncDispose]: close };
  },
  'a route handler': async (backend) => {
    const handlers: Record<string, (request: Request) => Response | Promise<Response>> =
      createRouteHandlers(backend);
    const listener = getRequestListener(async (request) => {
      const { pathname } = new URL(request.url);
      const handle = pathname.startsWith('/auth/') && handlers[request.method];
      const answer = handle ? await handle(request) : new Response('home');
      answer.headers.append('set-cookie', siteCookie);
      return answer;
    });
    return listening(createServer((...pair) => void listener(...pair)).listen(0, '127.0.0.1'));
  },
};

async function listening(server: ReturnType<typeof serve>): Promise<Site> {
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  };
  return { url: `http://localhost:${port}`, [Symbol.asyncDispose]: close };
}

let store: Database;
const codes = new Map<string, string>();

const createBackend = (options: Partial<AppOptions> = {}): Backend =>
  createApp({
    store,
    origins: ['http://localhost:*'],
    triesPerMinute: 100,
    sendCode: ({ identifier, code }) => void codes.set(identifier, code),
    ...options,
  });

before(async () => {
  store = await memoryDatabase();
});
after(() => store.destroy());

describe('the backend of a site', () => {
  it('is made with what only the site can know', async (test) => {
    const { env } = process;
    const folder = process.cwd();
    const elsewhere = mkdtempSync(join(tmpdir(), 'passkey-site-'));
    process.env = { ...env, DATABASE_URL: undefined };
    process.chdir(elsewhere);
    test.after(() => {
      process.env = env;
      process.chdir(folder);
      rmSync(elsewhere, { recursive: true });
    });
    const { backend, close } = await createSiteBackend(() => undefined);
    const begin = (origin: string) =>
      backend.request('/api/passkeys/sign-in/begin', {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: '{}',
      });
    assert.equal((await begin('https://example.com')).status, 200);
    assert.equal((await begin('http://localhost')).status, 403);
    await close();
  });
});

for (const [address, [name, open]] of Object.entries(sites).entries()) {
  describe(`the backend mounted in ${name}`, () => {
    const account = name.toLowerCase().replaceAll(' ', '-');
    const identifier = `${account}@example.com`;
    let site: Site;

    before(async () => (site = await open(createBackend())));
    after(() => site[Symbol.asyncDispose]());

    it('signs up, adds, renames and removes a passkey, signs out and in', async () => {
      const visitor = new Visitor(`${site.url}/auth/api/passkeys`);
      await signUp(visitor, identifier);
      const renamed = 'Laptop, größer';
      const [{ id }] = (await visitor.must('GET', '/passkeys')).passkeys;
      assert.equal(
        (await visitor.must('PATCH', `/passkeys/${id}`, { name: renamed })).name,
        renamed,
      );

      await visitor.must('POST', '/sign-out', {});
      assert.equal((await visitor.send('GET', '/session')).status, 401);
      assert.equal((await signIn(visitor)).user.identifier, identifier);
      assert.equal((await visitor.must('GET', '/session')).user.identifier, identifier);

      assert.equal((await visitor.send('DELETE', `/passkeys/${id}`)).status, 204);
      assert.deepEqual((await visitor.must('GET', '/passkeys')).passkeys, []);
    });

    it('keeps its own cookies and those of the site apart, each on a line of its own', async () => {
      const visitor = new Visitor(`${site.url}/auth/api/passkeys`);
      const begun = await visitor.send('POST', '/sign-in/begin', {});
      const names = begun.headers.getSetCookie().map((line) => line.split('=')[0]);
      assert.deepEqual(names.sort(), ['passkey-browser', 'site']);
    });

    it('refuses in JSON, as on its own: strange pages, other types, too large a body', async () => {
      const visitor = new Visitor(`${site.url}/auth/api/passkeys`);
      const refusals = await Promise.all([
        visitor.send('POST', '/sign-in/begin', {}, { origin: 'https://evil.example' }),
        visitor.send('POST', '/sign-in/begin', 'a=b', {
          'content-type': 'application/x-www-form-urlencoded',
        }),
        visitor.send('POST', '/sign-in/begin', '{}', { 'content-type': 'text/plain' }),
        visitor.send('POST', '/sign-out', { padding: 'a'.repeat(70_000) }),
        visitor.send('POST', '/sign-out', '{"__proto__":{"a":1}}'),
        visitor.send('GET', '/nothing'),
      ]);
      assert.deepEqual(
        refusals.map(({ status }) => status),
        [403, 415, 415, 413, 400, 404],
      );
      for (const { body } of refusals) assert.equal(typeof body.error.code, 'string');
    });

    it('answers a page of another origin that is allowed', async () => {
      const visitor = new Visitor(`${site.url}/auth/api/passkeys`, 'http://localhost:9');
      const preflight = await visitor.send('OPTIONS', '/sign-in/begin');
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost:9');
    });

    it('leaves the rest of the site alone', async () => {
      assert.equal((await new Visitor(site.url).send('GET', '/')).body, 'home');
    });
  });

  describe(`${name} behind a proxy that ends TLS`, () => {
    it('goes by the origins it was given, and by nothing the host says', async () => {
      const origins = ['https://example.com'];
      await using site = await open(createBackend({ origins, rpId: 'example.com' }));
      const visitor = new Visitor(`${site.url}/auth/api/passkeys`, origins[0]);
      await signUp(visitor, `proxied@${address}.example`);
      assert.ok(visitor.cookies.has('__Host-passkey-session'));
      assert.ok((await signIn(visitor)).user);
    });

    it('counts tries by the address that the proxy tells', async () => {
      const backend = createBackend({ trustedProxies: 1, triesPerMinute: 2 });
      await using site = await open(backend);
      const tries = async (prefix: string) => {
        const statuses: number[] = [];
        for (let times = 0; times < 3; times++) {
          const visitor = new Visitor(`${site.url}/auth/api/passkeys`);
          const message = { identifier: `${times}@${prefix}.${address}.example` };
          const sent = { 'x-forwarded-for': `${prefix}.${address}` };
          statuses.push((await visitor.send('POST', '/codes/send', message, sent)).status);
        }
        return statuses;
      };
      assert.deepEqual(await tries('10.1.1'), [202, 202, 429]);
      assert.deepEqual(await tries('10.1.2'), [202, 202, 429]);
    });
  });
}

async function signUp(visitor: Visitor, identifier: string): Promise<void> {
  const { handle } = await visitor.must('POST', '/codes/send', { identifier });
  await visitor.must('POST', '/codes/verify', { handle, code: codes.get(identifier) });
  const { challengeId, options } = await visitor.must('POST', '/registration/begin', {});
  const answer = await visitor.authenticator.create(options);
  await visitor.must('POST', '/registration/finish', { challengeId, answer });
}

async function signIn(visitor: Visitor) {
  const { challengeId, options } = await visitor.must('POST', '/sign-in/begin', {});
  const answer = await visitor.authenticator.get(options);
  return visitor.must('POST', '/sign-in/finish', { challengeId, answer });
}

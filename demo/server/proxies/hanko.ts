import { Hono } from 'hono';
import * as v from 'valibot';
import { readBrowser } from '../cookies.ts';
import { assertion, attestation } from '../core/answers.ts';
import type { Core } from '../core/core.ts';
import {
  passkeyNotFound,
  toRefusal,
  verificationFailed,
  type RefusalCode,
} from '../core/errors.ts';
import { hash } from '../core/encoding.ts';
import { normalizeName } from '../core/names.ts';
import { countTry } from '../core/tries.ts';
import type { UserRow } from '../database.ts';
import {
  limitTries,
  noStore,
  noteRefusal,
  nothingHere,
  readJson,
  requireAllowedOrigin,
  type AppContext,
  type AppEnv,
  type HttpSettings,
} from '../http.ts';
import { verifyToken } from '../jwt.ts';
import type { Site } from '../site.ts';
import { askOpenly, askWithKey, expect, UpstreamRefusal, type Upstream } from './upstream.ts';

/** What the site's server knows of its tenant at Hanko. */
export interface HankoProxySettings {
  readonly tenantId: string;
  /** Stays here. */
  readonly apiKey: string;
  readonly endpoint?: string | undefined;
  /** How to reach Hanko, where not by the network. */
  readonly fetch?: Upstream['fetch'] | undefined;
}

const bodies = {
  nothing: v.object({}),
  token: v.strictObject({ token: v.pipe(v.string(), v.maxLength(8192)) }),
  rename: v.strictObject({ name: v.pipe(v.string(), v.maxLength(1024)) }),
};

const answers = {
  token: v.object({ token: v.string() }),
  keys: v.object({ keys: v.array(v.looseObject({ kid: v.string() })) }),
  credential: v.looseObject({ id: v.string(), user_id: v.string() }),
  claims: v.object({ sub: v.string(), cred: v.string(), exp: v.number() }),
};

// The two titles that Hanko has not: the page must know that the session is meant, not the passkey.
const titles: Partial<Record<RefusalCode, string>> = {
  unauthorized: 'not signed in',
  'reauth-required': 'sign in again',
  'invalid-input': 'unable to process request',
  'verification-failed': 'failed to validate assertion',
};

const perPage = 100;

/**
 * The part of a site's server that stands between its pages and Hanko, with Hanko's own paths: it
 * keeps the secret key, makes sessions of tokens, and shows everybody their own passkeys only.
 */
export function createHankoProxy(
  core: Core,
  site: Site,
  settings: HankoProxySettings & HttpSettings,
): Hono<AppEnv> {
  const { tenantId, apiKey, endpoint = 'https://passkeys.hanko.io', fetch } = settings;
  const upstream: Upstream = { endpoint: `${endpoint}/${tenantId}`, key: { apiKey }, fetch };
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const { code, status, message } = refusal;
    noteRefusal(core, c, refusal, { dialect: 'hanko-proxy' });
    if (refusal instanceof UpstreamRefusal) return c.json(refusal.answer, refusal.answerStatus);
    return c.json({ title: titles[code] ?? message, details: message, status }, status);
  });
  app.use(noStore);
  app.use(requireAllowedOrigin(core));

  /** Of the allowance that the upstream gives the whole site, nobody may take all. */
  const countTries = async (c: AppContext) =>
    limitTries(core, c, settings, await readBrowser(c, settings.secureCookies));

  const ceremony = (c: AppContext, path: string, body: unknown) =>
    askOpenly(upstream, { path, body, origin: c.req.header('origin') });

  /** Whose passkey and which one, once Hanko's signature says so. */
  async function verify(answer: unknown) {
    const { token } = expect(answers.token, answer);
    const keys = await askOpenly(upstream, { method: 'GET', path: '/.well-known/jwks.json' });
    const { keys: known } = expect(answers.keys, keys);
    const options = { audience: core.rpId, now: core.now() };
    const claims = await verifyToken(token, known, options);
    return expect(answers.claims, claims);
  }

  const pathOf = (id: string) => `/credentials/${encodeURIComponent(id)}`;

  /** Hanko shows and changes any passkey of the tenant for our key, so whose it is is for us to see. */
  async function requireOwn(user: UserRow, id: string) {
    const found = await askWithKey(upstream, { method: 'GET', path: pathOf(id) }).catch(
      (refusal: unknown) => {
        throw toRefusal(refusal).code === 'not-found' ? passkeyNotFound() : refusal;
      },
    );
    const credential = expect(answers.credential, found);
    if (credential.user_id !== user.id) throw passkeyNotFound();
    return credential;
  }

  app.post('/login/initialize', async (c) => {
    await readJson(c, bodies.nothing);
    await countTries(c);
    return c.json((await ceremony(c, '/login/initialize', {})) as object);
  });

  app.post('/login/finalize', async (c) => {
    const body = await readJson(c, assertion);
    await countTries(c);
    const { sub } = await verify(await ceremony(c, '/login/finalize', body));
    const { id } = await site.signIn(c, sub);
    return c.json({ user: { id } });
  });

  app.post('/session', async (c) => {
    const body = await readJson(c, bodies.token);
    await countTries(c);
    const { sub, exp } = await verify(body);
    await useOnce(core, body.token, exp);
    const { id } = await site.signIn(c, sub);
    return c.json({ user: { id } });
  });

  app.post('/registration/initialize', async (c) => {
    await readJson(c, bodies.nothing);
    const { id, identifier, display_name } = await site.requireUser(c, { fresh: true });
    await countTries(c);
    const body = {
      user_id: id,
      username: identifier.slice(0, 128),
      display_name: (display_name ?? identifier).slice(0, 128),
    };
    return c.json(
      (await askWithKey(upstream, { path: '/registration/initialize', body })) as object,
    );
  });

  app.post('/registration/finalize', async (c) => {
    const body = await readJson(c, attestation);
    const user = await site.requireUser(c);
    await countTries(c);
    const { sub, cred } = await verify(await ceremony(c, '/registration/finalize', body));
    if (sub !== user.id) throw verificationFailed("somebody else's registration");
    return c.json(await requireOwn(user, cred));
  });

  app.get('/credentials', async (c) => {
    const user = await site.requireUser(c);
    return c.json(await listOf(user));
  });

  async function listOf(user: UserRow): Promise<unknown[]> {
    const all: unknown[] = [];
    for (let page = 1; ; page++) {
      const query = new URLSearchParams({
        user_id: user.id,
        page: String(page),
        per_page: String(perPage),
        order: 'asc',
      });
      const path = `/credentials?${query}`;
      const found = await askWithKey(upstream, { method: 'GET', path });
      const credentials = expect(v.array(answers.credential), found);
      all.push(...credentials.filter(({ user_id }) => user_id === user.id));
      if (credentials.length < perPage) return all;
    }
  }

  app.get('/credentials/:id', async (c) => {
    const user = await site.requireUser(c);
    return c.json(await requireOwn(user, c.req.param('id')));
  });

  app.patch('/credentials/:id', async (c) => {
    const body = await readJson(c, bodies.rename);
    const { id } = await requireOwn(await site.requireUser(c), c.req.param('id'));
    const name = normalizeName(body.name);
    await askWithKey(upstream, { method: 'PATCH', path: pathOf(id), body: { name } });
    return c.body(null, 204);
  });

  app.delete('/credentials/:id', async (c) => {
    const user = await site.requireUser(c, { fresh: true });
    const { id } = await requireOwn(user, c.req.param('id'));
    await askWithKey(upstream, { method: 'DELETE', path: pathOf(id) });
    return c.body(null, 204);
  });

  app.all('*', nothingHere);

  return app;
}

/** A page could send its token until it expires, again and again; here it counts once. */
async function useOnce(core: Core, token: string, expires: number): Promise<void> {
  const once = { limit: 1, window: expires * 1000 - core.now().getTime() };
  // Without the signature: its last letter has bits to spare, so one signature has many spellings.
  const signed = token.slice(0, token.lastIndexOf('.'));
  await countTry(core, `hanko-token:${await hash(signed)}`, once).catch((thrown: unknown) => {
    throw toRefusal(thrown).code === 'rate-limited' ? verificationFailed('token again') : thrown;
  });
}

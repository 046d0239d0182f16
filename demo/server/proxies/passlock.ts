import { Hono } from 'hono';
import * as v from 'valibot';
import { readBrowser } from '../cookies.ts';
import { assertion, attestation } from '../core/answers.ts';
import type { Core } from '../core/core.ts';
import { passkeyNotFound, Refusal, toRefusal, type RefusalCode } from '../core/errors.ts';
import { normalizeName } from '../core/names.ts';
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
import type { Site } from '../site.ts';
import { findLink, linkPasskey, linksOf, nameLink, unlink } from './passlock-links.ts';
import { askOpenly, askWithKey, expect, UpstreamRefusal, type Upstream } from './upstream.ts';

/** What the site's server knows of its tenancy at Passlock. */
export interface PasslockProxySettings {
  readonly tenancyId: string;
  /** Stays here. */
  readonly apiKey: string;
  readonly apiVersion?: 'v1' | 'v2';
  readonly endpoint?: string | undefined;
  /** How to reach Passlock, where not by the network. */
  readonly fetch?: Upstream['fetch'] | undefined;
}

const text = v.pipe(v.string(), v.maxLength(1024));
const bodies = {
  options: v.object({}),
  assertion: v.strictObject({ response: assertion, sessionToken: text }),
  attestation: v.strictObject({ response: attestation, sessionToken: text }),
  // It goes into an address, which has no word for half a character and takes dots for folders.
  code: v.strictObject({ code: v.pipe(text, v.regex(/^(?!\.{0,2}$)\P{Cs}+$/u)) }),
  authorize: v.object({ mediation: v.optional(v.picklist(['modal', 'conditional'])) }),
  rename: v.strictObject({ name: text }),
};

const answers = {
  authorized: v.object({
    authenticationToken: v.optional(v.string()),
    registrationToken: v.optional(v.string()),
  }),
  proof: v.object({ code: v.string() }),
  principal: v.object({ authenticatorId: v.string(), userId: v.string() }),
  record: v.looseObject({
    id: v.string(),
    userId: v.optional(v.string()),
    credential: v.looseObject({ username: v.optional(v.string()) }),
  }),
};

const tags: Partial<Record<RefusalCode, string>> = {
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  'reauth-required': 'ReauthenticationRequired',
  'not-found': 'NotFound',
  'rate-limited': 'RateLimited',
};

/**
 * The part of a site's server that stands between its pages and Passlock: it keeps the secret key,
 * makes sessions of codes, and shows everybody their own passkeys only.
 */
export function createPasslockProxy(
  core: Core,
  site: Site,
  settings: PasslockProxySettings & HttpSettings,
): Hono<AppEnv> {
  const { tenancyId, apiKey, apiVersion = 'v1', fetch } = settings;
  const upstream: Upstream = {
    endpoint: settings.endpoint ?? 'https://api.passlock.dev',
    key: { authorization: `Bearer ${apiKey}` },
    fetch,
  };
  const isV2 = apiVersion === 'v2';
  const base = `${isV2 ? '/v2' : ''}/${encodeURIComponent(tenancyId)}`;
  const { rpId } = core;
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const { code, status, message } = refusal;
    noteRefusal(core, c, refusal, { dialect: 'passlock-proxy' });
    if (refusal instanceof UpstreamRefusal) return c.json(refusal.answer, refusal.answerStatus);
    return c.json({ _tag: `@error/${tags[code] ?? 'Error'}`, message }, status);
  });
  app.use(noStore);
  app.use(requireAllowedOrigin(core));

  /** Of the allowance that the upstream gives the whole site, nobody may take all. */
  const countTries = async (c: AppContext) =>
    limitTries(core, c, settings, await readBrowser(c, settings.secureCookies));

  const ceremony = (c: AppContext, path: string, body: unknown) =>
    askOpenly(upstream, { path: `${base}/passkey/${path}`, body, origin: c.req.header('origin') });

  // Never for one account name only: the list of its passkeys would tell strangers who has any.
  const authorizeSignIn = (mediation?: string) =>
    askWithKey(upstream, {
      path: `${base}/passkey/authentication/authorize`,
      body: {
        rpId,
        discoverable: true,
        mediation: mediation === 'conditional' ? 'conditional' : 'required',
      },
    });

  async function registrationOf(user: UserRow) {
    const links = await linksOf(core, user);
    return {
      username: user.identifier,
      displayName: user.display_name ?? user.identifier,
      excludeCredentials: links.map(({ passkey_id }) => passkey_id),
    };
  }

  const authorizeRegistration = async (user: UserRow) =>
    askWithKey(upstream, {
      path: `${base}/passkey/registration/authorize`,
      body: { ...(await registrationOf(user)), rpId, userId: user.id },
    });

  async function exchange(proof: unknown) {
    const { code } = expect(answers.proof, proof);
    const path = `${base}/principal/${encodeURIComponent(code)}`;
    return expect(answers.principal, await askWithKey(upstream, { method: 'GET', path }));
  }

  async function readRecord(id: string) {
    const path = `${base}/passkeys/${encodeURIComponent(id)}`;
    return expect(answers.record, await askWithKey(upstream, { method: 'GET', path }));
  }

  async function signIn(c: AppContext, proof: unknown) {
    const { authenticatorId } = await exchange(proof);
    const link = await findLink(core, authenticatorId);
    if (!link) throw new Refusal('forbidden', 'This passkey belongs to no account here.');
    const { id } = await site.signIn(c, link.user_id);
    return c.json({ _tag: 'AuthenticationSuccess', user: { id } });
  }

  /** Whoever sends a code, the passkey goes to the account it was made for or to nobody. */
  async function link(c: AppContext, user: UserRow, proof: unknown) {
    const { authenticatorId, userId } = await exchange(proof);
    const record = await readRecord(authenticatorId);
    const mine = isV2 ? userId === user.id : record.credential.username === user.identifier;
    if (!mine) throw new Refusal('forbidden', "This is somebody else's passkey.");
    await linkPasskey(core, user, authenticatorId);
    if (isV2) return c.json(record);
    const path = `${base}/passkeys/${encodeURIComponent(authenticatorId)}`;
    const body = { userId: user.id };
    return c.json((await askWithKey(upstream, { method: 'PATCH', path, body })) as object);
  }

  app.post('/passkey/authentication/authorize', async (c) => {
    const { mediation } = await readJson(c, bodies.authorize);
    await countTries(c);
    return c.json((await authorizeSignIn(mediation)) as object);
  });

  app.post('/passkey/registration/authorize', async (c) => {
    await readJson(c, bodies.authorize);
    const user = await site.requireUser(c, { fresh: true });
    await countTries(c);
    return c.json((await authorizeRegistration(user)) as object);
  });

  app.post('/passkey/authentication/options', async (c) => {
    await readJson(c, bodies.options);
    await countTries(c);
    const body = isV2 ? tokenIn(await authorizeSignIn()) : {};
    return c.json((await ceremony(c, 'authentication/options', body)) as object);
  });

  app.post('/passkey/authentication/verification', async (c) => {
    const body = await readJson(c, bodies.assertion);
    await countTries(c);
    return signIn(c, await ceremony(c, 'authentication/verification', body));
  });

  app.post('/passkey/registration/options', async (c) => {
    await readJson(c, bodies.options);
    const user = await site.requireUser(c, { fresh: true });
    await countTries(c);
    const body = isV2 ? tokenIn(await authorizeRegistration(user)) : await registrationOf(user);
    return c.json((await ceremony(c, 'registration/options', body)) as object);
  });

  app.post('/passkey/registration/verification', async (c) => {
    const body = await readJson(c, bodies.attestation);
    // Passlock itself gives anybody the options for any name (v1), so that was no check of the sign-in.
    const user = await site.requireUser(c, { fresh: true, begun: true });
    await countTries(c);
    return link(c, user, await ceremony(c, 'registration/verification', body));
  });

  app.post('/login', async (c) => {
    const proof = await readJson(c, bodies.code);
    await countTries(c);
    return signIn(c, proof);
  });

  app.post('/passkeys', async (c) => {
    const proof = await readJson(c, bodies.code);
    const user = await site.requireUser(c, { fresh: true });
    await countTries(c);
    return link(c, user, proof);
  });

  app.get('/passkeys', async (c) => {
    const links = await linksOf(core, await site.requireUser(c));
    const found = await Promise.all(links.map(({ passkey_id }) => readIfThere(passkey_id)));
    const records = found.flatMap((record, at) =>
      record ? { ...record, name: links[at]!.name } : [],
    );
    return c.json({ _tag: 'FindAllPasskeys', cursor: null, records });
  });

  const readIfThere = (id: string) =>
    readRecord(id).catch((refusal: unknown) => {
      if (toRefusal(refusal).code === 'not-found') return undefined; // deleted in the vendor's console
      throw refusal;
    });

  app.get('/passkeys/:id', async (c) => {
    const user = await site.requireUser(c);
    const { passkey_id, name } = await requireLink(core, user, c.req.param('id'));
    return c.json({ ...(await readRecord(passkey_id)), name });
  });

  app.patch('/passkeys/:id', async (c) => {
    const body = await readJson(c, bodies.rename);
    const user = await site.requireUser(c);
    const { passkey_id } = await requireLink(core, user, c.req.param('id'));
    const name = normalizeName(body.name);
    const record = await readRecord(passkey_id);
    await nameLink(core, user, passkey_id, name);
    return c.json({ ...record, name }, 202);
  });

  app.delete('/passkeys/:id', async (c) => {
    const user = await site.requireUser(c, { fresh: true });
    const { passkey_id: id } = await requireLink(core, user, c.req.param('id'));
    const one = `${base}/passkeys/${encodeURIComponent(id)}`;
    await (
      isV2
        ? askWithKey(upstream, { path: `${base}/passkeys/delete`, body: { passkeyIds: [id] } })
        : askWithKey(upstream, { method: 'DELETE', path: one })
    ).catch((refusal: unknown) => {
      if (toRefusal(refusal).code !== 'not-found') throw refusal;
    });
    await unlink(core, user, id);
    return c.json({ _tag: 'DeletePasskeySuccess', id }, 202);
  });

  app.all('*', nothingHere);

  return app;
}

/** Passlock takes the token without what came with it. */
function tokenIn(authorized: unknown) {
  return expect(answers.authorized, authorized);
}

async function requireLink(core: Core, user: UserRow, id: string) {
  // The database has no word for U+0000.
  const link = id.includes('\0') ? undefined : await findLink(core, id);
  if (link?.user_id !== user.id) throw passkeyNotFound();
  return link;
}

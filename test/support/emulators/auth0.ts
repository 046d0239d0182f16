import { Hono } from 'hono';
import * as v from 'valibot';
import { assertion, attestation } from '../../../demo/server/core/answers.ts';
import {
  beginRegistration,
  beginSignIn,
  finishRegistration,
  finishSignIn,
} from '../../../demo/server/core/ceremonies.ts';
import { decide, readSecret, type Core } from '../../../demo/server/core/core.ts';
import {
  ensureUser,
  findUser,
  getPasskey,
  listPasskeys,
  removePasskey,
  userHandle,
} from '../../../demo/server/core/credentials.ts';
import {
  fromBase64Url,
  newId,
  newSecret,
  sameText,
  sign,
  toBase64Url,
  utf8,
} from '../../../demo/server/core/encoding.ts';
import { toRefusal } from '../../../demo/server/core/errors.ts';
import type { PasskeyRow, UserRow } from '../../../demo/server/database.ts';
import {
  crossOrigin,
  noStore,
  readJson,
  type AppContext,
  type AppEnv,
} from '../../../demo/server/http.ts';
import { Fault } from './core.ts';

/** How a tenant may be set up. */
export interface Auth0Setup {
  readonly clientIds: readonly string[];
  /** Its database connection. */
  readonly realm: string;
  /** Pages may read `Location`. A service worker hides no header, so it is left out instead. */
  readonly exposeLocation: boolean;
  /** People who need a second factor. */
  readonly secondFactor: readonly string[];
  /** Newcomers verify their address before they get a passkey. */
  readonly verifyAddress: boolean;
}

const defaults: Auth0Setup = {
  clientIds: ['my-app'],
  realm: 'Username-Password-Authentication',
  exposeLocation: true,
  secondFactor: [],
  verifyAddress: false,
};

/** Audience of the tokens that My Account takes. */
export const myAccount = 'https://auth.example.com/me/';
const grantType = 'urn:okta:params:oauth:grant-type:webauthn';
const scopes = ['create', 'read', 'update', 'delete'] as const;
const scopeOf = (verb: (typeof scopes)[number]) => `${verb}:me:authentication_methods`;

/** Every scope there is for passkeys. */
export const allScopes = scopes.map(scopeOf).join(' ');

const optional = v.optional(v.string());
const whose = { realm: optional, organization: optional };
const credential = {
  id: v.string(),
  rawId: v.string(),
  type: v.literal('public-key'),
  authenticatorAttachment: optional,
  clientExtensionResults: v.optional(v.record(v.string(), v.unknown())),
};
const attested = v.strictObject({
  ...credential,
  response: v.strictObject({ clientDataJSON: v.string(), attestationObject: v.string() }),
});
const asserted = v.strictObject({
  ...credential,
  response: v.strictObject({
    clientDataJSON: v.string(),
    authenticatorData: v.string(),
    signature: v.string(),
    userHandle: optional,
  }),
});
const answers = v.union([attested, asserted]);

const bodies = {
  challenge: v.strictObject({ client_id: v.string(), ...whose }),
  register: v.strictObject({
    client_id: v.string(),
    ...whose,
    user_profile: v.strictObject({
      email: v.pipe(v.string(), v.email()),
      ...{ name: optional, given_name: optional, family_name: optional },
      ...{ nickname: optional, picture: optional },
    }),
    user_metadata: v.optional(
      v.pipe(
        v.record(v.string(), v.string()),
        v.check((data) => Object.keys(data).length <= 10),
      ),
    ),
  }),
  token: v.strictObject({
    grant_type: v.string(),
    client_id: v.string(),
    auth_session: v.string(),
    authn_response: answers,
    scope: optional,
    audience: optional,
    ...whose,
  }),
  add: v.strictObject({
    type: v.literal('passkey'),
    connection: optional,
    identity_user_id: optional,
  }),
  verify: v.strictObject({ auth_session: v.string(), authn_response: attested }),
};

interface Claims {
  readonly sub: string;
  readonly aud: string;
  readonly scope: string;
  /** Seconds. */
  readonly exp: number;
}

/** An access token for somebody who has an account and signed in by other means. */
export async function auth0Token(
  core: Core,
  identifier: string,
  { audience = myAccount, scope = allScopes, lifetime = 86_400 } = {},
): Promise<string> {
  const user = await decide(core, (work) => ensureUser(core, work, identifier));
  return issueToken(core, user, { audience, scope, lifetime });
}

/** Auth0's native passkeys and the part of My Account that manages them. */
export function createAuth0Emulator(core: Core, given: Partial<Auth0Setup> = {}): Hono<AppEnv> {
  const setup = { ...defaults, ...given };
  /** Newcomers by the session of their sign-up: the account is theirs once the passkey is. */
  const newcomers = new Map<string, UserRow>();
  /** The method that a session is going to make. */
  const additions = new Map<string, string>();
  /** Methods are named before they have a passkey. */
  const methodOf = new Map<string, string>();
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const ofAccount = c.req.path.includes('/me/v1/');
    const { status, code, message } = toFault(error, ofAccount);
    if (!ofAccount) return c.json({ error: code, error_description: message }, status);
    const type = `https://auth.example.com/errors/${code}`;
    return c.json({ type, status, title: code, detail: message }, status);
  });
  app.use(noStore);
  app.use(
    crossOrigin(core, {
      methods: 'GET, POST, PATCH, DELETE',
      headers: 'authorization, content-type',
      credentials: false,
    }),
  );

  function bindingOf({ client_id, realm }: { client_id: string; realm?: string }) {
    if (!setup.clientIds.includes(client_id)) throw new Fault(403, 'unauthorized_client');
    if (realm !== undefined && realm !== setup.realm) throw new Fault(400, 'invalid_request');
    return { client: `auth0:${client_id}`, browser: '' };
  }

  app.post('/passkey/challenge', async (c) => {
    const binding = bindingOf(await readJson(c, bodies.challenge));
    const { id, options } = await beginSignIn(core, binding, { offerPasskeys: false });
    return c.json({
      auth_session: id,
      authn_params_public_key: { ...options, timeout: 60_000 },
    });
  });

  app.post('/passkey/register', async (c) => {
    const body = await readJson(c, bodies.register);
    const binding = bindingOf(body);
    const { email, name: displayName } = body.user_profile;
    const known = await findUser(core.database, email);
    const waiting = [...newcomers.values()].some(({ id }) => id === known?.id);
    if (known && !waiting) throw new Fault(400, 'invalid_request', 'canary: the account exists');
    const user = known ?? (await decide(core, (work) => ensureUser(core, work, email)));
    const begun = await beginRegistration(core, binding, user, { displayName });
    newcomers.set(begun.id, user);
    return c.json({
      auth_session: begun.id,
      authn_params_public_key: creationOptions(begun.options),
      ...(setup.verifyAddress && { verification_required: ['email'] }),
    });
  });

  app.post('/oauth/token', async (c) => {
    const body = await readJson(c, bodies.token);
    const binding = bindingOf(body);
    if (body.grant_type !== grantType) throw new Fault(403, 'unsupported_grant_type');
    const user = await userOf(body, binding);
    if (setup.secondFactor.includes(user.identifier)) {
      const { code, status } = new Fault(403, 'mfa_required');
      return c.json({ error: code, error_description: code, mfa_token: newSecret() }, status);
    }
    const { scope = 'openid profile email', audience = 'https://auth.example.com/userinfo' } = body;
    const lifetime = 86_400;
    const wanted = scope.split(' ');
    return c.json({
      access_token: await issueToken(core, user, { audience, scope, lifetime }),
      ...(wanted.includes('openid') && {
        id_token: await issueToken(core, user, { audience: body.client_id, scope, lifetime }),
      }),
      ...(wanted.includes('offline_access') && { refresh_token: newSecret() }),
      token_type: 'Bearer',
      expires_in: lifetime,
      scope,
    });
  });

  async function userOf(
    { auth_session: challengeId, authn_response: answer }: v.InferOutput<typeof bodies.token>,
    binding: { client: string; browser: string },
  ): Promise<UserRow> {
    if ('signature' in answer.response) {
      const request = { challengeId, answer: parseAnswer(assertion, answer) };
      const session = { kind: 'bearer', client: binding.client } as const;
      return (await finishSignIn(core, binding, request, session)).user;
    }
    const user = newcomers.get(challengeId);
    newcomers.delete(challengeId);
    if (!user) throw new Fault(403, 'invalid_grant');
    const request = { challengeId, answer: parseAnswer(attestation, answer) };
    await finishRegistration(core, binding, user, request);
    // Whoever else began to sign up under this name comes too late.
    for (const [session, { id }] of newcomers) if (id === user.id) newcomers.delete(session);
    return user;
  }

  const account = '/me/v1/authentication-methods';
  const member = { client: 'auth0:my-account', browser: '' };

  async function requireScope(c: AppContext, verb: (typeof scopes)[number]): Promise<UserRow> {
    if (/\|/.test(new URL(c.req.url).pathname)) throw new Fault(400, 'invalid_path');
    const [, token = ''] = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '') ?? [];
    const claims = await readToken(core, token);
    if (claims?.aud !== myAccount) throw new Fault(401, 'invalid_token');
    if (!claims.scope.split(' ').includes(scopeOf(verb)))
      throw new Fault(403, 'Insufficient Scope');
    return core.database
      .selectFrom('users')
      .selectAll()
      .where('id', '=', claims.sub)
      .executeTakeFirstOrThrow();
  }

  /** The core's id for a method. */
  async function keyOf(c: AppContext, user: UserRow) {
    const [, method = ''] = /^passkey\|dev_(\w+)$/.exec(c.req.param('id') ?? '') ?? [];
    const own = await listPasskeys(core, user);
    const found = own.find(({ id }) => methodOf.get(id) === method);
    if (!found) throw new Fault(404, 'not_found');
    return { id: found.id };
  }

  const record = (passkey: PasskeyRow) => ({
    id: `passkey|dev_${methodOf.get(passkey.id)}`,
    type: 'passkey',
    created_at: passkey.created_at,
    usage: ['primary'],
    key_id: passkey.credential_id,
    public_key: toBase64Url(passkey.public_key),
    credential_device_type: passkey.backup_eligible ? 'multi_device' : 'single_device',
    credential_backed_up: passkey.backed_up,
    identity_user_id: `auth0|${passkey.user_id}`,
    user_handle: userHandle({ id: passkey.user_id }),
    transports: JSON.parse(passkey.transports) as string[],
    ...(passkey.aaguid && { aaguid: passkey.aaguid }),
    relying_party_id: passkey.rp_id,
    ...(passkey.last_used_at && { last_auth_at: passkey.last_used_at }),
  });

  /** Passkeys that came with an account have no method yet. */
  const nameMethod = (passkey: PasskeyRow) => {
    if (!methodOf.has(passkey.id)) methodOf.set(passkey.id, newId());
    return passkey;
  };

  app.get(account, async (c) => {
    const user = await requireScope(c, 'read');
    if (c.req.query('type') !== 'passkey') throw new Fault(400, 'invalid_query');
    const passkeys = (await listPasskeys(core, user)).slice(0, 20).map(nameMethod);
    return c.json({ authentication_methods: passkeys.map(record) });
  });

  app.post(account, async (c) => {
    const user = await requireScope(c, 'create');
    await readJson(c, bodies.add);
    const { id, options } = await beginRegistration(core, member, user);
    const method = newId();
    additions.set(id, method);
    if (setup.exposeLocation) {
      c.header('Location', `${new URL(c.req.url).origin}${c.req.path}/passkey%7Cdev_${method}`);
      c.header('Access-Control-Expose-Headers', 'Location');
    }
    return c.json({ auth_session: id, authn_params_public_key: creationOptions(options) }, 202);
  });

  app.post(`${account}/:id/verify`, async (c) => {
    const user = await requireScope(c, 'create');
    const { auth_session, authn_response } = await readJson(c, bodies.verify);
    const method = additions.get(auth_session);
    additions.delete(auth_session);
    if (!method || c.req.param('id') !== `passkey|dev_${method}`) throw new Fault(404, 'not_found');
    const request = {
      challengeId: auth_session,
      answer: parseAnswer(attestation, authn_response),
    };
    const passkey = await finishRegistration(core, member, user, request);
    methodOf.set(passkey.id, method);
    return c.json(record(passkey), 201);
  });

  app.get(`${account}/:id`, async (c) => {
    const user = await requireScope(c, 'read');
    return c.json(record(await getPasskey(core, user, await keyOf(c, user))));
  });

  app.delete(`${account}/:id`, async (c) => {
    const user = await requireScope(c, 'delete');
    await removePasskey(core, user, await keyOf(c, user));
    return c.body(null, 204);
  });

  app.all('*', () => {
    throw new Fault(404, 'not_found');
  });

  return app;
}

function creationOptions(
  options: Awaited<ReturnType<typeof beginRegistration>>['options'],
): object {
  const { challenge, rp, user, pubKeyCredParams } = options;
  const authenticatorSelection = { residentKey: 'required', userVerification: 'preferred' };
  return { challenge, rp, user, pubKeyCredParams, authenticatorSelection, timeout: 60_000 };
}

function parseAnswer<const Schema extends v.GenericSchema>(schema: Schema, answer: unknown) {
  const read = v.safeParse(schema, answer);
  if (!read.success) throw new Fault(400, 'invalid_request');
  return read.output;
}

async function issueToken(
  core: Core,
  user: UserRow,
  { audience, scope, lifetime }: { audience: string; scope: string; lifetime: number },
): Promise<string> {
  const exp = Math.floor(core.now().getTime() / 1000) + lifetime;
  const claims = { sub: user.id, aud: audience, scope, exp } satisfies Claims;
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    toBase64Url(utf8(JSON.stringify(part))),
  );
  return `${parts.join('.')}.${await signatureOf(core, parts.join('.'))}`;
}

async function readToken(core: Core, token: string): Promise<Claims | undefined> {
  const [head = '', payload = '', signature = ''] = token.split('.');
  if (!sameText(signature, await signatureOf(core, `${head}.${payload}`))) return undefined;
  const claims = JSON.parse(new TextDecoder().decode(fromBase64Url(payload))) as Claims;
  return claims.exp > core.now().getTime() / 1000 ? claims : undefined;
}

async function signatureOf(core: Core, text: string): Promise<string> {
  return toBase64Url(await sign(await readSecret(core), text));
}

function toFault(
  error: unknown,
  ofAccount: boolean,
): Fault | { status: 500; code: string; message: string } {
  if (error instanceof Fault) return error;
  const { code, status, message } = toRefusal(error);
  if (status === 500) return { status, code: 'server_error', message };
  if (code === 'not-found') return new Fault(404, 'not_found');
  if (code === 'invalid-input' || ofAccount) return new Fault(400, 'invalid_request');
  return new Fault(403, 'invalid_grant');
}

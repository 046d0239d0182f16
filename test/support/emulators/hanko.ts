import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { Hono } from 'hono';
import * as v from 'valibot';
import { assertion, attestation } from '../../../demo/server/core/answers.ts';
import {
  beginRegistration,
  beginSignIn,
  finishRegistration,
  finishSignIn,
} from '../../../demo/server/core/ceremonies.ts';
import type { Core } from '../../../demo/server/core/core.ts';
import { fromBase64Url, toBase64Url, toHex } from '../../../demo/server/core/encoding.ts';
import { createOriginCheck } from '../../../demo/server/core/origins.ts';
import { providerName } from '../../../demo/server/core/providers.ts';
import { endSession } from '../../../demo/server/core/sessions.ts';
import type { ChallengeRow, Database, PasskeyRow } from '../../../demo/server/database.ts';
import type { AppContext, AppEnv } from '../../../demo/server/http.ts';
import { readSigningKey, signToken } from '../../../demo/server/jwt.ts';

/** How the emulated server is set up; it wants a database of its own. */
export interface HankoOptions {
  readonly database: Database;
  readonly tenantId: string;
  readonly apiKey: string;
  readonly origins: readonly string[];
  readonly now?: () => Date;
}

class HankoError extends Error {
  readonly status: 400 | 401 | 404 | 422;
  readonly title: string;

  constructor(status: HankoError['status'], title: string, details = '') {
    super(details);
    this.status = status;
    this.title = title;
  }
}

const text = v.pipe(v.string(), v.minLength(1));
const shortText = v.pipe(text, v.maxLength(128));
const bodies = {
  registration: v.strictObject({
    user_id: text,
    username: shortText,
    display_name: v.optional(v.pipe(v.string(), v.maxLength(128))),
    icon: v.optional(v.pipe(v.string(), v.url())),
  }),
  login: v.strictObject({ user_id: v.optional(text) }),
  rename: v.strictObject({ name: text }),
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const noAaguid = '00000000-0000-0000-0000-000000000000';
const noChallenge = 'received challenge does not match with any stored one';
const tokenLife = 300;

/** Hanko's Passkey API for one tenant, as strict as the real one, verifying on the reference core. */
export function createHanko({ database, tenantId, apiKey, origins, now }: HankoOptions) {
  const core: Core = {
    database,
    rpId: 'localhost',
    rpName: 'Passkey demo',
    originAllowed: createOriginCheck(origins),
    revealAccounts: false,
    allowLastPasskeyRemoval: true,
    sendCode: () => undefined,
    now: now ?? (() => new Date()),
    log: () => undefined,
  };
  const binding = { client: `hanko:${tenantId}`, browser: '', realm: 'hanko' };
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    if (!(error instanceof HankoError))
      return c.json({ title: 'Internal Server Error', status: 500 }, 500);
    const { status, title, message: details } = error;
    return c.json({ title, details, status }, status);
  });

  app.use('/:tenant/*', async (c, next) => {
    const origin = c.req.header('origin');
    c.header('Vary', 'Origin');
    if (core.originAllowed(origin)) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Allow-Credentials', 'true'); // and no header is exposed
    }
    if (c.req.method === 'OPTIONS') {
      c.header('Access-Control-Allow-Methods', 'GET, POST, PATCH, DELETE');
      c.header('Access-Control-Allow-Headers', 'content-type, apikey');
      c.header('Access-Control-Max-Age', '7200');
      return c.body(null, 204);
    }
    const tenant = c.req.param('tenant');
    if (!uuid.test(tenant)) throw new HankoError(400, 'tenant_id must be a valid uuid4');
    if (tenant !== tenantId) throw new HankoError(404, 'tenant not found');
    return next();
  });

  function requireKey(c: AppContext): void {
    const key = c.req.header('apiKey');
    if (!key) throw new HankoError(401, 'api key is missing');
    if (key !== apiKey) throw new HankoError(401, 'The api key is invalid');
  }

  async function tokenFor({ user_id, credential_id }: PasskeyRow): Promise<{ token: string }> {
    const iat = Math.floor(core.now().getTime() / 1000);
    const claims = { sub: user_id, aud: [core.rpId], cred: credential_id, iat };
    const key = await readSigningKey(core, 'hanko-key');
    return { token: await signToken(key, { ...claims, exp: iat + tokenLife }) };
  }

  const findUser = async (id: string) =>
    id.includes('\0') // PostgreSQL has no text with it
      ? undefined
      : database.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();

  const findCredential = (id: string) =>
    database.selectFrom('passkeys').selectAll().where('credential_id', '=', id).executeTakeFirst();

  async function requireCredential(id: string): Promise<PasskeyRow> {
    const found = id.includes('\0') ? undefined : await findCredential(id);
    if (!found) throw new HankoError(404, `credential with id '${id}' not found`);
    return found;
  }

  /** A session is found by the challenge that was signed, and by nothing else. */
  const findChallenge = async (clientDataJSON: string, kind: ChallengeRow['kind']) => {
    const challenge = await database
      .selectFrom('challenges')
      .selectAll()
      .where('challenge', '=', challengeIn(clientDataJSON))
      .where('kind', '=', kind)
      .executeTakeFirst();
    return challenge && challenge.expires_at > core.now() ? challenge : undefined;
  };

  /** The core uses a challenge up at once; this server only when the ceremony succeeded. */
  async function keepingOnFailure<T>(challenge: ChallengeRow, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const insert = database.insertInto('challenges').values(challenge);
      await insert.onConflict((conflict) => conflict.column('id').doNothing()).execute();
      throw cause;
    }
  }

  app.post('/:tenant/registration/initialize', async (c) => {
    requireKey(c);
    const { user_id: id, username, display_name } = await read(c, bodies.registration);
    const identifier = `hanko:${id}:${username}`;
    const user = { id, identifier, display_name: display_name || username, created_at: core.now() };
    await database
      .insertInto('users')
      .values(user)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ identifier, display_name: user.display_name }),
      )
      .execute();
    const { options } = await beginRegistration(core, binding, { ...user, identifier: username });
    const { authenticatorSelection, excludeCredentials: _, ...publicKey } = options;
    const selection = { ...authenticatorSelection, userVerification: 'required' };
    return c.json({ publicKey: { ...publicKey, authenticatorSelection: selection } });
  });

  app.post('/:tenant/registration/finalize', async (c) => {
    const malformed = 'unable to parse credential creation response';
    const answer = await read(c, attestation, malformed);
    const { clientDataJSON, attestationObject } = answer.response;
    const challenge = await findChallenge(clientDataJSON, 'registration');
    const user = challenge && (await findUser(challenge.user_id ?? ''));
    if (!challenge || !user) throw new HankoError(400, noChallenge);
    if (
      !isVerified(() => decodeAttestationObject(fromBase64Url(attestationObject)).get('authData'))
    )
      throw new HankoError(422, 'failed to validate attestation: user verification required');
    const passkey = await keepingOnFailure(challenge, () =>
      finishRegistration(core, binding, user, { challengeId: challenge.id, answer }),
    ).catch((cause: unknown) => {
      throw new HankoError(400, 'failed to validate attestation', String(cause));
    });
    await database
      .updateTable('passkeys')
      .set({
        name: providerName(passkey.aaguid) ?? `cred-${passkey.credential_id}`,
        last_used_at: passkey.created_at,
      })
      .where('id', '=', passkey.id)
      .execute();
    return c.json(await tokenFor(passkey));
  });

  app.post('/:tenant/login/initialize', async (c) => {
    const { user_id } = await read(c, bodies.login);
    if (user_id !== undefined) requireKey(c);
    const user = user_id === undefined ? undefined : await findUser(user_id);
    if (user_id !== undefined && !user) throw new HankoError(404, 'user not found');
    const { options } = await beginSignIn(core, binding, { offerPasskeys: false });
    const own = user ? await credentialsOf(user.id) : [];
    const allowCredentials = own.map(({ credential_id: id }) => ({ type: 'public-key', id }));
    const publicKey = { ...options, userVerification: 'required' };
    return c.json({ publicKey: user ? { ...publicKey, allowCredentials } : publicKey });
  });

  app.post('/:tenant/login/finalize', async (c) => {
    const answer = await read(c, assertion, 'unable to finish login');
    const { clientDataJSON, authenticatorData, userHandle } = answer.response;
    const challenge = await findChallenge(clientDataJSON, 'sign-in');
    if (!challenge) throw new HankoError(401, 'failed to get session data', noChallenge);
    const user = await findUser(userIdIn(userHandle ?? ''));
    if (!user) throw new HankoError(401, 'failed to get user handle');
    const failed = (details = '') => new HankoError(401, 'failed to validate assertion', details);
    if (!isVerified(() => fromBase64Url(authenticatorData))) throw failed('user not verified');
    const request = { challengeId: challenge.id, answer };
    const kept = { kind: 'bearer', client: binding.client } as const;
    const { token } = await keepingOnFailure(challenge, () =>
      finishSignIn(core, binding, request, kept),
    ).catch((cause: unknown) => {
      throw failed(String(cause));
    });
    await endSession(core, token); // the token below is the proof of this sign-in
    return c.json(await tokenFor(await requireCredential(answer.id)));
  });

  const credentialsOf = (userId?: string) => {
    const all = database.selectFrom('passkeys').selectAll().orderBy('created_at').orderBy('id');
    return (userId === undefined ? all : all.where('user_id', '=', userId)).execute();
  };

  app.get('/:tenant/credentials', async (c) => {
    requireKey(c);
    const { user_id, page = '1', per_page = '20', order = 'desc' } = c.req.query();
    const whole = /^[1-9]\d{0,3}$/;
    if (!whole.test(page) || !whole.test(per_page) || !/^(asc|desc)$/.test(order))
      throw new HankoError(400, 'unable to validate request');
    const all = await credentialsOf(user_id);
    if (order === 'desc') all.reverse();
    const size = Number(per_page);
    const start = (Number(page) - 1) * size;
    const url = new URL(c.req.url);
    if (start + size < all.length) {
      url.searchParams.set('page', String(Number(page) + 1));
      c.header('Link', `<${url.href}>; rel="next"`);
    }
    c.header('X-Total-Count', String(all.length));
    return c.json(all.slice(start, start + size).map(record));
  });

  app.get('/:tenant/credentials/:id', async (c) => {
    requireKey(c);
    return c.json(record(await requireCredential(c.req.param('id'))));
  });

  app.patch('/:tenant/credentials/:id', async (c) => {
    requireKey(c);
    const { name } = await read(c, bodies.rename);
    const { id } = await requireCredential(c.req.param('id'));
    await database.updateTable('passkeys').set({ name }).where('id', '=', id).execute();
    return c.body(null, 204);
  });

  app.delete('/:tenant/credentials/:id', async (c) => {
    requireKey(c);
    const { id } = await requireCredential(c.req.param('id'));
    await database.deleteFrom('passkeys').where('id', '=', id).execute();
    return c.body(null, 204);
  });

  app.get('/:tenant/.well-known/jwks.json', async (c) => {
    c.header('Cache-Control', 'max-age=600');
    return c.json({ keys: [(await readSigningKey(core, 'hanko-key')).publicJwk] });
  });

  app.all('*', () => {
    throw new HankoError(404, 'Not Found');
  });

  return app;
}

async function read<const Schema extends v.GenericSchema>(
  c: AppContext,
  schema: Schema,
  title?: string,
): Promise<v.InferOutput<Schema>> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new HankoError(400, title ?? 'unable to process request');
  }
  const result = v.safeParse(schema, body);
  if (!result.success) throw new HankoError(400, title ?? 'unable to validate request');
  return result.output;
}

function challengeIn(clientDataJSON: string): string {
  try {
    const { challenge } = JSON.parse(textOf(clientDataJSON)) as { challenge?: unknown };
    return String(challenge);
  } catch {
    return '';
  }
}

function isVerified(read: () => Uint8Array): boolean {
  try {
    return ((read()[32] ?? 0) & 0x04) !== 0;
  } catch {
    return false;
  }
}

const textOf = (base64Url: string) => new TextDecoder().decode(fromBase64Url(base64Url));

/** A handle of sixteen bytes is taken for a binary UUID, whoever wrote it. */
function userIdIn(userHandle: string): string {
  const bytes = fromBase64Url(userHandle);
  if (bytes.length !== 16) return textOf(userHandle);
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Times as Go writes them: as many digits as there are to tell. */
const nanoseconds = (date: Date) => date.toISOString().replace('Z', '456789Z');

const record = (passkey: PasskeyRow) => ({
  id: passkey.credential_id,
  name: passkey.name,
  public_key: toBase64Url(passkey.public_key),
  attestation_type: 'none',
  aaguid: passkey.aaguid ?? noAaguid,
  ...(passkey.last_used_at && { last_used_at: nanoseconds(passkey.last_used_at) }),
  created_at: nanoseconds(passkey.created_at),
  transports: JSON.parse(passkey.transports) as string[],
  backup_eligible: passkey.backup_eligible,
  backup_state: passkey.backed_up,
  is_mfa: false,
  user_id: passkey.user_id,
});

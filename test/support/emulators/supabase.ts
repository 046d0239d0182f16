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
import {
  listPasskeys,
  removePasskey,
  renamePasskey,
} from '../../../demo/server/core/credentials.ts';
import { newSecret, utf8 } from '../../../demo/server/core/encoding.ts';
import { Refusal, toRefusal } from '../../../demo/server/core/errors.ts';
import { providerName } from '../../../demo/server/core/providers.ts';
import { findSession } from '../../../demo/server/core/sessions.ts';
import type { PasskeyRow, UserRow } from '../../../demo/server/database.ts';
import {
  crossOrigin,
  noStore,
  parseJson,
  type AppContext,
  type AppEnv,
} from '../../../demo/server/http.ts';
import { Fault, signInAs } from './core.ts';

/** How a project may be set up. */
export interface SupabaseSetup {
  readonly publishableKey: string;
  /** Passkeys are switched on. */
  readonly enabled: boolean;
  /** Answer of a solved captcha, where one is asked for. */
  readonly captcha: string | undefined;
  /** People with a second factor, whose sessions have not used it. */
  readonly withoutSecondFactor: readonly string[];
  /** People who come by single sign-on. */
  readonly singleSignOn: readonly string[];
  readonly banned: readonly string[];
  readonly maxPasskeys: number;
}

const defaults: SupabaseSetup = {
  publishableKey: 'sb_publishable_demo',
  enabled: true,
  captcha: undefined,
  withoutSecondFactor: [],
  singleSignOn: [],
  banned: [],
  maxPasskeys: 10,
};

const client = 'supabase';
const binding = { client, browser: '' };
const session = { kind: 'bearer', client } as const;

const bodies = {
  options: v.object({
    gotrue_meta_security: v.optional(v.object({ captcha_token: v.optional(v.string()) })),
  }),
  verify: v.object({ challenge_id: v.string(), credential: v.record(v.string(), v.unknown()) }),
  rename: v.object({ friendly_name: v.string() }),
};

/** An access token for somebody who signed in by other means. */
export async function supabaseToken(core: Core, identifier: string): Promise<string> {
  return (await signInAs(core, identifier, session)).token;
}

/** The passkey API of Supabase Auth. Like the real one it does not mind members it does not know. */
export function createSupabaseEmulator(
  core: Core,
  given: Partial<SupabaseSetup> = {},
): Hono<AppEnv> {
  const setup = { ...defaults, ...given };
  /** Challenges nobody has answered yet: any answer uses one up. */
  const open = new Set<string>();
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const { status, code, message } = toFault(error);
    const dated = (c.req.header('x-supabase-api-version') ?? '') >= '2024-01-01';
    return c.json(
      dated ? { code, message } : { code: status, error_code: code, msg: message },
      status,
    );
  });
  app.use(noStore);
  app.use(
    crossOrigin(core, {
      methods: 'GET, POST, PATCH, DELETE',
      headers: 'authorization, apikey, content-type, x-supabase-api-version',
      credentials: false,
    }),
  );
  // The gateway in front of the service has words of its own.
  app.use(async (c, next) => {
    if (c.req.header('apikey') === setup.publishableKey) return next();
    return c.json({ message: 'No API key found in request' }, 401);
  });
  app.use(async (_, next) => {
    if (!setup.enabled) throw new Fault(404, 'passkey_disabled');
    await next();
  });

  async function requireUser(c: AppContext): Promise<UserRow> {
    const [, token] = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '') ?? [];
    if (!token) throw new Fault(401, 'no_authorization');
    const found = await findSession(core, session, token);
    if (!found) throw new Fault(403, 'bad_jwt');
    return found.user;
  }

  async function requireStrongUser(c: AppContext): Promise<UserRow> {
    const user = await requireUser(c);
    if (setup.withoutSecondFactor.includes(user.identifier))
      throw new Fault(403, 'insufficient_aal');
    return user;
  }

  async function requireRegistrant(c: AppContext): Promise<UserRow> {
    const user = await requireStrongUser(c);
    if (setup.singleSignOn.includes(user.identifier)) throw new Fault(422, 'validation_failed');
    if ((await listPasskeys(core, user)).length >= setup.maxPasskeys)
      throw new Fault(422, 'too_many_passkeys');
    return user;
  }

  function begun<Options>({ id, expiresAt, options }: Begun<Options>) {
    open.add(id);
    return {
      challenge_id: toUuid(id),
      options,
      expires_at: Math.floor(expiresAt.getTime() / 1000),
    };
  }

  async function readAnswer<const Answer extends v.GenericSchema>(c: AppContext, schema: Answer) {
    const { challenge_id, credential } = await readBody(c, bodies.verify);
    const id = fromUuid(challenge_id) ?? invalid('challenge_id');
    if (!open.delete(id)) throw new Fault(400, 'webauthn_challenge_not_found');
    const read = v.safeParse(schema, credential);
    if (!read.success) throw new Fault(400, 'webauthn_verification_failed');
    return { challengeId: id, answer: read.output };
  }

  app.post('/passkeys/authentication/options', async (c) => {
    const { gotrue_meta_security: security } = await readBody(c, bodies.options);
    if (setup.captcha !== undefined && security?.captcha_token !== setup.captcha)
      throw new Fault(400, 'captcha_failed');
    return c.json(begun(await beginSignIn(core, binding, { offerPasskeys: false })));
  });

  app.post('/passkeys/authentication/verify', async (c) => {
    const request = await readAnswer(c, assertion);
    const { user, token, expiresAt } = await finishSignIn(core, binding, request, session);
    if (setup.banned.includes(user.identifier)) throw new Fault(403, 'user_banned');
    const end = Math.floor(expiresAt.getTime() / 1000);
    return c.json({
      access_token: token,
      token_type: 'bearer',
      expires_in: end - Math.floor(core.now().getTime() / 1000),
      expires_at: end,
      refresh_token: newSecret(),
      user: { id: toUuid(user.id), email: user.identifier },
    });
  });

  app.post('/passkeys/registration/options', async (c) => {
    const user = await requireRegistrant(c);
    await readBody(c, v.object({}));
    return c.json(begun(await beginRegistration(core, binding, user)));
  });

  app.post('/passkeys/registration/verify', async (c) => {
    const user = await requireRegistrant(c);
    const request = await readAnswer(c, attestation);
    const { last_used_at: _, ...created } = item(
      await finishRegistration(core, binding, user, request),
    );
    return c.json(created);
  });

  app.get('/passkeys', async (c) => {
    const user = await requireUser(c);
    return c.json((await listPasskeys(core, user)).map(item));
  });

  app.patch('/passkeys/:id', async (c) => {
    const user = await requireUser(c);
    const id = passkeyId(c);
    const { friendly_name: name } = await readBody(c, bodies.rename);
    const bytes = utf8(name).length;
    if (bytes < 1 || bytes > 120) invalid('friendly_name');
    return c.json(item(await renamePasskey(core, user, { id }, name)));
  });

  app.delete('/passkeys/:id', async (c) => {
    const user = await requireStrongUser(c);
    await removePasskey(core, user, { id: passkeyId(c) });
    return c.body(null, 204);
  });

  return app;
}

interface Begun<Options> {
  readonly id: string;
  readonly expiresAt: Date;
  readonly options: Options;
}

const passkeyId = (c: AppContext): string => {
  const id = fromUuid(c.req.param('id') ?? '');
  if (id === undefined) throw new Fault(404, 'validation_failed');
  return id;
};

/** The core's ids are 24 hexadecimal digits, the vendor's are UUIDs. */
const toUuid = (id: string): string =>
  `00000000${id}`.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const fromUuid = (uuid: string): string | undefined =>
  /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(uuid)
    ? uuid.replaceAll('-', '').slice(8)
    : undefined;

function invalid(member: string): never {
  throw new Fault(400, 'validation_failed', `${member} is not valid`);
}

async function readBody<const Schema extends v.GenericSchema>(c: AppContext, schema: Schema) {
  let body: unknown;
  try {
    body = parseJson(await c.req.text());
  } catch {
    throw new Fault(400, 'bad_json');
  }
  const read = v.safeParse(schema, body);
  return read.success ? read.output : invalid('the body');
}

const item = ({ id, name, aaguid, created_at, last_used_at }: PasskeyRow) => ({
  id: toUuid(id),
  friendly_name: name ?? providerName(aaguid) ?? 'Passkey',
  created_at,
  ...(last_used_at && { last_used_at }),
});

function toFault(error: unknown): Fault | { status: 500; code: string; message: string } {
  if (error instanceof Fault) return error;
  const { code, reason } = toRefusal(error);
  if (code === 'challenge-expired')
    return new Fault(
      400,
      reason === 'expired' ? 'webauthn_challenge_expired' : 'webauthn_challenge_not_found',
    );
  if (code === 'already-registered') return new Fault(422, 'webauthn_credential_exists');
  if (code === 'not-found') return new Fault(404, 'validation_failed');
  if (code === 'verification-failed' || code === 'unknown-credential')
    return new Fault(400, 'webauthn_verification_failed');
  if (error instanceof Refusal && code === 'forbidden') return new Fault(403, 'forbidden');
  return { status: 500, code: 'unexpected_failure', message: 'unexpected_failure' };
}

import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { Hono } from 'hono';
import * as v from 'valibot';
import { assertion, attestation } from '../core/answers.ts';
import {
  beginRegistration,
  beginSignIn,
  finishRegistration,
  finishSignIn,
} from '../core/ceremonies.ts';
import { decide, type Core } from '../core/core.ts';
import { ensureUser, findUser } from '../core/credentials.ts';
import { fromBase64Url, newId, sameText } from '../core/encoding.ts';
import { Refusal, toRefusal, verificationFailed } from '../core/errors.ts';
import { providerName } from '../core/providers.ts';
import { endSession } from '../core/sessions.ts';
import {
  crossOrigin,
  limitTries,
  noStore,
  readJson,
  type AppContext,
  type AppEnv,
  type HttpSettings,
} from '../http.ts';
import { readSigningKey, signToken } from '../jwt.ts';
import {
  describe,
  handleOf,
  json,
  PasslockRefusal,
  requirePasskey,
  statuses,
  usedUp,
} from './passlock-answers.ts';
import { addManagement } from './passlock-management.ts';
import {
  findByCredential,
  findPasskeys,
  findPasskeysOf,
  forgetAbandonedUsers,
  issueToken,
  takeToken,
  type AuthenticationRequest,
  type PasslockPasskey,
  type RegistrationRequest,
  type UserVerification,
} from './passlock-store.ts';

/** A customer of the vendor: the public id, and the key that its own server keeps. */
export interface Tenancy {
  readonly id: string;
  readonly apiKey: string;
}

/** How the `passlock` dialect is set up. */
export interface PasslockSettings {
  readonly tenancies: readonly Tenancy[];
  /** How many passkeys one page of the list has. */
  readonly pageSize: number;
}

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const token = v.pipe(v.string(), v.maxLength(256));
const ids = v.optional(v.pipe(v.array(text), v.maxLength(64)));
const options = {
  userVerification: v.optional(v.picklist(['required', 'preferred', 'discouraged'])),
  timeout: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600_000))),
};
const rpId = v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,253}$/));
const registration = {
  username: text,
  displayName: v.optional(text),
  excludeCredentials: ids,
  ...options,
};

const bodies = {
  registration: v.strictObject(registration),
  authorizeRegistration: v.strictObject({ ...registration, rpId, userId: text }),
  registrationToken: v.strictObject({ registrationToken: token }),
  attestation: v.strictObject({ response: attestation, sessionToken: token }),
  authentication: v.strictObject({ allowCredentials: ids, rpId: v.optional(rpId), ...options }),
  authorizeAuthentication: v.strictObject({
    rpId,
    userId: v.optional(text),
    allowCredentials: ids,
    discoverable: v.optional(v.boolean()),
    mediation: v.optional(v.picklist(['required', 'conditional'])),
    ...options,
  }),
  authenticationToken: v.strictObject({ authenticationToken: token }),
  assertion: v.strictObject({ response: assertion, sessionToken: token }),
};

/** Passlock's passkey API in both of its generations; what is under `v2` is the second. */
export function createPasslockDialect(
  core: Core,
  settings: PasslockSettings & HttpSettings,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const { code, reason, retryAfter } = refusal;
    const status = statuses[refusal.status as keyof typeof statuses] ?? 400;
    core.log({
      event: 'refused',
      dialect: 'passlock',
      method: c.req.method,
      path: c.req.path,
      status,
      code,
      reason,
    });
    if (retryAfter) c.header('Retry-After', String(retryAfter));
    return json(c, describe(refusal), status);
  });

  app.use(noStore);
  // The pages of a customer call what needs no key; what needs one is closed to any page.
  const open = crossOrigin(core, {
    methods: 'GET, POST',
    headers: 'content-type',
    credentials: false,
  });
  for (const path of [
    '/:tenancy/passkey/*',
    '/v2/:tenancy/passkey/*',
    '/v2/:tenancy/passkeys/:change/exchange',
    '/:tenancy/credential/*',
    '/:tenancy/credentials/*',
  ]) {
    app.use(path, (c, next) =>
      c.req.path.endsWith('/authorize') ? next() : open(c, () => fromAllowedOrigin(c, next)),
    );
  }

  /** A page says where it is from; a server that asks on behalf of one need not. */
  async function fromAllowedOrigin(c: AppContext, next: () => Promise<void>): Promise<void> {
    const origin = c.req.header('origin');
    if (origin !== undefined && !core.originAllowed(origin)) {
      throw new Refusal('forbidden', 'This origin is not allowed.', { reason: origin });
    }
    await next();
  }

  function tenancyOf(c: AppContext): Tenancy {
    const id = c.req.param('tenancy');
    const tenancy = settings.tenancies.find((tenancy) => tenancy.id === id);
    if (!tenancy) throw new PasslockRefusal('not-found', 'No such tenancy.', 'InvalidTenancy');
    return tenancy;
  }

  function requireKey(c: AppContext): string {
    const tenancy = tenancyOf(c);
    const [, key = ''] = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
    if (!sameText(tenancy.apiKey, key)) throw new Refusal('unauthorized', 'Send the API key.');
    return tenancy.id;
  }

  async function openRegistration(c: AppContext, tenancy: string, request: RegistrationRequest) {
    await limitTries(core, c, settings);
    await forgetAbandonedUsers(core);
    const { owner = newId(), username, displayName = username, excludeCredentials } = request;
    const user = await decide(core, (work) => ensureUser(core, work, accountOf(tenancy, owner)));
    const named = { ...user, identifier: username };
    const begun = await beginRegistration(core, bindingOf(tenancy), named, { displayName });
    const session = { ...request, owner, challengeId: begun.id };
    const { token } = await issueToken(core, tenancy, 'registration-session', session);
    const { authenticatorSelection, ...options } = begun.options;
    const { userVerification = authenticatorSelection!.userVerification } = request;
    return json(c, {
      sessionToken: token,
      optionsJSON: {
        ...options,
        timeout: request.timeout ?? options.timeout,
        authenticatorSelection: { ...authenticatorSelection, userVerification },
        ...(excludeCredentials && {
          excludeCredentials: await descriptors(core, tenancy, excludeCredentials),
        }),
      },
    });
  }

  async function openAuthentication(
    c: AppContext,
    tenancy: string,
    request: AuthenticationRequest,
  ) {
    await limitTries(core, c, settings);
    const begun = await beginSignIn(core, bindingOf(tenancy), { offerPasskeys: false });
    const session = { ...request, challengeId: begun.id };
    const { token } = await issueToken(core, tenancy, 'authentication-session', session);
    const { allowCredentials, timeout, userVerification } = request;
    return json(c, {
      sessionToken: token,
      optionsJSON: {
        ...begun.options,
        timeout: timeout ?? begun.options.timeout,
        userVerification: userVerification ?? begun.options.userVerification,
        ...(allowCredentials && {
          allowCredentials: await descriptors(core, tenancy, allowCredentials),
        }),
      },
    });
  }

  async function success(c: AppContext, tag: string, passkey: PasslockPasskey, proof: Proof) {
    const { tenancy, owner, id } = passkey;
    const userAgent = c.req.header('user-agent') ?? '';
    const { userVerified } = proof;
    const { token, expiresAt } = await issueToken(core, tenancy, 'code', {
      passkeyId: id,
      userVerified,
      userAgent,
    });
    const idToken = await signToken(await readSigningKey(core, 'passlock-key'), {
      jti: newId(),
      iss: 'passlock.dev',
      aud: tenancy,
      sub: owner,
      iat: Math.floor(core.now().getTime() / 1000),
      exp: Math.floor(expiresAt.getTime() / 1000),
      'a:id': id,
      'a:typ': 'passkey',
      'pk:uv': userVerified,
    });
    const principal = { authenticatorId: id, userId: owner };
    return json(c, { _tag: tag, principal, id_token: idToken, code: token });
  }

  app.post('/:tenancy/passkey/registration/options', async (c) => {
    const { id } = tenancyOf(c);
    return openRegistration(c, id, await readJson(c, bodies.registration));
  });

  app.post('/v2/:tenancy/passkey/registration/authorize', async (c) => {
    const tenancy = requireKey(c);
    const { userId: owner, rpId, ...request } = await readJson(c, bodies.authorizeRegistration);
    checkRpId(core, rpId);
    const payload = { ...request, owner };
    const issued = await issueToken(core, tenancy, 'registration-authorized', payload);
    return json(c, {
      _tag: 'AuthorizedPasskeyRegistration',
      registrationToken: issued.token,
      expiresAt: issued.expiresAt.getTime(),
    });
  });

  app.post('/v2/:tenancy/passkey/registration/options', async (c) => {
    const { id } = tenancyOf(c);
    const { registrationToken } = await readJson(c, bodies.registrationToken);
    const request = await takeToken(core, id, 'registration-authorized', registrationToken);
    return openRegistration(c, id, request ?? usedUp());
  });

  app.post('/v2/:tenancy/passkey/authentication/authorize', async (c) => {
    const tenancy = requireKey(c);
    const { rpId, userId, discoverable, mediation, ...request } = await readJson(
      c,
      bodies.authorizeAuthentication,
    );
    checkRpId(core, rpId);
    if (mediation === 'conditional' && !discoverable)
      throw new Refusal('invalid-input', 'Only a discoverable login can be conditional.');
    const own = userId === undefined ? [] : await findPasskeysOf(core, tenancy, userId);
    if (userId !== undefined && own.length === 0)
      throw new Refusal('not-found', 'This user has no passkey.');
    const { allowCredentials = userId === undefined ? undefined : own.map(({ id }) => id) } =
      request;
    const payload = { ...request, allowCredentials };
    const issued = await issueToken(core, tenancy, 'authentication-authorized', payload);
    return json(c, {
      _tag: 'AuthorizedPasskeyAuthentication',
      authenticationToken: issued.token,
      expiresAt: issued.expiresAt.getTime(),
    });
  });

  app.post('/:tenancy/passkey/authentication/options', async (c) => {
    const { id } = tenancyOf(c);
    const { rpId = core.rpId, ...request } = await readJson(c, bodies.authentication);
    checkRpId(core, rpId);
    return openAuthentication(c, id, request);
  });

  app.post('/v2/:tenancy/passkey/authentication/options', async (c) => {
    const { id } = tenancyOf(c);
    const { authenticationToken } = await readJson(c, bodies.authenticationToken);
    const request = await takeToken(core, id, 'authentication-authorized', authenticationToken);
    return openAuthentication(c, id, request ?? usedUp());
  });

  for (const version of ['', '/v2']) {
    app.post(`${version}/:tenancy/passkey/registration/verification`, async (c) => {
      const { id: tenancy } = tenancyOf(c);
      const { response, sessionToken } = await readJson(c, bodies.attestation);
      await limitTries(core, c, settings);
      const session = await takeToken(core, tenancy, 'registration-session', sessionToken);
      const { challengeId, owner, username, userVerification } = session ?? usedUp();
      const userVerified = requireFlag(userVerification, () =>
        decodeAttestationObject(fromBase64Url(response.response.attestationObject)).get('authData'),
      );
      const user = await findUser(core.database, accountOf(tenancy, owner));
      const passkey = await finishRegistration(core, bindingOf(tenancy), user ?? usedUp(), {
        challengeId,
        answer: response,
      });
      const known = { passkey_id: passkey.id, tenancy, owner, username };
      await core.database.insertInto('passlock_passkeys').values(known).execute();
      return success(c, 'RegistrationSuccess', { ...passkey, ...known }, { userVerified });
    });

    app.post(`${version}/:tenancy/passkey/authentication/verification`, async (c) => {
      const { id: tenancy } = tenancyOf(c);
      const { response, sessionToken } = await readJson(c, bodies.assertion);
      await limitTries(core, c, settings);
      const session = await takeToken(core, tenancy, 'authentication-session', sessionToken);
      const { challengeId, allowCredentials, userVerification } = session ?? usedUp();
      const passkey = await findByCredential(core, tenancy, response.id);
      if (!passkey) throw unknownCredential(core, response.id);
      if (allowCredentials && !allowCredentials.includes(passkey.id))
        throw verificationFailed('a passkey that was not asked for');
      const userVerified = requireFlag(userVerification, () =>
        fromBase64Url(response.response.authenticatorData),
      );
      const request = { challengeId, answer: response };
      const kept = { kind: 'bearer', client: accountOf(tenancy, 'nobody') } as const;
      const { token } = await finishSignIn(core, bindingOf(tenancy), request, kept);
      await endSession(core, token); // the code below stands for this sign-in
      return success(c, 'AuthenticationSuccess', passkey, { userVerified });
    });

    app.get(`${version}/.well-known/jwks.json`, async (c) => {
      const { publicJwk } = await readSigningKey(core, 'passlock-key');
      return json(c, { keys: [publicJwk] });
    });
  }

  addManagement(app, core, { tenancyOf, requireKey, pageSize: settings.pageSize });

  app.get('/:tenancy/credential/:id', async (c) => {
    const passkey = await requirePasskey(core, tenancyOf(c).id, c.req.param('id'));
    return json(c, {
      credentialId: passkey.credential_id,
      userId: handleOf(passkey),
      rpId: passkey.rp_id,
    });
  });

  app.get('/:tenancy/credentials/:ids', async (c) => {
    const passkeys = await findPasskeys(core, tenancyOf(c).id, c.req.param('ids').split(','));
    const [first] = passkeys;
    if (!first || passkeys.some((passkey) => handleOf(passkey) !== handleOf(first)))
      throw new Refusal('not-found', 'Passkey not found');
    return json(c, {
      rpId: first.rp_id,
      userId: handleOf(first),
      allAcceptedCredentialIds: passkeys.map(({ credential_id }) => credential_id),
    });
  });

  app.get('/aaguid/:aaguid/icon.svg', (c) => {
    if (!providerName(c.req.param('aaguid'))) throw new Refusal('not-found', 'No such model.');
    return c.body(icon, 200, { 'Content-Type': 'image/svg+xml' });
  });

  app.all('*', () => {
    throw new Refusal('not-found', 'There is nothing at this address.');
  });

  return app;
}

interface Proof {
  readonly userVerified: boolean;
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><circle cx=".5" cy=".5" r=".5"/></svg>';
const unknownCredential = (core: Core, credentialId: string) =>
  new PasslockRefusal('unknown-credential', 'Passkey not found', 'PasskeyNotFound', {
    credentialId,
    rpId: core.rpId,
  });

const bindingOf = (tenancy: string) => ({ client: `passlock:${tenancy}`, browser: '' });

/** How the account of a user of a tenancy is called among all accounts; no e-mail address looks so. */
const accountOf = (tenancy: string, owner: string) => `passlock:${tenancy}:${owner}`;

function checkRpId(core: Core, rpId: string): void {
  if (rpId !== core.rpId) throw new Refusal('invalid-input', 'This is not our relying party.');
}

/** Whether the person was verified; refuses where that was asked for and did not happen. */
function requireFlag(wanted: UserVerification | undefined, read: () => Uint8Array): boolean {
  let flags = 0;
  try {
    flags = read()[32] ?? 0;
  } catch {
    throw verificationFailed('malformed authenticator data');
  }
  const userVerified = (flags & 0x04) !== 0;
  if (wanted === 'required' && !userVerified) throw verificationFailed('user not verified');
  return userVerified;
}

async function descriptors(core: Core, tenancy: string, ids: readonly string[]) {
  const passkeys = await findPasskeys(core, tenancy, ids);
  return passkeys.map(({ credential_id: id, transports }) => ({
    id,
    type: 'public-key',
    transports: JSON.parse(transports) as string[],
  }));
}

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
import { ensureUser, findUser, userHandle } from '../core/credentials.ts';
import { fromBase64Url, newId, sameText, toBase64Url } from '../core/encoding.ts';
import { Refusal, toRefusal, verificationFailed, type RefusalCode } from '../core/errors.ts';
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
  deletePasskeys,
  findByCredential,
  findPasskey,
  findPasskeys,
  findPasskeysOf,
  forgetAbandonedUsers,
  issueToken,
  pageOfPasskeys,
  takeToken,
  updatePasskey,
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

const tags: Readonly<Record<RefusalCode, string>> = {
  'invalid-input': 'BadRequest',
  'challenge-expired': 'BadRequest',
  'verification-failed': 'BadRequest',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  'reauth-required': 'Forbidden',
  'not-found': 'NotFound',
  'unknown-credential': 'PasskeyNotFound',
  'already-registered': 'BadRequest',
  'last-passkey': 'BadRequest',
  conflict: 'BadRequest',
  'rate-limited': 'RateLimited',
  'server-error': 'Server',
};

const statuses = { 400: 400, 401: 401, 403: 403, 404: 404, 429: 429, 500: 500, 503: 503 } as const;

/** A refusal with a word or members of the vendor's that the core does not know. */
class PasslockRefusal extends Refusal {
  readonly tag: string;
  readonly members: object;

  constructor(code: RefusalCode, message: string, tag: string, members = {}) {
    super(code, message, { status: code === 'unknown-credential' ? 400 : undefined });
    this.tag = tag;
    this.members = members;
  }
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
  update: v.strictObject({ userId: v.optional(text), username: v.optional(text) }),
  updateOfUser: v.strictObject({ userId: text, username: text }),
  user: v.strictObject({ userId: text }),
  prepareUpdate: v.strictObject({ userId: text, username: text, displayName: v.optional(text) }),
  updateToken: v.strictObject({ updatePasskeysToken: token }),
  prepareDeletion: v.union([
    v.strictObject({ passkeyIds: v.pipe(v.array(text), v.minLength(1), v.maxLength(64)) }),
    v.strictObject({ userId: text }),
  ]),
  deletionToken: v.strictObject({ deletePasskeysToken: token }),
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

    app.get(`${version}/:tenancy/passkeys/`, async (c) => {
      const tenancy = requireKey(c);
      const size = settings.pageSize;
      const page = await pageOfPasskeys(core, tenancy, c.req.query('cursor') ?? '', size + 1);
      const records = page.slice(0, size);
      const cursor = page.length > size ? records.at(-1)!.id : null;
      return json(c, { _tag: 'FindAllPasskeys', cursor, records: records.map(summary) });
    });

    app.get(`${version}/:tenancy/passkeys/:id`, async (c) => {
      const tenancy = requireKey(c);
      return json(c, record(c, await requirePasskey(core, tenancy, c.req.param('id'))));
    });

    app.get(`${version}/:tenancy/principal/:code`, async (c) =>
      json(c, await exchange(core, requireKey(c), c.req.param('code'))),
    );

    app.get(`${version}/.well-known/jwks.json`, async (c) => {
      const { publicJwk } = await readSigningKey(core, 'passlock-key');
      return json(c, { keys: [publicJwk] });
    });
  }

  app.post('/:tenancy/principal/:code', async (c) => {
    const tenancy = requireKey(c);
    const { userId } = await readJson(c, bodies.user);
    const principal = await exchange(core, tenancy, c.req.param('code'));
    const passkey = await requirePasskey(core, tenancy, principal.authenticatorId);
    await updatePasskey(core, passkey, { owner: userId });
    return json(c, { ...principal, userId });
  });

  app.patch('/:tenancy/passkeys/:id', async (c) => {
    const tenancy = requireKey(c);
    const { userId: owner, username } = await readJson(c, bodies.update);
    const passkey = await requirePasskey(core, tenancy, c.req.param('id'));
    return json(c, record(c, await updatePasskey(core, passkey, { owner, username })), 202);
  });

  app.delete('/:tenancy/passkeys/:id', async (c) => {
    const tenancy = requireKey(c);
    const passkey = await requirePasskey(core, tenancy, c.req.param('id'));
    await deletePasskeys(core, [passkey]);
    return json(c, record(c, passkey), 202);
  });

  app.patch('/:tenancy/users/:user/passkeys/', async (c) => {
    const tenancy = requireKey(c);
    const { userId, username } = await readJson(c, bodies.updateOfUser);
    const passkeys = await findPasskeysOf(core, tenancy, sameUser(c, userId));
    const updated = [];
    for (const passkey of passkeys) updated.push(await updatePasskey(core, passkey, { username }));
    return json(c, { _tag: 'UpdatedPasskeys', updated: updated.map((one) => record(c, one)) });
  });

  app.delete('/:tenancy/users/:user/passkeys/', async (c) => {
    const tenancy = requireKey(c);
    const { userId } = await readJson(c, bodies.user);
    const passkeys = await findPasskeysOf(core, tenancy, sameUser(c, userId));
    await deletePasskeys(core, passkeys);
    return json(c, { _tag: 'DeletedPasskeys', deleted: passkeys.map((one) => record(c, one)) });
  });

  app.post('/v2/:tenancy/passkeys/update', async (c) => {
    const tenancy = requireKey(c);
    const { userId, username, displayName } = await readJson(c, bodies.prepareUpdate);
    const passkeys = await findPasskeysOf(core, tenancy, userId);
    for (const passkey of passkeys) await updatePasskey(core, passkey, { username });
    const handles = new Set(passkeys.map(handleOf));
    const instructions = [...handles].map((handle) => ({
      rpId: core.rpId,
      userId: handle,
      username,
      displayName: displayName ?? username,
    }));
    const { token, expiresAt } = await issueToken(core, tenancy, 'update', { instructions });
    return json(
      c,
      {
        _tag: 'PreparedPasskeyUpdate',
        updatePasskeysToken: token,
        expiresAt: expiresAt.getTime(),
        warnings: passkeys.length > 0 ? [] : [noPasskeys],
      },
      202,
    );
  });

  app.post('/v2/:tenancy/passkeys/update/exchange', async (c) => {
    const { id } = tenancyOf(c);
    const { updatePasskeysToken } = await readJson(c, bodies.updateToken);
    const { instructions } = (await takeToken(core, id, 'update', updatePasskeysToken)) ?? usedUp();
    return json(c, { _tag: 'PasskeyUpdateInstructions', instructions, warnings: [] });
  });

  app.post('/v2/:tenancy/passkeys/delete', async (c) => {
    const tenancy = requireKey(c);
    const body = await readJson(c, bodies.prepareDeletion);
    const wanted = 'passkeyIds' in body ? body.passkeyIds : [];
    const passkeys =
      'userId' in body
        ? await findPasskeysOf(core, tenancy, body.userId)
        : await findPasskeys(core, tenancy, wanted);
    await deletePasskeys(core, passkeys);
    const instructions = passkeys.map((passkey) => ({
      rpId: passkey.rp_id,
      userId: handleOf(passkey),
      credentialId: passkey.credential_id,
    }));
    const missing = wanted.filter((id) => !passkeys.some((passkey) => passkey.id === id));
    const { token, expiresAt } = await issueToken(core, tenancy, 'delete', { instructions });
    return json(
      c,
      {
        _tag: 'PreparedPasskeyDeletion',
        deletePasskeysToken: token,
        expiresAt: expiresAt.getTime(),
        warnings:
          'userId' in body && passkeys.length === 0
            ? [noPasskeys]
            : missing.map((passkeyId) => ({
                code: 'PASSKEY_NOT_FOUND',
                message: 'Passkey not found',
                passkeyId,
              })),
      },
      202,
    );
  });

  app.post('/v2/:tenancy/passkeys/delete/exchange', async (c) => {
    const { id } = tenancyOf(c);
    const { deletePasskeysToken } = await readJson(c, bodies.deletionToken);
    const { instructions } = (await takeToken(core, id, 'delete', deletePasskeysToken)) ?? usedUp();
    return json(c, { _tag: 'PasskeyDeletionInstructions', instructions, warnings: [] });
  });

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
const noPasskeys = { code: 'NO_PASSKEYS_FOUND', message: 'This user has no passkeys' };

function describe(refusal: Refusal): object {
  const { code, message, retryAfter } = refusal;
  const own = refusal instanceof PasslockRefusal ? refusal : undefined;
  const _tag = `@error/${own?.tag ?? tags[code]}`;
  if (code === 'unauthorized' || code === 'forbidden') return { _tag };
  return { _tag, message, ...own?.members, ...(retryAfter && { retryAfterSeconds: retryAfter }) };
}

function usedUp(): never {
  throw new Refusal('challenge-expired', 'This token is not known, was used, or has expired.');
}

const unknownCredential = (core: Core, credentialId: string) =>
  new PasslockRefusal('unknown-credential', 'Passkey not found', 'PasskeyNotFound', {
    credentialId,
    rpId: core.rpId,
  });

const bindingOf = (tenancy: string) => ({ client: `passlock:${tenancy}`, browser: '' });

/** How the account of a user of a tenancy is called among all accounts; no e-mail address looks so. */
const accountOf = (tenancy: string, owner: string) => `passlock:${tenancy}:${owner}`;

const handleOf = (passkey: PasslockPasskey) => userHandle({ id: passkey.user_id });

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

async function requirePasskey(core: Core, tenancy: string, id: string): Promise<PasslockPasskey> {
  const passkey = await findPasskey(core, tenancy, id);
  if (!passkey) throw new Refusal('not-found', 'Passkey not found');
  return passkey;
}

function sameUser(c: AppContext, userId: string): string {
  if (c.req.param('user') !== userId) throw new Refusal('invalid-input', 'Two users named.');
  return userId;
}

/** What a code stands for; it is good once, whoever asks. */
async function exchange(core: Core, tenancy: string, code: string) {
  const found = await takeToken(core, tenancy, 'code', code);
  const passkey = found && (await findPasskey(core, tenancy, found.passkeyId));
  if (!passkey) throw new PasslockRefusal('not-found', 'Invalid code', 'InvalidCode');
  const platformName = providerName(passkey.aaguid);
  return {
    _tag: 'ExtendedPrincipal',
    id: newId(),
    authenticatorId: passkey.id,
    authenticatorType: 'passkey',
    userId: passkey.owner,
    createdAt: core.now().getTime(),
    expiresAt: found.expiresAt.getTime(),
    passkey: { verified: true, userVerified: found.userVerified, platformName },
    metadata: { userAgent: found.userAgent },
  };
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

const summary = (passkey: PasslockPasskey) => ({
  _tag: 'PasskeySummary',
  id: passkey.id,
  userId: passkey.owner,
  enabled: true,
  credential: { id: passkey.credential_id, userId: handleOf(passkey) },
  createdAt: seconds(passkey.created_at),
  lastUsed: passkey.last_used_at ? seconds(passkey.last_used_at) : undefined,
});

function record(c: AppContext, passkey: PasslockPasskey) {
  const { aaguid } = passkey;
  const name = providerName(aaguid);
  const [base] = c.req.url.split(/(?:\/v2)?\/[^/]+\/(?:passkeys|users|principal)/);
  return {
    ...summary(passkey),
    _tag: 'Passkey',
    credential: {
      id: passkey.credential_id,
      userId: handleOf(passkey),
      username: passkey.username,
      aaguid: aaguid ?? '00000000-0000-0000-0000-000000000000',
      backedUp: passkey.backed_up,
      counter: passkey.sign_count,
      deviceType: passkey.backup_eligible ? 'multiDevice' : 'singleDevice',
      transports: JSON.parse(passkey.transports) as string[],
      publicKey: toBase64Url(passkey.public_key),
      rpId: passkey.rp_id,
    },
    ...(name && { platform: { name, icon: `${base}/aaguid/${aaguid}/icon.svg` } }),
    updatedAt: seconds(passkey.updated_at ?? passkey.created_at),
  };
}

// The vendor's own client takes only this very type for JSON, without a charset.
const json = (
  c: AppContext,
  value: object,
  status: 200 | 202 | 400 | 401 | 403 | 404 | 429 | 500 | 503 = 200,
) => c.body(JSON.stringify(value), status, { 'Content-Type': 'application/json' });

import { Hono } from 'hono';
import * as v from 'valibot';
import { assertion, attestation, type Assertion } from '../core/answers.ts';
import {
  beginRegistration,
  beginSignIn,
  finishRegistration,
  finishSignIn,
  replayed,
} from '../core/ceremonies.ts';
import { resendCode, sendCode, verifyCode } from '../core/codes.ts';
import { after, type Binding, type Core, type SignedIn } from '../core/core.ts';
import { findUser, listPasskeys, removePasskey, renamePasskey } from '../core/credentials.ts';
import { newSecret, toBase64Url } from '../core/encoding.ts';
import { Refusal, toRefusal } from '../core/errors.ts';
import { normalizeIdentifier, normalizeName } from '../core/names.ts';
import { policy } from '../core/policy.ts';
import { endSession, findSession, requireFreshSession, type Session } from '../core/sessions.ts';
import type { PasskeyRow } from '../database.ts';
import {
  crossOrigin,
  limitTries,
  noStore,
  noteRefusal,
  nothingHere,
  parse,
  parseJson,
  readJson,
  requireAllowedOrigin,
  type AppContext,
  type AppEnv,
  type HttpSettings,
} from '../http.ts';

/** The readings of the vendor's pages between which this dialect can switch. */
export interface SsojetSettings {
  /** Public application ids that are known here. */
  readonly clientIds: readonly string[];
  /** How the finish of a login carries the credential. */
  readonly finishBody: 'credential' | 'passkey-text' | 'passkey-object';
  /** Which of the three published shapes a login result has. */
  readonly loginResult: 'A' | 'B' | 'C';
  readonly registerResult: 'message' | 'record';
  readonly statusStyle: 'string' | 'boolean' | 'empty';
  readonly deleteStyle: 'json' | 'empty';
  /** Makes each sign-in wait until the site approves it; asked again at each status. */
  readonly approval?: (identifier: string) => 'pending' | 'approved' | 'rejected';
  /** List credentials, real or made up, when a login names an identifier. */
  readonly includeAllowCredentials: boolean;
}

const malformed = { error_code: 1004, message: 'Malformed Request' };
const invalidState = { error_code: 1009, message: 'Invalid State ID' };
const notFound = { error_code: 1005, message: 'Resource Not Found' };

// No code is published for what has a message only. A sign-in that is too old reads as none at all:
// the vendor's clients know no other word for “sign in again”.
const errors: Record<Refusal['code'], { error_code?: number; message: string }> = {
  'invalid-input': malformed,
  'challenge-expired': invalidState,
  'verification-failed': malformed,
  unauthorized: { error_code: 1003, message: 'Access Token Required' },
  forbidden: { error_code: 1011, message: 'Invalid Host' },
  'reauth-required': { error_code: 1003, message: 'Access Token Required' },
  'not-found': notFound,
  'unknown-credential': notFound,
  'already-registered': { message: 'Passkey Already Registered' },
  'last-passkey': { message: 'Last Passkey' },
  conflict: { message: 'Conflict' },
  'rate-limited': { message: 'Too Many Requests' },
  'server-error': { error_code: 1006, message: 'Internal Error' },
};

class InvalidClient extends Refusal {
  constructor() {
    super(
      'invalid-input',
      'Name a known client id in the query, and the same in the header if there.',
    );
  }
}

class InvalidEmail extends Refusal {
  constructor() {
    super('invalid-input', 'The identifier is not an e-mail address.');
  }
}

class NotApproved extends Refusal {
  constructor() {
    super('forbidden', 'The site has rejected this sign-in.');
  }
}

const passkeys = '/auth/passwordless/passkey';
const emailOtp = '/auth/passwordless/email-otp';
const neverUpdated = '0001-01-01T00:00:00Z';
const noAaguid = '00000000-0000-0000-0000-000000000000';

const transports = v.optional(v.array(v.string()));
const bodies = {
  registration: v.looseObject({
    ...attestation.entries,
    transports,
    email: v.optional(v.string()),
  }),
  passkeyText: v.strictObject({ passkey: v.string() }),
  passkeyObject: v.strictObject({ passkey: assertion }),
  rename: v.strictObject({ name: v.string() }),
  send: v.strictObject({ email: v.string() }),
  resend: v.strictObject({ state: v.string() }),
  verify: v.strictObject({ state: v.string(), otp: v.pipe(v.string(), v.regex(/^[0-9]{6}$/)) }),
};

/** SSOJet's passkey API, as strictly as its pages allow. */
export function createSsojetDialect(
  core: Core,
  settings: SsojetSettings & HttpSettings,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    noteRefusal(core, c, refusal, { dialect: 'ssojet' });
    const { code, status, message } = refusal;
    const shown = code === 'reauth-required' ? 401 : status;
    return c.json({ ...describe(refusal), description: message }, shown);
  });

  app.use(noStore);
  app.use(
    crossOrigin(core, {
      methods: 'GET, POST, PATCH, DELETE',
      headers: 'authorization, content-type, x-client-id',
      credentials: false,
    }),
  );
  app.use(requireAllowedOrigin(core));
  app.use(async (c, next) => {
    const hasBody =
      Number(c.req.header('content-length') ?? 0) > 0 ||
      c.req.header('transfer-encoding') !== undefined;
    if (c.req.method === 'GET' && hasBody)
      throw new Refusal('invalid-input', 'A GET request has no body.');
    await next();
  });

  /** The client this request names; the finish of a login names it in the query alone. */
  function requireClient(c: AppContext, where: 'anywhere' | 'query' = 'anywhere'): Binding {
    const query = c.req.query('client_id');
    const header = c.req.header('x-client-id');
    const named = where === 'query' ? query : (query ?? header);
    const agree = query === undefined || header === undefined || query === header;
    if (named === undefined || !agree || !settings.clientIds.includes(named))
      throw new InvalidClient();
    return { client: `ssojet:${named}`, browser: '' };
  }

  async function requireBearer(c: AppContext, { client }: Binding): Promise<Session> {
    const [, token] =
      /^Bearer +([A-Za-z0-9_-]{43})$/i.exec(c.req.header('authorization') ?? '') ?? [];
    const session = await findSession(core, { kind: 'bearer', client }, token);
    if (!session) throw new Refusal('unauthorized', 'Send the access token of a signed-in user.');
    return session;
  }

  async function requireFreshBearer(c: AppContext, binding: Binding): Promise<Session> {
    const session = await requireBearer(c, binding);
    requireFreshSession(core, session);
    return session;
  }

  async function readLogin(c: AppContext): Promise<Assertion> {
    if (settings.finishBody === 'credential') return readJson(c, assertion);
    if (settings.finishBody === 'passkey-object')
      return (await readJson(c, bodies.passkeyObject)).passkey;
    return parse(assertion, parseJson((await readJson(c, bodies.passkeyText)).passkey));
  }

  app.get(`${passkeys}/login`, async (c) => {
    const binding = requireClient(c);
    const identifier = readIdentifier(c);
    const request = { identifier, offerPasskeys: settings.includeAllowCredentials };
    const { id, options } = await beginSignIn(core, binding, request);
    return json(c, { auth_code: id, publicKey: options });
  });

  app.post(`${passkeys}/login`, async (c) => {
    const binding = requireClient(c, 'query');
    const answer = await readLogin(c);
    await limitTries(core, c, settings);
    const request = { challengeId: readAuthCode(c), identifier: readIdentifier(c) ?? null, answer };
    const session = { kind: 'bearer', client: binding.client } as const;
    const signedIn = await finishSignIn(core, binding, request, session);
    const approval = settings.approval?.(signedIn.user.identifier) ?? 'approved';
    if (approval === 'approved') return text(c, loginResults[settings.loginResult](signedIn));
    await endSession(core, signedIn.token); // only an approval grants a session
    if (approval === 'rejected') throw new NotApproved();
    return text(c, { status: 'pending', expires_at: after(core, policy.challengeLifetime) });
  });

  app.get(`${passkeys}/register`, async (c) => {
    const binding = requireClient(c);
    const { user } = await requireFreshBearer(c, binding);
    const { id, options } = await beginRegistration(core, binding, user, {
      attachment: 'platform',
    });
    const { excludeCredentials = [], ...publicKey } = options;
    // The published example has no list, so there is none when it would be empty.
    return json(c, {
      auth_code: id,
      publicKey: { ...publicKey, ...(excludeCredentials.length > 0 && { excludeCredentials }) },
    });
  });

  app.post(`${passkeys}/register`, async (c) => {
    const binding = requireClient(c);
    const { user } = await requireBearer(c, binding);
    const { transports, email, ...answer } = await readJson(c, bodies.registration);
    if (email !== undefined && toEmail(email) !== user.identifier) throw new InvalidEmail();
    await limitTries(core, c, settings);
    const request = { challengeId: readAuthCode(c), answer, transports };
    const passkey = await finishRegistration(core, binding, user, request);
    if (settings.registerResult === 'record') return json(c, record(passkey));
    return json(c, { status: 'success', message: 'Passkey registered' });
  });

  app.get(`${passkeys}/status`, async (c) => {
    requireClient(c);
    const identifier = readIdentifier(c);
    if (identifier === undefined)
      throw new Refusal('invalid-input', 'Name an identifier in the query.');
    return text(c, await status(core, settings, identifier));
  });

  app.get(`${passkeys}/credentials`, async (c) => {
    const { user } = await requireBearer(c, requireClient(c));
    return json(c, (await listPasskeys(core, user)).map(record));
  });

  app.patch(`${passkeys}/credentials/:id`, async (c) => {
    const { user } = await requireBearer(c, requireClient(c));
    const { name } = await readJson(c, bodies.rename);
    await renamePasskey(core, user, { credentialId: c.req.param('id') }, normalizeName(name));
    return text(c, { status: 'success', message: 'Passkey updated' });
  });

  app.delete(`${passkeys}/credentials/:id`, async (c) => {
    const { user } = await requireFreshBearer(c, requireClient(c));
    await removePasskey(core, user, { credentialId: c.req.param('id') });
    if (settings.deleteStyle === 'empty') return c.body(null, 204);
    return json(c, { status: 'success', message: 'Passkey deleted' });
  });

  app.post(`${emailOtp}/send`, async (c) => {
    const binding = requireClient(c);
    const { email } = await readJson(c, bodies.send);
    await limitTries(core, c, settings);
    const { handle } = await sendCode(core, binding, toEmail(email));
    return json(c, { state: handle });
  });

  app.post(`${emailOtp}/resend`, async (c) => {
    const binding = requireClient(c);
    const { state } = await readJson(c, bodies.resend);
    await limitTries(core, c, settings);
    const { handle } = await resendCode(core, binding, state);
    return json(c, { state: handle });
  });

  app.post(`${emailOtp}/verify`, async (c) => {
    const binding = requireClient(c);
    const { state, otp } = await readJson(c, bodies.verify);
    await limitTries(core, c, settings);
    const session = { kind: 'bearer', client: binding.client } as const;
    const signedIn = await verifyCode(core, binding, { handle: state, code: otp }, session);
    return json(c, loginResults.C(signedIn));
  });

  app.all('*', nothingHere);

  return app;
}

function describe(refusal: Refusal) {
  if (refusal instanceof InvalidClient) return { error_code: 1000, message: 'Invalid Client Id' };
  if (refusal instanceof InvalidEmail) return { error_code: 1008, message: 'Invalid Email' };
  if (refusal instanceof NotApproved) return { message: 'Sign-In Rejected' };
  // An auth_code is good for one finish: a second one fails for its state, whatever it carries.
  return refusal.reason === replayed ? invalidState : errors[refusal.code];
}

const readAuthCode = (c: AppContext): string => c.req.query('auth_code') ?? '';

function readIdentifier(c: AppContext): string | undefined {
  const identifier = c.req.query('identifier');
  return identifier === undefined ? undefined : toEmail(identifier);
}

function toEmail(text: string): string {
  try {
    return normalizeIdentifier(text);
  } catch {
    throw new InvalidEmail();
  }
}

async function status(core: Core, settings: SsojetSettings, identifier: string) {
  if (settings.approval) return { status: settings.approval(identifier) };
  if (settings.statusStyle === 'empty') return {};
  const boolean = settings.statusStyle === 'boolean';
  if (!core.revealAccounts) return boolean ? {} : { status: 'unknown' };
  const user = await findUser(core.database, identifier);
  const registered = user !== undefined && (await listPasskeys(core, user)).length > 0;
  return boolean
    ? { passkey_registered: registered }
    : { status: registered ? 'registered' : 'not_registered' };
}

// There is no endpoint that would take a refresh token, so none is kept.
const loginResults = {
  A: ({ user, token }: SignedIn) => ({ token, user_id: user.id }),
  B: ({ user, token, expiresAt }: SignedIn) => ({
    authenticated: true,
    oauth: {
      access_token: token,
      refresh_token: newSecret(),
      expires_at: expiresAt,
      token_type: 'Bearer',
    },
    user: { user_id: user.id, identifier: user.identifier, email: user.identifier },
  }),
  C: ({ user, token, expiresAt }: SignedIn) => ({
    authenticated: true,
    access_token: token,
    refresh_token: newSecret(),
    token_type: 'Bearer',
    expires_at: expiresAt,
    profile: { id: user.id, email: user.identifier },
  }),
};

const record = (passkey: PasskeyRow) => ({
  id: passkey.credential_id,
  Name: passkey.name,
  SignCount: passkey.sign_count,
  LastUsedAt: passkey.last_used_at ?? passkey.created_at,
  CreatedAt: passkey.created_at,
  UpdatedAt: passkey.updated_at ?? neverUpdated,
  public_key: toBase64Url(passkey.public_key),
  attestation_type: 'none',
  aaguid: toBase64Url(Uint8Array.from(aaguidBytes(passkey.aaguid ?? noAaguid))),
  transports: JSON.parse(passkey.transports) as string[],
  backup_eligible: passkey.backup_eligible,
  backup_state: passkey.backed_up,
});

const aaguidBytes = (aaguid: string) =>
  (aaguid.replaceAll('-', '').match(/../g) ?? []).map((digits) => parseInt(digits, 16));

const json = (c: AppContext, value: object) =>
  c.body(JSON.stringify(value), 200, { 'Content-Type': 'application/json; charset=utf-8' });

// The vendor labels these answers as plain text although they hold JSON.
const text = (c: AppContext, value: object) =>
  c.body(JSON.stringify(value), 200, { 'Content-Type': 'text/plain; charset=utf-8' });

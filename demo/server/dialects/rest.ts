import { Hono } from 'hono';
import * as v from 'valibot';
import {
  clearSessionCookie,
  ensureBrowser,
  readBrowser,
  readSessionCookie,
  writeSessionCookie,
} from '../cookies.ts';
import { assertion, attestation } from '../core/answers.ts';
import {
  beginRegistration,
  beginSignIn,
  finishRegistration,
  finishSignIn,
} from '../core/ceremonies.ts';
import { ceremonyState } from '../core/challenges.ts';
import { sendCode, verifyCode } from '../core/codes.ts';
import type { Binding, Core, SignedIn } from '../core/core.ts';
import {
  findUser,
  getPasskey,
  listCompletely,
  listPasskeys,
  removePasskey,
  renamePasskey,
  restorePasskey,
  userHandle,
} from '../core/credentials.ts';
import { readDevice } from '../core/devices.ts';
import { toBase64Url } from '../core/encoding.ts';
import { Refusal, toRefusal } from '../core/errors.ts';
import {
  approveHandoff,
  beginApproval,
  cancelHandoff,
  exchangeHandoff,
  handoffState,
  inspectHandoff,
  refuseHandoff,
  startHandoff,
} from '../core/handoffs.ts';
import { normalizeIdentifier, normalizeName } from '../core/names.ts';
import { policy } from '../core/policy.ts';
import { providerName } from '../core/providers.ts';
import { endSession, findSession, requireFreshSession, type Session } from '../core/sessions.ts';
import type { HandoffRow, PasskeyRow, UserRow } from '../database.ts';
import {
  clientAddress,
  crossOrigin,
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

const client = 'rest';
const session = { kind: 'cookie', client } as const;

const id = v.pipe(v.string(), v.maxLength(64));
const text = v.pipe(v.string(), v.maxLength(16 * 1024));
const mediation = v.optional(v.picklist(['conditional', 'modal']));

const bodies = {
  // Whether the page asks at once or by autofill changes nothing about a sign-in.
  signInBegin: v.strictObject({ identifier: v.optional(text), mediation }),
  signInFinish: v.strictObject({ challengeId: id, answer: assertion }),
  registrationBegin: v.strictObject({ displayName: v.optional(text), mediation }),
  registrationFinish: v.strictObject({
    challengeId: id,
    answer: attestation,
    name: v.optional(text),
  }),
  status: v.union([v.strictObject({ identifier: text }), v.strictObject({ challengeId: id })]),
  codesSend: v.strictObject({ identifier: text }),
  codesVerify: v.strictObject({ handle: id, code: v.pipe(v.string(), v.regex(/^[0-9]{6}$/)) }),
  rename: v.strictObject({ name: text }),
  restore: v.strictObject({}),
  signOut: v.strictObject({}),
  handoffStart: v.strictObject({}),
  handoffHandle: v.strictObject({ handle: id }),
  handoffTicket: v.strictObject({ ticket: id }),
  approvalFinish: v.strictObject({
    ticket: id,
    number: v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(99)),
    challengeId: id,
    answer: assertion,
  }),
};

/** Settings of our own dialect, beside those of all. */
export interface RestSettings extends HttpSettings {
  /** Whether a sign-in may be approved on another device. */
  readonly handoff: boolean;
  /** For how many seconds a removed passkey can be brought back. */
  readonly restorableFor: number;
}

/** Our own dialect, as openapi.yaml describes it: JSON, and a session in a cookie. */
export function createRestDialect(core: Core, settings: RestSettings): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const secure = settings.secureCookies;
  const { restorableFor } = settings;

  const ownBinding = async (c: AppContext): Promise<Binding> => ({
    client,
    browser: await readBrowser(c, secure),
  });
  const newBinding = async (c: AppContext): Promise<Binding> => ({
    client,
    browser: await ensureBrowser(c, secure),
  });

  async function requireSession(c: AppContext): Promise<Session> {
    const found = await findSession(core, session, readSessionCookie(c, secure));
    if (!found) throw new Refusal('unauthorized', 'Sign in first.');
    return found;
  }

  async function requireFresh(c: AppContext): Promise<Session> {
    const found = await requireSession(c);
    requireFreshSession(core, found);
    return found;
  }

  function welcome(c: AppContext, { user, token }: SignedIn) {
    writeSessionCookie(c, secure, token);
    return c.json({ user: userJson(user) });
  }

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const { code, status, message } = refusal;
    noteRefusal(core, c, refusal, { dialect: client });
    return c.json({ error: { code, message } }, status);
  });

  app.use(noStore);
  app.use(
    crossOrigin(core, {
      methods: 'GET, POST, PUT, PATCH, DELETE',
      headers: 'content-type, x-client-id', // that of a page which sets `client-id`
      credentials: true,
    }),
  );
  app.use(requireAllowedOrigin(core));

  app.post('/sign-in/begin', async (c) => {
    const { identifier: entered } = await readJson(c, bodies.signInBegin);
    const identifier = entered === undefined ? undefined : normalizeIdentifier(entered);
    const request = { identifier, offerPasskeys: true };
    return c.json(challengeJson(await beginSignIn(core, await newBinding(c), request)));
  });

  app.post('/sign-in/finish', async (c) => {
    const body = await readJson(c, bodies.signInFinish);
    const binding = await ownBinding(c);
    await limitTries(core, c, settings, binding.browser);
    const replaces = readSessionCookie(c, secure);
    return welcome(c, await finishSignIn(core, binding, body, { ...session, replaces }));
  });

  app.post('/registration/begin', async (c) => {
    const { displayName, mediation } = await readJson(c, bodies.registrationBegin);
    const { user } = await requireFresh(c);
    const request = {
      mediation,
      displayName: displayName === undefined ? undefined : normalizeName(displayName),
    };
    return c.json(challengeJson(await beginRegistration(core, await newBinding(c), user, request)));
  });

  app.post('/registration/finish', async (c) => {
    const body = await readJson(c, bodies.registrationFinish);
    const { user } = await requireSession(c);
    const binding = await ownBinding(c);
    await limitTries(core, c, settings, binding.browser);
    const name = body.name === undefined ? undefined : normalizeName(body.name);
    const passkey = await finishRegistration(core, binding, user, { ...body, name });
    return c.json({ passkey: passkeyJson(passkey) }, 201);
  });

  app.post('/status', async (c) => {
    const body = await readJson(c, bodies.status);
    if ('challengeId' in body)
      return c.json(await ceremonyState(core, await ownBinding(c), body.challengeId));
    return c.json({ state: await accountState(core, normalizeIdentifier(body.identifier)) });
  });

  app.post('/codes/send', async (c) => {
    const { identifier } = await readJson(c, bodies.codesSend);
    const binding = await newBinding(c);
    await limitTries(core, c, settings, binding.browser);
    return c.json(await sendCode(core, binding, identifier), 202);
  });

  app.post('/codes/verify', async (c) => {
    const body = await readJson(c, bodies.codesVerify);
    const binding = await ownBinding(c);
    await limitTries(core, c, settings, binding.browser);
    const replaces = readSessionCookie(c, secure);
    return welcome(c, await verifyCode(core, binding, body, { ...session, replaces }));
  });

  app.get('/passkeys', async (c) => {
    const { user } = await requireSession(c);
    const { passkeys, complete } = await listCompletely(core, user);
    return c.json({
      passkeys: passkeys.map(passkeyJson),
      complete,
      userId: user.id,
      rpId: core.rpId,
      userHandle: userHandle(user),
    });
  });

  app.get('/passkeys/:id', async (c) => {
    const { user } = await requireSession(c);
    return c.json(passkeyJson(await getPasskey(core, user, { id: c.req.param('id') })));
  });

  app.patch('/passkeys/:id', async (c) => {
    const { name } = await readJson(c, bodies.rename);
    const { user } = await requireSession(c);
    return c.json(
      passkeyJson(await renamePasskey(core, user, { id: c.req.param('id') }, normalizeName(name))),
    );
  });

  app.delete('/passkeys/:id', async (c) => {
    const { user } = await requireFresh(c);
    await removePasskey(core, user, { id: c.req.param('id') }, restorableFor);
    return restorableFor > 0 ? c.json({ restorableFor }) : c.body(null, 204);
  });

  app.put('/passkeys/:id', async (c) => {
    await readJson(c, bodies.restore);
    const { user } = await requireFresh(c);
    return c.json(passkeyJson(await restorePasskey(core, user, c.req.param('id'))));
  });

  app.get('/session', async (c) => {
    const { user } = await requireSession(c);
    return c.json({ user: userJson(user) });
  });

  app.post('/sign-out', async (c) => {
    await readJson(c, bodies.signOut);
    const token = readSessionCookie(c, secure);
    if (token) await endSession(core, token);
    clearSessionCookie(c, secure);
    return c.body(null, 204);
  });

  if (settings.handoff) {
    app.post('/handoffs', async (c) => {
      await readJson(c, bodies.handoffStart);
      const binding = await newBinding(c);
      await limitTries(core, c, settings, binding.browser);
      const device = readDevice(c.req.header('user-agent'));
      const address = clientAddress(c, settings);
      return c.json(handoffJson(await startHandoff(core, binding, { device, address })), 201);
    });

    app.post('/handoffs/status', async (c) => {
      const { handle } = await readJson(c, bodies.handoffHandle);
      const state = await handoffState(core, await ownBinding(c), handle);
      return c.json({ ...state, interval: policy.handoffInterval });
    });

    app.post('/handoffs/exchange', async (c) => {
      const { handle } = await readJson(c, bodies.handoffHandle);
      const binding = await ownBinding(c);
      await limitTries(core, c, settings, binding.browser);
      const replaces = readSessionCookie(c, secure);
      const signedIn = await exchangeHandoff(core, binding, handle, { ...session, replaces });
      return welcome(c, signedIn);
    });

    app.post('/handoffs/cancel', async (c) => {
      const { handle } = await readJson(c, bodies.handoffHandle);
      await cancelHandoff(core, await ownBinding(c), handle);
      return c.body(null, 204);
    });

    app.post('/handoffs/inspect', async (c) => {
      const { ticket } = await readJson(c, bodies.handoffTicket);
      await limitTries(core, c, settings);
      return c.json(await inspectHandoff(core, ticket, clientAddress(c, settings)));
    });

    app.post('/handoffs/approval/begin', async (c) => {
      const { ticket } = await readJson(c, bodies.handoffTicket);
      const binding = await newBinding(c);
      await limitTries(core, c, settings, binding.browser);
      return c.json(challengeJson(await beginApproval(core, binding, ticket)));
    });

    app.post('/handoffs/approval/finish', async (c) => {
      const body = await readJson(c, bodies.approvalFinish);
      const binding = await ownBinding(c);
      await limitTries(core, c, settings, binding.browser);
      await approveHandoff(core, binding, body);
      return c.body(null, 204);
    });

    app.post('/handoffs/refuse', async (c) => {
      const { ticket } = await readJson(c, bodies.handoffTicket);
      await limitTries(core, c, settings);
      await refuseHandoff(core, ticket);
      return c.body(null, 204);
    });
  }

  app.all('*', nothingHere);

  return app;
}

async function accountState(core: Core, identifier: string) {
  if (!core.revealAccounts) return 'unknown';
  const user = await findUser(core.database, identifier);
  const passkeys = user ? await listPasskeys(core, user) : [];
  return passkeys.length > 0 ? 'registered' : 'not-registered';
}

const challengeJson = ({ id, ...rest }: { id: string; expiresAt: Date; options: unknown }) => ({
  challengeId: id,
  ...rest,
});

const handoffJson = ({ handle, ticket, number, expires_at }: HandoffRow) => ({
  handle,
  ticket,
  number,
  expiresAt: expires_at,
  interval: policy.handoffInterval,
});

const userJson = ({ id, identifier, display_name }: UserRow) => ({
  id,
  identifier,
  ...(display_name !== null && { displayName: display_name }),
});

function passkeyJson(passkey: PasskeyRow) {
  const provider = providerName(passkey.aaguid);
  return {
    id: passkey.id,
    credentialId: passkey.credential_id,
    name: passkey.name,
    provider: provider === undefined ? null : { name: provider },
    aaguid: passkey.aaguid,
    createdAt: passkey.created_at,
    updatedAt: passkey.updated_at,
    lastUsedAt: passkey.last_used_at,
    transports: JSON.parse(passkey.transports) as string[],
    backupEligible: passkey.backup_eligible,
    synced: passkey.backed_up,
    signCount: passkey.sign_count,
    publicKey: toBase64Url(passkey.public_key),
    rpId: passkey.rp_id,
    enabled: true,
  };
}

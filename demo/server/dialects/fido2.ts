import { Hono } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import * as v from 'valibot';
import {
  cookieAttributes,
  cookieName,
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
import { ceremonyState, closeChallenge } from '../core/challenges.ts';
import { decide, readSecret, type Binding, type Core } from '../core/core.ts';
import { ensureUser, findUser, listPasskeys } from '../core/credentials.ts';
import { fromBase64Url, toBase64Url, utf8 } from '../core/encoding.ts';
import { challengeExpired, Refusal, toRefusal } from '../core/errors.ts';
import { nameInRealm, normalizeName } from '../core/names.ts';
import { policy } from '../core/policy.ts';
import { findSession, requireFreshSession, type Session } from '../core/sessions.ts';
import { sweep } from '../core/sweep.ts';
import type { UserRow } from '../database.ts';
import {
  crossOrigin,
  limitTries,
  noStore,
  noteRefusal,
  nothingHere,
  readJson,
  requireAllowedOrigin,
  requireJson,
  type AppContext,
  type AppEnv,
  type HttpSettings,
} from '../http.ts';

/** The ways in which servers differ that call themselves compatible. */
export interface Fido2Settings {
  /** Options below another member and `""` for what is absent, as LINE's server has it. */
  readonly nested: boolean;
  /** Refusals with HTTP 200. */
  readonly failWith200: boolean;
  readonly omitStatusOnError: boolean;
  /** Refusals that are a JSON text and nothing else. */
  readonly bareStringError: boolean;
  /** Options that leave the relying party to the browser. */
  readonly omitRpId: boolean;
  /** The paths and answers of SimpleWebAuthn's example, which has a single account. */
  readonly plain: boolean;
}

const client = 'fido2';
// Nobody proves a user name here, so these accounts are apart from those of people who proved an address.
const realm = 'fido2';
const session = { kind: 'cookie', client } as const;
const timeout = 60_000;
/** An answer may be this late: clocks differ, and networks take their time. */
const tolerance = 30_000;
const onlyAccount = 'user@localhost';

const preference = v.picklist(['discouraged', 'preferred', 'required']);
const attachment = v.picklist(['platform', 'cross-platform']);
const text = v.pipe(v.string(), v.nonEmpty());
const extensions = v.optional(
  v.custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
);
const results = { getClientExtensionResults: extensions, clientExtensionResults: extensions };

/** LINE's server takes these too. */
const lineMembers = {
  mediation: v.optional(v.string()),
  credProtect: v.optional(v.unknown()),
  prf: v.optional(v.unknown()),
};

const attestationOptions = v.strictObject({
  username: text,
  displayName: text,
  authenticatorSelection: v.optional(
    v.strictObject({
      authenticatorAttachment: v.optional(attachment),
      residentKey: v.optional(preference),
      requireResidentKey: v.optional(v.boolean()),
      userVerification: v.optional(preference, 'preferred'),
    }),
    {},
  ),
  attestation: v.optional(v.picklist(['none', 'indirect', 'direct', 'enterprise']), 'none'),
  extensions,
});

const assertionOptions = v.strictObject({
  username: text,
  userVerification: v.optional(preference, 'preferred'),
  extensions,
});

// The profile's example has no raw id, and an empty user handle where there is none.
const attestationResult = v.looseObject({
  ...attestation.entries,
  ...results,
  rawId: v.optional(attestation.entries.rawId),
});
const { userHandle } = assertion.entries.response.entries;
const assertionResult = v.looseObject({
  ...assertion.entries,
  ...results,
  rawId: v.optional(assertion.entries.rawId),
  response: v.looseObject({
    ...assertion.entries.response.entries,
    userHandle: v.optional(v.union([userHandle, v.literal('')])),
  }),
});

type AttestationOptions = v.InferOutput<typeof attestationOptions>;
type AssertionOptions = v.InferOutput<typeof assertionOptions>;

/** What the browser's session remembers between the two requests of a ceremony. */
interface Ceremony {
  readonly kind: 'sign-in' | 'registration';
  readonly challengeId: string;
  readonly account: string;
  readonly userVerified: boolean;
  readonly unattested: boolean;
  /** The account was nobody's when this began. */
  readonly isSignUp: boolean;
}

class WrongMethod extends Refusal {
  constructor() {
    super('invalid-input', 'Use POST here.');
  }
}

/** The API of the FIDO2 conformance tests, and of servers made after it. */
export function createFido2Dialect(
  core: Core,
  settings: Fido2Settings & HttpSettings,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const secure = settings.secureCookies;
  const cookie = cookieName('passkey-ceremony', secure);
  const attributes = cookieAttributes(secure);

  app.onError((error, c) => {
    const refusal = toRefusal(error);
    const status = statusOf(refusal);
    noteRefusal(core, c, refusal, { dialect: client, status });
    return c.json(refusalJson(settings, refusal.message), settings.failWith200 ? 200 : status);
  });

  app.use(noStore);
  app.use(
    crossOrigin(core, {
      methods: settings.plain ? 'GET, POST' : 'POST',
      headers: 'content-type',
      credentials: true,
    }),
  );
  app.use(requireAllowedOrigin(core));
  app.use(async (c, next) => {
    if (c.req.method === 'POST') requireJson(c);
    if (Object.keys(c.req.query()).length > 0)
      throw new Refusal('invalid-input', 'There is nothing to say in the query.');
    await next();
  });

  async function begin(c: AppContext, ceremony: Ceremony): Promise<void> {
    const value = toBase64Url(utf8(JSON.stringify(ceremony)));
    await setSignedCookie(c, cookie, value, await readSecret(core), attributes);
  }

  /** Gives the ceremony this browser has open to one attempt, and to no other. */
  async function attempt(
    c: AppContext,
    kind: Ceremony['kind'],
    step: (binding: Binding, ceremony: Ceremony) => Promise<void>,
  ): Promise<void> {
    const value = await getSignedCookie(c, await readSecret(core), cookie);
    if (!value) throw challengeExpired('no ceremony in the session');
    const binding = { client, browser: await readBrowser(c, secure), realm };
    await limitTries(core, c, settings, binding.browser); // who is too fast may come back with it
    deleteCookie(c, cookie, attributes);
    const ceremony = JSON.parse(new TextDecoder().decode(fromBase64Url(value))) as Ceremony;
    try {
      if (ceremony.kind !== kind) throw challengeExpired('another kind of ceremony');
      await requireOpen(core, binding, ceremony);
      await step(binding, ceremony);
    } finally {
      await closeChallenge(core, binding, ceremony.challengeId);
    }
  }

  async function requireSession(c: AppContext, user: UserRow): Promise<Session> {
    const found = await findSession(core, session, readSessionCookie(c, secure));
    if (found?.user.id !== user.id)
      throw new Refusal('unauthorized', 'Sign in to this account to add a passkey.');
    return found;
  }

  async function beginAttestation(c: AppContext, request: AttestationOptions): Promise<object> {
    const { authenticatorSelection, attestation, extensions } = request;
    const binding = { client, browser: await ensureBrowser(c, secure), realm };
    await limitTries(core, c, settings, binding.browser);
    const name = normalizeName(request.username);
    const displayName = normalizeName(request.displayName);
    const account = accountOf(name);
    await sweep(core); // before the user is looked for, who may be one that it removes
    const user = await decide(core, (work) => ensureUser(core, work, account));
    // The profile lets anybody add to any account. A server that did would be open to all.
    const isSignUp = (await listPasskeys(core, user)).length === 0;
    if (!isSignUp) requireFreshSession(core, await requireSession(c, user));
    const { id, options } = await beginRegistration(core, binding, user, { displayName });
    await begin(c, {
      kind: 'registration',
      challengeId: id,
      account,
      userVerified: authenticatorSelection.userVerification === 'required',
      unattested: attestation === 'none',
      isSignUp,
    });
    return {
      ...options,
      rp: settings.omitRpId ? { name: options.rp.name } : options.rp,
      user: { ...options.user, name },
      timeout,
      authenticatorSelection,
      attestation,
      extensions,
    };
  }

  const finishAttestation = (c: AppContext): Promise<void> =>
    attempt(c, 'registration', async (binding, ceremony) => {
      const { challengeId, isSignUp, account } = ceremony;
      const { rawId, ...answer } = await readJson(c, attestationResult);
      const user = await findUser(core.database, account);
      if (!user) throw challengeExpired('the account is gone');
      if (!isSignUp) await requireSession(c, user);
      await finishRegistration(core, binding, user, {
        challengeId,
        answer: { ...answer, rawId: rawId ?? answer.id },
        demands: ceremony,
        isSignUp,
      });
    });

  async function beginAssertion(c: AppContext, request: AssertionOptions): Promise<object> {
    const { userVerification, extensions } = request;
    const account = accountOf(normalizeName(request.username));
    const user = await findUser(core.database, account);
    const passkeys = user ? await listPasskeys(core, user) : [];
    // The profile says so openly; registering tells as much.
    if (passkeys.length === 0) throw new Refusal('invalid-input', 'User does not exist');
    const binding = { client, browser: await ensureBrowser(c, secure), realm };
    const about = { identifier: account, offerPasskeys: false };
    const { id, options } = await beginSignIn(core, binding, about);
    await begin(c, {
      kind: 'sign-in',
      challengeId: id,
      account,
      userVerified: userVerification === 'required',
      unattested: false,
      isSignUp: false,
    });
    return {
      ...options,
      rpId: settings.omitRpId ? undefined : options.rpId,
      timeout,
      allowCredentials: passkeys.map((passkey) => ({
        type: 'public-key',
        id: passkey.credential_id,
      })),
      userVerification,
      extensions,
    };
  }

  const finishAssertion = (c: AppContext): Promise<void> =>
    attempt(c, 'sign-in', async (binding, { challengeId, account, userVerified }) => {
      const { rawId, response, ...answer } = await readJson(c, assertionResult);
      const { token } = await finishSignIn(
        core,
        binding,
        {
          challengeId,
          identifier: account,
          answer: {
            ...answer,
            rawId: rawId ?? answer.id,
            response: { ...response, userHandle: response.userHandle || undefined },
          },
          demands: { userVerified },
        },
        { ...session, replaces: readSessionCookie(c, secure) },
      );
      writeSessionCookie(c, secure, token);
    });

  if (settings.plain) {
    const username = onlyAccount;
    app.get('/generate-registration-options', async (c) =>
      c.json(
        await beginAttestation(c, {
          username,
          displayName: username,
          authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
          attestation: 'none',
        }),
      ),
    );
    app.post('/verify-registration', async (c) => {
      await finishAttestation(c);
      return c.json({ verified: true });
    });
    app.get('/generate-authentication-options', async (c) =>
      c.json(await beginAssertion(c, { username, userVerification: 'preferred' })),
    );
    app.post('/verify-authentication', async (c) => {
      await finishAssertion(c);
      return c.json({ verified: true });
    });
  } else {
    const line = settings.nested ? lineMembers : {};
    const creation = v.strictObject({ ...attestationOptions.entries, ...line });
    const request = v.strictObject({ ...assertionOptions.entries, ...line });
    app.post('/attestation/options', async (c) => {
      const options = await beginAttestation(c, await readJson(c, creation));
      return c.json(optionsJson(settings, 'credentialCreationOptions', options));
    });
    app.post('/attestation/result', async (c) => {
      await finishAttestation(c);
      return c.json(accepted);
    });
    app.post('/assertion/options', async (c) => {
      const options = await beginAssertion(c, await readJson(c, request));
      return c.json(optionsJson(settings, 'credentialRequestOptions', options));
    });
    app.post('/assertion/result', async (c) => {
      await finishAssertion(c);
      return c.json(accepted);
    });
    app.all('/:ceremony{attestation|assertion}/:step{options|result}', () => {
      throw new WrongMethod();
    });
  }

  app.all('*', nothingHere);

  return app;
}

const accepted = { status: 'ok', errorMessage: '' };

const accountOf = (name: string): string => nameInRealm(realm, name.toLowerCase().normalize('NFC'));

async function requireOpen(core: Core, binding: Binding, { challengeId }: Ceremony): Promise<void> {
  const { state, expiresAt } = await ceremonyState(core, binding, challengeId);
  if (state !== 'pending' || !expiresAt) throw challengeExpired(state);
  const left = expiresAt.getTime() - core.now().getTime();
  if (policy.challengeLifetime - left > timeout + tolerance) throw challengeExpired('too late');
}

function statusOf(refusal: Refusal) {
  if (refusal instanceof WrongMethod) return 405;
  // The profile knows one way to refuse a result.
  return refusal.code === 'unknown-credential' ? 400 : refusal.status;
}

function refusalJson(settings: Fido2Settings, message: string) {
  if (settings.plain) return { error: message };
  if (settings.bareStringError) return message;
  return { ...(!settings.omitStatusOnError && { status: 'failed' }), errorMessage: message };
}

function optionsJson(
  { nested }: Fido2Settings,
  member: 'credentialCreationOptions' | 'credentialRequestOptions',
  options: object,
): object {
  if (!nested) return { ...accepted, ...options };
  const content = {
    ...accepted,
    sessionId: null,
    [member]: { publicKey: options, mediation: null },
  };
  return JSON.parse(JSON.stringify(content, (_, value: unknown) => value ?? '')) as object;
}

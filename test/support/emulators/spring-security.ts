import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import * as v from 'valibot';
import { assertion, attestation } from '../../../demo/server/core/answers.ts';
import {
  beginRegistration,
  beginSignIn,
  finishRegistration,
  finishSignIn,
} from '../../../demo/server/core/ceremonies.ts';
import type { Core } from '../../../demo/server/core/core.ts';
import { getPasskey, listPasskeys, removePasskey } from '../../../demo/server/core/credentials.ts';
import { newSecret } from '../../../demo/server/core/encoding.ts';
import { toRefusal } from '../../../demo/server/core/errors.ts';
import { findSession } from '../../../demo/server/core/sessions.ts';
import type { PasskeyRow, UserRow } from '../../../demo/server/database.ts';
import {
  bridgeCookies,
  parse,
  parseJson,
  type AppContext,
  type AppEnv,
} from '../../../demo/server/http.ts';
import { signInAs } from './core.ts';

/** How an application with Spring Security may be set up. */
export interface SpringSecuritySetup {
  /** Where the CSRF token is kept: in the session, rendered into pages, or in a readable cookie. */
  readonly csrf: 'session' | 'cookie';
  /** Before 6.5.10 anybody could delete any passkey, and every deletion was 204. */
  readonly legacyDelete: boolean;
  /** The application's own endpoints send strangers to its login page. */
  readonly htmlLoginRedirect: boolean;
  /** The application has a list of passkeys of its own. */
  readonly listEndpoint: boolean;
  readonly contextPath: string;
}

/** The servlet's HTTP session; each kind of ceremony has one slot in it. */
interface HttpSession {
  readonly id: string;
  readonly csrf: string;
  /** Proof of a sign-in, for the core. */
  readonly user?: string;
  creation?: string;
  request?: string;
}

const client = 'spring-security';
const kind = { kind: 'cookie', client } as const;
const binding = { client, browser: '' };

const bodies = {
  registration: v.object({
    publicKey: v.object({ credential: attestation, label: v.string() }),
  }),
  signIn: v.object({ identifier: v.string() }),
};

/** The passkey filters of Spring Security: refusals are a status and nothing else. */
export function createSpringSecurityEmulator(
  core: Core,
  setup: Partial<SpringSecuritySetup> = {},
): Hono<AppEnv> {
  const csrfStyle = setup.csrf ?? 'session';
  const csrfHeader = csrfStyle === 'session' ? 'X-CSRF-TOKEN' : 'X-XSRF-TOKEN';
  const sessions = new Map<string, HttpSession>();
  const current = new WeakMap<AppContext, HttpSession>();
  const app = new Hono<AppEnv>();

  function keep(c: AppContext, session: HttpSession): HttpSession {
    sessions.set(session.id, session);
    current.set(c, session);
    setCookie(c, 'JSESSIONID', session.id, { httpOnly: true, path: '/' });
    return session;
  }

  function sessionOf(c: AppContext): HttpSession {
    const known = current.get(c) ?? sessions.get(getCookie(c, 'JSESSIONID') ?? '');
    return known ?? keep(c, { id: newSecret(), csrf: newSecret() });
  }

  /** Everything in the session stays, under another id and with another CSRF token. */
  function welcome(c: AppContext, user: string): void {
    const before = sessionOf(c);
    sessions.delete(before.id);
    keep(c, { ...before, id: newSecret(), csrf: newSecret(), user });
    if (csrfStyle === 'cookie') renewCsrfCookie(c);
  }

  function renewCsrfCookie(c: AppContext): string {
    const token = newSecret();
    setCookie(c, 'XSRF-TOKEN', token, { path: '/' });
    return token;
  }

  const csrfToken = (c: AppContext): string =>
    csrfStyle === 'session'
      ? sessionOf(c).csrf
      : (getCookie(c, 'XSRF-TOKEN') ?? renewCsrfCookie(c));

  async function userOf(c: AppContext): Promise<UserRow | undefined> {
    return (await findSession(core, kind, sessionOf(c).user))?.user;
  }

  // What no filter catches reaches the container.
  app.onError((_, c) => c.body(null, 500));
  app.use(bridgeCookies);

  /** No part of Spring Security: the password that somebody has beside their passkeys. */
  app.post('/emulator/sign-in', async (c) => {
    const { identifier } = parse(bodies.signIn, parseJson(await c.req.text()));
    welcome(c, (await signInAs(core, identifier, kind)).token);
    return c.body(null, 204);
  });

  app.use(async (c, next) => {
    const expected = csrfToken(c);
    if (c.req.method !== 'GET' && c.req.header(csrfHeader) !== expected) return c.body(null, 403);
    await next();
  });

  /** A page of an application that gives every visitor a session (`SessionCreationPolicy.ALWAYS`). */
  app.get('/index.html', (c) => {
    sessionOf(c);
    const metas =
      csrfStyle === 'session'
        ? `<meta name="_csrf" content="${csrfToken(c)}"><meta name="_csrf_header" content="${csrfHeader}">`
        : '';
    return c.html(`<!doctype html><head>${metas}</head>`);
  });

  app.post('/webauthn/register/options', async (c) => {
    const user = await userOf(c);
    if (!user) return c.body(null, 400);
    const { id, options } = await beginRegistration(core, binding, user);
    sessionOf(c).creation = id;
    return c.json({
      rp: options.rp,
      user: options.user,
      challenge: options.challenge,
      pubKeyCredParams: options.pubKeyCredParams,
      timeout: 300_000,
      excludeCredentials: options.excludeCredentials,
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
      attestation: 'none',
      extensions: { credProps: true },
    });
  });

  app.post('/webauthn/register', async (c) => {
    const body = await readBody(c);
    if (body === undefined) return c.body(null, 400);
    const { publicKey } = body as { publicKey?: unknown };
    if (publicKey != null && !v.is(bodies.registration, body)) return c.body(null, 400);
    const session = sessionOf(c);
    const { creation } = session;
    if (!creation) return c.body(null, 400);
    session.creation = undefined;
    const user = await userOf(c);
    if (!user || !v.is(bodies.registration, body)) throw new Error('no public key, or no user');
    const { credential: answer, label: name } = body.publicKey;
    await finishRegistration(core, binding, user, { challengeId: creation, answer, name });
    return c.json({ success: true });
  });

  app.post('/webauthn/authenticate/options', async (c) => {
    const user = await userOf(c);
    const request = { identifier: user?.identifier, offerPasskeys: false };
    const { id, options } = await beginSignIn(core, binding, request);
    const own = user ? await listPasskeys(core, user) : [];
    sessionOf(c).request = id;
    return c.json({
      challenge: options.challenge,
      timeout: 300_000,
      rpId: options.rpId,
      allowCredentials: own.map(({ credential_id, transports }) => ({
        type: 'public-key',
        id: credential_id,
        transports: JSON.parse(transports) as string[],
      })),
      userVerification: options.userVerification,
      extensions: {},
    });
  });

  app.post('/login/webauthn', async (c) => {
    const answer = await readBody(c);
    const session = sessionOf(c);
    const challengeId = session.request;
    if (!v.is(assertion, answer) || !challengeId) return c.body(null, 401);
    session.request = undefined;
    try {
      const request = { challengeId, answer };
      const { token } = await finishSignIn(core, binding, request, {
        ...kind,
        replaces: session.user,
      });
      welcome(c, token);
    } catch (error) {
      if (toRefusal(error).status === 500) throw error;
      return c.body(null, 401);
    }
    return c.json({ redirectUrl: `${setup.contextPath ?? ''}/`, authenticated: true });
  });

  app.delete('/webauthn/register/:credentialId', async (c) => {
    const credentialId = c.req.param('credentialId');
    if (setup.legacyDelete) {
      await core.database
        .deleteFrom('passkeys')
        .where('credential_id', '=', credentialId)
        .execute();
      return c.body(null, 204);
    }
    const user = await userOf(c);
    const own = user && (await getPasskey(core, user, { credentialId }).catch(() => undefined));
    if (!own) return c.body(null, 403);
    await removePasskey(core, user, { credentialId });
    return c.body(null, 204);
  });

  if (setup.listEndpoint) {
    app.get('/webauthn/credentials', async (c) => {
      const user = await userOf(c);
      if (user) return c.json((await listPasskeys(core, user)).map(record));
      return setup.htmlLoginRedirect
        ? c.redirect(`${setup.contextPath ?? ''}/login`)
        : c.body(null, 401);
    });
    app.get('/login', (c) => c.html('<!doctype html><h1>Please sign in</h1>'));
  }
  app.all('*', (c) => c.body(null, 404));

  return app;
}

/** Whatever the content type says; `undefined` for what cannot be read. */
async function readBody(c: AppContext): Promise<object | undefined> {
  try {
    const body = parseJson(await c.req.text());
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

const record = (passkey: PasskeyRow) => ({
  credentialId: passkey.credential_id,
  label: passkey.name,
  created: passkey.created_at,
  lastUsed: passkey.last_used_at ?? passkey.created_at,
  signatureCount: passkey.sign_count,
  transports: JSON.parse(passkey.transports) as string[],
  backupEligible: passkey.backup_eligible,
  backupState: passkey.backed_up,
  uvInitialized: true,
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  allScopes,
  auth0Token,
  createAuth0Emulator,
  myAccount,
  type Auth0Setup,
} from '../support/emulators/auth0.ts';
import { createCore } from '../support/emulators/core.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { onEachDatabase, type Backend } from './harness.ts';
import type { Answer } from './openapi.ts';

const ada = 'ada@example.com';
const minute = 60_000;
const methods = '/me/v1/authentication-methods';
const grant_type = 'urn:okta:params:oauth:grant-type:webauthn';
const client_id = 'my-app';

function open(backend: Backend, setup: Partial<Auth0Setup> = {}) {
  const core = createCore({
    store: backend.database,
    origins: ['http://localhost'],
    now: backend.now,
  });
  const browser = backend.browser(createAuth0Emulator(core, setup));
  const { authenticator } = browser;
  const post = (path: string, body: unknown, headers = {}) =>
    browser.fetch('POST', path, body, headers);

  /** What of a credential is documented. */
  const documented = <Answer extends { response: object }>(answer: Answer, ...names: string[]) => ({
    ...answer,
    response: Object.fromEntries(
      Object.entries(answer.response).filter(([name]) => names.includes(name)),
    ),
  });

  async function create(options: unknown, overrides?: Overrides) {
    const given = options as PublicKeyCredentialCreationOptionsJSON;
    const answer = await authenticator.create(given, overrides);
    return documented(answer, 'clientDataJSON', 'attestationObject');
  }

  async function answerChallenge(overrides?: Overrides, more: object = {}) {
    const { auth_session, authn_params_public_key } = (
      await post('/passkey/challenge', { client_id })
    ).body;
    const authn_response = await authenticator.get(authn_params_public_key, overrides);
    return { grant_type, client_id, auth_session, authn_response, ...more };
  }

  async function answerRegister(email = ada, overrides?: Overrides) {
    const begun = await post('/passkey/register', { client_id, user_profile: { email } });
    const { auth_session, authn_params_public_key } = begun.body;
    const authn_response = await create(authn_params_public_key, overrides);
    return { grant_type, client_id, auth_session, authn_response };
  }

  async function account(identifier = ada, token: Parameters<typeof auth0Token>[2] = {}) {
    const authorization = `Bearer ${await auth0Token(core, identifier, token)}`;
    const send = (method: string, path: string, body?: unknown) =>
      browser.fetch(method, `${methods}${path}`, body, { authorization });
    async function begin(overrides?: Overrides) {
      const begun = await send('POST', '', { type: 'passkey' });
      const { auth_session, authn_params_public_key } = begun.body;
      const authn_response = await create(authn_params_public_key, overrides);
      const location = begun.headers.get('location') ?? '';
      return { begun, path: `/${location.split('/').at(-1)}/verify`, auth_session, authn_response };
    }
    async function add(overrides?: Overrides): Promise<Answer> {
      const { path, auth_session, authn_response } = await begin(overrides);
      return send('POST', path, { auth_session, authn_response });
    }
    return { send, begin, add };
  }

  return { browser, post, answerChallenge, answerRegister, account };
}

function assertFault(answer: Answer, status: number, error: string): void {
  assert.deepEqual([answer.status, answer.body?.error], [status, error], answer.text);
}

function assertProblem(answer: Answer, status: number): void {
  assert.deepEqual([answer.status, answer.body?.status], [status, status], answer.text);
  assert.deepEqual(Object.keys(answer.body), ['type', 'status', 'title', 'detail']);
}

onEachDatabase((backend) => {
  describe('Auth0, emulated: signing up and in', () => {
    it('makes an account by a passkey, and signs in with it', async () => {
      const { post, answerRegister, answerChallenge } = open(backend);
      const signedUp = await post('/oauth/token', await answerRegister());
      assert.equal(signedUp.status, 200, signedUp.text);
      const wanted = { scope: 'openid offline_access', audience: myAccount };
      const { body } = await post('/oauth/token', await answerChallenge({}, wanted));
      assert.deepEqual([body.token_type, body.expires_in], ['Bearer', 86_400]);
      assert.ok(body.access_token && body.id_token && body.refresh_token);
    });

    it('leaves out the tokens nobody asked for', async () => {
      const { post, answerRegister, answerChallenge } = open(backend);
      await post('/oauth/token', await answerRegister());
      const { body } = await post('/oauth/token', await answerChallenge({}, { scope: 'email' }));
      assert.deepEqual([body.id_token, body.refresh_token], [undefined, undefined]);
    });

    it('has the documented options', async () => {
      const { post } = open(backend);
      const user_profile = { email: ada, name: 'Ada' };
      const begun = (await post('/passkey/register', { client_id, user_profile })).body;
      assert.deepEqual(Object.keys(begun.authn_params_public_key).sort(), [
        ...['authenticatorSelection', 'challenge', 'pubKeyCredParams', 'rp', 'timeout', 'user'],
      ]);
      assert.equal(begun.authn_params_public_key.user.displayName, 'Ada');
      const { body } = await post('/passkey/challenge', { client_id });
      assert.deepEqual(Object.keys(body.authn_params_public_key).sort(), [
        ...['challenge', 'rpId', 'timeout', 'userVerification'],
      ]);
    });

    it('signs up who gave up on it before, but not who has an account', async () => {
      const { post, answerRegister } = open(backend);
      const givenUp = await answerRegister();
      assert.equal((await post('/oauth/token', await answerRegister())).status, 200);
      assertFault(await post('/oauth/token', givenUp), 403, 'invalid_grant');
      const user_profile = { email: ada };
      const again = await post('/passkey/register', { client_id, user_profile });
      assertFault(again, 400, 'invalid_request');
    });

    for (const [title, change] of [
      ['a form', (body: object) => new URLSearchParams(Object.entries(body) as never).toString()],
      ['no grant type', ({ grant_type: _, ...body }: { grant_type?: string }) => body],
      ['an unknown member', (body: object) => ({ ...body, extra: 1 })],
      ['an answer as text', (body: object) => ({ ...body, authn_response: '{}' })],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const { browser, post, answerRegister, answerChallenge } = open(backend);
        await post('/oauth/token', await answerRegister());
        const body = change(await answerChallenge());
        const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : undefined;
        const headers = type ? { 'content-type': type } : {};
        assertFault(
          await browser.fetch('POST', '/oauth/token', body, headers),
          400,
          'invalid_request',
        );
      });
    }

    it('refuses another grant, an unknown application and an unknown connection', async () => {
      const { post, answerRegister } = open(backend);
      const body = await answerRegister();
      const token = (more: object) => post('/oauth/token', { ...body, ...more });
      assertFault(await token({ grant_type: 'password' }), 403, 'unsupported_grant_type');
      assertFault(await token({ client_id: 'other' }), 403, 'unauthorized_client');
      assertFault(await token({ realm: 'other' }), 400, 'invalid_request');
      assertFault(
        await post('/passkey/challenge', { client_id: 'other' }),
        403,
        'unauthorized_client',
      );
    });

    it('takes each session once, of its own ceremony, its own application, and in time', async () => {
      const { post, answerRegister, answerChallenge } = open(backend, {
        clientIds: ['my-app', 'another'],
      });
      const signUp = await answerRegister();
      assert.equal((await post('/oauth/token', signUp)).status, 200);
      assertFault(await post('/oauth/token', signUp), 403, 'invalid_grant');
      const signIn = await answerChallenge();
      assert.equal((await post('/oauth/token', signIn)).status, 200);
      assertFault(await post('/oauth/token', signIn), 403, 'invalid_grant');
      const other = { ...(await answerChallenge()), client_id: 'another' };
      assertFault(await post('/oauth/token', other), 403, 'invalid_grant');
      const { auth_session } = await answerRegister('new@example.com');
      const crossed = { ...(await answerChallenge()), auth_session };
      assertFault(await post('/oauth/token', crossed), 403, 'invalid_grant');
      const late = await answerChallenge();
      backend.advance(6 * minute);
      assertFault(await post('/oauth/token', late), 403, 'invalid_grant');
    });

    for (const [title, overrides] of [
      ['a bad signature', { badSignature: true }],
      ['another origin', { origin: 'https://evil.example' }],
      ['another challenge', { challenge: 'AAAA' }],
      ['an unknown passkey', { id: 'AAAA' }],
    ] as const) {
      it(`refuses a sign-in with ${title}, and its session is used up`, async () => {
        const { post, answerRegister, answerChallenge } = open(backend);
        await post('/oauth/token', await answerRegister());
        const bad = await answerChallenge(overrides);
        assertFault(await post('/oauth/token', bad), 403, 'invalid_grant');
        assertFault(await post('/oauth/token', bad), 403, 'invalid_grant');
      });
    }

    it('refuses a sign-up with a forged answer, and makes nothing of it', async () => {
      const { post, answerRegister } = open(backend);
      const forged = await answerRegister(ada, { origin: 'https://evil.example' });
      assertFault(await post('/oauth/token', forged), 403, 'invalid_grant');
      assert.equal(await backend.count('passkeys'), 0);
    });

    it('may want a second factor, or an address that was verified', async () => {
      const strict = open(backend, { secondFactor: [ada], verifyAddress: true });
      const answer = await strict.post('/oauth/token', await strict.answerRegister());
      assertFault(answer, 403, 'mfa_required');
      assert.ok(answer.body.mfa_token);
      const user_profile = { email: 'new@example.com' };
      const { body } = await strict.post('/passkey/register', { client_id, user_profile });
      assert.deepEqual(body.verification_required, ['email']);
    });

    it('lets in the origins it knows, and no others', async () => {
      const { browser } = open(backend);
      const preflight = (origin: string) =>
        browser.fetch('OPTIONS', '/passkey/challenge', undefined, { origin });
      const known = await preflight('http://localhost');
      assert.equal(known.headers.get('access-control-allow-origin'), 'http://localhost');
      const other = await preflight('https://evil.example');
      assert.equal(other.headers.get('access-control-allow-origin'), null);
      assert.notEqual(other.status, 204);
    });
  });

  describe('Auth0, emulated: My Account', () => {
    it('adds a passkey, lists, shows and deletes it', async () => {
      const { account } = open(backend);
      const { send, begin } = await account();
      const { begun, path, auth_session, authn_response } = await begin();
      assert.equal(begun.headers.get('access-control-expose-headers'), 'Location');
      const added = (await send('POST', path, { auth_session, authn_response })).body;
      assert.equal(`/${encodeURIComponent(added.id)}/verify`, path);
      const list = (await send('GET', '?type=passkey')).body;
      assert.deepEqual(list, { authentication_methods: [added] });
      const one = `/${encodeURIComponent(added.id)}`;
      assert.deepEqual((await send('GET', one)).body, added);
      assert.equal((await send('DELETE', one)).status, 204);
      assertProblem(await send('GET', one), 404);
    });

    it('lists the passkey that made the account', async () => {
      const { post, answerRegister, account } = open(backend);
      await post('/oauth/token', await answerRegister());
      const { send } = await account();
      const [method] = (await send('GET', '?type=passkey')).body.authentication_methods;
      assert.match(method.id, /^passkey\|dev_/);
      assert.equal((await send('DELETE', `/${encodeURIComponent(method.id)}`)).status, 204);
    });

    for (const [title, status, token] of [
      ['another audience', 401, { audience: 'https://api.example.com/' }],
      ['a token that has expired', 401, { lifetime: -1 }],
      ['no scope', 403, { scope: 'openid' }],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const { send } = await open(backend).account(ada, token);
        assertProblem(await send('GET', '?type=passkey'), status);
        assertProblem(await send('POST', '', { type: 'passkey' }), status);
        assertProblem(await send('DELETE', '/passkey%7Cdev_1'), status);
      });
    }

    it('refuses a token that somebody changed, and none', async () => {
      const { browser } = open(backend);
      const payload = Buffer.from(JSON.stringify({ sub: 'x', aud: myAccount, scope: allScopes }));
      const authorization = `Bearer e30.${payload.toString('base64url')}.AAAA`;
      const path = `${methods}?type=passkey`;
      assertProblem(await browser.fetch('GET', path, undefined, { authorization }), 401);
      assertProblem(await browser.fetch('GET', path), 401);
    });

    it('refuses a bar that is not encoded', async () => {
      const { send } = await open(backend).account();
      assertProblem(await send('GET', '/passkey|dev_1'), 400);
    });

    it('takes an answer once, where it was said, and in time', async () => {
      const { send, begin } = await open(backend).account();
      const { begun: _, path, ...body } = await begin();
      assertProblem(await send('POST', '/passkey%7Cdev_1/verify', body), 404);
      assertProblem(await send('POST', path, body), 404);
      const { begun: _begun, path: next, ...good } = await begin();
      assert.equal((await send('POST', next, good)).status, 201);
      assertProblem(await send('POST', next, good), 404);
      const { begun: _late, path: last, ...late } = await begin();
      backend.advance(6 * minute);
      assertProblem(await send('POST', last, late), 400);
    });

    it('refuses a forged answer, and one to another person’s question', async () => {
      const { account } = open(backend);
      const { add, begin } = await account();
      assertProblem(await add({ origin: 'https://evil.example' }), 400);
      const { begun: _, path, ...body } = await begin();
      const eve = await account('eve@example.com');
      assertProblem(await eve.send('POST', path, body), 400);
      assert.equal(await backend.count('passkeys'), 0);
    });

    it('does not know another person’s passkey', async () => {
      const { account } = open(backend);
      const path = `/${encodeURIComponent((await (await account()).add()).body.id)}`;
      const eve = await account('eve@example.com');
      assertProblem(await eve.send('GET', path), 404);
      assertProblem(await eve.send('DELETE', path), 404);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('may keep Location to itself', async () => {
      const { begin } = await open(backend, { exposeLocation: false }).account();
      assert.equal((await begin()).begun.headers.get('location'), null);
    });
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Hono } from 'hono';
import type { AppEnv } from '../../demo/server/http.ts';
import { createCore } from '../support/emulators/core.ts';
import {
  createSpringSecurityEmulator,
  type SpringSecuritySetup,
} from '../support/emulators/spring-security.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { onEachDatabase, type Backend, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const ada = 'ada@example.com';
const minute = 60_000;

/** A page of the application in a browser: it knows the CSRF token, however it is kept. */
class Page {
  readonly browser: Browser;
  readonly #csrf: 'session' | 'cookie';
  #token = '';

  constructor(browser: Browser, csrf: 'session' | 'cookie') {
    this.browser = browser;
    this.#csrf = csrf;
  }

  async load(): Promise<void> {
    const { text } = await this.browser.fetch('GET', '/app/index.html');
    this.#token = /name="_csrf" content="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  send(method: string, path: string, body?: unknown, headers?: Record<string, string | undefined>) {
    const csrf: Record<string, string | undefined> =
      this.#csrf === 'session'
        ? { 'x-csrf-token': this.#token }
        : { 'x-xsrf-token': this.browser.cookies.get('XSRF-TOKEN') };
    return this.browser.fetch(method, `/app${path}`, body, { ...csrf, ...headers });
  }

  async signInByPassword(identifier: string): Promise<void> {
    const answer = await this.browser.fetch('POST', '/app/emulator/sign-in', { identifier });
    assert.equal(answer.status, 204);
    await this.load();
  }

  async create(overrides: Overrides = {}) {
    const options = (await this.send('POST', '/webauthn/register/options')).body;
    const authenticator = this.browser.authenticator;
    return authenticator.create({ ...options, excludeCredentials: [] }, overrides);
  }

  async register(overrides?: Overrides, label: unknown = 'Mine'): Promise<Answer> {
    const credential = await this.create(overrides);
    return this.send('POST', '/webauthn/register', { publicKey: { credential, label } });
  }

  async answer(overrides: Overrides = {}) {
    const options = (await this.send('POST', '/webauthn/authenticate/options')).body;
    return this.browser.authenticator.get({ ...options, allowCredentials: [] }, overrides);
  }

  async signIn(overrides?: Overrides): Promise<Answer> {
    return this.send('POST', '/login/webauthn', await this.answer(overrides));
  }
}

function open(backend: Backend, setup: Partial<SpringSecuritySetup> = {}) {
  const core = createCore({
    store: backend.database,
    origins: ['http://localhost'],
    now: backend.now,
  });
  const emulator = createSpringSecurityEmulator(core, {
    contextPath: '/app',
    listEndpoint: true,
    ...setup,
  });
  const app = new Hono<AppEnv>().route('/app', emulator);
  return async (identifier?: string) => {
    const page = new Page(backend.browser(app), setup.csrf ?? 'session');
    await page.load();
    if (identifier) await page.signInByPassword(identifier);
    return page;
  };
}

/** A status and nothing else. */
function assertBare(answer: Answer, status: number): void {
  assert.deepEqual([answer.status, answer.text], [status, '']);
  assert.equal(answer.headers.get('content-type'), null);
}

onEachDatabase((backend) => {
  for (const csrf of ['session', 'cookie'] as const) {
    describe(`Spring Security, emulated, with its CSRF token in the ${csrf}`, () => {
      it('registers a passkey, signs in with it and deletes it', async () => {
        const page = await open(backend, { csrf })(ada);
        const registered = await page.register();
        assert.deepEqual([registered.status, registered.body], [200, { success: true }]);
        page.browser.cookies.clear();
        await page.load();
        const before = page.browser.cookies.get('JSESSIONID');
        const signedIn = await page.signIn();
        assert.deepEqual(signedIn.body, { redirectUrl: '/app/', authenticated: true });
        assert.notEqual(page.browser.cookies.get('JSESSIONID'), before);
        await page.load();
        const [record] = (await page.send('GET', '/webauthn/credentials')).body;
        assert.deepEqual([record.label, record.signatureCount], ['Mine', 1]);
        const path = `/webauthn/register/${record.credentialId}`;
        assertBare(await page.send('DELETE', path), 204);
        assert.deepEqual((await page.send('GET', '/webauthn/credentials')).body, []);
      });

      for (const [method, path] of [
        ['POST', '/webauthn/register/options'],
        ['POST', '/webauthn/register'],
        ['POST', '/webauthn/authenticate/options'],
        ['POST', '/login/webauthn'],
        ['DELETE', '/webauthn/register/AAAA'],
      ] as const) {
        it(`${method} ${path} without the token, or with a wrong one, is 403`, async () => {
          const page = await open(backend, { csrf })(ada);
          const name = csrf === 'session' ? 'x-csrf-token' : 'x-xsrf-token';
          assertBare(await page.send(method, path, undefined, { [name]: undefined }), 403);
          assertBare(await page.send(method, path, undefined, { [name]: 'wrong' }), 403);
        });
      }

      it('has another token after a sign-in', async () => {
        const page = await open(backend, { csrf })(ada);
        await page.register();
        const name = csrf === 'session' ? 'x-csrf-token' : 'x-xsrf-token';
        const old =
          csrf === 'cookie'
            ? page.browser.cookies.get('XSRF-TOKEN')
            : /content="([^"]+)"/.exec(
                (await page.browser.fetch('GET', '/app/index.html')).text,
              )![1];
        await page.signIn();
        const options = '/webauthn/authenticate/options';
        assertBare(await page.send('POST', options, undefined, { [name]: old }), 403);
        await page.load();
        assert.equal((await page.send('POST', options)).status, 200);
      });
    });
  }

  describe('Spring Security, emulated: registering', () => {
    it('wants somebody signed in: 400 to a stranger', async () => {
      const page = await open(backend)();
      assertBare(await page.send('POST', '/webauthn/register/options'), 400);
    });

    it('has the documented options, and leaves out what there is', async () => {
      const page = await open(backend)(ada);
      await page.register();
      const { body } = await page.send('POST', '/webauthn/register/options');
      assert.equal(body.excludeCredentials[0].id, page.browser.authenticator.passkeys[0]!.id);
      assert.deepEqual(body.extensions, { credProps: true });
      assert.deepEqual(body.authenticatorSelection, {
        residentKey: 'required',
        userVerification: 'preferred',
      });
      assert.equal(Buffer.from(body.challenge, 'base64url').length, 32);
    });

    for (const [title, label] of [
      ['no label', undefined],
      ['null for a label', null],
    ] as const) {
      it(`is 400 with ${title}`, async () => {
        const page = await open(backend)(ada);
        const publicKey = { credential: await page.create(), label };
        assertBare(await page.send('POST', '/webauthn/register', { publicKey }), 400);
      });
    }

    it('is 400 with what is no JSON, and with the bare answer 500', async () => {
      const page = await open(backend)(ada);
      const credential = await page.create();
      assertBare(await page.send('POST', '/webauthn/register', '{'), 400);
      assertBare(await page.send('POST', '/webauthn/register', credential), 500);
    });

    it('uses its options up, also in vain', async () => {
      const page = await open(backend)(ada);
      const credential = await page.create();
      const body = { publicKey: { credential, label: 'Mine' } };
      assert.equal((await page.send('POST', '/webauthn/register', body)).status, 200);
      assertBare(await page.send('POST', '/webauthn/register', body), 400);
      assertBare(await page.register({ challenge: 'AAAA' }), 500);
      assertBare(await page.send('POST', '/webauthn/register', body), 400);
    });

    for (const [title, overrides] of [
      ['another challenge', { challenge: 'AAAA' }],
      ['another origin', { origin: 'https://evil.example' }],
      ['another relying party', { rpId: 'evil.example' }],
      ['the wrong ceremony', { type: 'webauthn.get' }],
    ] as const) {
      it(`is 500 with ${title}`, async () => {
        const page = await open(backend)(ada);
        assertBare(await page.register(overrides), 500);
        assert.equal(await backend.count('passkeys'), 0);
      });
    }

    it('answers what another session was asked with 400', async () => {
      const visit = open(backend);
      const credential = await (await visit(ada)).create();
      const other = await visit('eve@example.com');
      const body = { publicKey: { credential, label: 'Mine' } };
      assertBare(await other.send('POST', '/webauthn/register', body), 400);
    });
  });

  describe('Spring Security, emulated: signing in', () => {
    it('offers the passkeys of whoever is signed in, and of nobody else', async () => {
      const visit = open(backend);
      const page = await visit(ada);
      await page.register();
      const path = '/webauthn/authenticate/options';
      const own = (await page.send('POST', path)).body;
      assert.equal(own.allowCredentials[0].id, page.browser.authenticator.passkeys[0]!.id);
      const stranger = (await (await visit()).send('POST', path)).body;
      assert.deepEqual(stranger.allowCredentials, []);
    });

    it('takes an answer once', async () => {
      const page = await open(backend)(ada);
      await page.register();
      const answer = await page.answer();
      assert.equal((await page.send('POST', '/login/webauthn', answer)).status, 200);
      await page.load();
      assertBare(await page.send('POST', '/login/webauthn', answer), 401);
    });

    it('takes it bare: wrapped, it is 401', async () => {
      const page = await open(backend)(ada);
      await page.register();
      const publicKey = await page.answer();
      assertBare(await page.send('POST', '/login/webauthn', { publicKey }), 401);
    });

    for (const [title, overrides] of [
      ['a bad signature', { badSignature: true }],
      ['another challenge', { challenge: 'AAAA' }],
      ['another origin', { origin: 'https://evil.example' }],
      ['a counter that went back', { counter: 0 }],
      ['an unknown passkey', { id: 'AAAA' }],
    ] as const) {
      it(`is 401 with ${title}, and the next try needs new options`, async () => {
        const page = await open(backend)(ada);
        await page.register();
        assert.equal((await page.signIn()).status, 200);
        await page.load();
        assertBare(await page.signIn(overrides), 401);
        const late = await page.browser.authenticator.get({ challenge: 'AAAA', rpId: 'localhost' });
        assertBare(await page.send('POST', '/login/webauthn', late), 401);
      });
    }

    it('is 401 when it took too long', async () => {
      const page = await open(backend)(ada);
      await page.register();
      const answer = await page.answer();
      backend.advance(6 * minute);
      assertBare(await page.send('POST', '/login/webauthn', answer), 401);
    });

    it('is 401 with what another session was asked', async () => {
      const visit = open(backend);
      const page = await visit(ada);
      await page.register();
      const answer = await page.answer();
      assertBare(await (await visit()).send('POST', '/login/webauthn', answer), 401);
    });
  });

  describe('Spring Security, emulated: managing', () => {
    async function passkeyOfAda(visit: (identifier?: string) => Promise<Page>) {
      const page = await visit(ada);
      await page.register();
      return `/webauthn/register/${page.browser.authenticator.passkeys[0]!.id}`;
    }

    it('refuses to delete what is foreign, unknown, or anybody’s to a stranger', async () => {
      const visit = open(backend);
      const path = await passkeyOfAda(visit);
      const eve = await visit('eve@example.com');
      assertBare(await eve.send('DELETE', path), 403);
      assertBare(await eve.send('DELETE', '/webauthn/register/AAAA'), 403);
      assertBare(await (await visit()).send('DELETE', path), 403);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('in its earlier releases deletes anybody’s', async () => {
      const visit = open(backend, { legacyDelete: true });
      const path = await passkeyOfAda(visit);
      const eve = await visit('eve@example.com');
      assertBare(await eve.send('DELETE', path), 204);
      assertBare(await eve.send('DELETE', '/webauthn/register/AAAA'), 204);
      assert.equal(await backend.count('passkeys'), 0);
    });

    it('lists nothing for a stranger, whom an application may send to its login page', async () => {
      assertBare(await (await open(backend)()).send('GET', '/webauthn/credentials'), 401);
      const page = await open(backend, { htmlLoginRedirect: true })();
      const answer = await page.send('GET', '/webauthn/credentials');
      assert.deepEqual([answer.status, answer.headers.get('location')], [302, '/app/login']);
    });

    it('has no list of its own', async () => {
      const page = await open(backend, { listEndpoint: false })(ada);
      assertBare(await page.send('GET', '/webauthn/credentials'), 404);
    });
  });
});

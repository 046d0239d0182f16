import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { verifyToken } from '../../demo/server/jwt.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { createHanko } from '../support/emulators/hanko.ts';
import { onEachDatabase, type App, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const minute = 60_000;
const tenantId = '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11';
const apiKey = 'key-canary';
const ada = { user_id: 'u-1001', username: 'ada@example.com', display_name: 'Ada' };

async function ask(
  browser: Browser,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Answer> {
  const answer = await browser.fetch(method, `/${tenantId}${path}`, body, headers);
  assert.doesNotMatch(answer.text, /canary/);
  return answer;
}

const askWithKey = (browser: Browser, method: string, path: string, body?: unknown) =>
  ask(browser, method, path, body, { origin: undefined, apiKey });

function assertRefused(answer: Answer, status: number, title: string | RegExp): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.body.status, status);
  assert.match(answer.body.title, typeof title === 'string' ? new RegExp(`^${title}$`) : title);
}

async function register(browser: Browser, user: object = ada, overrides: Overrides = {}) {
  const begun = await askWithKey(browser, 'POST', '/registration/initialize', user);
  const answer = await browser.authenticator.create(begun.body.publicKey, overrides);
  return ask(browser, 'POST', '/registration/finalize', answer);
}

async function answerSignIn(browser: Browser, overrides: Overrides = {}) {
  const { publicKey } = (await ask(browser, 'POST', '/login/initialize', {})).body;
  return browser.authenticator.get(publicKey, overrides);
}

const finalize = (browser: Browser, answer: object) =>
  ask(browser, 'POST', '/login/finalize', answer);

onEachDatabase((backend) => {
  let app: App;
  before(() => {
    app = createHanko({
      database: backend.database,
      tenantId,
      apiKey,
      origins: ['http://localhost'],
      now: backend.now,
    });
  });
  const visitor = () => backend.browser(app);

  describe('the emulator of Hanko', () => {
    it('a passkey is made and signs in; both end in a token that the keys prove', async () => {
      const browser = visitor();
      const registered = await register(browser);
      assert.equal(registered.status, 200, registered.text);
      const signedIn = await finalize(browser, await answerSignIn(browser));
      assert.equal(signedIn.status, 200, signedIn.text);
      const jwks = await ask(browser, 'GET', '/.well-known/jwks.json');
      assert.equal(jwks.headers.get('cache-control'), 'max-age=600');
      for (const { body } of [registered, signedIn]) {
        const options = { audience: 'localhost', now: backend.now() };
        const claims = await verifyToken(body.token, jwks.body.keys, options);
        assert.equal(claims['sub'], ada.user_id);
        assert.deepEqual(claims['aud'], ['localhost']);
        assert.equal(claims['cred'], browser.authenticator.passkeys[0]!.id);
        assert.equal(Number(claims['exp']) - Number(claims['iat']), 300);
      }
    });

    it('the handle is the user id, and nothing is excluded', async () => {
      const browser = visitor();
      await register(browser);
      const { publicKey } = (await askWithKey(browser, 'POST', '/registration/initialize', ada))
        .body;
      assert.equal(atob(publicKey.user.id), ada.user_id);
      assert.equal(publicKey.user.displayName, 'Ada');
      assert.equal(publicKey.authenticatorSelection.userVerification, 'required');
      assert.ok(!('excludeCredentials' in publicKey));
    });

    for (const [method, path, body] of [
      ['POST', '/registration/initialize', ada],
      ['POST', '/login/initialize', { user_id: 'u-1001' }],
      ['GET', '/credentials', undefined],
      ['GET', '/credentials/AAAA', undefined],
      ['PATCH', '/credentials/AAAA', { name: 'x' }],
      ['DELETE', '/credentials/AAAA', undefined],
    ] as const) {
      it(`${method} ${path} wants the key, even of the right origin`, async () => {
        const browser = visitor();
        assertRefused(await ask(browser, method, path, body), 401, 'api key is missing');
        const wrong = await ask(browser, method, path, body, { apiKey: 'x' });
        assertRefused(wrong, 401, 'The api key is invalid');
        const bearer = { authorization: `Bearer ${apiKey}` };
        assertRefused(await ask(browser, method, path, body, bearer), 401, 'api key is missing');
      });
    }

    it('a challenge is used up by success only', async () => {
      const browser = visitor();
      await register(browser);
      const { publicKey } = (await ask(browser, 'POST', '/login/initialize', {})).body;
      const bad = await browser.authenticator.get(publicKey, { badSignature: true });
      assertRefused(await finalize(browser, bad), 401, 'failed to validate assertion');
      const good = await browser.authenticator.get(publicKey);
      assert.equal((await finalize(browser, good)).status, 200);
      assertRefused(await finalize(browser, good), 401, 'failed to get session data');
    });

    it('and lives five minutes', async () => {
      const browser = visitor();
      await register(browser);
      const late = await answerSignIn(browser);
      backend.advance(6 * minute);
      assertRefused(await finalize(browser, late), 401, 'failed to get session data');
    });

    it('a registration is refused in each of the documented ways', async () => {
      const browser = visitor();
      const finish = (body: unknown) => ask(browser, 'POST', '/registration/finalize', body);
      assertRefused(await finish({}), 400, 'unable to parse credential creation response');
      const weak = await register(browser, ada, { userVerified: false });
      assertRefused(weak, 422, /^failed to validate attestation.*verification/);
      const foreign = await register(browser, ada, { origin: 'https://evil.example' });
      assertRefused(foreign, 400, 'failed to validate attestation');
      const made = await register(browser, ada, { challenge: 'AAAA' });
      assertRefused(made, 400, 'received challenge does not match with any stored one');
      assert.equal(await backend.count('passkeys'), 0);
      const long = { ...ada, username: 'x'.repeat(129) };
      const begun = await askWithKey(browser, 'POST', '/registration/initialize', long);
      assertRefused(begun, 400, 'unable to validate request');
    });

    it('a login is refused in each of the documented ways', async () => {
      const browser = visitor();
      await register(browser);
      assertRefused(await finalize(browser, {}), 400, 'unable to finish login');
      for (const [overrides, title] of [
        [{ origin: 'https://evil.example' }, 'failed to validate assertion'],
        [{ userVerified: false }, 'failed to validate assertion'],
        [{ userHandle: null }, 'failed to get user handle'],
        [{ userHandle: 'AAAA' }, 'failed to get user handle'],
      ] as const) {
        const answer = await answerSignIn(browser, overrides);
        assertRefused(await finalize(browser, answer), 401, title);
      }
      const [passkey] = browser.authenticator.passkeys;
      await askWithKey(browser, 'DELETE', `/credentials/${passkey!.id}`);
      const deleted = await finalize(browser, await answerSignIn(browser));
      assertRefused(deleted, 401, 'failed to validate assertion');
    });

    it('a user id of sixteen letters is read as a binary UUID', async () => {
      const browser = visitor();
      const unlucky = { ...ada, user_id: 'sixteen-letters!' };
      assert.equal((await register(browser, unlucky)).status, 200);
      const answer = await finalize(browser, await answerSignIn(browser));
      assertRefused(answer, 401, 'failed to get user handle');
    });

    it('a login for one user lists that user’s passkeys, without transports', async () => {
      const browser = visitor();
      await register(browser);
      await register(visitor(), { user_id: 'u-2', username: 'bob@example.com' });
      const body = { user_id: ada.user_id };
      const { publicKey } = (await askWithKey(browser, 'POST', '/login/initialize', body)).body;
      const [passkey] = browser.authenticator.passkeys;
      assert.deepEqual(publicKey.allowCredentials, [{ type: 'public-key', id: passkey!.id }]);
      const nobody = { user_id: 'u-9' };
      const unknown = await askWithKey(browser, 'POST', '/login/initialize', nobody);
      assertRefused(unknown, 404, 'user not found');
    });

    it('the list has pages, named in headers that no page can read', async () => {
      const browser = visitor();
      for (let count = 0; count < 3; count++) await register(browser);
      const path = `/credentials?user_id=${ada.user_id}&page=1&per_page=2`;
      const first = await askWithKey(browser, 'GET', path);
      assert.equal(first.body.length, 2);
      assert.equal(first.headers.get('x-total-count'), '3');
      assert.match(first.headers.get('link')!, /page=2.*rel="next"/);
      const second = await askWithKey(browser, 'GET', path.replace('page=1', 'page=2'));
      assert.deepEqual([second.body.length, second.headers.get('link')], [1, null]);
      const preflight = await ask(browser, 'OPTIONS', '/credentials');
      assert.equal(preflight.headers.get('access-control-allow-origin'), 'http://localhost');
      assert.equal(preflight.headers.get('access-control-expose-headers'), null);
    });

    it('a record is as documented; a rename and a removal answer 204 and nothing', async () => {
      const browser = visitor();
      await register(browser);
      const [passkey] = browser.authenticator.passkeys;
      const path = `/credentials/${passkey!.id}`;
      const { body } = await askWithKey(browser, 'GET', path);
      assert.equal(body.name, `cred-${passkey!.id}`);
      assert.equal(body.user_id, ada.user_id);
      assert.match(body.last_used_at, /\.\d{9}Z$/);
      const renamed = await askWithKey(browser, 'PATCH', path, { name: 'Phone' });
      assert.deepEqual([renamed.status, renamed.text], [204, '']);
      assert.equal(renamed.headers.get('content-type'), null);
      const empty = await askWithKey(browser, 'PATCH', path, { name: '' });
      assertRefused(empty, 400, 'unable to validate request');
      assert.equal((await askWithKey(browser, 'DELETE', path)).status, 204);
      assertRefused(await askWithKey(browser, 'GET', path), 404, /^credential with id/);
    });

    it('knows its tenant and no other', async () => {
      const browser = visitor();
      const answer = await browser.fetch('POST', '/tenant/login/initialize', {});
      assertRefused(answer, 400, 'tenant_id must be a valid uuid4');
      const other = tenantId.replace('0', '1');
      assertRefused(
        await browser.fetch('POST', `/${other}/login/initialize`, {}),
        404,
        'tenant not found',
      );
    });
  });
});

import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { verifyToken } from '../../demo/server/jwt.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { failingAt, onEachDatabase, type App, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const minute = 60_000;
const key = 'key-canary-one';
const otherKey = 'key-canary-two';
const tenancies = [
  { id: 'tenancy', apiKey: key },
  { id: 'other', apiKey: otherKey },
];
const knownModel = 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4';

type Version = '' | '/v2';

/** A request to the vendor; no answer ever holds a key. */
async function ask(
  browser: Browser,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string | undefined> = {},
): Promise<Answer> {
  const answer = await browser.fetch(method, `/api/passlock${path}`, body, headers);
  assert.doesNotMatch(answer.text, /canary/);
  return answer;
}

/** What a customer's own server asks: with the key, from no page. */
const askWithKey = (browser: Browser, method: string, path: string, body?: unknown, own = key) =>
  ask(browser, method, path, body, { origin: undefined, authorization: `Bearer ${own}` });

function assertRefused(answer: Answer, status: number, tag: string): void {
  assert.deepEqual([answer.status, answer.body?._tag], [status, `@error/${tag}`], answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/json');
}

const username = 'ada@example.com';
const request = { rpId: 'localhost', userId: 'u-1', username };

async function begin(
  browser: Browser,
  version: Version,
  ceremony: 'registration' | 'authentication',
  more: object = {},
): Promise<Answer> {
  const path = `${version}/tenancy/passkey/${ceremony}`;
  if (version === '') {
    const body = ceremony === 'registration' ? { username, ...more } : more;
    return ask(browser, 'POST', `${path}/options`, body);
  }
  const body = ceremony === 'registration' ? request : { rpId: 'localhost', discoverable: true };
  const authorized = await askWithKey(browser, 'POST', `${path}/authorize`, { ...body, ...more });
  assert.equal(authorized.status, 200, authorized.text);
  const token = `${ceremony}Token`;
  return ask(browser, 'POST', `${path}/options`, { [token]: authorized.body[token] });
}

async function register(
  browser: Browser,
  version: Version = '',
  overrides: Overrides = {},
  more: object = {},
) {
  const { sessionToken, optionsJSON } = (await begin(browser, version, 'registration', more)).body;
  const options = { ...optionsJSON, excludeCredentials: [] };
  const response = await browser.authenticator.create(options, overrides);
  const path = `${version}/tenancy/passkey/registration/verification`;
  return ask(browser, 'POST', path, { response, sessionToken });
}

async function answerSignIn(
  browser: Browser,
  version: Version = '',
  overrides: Overrides = {},
  more: object = {},
) {
  const { sessionToken, optionsJSON } = (await begin(browser, version, 'authentication', more))
    .body;
  return { response: await browser.authenticator.get(optionsJSON, overrides), sessionToken };
}

const verifySignIn = (browser: Browser, body: object, path = '/tenancy') =>
  ask(browser, 'POST', `${path}/passkey/authentication/verification`, body);

onEachDatabase((backend) => {
  let app: App;
  before(() => {
    app = backend.create({ passlock: { tenancies, pageSize: 2 }, triesPerMinute: 1000 });
  });
  const visitor = () => backend.browser(app);

  /** Somebody with a passkey, and its id there. */
  async function registered(version: Version = '', more: object = {}) {
    const browser = visitor();
    const answer = await register(browser, version, {}, more);
    assert.equal(answer.status, 200, answer.text);
    return { browser, id: answer.body.principal.authenticatorId as string, code: answer.body.code };
  }

  for (const version of ['', '/v2'] as const) {
    describe(`passlock${version}: ceremonies`, () => {
      it('a passkey is made, signs in, and each proof is a code', async () => {
        const { browser, id, code } = await registered(version);
        const answer = await verifySignIn(
          browser,
          await answerSignIn(browser, version),
          `${version}/tenancy`,
        );
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.body._tag, 'AuthenticationSuccess');
        assert.equal(answer.body.principal.authenticatorId, id);
        for (const one of [code, answer.body.code]) {
          const path = `${version}/tenancy/principal/${one}`;
          const principal = await askWithKey(browser, 'GET', path);
          assert.equal(principal.body._tag, 'ExtendedPrincipal', principal.text);
          assert.equal(principal.body.authenticatorId, id);
          assert.equal(principal.body.passkey.userVerified, true);
          // Milliseconds here, seconds in the records.
          assert.ok(principal.body.expiresAt > Date.now());
          assertRefused(await askWithKey(browser, 'GET', path), 404, 'InvalidCode');
        }
      });

      it('the id_token is signed, and for this tenancy only', async () => {
        const browser = visitor();
        const { id_token, principal } = (await register(browser, version)).body;
        const { keys } = (await ask(browser, 'GET', `${version}/.well-known/jwks.json`)).body;
        const options = { audience: 'tenancy', now: backend.now() };
        const claims = await verifyToken(id_token, keys, options);
        assert.equal(claims['sub'], principal.userId);
        assert.equal(claims['a:id'], principal.authenticatorId);
        for (const wrong of [
          { ...options, audience: 'other' },
          { ...options, now: new Date(Date.now() + 6 * minute) },
        ]) {
          await assert.rejects(verifyToken(id_token, keys, wrong));
        }
        const [header, , signature] = id_token.split('.');
        const forged = btoa(JSON.stringify({ aud: 'tenancy', sub: 'me', exp: 9e9 }));
        await assert.rejects(verifyToken(`${header}.${forged}.${signature}`, keys, options));
      });

      it('a session is good once, for its ceremony, its tenancy and five minutes', async () => {
        const { browser } = await registered(version);
        const path = `${version}/tenancy`;
        const body = await answerSignIn(browser, version);
        assert.equal((await verifySignIn(browser, body, path)).status, 200);
        assertRefused(await verifySignIn(browser, body, path), 400, 'BadRequest');

        const abroad = await answerSignIn(browser, version);
        assertRefused(await verifySignIn(browser, abroad, `${version}/other`), 400, 'BadRequest');

        const late = await answerSignIn(browser, version);
        backend.advance(6 * minute);
        assertRefused(await verifySignIn(browser, late, path), 400, 'BadRequest');

        const { response } = await answerSignIn(browser, version);
        const { sessionToken } = (await begin(browser, version, 'registration')).body;
        assertRefused(
          await verifySignIn(browser, { response, sessionToken }, path),
          400,
          'BadRequest',
        );
      });

      for (const [what, overrides] of [
        ['a bad signature', { badSignature: true }],
        ['another origin', { origin: 'https://evil.example' }],
        ['another challenge', { challenge: 'AAAA' }],
        ['another relying party', { rpId: 'evil.example' }],
      ] as const) {
        it(`${what} signs nobody in`, async () => {
          const { browser } = await registered(version);
          const body = await answerSignIn(browser, version, overrides);
          const answer = await verifySignIn(browser, body, `${version}/tenancy`);
          assertRefused(answer, 400, 'BadRequest');
        });
      }

      it('a registration from another origin makes no passkey', async () => {
        const overrides = { origin: 'https://evil.example' };
        assertRefused(await register(visitor(), version, overrides), 400, 'BadRequest');
        assert.equal(await backend.count('passkeys'), 0);
      });

      it('whoever demands verification gets it', async () => {
        const strict = { userVerification: 'required' };
        const weak = { userVerified: false };
        const browser = visitor();
        assertRefused(await register(browser, version, weak, strict), 400, 'BadRequest');
        assert.equal(await backend.count('passkeys'), 0);
        assert.equal((await register(browser, version, {}, strict)).status, 200);
        const body = await answerSignIn(browser, version, weak, strict);
        assertRefused(await verifySignIn(browser, body, `${version}/tenancy`), 400, 'BadRequest');
      });

      it('each proof says truly whether the person was verified', async () => {
        const { browser } = await registered(version);
        for (const userVerified of [true, false]) {
          const shown = await answerSignIn(browser, version, { userVerified });
          const { id_token, code } = (await verifySignIn(browser, shown, `${version}/tenancy`))
            .body;
          const claims = JSON.parse(atob(id_token.split('.')[1]));
          const path = `${version}/tenancy/principal/${code}`;
          const { passkey } = (await askWithKey(browser, 'GET', path)).body;
          assert.deepEqual([claims['pk:uv'], passkey.userVerified], [userVerified, userVerified]);
        }
      });

      it('an unknown passkey is named, so that the page can signal it', async () => {
        const { browser, id } = await registered(version);
        const [passkey] = browser.authenticator.passkeys;
        await askWithKey(browser, 'DELETE', `/tenancy/passkeys/${id}`);
        const body = await answerSignIn(browser, version);
        const answer = await verifySignIn(browser, body, `${version}/tenancy`);
        assertRefused(answer, 400, 'PasskeyNotFound');
        assert.equal(answer.body.credentialId, passkey!.id);
        assert.equal(answer.body.rpId, 'localhost');
      });

      it('a registration that dies leaves nothing behind, and the same answer is good again', async () => {
        const store = backend.database.withPlugin(failingAt('passlock_passkeys'));
        const failing = backend.create({ store, passlock: { tenancies } });
        const browser = visitor();
        const { sessionToken, optionsJSON } = (await begin(browser, version, 'registration')).body;
        const body = { response: await browser.authenticator.create(optionsJSON), sessionToken };
        const path = `${version}/tenancy/passkey/registration/verification`;
        assertRefused(await ask(browser.at(failing), 'POST', path, body), 503, 'Server');
        assert.equal(await backend.count('passkeys'), 0);
        assert.equal((await ask(browser, 'POST', path, body)).status, 200);
        assert.equal(await backend.count('passkeys'), 1);
      });

      it('no passkey of the site itself is one of the tenancy', async () => {
        const browser = await backend.signedIn(username, app);
        await browser.register();
        const body = await answerSignIn(browser, version);
        // Not as unknown: pages would have it erased, and it is good elsewhere.
        assertRefused(await verifySignIn(browser, body, `${version}/tenancy`), 400, 'BadRequest');
      });

      it('only a passkey that was asked for signs in', async () => {
        const { browser, id } = await registered(version);
        const [first] = browser.authenticator.passkeys;
        await register(browser, version);
        const [, second] = browser.authenticator.passkeys;
        const begun = await begin(browser, version, 'authentication', { allowCredentials: [id] });
        const { sessionToken, optionsJSON } = begun.body;
        assert.deepEqual(
          optionsJSON.allowCredentials.map((one: { id: string }) => one.id),
          [first!.id],
        );
        const response = await browser.authenticator.get(optionsJSON, {}, second);
        const body = { response, sessionToken };
        assertRefused(await verifySignIn(browser, body, `${version}/tenancy`), 400, 'BadRequest');
      });

      it('a code lives five minutes', async () => {
        const { browser, code } = await registered(version);
        backend.advance(6 * minute);
        const path = `${version}/tenancy/principal/${code}`;
        assertRefused(await askWithKey(browser, 'GET', path), 404, 'InvalidCode');
      });

      it('another tenancy’s key opens no code', async () => {
        const { browser, code } = await registered(version);
        const path = `${version}/other/principal/${code}`;
        assertRefused(
          await askWithKey(browser, 'GET', path, undefined, otherKey),
          404,
          'InvalidCode',
        );
      });
    });

    describe(`passlock${version}: what pages may do`, () => {
      const open = `${version}/tenancy/passkey/authentication/verification`;

      it('nothing for an unknown tenancy, by another method, or with other members', async () => {
        const browser = visitor();
        const unknown = `${version}/nobody/passkey/authentication/verification`;
        assertRefused(await ask(browser, 'POST', unknown, {}), 404, 'InvalidTenancy');
        assertRefused(await ask(browser, 'GET', open), 404, 'NotFound');
        assertRefused(await ask(browser, 'POST', open, { more: 1 }), 400, 'BadRequest');
        const plain = { 'content-type': 'text/plain' };
        assertRefused(await ask(browser, 'POST', open, '{}', plain), 400, 'BadRequest');
        assertRefused(await ask(browser, 'POST', open, '{'), 400, 'BadRequest');
      });

      it('their own origin is let in, another is not', async () => {
        const browser = visitor();
        const preflight = { 'access-control-request-method': 'POST' };
        const allowed = await ask(browser, 'OPTIONS', open, undefined, preflight);
        assert.equal(allowed.status, 204);
        assert.equal(allowed.headers.get('access-control-allow-origin'), 'http://localhost');
        const foreign = { origin: 'https://evil.example' };
        assertRefused(await ask(browser, 'POST', open, {}, foreign), 403, 'Forbidden');
      });

      for (const [method, path] of [
        ['GET', '/passkeys/'],
        ['GET', '/passkeys/AAAA'],
        ['GET', '/principal/AAAA'],
        ...(version === ''
          ? ([
              ['PATCH', '/passkeys/AAAA'],
              ['DELETE', '/passkeys/AAAA'],
              ['POST', '/principal/AAAA'],
              ['PATCH', '/users/u-1/passkeys/'],
              ['DELETE', '/users/u-1/passkeys/'],
            ] as const)
          : ([
              ['POST', '/passkey/registration/authorize'],
              ['POST', '/passkey/authentication/authorize'],
              ['POST', '/passkeys/update'],
              ['POST', '/passkeys/delete'],
            ] as const)),
      ] as const) {
        it(`${method} ${path} wants the key of the tenancy, and is no page’s business`, async () => {
          const browser = visitor();
          const url = `${version}/tenancy${path}`;
          const body = method === 'GET' ? undefined : {};
          for (const own of ['', 'x', otherKey, `${key}x`, key.slice(0, -1)]) {
            const answer = await askWithKey(browser, method, url, body, own);
            assertRefused(answer, 401, 'Unauthorized');
            assert.equal(answer.body.message, undefined);
          }
          const fromPage = await ask(browser, method, url, body, {
            origin: 'http://localhost',
            authorization: `Bearer ${key}`,
          });
          assert.equal(fromPage.headers.get('access-control-allow-origin'), null);
          const preflight = await ask(browser, 'OPTIONS', url);
          assert.equal(preflight.headers.get('access-control-allow-origin'), null);
          assert.notEqual(preflight.status, 204);
        });
      }
    });
  }

  describe('passlock/v2: too many tries', () => {
    for (const ceremony of ['registration', 'authentication'] as const) {
      it(`leave a token of ${ceremony} good for a later one`, async () => {
        const patient = backend.create({ passlock: { tenancies }, triesPerMinute: 1 });
        const browser = backend.browser(patient);
        assert.equal((await begin(browser, '', ceremony)).status, 200);
        const path = `/v2/tenancy/passkey/${ceremony}`;
        const wanted = ceremony === 'registration' ? request : { rpId: 'localhost' };
        const { body } = await askWithKey(browser, 'POST', `${path}/authorize`, wanted);
        const token = { [`${ceremony}Token`]: body[`${ceremony}Token`] };
        assert.equal((await ask(browser, 'POST', `${path}/options`, token)).status, 429);
        backend.advance(minute);
        const answer = await ask(browser, 'POST', `${path}/options`, token);
        assert.equal(answer.status, 200, answer.text);
      });
    }
  });

  describe('passlock: management', () => {
    it('the list has pages, and ends with no cursor', async () => {
      const browser = visitor();
      for (let count = 0; count < 5; count++) await register(browser);
      const ids: string[] = [];
      let cursor: string | null = '';
      const sizes = [];
      while (cursor !== null) {
        const { body } = await askWithKey(browser, 'GET', `/tenancy/passkeys/?cursor=${cursor}`);
        assert.equal(body._tag, 'FindAllPasskeys');
        ids.push(...body.records.map(({ id }: { id: string }) => id));
        sizes.push(body.records.length);
        cursor = body.cursor;
      }
      assert.deepEqual(sizes, [2, 2, 1]);
      assert.equal(new Set(ids).size, 5);
      const others = await askWithKey(browser, 'GET', '/other/passkeys/', undefined, otherKey);
      assert.deepEqual(others.body.records, []);
    });

    it('a full page is the last one where nothing follows', async () => {
      const { browser } = await registered();
      await registered();
      const { body } = await askWithKey(browser, 'GET', '/tenancy/passkeys/');
      assert.deepEqual([body.records.length, body.cursor], [2, null]);
    });

    it('a registration excludes the passkeys it is told of, of this tenancy', async () => {
      const { browser, id } = await registered();
      const [passkey] = browser.authenticator.passkeys;
      const excludeCredentials = [id, 'nothing'];
      const { body } = await begin(browser, '', 'registration', { excludeCredentials });
      assert.deepEqual(body.optionsJSON.excludeCredentials, [
        { id: passkey!.id, type: 'public-key', transports: ['internal'] },
      ]);
    });

    it('a cursor that is none is refused', async () => {
      const refused = await askWithKey(visitor(), 'GET', '/tenancy/passkeys/?cursor=%00');
      assertRefused(refused, 400, 'BadRequest');
    });

    it('names that the database cannot keep are refused', async () => {
      for (const username of ['a\u0000b', 'a\ud800', '\n'])
        assertRefused(await begin(visitor(), '', 'registration', { username }), 400, 'BadRequest');
    });

    it('a code that was refused may still be good, so it is not logged', async () => {
      const { browser, code } = await registered();
      const path = `/tenancy/principal/${code}`;
      assertRefused(
        await askWithKey(browser, 'GET', path, undefined, 'guess'),
        401,
        'Unauthorized',
      );
      assert.equal(backend.log.at(-1)!.path, '/api/passlock/tenancy/principal/*');
      assert.equal((await askWithKey(browser, 'GET', path)).status, 200);
    });

    it('one passkey, as documented: two id spaces, seconds, nothing before the first use', async () => {
      const { browser, id } = await registered();
      const path = `/tenancy/passkeys/${id}`;
      const { body } = await askWithKey(browser, 'GET', path);
      const [passkey] = browser.authenticator.passkeys;
      assert.equal(body._tag, 'Passkey');
      assert.equal(body.credential.id, passkey!.id);
      assert.equal(body.credential.userId, passkey!.userHandle);
      assert.equal(body.credential.username, username);
      assert.ok(body.createdAt > 1e9 && body.createdAt < 1e11);
      assert.ok(!('lastUsed' in body) && !('platform' in body));
      await verifySignIn(browser, await answerSignIn(browser));
      assert.ok((await askWithKey(browser, 'GET', path)).body.lastUsed >= body.createdAt);
    });

    it('a known model has a name and a picture', async () => {
      const browser = visitor();
      const { SoftwareAuthenticator } = await import('../support/software-authenticator.ts');
      browser.authenticator = new SoftwareAuthenticator({ aaguid: knownModel });
      const { authenticatorId } = (await register(browser)).body.principal;
      const { body } = await askWithKey(browser, 'GET', `/tenancy/passkeys/${authenticatorId}`);
      assert.equal(body.platform.name, 'Google Password Manager');
      const picture = new URL(body.platform.icon).pathname.replace('/api/passlock', '');
      const answer = await ask(browser, 'GET', picture);
      assert.equal(answer.headers.get('content-type'), 'image/svg+xml');
      const unknown = picture.replace(knownModel, '0'.repeat(8) + knownModel.slice(8));
      assertRefused(await ask(browser, 'GET', unknown), 404, 'NotFound');
    });

    it('what is nobody’s, or another tenancy’s, is not found', async () => {
      const { browser, id } = await registered();
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const body = method === 'PATCH' ? { username: 'x' } : undefined;
        for (const [path, own] of [
          [`/other/passkeys/${id}`, otherKey],
          ['/tenancy/passkeys/nothing', key],
        ] as const) {
          assertRefused(await askWithKey(browser, method, path, body, own), 404, 'NotFound');
        }
      }
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('PATCH and DELETE answer 202, and do it', async () => {
      const { browser, id } = await registered();
      const path = `/tenancy/passkeys/${id}`;
      const change = { userId: 'u-7', username: 'countess' };
      const patched = await askWithKey(browser, 'PATCH', path, change);
      assert.equal(patched.status, 202);
      const { body } = await askWithKey(browser, 'GET', path);
      assert.deepEqual([body.userId, body.credential.username], ['u-7', 'countess']);
      assertRefused(await askWithKey(browser, 'PATCH', path, { name: 'x' }), 400, 'BadRequest');
      assert.equal((await askWithKey(browser, 'DELETE', path)).status, 202);
      assertRefused(await askWithKey(browser, 'GET', path), 404, 'NotFound');
    });

    it('of changes that come together, each one is kept', async () => {
      const { browser, id } = await registered();
      const path = `/tenancy/passkeys/${id}`;
      const changes = [{ userId: 'u-7' }, { username: 'countess' }, {}];
      const answers = await Promise.all(
        changes.map((change) => askWithKey(browser, 'PATCH', path, change)),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        [202, 202, 202],
      );
      const { body } = await askWithKey(browser, 'GET', path);
      assert.deepEqual([body.userId, body.credential.username], ['u-7', 'countess']);
    });

    it('and leave every other passkey as it was', async () => {
      const { browser, id } = await registered();
      const { id: other } = await registered();
      const look = async () =>
        (await askWithKey(browser, 'GET', `/tenancy/passkeys/${other}`)).body;
      const before = await look();
      backend.advance(2000);
      const path = `/tenancy/passkeys/${id}`;
      await askWithKey(browser, 'PATCH', path, { userId: 'u-7', username: 'countess' });
      assert.deepEqual(await look(), before);
      await askWithKey(browser, 'DELETE', path);
      assert.deepEqual(await look(), before);
    });

    it('a page may ask for our relying party and no other', async () => {
      const path = '/tenancy/passkey/authentication/options';
      assert.equal((await ask(visitor(), 'POST', path, { rpId: 'localhost' })).status, 200);
      const other = await ask(visitor(), 'POST', path, { rpId: 'evil.example' });
      assertRefused(other, 400, 'BadRequest');
    });

    it('a code can be exchanged and the passkey given to a user in one step, once', async () => {
      const { browser, id, code } = await registered();
      const path = `/tenancy/principal/${code}`;
      assertRefused(await askWithKey(browser, 'POST', path, {}), 400, 'BadRequest');
      const answer = await askWithKey(browser, 'POST', path, { userId: 'u-7' });
      assert.equal(answer.body.userId, 'u-7');
      assertRefused(await askWithKey(browser, 'GET', path), 404, 'InvalidCode');
      const users = '/tenancy/users/u-7/passkeys/';
      const renamed = await askWithKey(browser, 'PATCH', users, { userId: 'u-7', username: 'x' });
      assert.deepEqual([renamed.body._tag, renamed.body.updated[0].id], ['UpdatedPasskeys', id]);
      const wrong = { userId: 'u-8' };
      assertRefused(await askWithKey(browser, 'DELETE', users, wrong), 400, 'BadRequest');
      const deleted = await askWithKey(browser, 'DELETE', users, { userId: 'u-7' });
      assert.deepEqual([deleted.body._tag, deleted.body.deleted[0].id], ['DeletedPasskeys', id]);
    });

    it('pages may ask what to signal', async () => {
      const { browser, id } = await registered();
      const [passkey] = browser.authenticator.passkeys;
      const one = await ask(browser, 'GET', `/tenancy/credential/${id}`);
      assert.deepEqual(one.body, {
        credentialId: passkey!.id,
        userId: passkey!.userHandle,
        rpId: 'localhost',
      });
      const all = await ask(browser, 'GET', `/tenancy/credentials/${id}%2Cnothing`);
      assert.deepEqual(all.body.allAcceptedCredentialIds, [passkey!.id]);
      assertRefused(await ask(browser, 'GET', '/tenancy/credential/nothing'), 404, 'NotFound');
      assertRefused(await ask(browser, 'GET', '/tenancy/credentials/nothing'), 404, 'NotFound');
      for (const answer of [one, all])
        assert.equal(answer.headers.get('vary'), 'Origin', 'open to pages of other origins');
    });

    it('and learn nothing of another tenancy, nor of two users at once', async () => {
      const { browser, id } = await registered();
      const { id: theirs } = await registered();
      for (const path of [
        `/other/credential/${id}`,
        `/other/credentials/${id}`,
        `/tenancy/credentials/${id}%2C${theirs}`,
      ])
        assertRefused(await ask(browser, 'GET', path), 404, 'NotFound');
    });

    const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' };
    const clientDataJSON = 'AAAA';
    const created = { ...credential, response: { clientDataJSON, attestationObject: 'AAAA' } };
    const signed = { clientDataJSON, authenticatorData: 'AAAA', signature: 'AAAA' };
    const shown = { ...credential, response: signed };

    it('users for whom no passkey came into being are forgotten, and what was handed out', async () => {
      await begin(visitor(), '', 'registration');
      assert.equal(await backend.count('users'), 1);
      backend.advance(61 * minute);
      await begin(visitor(), '', 'registration');
      assert.equal(await backend.count('users'), 1);
      assert.equal(await backend.count('passlock_tokens'), 1);
    });

    it('what finishes is counted, too', async () => {
      for (const ceremony of ['registration', 'authentication'] as const) {
        const browser = visitor();
        const answer = ceremony === 'registration' ? created : shown;
        const body = { response: answer, sessionToken: 'x' };
        browser.app = backend.create({ passlock: { tenancies }, triesPerMinute: 0 });
        const path = `/tenancy/passkey/${ceremony}/verification`;
        assertRefused(await ask(browser, 'POST', path, body), 429, 'RateLimited');
      }
    });

    it('too many tries are slowed down, and told for how long', async () => {
      const strict = backend.create({ passlock: { tenancies }, triesPerMinute: 1 });
      const browser = backend.browser(strict);
      await begin(browser, '', 'authentication');
      const answer = await begin(browser, '', 'authentication');
      assertRefused(answer, 429, 'RateLimited');
      assert.ok(answer.body.retryAfterSeconds > 0);
    });
  });

  describe('passlock/v2: what the site’s server says first', () => {
    const path = '/v2/tenancy/passkey';

    it('no ceremony begins without a token, or twice with one, or with one that is old', async () => {
      const browser = visitor();
      for (const [ceremony, body] of [
        ['registration', request],
        ['authentication', { rpId: 'localhost', discoverable: true }],
      ] as const) {
        const options = (token: string) =>
          ask(browser, 'POST', `${path}/${ceremony}/options`, { [`${ceremony}Token`]: token });
        const authorize = async (): Promise<string> =>
          (await askWithKey(browser, 'POST', `${path}/${ceremony}/authorize`, body)).body[
            `${ceremony}Token`
          ];
        assertRefused(await options('nothing'), 400, 'BadRequest');
        assertRefused(
          await ask(browser, 'POST', `${path}/${ceremony}/options`, {}),
          400,
          'BadRequest',
        );
        const token = await authorize();
        assert.equal((await options(token)).status, 200);
        assertRefused(await options(token), 400, 'BadRequest');
        const old = await authorize();
        backend.advance(6 * minute);
        assertRefused(await options(old), 400, 'BadRequest');
      }
    });

    it('what it may not say', async () => {
      const browser = visitor();
      for (const [ceremony, body] of [
        ['registration', { ...request, rpId: 'evil.example' }],
        ['registration', { ...request, rpId: 'LOCALHOST' }],
        ['registration', { rpId: 'localhost', username }],
        ['authentication', { rpId: 'localhost', mediation: 'conditional' }],
        ['authentication', { rpId: 'evil.example', discoverable: true }],
        ['authentication', {}],
      ] as const) {
        const answer = await askWithKey(browser, 'POST', `${path}/${ceremony}/authorize`, body);
        assertRefused(answer, 400, 'BadRequest');
      }
    });

    it('a login for one user offers the passkeys of that user', async () => {
      const { browser } = await registered('/v2');
      await register(browser, '/v2', {}, { userId: 'u-2' });
      const begun = await begin(browser, '/v2', 'authentication', { userId: 'u-1' });
      const [first] = browser.authenticator.passkeys;
      assert.deepEqual(
        begun.body.optionsJSON.allowCredentials.map(({ id }: { id: string }) => id),
        [first!.id],
      );
      const nobody = { rpId: 'localhost', userId: 'u-3' };
      assertRefused(
        await askWithKey(browser, 'POST', `${path}/authentication/authorize`, nobody),
        404,
        'NotFound',
      );
    });

    it('one user has one handle', async () => {
      const { browser } = await registered('/v2');
      await register(browser, '/v2');
      const [one, other] = browser.authenticator.passkeys;
      assert.equal(one!.userHandle, other!.userHandle);
    });

    it('a user who is about to be forgotten can still get a passkey', async () => {
      const browser = visitor();
      await begin(browser, '/v2', 'registration');
      backend.advance(58 * minute);
      const allowed = await askWithKey(browser, 'POST', `${path}/registration/authorize`, request);
      const { registrationToken } = allowed.body;
      backend.advance(3 * minute);
      const begun = await ask(browser, 'POST', `${path}/registration/options`, {
        registrationToken,
      });
      assert.equal(begun.status, 200, begun.text);
    });

    it('a removal is prepared, and the page learns once what to signal', async () => {
      const { browser, id } = await registered('/v2');
      const [passkey] = browser.authenticator.passkeys;
      const passkeyIds = [id, 'nothing'];
      const prepared = await askWithKey(browser, 'POST', '/v2/tenancy/passkeys/delete', {
        passkeyIds,
      });
      assert.equal(prepared.status, 202);
      assert.deepEqual(
        prepared.body.warnings.map(({ passkeyId }: { passkeyId: string }) => passkeyId),
        ['nothing'],
      );
      const { deletePasskeysToken } = prepared.body;
      const exchange = () =>
        ask(browser, 'POST', '/v2/tenancy/passkeys/delete/exchange', { deletePasskeysToken });
      assert.deepEqual((await exchange()).body.instructions, [
        { rpId: 'localhost', userId: passkey!.userHandle, credentialId: passkey!.id },
      ]);
      assertRefused(await exchange(), 400, 'BadRequest');
      assert.equal(await backend.count('passkeys'), 0);
      const both = { passkeyIds: [id], userId: 'u-1' };
      const refused = await askWithKey(browser, 'POST', '/v2/tenancy/passkeys/delete', both);
      assertRefused(refused, 400, 'BadRequest');
    });

    it('a new account name is prepared likewise; nobody’s passkeys are a warning', async () => {
      const { browser, id } = await registered('/v2');
      const [passkey] = browser.authenticator.passkeys;
      const body = { userId: 'u-1', username: 'countess', displayName: 'Ada' };
      const prepared = await askWithKey(browser, 'POST', '/v2/tenancy/passkeys/update', body);
      assert.equal(prepared.status, 202);
      const record = await askWithKey(browser, 'GET', `/v2/tenancy/passkeys/${id}`);
      assert.equal(record.body.credential.username, 'countess');
      const { updatePasskeysToken } = prepared.body;
      const { instructions } = (
        await ask(browser, 'POST', '/v2/tenancy/passkeys/update/exchange', { updatePasskeysToken })
      ).body;
      assert.deepEqual(instructions, [
        {
          rpId: 'localhost',
          userId: passkey!.userHandle,
          username: 'countess',
          displayName: 'Ada',
        },
      ]);
      const nobody = { ...body, userId: 'u-9' };
      const { warnings } = (
        await askWithKey(browser, 'POST', '/v2/tenancy/passkeys/update', nobody)
      ).body;
      assert.equal(warnings[0].code, 'NO_PASSKEYS_FOUND');
    });

    it('what was prepared is for its tenancy, for what it says, and once', async () => {
      const { browser } = await registered('/v2');
      const body = { userId: 'u-1', username: 'countess' };
      const prepared = await askWithKey(browser, 'POST', '/v2/tenancy/passkeys/update', body);
      const { updatePasskeysToken: token } = prepared.body;
      const update = { updatePasskeysToken: token };
      for (const [path, request] of [
        ['/v2/other/passkeys/update/exchange', update],
        ['/v2/tenancy/passkeys/delete/exchange', { deletePasskeysToken: token }],
      ] as const)
        assertRefused(await ask(browser, 'POST', path, request), 400, 'BadRequest');
      const exchange = () => ask(browser, 'POST', '/v2/tenancy/passkeys/update/exchange', update);
      assert.equal((await exchange()).status, 200);
      assertRefused(await exchange(), 400, 'BadRequest');
    });

    it('there is no PATCH and no DELETE of one passkey', async () => {
      const { browser, id } = await registered('/v2');
      for (const method of ['PATCH', 'DELETE']) {
        const answer = await askWithKey(browser, method, `/v2/tenancy/passkeys/${id}`, {});
        assertRefused(answer, 404, 'NotFound');
      }
    });
  });
});

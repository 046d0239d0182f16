import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppOptions } from '../../demo/server/app.ts';
import { onEachDatabase, type Backend, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const minute = 60_000;
const authCode = /^[0-9a-f]{24}$/;

function assertError(answer: Answer, status: number, code: number | undefined): void {
  assert.deepEqual([answer.status, answer.body?.error_code], [status, code], answer.text);
  assert.match(answer.headers.get('content-type')!, /^application\/json/);
  assert.equal(typeof answer.body.message, 'string');
}

async function signIn(
  backend: Backend,
  options: Partial<AppOptions> = {},
  email = 'ada@example.com',
) {
  const browser = backend.browser(backend.create(options));
  const { state } = (await browser.ssojet('POST', '/email-otp/send', { body: { email } })).body;
  const body = { state, otp: backend.codes.get(email) };
  browser.token = (await browser.ssojet('POST', '/email-otp/verify', { body })).body.access_token;
  return browser;
}

async function register(browser: Browser): Promise<Answer> {
  const { auth_code, publicKey } = (await browser.ssojet('GET', '/passkey/register')).body;
  const body = await browser.authenticator.create({ ...publicKey, excludeCredentials: [] });
  return browser.ssojet('POST', '/passkey/register', { query: { auth_code }, body });
}

async function answerLogin(browser: Browser, identifier?: string) {
  const begun = await browser.ssojet('GET', '/passkey/login', { query: { identifier } });
  const { auth_code, publicKey } = begun.body;
  return { query: { auth_code, identifier }, body: await browser.authenticator.get(publicKey) };
}

onEachDatabase((backend) => {
  describe('ssojet: naming the client', () => {
    const paths = [
      ['GET', '/passkey/login'],
      ['POST', '/passkey/login'],
      ['GET', '/passkey/register'],
      ['POST', '/passkey/register'],
      ['GET', '/passkey/status'],
      ['GET', '/passkey/credentials'],
      ['PATCH', '/passkey/credentials/AAAA'],
      ['DELETE', '/passkey/credentials/AAAA'],
      ['POST', '/email-otp/send'],
      ['POST', '/email-otp/resend'],
      ['POST', '/email-otp/verify'],
    ] as const;

    for (const [method, path] of paths) {
      it(`${method} ${path} refuses no client, an unknown one and two different ones`, async () => {
        const browser = backend.browser();
        const body = method === 'POST' || method === 'PATCH' ? {} : undefined;
        const absent = {
          query: { client_id: undefined },
          headers: { 'x-client-id': undefined },
          body,
        };
        assertError(await browser.ssojet(method, path, absent), 400, 1000);
        assertError(
          await browser.ssojet(method, path, { query: { client_id: 'other' }, body }),
          400,
          1000,
        );
        const different = { headers: { 'x-client-id': 'other' }, body };
        assertError(await browser.ssojet(method, path, different), 400, 1000);
        const unknown = { query: { client_id: 'x' }, headers: { 'x-client-id': 'x' }, body };
        assertError(await browser.ssojet(method, path, unknown), 400, 1000);
      });
    }

    it('is content with the header alone, or the query alone', async () => {
      const browser = backend.browser();
      const header = await browser.ssojet('GET', '/passkey/login', {
        query: { client_id: undefined },
      });
      const query = await browser.ssojet('GET', '/passkey/login', {
        headers: { 'x-client-id': undefined },
      });
      assert.deepEqual([header.status, query.status], [200, 200]);
    });

    it('wants it in the query to finish a login', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const login = await answerLogin(browser);
      const headerOnly = { ...login, query: { ...login.query, client_id: undefined } };
      assertError(await browser.ssojet('POST', '/passkey/login', headerOnly), 400, 1000);
      const queryOnly = {
        ...login,
        headers: { 'x-client-id': undefined, authorization: undefined },
      };
      assert.equal((await browser.ssojet('POST', '/passkey/login', queryOnly)).status, 200);
    });
  });

  describe('ssojet: login', () => {
    it('begins as in the published example', async () => {
      const browser = backend.browser();
      const answer = await browser.ssojet('GET', '/passkey/login', {
        query: { identifier: 'jdoe@example.com' },
      });
      assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
      assert.deepEqual(Object.keys(answer.body), ['auth_code', 'publicKey']);
      assert.match(answer.body.auth_code, authCode);
      const { challenge, ...rest } = answer.body.publicKey;
      assert.equal(Buffer.from(challenge, 'base64url').length, 32);
      assert.deepEqual(rest, { timeout: 300000, rpId: 'localhost', userVerification: 'preferred' });
    });

    it('finishes with a name and without one', async () => {
      const browser = await signIn(backend);
      await register(browser);
      for (const identifier of ['ada@example.com', undefined]) {
        const answer = await browser.ssojet(
          'POST',
          '/passkey/login',
          await answerLogin(browser, identifier),
        );
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
        browser.token = answer.body.access_token;
        assert.equal((await browser.ssojet('GET', '/passkey/credentials')).status, 200);
      }
    });

    it('gives the three published results', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const [userId] = (await backend.database.selectFrom('users').select('id').execute()).map(
        ({ id }) => id,
      );
      const results: Record<string, Answer['body']> = {};
      for (const loginResult of ['A', 'B', 'C'] as const) {
        browser.app = backend.create({ ssojet: { loginResult } });
        results[loginResult] = (
          await browser.ssojet('POST', '/passkey/login', await answerLogin(browser))
        ).body;
      }
      const { A, B, C } = results;
      assert.deepEqual(A, { token: A.token, user_id: userId });
      assert.deepEqual(B, {
        authenticated: true,
        oauth: { ...B.oauth, token_type: 'Bearer' },
        user: { user_id: userId, identifier: 'ada@example.com', email: 'ada@example.com' },
      });
      assert.deepEqual(Object.keys(B.oauth), [
        'access_token',
        'refresh_token',
        'expires_at',
        'token_type',
      ]);
      assert.deepEqual(C, {
        ...C,
        authenticated: true,
        token_type: 'Bearer',
        profile: { id: userId, email: 'ada@example.com' },
      });
      assert.deepEqual(Object.keys(C), [
        'authenticated',
        'access_token',
        'refresh_token',
        'token_type',
        'expires_at',
        'profile',
      ]);
      for (const token of [A.token, B.oauth.access_token, C.access_token]) {
        browser.token = token;
        assert.equal((await browser.ssojet('GET', '/passkey/credentials')).status, 200);
      }
    });

    it('reads the body as it is set up to, and in no other way', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const wrap = {
        credential: (answer: unknown) => answer,
        'passkey-text': (answer: unknown) => ({ passkey: JSON.stringify(answer) }),
        'passkey-object': (answer: unknown) => ({ passkey: answer }),
      };
      const styles = Object.keys(wrap) as (keyof typeof wrap)[];
      for (const finishBody of styles) {
        browser.app = backend.create({ ssojet: { finishBody } });
        for (const sent of styles) {
          const login = await answerLogin(browser);
          const answer = await browser.ssojet('POST', '/passkey/login', {
            ...login,
            body: wrap[sent](login.body),
          });
          if (sent === finishBody) assert.equal(answer.status, 200, answer.text);
          else assertError(answer, 400, 1004);
        }
      }
    });

    it('takes an auth_code once, for five minutes, from its client, for its name and its kind', async () => {
      const two = { clientIds: ['demo', 'other'] };
      const browser = await signIn(backend, two);
      await register(browser);
      const finish = (login: object) => browser.ssojet('POST', '/passkey/login', login);
      const named = await answerLogin(browser, 'ada@example.com');
      const elsewhere = { client_id: 'other' };
      const foreign = {
        ...named,
        query: { ...named.query, ...elsewhere },
        headers: { 'x-client-id': 'other' },
      };
      assertError(await finish(foreign), 400, 1009);
      assertError(
        await finish({ ...named, query: { ...named.query, identifier: 'bob@example.com' } }),
        400,
        1009,
      );
      assertError(
        await finish({ ...named, query: { ...named.query, identifier: undefined } }),
        400,
        1009,
      );
      assert.equal((await finish(named)).status, 200);
      assertError(await finish(named), 400, 1009);
      const nameless = await answerLogin(browser);
      assertError(
        await finish({ ...nameless, query: { ...nameless.query, identifier: 'ada@example.com' } }),
        400,
        1009,
      );
      for (const auth_code of [undefined, '', 'x', 'A'.repeat(24), '\u0000']) {
        assertError(await finish({ ...nameless, query: { auth_code } }), 400, 1009);
      }
      const { auth_code } = (await browser.ssojet('GET', '/passkey/register')).body;
      assertError(await finish({ ...nameless, query: { auth_code } }), 400, 1009);
      backend.advance(5 * minute);
      assertError(await finish(nameless), 400, 1009);
    });

    it('refuses bad signatures, unknown passkeys, bad names and bad bodies', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const { auth_code, publicKey } = (await browser.ssojet('GET', '/passkey/login')).body;
      const body = await browser.authenticator.get(publicKey, { badSignature: true });
      assertError(
        await browser.ssojet('POST', '/passkey/login', { query: { auth_code }, body }),
        400,
        1004,
      );
      const login = await answerLogin(browser);
      const unknown = { ...login, body: { ...login.body, id: 'AAAA', rawId: 'AAAA' } };
      assertError(await browser.ssojet('POST', '/passkey/login', unknown), 404, 1005);
      const badName = { query: { identifier: 'not an address' } };
      assertError(await browser.ssojet('GET', '/passkey/login', badName), 400, 1008);
      for (const bad of ['{', '[]', 'null', '{"id":1}']) {
        assertError(await browser.ssojet('POST', '/passkey/login', { body: bad }), 400, 1004);
      }
      const text = { body: '{}', headers: { 'content-type': 'text/plain' } };
      assertError(await browser.ssojet('POST', '/passkey/login', text), 415, 1004);
    });

    it('lists credentials for a name where switched on, alike for known and unknown', async () => {
      const browser = await signIn(backend, { ssojet: { includeAllowCredentials: true } });
      await register(browser);
      const offer = async (identifier?: string) =>
        (await browser.ssojet('GET', '/passkey/login', { query: { identifier } })).body.publicKey
          .allowCredentials;
      const [known, unknown] = [await offer('ada@example.com'), await offer('nobody@example.com')];
      assert.ok(
        known.some(({ id }: { id: string }) => id === browser.authenticator.passkeys[0]!.id),
      );
      for (const list of [known, unknown]) assert.ok([4, 8].includes(list.length));
      assert.deepEqual(await offer('nobody@example.com'), unknown);
      assert.equal(await offer(), undefined);
      const login = await answerLogin(browser, 'ada@example.com');
      assert.equal((await browser.ssojet('POST', '/passkey/login', login)).status, 200);
    });
  });

  describe('ssojet: registration', () => {
    it('begins as in the published example', async () => {
      const browser = await signIn(backend);
      const answer = await browser.ssojet('GET', '/passkey/register');
      assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
      assert.match(answer.body.auth_code, authCode);
      const { challenge, user, pubKeyCredParams, ...rest } = answer.body.publicKey;
      assert.equal(Buffer.from(challenge, 'base64url').length, 32);
      assert.match(Buffer.from(user.id, 'base64url').toString(), authCode);
      assert.deepEqual([user.name, user.displayName], ['ada@example.com', 'ada@example.com']);
      assert.ok(pubKeyCredParams.length > 1);
      assert.deepEqual(rest, {
        rp: { name: 'Passkey demo', id: 'localhost' },
        timeout: 300000,
        authenticatorSelection: {
          authenticatorAttachment: 'platform',
          requireResidentKey: true,
          residentKey: 'required',
          userVerification: 'preferred',
        },
        attestation: 'none',
      });
    });

    it('names the passkeys there are, so that a device is not registered twice', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const { publicKey } = (await browser.ssojet('GET', '/passkey/register')).body;
      assert.deepEqual(
        publicKey.excludeCredentials.map(({ id }: { id: string }) => id),
        browser.authenticator.passkeys.map(({ id }) => id),
      );
    });

    it('answers with a message or with the record', async () => {
      const browser = await signIn(backend);
      const message = await register(browser);
      assert.deepEqual(message.body, { status: 'success', message: 'Passkey registered' });
      browser.app = backend.create({ ssojet: { registerResult: 'record' } });
      const record = await register(browser);
      const list = (await browser.ssojet('GET', '/passkey/credentials')).body;
      assert.deepEqual(record.body, list[1]);
    });

    it('reads transports at the top level too', async () => {
      const browser = await signIn(backend);
      const { auth_code, publicKey } = (await browser.ssojet('GET', '/passkey/register')).body;
      const answer = await browser.authenticator.create(publicKey);
      const { clientDataJSON, attestationObject } = answer.response;
      const body = {
        ...answer,
        response: { clientDataJSON, attestationObject },
        transports: ['hybrid'],
        email: 'Ada@Example.com',
      };
      const finished = await browser.ssojet('POST', '/passkey/register', {
        query: { auth_code },
        body,
      });
      assert.equal(finished.status, 200, finished.text);
      const [record] = (await browser.ssojet('GET', '/passkey/credentials')).body;
      assert.deepEqual(record.transports, ['hybrid']);
    });

    it("refuses someone else's auth_code and e-mail, and gives a lost answer again", async () => {
      const ada = await signIn(backend);
      const eve = await signIn(backend, {}, 'eve@example.com');
      const { auth_code, publicKey } = (await ada.ssojet('GET', '/passkey/register')).body;
      const body = await ada.authenticator.create(publicKey);
      const request = { query: { auth_code }, body };
      assertError(await eve.ssojet('POST', '/passkey/register', request), 400, 1009);
      const wrongMail = { ...request, body: { ...body, email: 'eve@example.com' } };
      assertError(await ada.ssojet('POST', '/passkey/register', wrongMail), 400, 1008);
      assert.equal((await ada.ssojet('POST', '/passkey/register', request)).status, 200);
      assert.equal((await ada.ssojet('POST', '/passkey/register', request)).status, 200);
      assert.equal((await ada.ssojet('GET', '/passkey/credentials')).body.length, 1);
    });

    it('needs a sign-in of the last five minutes, as deleting does', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const { id } = browser.authenticator.passkeys[0]!;
      backend.advance(5 * minute + 1000);
      assertError(await browser.ssojet('GET', '/passkey/register'), 401, 1003);
      const refused = await browser.ssojet('DELETE', `/passkey/credentials/${id}`);
      assertError(refused, 401, 1003);
      assert.equal(refused.body.description, 'Sign in again to do this.');
    });
  });

  describe('ssojet: status', () => {
    const expected = {
      string: [{ status: 'registered' }, { status: 'not_registered' }],
      boolean: [{ passkey_registered: true }, { passkey_registered: false }],
      empty: [{}, {}],
    };
    for (const [statusStyle, [known, unknown]] of Object.entries(expected)) {
      it(`answers in the style "${statusStyle}"`, async () => {
        const style = statusStyle as keyof typeof expected;
        const browser = await signIn(backend, {
          revealAccounts: true,
          ssojet: { statusStyle: style },
        });
        await register(browser);
        const ask = (identifier: string) =>
          browser.ssojet('GET', '/passkey/status', { query: { identifier } });
        const answer = await ask('ADA@example.com');
        assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
        assert.deepEqual(answer.body, known);
        assert.deepEqual((await ask('nobody@example.com')).body, unknown);
      });
    }

    it('lets a right answer wait for the site’s approval, and gives it no token', async () => {
      let decision: 'pending' | 'approved' = 'pending';
      const browser = await signIn(backend, { ssojet: { approval: () => decision } });
      await register(browser);
      const sessions = await backend.count('sessions');
      const identifier = 'ada@example.com';
      const { body } = await browser.ssojet(
        'POST',
        '/passkey/login',
        await answerLogin(browser, identifier),
      );
      assert.deepEqual(Object.keys(body), ['status', 'expires_at']);
      assert.equal(body.status, 'pending');
      const ask = () => browser.ssojet('GET', '/passkey/status', { query: { identifier } });
      assert.deepEqual((await ask()).body, { status: 'pending' });
      decision = 'approved';
      assert.deepEqual((await ask()).body, { status: 'approved' });
      assert.equal(await backend.count('sessions'), sessions);
    });

    it('refuses whom the site rejects, and leaves them no session', async () => {
      const browser = await signIn(backend, { ssojet: { approval: () => 'rejected' } });
      await register(browser);
      const sessions = await backend.count('sessions');
      const answer = await browser.ssojet('POST', '/passkey/login', await answerLogin(browser));
      assertError(answer, 403, undefined);
      assert.deepEqual(Object.keys(answer.body), ['message', 'description']);
      assert.equal(await backend.count('sessions'), sessions);
    });

    it('says the same of everyone unless the operator reveals accounts', async () => {
      const browser = await signIn(backend);
      await register(browser);
      for (const identifier of ['ada@example.com', 'nobody@example.com']) {
        const { body } = await browser.ssojet('GET', '/passkey/status', { query: { identifier } });
        assert.deepEqual(body, { status: 'unknown' });
      }
    });

    it('wants an identifier that is an e-mail address', async () => {
      const browser = backend.browser();
      assertError(await browser.ssojet('GET', '/passkey/status'), 400, 1004);
      assertError(
        await browser.ssojet('GET', '/passkey/status', { query: { identifier: 'x' } }),
        400,
        1008,
      );
    });
  });

  describe('ssojet: managing passkeys', () => {
    it('lists records in the published casing', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const answer = await browser.ssojet('GET', '/passkey/credentials');
      assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
      const [record] = answer.body;
      assert.deepEqual(record, {
        id: browser.authenticator.passkeys[0]!.id,
        Name: null,
        SignCount: 0,
        LastUsedAt: record.CreatedAt,
        CreatedAt: record.CreatedAt,
        UpdatedAt: '0001-01-01T00:00:00Z',
        public_key: record.public_key,
        attestation_type: 'none',
        aaguid: 'AAAAAAAAAAAAAAAAAAAAAA',
        transports: ['internal'],
        backup_eligible: false,
        backup_state: false,
      });
      assert.match(record.CreatedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    it('renames', async () => {
      const browser = await signIn(backend);
      await register(browser);
      const path = `/passkey/credentials/${browser.authenticator.passkeys[0]!.id}`;
      const answer = await browser.ssojet('PATCH', path, { body: { name: ' Work laptop ' } });
      assert.deepEqual(answer.body, { status: 'success', message: 'Passkey updated' });
      assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
      const [record] = (await browser.ssojet('GET', '/passkey/credentials')).body;
      assert.equal(record.Name, 'Work laptop');
      assert.notEqual(record.UpdatedAt, '0001-01-01T00:00:00Z');
      for (const body of [
        {},
        { name: '' },
        { name: 'x'.repeat(65) },
        { name: 1 },
        { name: 'x', state: 'y' },
      ]) {
        assertError(await browser.ssojet('PATCH', path, { body }), 400, 1004);
      }
    });

    for (const [deleteStyle, expected] of [
      ['json', [200, { status: 'success', message: 'Passkey deleted' }]],
      ['empty', [204, undefined]],
    ] as const) {
      it(`deletes, answering in the style "${deleteStyle}"`, async () => {
        const browser = await signIn(backend, { ssojet: { deleteStyle } });
        await register(browser);
        const path = `/passkey/credentials/${browser.authenticator.passkeys[0]!.id}`;
        const answer = await browser.ssojet('DELETE', path);
        assert.deepEqual([answer.status, answer.body], expected);
        assert.deepEqual((await browser.ssojet('GET', '/passkey/credentials')).body, []);
        assertError(await browser.ssojet('DELETE', path), 404, 1005);
      });
    }

    it("answers for someone else's passkey as for an unknown one and leaves it alone", async () => {
      const ada = await signIn(backend);
      await register(ada);
      const before = (await ada.ssojet('GET', '/passkey/credentials')).body;
      const eve = await signIn(backend, {}, 'eve@example.com');
      for (const id of [before[0].id, 'AAAA', '%00', '..%2f', 'x'.repeat(2000)]) {
        const path = `/passkey/credentials/${id}`;
        assertError(await eve.ssojet('PATCH', path, { body: { name: 'Mine' } }), 404, 1005);
        assertError(await eve.ssojet('DELETE', path), 404, 1005);
      }
      assert.deepEqual((await ada.ssojet('GET', '/passkey/credentials')).body, before);
    });

    it('needs a bearer of this client that is still good', async () => {
      const browser = await signIn(backend, { clientIds: ['demo', 'other'] });
      const requests = [
        ['GET', '/passkey/register', undefined],
        ['POST', '/passkey/register', {}],
        ['GET', '/passkey/credentials', undefined],
        ['PATCH', '/passkey/credentials/AAAA', { name: 'x' }],
        ['DELETE', '/passkey/credentials/AAAA', undefined],
      ] as const;
      for (const [method, path, body] of requests) {
        for (const authorization of [
          undefined,
          'Bearer',
          'Bearer x',
          `Basic ${browser.token}`,
          `Bearer ${'A'.repeat(43)}`,
        ]) {
          assertError(
            await browser.ssojet(method, path, { body, headers: { authorization } }),
            401,
            1003,
          );
        }
        const other = { body, query: { client_id: 'other' }, headers: { 'x-client-id': 'other' } };
        assertError(await browser.ssojet(method, path, other), 401, 1003);
      }
      assert.equal((await browser.ssojet('GET', '/passkey/credentials')).status, 200);
      backend.advance(60 * minute);
      assertError(await browser.ssojet('GET', '/passkey/credentials'), 401, 1003);
    });
  });

  describe('ssojet: codes by e-mail', () => {
    it('sends, sends again and verifies', async () => {
      const browser = backend.browser();
      const sent = await browser.ssojet('POST', '/email-otp/send', {
        body: { email: 'ada@example.com' },
      });
      assert.deepEqual(Object.keys(sent.body), ['state']);
      assert.match(sent.body.state, authCode);
      const early = backend.codes.get('ada@example.com');
      const again = await browser.ssojet('POST', '/email-otp/resend', { body: sent.body });
      const otp = backend.codes.get('ada@example.com');
      const old = { ...sent.body, otp: early };
      assertError(await browser.ssojet('POST', '/email-otp/verify', { body: old }), 400, 1009);
      const verified = await browser.ssojet('POST', '/email-otp/verify', {
        body: { ...again.body, otp },
      });
      assert.equal(verified.body.profile.email, 'ada@example.com');
      assertError(
        await browser.ssojet('POST', '/email-otp/verify', { body: { ...again.body, otp } }),
        400,
        1009,
      );
    });

    for (const [what, options] of [
      ['refused', {}],
      ['lost', { sendCode: () => Promise.reject(new Error('no mail today')) }],
    ] as const) {
      it(`keeps the code in the letter box good where the next one is ${what}`, async () => {
        const browser = backend.browser();
        const send = () =>
          browser.ssojet('POST', '/email-otp/send', { body: { email: 'ada@example.com' } });
        for (let count = 0; count < (what === 'refused' ? 9 : 0); count++) await send();
        const { body } = await send();
        const other = browser.at(backend.create(options));
        const again = await other.ssojet('POST', '/email-otp/resend', { body });
        assert.equal(again.status, what === 'refused' ? 429 : 500, again.text);
        const otp = backend.codes.get('ada@example.com');
        const verify = { body: { ...body, otp } };
        const verified = await browser.ssojet('POST', '/email-otp/verify', verify);
        assert.equal(verified.status, 200, verified.text);
      });
    }

    it('keeps a code for the client that asked for it, for ten minutes', async () => {
      const browser = backend.browser(backend.create({ clientIds: ['demo', 'other'] }));
      const { body } = await browser.ssojet('POST', '/email-otp/send', {
        body: { email: 'ada@example.com' },
      });
      const otp = backend.codes.get('ada@example.com');
      const query = { client_id: 'other' };
      const headers = { 'x-client-id': 'other' };
      const resend = (more: object = {}) =>
        browser.ssojet('POST', '/email-otp/resend', { body, ...more });
      const verify = (more: object = {}) =>
        browser.ssojet('POST', '/email-otp/verify', { body: { ...body, otp }, ...more });
      assertError(await resend({ query, headers }), 400, 1009);
      assertError(await verify({ query, headers }), 400, 1009);
      backend.advance(10 * minute);
      assertError(await resend(), 400, 1009);
      assertError(await verify(), 400, 1009);
      assert.equal(backend.codes.get('ada@example.com'), otp);
    });

    it('refuses bad addresses, states and codes', async () => {
      const browser = backend.browser();
      for (const email of [
        '',
        'x',
        'a@b@c.d',
        'a\u0000@x.de',
        'a\u202e@x.de',
        '\ud800@x.de',
        'fido2:a@x.de',
        'a@fido2:x.de',
        `${'a'.repeat(250)}@x.de`,
      ]) {
        assertError(
          await browser.ssojet('POST', '/email-otp/send', { body: { email } }),
          400,
          1008,
        );
      }
      assertError(await browser.ssojet('POST', '/email-otp/send', { body: {} }), 400, 1004);
      for (const state of ['', 'x', '0'.repeat(24)]) {
        assertError(
          await browser.ssojet('POST', '/email-otp/resend', { body: { state } }),
          400,
          1009,
        );
        assertError(
          await browser.ssojet('POST', '/email-otp/verify', { body: { state, otp: '123456' } }),
          400,
          1009,
        );
      }
      const short = { state: '0'.repeat(24), otp: '12345' };
      assertError(await browser.ssojet('POST', '/email-otp/verify', { body: short }), 400, 1004);
    });
  });

  describe('ssojet: pages of other origins', () => {
    it('answers the preflight of an allowed origin, without credentials', async () => {
      const headers = { origin: 'http://localhost', 'access-control-request-method': 'PATCH' };
      const answer = await backend.browser().ssojet('OPTIONS', '/passkey/login', { headers });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get('access-control-allow-origin'), 'http://localhost');
      assert.equal(
        answer.headers.get('access-control-allow-headers'),
        'authorization, content-type, x-client-id',
      );
      assert.equal(answer.headers.get('access-control-allow-methods'), 'GET, POST, PATCH, DELETE');
      assert.equal(answer.headers.get('access-control-allow-credentials'), null);
      assert.equal(answer.headers.get('vary'), 'Origin');
    });

    it('refuses the preflight of any other, and shows it no answer', async () => {
      const headers = { origin: 'https://evil.example' };
      const preflight = await backend.browser().ssojet('OPTIONS', '/passkey/login', { headers });
      assertError(preflight, 403, 1011);
      const answer = await backend.browser().ssojet('GET', '/passkey/login', { headers });
      for (const { headers } of [preflight, answer]) {
        assert.equal(headers.get('access-control-allow-origin'), null);
      }
    });

    it('refuses a GET with a body and an unknown path', async () => {
      const browser = backend.browser();
      const headers = { 'content-length': '2' };
      assertError(await browser.ssojet('GET', '/passkey/login', { headers }), 400, 1004);
      assertError(await browser.ssojet('GET', '/passkey/other'), 404, 1005);
      assertError(await browser.ssojet('GET', '/passkey/credentials/AAAA'), 404, 1005);
    });
  });
});

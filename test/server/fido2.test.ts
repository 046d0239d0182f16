import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppOptions } from '../../demo/server/app.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { onEachDatabase, type Backend, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const second = 1000;
const minute = 60 * second;
const ada = 'ada@example.com';
const accepted = { status: 'ok', errorMessage: '' };
const unknownName = { status: 'failed', errorMessage: 'User does not exist' };

const open = (backend: Backend, fido2: AppOptions['fido2'] = {}) =>
  backend.browser(backend.create({ fido2, triesPerMinute: 1000 }));

function post(browser: Browser, path: string, body: unknown = {}, headers = {}): Promise<Answer> {
  return browser.fetch('POST', `/api/fido2${path}`, body, headers);
}

function assertFailed(answer: Answer, status: number, message?: string | RegExp): void {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type')!, /^application\/json/);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.deepEqual(Object.keys(answer.body), ['status', 'errorMessage']);
  assert.equal(answer.body.status, 'failed');
  assert.match(answer.body.errorMessage, /^[A-Z][\w ,/:.-]+\.?$/, 'a sentence, not a stack');
  if (message instanceof RegExp) assert.match(answer.body.errorMessage, message);
  else if (message) assert.equal(answer.body.errorMessage, message);
}

/** What a request for creation options says at least. */
const newcomer = (username = ada, more: object = {}) => ({
  username,
  displayName: 'Ada',
  ...more,
});

async function answerCreation(
  browser: Browser,
  overrides: Overrides = {},
  request: object = newcomer(),
) {
  const begun = await post(browser, '/attestation/options', request);
  assert.equal(begun.status, 200, begun.text);
  // As another device would: this authenticator may hold passkeys of the account already.
  return browser.authenticator.create({ ...begun.body, excludeCredentials: [] }, overrides);
}

async function register(browser: Browser, overrides: Overrides = {}, request?: object) {
  const answer = await answerCreation(browser, overrides, request);
  return post(browser, '/attestation/result', answer);
}

async function answerRequest(browser: Browser, overrides: Overrides = {}, more: object = {}) {
  const begun = await post(browser, '/assertion/options', { username: ada, ...more });
  assert.equal(begun.status, 200, begun.text);
  return browser.authenticator.get(begun.body, overrides);
}

async function signIn(browser: Browser, overrides: Overrides = {}, more: object = {}) {
  return post(browser, '/assertion/result', await answerRequest(browser, overrides, more));
}

async function registered(backend: Backend, fido2?: AppOptions['fido2']): Promise<Browser> {
  const browser = open(backend, fido2);
  const answer = await register(browser);
  assert.deepEqual([answer.status, answer.body], [200, accepted], answer.text);
  return browser;
}

/** Answers that no honest browser on this site would give to either ceremony. */
const dishonest: Record<string, Overrides> = {
  'another origin': { origin: 'http://localhost:8080' },
  'another challenge': { challenge: 'AAAA' },
  'another type of client data': { type: 'webauthn.other' },
  "another site's RP id": { rpId: 'example.com' },
  'no user presence': { userPresent: false },
  'an id that is not the signed one': { id: 'AAAA' },
  'a raw id that is not the id': { rawId: 'AAAA' },
};

onEachDatabase((backend) => {
  describe('fido2: requests', () => {
    const paths = [
      '/attestation/options',
      '/attestation/result',
      '/assertion/options',
      '/assertion/result',
    ];

    for (const path of paths) {
      it(`${path} takes POST only`, async () => {
        const browser = open(backend);
        for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
          const body = method === 'GET' ? undefined : {};
          assertFailed(await browser.fetch(method, `/api/fido2${path}`, body), 405);
        }
      });

      it(`${path} takes JSON only, from an allowed page, and nothing in the query`, async () => {
        const browser = open(backend);
        for (const type of ['text/plain', 'application/jsonp', 'multipart/form-data', undefined]) {
          assertFailed(await post(browser, path, '{}', { 'content-type': type }), 415);
        }
        assertFailed(await post(browser, path, {}, { origin: 'https://evil.example' }), 403);
        assertFailed(await post(browser, path, {}, { origin: undefined }), 403);
        assertFailed(await post(browser, `${path}?x=1`, {}), 400, /query/);
      });
    }

    it('answers the same way at other addresses', async () => {
      assertFailed(await post(open(backend), '/attestation'), 404);
      assertFailed(await post(open(backend), '/credentials'), 404);
    });

    it('counts tries, and says when the next one is possible', async () => {
      const browser = backend.browser(backend.create({ triesPerMinute: 1 }));
      await post(browser, '/attestation/options', newcomer());
      const refused = await post(browser, '/attestation/options', newcomer());
      assertFailed(refused, 429);
      assert.match(refused.headers.get('retry-after')!, /^[1-9]\d*$/);
    });

    it('lets an allowed page of another origin in, with credentials', async () => {
      const origin = 'https://app.example.com';
      const browser = backend.browser(backend.create({ origins: ['http://localhost', origin] }));
      const answers = [
        await browser.fetch('OPTIONS', '/api/fido2/attestation/options', undefined, { origin }),
        await post(browser, '/attestation/options', newcomer(), { origin }),
      ];
      for (const { headers } of answers) {
        assert.equal(headers.get('access-control-allow-origin'), origin);
        assert.equal(headers.get('access-control-allow-credentials'), 'true');
      }
    });

    it('counts what finishes, too, and leaves the ceremony to whoever comes back later', async () => {
      const browser = await registered(backend);
      const strict = backend.create({ triesPerMinute: 0 });
      const shown = await answerRequest(browser);
      assertFailed(await post(browser.at(strict), '/assertion/result', shown), 429);
      assert.equal((await post(browser, '/assertion/result', shown)).status, 200);
      const eve = open(backend);
      const added = await answerCreation(eve, {}, newcomer('eve'));
      assertFailed(await post(eve.at(strict), '/attestation/result', added), 429);
      assert.equal((await post(eve, '/attestation/result', added)).status, 200);
    });

    it('hides its cookies from scripts, and guards them by prefix where the site has https', async () => {
      const origin = 'https://example.com';
      const browser = backend.browser(backend.create({ origins: [origin] }));
      const begun = await post(browser, '/attestation/options', newcomer(), { origin });
      const lines = begun.headers.getSetCookie();
      assert.deepEqual(
        lines.map((line) => line.split('=')[0]),
        ['__Host-passkey-browser', '__Host-passkey-ceremony'],
      );
      for (const line of lines) {
        for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
          assert.ok(line.includes(part), line);
      }
    });
  });

  describe('fido2: /attestation/options', () => {
    it('answers as in the profile: envelope and options side by side', async () => {
      const selection = {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
      };
      const request = newcomer(ada, { authenticatorSelection: selection, attestation: 'direct' });
      const answer = await post(open(backend), '/attestation/options', request);
      const { challenge, user, pubKeyCredParams, ...rest } = answer.body;
      assert.equal(Buffer.from(challenge, 'base64url').length, 32);
      assert.match(user.id, /^[\w-]+$/);
      assert.deepEqual([user.name, user.displayName], [ada, 'Ada']);
      assert.ok(pubKeyCredParams.some(({ alg }: { alg: number }) => alg === -7));
      assert.deepEqual(rest, {
        ...accepted,
        rp: { name: 'Passkey demo', id: 'localhost' },
        timeout: 60_000,
        excludeCredentials: [],
        authenticatorSelection: selection,
        attestation: 'direct',
      });
    });

    it('echoes the extensions it was asked for and no others; attestation is none by itself', async () => {
      const browser = open(backend);
      const extensions = { credProps: true, 'example.extension': 'x' };
      const asked = await post(browser, '/attestation/options', newcomer(ada, { extensions }));
      assert.deepEqual(asked.body.extensions, extensions);
      const plain = await post(browser, '/attestation/options', newcomer());
      assert.equal('extensions' in plain.body, false);
      assert.equal(plain.body.attestation, 'none');
      assert.deepEqual(plain.body.authenticatorSelection, { userVerification: 'preferred' });
    });

    const bad: Record<string, unknown> = {
      'no user name': { displayName: 'Ada' },
      'an empty user name': newcomer(''),
      'a blank user name': newcomer(' '),
      'a number as user name': { username: 7, displayName: 'Ada' },
      'a user name that is too long': newcomer('x'.repeat(65)),
      'a user name with control characters': newcomer('ada\u202e'),
      'no display name': { username: ada },
      'an empty display name': { username: ada, displayName: '' },
      'an unknown attestation': newcomer(ada, { attestation: 'maybe' }),
      'a selection that is text': newcomer(ada, { authenticatorSelection: 'x' }),
      'an unknown attachment': newcomer(ada, {
        authenticatorSelection: { authenticatorAttachment: 'x' },
      }),
      'a resident key that is a boolean': newcomer(ada, {
        authenticatorSelection: { residentKey: true },
      }),
      'a resident key demanded by text': newcomer(ada, {
        authenticatorSelection: { requireResidentKey: 'true' },
      }),
      'an unknown user verification': newcomer(ada, {
        authenticatorSelection: { userVerification: 'x' },
      }),
      'extensions that are a list': newcomer(ada, { extensions: [] }),
      'an unknown member': newcomer(ada, { mediation: 'conditional' }),
      'a list': [],
      'no JSON': '{',
    };
    for (const [title, body] of Object.entries(bad)) {
      it(`refuses ${title}`, async () => {
        assertFailed(await post(open(backend), '/attestation/options', body), 400);
        assert.equal(await backend.count('challenges'), 0);
      });
    }
  });

  describe('fido2: /attestation/result', () => {
    it('stores a passkey and signs nobody in', async () => {
      const browser = await registered(backend);
      assert.equal(await backend.count('passkeys'), 1);
      assert.equal(await backend.count('sessions'), 0);
      assert.equal(browser.cookies.has('passkey-session'), false);
      assert.equal(browser.cookies.has('passkey-ceremony'), false);
    });

    for (const [title, change] of Object.entries<(answer: Answer['body']) => object>({
      'as a browser of today sends it': (answer) => answer,
      'as in the profile’s example': ({ id, type, response, clientExtensionResults }) => ({
        id,
        type,
        response,
        getClientExtensionResults: clientExtensionResults,
      }),
      'with the results under all names': (answer) => ({
        ...answer,
        getClientExtensionResults: {},
        extensions: {},
      }),
    })) {
      it(`takes an answer ${title}`, async () => {
        const browser = open(backend);
        const answer = change(await answerCreation(browser));
        assert.deepEqual((await post(browser, '/attestation/result', answer)).body, accepted);
      });
    }

    for (const [title, change] of Object.entries<object>({
      'no id': { id: undefined },
      'no type': { type: undefined },
      'no response': { response: undefined },
      'another type': { type: 'password' },
      'padded base64': { id: 'AAAA==' },
      'plain base64': { id: 'AA+/' },
      'a raw id that is no text': { rawId: 7 },
      'extension results that are text': { clientExtensionResults: 'x' },
      'extension results that are a list': { getClientExtensionResults: [] },
      'client data that is no base64url': { response: { clientDataJSON: '{}' } },
    })) {
      it(`refuses ${title}, and the challenge is gone`, async () => {
        const browser = open(backend);
        const answer = await answerCreation(browser);
        const bad = { ...answer, ...change };
        assertFailed(await post(browser, '/attestation/result', bad), 400);
        assertFailed(await post(browser, '/attestation/result', answer), 400);
        assert.equal(await backend.count('challenges'), 0);
        assert.equal(await backend.count('passkeys'), 0);
      });
    }

    for (const [title, overrides] of Object.entries({
      ...dishonest,
      'a sign-in': { type: 'webauthn.get' },
      'no attestation object': { attestationObject: new Uint8Array([1]) },
      'attestation where none was asked for': { format: 'packed' },
    } as Record<string, Overrides>)) {
      it(`refuses ${title}`, async () => {
        const browser = open(backend);
        assertFailed(await register(browser, overrides), 400, /verified/);
        assert.equal(await backend.count('passkeys'), 0);
      });
    }

    it('takes self attestation where any was asked for, if it holds', async () => {
      const browser = open(backend);
      const request = newcomer(ada, { attestation: 'direct' });
      const bad = { format: 'packed', badSignature: true };
      assertFailed(await register(browser, bad, request), 400);
      const good = await register(browser, { format: 'packed' }, request);
      assert.deepEqual(good.body, accepted);
    });

    it('refuses a person who was not verified, where that was required', async () => {
      const browser = open(backend);
      const required = { authenticatorSelection: { userVerification: 'required' } };
      const unverified = { userVerified: false };
      assertFailed(await register(browser, unverified, newcomer(ada, required)), 400);
      assert.deepEqual((await register(browser, unverified)).body, accepted);
    });

    it('refuses a replay, even with the old cookie', async () => {
      const browser = open(backend);
      const answer = await answerCreation(browser);
      const cookies = new Map(browser.cookies);
      assert.deepEqual((await post(browser, '/attestation/result', answer)).body, accepted);
      assertFailed(await post(browser, '/attestation/result', answer), 400);
      browser.cookies = cookies;
      assertFailed(await post(browser, '/attestation/result', answer), 400);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('refuses a forged cookie, one of another browser, and none', async () => {
      const browser = open(backend);
      for (const spoil of [
        (value: string) => value.replace(/^./, (first) => (first === 'e' ? 'f' : 'e')),
        (value: string) => value.split('.')[0]!,
        () => '',
      ]) {
        const answer = await answerCreation(browser);
        const value = browser.cookies.get('passkey-ceremony')!;
        browser.cookies.set('passkey-ceremony', spoil(value));
        assertFailed(await post(browser, '/attestation/result', answer), 400);
      }
      const answer = await answerCreation(browser);
      const thief = open(backend);
      assertFailed(await post(thief, '/attestation/result', answer), 400);
      thief.cookies.set('passkey-ceremony', browser.cookies.get('passkey-ceremony')!);
      assertFailed(await post(thief, '/attestation/result', answer), 400);
      assert.deepEqual((await post(browser, '/attestation/result', answer)).body, accepted);
    });

    it('is too late after a minute and a little', async () => {
      const browser = open(backend);
      const late = await answerCreation(browser);
      backend.advance(minute + 31 * second);
      assertFailed(await post(browser, '/attestation/result', late), 400);
      const inTime = await answerCreation(browser);
      backend.advance(minute + 15 * second);
      assert.deepEqual((await post(browser, '/attestation/result', inTime)).body, accepted);
    });

    it('knows the ceremony begun last and no other', async () => {
      const browser = open(backend);
      const first = await answerCreation(browser);
      const second = await answerCreation(browser);
      assertFailed(await post(browser, '/attestation/result', first), 400);
      assertFailed(await post(browser, '/attestation/result', second), 400);
      const third = await answerCreation(browser);
      assertFailed(await post(browser, '/assertion/result', third), 400);
      assertFailed(await post(browser, '/attestation/result', third), 400);
    });
  });

  describe('fido2: whose account it is', () => {
    it('a stranger cannot add a passkey to it', async () => {
      await registered(backend);
      const stranger = open(backend);
      for (const name of [ada, ' ADA@example.com ']) {
        const refused = await post(stranger, '/attestation/options', newcomer(name));
        assertFailed(refused, 401, /^Sign in/);
      }
    });

    it('nor can somebody who is signed in to another one', async () => {
      await registered(backend);
      const bob = open(backend);
      await register(bob, {}, newcomer('bob'));
      await post(bob, '/assertion/result', await answerRequest(bob, {}, { username: 'bob' }));
      assert.ok(bob.cookies.has('passkey-session'));
      assertFailed(await post(bob, '/attestation/options', newcomer()), 401);
    });

    it('its owner can, right after signing in, and the passkeys there are excluded', async () => {
      const browser = await registered(backend);
      await signIn(browser);
      const begun = await post(browser, '/attestation/options', newcomer());
      const [passkey] = browser.authenticator.passkeys;
      assert.deepEqual(begun.body.excludeCredentials, [
        { type: 'public-key', id: passkey!.id, transports: ['internal'] },
      ]);
      assert.deepEqual((await register(browser)).body, accepted);
      assert.equal(await backend.count('passkeys'), 2);
      backend.advance(5 * minute + second);
      assertFailed(await post(browser, '/attestation/options', newcomer()), 403);
    });

    it('who signs out in between does not finish', async () => {
      const browser = await registered(backend);
      await signIn(browser);
      const answer = await answerCreation(browser);
      browser.cookies.delete('passkey-session');
      assertFailed(await post(browser, '/attestation/result', answer), 401);
    });

    it('of eight who want the same new name, one gets it', async () => {
      const finishing = [];
      for (let index = 0; index < 8; index++) {
        const browser = open(backend);
        finishing.push({ browser, answer: await answerCreation(browser) });
      }
      const results = await Promise.all(
        finishing.map(({ browser, answer }) => post(browser, '/attestation/result', answer)),
      );
      assert.deepEqual(results.map(({ status }) => status).sort(), [200, ...Array(7).fill(409)]);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('is none of an address that somebody proved in another dialect', async () => {
      const owner = await backend.signedIn(ada);
      await owner.register();
      const stranger = open(backend);
      assertFailed(await post(stranger, '/assertion/options', { username: ada }), 400);
      assert.deepEqual((await register(stranger)).body, accepted);
      assert.deepEqual((await signIn(stranger)).body, accepted);
      assert.equal((await stranger.rest('GET', '/session')).status, 401);
      assert.equal((await owner.rest('GET', '/passkeys')).body.passkeys.length, 1);
      const foreign = await answerRequest(stranger, {}, {});
      const theirs = { ...foreign, id: owner.authenticator.passkeys[0]!.id };
      assertFailed(await post(stranger, '/assertion/result', theirs), 400);
    });
  });

  describe('fido2: /assertion/options', () => {
    it('answers as in the profile', async () => {
      const browser = await registered(backend);
      const answer = await post(browser, '/assertion/options', { username: ada });
      const { challenge, ...rest } = answer.body;
      assert.equal(Buffer.from(challenge, 'base64url').length, 32);
      assert.deepEqual(rest, {
        ...accepted,
        timeout: 60_000,
        rpId: 'localhost',
        allowCredentials: [{ type: 'public-key', id: browser.authenticator.passkeys[0]!.id }],
        userVerification: 'preferred',
      });
      const extensions = { uvm: true };
      const more = { username: ada, userVerification: 'required', extensions };
      const echo = await post(browser, '/assertion/options', more);
      assert.equal(echo.body.userVerification, 'required');
      assert.deepEqual(echo.body.extensions, extensions);
    });

    it('finds a name in either case, composed or not', async () => {
      const browser = open(backend);
      await register(browser, {}, newcomer('J\u030can')); // there is a small letter with it, and no capital
      const answer = await post(browser, '/assertion/options', { username: ' \u01f0AN' });
      assert.equal(answer.status, 200, answer.text);
    });

    it('says who has no account, as the profile does, begun sign-ups included', async () => {
      const browser = open(backend);
      const ask = () => post(browser, '/assertion/options', { username: ada });
      assertFailed(await ask(), 400, 'User does not exist');
      await answerCreation(browser);
      assertFailed(await ask(), 400, 'User does not exist');
    });

    for (const [title, body] of Object.entries<unknown>({
      'no user name': {},
      'an empty user name': { username: '' },
      'a user name that is no text': { username: null },
      'an unknown user verification': { username: ada, userVerification: 'maybe' },
      'an unknown member': { username: ada, mediation: 'conditional' },
    })) {
      it(`refuses ${title}`, async () => {
        const browser = await registered(backend);
        assertFailed(await post(browser, '/assertion/options', body), 400);
      });
    }
  });

  describe('fido2: /assertion/result', () => {
    it('answers with the envelope, and a session cookie', async () => {
      const browser = await registered(backend);
      const answer = await signIn(browser);
      assert.deepEqual([answer.status, answer.body], [200, accepted]);
      assert.match(
        answer.headers.getSetCookie().join('\n'),
        /^passkey-session=[\w-]{43};.*HttpOnly; SameSite=Lax$/m,
      );
      assert.equal(await backend.count('sessions'), 1);
    });

    it('puts a new session in the place of the old one', async () => {
      const browser = await registered(backend);
      await signIn(browser);
      const before = browser.cookies.get('passkey-session');
      await signIn(browser);
      assert.notEqual(browser.cookies.get('passkey-session'), before);
      assert.equal(await backend.count('sessions'), 1);
    });

    for (const [title, overrides] of Object.entries<Overrides>({
      'no user handle': { userHandle: null },
      'an empty user handle': { userHandle: '' },
      'a person who was not verified, where that is preferred': { userVerified: false },
    })) {
      it(`takes ${title}`, async () => {
        const browser = await registered(backend);
        assert.deepEqual((await signIn(browser, overrides)).body, accepted);
      });
    }

    it('takes an answer as in the profile’s example: without raw id', async () => {
      const browser = await registered(backend);
      const { id, type, response } = await answerRequest(browser);
      const answer = { id, type, response, getClientExtensionResults: {} };
      assert.deepEqual((await post(browser, '/assertion/result', answer)).body, accepted);
    });

    for (const [title, overrides] of Object.entries({
      ...dishonest,
      'a bad signature': { badSignature: true },
      'a registration': { type: 'webauthn.create' },
      'a foreign user handle': { userHandle: 'AAAA' },
      'a counter that does not go up': { counter: 0 },
    } as Record<string, Overrides>)) {
      it(`refuses ${title}: no session, and the challenge is gone`, async () => {
        const browser = await registered(backend);
        assert.deepEqual((await signIn(browser)).body, accepted); // the counter is 1 now
        const sessions = await backend.count('sessions');
        assertFailed(await signIn(browser, overrides), 400, /verified|not registered/);
        assert.equal(await backend.count('sessions'), sessions);
        assert.equal(await backend.count('challenges'), 0);
        assert.deepEqual((await signIn(browser)).body, accepted);
      });
    }

    it('refuses a person who was not verified, where that was required', async () => {
      const browser = await registered(backend);
      const required = { userVerification: 'required' };
      assertFailed(await signIn(browser, { userVerified: false }, required), 400);
      assert.deepEqual((await signIn(browser, {}, required)).body, accepted);
    });

    it('refuses a replay, a late answer, another session, and none', async () => {
      const browser = await registered(backend);
      const answer = await answerRequest(browser);
      const cookies = new Map(browser.cookies);
      assertFailed(await post(open(backend), '/assertion/result', answer), 400);
      assert.deepEqual((await post(browser, '/assertion/result', answer)).body, accepted);
      browser.cookies = cookies;
      assertFailed(await post(browser, '/assertion/result', answer), 400);
      const late = await answerRequest(browser);
      backend.advance(minute + 31 * second);
      assertFailed(await post(browser, '/assertion/result', late), 400);
    });

    it("refuses another person's passkey, although the signature is good", async () => {
      const eve = open(backend);
      await registered(backend);
      await register(eve, {}, newcomer('eve'));
      const [passkey] = eve.authenticator.passkeys;
      const begun = await post(eve, '/assertion/options', { username: ada });
      const answer = await eve.authenticator.get(begun.body, {}, passkey);
      assertFailed(await post(eve, '/assertion/result', answer), 400, /verified/);
      assert.equal(await backend.count('sessions'), 0);
    });
  });

  describe('fido2: servers that are not quite as the profile says', () => {
    it('nested: the options are where LINE has them, with "" for what is absent', async () => {
      const browser = open(backend, { nested: true });
      const request = { ...newcomer(), mediation: 'optional', credProtect: {}, prf: {} };
      const creation = (await post(browser, '/attestation/options', request)).body;
      assert.deepEqual(Object.keys(creation), [
        'status',
        'errorMessage',
        'sessionId',
        'credentialCreationOptions',
      ]);
      const { publicKey, mediation } = creation.credentialCreationOptions;
      assert.deepEqual([mediation, publicKey.extensions], ['', '']);
      const answer = await browser.authenticator.create(publicKey);
      assert.deepEqual((await post(browser, '/attestation/result', answer)).body, accepted);
      const begun = (await post(browser, '/assertion/options', { username: ada })).body;
      const found = await browser.authenticator.get(begun.credentialRequestOptions.publicKey);
      assert.deepEqual((await post(browser, '/assertion/result', found)).body, accepted);
    });

    it('nested: extensions too deep to be answered with are refused', async () => {
      const browser = open(backend, { nested: true });
      const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
      const begin = (levels: number) => {
        const extensions = { odd: JSON.parse(deep(levels)) as unknown };
        return post(browser, '/attestation/options', { ...newcomer(), extensions });
      };
      assert.equal((await begin(60)).status, 200);
      // At some depth, another one on each machine, what could be read could not be written.
      for (const levels of [100, 1000, 2000]) assertFailed(await begin(levels), 400, /not JSON/);
    });

    const nobody = { username: 'nobody' };
    it('failWith200: the body alone tells of the refusal', async () => {
      const answer = await post(open(backend, { failWith200: true }), '/assertion/options', nobody);
      assert.deepEqual([answer.status, answer.body], [200, unknownName]);
    });

    it('omitStatusOnError: a message only', async () => {
      const browser = open(backend, { omitStatusOnError: true });
      const answer = await post(browser, '/assertion/options', nobody);
      assert.deepEqual(
        [answer.status, answer.body],
        [400, { errorMessage: unknownName.errorMessage }],
      );
    });

    it('bareStringError: a JSON text only', async () => {
      const browser = open(backend, { bareStringError: true });
      const answer = await post(browser, '/assertion/options', nobody);
      assert.deepEqual([answer.status, answer.body], [400, unknownName.errorMessage]);
    });

    it('omitRpId: no relying party id in either options', async () => {
      const browser = open(backend, { omitRpId: true });
      const { rp } = (await post(browser, '/attestation/options', newcomer())).body;
      assert.deepEqual(rp, { name: 'Passkey demo' });
      await register(browser);
      const begun = await post(browser, '/assertion/options', { username: ada });
      assert.equal('rpId' in begun.body, false);
    });

    it('plain: the paths and answers of SimpleWebAuthn’s example', async () => {
      const browser = open(backend, { plain: true });
      const get = async (path: string) => (await browser.fetch('GET', `/api/fido2${path}`)).body;
      const creation = await get('/generate-registration-options');
      assert.equal('status' in creation, false);
      assert.equal(creation.authenticatorSelection.residentKey, 'discouraged');
      const created = await browser.authenticator.create(creation);
      const registered = await post(browser, '/verify-registration', created);
      assert.deepEqual(registered.body, { verified: true });
      const begun = await get('/generate-authentication-options');
      const bad = await browser.authenticator.get(begun, { badSignature: true });
      const refused = await post(browser, '/verify-authentication', bad);
      assert.deepEqual([refused.status, Object.keys(refused.body)], [400, ['error']]);
      const good = await browser.authenticator.get(await get('/generate-authentication-options'));
      const signedIn = await post(browser, '/verify-authentication', good);
      assert.deepEqual(signedIn.body, { verified: true });
      assert.equal((await post(browser, '/attestation/options', newcomer())).status, 404);
    });
  });
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Hono } from 'hono';
import { emptyDatabase, type Database } from '../../demo/server/database.ts';
import { readSigningKey, signToken, verifyToken } from '../../demo/server/jwt.ts';
import { createHanko } from '../support/emulators/hanko.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { onEachDatabase, type App, type Backend, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';
import { memoryDatabase } from '../support/memory-database.ts';

const minute = 60_000;
const apiKey = 'key-canary';
const tenantId = '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11';
const ada = 'ada@example.com';
const bob = 'bob@example.com';

/** One proxy: where it is, how its bodies look, and the server behind it. */
interface Setup {
  readonly name: string;
  readonly base: string;
  readonly list: string;
  readonly signIn: readonly [begin: string, finish: string];
  readonly registration: readonly [begin: string, finish: string];
  readonly optionsIn: (body: Json) => Json;
  readonly proofOf: (begun: Json, answer: object) => object;
  readonly records: (body: Json) => Json[];
  /** Where a page that did the ceremony without the proxy hands over what it got. */
  readonly handOver: string;
  /** What else such a page asks of the site's server, with a body. */
  readonly asides: readonly (readonly [path: string, body: object])[];
  /** And what of that adds a passkey to the account of the person who asks. */
  readonly additions: readonly (readonly [path: string, body: object])[];
  createApp(backend: Backend, options?: { key?: string; triesPerMinute?: number }): App;
  /** Speaks to the server behind it, as a page does that goes there directly. */
  createVendor(backend: Backend): App;
  codeIn(body: Json): object;
  readonly vendorBase: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of servers, looked at by tests
type Json = any;

let hankoDatabase: Database;

const tenancies = [{ id: 'tenancy', apiKey }];

function passlockSetup(apiVersion: 'v1' | 'v2'): Setup {
  return {
    name: `passlock ${apiVersion}`,
    base: '/api/site/passlock',
    list: '/passkeys',
    signIn: ['/passkey/authentication/options', '/passkey/authentication/verification'],
    registration: ['/passkey/registration/options', '/passkey/registration/verification'],
    optionsIn: ({ optionsJSON }) => optionsJSON,
    proofOf: ({ sessionToken }, response) => ({ response, sessionToken }),
    records: ({ records }) => records,
    handOver: '/login',
    asides: [['/passkey/authentication/authorize', {}]],
    additions: [
      ['/passkey/registration/authorize', {}],
      ['/passkeys', { code: 'x' }],
    ],
    createVendor: (backend) => backend.create({ passlock: { tenancies }, triesPerMinute: 1000 }),
    createApp(backend, { key = apiKey, triesPerMinute } = {}) {
      const vendor = this.createVendor(backend);
      return backend.create({
        triesPerMinute,
        proxies: {
          passlock: {
            tenancyId: 'tenancy',
            apiKey: key,
            apiVersion,
            endpoint: 'https://vendor.example/api/passlock',
            fetch: (request) => vendor.fetch(request),
          },
        },
      });
    },
    codeIn: ({ code }) => ({ code }),
    vendorBase: `/api/passlock${apiVersion === 'v2' ? '/v2' : ''}/tenancy`,
  };
}

const hankoSetup: Setup = {
  name: 'hanko',
  base: '/api/site/hanko',
  list: '/credentials',
  signIn: ['/login/initialize', '/login/finalize'],
  registration: ['/registration/initialize', '/registration/finalize'],
  optionsIn: ({ publicKey }) => publicKey,
  proofOf: (_, answer) => answer,
  records: (body) => body,
  handOver: '/session',
  asides: [],
  additions: [],
  createVendor: (backend) =>
    createHanko({
      database: hankoDatabase,
      tenantId,
      apiKey,
      origins: ['http://localhost'],
      now: backend.now,
    }),
  createApp(backend, { key = apiKey, triesPerMinute } = {}) {
    const vendor = this.createVendor(backend);
    return backend.create({
      triesPerMinute,
      proxies: {
        hanko: {
          tenantId,
          apiKey: key,
          endpoint: 'https://vendor.example',
          fetch: (request) => vendor.fetch(request),
        },
      },
    });
  },
  codeIn: ({ token }) => ({ token }),
  vendorBase: `/${tenantId}`,
};

function forProxy(setup: Setup, backend: Backend): void {
  const { base, list, optionsIn, proofOf } = setup;
  let app: App;
  before(() => {
    app = setup.createApp(backend);
  });

  async function ask(browser: Browser, method: string, path: string, body?: unknown) {
    const answer = await browser.fetch(method, base + path, body);
    assert.doesNotMatch(answer.text, /canary/, 'no secret leaves the server');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return answer;
  }

  async function register(browser: Browser, overrides: Overrides = {}): Promise<Answer> {
    const [begin, finish] = setup.registration;
    const begun = await ask(browser, 'POST', begin, {});
    assert.equal(begun.status, 200, begun.text);
    const options = { ...optionsIn(begun.body), excludeCredentials: [] };
    const answer = await browser.authenticator.create(options, overrides);
    return ask(browser, 'POST', finish, proofOf(begun.body, answer));
  }

  async function answerSignIn(browser: Browser, overrides: Overrides = {}): Promise<object> {
    const begun = await ask(browser, 'POST', setup.signIn[0], {});
    assert.equal(begun.status, 200, begun.text);
    const answer = await browser.authenticator.get(optionsIn(begun.body), overrides);
    return proofOf(begun.body, answer);
  }

  const signIn = async (browser: Browser, proof: object) =>
    ask(browser, 'POST', setup.signIn[1], proof);

  const listOf = async (browser: Browser): Promise<Json[]> =>
    setup.records((await ask(browser, 'GET', list)).body);

  async function person(identifier: string) {
    const browser = await backend.signedIn(identifier, app);
    const registered = await register(browser);
    assert.equal(registered.status, 200, registered.text);
    return { browser, id: registered.body.id as string };
  }

  const whoAmI = async (browser: Browser) =>
    (await browser.rest('GET', '/session')).body.user?.identifier;

  const refused = (answer: Answer, status: number, word: RegExp) => {
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.text, word);
  };

  it('a passkey signs in to the account it was made for, under a new session', async () => {
    const { browser } = await person(ada);
    const before = browser.cookies.get('passkey-session');
    browser.cookies.delete('passkey-session');
    const answer = await signIn(browser, await answerSignIn(browser));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(typeof answer.body.user.id, 'string');
    assert.ok(!('code' in answer.body) && !('token' in answer.body));
    assert.notEqual(browser.cookies.get('passkey-session'), before);
    assert.equal(await whoAmI(browser), ada);
  });

  it('a sign-in ends the session that was there', async () => {
    const { browser } = await person(ada);
    const old = backend.browser(app);
    old.cookies = new Map(browser.cookies);
    assert.equal(await whoAmI(old), ada);
    assert.equal((await signIn(browser, await answerSignIn(browser))).status, 200);
    assert.equal(await whoAmI(browser), ada);
    assert.equal(await whoAmI(old), undefined);
  });

  it('everybody sees, renames and removes their own passkeys', async () => {
    const { browser, id } = await person(ada);
    const other = await person(bob);
    assert.deepEqual(
      (await listOf(browser)).map((record) => record.id),
      [id],
    );
    const path = `${list}/${id}`;
    assert.equal((await ask(browser, 'GET', path)).body.id, id);
    const renamed = await ask(browser, 'PATCH', path, { name: '  Pho\u006e\u0303e ' });
    assert.ok(renamed.status === 202 || renamed.status === 204, renamed.text);
    assert.equal((await listOf(browser))[0].name, 'Pho\u00f1e');
    assert.equal((await ask(browser, 'GET', path)).body.name, 'Pho\u00f1e');
    const removed = await ask(browser, 'DELETE', path);
    assert.ok(removed.status === 202 || removed.status === 204, removed.text);
    assert.deepEqual(await listOf(browser), []);
    const gone = await signIn(browser, await answerSignIn(browser));
    assert.ok(gone.status === 400 || gone.status === 401, gone.text);
    assert.equal((await listOf(other.browser)).length, 1);
  });

  it('of the passkeys of one person, one is renamed and removed, and the rest keep their order', async () => {
    const { browser, id } = await person(ada);
    const others: string[] = [];
    for (let count = 0; count < 4; count++) {
      backend.advance(1000);
      others.push((await register(browser)).body.id);
    }
    await ask(browser, 'PATCH', `${list}/${id}`, { name: 'Phone' });
    assert.notEqual((await ask(browser, 'GET', `${list}/${others[0]}`)).body.name, 'Phone');
    await ask(browser, 'DELETE', `${list}/${id}`);
    assert.deepEqual(
      (await listOf(browser)).map((record) => record.id),
      others,
    );
  });

  it('somebody else’s passkey is as unknown as one that is not there', async () => {
    const { id } = await person(ada);
    const { browser } = await person(bob);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'Mine now' } : undefined;
      const foreign = await ask(browser, method, `${list}/${id}`, body);
      for (const nothing of ['nothing', '%00']) {
        const unknown = await ask(browser, method, `${list}/${nothing}`, body);
        assert.deepEqual([foreign.status, unknown.status], [404, 404]);
        assert.deepEqual(foreign.body, unknown.body);
      }
    }
    const { browser: again } = { browser: await backend.signedIn(ada, app) };
    const [record] = await listOf(again);
    assert.equal(record.id, id);
    assert.notEqual(record.name, 'Mine now');
  });

  it('who is not signed in manages nothing and creates nothing', async () => {
    const { id } = await person(ada);
    const stranger = backend.browser(app);
    const proof = proofOf({ sessionToken: 'x' }, await sampleAttestation(stranger));
    for (const [method, path, body] of [
      ['GET', list, undefined],
      ['GET', `${list}/${id}`, undefined],
      ['PATCH', `${list}/${id}`, { name: 'x' }],
      ['DELETE', `${list}/${id}`, undefined],
      ['POST', setup.registration[0], {}],
      ['POST', setup.registration[1], proof],
      ...setup.additions.map(([path, body]) => ['POST', path, body] as const),
    ] as const) {
      refused(await ask(stranger, method, path, body), 401, /Unauthorized|not signed in/);
    }
  });

  it('creating and removing want a fresh sign-in, reading and renaming do not', async () => {
    const { browser, id } = await person(ada);
    backend.advance(6 * minute);
    const word = /ReauthenticationRequired|sign in again/;
    for (const [path, body] of [[setup.registration[0], {}] as const, ...setup.additions])
      refused(await ask(browser, 'POST', path, body), 403, word);
    refused(await ask(browser, 'DELETE', `${list}/${id}`), 403, word);
    assert.equal((await listOf(browser)).length, 1);
    assert.ok((await ask(browser, 'PATCH', `${list}/${id}`, { name: 'x' })).status < 300);
  });

  it('a proof is good once and five minutes', async () => {
    const { browser } = await person(ada);
    const proof = await answerSignIn(browser);
    assert.equal((await signIn(browser, proof)).status, 200);
    const again = await signIn(browser, proof);
    assert.ok(again.status === 400 || again.status === 401, again.text);
    const late = await answerSignIn(browser);
    backend.advance(6 * minute);
    const expired = await signIn(browser, late);
    assert.ok(expired.status === 400 || expired.status === 401, expired.text);
  });

  for (const [what, overrides] of [
    ['a bad signature', { badSignature: true }],
    ['another origin', { origin: 'https://evil.example' }],
  ] as const) {
    it(`${what} gives no session`, async () => {
      const { browser } = await person(ada);
      browser.cookies.delete('passkey-session');
      const answer = await signIn(browser, await answerSignIn(browser, overrides));
      assert.ok(answer.status === 400 || answer.status === 401, answer.text);
      assert.equal(await whoAmI(browser), undefined);
    });
  }

  it('nobody gets the passkey that somebody else began to make', async () => {
    const browser = await backend.signedIn(ada, app);
    const begun = await ask(browser, 'POST', setup.registration[0], {});
    const answer = await browser.authenticator.create(optionsIn(begun.body));
    const thief = await backend.signedIn(bob, app);
    const stolen = await ask(thief, 'POST', setup.registration[1], proofOf(begun.body, answer));
    assert.ok(stolen.status >= 400, stolen.text);
    assert.deepEqual(await listOf(thief), []);
  });

  it('pages of other origins get nothing', async () => {
    const { browser } = await person(ada);
    const proof = await answerSignIn(browser);
    const foreign = { origin: 'https://evil.example' };
    const answer = await browser.fetch('POST', base + setup.signIn[1], proof, foreign);
    assert.equal(answer.status, 403, answer.text);
    const none = { origin: undefined };
    const silent = await browser.fetch('POST', base + setup.signIn[1], proof, none);
    assert.equal(silent.status, 403, silent.text);
  });

  it('a wrong key is the site’s fault, not the person’s, and stays secret', async () => {
    const wrong = setup.createApp(backend, { key: 'other-canary' });
    const { browser, id } = await person(ada);
    for (const path of [list, `${list}/nothing`]) {
      const answer = await ask(browser.at(wrong), 'GET', path);
      assert.ok(answer.status === 503 || path !== list || answer.text.includes('[]'), answer.text);
    }
    const begun = await ask(browser.at(wrong), 'GET', list);
    assert.equal(begun.status, 503, begun.text);
    assert.equal((await ask(browser.at(wrong), 'DELETE', `${list}/${id}`)).status, 503);
    assert.equal((await listOf(browser)).length, 1);
    for (const entry of backend.log) assert.doesNotMatch(JSON.stringify(entry), /canary/);
  });

  it('what is no request is refused before anybody is asked', async () => {
    const { browser, id } = await person(ada);
    for (const [method, path, body] of [
      ['POST', setup.signIn[1], {}],
      ['POST', setup.registration[1], {}],
      ['PATCH', `${list}/${id}`, { name: '\u202e' }],
      ['PATCH', `${list}/${id}`, {}],
      ['POST', setup.handOver, {}],
    ] as const) {
      assert.equal((await ask(browser, method, path, body)).status, 400);
    }
    assert.equal((await ask(browser, 'GET', '/nothing')).status, 404);
  });

  it('who tries too often is refused before the service is asked, and nobody else is', async () => {
    const silent: Setup = { ...setup, createVendor: () => new Hono() };
    const patient = silent.createApp(backend, { triesPerMinute: 2 });
    const browser = await backend.signedIn(ada, patient); // by two tries
    const attestation = await sampleAttestation(browser);
    for (const [path, body] of [
      [setup.signIn[0], {}],
      [setup.signIn[1], proofOf({ sessionToken: 'x' }, sampleAssertion)],
      [setup.registration[0], {}],
      [setup.registration[1], proofOf({ sessionToken: 'x' }, attestation)],
      [setup.handOver, setup.codeIn({ code: 'x', token: 'x' })],
      ...setup.asides,
      ...setup.additions,
    ] as const) {
      const answer = await ask(browser, 'POST', path, body);
      assert.equal(answer.status, 429, `${path}: ${answer.text}`);
      assert.match(answer.headers.get('retry-after')!, /^\d+$/);
    }
    browser.address = '192.0.2.1';
    assert.equal((await ask(browser, 'POST', setup.signIn[0], {})).status, 429);
    const other = backend.browser(patient);
    const asked = await ask(other, 'POST', setup.signIn[0], {});
    assert.equal(asked.status, 503, 'a service that is not there was asked');
  });

  it('a proof that the page got itself signs in, once', async () => {
    const { browser } = await person(ada);
    browser.cookies.delete('passkey-session');
    const proof = await proofFromVendor(browser);
    const answer = await ask(browser, 'POST', setup.handOver, proof);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(await whoAmI(browser), ada);
    const again = await ask(browser, 'POST', setup.handOver, proof);
    assert.ok(again.status >= 400, again.text);
  });

  it('and not when it is too old', async () => {
    const { browser } = await person(ada);
    const proof = await proofFromVendor(browser);
    browser.cookies.delete('passkey-session');
    backend.advance(6 * minute);
    const answer = await ask(browser, 'POST', setup.handOver, proof);
    assert.ok(answer.status >= 400, answer.text);
    assert.equal(await whoAmI(browser), undefined);
  });

  /** The ceremony at the vendor’s own address, without the site’s server but for the authorisation. */
  async function proofFromVendor(browser: Browser): Promise<object> {
    const page = browser.at(setup.createVendor(backend));
    const [begin, finish] = setup.signIn;
    let body: object = {};
    if (setup.vendorBase.includes('/v2')) {
      const path = '/passkey/authentication/authorize';
      const { authenticationToken } = (await ask(browser, 'POST', path, {})).body;
      body = { authenticationToken };
    }
    const begun = (await page.fetch('POST', setup.vendorBase + begin, body)).body;
    const answer = await browser.authenticator.get(optionsIn(begun));
    const proof = await page.fetch('POST', setup.vendorBase + finish, proofOf(begun, answer));
    assert.equal(proof.status, 200, proof.text);
    return setup.codeIn(proof.body);
  }
}

/** The shape of a sign-in, made by nobody. */
const sampleAssertion = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' },
};

/** The shape of a registration, made for nobody. */
async function sampleAttestation(browser: Browser): Promise<object> {
  return browser.authenticator.create({
    rp: { name: '', id: 'localhost' },
    user: { id: 'AAAA', name: '', displayName: '' },
    challenge: 'AAAA',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  });
}

onEachDatabase((backend) => {
  before(async () => {
    hankoDatabase = await memoryDatabase();
  });
  beforeEach(() => emptyDatabase(hankoDatabase));
  after(() => hankoDatabase.destroy());

  for (const setup of [passlockSetup('v1'), passlockSetup('v2'), hankoSetup]) {
    describe(`the site’s server before ${setup.name}`, () => forProxy(setup, backend));
  }

  describe('the site’s server before passlock', () => {
    it('a passkey that belongs to no account here signs nobody in', async () => {
      const setup = passlockSetup('v1');
      const app = setup.createApp(backend);
      const page = backend.browser(setup.createVendor(backend));
      const begun = await page.fetch('POST', `${setup.vendorBase}${setup.registration[0]}`, {
        username: ada,
      });
      const answer = await page.authenticator.create(setup.optionsIn(begun.body));
      const made = await page.fetch(
        'POST',
        `${setup.vendorBase}${setup.registration[1]}`,
        setup.proofOf(begun.body, answer),
      );
      const { code } = made.body;
      const refused = await page.at(app).fetch('POST', `${setup.base}/login`, { code });
      assert.equal(refused.status, 403, refused.text);
      assert.equal(page.cookies.has('passkey-session'), false);
    });

    it('a passkey that was begun without it is not added by an old sign-in', async () => {
      const setup = passlockSetup('v1');
      const browser = await backend.signedIn(ada, setup.createApp(backend));
      const page = browser.at(setup.createVendor(backend));
      const [begin, finish] = setup.registration;
      const add = async () => {
        const begun = await page.fetch('POST', setup.vendorBase + begin, { username: ada });
        const answer = await page.authenticator.create(setup.optionsIn(begun.body));
        return browser.fetch('POST', setup.base + finish, setup.proofOf(begun.body, answer));
      };
      backend.advance(9 * minute); // what was begun in time may be finished so late
      assert.equal((await add()).status, 200);
      backend.advance(2 * minute);
      const late = await add();
      assert.equal(late.status, 403, late.text);
      assert.match(late.text, /ReauthenticationRequired/);
      const { body } = await browser.fetch('GET', setup.base + setup.list);
      assert.equal(body.records.length, 1);
    });
  });

  it('no code of a page leads the key to another address', async () => {
    const paths: string[] = [];
    const passlock = {
      tenancyId: 'tenancy',
      apiKey,
      endpoint: 'https://vendor.example',
      fetch: (request: Request) => {
        paths.push(new URL(request.url).pathname);
        return new Response('{}', { status: 404 });
      },
    };
    const browser = backend.browser(backend.create({ proxies: { passlock } }));
    const code = '../passkeys/x?y#z';
    await browser.fetch('POST', '/api/site/passlock/login', { code });
    assert.deepEqual(paths, [`/tenancy/principal/${encodeURIComponent(code)}`]);
  });

  it('a code that no address can hold is refused before anybody is asked', async () => {
    const passlock = {
      tenancyId: 'tenancy',
      apiKey,
      fetch: (): Response => assert.fail('was asked'),
    };
    const app = backend.create({ proxies: { passlock } });
    const browser = await backend.signedIn(ada, app);
    for (const path of ['/login', '/passkeys'])
      for (const code of ['', '.', '..', '\ud800', 'x\udc00']) {
        const answer = await browser.fetch('POST', `/api/site/passlock${path}`, { code });
        assert.equal(answer.status, 400, `${path} ${JSON.stringify(code)}`);
      }
  });

  it('a passkey that is removed while it is renamed is not renamed', async () => {
    const setup = passlockSetup('v1');
    const vendor = setup.createVendor(backend);
    let meanwhile = async (): Promise<void> => {};
    const passlock = {
      tenancyId: 'tenancy',
      apiKey,
      endpoint: 'https://vendor.example/api/passlock',
      fetch: async (request: Request) => {
        const answer = await vendor.fetch(request);
        await meanwhile();
        return answer;
      },
    };
    const app = backend.create({ proxies: { passlock } });
    const browser = await backend.signedIn(ada, app);
    const begun = await browser.fetch('POST', setup.base + setup.registration[0], {});
    const response = await browser.authenticator.create(setup.optionsIn(begun.body));
    const proof = setup.proofOf(begun.body, response);
    const made = await browser.fetch('POST', setup.base + setup.registration[1], proof);
    const path = `${setup.base}${setup.list}/${made.body.id}`;
    meanwhile = async () => {
      meanwhile = async () => {};
      assert.equal((await browser.fetch('DELETE', path)).status, 202);
    };
    assert.equal((await browser.fetch('PATCH', path, { name: 'gone' })).status, 404);
  });

  it('an authorisation that says nothing is a failure of the service (v2)', async () => {
    for (const answer of [() => Response.json(null), () => new Response(null, { status: 204 })]) {
      const passlock = { tenancyId: 'tenancy', apiKey, apiVersion: 'v2', fetch: answer } as const;
      const browser = await backend.signedIn(ada, backend.create({ proxies: { passlock } }));
      for (const ceremony of ['authentication', 'registration']) {
        const path = `/api/site/passlock/passkey/${ceremony}/options`;
        assert.equal((await browser.fetch('POST', path, {})).status, 503);
      }
    }
  });

  for (const apiVersion of ['v1', 'v2'] as const) {
    it(`a passkey that belongs to somebody is not taken again (${apiVersion})`, async () => {
      const setup = passlockSetup(apiVersion);
      const browser = await backend.signedIn(ada, setup.createApp(backend));
      const ask = (path: string, body: object) => browser.fetch('POST', setup.base + path, body);
      const begun = await ask(setup.registration[0], {});
      const made = await browser.authenticator.create(setup.optionsIn(begun.body));
      await ask(setup.registration[1], setup.proofOf(begun.body, made));
      const { body } = await ask(setup.signIn[0], {});
      const shown = await browser.authenticator.get(setup.optionsIn(body));
      const page = browser.at(setup.createVendor(backend));
      const finish = setup.vendorBase + setup.signIn[1];
      const { code } = (await page.fetch('POST', finish, setup.proofOf(body, shown))).body;
      assert.equal((await ask('/passkeys', { code })).status, 409);
    });

    it(`a passkey that is gone at passlock ${apiVersion} is in no list, and can be removed`, async () => {
      const setup = passlockSetup(apiVersion);
      const browser = await backend.signedIn(ada, setup.createApp(backend));
      const ask = (method: string, path: string, body?: object) =>
        browser.fetch(method, setup.base + path, body);
      const begun = await ask('POST', setup.registration[0], {});
      const answer = await browser.authenticator.create(setup.optionsIn(begun.body));
      const proof = setup.proofOf(begun.body, answer);
      const { id } = (await ask('POST', setup.registration[1], proof)).body;
      const next = setup.optionsIn((await ask('POST', setup.registration[0], {})).body);
      assert.deepEqual(
        next.excludeCredentials.map((one: Json) => one.id),
        [answer.id],
      );
      await backend.database.deleteFrom('passkeys').execute();
      const { status, body } = await ask('GET', setup.list);
      assert.deepEqual([status, body.records], [200, []]);
      assert.equal((await ask('DELETE', `${setup.list}/${id}`)).status, 202);
      assert.equal((await ask('DELETE', `${setup.list}/${id}`)).status, 404);
    });
  }

  describe('the site’s server before any', () => {
    const before = (fetch: (request: Request) => Response | Promise<Response>) =>
      backend.browser(backend.create({ proxies: { hanko: { tenantId, apiKey, fetch } } }));
    const begin = (browser: Browser) =>
      browser.fetch('POST', '/api/site/hanko/login/initialize', {});

    it('asks in the name of the page, without the key, what the page could ask itself', async () => {
      const asked: Headers[] = [];
      const browser = before(({ headers }) => {
        asked.push(headers);
        return Response.json({});
      });
      assert.equal((await begin(browser)).status, 200);
      assert.equal(asked[0]!.get('origin'), 'http://localhost');
      assert.ok(!JSON.stringify([...asked[0]!]).includes(apiKey));
    });

    it('passes a refusal on, and takes any other failure for one of the service', async () => {
      const refusal = { title: 'no', status: 422 };
      const passed = await begin(before(() => Response.json(refusal, { status: 422 })));
      assert.deepEqual([passed.status, passed.body], [422, refusal]);
      for (const failure of [
        () => Response.json({ secret: 'a stack' }, { status: 500 }),
        () => new Response(null, { status: 400 }),
        () => Response.json('no', { status: 400 }),
        () => new Response('<html>', { status: 200 }),
        () => Promise.reject(new Error('no network')),
      ]) {
        const failed = await begin(before(failure));
        assert.equal(failed.status, 503, failed.text);
        assert.ok(!failed.text.includes('stack'));
      }
    });

    it('passes on when to come back, where that is told in seconds', async () => {
      for (const [told, expected] of [
        ['7', '7'],
        ['Wed, 21 Oct 2026 07:28:00 GMT', null],
      ] as const) {
        const init = { status: 429, headers: { 'retry-after': told } };
        const passed = await begin(before(() => Response.json({ title: 'slow' }, init)));
        assert.equal(passed.status, 429);
        assert.equal(passed.headers.get('retry-after'), expected);
      }
    });

    it('follows nobody who sends it elsewhere with the key', async () => {
      const asked: (string | undefined)[] = [];
      const service = createServer(({ url }, answer) => {
        asked.push(url);
        answer.writeHead(307, { location: '/elsewhere' }).end();
      });
      await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
      const { port } = service.address() as AddressInfo;
      const endpoint = `http://127.0.0.1:${port}`;
      const app = backend.create({ proxies: { hanko: { tenantId, apiKey, endpoint } } });
      const browser = await backend.signedIn(ada, app);
      const answer = await browser.fetch('POST', '/api/site/hanko/registration/initialize', {});
      await new Promise((done) => service.close(done).closeAllConnections());
      assert.equal(answer.status, 503, answer.text);
      assert.deepEqual(asked, [`/${tenantId}/registration/initialize`]);
    });

    it('does not wait for ever', async (t) => {
      const timeout = t.mock.method(AbortSignal, 'timeout', () => AbortSignal.abort());
      const browser = before(({ signal }) => {
        signal.throwIfAborted();
        return Response.json({});
      });
      assert.equal((await begin(browser)).status, 503);
      assert.deepEqual(timeout.mock.calls[0]!.arguments, [8000]);
    });
  });

  describe('the site’s server before hanko', () => {
    const base = '/api/site/hanko/session';

    it('a token must be Hanko’s, for this site, and in time', async () => {
      const app = hankoSetup.createApp(backend);
      const browser = await backend.signedIn(ada, app);
      const { id } = (await browser.rest('GET', '/session')).body.user;
      browser.cookies.delete('passkey-session');
      const iat = Math.floor(Date.now() / 1000);
      const claims = { sub: id, aud: ['localhost'], cred: 'AAAA', iat, exp: iat + 300 };
      const theirs = await keyOf(hankoDatabase);
      const ours = await keyOf(backend.database);
      const send = (token: string) => browser.fetch('POST', base, { token });
      const good = await signToken(theirs, claims);
      const [header, payload, signature] = good.split('.') as [string, string, string];
      const none = btoa(JSON.stringify({ alg: 'none', kid: theirs.publicJwk.kid }));
      for (const token of [
        await signToken(ours, claims),
        await signToken(theirs, { ...claims, aud: ['evil.example'] }),
        await signToken(theirs, { ...claims, aud: undefined }),
        await signToken(theirs, { ...claims, exp: iat - 1 }),
        await signToken(theirs, { ...claims, exp: undefined }),
        `${none.replace(/=+$/, '')}.${payload}.`,
        `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
        `${header}.${payload}`,
        'nonsense',
      ]) {
        assert.equal((await send(token)).status, 400, token);
        assert.equal(browser.cookies.has('passkey-session'), false);
      }
      assert.equal((await send(await signToken(theirs, { ...claims, sub: 'u-9' }))).status, 403);
      assert.equal((await send(good)).status, 200);
    });

    it('a list has all pages, and nothing of anybody else', async () => {
      const browser = await backend.signedIn(ada);
      const { id: user_id } = (await browser.rest('GET', '/session')).body.user;
      const full = Array.from({ length: 100 }, (_, index) => ({ id: `c${index}`, user_id }));
      const rest = [
        { id: 'last', user_id },
        { id: 'foreign', user_id: 'somebody' },
      ];
      const fetch = ({ url }: Request) =>
        Response.json(new URL(url).searchParams.get('page') === '1' ? full : rest);
      browser.app = backend.create({ proxies: { hanko: { tenantId, apiKey, fetch } } });
      const { body } = await browser.fetch('GET', '/api/site/hanko/credentials');
      assert.deepEqual(body, [...full, rest[0]]);
    });

    it('no id of a page leads the key to another address', async () => {
      const paths: string[] = [];
      const fetch = ({ url }: Request) => {
        paths.push(new URL(url).pathname);
        return Response.json({ title: 'not found' }, { status: 404 });
      };
      const app = backend.create({ proxies: { hanko: { tenantId, apiKey, fetch } } });
      const browser = await backend.signedIn(ada, app);
      const id = encodeURIComponent('x/../../other?y');
      await browser.fetch('GET', `/api/site/hanko/credentials/${id}`);
      assert.deepEqual(paths, [`/${tenantId}/credentials/${id}`]);
    });

    it('a token is checked with the key it names, of several', async () => {
      const core = { database: backend.database } as Parameters<typeof readSigningKey>[0];
      const keys = [await readSigningKey(core, 'key-one'), await readSigningKey(core, 'key-two')];
      const published = keys.map(({ publicJwk }) => publicJwk);
      const now = new Date();
      const claims = { aud: 'localhost', exp: now.getTime() / 1000 + 60 };
      for (const key of keys) {
        const token = await signToken(key, claims);
        assert.deepEqual(
          await verifyToken(token, published, { audience: 'localhost', now }),
          claims,
        );
      }
    });

    it('a token is good once, however its signature is spelt', async () => {
      const browser = await backend.signedIn(ada, hankoSetup.createApp(backend));
      const { id } = (await browser.rest('GET', '/session')).body.user;
      const iat = Math.floor(Date.now() / 1000);
      const claims = { sub: id, aud: ['localhost'], cred: 'AAAA', iat, exp: iat + 300 };
      const token = await signToken(await keyOf(hankoDatabase), claims);
      const other = token.slice(0, -1) + nextLetter(token.at(-1)!);
      assert.deepEqual(signatureOf(other), signatureOf(token));
      assert.equal((await browser.fetch('POST', base, { token })).status, 200);
      for (const again of [other, `${token}.`, `${token}.AAAA`])
        assert.equal((await browser.fetch('POST', base, { token: again })).status, 400);
      backend.advance(4 * minute);
      assert.equal((await browser.fetch('POST', base, { token })).status, 400);
    });

    it('a token of a clock that is ahead is good once, too', async () => {
      const browser = await backend.signedIn(ada, hankoSetup.createApp(backend));
      const { id } = (await browser.rest('GET', '/session')).body.user;
      const iat = Math.floor(Date.now() / 1000) + 60;
      const claims = { sub: id, aud: ['localhost'], cred: 'AAAA', iat, exp: iat + 300 };
      const token = await signToken(await keyOf(hankoDatabase), claims);
      assert.equal((await browser.fetch('POST', base, { token })).status, 200);
      backend.advance(5.5 * minute);
      assert.equal((await browser.fetch('POST', base, { token })).status, 400);
    });

    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const nextLetter = (letter: string) => letters[letters.indexOf(letter) + 1]!;
    const signatureOf = (token: string) => Buffer.from(token.split('.')[2]!, 'base64url');

    const keyOf = (database: Database) =>
      readSigningKey({ database } as Parameters<typeof readSigningKey>[0], 'hanko-key');
  });
});

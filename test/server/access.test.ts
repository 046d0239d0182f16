import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { networkOf } from '../../demo/server/core/networks.ts';
import { createOriginCheck } from '../../demo/server/core/origins.ts';
import { assertRefused, onEachDatabase } from './harness.ts';
import { operations } from './openapi.ts';

const changing = operations
  .map((operation) => operation.split(' ') as [string, string])
  .filter(([method]) => method !== 'GET');

describe('origins', () => {
  const exact = createOriginCheck(['https://example.com', 'http://localhost:4321']);
  const local = createOriginCheck(['http://localhost:*']);

  for (const origin of ['https://example.com', 'http://localhost:4321']) {
    it(`allows the named ${origin}`, () => assert.ok(exact(origin)));
  }
  for (const origin of ['http://localhost', 'http://localhost:1', 'http://localhost:65535']) {
    it(`allows ${origin} on this machine`, () => assert.ok(local(origin)));
  }
  const bad = [
    undefined,
    null,
    '',
    'null',
    '*',
    'example.com',
    'https://example.com/',
    'https://example.com:443',
    'https://EXAMPLE.com',
    'https://www.example.com',
    'https://example.com.evil.test',
    'http://example.com',
    'https://user@example.com',
    'http://localhost:4322',
  ];
  for (const origin of bad) {
    it(`refuses ${String(origin)} where others are named`, () => assert.ok(!exact(origin)));
  }
  const elsewhere = [
    'https://localhost',
    'http://localhost:*',
    'http://localhost:',
    'http://localhost:99999',
    'http://localhost/',
    'http://localhost.evil.test',
    'http://evil.test/localhost:80',
    'http://localhost@evil.test',
    'http://127.0.0.1',
    'http://LOCALHOST:80',
    'http://sub.localhost',
    'http://localhost:80#',
    ' http://localhost',
  ];
  for (const origin of elsewhere) {
    it(`refuses ${origin} although this machine is allowed`, () => assert.ok(!local(origin)));
  }
});

describe('the network of an address', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
    ['caf\u00e9', 'caf\u00e9'],
    ['2001:db8', '2001:db8'],
    ['1::2::3', '1::2::3'],
    ['[2001:db8::1]:443', '[2001:db8::1]:443'],
    ['::1]/?[', '::1]/?['],
  ] as const) {
    it(`${address} is in ${network}`, () => assert.equal(networkOf(address), network));
  }
});

onEachDatabase((backend) => {
  describe('requests made by other sites', () => {
    for (const [method, path] of changing) {
      it(`${method} ${path} needs an allowed origin`, async () => {
        const browser = await backend.signedIn();
        const body = method === 'DELETE' ? undefined : {};
        for (const origin of [undefined, 'null', 'https://evil.example', 'http://localhost:81']) {
          const path_ = path.replace('{id}', '0'.repeat(24));
          assertRefused(await browser.rest(method, path_, body, { origin }), 403, 'forbidden');
        }
      });
    }

    for (const [method, path] of changing.filter(([method]) => method !== 'DELETE')) {
      it(`${method} ${path} needs a body announced as JSON`, async () => {
        const browser = await backend.signedIn();
        const path_ = path.replace('{id}', '0'.repeat(24));
        for (const type of [
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data',
          'application/jsonp',
          undefined,
        ]) {
          const refused = await browser.rest(method, path_, '{}', { 'content-type': type });
          assertRefused(refused, 415, 'invalid-input');
        }
      });

      it(`${method} ${path} refuses broken JSON, wrong types and unknown members`, async () => {
        const browser = await backend.signedIn();
        const path_ = path.replace('{id}', '0'.repeat(24));
        for (const body of [
          '',
          '{',
          '[]',
          'null',
          '7',
          '{"unknown":1}',
          '{"__proto__":{}}',
          '\ud800',
        ]) {
          assertRefused(await browser.rest(method, path_, body), 400, 'invalid-input');
        }
      });

      it(`${method} ${path} refuses more than 64 kB`, async () => {
        const browser = await backend.signedIn();
        const path_ = path.replace('{id}', '0'.repeat(24));
        const large = JSON.stringify({ name: 'a'.repeat(64 * 1024) });
        assertRefused(await browser.rest(method, path_, large), 413, 'invalid-input');
      });
    }

    it('refuses a body that is no UTF-8', async () => {
      const bytes = Uint8Array.of(...new TextEncoder().encode('{"identifier":"'), 0xff, 0x22, 0x7d);
      const headers = { origin: 'http://localhost', 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body: bytes };
      const answer = await backend.app.request('/api/passkeys/sign-in/begin', request);
      assert.equal(answer.status, 400);
      const { error } = (await answer.json()) as { error: { message: string } };
      assert.equal(error.message, 'The body could not be read.');
    });

    it('takes JSON that is announced with its charset, in any case of letters', async () => {
      for (const type of ['application/json;charset=UTF-8', 'Application/JSON ; charset=utf-8']) {
        const headers = { 'content-type': type };
        const begun = await backend.browser().rest('POST', '/sign-in/begin', {}, headers);
        assert.equal(begun.status, 200);
      }
    });

    it('lets an allowed page of another origin in, with credentials, and no other', async () => {
      const app = backend.create({ origins: ['http://localhost', 'https://app.example.com'] });
      const browser = await backend.signedIn('ada@example.com', app);
      const ask = (origin: string) => browser.rest('GET', '/session', undefined, { origin });
      const { headers } = await ask('https://app.example.com');
      assert.equal(headers.get('access-control-allow-origin'), 'https://app.example.com');
      assert.equal(headers.get('access-control-allow-credentials'), 'true');
      assert.equal(headers.get('access-control-expose-headers'), 'Date, Retry-After');
      assert.equal(headers.get('vary'), 'Origin');
      const evil = await ask('https://evil.example');
      assert.equal(evil.headers.get('access-control-allow-origin'), null);
      assert.equal(evil.headers.get('vary'), 'Origin');
      const preflight = (origin: string) =>
        browser.fetch('OPTIONS', '/api/passkeys/sign-out', undefined, { origin });
      const may = await preflight('https://app.example.com');
      assert.equal(may.status, 204);
      assert.equal(
        may.headers.get('access-control-allow-methods'),
        'GET, POST, PUT, PATCH, DELETE',
      );
      const sent = 'content-type, x-client-id'; // all that the elements may send
      assert.equal(may.headers.get('access-control-allow-headers'), sent);
      assertRefused(await preflight('https://evil.example'), 403, 'forbidden');
    });
  });

  describe('too many tries', () => {
    const finish = { challengeId: '0'.repeat(24), answer: anAnswer() };

    it('refuses the 21st in a minute, tells when to come back, and lets in again', async () => {
      const browser = backend.browser();
      for (let tries = 0; tries < 20; tries++) {
        assertRefused(
          await browser.rest('POST', '/sign-in/finish', finish),
          400,
          'challenge-expired',
        );
      }
      const refused = await browser.rest('POST', '/sign-in/finish', finish);
      assertRefused(refused, 429, 'rate-limited');
      const wait = Number(refused.headers.get('retry-after'));
      assert.ok(wait >= 1 && wait <= 60);
      backend.advance(wait * 1000);
      assertRefused(
        await browser.rest('POST', '/sign-in/finish', finish),
        400,
        'challenge-expired',
      );
    });

    it('lets somebody go on for ever who tries six times a minute', async () => {
      const browser = backend.browser();
      for (let tries = 0; tries < 30; tries++) {
        const refused = await browser.rest('POST', '/sign-in/finish', finish);
        assertRefused(refused, 400, 'challenge-expired');
        backend.advance(10_000);
      }
    });

    const handle = '0'.repeat(24);
    const created = { clientDataJSON: 'AAAA', attestationObject: 'AAAA' };
    const approval = { ticket: handle, number: 10, ...finish };
    for (const [path, body] of Object.entries({
      '/sign-in/finish': finish,
      '/registration/finish': { ...finish, answer: { ...anAnswer(), response: created } },
      '/codes/send': { identifier: 'eve@example.com' },
      '/codes/verify': { handle, code: '000000' },
      '/handoffs': {},
      '/handoffs/exchange': { handle },
      '/handoffs/inspect': { ticket: handle },
      '/handoffs/approval/begin': { ticket: handle },
      '/handoffs/approval/finish': approval,
      '/handoffs/refuse': { ticket: handle },
    })) {
      it(`counts ${path}`, async () => {
        const browser = await backend.signedIn();
        browser.app = backend.create({ triesPerMinute: 0 });
        assertRefused(await browser.rest('POST', path, body), 429, 'rate-limited');
      });
    }

    it('counts an address, whatever it forges or forgets', async () => {
      const browser = backend.browser();
      const statuses = [];
      for (let tries = 0; tries < 21; tries++) {
        browser.cookies.clear();
        const headers = {
          'x-forwarded-for': `192.0.2.${tries}`,
          forwarded: `for=192.0.2.${tries}`,
        };
        const request = { identifier: `a${tries}@example.com` };
        statuses.push((await browser.rest('POST', '/codes/send', request, headers)).status);
      }
      assert.deepEqual(statuses, [...Array(20).fill(202), 429]);
    });

    it('keeps no row for each browser that a refused address makes up', async () => {
      const browser = backend.browser();
      for (let tries = 0; tries < 40; tries++) {
        const bytes = crypto.getRandomValues(new Uint8Array(32));
        browser.cookies.set('passkey-browser', Buffer.from(bytes).toString('base64url'));
        await browser.rest('POST', '/sign-in/finish', finish);
      }
      assert.equal(await backend.count('tries'), 21);
    });

    it('counts a customer who has many IPv6 addresses, and not the neighbour', async () => {
      const browser = backend.browser();
      const ask = (address: string) => {
        browser.address = address;
        browser.cookies.clear();
        return browser.rest('POST', '/sign-in/finish', finish);
      };
      for (let tries = 0; tries < 20; tries++) await ask(`2001:db8:1:2::${tries}`);
      assertRefused(await ask('2001:db8:1:2:ffff::1'), 429, 'rate-limited');
      assertRefused(await ask('2001:db8:1:3::1'), 400, 'challenge-expired');
    });

    it('counts a browser that changes its address', async () => {
      const browser = backend.browser();
      await browser.rest('POST', '/sign-in/begin', {});
      const statuses = [];
      for (let tries = 0; tries < 21; tries++) {
        browser.address = `192.0.2.${tries}`;
        statuses.push((await browser.rest('POST', '/sign-in/finish', finish)).status);
      }
      assert.deepEqual(statuses, [...Array(20).fill(400), 429]);
    });

    it('nobody waits for a time that the clock had before it was put back', async () => {
      const browser = backend.browser();
      const day = 86_400_000;
      backend.advance(day);
      for (let tries = 0; tries < 20; tries++)
        await browser.rest('POST', '/sign-in/finish', finish);
      assertRefused(await browser.rest('POST', '/sign-in/finish', finish), 429, 'rate-limited');
      backend.advance(-day);
      const refused = await browser.rest('POST', '/sign-in/finish', finish);
      assert.ok(Number(refused.headers.get('retry-after')) <= 60);
      backend.advance(60_000);
      const answer = await browser.rest('POST', '/sign-in/finish', finish);
      assertRefused(answer, 400, 'challenge-expired');
    });

    it('believes the proxies it was told of, and no entry beyond them', async () => {
      const proxied = backend.browser(backend.create({ trustedProxies: 1 }));
      const ask = (forwarded: string) =>
        proxied.rest('POST', '/sign-in/finish', finish, { 'x-forwarded-for': forwarded });
      for (let tries = 0; tries < 20; tries++) await ask(`203.0.113.${tries}, 192.0.2.1`);
      assertRefused(await ask('203.0.113.99, 192.0.2.1'), 429, 'rate-limited');
      assertRefused(await ask('192.0.2.2'), 400, 'challenge-expired');
    });

    it('keeps little of an address that is made up to be long', async () => {
      const proxied = backend.browser(backend.create({ trustedProxies: 1, triesPerMinute: 0 }));
      const headers = { 'x-forwarded-for': 'a'.repeat(8000) };
      await proxied.rest('POST', '/sign-in/finish', finish, headers);
      assert.equal(backend.log.at(-1)!.reason, `address:${'a'.repeat(64)}`);
    });

    for (const [address, neighbour] of [
      ['192.0.2.1:PORT', '192.0.2.2:1'],
      ['[2001:db8::1]:PORT', '[2001:db8:1::1]:1'],
    ] as const) {
      it(`counts ${address} as one, whichever port a proxy tells`, async () => {
        const proxied = backend.browser(backend.create({ trustedProxies: 1 }));
        const ask = (forwarded: string) =>
          proxied.rest('POST', '/sign-in/finish', finish, { 'x-forwarded-for': forwarded });
        for (let tries = 0; tries < 20; tries++)
          await ask(address.replace('PORT', `${50_000 + tries}`));
        assertRefused(await ask(address.replace('PORT', '1')), 429, 'rate-limited');
        assertRefused(await ask(neighbour), 400, 'challenge-expired');
      });
    }

    for (const [path, body] of Object.entries({
      '/passkey/login': anAnswer(),
      '/passkey/register': { ...anAnswer(), response: created },
      '/email-otp/send': { email: 'eve@example.com' },
      '/email-otp/resend': { state: handle },
      '/email-otp/verify': { state: handle, otp: '000000' },
    })) {
      it(`counts ${path} of the other dialect`, async () => {
        const browser = backend.browser();
        const email = 'ada@example.com';
        const { state } = (await browser.ssojet('POST', '/email-otp/send', { body: { email } }))
          .body;
        const code = { state, otp: backend.codes.get(email) };
        const signedIn = await browser.ssojet('POST', '/email-otp/verify', { body: code });
        browser.token = signedIn.body.access_token;
        browser.app = backend.create({ triesPerMinute: 0 });
        assert.equal((await browser.ssojet('POST', path, { body })).status, 429);
      });
    }

    it('counts in the other dialect too', async () => {
      const browser = backend.browser();
      for (let tries = 0; tries < 20; tries++) {
        await browser.ssojet('POST', '/email-otp/verify', {
          body: { state: '0'.repeat(24), otp: '000000' },
        });
      }
      const refused = await browser.ssojet('POST', '/email-otp/send', {
        body: { email: 'ada@example.com' },
      });
      assert.equal(refused.status, 429);
      assert.match(refused.headers.get('retry-after')!, /^\d+$/);
    });
  });

  describe('codes shown in development', () => {
    it('are shown to the browser they were sent for, or for the state it got', async () => {
      const app = backend.create({ showCodes: true });
      const browser = backend.browser(app);
      await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' });
      const shown = await browser.fetch('GET', '/demo/last-code');
      assert.deepEqual(shown.body, { code: backend.codes.get('ada@example.com') });
      assert.equal((await backend.browser(app).fetch('GET', '/demo/last-code')).status, 404);
      const { state } = (
        await browser.ssojet('POST', '/email-otp/send', { body: { email: 'bob@example.com' } })
      ).body;
      const other = await backend.browser(app).fetch('GET', `/demo/last-code?state=${state}`);
      assert.deepEqual(other.body, { code: backend.codes.get('bob@example.com') });
    });

    it('are shown to no other browser, the last one alone, and for ten minutes', async () => {
      const app = backend.create({ showCodes: true });
      const [browser, other] = [backend.browser(app), backend.browser(app)];
      const last = async (who = browser) => (await who.fetch('GET', '/demo/last-code')).body.code;
      for (const identifier of ['ada@example.com', 'bob@example.com']) {
        await browser.rest('POST', '/codes/send', { identifier });
        assert.equal(await last(), backend.codes.get(identifier));
        backend.advance(1000);
      }
      await other.rest('POST', '/sign-in/begin', {});
      assert.equal(await last(other), undefined);
      const body = { email: 'eve@example.com' };
      const stranger = backend.browser(app);
      assert.equal((await stranger.ssojet('POST', '/email-otp/send', { body })).status, 200);
      assert.equal(await last(stranger), undefined);
      backend.advance(10 * 60_000);
      assert.equal(await last(), undefined);
    });

    it('are not there otherwise', async () => {
      const browser = backend.browser();
      await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' });
      assert.equal((await browser.fetch('GET', '/demo/last-code')).status, 404);
    });
  });
});

function anAnswer() {
  const response = { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' };
  return { id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {}, response };
}

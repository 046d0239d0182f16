import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueryId } from 'kysely';
import { assertRefused, onEachDatabase, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const minute = 60_000;
const ada = 'ada@example.com';
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';

interface Started {
  readonly handle: string;
  readonly ticket: string;
  readonly number: number;
}

onEachDatabase((backend) => {
  /** A phone with a passkey of ada’s, where nobody is signed in. */
  async function phoneOf(identifier = ada): Promise<Browser> {
    const phone = await backend.signedIn(identifier);
    await phone.register();
    await phone.rest('POST', '/sign-out', {});
    return phone;
  }

  async function start(browser: Browser): Promise<Started> {
    const { status, body } = await browser.rest('POST', '/handoffs', {});
    assert.equal(status, 201);
    return body;
  }

  const post = (browser: Browser, path: string, body: object) =>
    browser.rest('POST', `/handoffs${path}`, body);

  const stateOf = async (browser: Browser, { handle }: Started) =>
    (await post(browser, '/status', { handle })).body.state;

  async function answerApproval(phone: Browser, { ticket }: Started) {
    const { body } = await post(phone, '/approval/begin', { ticket });
    const { challengeId, options } = body;
    return { challengeId, answer: await phone.authenticator.get(options) };
  }

  async function approve(
    phone: Browser,
    started: Started,
    number = started.number,
  ): Promise<Answer> {
    const { ticket } = started;
    const answer = await answerApproval(phone, started);
    return post(phone, '/approval/finish', { ticket, number, ...answer });
  }

  const wrong = ({ number }: Started) => (number === 99 ? 10 : number + 1);

  describe('a hand-off', () => {
    it('begins here, is approved there with a passkey, and signs in here alone', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      assert.equal(await stateOf(here, started), 'pending');
      assert.equal((await approve(phone, started)).status, 204);
      assert.equal(await stateOf(here, started), 'authenticated');
      assertRefused(await here.rest('GET', '/session'), 401, 'unauthorized');
      const { status, body } = await post(here, '/exchange', { handle: started.handle });
      assert.deepEqual([status, body.user.identifier], [200, ada]);
      assert.equal((await here.rest('GET', '/session')).body.user.identifier, ada);
      assertRefused(await phone.rest('GET', '/session'), 401, 'unauthorized');
      assert.equal(await backend.count('sessions'), 1);
    });

    it('leaves a mark in the account’s history', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = (await here.rest('POST', '/handoffs', {}, { 'user-agent': chrome })).body;
      await approve(phone, started);
      const rows = await backend.database.selectFrom('audit').selectAll().execute();
      assert.deepEqual(
        rows.map(({ event, details }) => [event, details]),
        [['handoff-approved', 'Chrome, Windows']],
      );
    });

    it('names the device that asks, in words of the server’s own', async () => {
      const [here, phone] = [backend.browser(), backend.browser()];
      const { ticket, number } = (
        await here.rest('POST', '/handoffs', {}, { 'user-agent': chrome })
      ).body;
      const { body } = await post(phone, '/inspect', { ticket });
      assert.deepEqual(body.device, { browser: 'Chrome', system: 'Windows' });
      assert.ok(body.numbers.includes(number));
      assert.deepEqual(
        body.numbers,
        body.numbers.toSorted((a: number, b: number) => a - b),
      );
    });

    it('has the right number in any place among the others', async () => {
      const places = new Set<number>();
      for (let index = 0; index < 40; index++) {
        const here = backend.browser();
        const { ticket, number } = await start(here);
        places.add((await post(here, '/inspect', { ticket })).body.numbers.indexOf(number));
      }
      assert.deepEqual([...places].sort(), [0, 1, 2]);
    });

    it('repeats nothing that the device says of itself', async () => {
      const here = backend.browser();
      const agent = 'Your bank (safe); say yes';
      const { ticket } = (await here.rest('POST', '/handoffs', {}, { 'user-agent': agent })).body;
      const { body, text } = await post(backend.browser(), '/inspect', { ticket });
      assert.deepEqual(body.device, { browser: null, system: null });
      assert.ok(!text.includes('bank'));
    });

    it('tells whether both devices are in one network', async () => {
      const [here, elsewhere] = [backend.browser(), backend.browser()];
      const neighbour = backend.browser();
      neighbour.address = here.address;
      const { ticket } = await start(here);
      assert.equal((await post(neighbour, '/inspect', { ticket })).body.sameNetwork, true);
      assert.equal((await post(elsewhere, '/inspect', { ticket })).body.sameNetwork, false);
    });

    it('does not say so where one of the addresses is unknown', async () => {
      for (const unknown of [
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const [here, there] = [backend.browser(), backend.browser()];
        if (unknown[0]) here.address = '';
        if (unknown[1]) there.address = '';
        const { ticket } = await start(here);
        assert.equal((await post(there, '/inspect', { ticket })).body.sameNetwork, null);
      }
    });

    it('takes two IPv6 addresses of one home for one network', async () => {
      const [here, neighbour] = [backend.browser(), backend.browser()];
      here.address = '2001:db8:1:2:aaaa::1';
      neighbour.address = '2001:db8:1:2:bbbb::2';
      const { ticket } = await start(here);
      assert.equal((await post(neighbour, '/inspect', { ticket })).body.sameNetwork, true);
    });

    it('knows a network however its address is written', async () => {
      for (const [one, other, same] of [
        ['2001:db8::1', '2001:db8:0:0:9::1', true],
        ['2001:db8::1', '2001:db8:0:1::1', false],
        ['::ffff:192.0.2.1', '192.0.2.1', true],
      ] as const) {
        const [here, neighbour] = [backend.browser(), backend.browser()];
        here.address = one;
        neighbour.address = other;
        const { ticket } = await start(here);
        assert.equal((await post(neighbour, '/inspect', { ticket })).body.sameNetwork, same);
      }
    });

    it('is replaced by the next one of the same browser', async () => {
      const here = backend.browser();
      const first = await start(here);
      const second = await start(here);
      assertRefused(await post(here, '/status', { handle: first.handle }), 404, 'not-found');
      assert.equal(await stateOf(here, second), 'pending');
      assert.equal(await backend.count('handoffs'), 1);
    });

    it('can be called off by the browser that began', async () => {
      const [here, phone] = [backend.browser(), backend.browser()];
      const { handle, ticket } = await start(here);
      assert.equal((await post(phone, '/cancel', { handle })).status, 204);
      assert.equal((await post(phone, '/inspect', { ticket })).status, 200, 'not by another');
      assert.equal((await post(here, '/cancel', { handle })).status, 204);
      assertRefused(await post(phone, '/inspect', { ticket }), 404, 'not-found');
    });

    it('called off at the very moment when its approval begins is nobody’s fault', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const { handle, ticket } = await start(here);
      const asked = new WeakSet<QueryId>();
      const store = backend.database.withPlugin({
        transformQuery({ node, queryId }) {
          if (node.kind === 'SelectQueryNode' && JSON.stringify(node).includes('"handoffs"'))
            asked.add(queryId);
          return node;
        },
        async transformResult({ result, queryId }) {
          if (asked.has(queryId)) await post(here, '/cancel', { handle });
          return result;
        },
      });
      const slow = phone.at(backend.create({ store }));
      const answer = await post(slow, '/approval/begin', { ticket });
      assertRefused(answer, 503, 'server-error');
      assert.ok(answer.headers.get('retry-after'));
      assertRefused(await post(slow, '/approval/begin', { ticket }), 404, 'not-found');
    });

    it('takes the place of the session that was here', async () => {
      const phone = await phoneOf();
      const here = await backend.signedIn('bob@example.com');
      const cookies = new Map(here.cookies);
      const started = await start(here);
      await approve(phone, started);
      await post(here, '/exchange', { handle: started.handle });
      assert.equal((await here.rest('GET', '/session')).body.user.identifier, ada);
      here.cookies = cookies;
      assertRefused(await here.rest('GET', '/session'), 401, 'unauthorized');
    });

    it('opens a session that cannot add or delete passkeys', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      await approve(phone, started);
      await post(here, '/exchange', { handle: started.handle });
      assertRefused(await here.rest('POST', '/registration/begin', {}), 403, 'reauth-required');
      const [passkey] = (await here.rest('GET', '/passkeys')).body.passkeys;
      assertRefused(await here.rest('DELETE', `/passkeys/${passkey.id}`), 403, 'reauth-required');
    });
  });

  describe('a hand-off is not signed in by', () => {
    it('its status, however often it is asked', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      await approve(phone, started);
      for (let times = 0; times < 3; times++) {
        const { headers } = await post(here, '/status', { handle: started.handle });
        assert.deepEqual(headers.getSetCookie(), []);
      }
      assert.equal(await backend.count('sessions'), 0);
    });

    it('a foreign browser that has seen handle, link and number', async () => {
      const [here, phone, thief] = [backend.browser(), await phoneOf(), backend.browser()];
      await thief.rest('POST', '/sign-in/begin', {}); // it has a cookie, of its own
      const started = await start(here);
      await approve(phone, started);
      const { handle } = started;
      assertRefused(await post(thief, '/status', { handle }), 404, 'not-found');
      assertRefused(await post(thief, '/exchange', { handle }), 404, 'not-found');
      thief.cookies.clear();
      assertRefused(await post(thief, '/exchange', { handle }), 404, 'not-found');
      assert.equal(await backend.count('sessions'), 0);
      assert.equal((await post(here, '/exchange', { handle })).status, 200);
    });

    it('the ticket of the link in place of the handle', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      await approve(phone, started);
      const handle = started.ticket;
      assertRefused(await post(here, '/exchange', { handle }), 404, 'not-found');
    });

    it('an exchange before the approval', async () => {
      const here = backend.browser();
      const { handle } = await start(here);
      assertRefused(await post(here, '/exchange', { handle }), 409, 'conflict');
    });

    it('a second exchange', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const { handle, ...rest } = await start(here);
      await approve(phone, { handle, ...rest });
      assert.equal((await post(here, '/exchange', { handle })).status, 200);
      assertRefused(await post(here, '/exchange', { handle }), 404, 'not-found');
      assert.equal(await backend.count('sessions'), 1);
    });

    it('somebody who is signed in and opens the link', async () => {
      const here = backend.browser();
      const phone = await backend.signedIn();
      const started = await start(here);
      const { ticket } = started;
      await post(phone, '/inspect', { ticket });
      const bare = { ticket, number: started.number };
      assertRefused(await post(phone, '/approval/finish', bare), 400, 'invalid-input');
      assert.equal(await stateOf(here, started), 'pending');
    });
  });

  describe('an approval', () => {
    it('with a wrong number ends the hand-off, and the right one comes too late', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const refused = await approve(phone, started, wrong(started));
      assertRefused(refused, 409, 'conflict');
      assert.equal(await stateOf(here, started), 'failed');
      const { ticket } = started;
      assertRefused(await post(phone, '/approval/begin', { ticket }), 404, 'not-found');
      const { handle } = started;
      assertRefused(await post(here, '/exchange', { handle }), 409, 'conflict');
      const rows = await backend.database.selectFrom('audit').select('event').execute();
      assert.deepEqual(rows, [{ event: 'handoff-wrong-number' }]);
    });

    it('counts once: the same answer again is refused', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { ticket, number } = started;
      const request = { ticket, number, ...(await answerApproval(phone, started)) };
      assert.equal((await post(phone, '/approval/finish', request)).status, 204);
      assertRefused(await post(phone, '/approval/finish', request), 404, 'not-found');
    });

    it('cannot be made with the answer to a sign-in, nor the other way round', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { ticket, number } = started;
      const signIn = await phone.answerSignIn();
      const mixed = await post(phone, '/approval/finish', { ticket, number, ...signIn });
      assertRefused(mixed, 400, 'challenge-expired');
      const answer = await answerApproval(phone, started);
      assertRefused(await phone.rest('POST', '/sign-in/finish', answer), 400, 'challenge-expired');
      assert.equal(await stateOf(here, started), 'pending');
    });

    it('and a refusal decide their own hand-off and no other', async () => {
      const [approved, refused, third] = [backend.browser(), backend.browser(), backend.browser()];
      const phone = await phoneOf();
      const [one, two, three] = [await start(approved), await start(refused), await start(third)];
      assert.equal((await approve(phone, one)).status, 204);
      assert.equal(await stateOf(refused, two), 'pending');
      assert.equal((await post(phone, '/refuse', { ticket: two.ticket })).status, 204);
      assert.equal(await stateOf(approved, one), 'authenticated');
      assert.equal(await stateOf(third, three), 'pending');
    });

    it('is good for its own hand-off only', async () => {
      const [one, other, phone] = [backend.browser(), backend.browser(), await phoneOf()];
      const [mine, theirs] = [await start(one), await start(other)];
      const { ticket, number } = theirs;
      const answer = await answerApproval(phone, mine);
      const mixed = await post(phone, '/approval/finish', { ticket, number, ...answer });
      assertRefused(mixed, 400, 'challenge-expired');
      assert.equal(await stateOf(other, theirs), 'pending');
    });

    it('finished by another browser than began it is refused', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { ticket, number } = started;
      const answer = await answerApproval(phone, started);
      const thief = backend.browser();
      const taken = await post(thief, '/approval/finish', { ticket, number, ...answer });
      assertRefused(taken, 400, 'challenge-expired');
      assert.equal(await stateOf(here, started), 'pending');
    });

    it('with a forged signature is refused, and another try is open', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { challengeId, answer } = await answerApproval(phone, started);
      const { response } = answer;
      const forged = { ...answer, response: { ...response, signature: 'AAAA' } };
      const { ticket, number } = started;
      // Nor does it tell which number is the right one.
      const request = { ticket, number: wrong(started), challengeId, answer: forged };
      assertRefused(await post(phone, '/approval/finish', request), 400, 'verification-failed');
      const again = await answerApproval(phone, started);
      const right = { ticket, number, challengeId: again.challengeId, answer: forged };
      assertRefused(await post(phone, '/approval/finish', right), 400, 'verification-failed');
      assert.equal((await approve(phone, started)).status, 204);
    });

    it('can be refused, and then nothing helps', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { ticket } = started;
      assert.equal((await post(phone, '/refuse', { ticket })).status, 204);
      assert.equal(await stateOf(here, started), 'failed');
      assertRefused(await post(phone, '/approval/begin', { ticket }), 404, 'not-found');
      assertRefused(await post(phone, '/refuse', { ticket }), 404, 'not-found');
    });

    it('of two, one counts', async () => {
      const [here, one] = [backend.browser(), await phoneOf()];
      const other = await phoneOf('bob@example.com');
      const started = await start(here);
      const { ticket, number, handle } = started;
      const requests = await Promise.all(
        [one, other].map(async (phone) => ({
          phone,
          body: { ticket, number, ...(await answerApproval(phone, started)) },
        })),
      );
      const answers = await Promise.all(
        requests.map(({ phone, body }) => post(phone, '/approval/finish', body)),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 404]);
      const winner = answers[0]!.status === 204 ? ada : 'bob@example.com';
      const { body } = await post(here, '/exchange', { handle });
      assert.equal(body.user.identifier, winner);
    });
  });

  describe('a hand-off ends', () => {
    it('after five minutes, for both sides', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { handle, ticket } = started;
      backend.advance(5 * minute);
      assert.equal(await stateOf(here, started), 'expired');
      assertRefused(await post(phone, '/inspect', { ticket }), 400, 'challenge-expired');
      assertRefused(await post(phone, '/approval/begin', { ticket }), 400, 'challenge-expired');
      assertRefused(await post(here, '/exchange', { handle }), 400, 'challenge-expired');
    });

    it('after five minutes also when it was approved', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      await approve(phone, started);
      backend.advance(5 * minute);
      const { handle } = started;
      assertRefused(await post(here, '/exchange', { handle }), 400, 'challenge-expired');
      assert.equal(await backend.count('sessions'), 0);
    });

    it('and is swept out later', async () => {
      await start(backend.browser());
      backend.advance(20 * minute);
      await backend.browser().rest('POST', '/sign-in/begin', {});
      assert.equal(await backend.count('handoffs'), 0);
    });
  });

  describe('guesses', () => {
    it('of a ticket or handle look like any unknown one', async () => {
      const here = backend.browser();
      const { handle, ticket } = await start(here);
      const next = (id: string) => id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
      const answers = [
        await post(here, '/inspect', { ticket: next(ticket) }),
        await post(here, '/inspect', { ticket: 'f'.repeat(24) }),
        await post(here, '/inspect', { ticket: '../secret' }),
        await post(here, '/inspect', { ticket: '\u0000' }),
        await post(here, '/inspect', { ticket: handle }),
        await post(here, '/status', { handle: next(handle) }),
        await post(here, '/exchange', { handle: ticket }),
        await post(here, '/approval/begin', { ticket: next(ticket) }),
        await post(here, '/refuse', { ticket: next(ticket) }),
      ];
      for (const answer of answers) {
        assertRefused(answer, 404, 'not-found');
        assert.equal(answer.text, answers[0]!.text);
      }
    });

    it('are counted', async () => {
      const browser = backend.browser();
      const statuses = [];
      for (let times = 0; times < 21; times++) {
        statuses.push((await post(browser, '/inspect', { ticket: 'f'.repeat(24) })).status);
      }
      assert.deepEqual(statuses, [...Array(20).fill(404), 429]);
    });

    it('of the state too often in a minute are put off', async () => {
      const here = backend.browser();
      const { handle } = await start(here);
      for (let times = 0; times < 30; times++) await post(here, '/status', { handle });
      const { status, headers } = await post(here, '/status', { handle });
      assert.equal(status, 429);
      assert.ok(Number(headers.get('retry-after')) > 0);
    });

    it('ten hand-offs in ten minutes are enough for one browser', async () => {
      const here = backend.browser();
      for (let times = 0; times < 10; times++) await start(here);
      assertRefused(await here.rest('POST', '/handoffs', {}), 429, 'rate-limited');
    });
  });

  describe('two instances', () => {
    it('give one session to eight exchanges at once', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      await approve(phone, started);
      const { handle } = started;
      const instances = [backend.app, backend.create({ store: backend.otherDatabase })];
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          post(here.at(instances[index % 2]!), '/exchange', { handle }),
        ),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(404)]);
      assert.equal(await backend.count('sessions'), 1);
    });

    it('give one effect to eight approvals at once, right and wrong ones', async () => {
      const [here, phone] = [backend.browser(), await phoneOf()];
      const started = await start(here);
      const { ticket, number } = started;
      const requests = [];
      for (let times = 0; times < 8; times++) {
        requests.push({
          ticket,
          number: times % 2 ? number : wrong(started),
          ...(await answerApproval(phone, started)),
        });
      }
      const instances = [backend.app, backend.create({ store: backend.otherDatabase })];
      const answers = await Promise.all(
        requests.map((request, index) =>
          post(phone.at(instances[index % 2]!), '/approval/finish', request),
        ),
      );
      const decided = answers.filter(({ status }) => status !== 404);
      assert.equal(decided.length, 1);
      const state = decided[0]!.status === 204 ? 'authenticated' : 'failed';
      assert.equal(await stateOf(here, started), state);
    });
  });

  describe('where the operator does not allow hand-offs', () => {
    it('there are none', async () => {
      const browser = backend.browser(backend.create({ handoff: false }));
      for (const path of ['', '/status', '/inspect', '/approval/begin']) {
        const answer = await browser.fetch('POST', `/api/passkeys/handoffs${path}`, {});
        assertRefused(answer, 404, 'not-found');
      }
    });

    it('that is the default', async () => {
      const browser = backend.browser(backend.create({ handoff: undefined }));
      assertRefused(await browser.fetch('POST', '/api/passkeys/handoffs', {}), 404, 'not-found');
    });
  });
});

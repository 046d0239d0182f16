import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql, type KyselyPlugin, type QueryId, type RootOperationNode } from 'kysely';
import { migrate, type Database } from '../../demo/server/database.ts';
import { openPGlite } from '../../demo/server/pglite.ts';
import { openPostgres } from '../../demo/server/postgres.ts';
import { assertRefused, Backend, failingAt, onEachDatabase, type Browser } from './harness.ts';
import { openMemory } from '../support/memory-database.ts';

const minute = 60_000;

/** Sends one request eight times at once, to both instances in turn. */
function eightTimes(backend: Backend, browser: Browser, path: string, body: object) {
  const instances = [backend.app, backend.create({ store: backend.otherDatabase })];
  return Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      browser.at(instances[index % 2]!).rest('POST', path, body),
    ),
  );
}

/** Does something before a query of a kind is sent, and waits for something once it is answered. */
function around(
  kind: RootOperationNode['kind'],
  { sent, answered }: { sent?: () => void; answered?: () => Promise<void> },
): KyselyPlugin {
  const queries = new WeakSet<QueryId>();
  return {
    transformQuery({ node, queryId }) {
      if (node.kind !== kind) return node;
      queries.add(queryId);
      sent?.();
      return node;
    },
    async transformResult({ result, queryId }) {
      if (queries.has(queryId)) await answered?.();
      return result;
    },
  };
}

onEachDatabase((backend, driver) => {
  describe('two instances over one database', () => {
    it('give one effect to eight submits of one sign-in', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      await browser.rest('POST', '/sign-out', {});
      const request = await browser.answerSignIn();
      const answers = await eightTimes(backend, browser, '/sign-in/finish', request);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
      assert.equal(await backend.count('sessions'), 1);
      assert.equal(await backend.count('outcomes'), 2);
    });

    it('give one effect, and one answer, to eight submits of one registration', async () => {
      const browser = await backend.signedIn();
      const { challengeId, options } = (await browser.rest('POST', '/registration/begin', {})).body;
      const request = { challengeId, answer: await browser.authenticator.create(options) };
      const answers = await eightTimes(backend, browser, '/registration/finish', request);
      for (const { status, body } of answers)
        assert.deepEqual([status, body], [201, answers[0]!.body]);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('give one effect to eight submits of one code', async () => {
      const browser = backend.browser();
      const { handle } = (
        await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
      ).body;
      const request = { handle, code: backend.codes.get('ada@example.com') };
      const answers = await eightTimes(backend, browser, '/codes/verify', request);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
      assert.equal(await backend.count('sessions'), 1);
    });

    it('count eight wrong guesses at once as no more than five', async () => {
      const browser = backend.browser();
      const { handle } = (
        await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
      ).body;
      const code = backend.codes.get('ada@example.com') === '000000' ? '000001' : '000000';
      const answers = await eightTimes(backend, browser, '/codes/verify', { handle, code });
      const codes = answers.map(({ body }) => body.error.code).sort();
      assert.deepEqual(codes, [
        ...Array(3).fill('challenge-expired'),
        ...Array(5).fill('verification-failed'),
      ]);
    });

    it('make one account for a newcomer who verifies in four browsers at once', async () => {
      const other = backend.create({ store: backend.otherDatabase });
      const ready = [];
      for (let index = 0; index < 4; index++) {
        const browser = backend.browser(index % 2 ? other : backend.app);
        const { handle } = (
          await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
        ).body;
        ready.push({ browser, request: { handle, code: backend.codes.get('ada@example.com') } });
      }
      const answers = await Promise.all(
        ready.map(({ browser, request }) => browser.rest('POST', '/codes/verify', request)),
      );
      for (const { status } of answers) assert.equal(status, 200);
      assert.equal(await backend.count('users'), 1);
    });

    it('let a counter rise once when two challenges are answered with the same count', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      const one = await browser.answerSignIn({ counter: 9 });
      const two = await browser.answerSignIn({ counter: 9 });
      const other = browser.at(backend.create({ store: backend.otherDatabase }));
      const answers = await Promise.all([
        browser.rest('POST', '/sign-in/finish', one),
        other.rest('POST', '/sign-in/finish', two),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400]);
      assert.equal(await backend.count('audit'), 1);
    });

    it('leave one passkey of eight that are removed at once, where the last one is guarded', async () => {
      const [here, there] = [backend.database, backend.otherDatabase].map((store) =>
        backend.create({ store, allowLastPasskeyRemoval: false }),
      );
      const browser = await backend.signedIn('ada@example.com', here);
      for (let key = 0; key < 8; key++) await browser.register();
      const { passkeys } = (await browser.rest('GET', '/passkeys')).body;
      const answers = await Promise.all(
        passkeys.map(({ id }: { id: string }, index: number) =>
          browser.at(index % 2 ? here! : there!).rest('DELETE', `/passkeys/${id}`),
        ),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(7).fill(204), 409]);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('finish what the other began, and honour its sessions and limits', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      const twin = browser.at(backend.create({ store: backend.otherDatabase }));
      const request = await browser.answerSignIn({}, { identifier: 'ada@example.com' });
      assert.equal((await twin.rest('POST', '/sign-in/finish', request)).status, 200);
      assert.equal((await browser.rest('GET', '/session')).status, 200);
      const [here, there] = await Promise.all(
        [browser, twin].map((one) =>
          one.rest('POST', '/sign-in/begin', { identifier: 'eve@example.com' }),
        ),
      );
      assert.deepEqual(here!.body.options.allowCredentials, there!.body.options.allowCredentials);
    });

    it('may start together on an empty database', async () => {
      const { doors, close } = await backend.emptyDatabase();
      await Promise.all([...doors, ...doors].map((door) => migrate(door)));
      const secrets = await Promise.all(
        doors.map((door) => door.selectFrom('settings').selectAll().execute()),
      );
      assert.equal(secrets[0]!.length, 1);
      assert.deepEqual(secrets[0], secrets[1]);
      assert.equal(secrets[0]![0]!.value.length, 32);
      await close();
    });
  });

  describe('a restart', () => {
    it('keeps passkeys, sessions and open challenges; what was ended stays ended', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      const { passkey } = (await browser.register()).body;
      await browser.rest('DELETE', `/passkeys/${passkey.id}`);
      const ended = await backend.signedIn('bob@example.com');
      const cookies = new Map(ended.cookies);
      await ended.rest('POST', '/sign-out', {});
      ended.cookies = cookies;
      const request = { ...(await browser.rest('POST', '/sign-in/begin', {})).body };
      const restarted = backend.create();
      const again = browser.at(restarted);
      assert.equal((await again.rest('GET', '/passkeys')).body.passkeys.length, 1);
      assertRefused(await ended.at(restarted).rest('GET', '/session'), 401, 'unauthorized');
      const answer = await browser.authenticator.get(
        request.options,
        {},
        browser.authenticator.passkeys[0],
      );
      const finish = { challengeId: request.challengeId, answer };
      assert.equal((await again.rest('POST', '/sign-in/finish', finish)).status, 200);
    });
  });

  describe('a connection lost in the middle', () => {
    for (const table of ['outcomes', 'sessions']) {
      it(`leaves no half rows when a sign-in dies at ${table}, and the retry succeeds`, async () => {
        const browser = await backend.signedIn();
        await browser.register();
        await browser.rest('POST', '/sign-out', {});
        const failing = backend.create({ store: backend.database.withPlugin(failingAt(table)) });
        const request = await browser.answerSignIn();
        const lost = await browser.at(failing).rest('POST', '/sign-in/finish', request);
        assertRefused(lost, 503, 'server-error');
        assert.equal(await backend.count('sessions'), 0);
        assert.equal(await backend.count('outcomes'), 1);
        assert.equal((await browser.rest('POST', '/sign-in/finish', request)).status, 200);
        assert.equal(await backend.count('sessions'), 1);
      });
    }

    for (const table of ['passkeys', 'outcomes']) {
      it(`leaves no half rows when a registration dies at ${table}, and the retry succeeds`, async () => {
        const browser = await backend.signedIn();
        const failing = backend.create({ store: backend.database.withPlugin(failingAt(table)) });
        const { challengeId, options } = (await browser.rest('POST', '/registration/begin', {}))
          .body;
        const request = { challengeId, answer: await browser.authenticator.create(options) };
        const lost = await browser.at(failing).rest('POST', '/registration/finish', request);
        assertRefused(lost, 503, 'server-error');
        assert.equal(await backend.count('passkeys'), 0);
        assert.equal((await browser.rest('POST', '/registration/finish', request)).status, 201);
        assert.equal(await backend.count('passkeys'), 1);
      });
    }

    for (const code of ['40P01', '40001']) {
      it(`is like a transaction that the database ended for another one (${code})`, async () => {
        const browser = await backend.signedIn();
        await browser.register();
        await browser.rest('POST', '/sign-out', {});
        const plugin = failingAt('sessions', code);
        const failing = backend.create({ store: backend.database.withPlugin(plugin) });
        const request = await browser.answerSignIn();
        const ended = await browser.at(failing).rest('POST', '/sign-in/finish', request);
        assertRefused(ended, 503, 'server-error');
        assert.equal(ended.headers.get('retry-after'), '2');
        assert.equal((await browser.rest('POST', '/sign-in/finish', request)).status, 200);
      });
    }

    it('calls a fault of our own a fault, tells nothing of it and goes on', async () => {
      const broken = backend.create({
        sendCode: () => {
          throw new Error('secret detail');
        },
      });
      const browser = backend.browser(broken);
      const answer = await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' });
      assertRefused(answer, 500, 'server-error');
      assert.ok(!answer.text.includes('secret'));
    });
  });

  describe('old rows', () => {
    it('are swept out once nobody can ask about them', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      await browser.rest('POST', '/sign-in/begin', {});
      backend.advance(25 * 60 * minute);
      await browser.rest('POST', '/sign-in/begin', {});
      assert.equal(await backend.count('challenges'), 1);
      assert.equal(await backend.count('outcomes'), 0);
      assert.equal(await backend.count('sessions'), 0);
      assert.equal(await backend.count('tries'), 0);
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('of codes, too, which hold addresses', async () => {
      await backend.browser().rest('POST', '/codes/send', { identifier: 'ada@example.com' });
      assert.equal(await backend.count('codes'), 1);
      backend.advance(25 * 60 * minute);
      await backend.browser().rest('POST', '/sign-in/begin', {});
      assert.equal(await backend.count('codes'), 0);
    });
  });

  // PGlite has one connection, so that one transaction follows another.
  if (driver === 'PostgreSQL') {
    describe('a sign-in with a passkey that is being removed', () => {
      it('succeeds, and so does the removal after it', async () => {
        const { promise: passkeyHeld, resolve: holdPasskey } = Promise.withResolvers<void>();
        const { promise: userHeld, resolve: holdUser } = Promise.withResolvers<void>();
        const signIn = around('UpdateQueryNode', {
          answered() {
            holdPasskey();
            return userHeld;
          },
        });
        const removal = around('DeleteQueryNode', { sent: holdUser });
        const browser = await backend.signedIn();
        const { passkey } = (await browser.register()).body;
        const other = backend.browser(
          backend.create({ store: backend.otherDatabase.withPlugin(signIn) }),
        );
        other.authenticator = browser.authenticator;
        const remover = browser.at(backend.create({ store: backend.database.withPlugin(removal) }));
        const signingIn = other.signIn();
        await passkeyHeld;
        const removed = await remover.rest('DELETE', `/passkeys/${passkey.id}`);
        const signedIn = await signingIn;
        assert.deepEqual([signedIn.status, removed.status], [200, 204]);
        assert.equal(await backend.count('passkeys'), 0);
      });
    });

    describe('a database that is set up for other programs', () => {
      it('gives one effect to eight submits of one sign-in, and keeps times and keys', async () => {
        const settings = {
          search_path: `test_${process.pid}`,
          default_transaction_isolation: 'serializable',
          datestyle: 'German',
          bytea_output: 'escape',
        };
        const url = new URL(process.env.DATABASE_URL!);
        const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
        url.searchParams.set('options', options.join(' '));
        const database = openPostgres(url.href);
        const there = backend.create({ store: database });
        const browser = await backend.signedIn('ada@example.com', there);
        await browser.register();
        const request = await browser.answerSignIn();
        const answers = await Promise.all(
          Array.from({ length: 8 }, () => browser.rest('POST', '/sign-in/finish', request)),
        );
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
        const { passkeys } = (await browser.rest('GET', '/passkeys')).body;
        const { body } = await browser.at(backend.app).rest('GET', '/passkeys');
        assert.deepEqual(passkeys, body.passkeys);
        await database.destroy();
      });
    });

    describe('a database that does not come to an answer', () => {
      const searchPath = `-c search_path=test_${process.pid}`;
      const limits: Record<string, Record<string, string>> = {
        'by our own limit': { query_timeout: '300', options: searchPath },
        'by its limit for a statement': { options: `${searchPath} -c statement_timeout=300` },
        'by its limit for a lock': { options: `${searchPath} -c lock_timeout=300` },
      };
      for (const [what, parameters] of Object.entries(limits)) {
        it(`is answered with 503 ${what}, and the retry succeeds`, async () => {
          const impatient = new URL(process.env.DATABASE_URL!);
          for (const [name, value] of Object.entries(parameters))
            impatient.searchParams.set(name, value);
          const database = openPostgres(impatient.href);
          const browser = await backend.signedIn();
          await browser.register();
          const request = await browser.answerSignIn();
          const { promise: released, resolve: release } = Promise.withResolvers<void>();
          const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
          const holding = backend.otherDatabase.transaction().execute(async (work) => {
            await work.selectFrom('passkeys').selectAll().forUpdate().execute();
            lock();
            await released;
          });
          await locked;
          const waiting = browser.at(backend.create({ store: database }));
          const refused = await waiting.rest('POST', '/sign-in/finish', request);
          release();
          await holding;
          await database.destroy();
          assertRefused(refused, 503, 'server-error');
          assert.equal(refused.headers.get('retry-after'), '2');
          assert.equal((await browser.rest('POST', '/sign-in/finish', request)).status, 200);
        });
      }

      it('is answered with 503 while it takes no changes', async () => {
        const url = new URL(process.env.DATABASE_URL!);
        const readOnly = `${searchPath} -c default_transaction_read_only=on`;
        url.searchParams.set('options', readOnly);
        const database = openPostgres(url.href);
        const browser = backend.browser(backend.create({ store: database }));
        const refused = await browser.rest('POST', '/sign-in/begin', {});
        await database.destroy();
        assertRefused(refused, 503, 'server-error');
      });
    });

    describe('a connection that the database ends between two queries of a request', () => {
      it('is answered with 503, and the retry succeeds', async () => {
        const browser = await backend.signedIn();
        await browser.register();
        const request = await browser.answerSignIn();
        const { promise: noticed, resolve: notice } = Promise.withResolvers<Error>();
        const name = `ended_${process.pid}`;
        const url = new URL(process.env.DATABASE_URL!);
        url.searchParams.set('application_name', name);
        url.searchParams.set('options', `-c search_path=test_${process.pid}`);
        const database = openPostgres(url.href, notice);
        const taken = around('DeleteQueryNode', {
          async answered() {
            await sql`select pg_terminate_backend(pid) from pg_stat_activity
              where application_name = ${name} and state like 'idle in transaction%'`.execute(
              backend.otherDatabase,
            );
            await noticed;
          },
        });
        const there = browser.at(backend.create({ store: database.withPlugin(taken) }));
        const refused = await there.rest('POST', '/sign-in/finish', request);
        assertRefused(refused, 503, 'server-error');
        assert.equal((await browser.rest('POST', '/sign-in/finish', request)).status, 200);
        await database.destroy();
      });
    });

    describe('an exhausted pool', () => {
      it('is answered with 503 while it lasts, and counts nothing', async () => {
        const { promise: released, resolve: release } = Promise.withResolvers<void>();
        const database = openPostgres(process.env.DATABASE_URL!);
        const held = Array.from({ length: 10 }, () =>
          database.connection().execute(async (connection) => {
            await sql`select 1`.execute(connection);
            await released;
          }),
        );
        const browser = backend.browser(backend.create({ store: database }));
        const refused = await browser.rest('POST', '/sign-in/begin', {});
        assertRefused(refused, 503, 'server-error');
        release();
        await Promise.all(held);
        assert.equal(
          (await browser.at(backend.app).rest('POST', '/sign-in/begin', {})).status,
          200,
        );
        await database.destroy();
      });
    });
  }
});

describe('a database that is down', () => {
  const closed = async () => {
    const pglite = await openMemory();
    await pglite.close();
    return openPGlite(pglite);
  };
  const down: Record<string, () => Promise<Database> | Database> = {
    PGlite: closed,
    PostgreSQL: () => openPostgres('postgres://nobody@127.0.0.1:1/none'),
  };
  for (const [name, open] of Object.entries(down)) {
    it(`is answered with 503 and Retry-After in both dialects (${name})`, async () => {
      const backend = new Backend();
      const store = await open();
      const browser = backend.browser(backend.create({ store }));
      assertRefused(await browser.rest('POST', '/sign-in/begin', {}), 503, 'server-error');
      assertRefused(
        await browser.rest('POST', '/codes/send', { identifier: 'a@example.com' }),
        503,
        'server-error',
      );
      const answer = await browser.ssojet('GET', '/passkey/login');
      assert.deepEqual([answer.status, answer.body.error_code], [503, 1006]);
      assert.equal(answer.headers.get('retry-after'), '2');
      await store.destroy();
    });
  }
});

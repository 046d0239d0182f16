import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../demo/server/app.ts';
import type { Database } from '../../demo/server/database.ts';
import { listen } from '../../demo/server/listener.ts';
import { createHanko } from '../support/emulators/hanko.ts';
import { listenForMail } from '../support/mail-server.ts';
import { Visitor } from '../support/visitor.ts';
import { memoryDatabase } from '../support/memory-database.ts';
import { freePort } from '../support/free-port.mjs';
import { fillDataFolder } from '../support/pglite-files.ts';

const main = fileURLToPath(new URL('../../demo/server/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'passkey-server-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The server as its own process, up to the line that tells its address. */
async function run(environment: Record<string, string> = {}) {
  const env = {
    ...process.env,
    PORT: '0',
    DATA_DIR: folder,
    DATABASE_URL: '',
    SMTP_URL: '',
    ...environment,
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const url = await new Promise<string | undefined>((resolve) => {
    createInterface(child.stdout)
      .on('line', (line) => {
        lines.push(line);
        if (line.startsWith('Open ')) resolve(line.slice('Open '.length));
      })
      .on('close', () => resolve(undefined));
  });
  return { child, url, lines, exit, errors: () => errors };
}

async function stop(
  child: ChildProcess,
  exit: Promise<[number | null]>,
  signal: NodeJS.Signals = 'SIGINT',
) {
  child.kill(signal);
  return (await exit)[0];
}

describe('the server as a process', () => {
  it('signs in, stops with 0, and after a restart still knows the session and the passkey', async () => {
    const PORT = String(await freePort());
    const first = await run({ PORT });
    const browser = new Visitor(first.url!);
    const { handle } = (
      await browser.send('POST', '/api/passkeys/codes/send', { identifier: 'ada@example.com' })
    ).body;
    const { code } = (await browser.send('GET', '/demo/last-code')).body;
    assert.ok(
      first.lines.some((line) => line.includes(code)),
      'the code is on the console',
    );
    assert.equal(
      (await browser.send('POST', '/api/passkeys/codes/verify', { handle, code })).status,
      200,
    );
    const { authenticator } = browser;
    const { challengeId, options } = (
      await browser.send('POST', '/api/passkeys/registration/begin', {})
    ).body;
    const answer = await authenticator.create(options);
    const finished = await browser.send('POST', '/api/passkeys/registration/finish', {
      challengeId,
      answer,
    });
    assert.equal(finished.status, 201);

    const second = await run();
    assert.equal(second.url, undefined);
    assert.match(second.errors(), /^The data folder .* is in use by process \d+: .*\.\n$/);
    assert.equal((await second.exit)[0], 1);
    assert.equal(await stop(first.child, first.exit), 0, first.errors());

    const third = await run({ PORT });
    assert.equal(third.url, first.url);
    const { passkeys } = (await browser.send('GET', '/api/passkeys/passkeys')).body;
    assert.deepEqual(passkeys, [finished.body.passkey]);
    const begun = (await browser.send('POST', '/api/passkeys/sign-in/begin', {})).body;
    const signIn = {
      challengeId: begun.challengeId,
      answer: await authenticator.get(begun.options),
    };
    assert.equal((await browser.send('POST', '/api/passkeys/sign-in/finish', signIn)).status, 200);

    third.child.kill('SIGKILL');
    await third.exit;
    const fourth = await run();
    assert.ok(fourth.url, `a lock left by a killed server is no obstacle: ${fourth.errors()}`);
    assert.equal(await stop(fourth.child, fourth.exit, 'SIGTERM'), 0);
  });

  for (const address of ['127.0.0.1', '::1']) {
    it(`explains a port that is taken on ${address}, in one sentence`, async () => {
      const squatter = createServer().listen(0, address);
      await once(squatter, 'listening');
      const { port } = squatter.address() as AddressInfo;
      const { child, url, errors, exit } = await run({ PORT: String(port) });
      squatter.close();
      if (url) child.kill();
      assert.equal(errors(), `Port ${port} is in use: set PORT to another one.\n`);
      assert.equal((await exit)[0], 1);
    });
  }

  const faults: [Record<string, string>, RegExp][] = [
    [{ PORT: '80a' }, /^PORT must be a whole number from 0 to 65535\.\n$/],
    [
      { DATABASE_URL: 'postgres://nobody:pass@127.0.0.1:1/x' },
      /^The database at DATABASE_URL cannot be reached \(ECONNREFUSED\)\.\n$/,
    ],
    [
      { DATA_DIR: '/dev/null/data' },
      /^The data folder \/dev\/null\/data cannot be written to\.\n$/,
    ],
  ];
  for (const [environment, sentence] of faults) {
    it(`explains ${JSON.stringify(environment)} in one sentence`, async () => {
      const { errors, exit } = await run(environment);
      assert.match(errors(), sentence);
      assert.equal((await exit)[0], 1);
    });
  }

  it('shows no codes to the pages of another machine', async () => {
    const own = join(folder, 'public');
    await fillDataFolder(own);
    const { child, url, lines, exit } = await run({
      DATA_DIR: own,
      ORIGINS: 'http://localhost:*,https://localhost.example.com',
    });
    const browser = new Visitor(url!);
    const identifier = 'ada@example.com';
    const { handle } = await browser.must('POST', '/api/passkeys/codes/send', { identifier });
    assert.ok(lines.some((line) => line.includes('"event":"code"')));
    for (const query of ['', `?state=${handle}`])
      assert.equal((await browser.send('GET', `/demo/last-code${query}`)).status, 404);
    await stop(child, exit);
  });

  it('sends codes by mail where there is a mail server, and shows them nowhere else', async () => {
    const { url: SMTP_URL, mail, close } = await listenForMail();
    const { child, url, lines, exit } = await run({
      SMTP_URL,
      MAIL_FROM: 'Demo <demo@example.com>',
    });
    const browser = new Visitor(url!);
    const { handle } = (
      await browser.send('POST', '/api/passkeys/codes/send', { identifier: 'ada@example.com' })
    ).body;
    const { message } = await mail;
    assert.match(message, /^From: Demo <demo@example\.com>\r$/m);
    assert.match(message, /^To: ada@example\.com\r$/m);
    const code = /code is (\d{6})\./.exec(message)![1]!;
    assert.equal((await browser.send('GET', '/demo/last-code')).status, 404);
    assert.ok(!lines.some((line) => line.includes(code)));
    assert.equal(
      (await browser.send('POST', '/api/passkeys/codes/verify', { handle, code })).status,
      200,
    );
    assert.equal(await stop(child, exit), 0);
    close();
  });
});

describe('the proxies that the environment asks for', () => {
  const tenantId = '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11';
  const apiKey = 'key-canary';
  const account = 'ada@example.com';
  const origins = ['http://localhost:*'];

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of servers, looked at by tests
  type Json = any;

  const proxies = [
    {
      name: 'passlock',
      vendor: (store: Database) =>
        createApp({ store, origins, passlock: { tenancies: [{ id: 'tenancy', apiKey }] } }),
      environment: (port: number) => ({
        PASSLOCK_TENANCY_ID: 'tenancy',
        PASSLOCK_API_KEY: apiKey,
        PASSLOCK_API_VERSION: 'v2',
        PASSLOCK_ENDPOINT: `http://localhost:${port}/api/passlock`,
      }),
      registration: ['/passkey/registration/options', '/passkey/registration/verification'],
      signIn: ['/passkey/authentication/options', '/passkey/authentication/verification'],
      options: ({ optionsJSON }: Json) => optionsJSON,
      proof: ({ sessionToken }: Json, response: object) => ({ response, sessionToken }),
    },
    {
      name: 'hanko',
      vendor: (database: Database) => createHanko({ database, tenantId, apiKey, origins }),
      environment: (port: number) => ({
        HANKO_TENANT_ID: tenantId,
        HANKO_API_KEY: apiKey,
        HANKO_ENDPOINT: `http://localhost:${port}/`,
      }),
      registration: ['/registration/initialize', '/registration/finalize'],
      signIn: ['/login/initialize', '/login/finalize'],
      options: ({ publicKey }: Json) => publicKey,
      proof: (_: Json, answer: object) => answer,
    },
  ] as const;

  for (const { name, vendor, environment, registration, signIn, options, proof } of proxies) {
    it(`${name}: a passkey is made and signs in, and the key stays here`, async () => {
      const store = await memoryDatabase();
      const behind = await listen(vendor(store), 0);
      const own = join(folder, name);
      await fillDataFolder(own);
      const { child, url, lines, exit, errors } = await run({
        ...environment(behind.port),
        DATA_DIR: own,
      });
      assert.ok(url, errors());
      const browser = new Visitor(url);
      const base = `/api/site/${name}`;
      const { handle } = await browser.must('POST', '/api/passkeys/codes/send', {
        identifier: account,
      });
      const { code } = await browser.must('GET', '/demo/last-code');
      await browser.must('POST', '/api/passkeys/codes/verify', { handle, code });

      const made = await browser.must('POST', base + registration[0], {});
      const answer = await browser.authenticator.create(options(made));
      await browser.must('POST', base + registration[1], proof(made, answer));
      await browser.must('POST', '/api/passkeys/sign-out', {});
      assert.deepEqual(await browser.must('GET', '/demo/session'), { user: null });

      const begun = await browser.must('POST', base + signIn[0], {});
      const assertion = await browser.authenticator.get(options(begun));
      await browser.must('POST', base + signIn[1], proof(begun, assertion));
      const { user } = await browser.must('GET', '/demo/session');
      assert.equal(user.identifier, account);

      assert.equal(await stop(child, exit), 0);
      assert.doesNotMatch(lines.join('\n') + errors(), /canary/);
      await behind.close();
      await store.destroy();
    });
  }

  it('are not there unless it asks', async () => {
    const own = join(folder, 'without');
    await fillDataFolder(own);
    const { child, url, exit } = await run({ DATA_DIR: own });
    const browser = new Visitor(url!);
    for (const path of ['passlock/passkey/authentication/options', 'hanko/login/initialize']) {
      assert.equal((await browser.send('POST', `/api/site/${path}`, {})).status, 404);
    }
    await stop(child, exit);
  });
});

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { createApp } from '../../demo/server/app.ts';
import type { Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';
import { createPages } from '../../demo/server/pages.ts';
import { openPostgres } from '../../demo/server/postgres.ts';
import { createHanko } from '../support/emulators/hanko.ts';
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
    [{ PORT: '70000' }, /^PORT must be a whole number from 0 to 65535\.\n$/],
    [
      { DATABASE_URL: 'postgres://nobody:pass@127.0.0.1:1/x' },
      /^The database at DATABASE_URL cannot be reached \(ECONNREFUSED\)\.\n$/,
    ],
    [
      { DATABASE_URL: 'mysql://root:pass@localhost' },
      /^DATABASE_URL must be a URL that begins with postgres:\/\/\.\n$/,
    ],
    [
      { PASSLOCK_API_KEY: 'canary' },
      /^PASSLOCK_TENANCY_ID and PASSLOCK_API_KEY go together: one of them is missing\.\n$/,
    ],
    [
      { PASSLOCK_TENANCY_ID: 't', PASSLOCK_API_KEY: 'canary', PASSLOCK_API_VERSION: '3' },
      /^PASSLOCK_API_VERSION must be v1 or v2\.\n$/,
    ],
    [
      { HANKO_TENANT_ID: 't', HANKO_API_KEY: 'canary', HANKO_ENDPOINT: 'http://hanko.example' },
      /^HANKO_ENDPOINT must be a URL that begins with https:\/\/\.\n$/,
    ],
    [{ SMTP_URL: 'mail.example.com' }, /^SMTP_URL must be a URL that begins with smtp:\/\/\.\n$/],
    [{ ORIGINS: 'https://example.com/' }, /^ORIGINS must be a list of origins .*\.\n$/],
    [{ ORIGINS: ',' }, /^ORIGINS names none: leave it out, or name one\.\n$/],
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
    const mail = await listenForMail();
    const { child, url, lines, exit } = await run({
      SMTP_URL: `smtp://127.0.0.1:${mail.port}?ignoreTLS=true`,
      MAIL_FROM: 'Demo <demo@example.com>',
    });
    const browser = new Visitor(url!);
    const { handle } = (
      await browser.send('POST', '/api/passkeys/codes/send', { identifier: 'ada@example.com' })
    ).body;
    const message = await mail.message;
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
    mail.close();
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

describe('listening', () => {
  /** An app that holds back its answer to `/before`. */
  function holding() {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const app = new Hono<AppEnv>().get('/:when', async (c) => {
      if (c.req.param('when') === 'before') {
        arrive();
        await held;
      }
      return c.text('done');
    });
    return { app, arrived, release };
  }

  it('answers a request that is running while it stops, and takes no new one', async () => {
    const { app, arrived, release } = holding();
    const listening = await listen(app, 0);
    const running = fetch(`http://127.0.0.1:${listening.port}/before`, {
      headers: { connection: 'close' },
    });
    await arrived;
    const closed = listening.close();
    await assert.rejects(fetch(`http://127.0.0.1:${listening.port}/`));
    release();
    assert.equal(await (await running).text(), 'done');
    await closed;
  });

  it('ends the connections of clients that keep them, after what they have asked', async () => {
    const { app, arrived, release } = holding();
    const listening = await listen(app, 0);
    const ask = async (when: string) => {
      const socket = connect(listening.port, '127.0.0.1').setEncoding('utf8');
      await once(socket, 'connect');
      socket.write(`GET /${when} HTTP/1.1\r\nHost: localhost\r\n`);
      return { socket, answer: once(socket, 'data') as Promise<[string]> };
    };
    const after = await ask('after');
    const before = await ask('before');
    before.socket.write('\r\n');
    await arrived;
    const closed = listening.close();
    after.socket.write('\r\n');
    release();
    for (const { answer } of [before, after]) {
      const [text] = await answer;
      assert.match(text, /^HTTP\/1\.1 200 /);
      assert.match(text, /\r\nconnection: close\r\n/i);
    }
    await closed;
  });

  it('is heard by this machine alone', async () => {
    const listening = await listen(new Hono<AppEnv>(), 0);
    const addresses = Object.values(networkInterfaces()).flat();
    const outside = addresses.find((one) => one && !one.internal && one.family === 'IPv4');
    const socket = connect(listening.port, outside?.address ?? '127.0.0.2');
    const outcome = await once(socket, 'connect').then(
      () => 'heard',
      ({ code }: NodeJS.ErrnoException) => code,
    );
    socket.destroy();
    await listening.close();
    assert.equal(outcome, 'ECONNREFUSED');
  });

  it('does not wait for a connection that a browser keeps ready', async () => {
    const { app, arrived, release } = holding();
    const listening = await listen(app, 0);
    const ready = connect(listening.port, '127.0.0.1');
    await once(ready, 'connect');
    const running = fetch(`http://127.0.0.1:${listening.port}/before`);
    await arrived;
    const closed = listening.close();
    await once(ready.resume(), 'close');
    release();
    assert.equal(await (await running).text(), 'done', 'it was over before patience was');
    await closed;
  });

  it('answers 408 to headers that never end (127)', async () => {
    const listening = await listen(new Hono<AppEnv>(), 0, {
      headers: 200,
      request: 400,
      stop: 100,
    });
    const socket = connect(listening.port, '127.0.0.1').setEncoding('utf8');
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const [answer] = (await once(socket, 'data')) as [string];
    assert.match(answer, /^HTTP\/1\.1 408 /);
    socket.destroy();
    await listening.close();
  });

  it('answers 413 to a body of 1 MB and goes on (127)', async () => {
    // Neither request below comes as far as the database.
    const store = openPostgres('postgres://nobody@127.0.0.1:1/none');
    const listening = await listen(createApp({ store, origins: ['http://localhost:*'] }), 0);
    const browser = new Visitor(`http://localhost:${listening.port}`);
    const large = await browser.send('POST', '/api/passkeys/sign-out', {
      padding: 'a'.repeat(1024 * 1024),
    });
    assert.equal(large.status, 413);
    assert.equal((await browser.send('POST', '/api/passkeys/sign-out', {})).status, 204);
    await listening.close();
    await store.destroy();
  });
});

describe('the addresses for password managers', () => {
  const ask = async (origins: string[], host: string) => {
    const store = openPostgres('postgres://nobody@127.0.0.1:1/none'); // nothing is asked of it
    const app = createApp({ store, origins });
    const answer = await app.request(`http://${host}/.well-known/passkey-endpoints`);
    await store.destroy();
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type')!, /^application\/json/);
    return answer.json();
  };

  it('are those of the site, whatever the request says', async () => {
    assert.deepEqual(await ask(['https://example.com'], 'evil.test'), {
      enroll: 'https://example.com/#add-passkey',
      manage: 'https://example.com/',
    });
  });

  it('on any port of this machine, are those of the request', async () => {
    assert.deepEqual(await ask(['http://localhost:*'], 'localhost:8123'), {
      enroll: 'http://localhost:8123/#add-passkey',
      manage: 'http://localhost:8123/',
    });
  });
});

describe('pages', () => {
  const built = { folder: join(folder, 'built'), script: join(folder, 'script.js') };

  before(() => {
    mkdirSync(join(built.folder, 'assets'), { recursive: true });
    writeFileSync(join(built.folder, 'index.html'), '<!doctype html><title>Demo</title>');
    writeFileSync(join(built.folder, 'assets', 'main.js'), 'export {};');
    writeFileSync(built.script, 'void 0;');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
  });

  it('serves the demo under a strict policy', async () => {
    const pages = createPages(built);
    const page = await pages.request('/');
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<title>Demo/);
    const policy = page.headers.get('content-security-policy')!;
    for (const part of [
      "default-src 'self'",
      "require-trusted-types-for 'script'",
      "frame-ancestors 'none'",
    ]) {
      assert.ok(policy.includes(part), part);
    }
    assert.ok(!policy.includes('unsafe'));
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.ok(page.headers.get('referrer-policy'));
    const script = await pages.request('/assets/main.js');
    assert.match(script.headers.get('content-type')!, /javascript/);
    assert.equal(script.headers.get('access-control-allow-origin'), null);
  });

  it('lets other pages take the script', async () => {
    const script = await createPages(built).request('/passkey-elements.min.js');
    assert.equal(script.status, 200);
    assert.equal(script.headers.get('access-control-allow-origin'), '*');
    assert.match(script.headers.get('content-type')!, /javascript/);
  });

  it('serves nothing from outside its folder', async () => {
    const pages = createPages(built);
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/%5c..%5csecret.txt',
    ]) {
      const answer = await pages.request(path);
      assert.equal(answer.status, 404, path);
    }
  });

  it('says what to do when nothing is built', async () => {
    const answer = await createPages({ folder: '/nowhere', script: '/nowhere.js' }).request('/');
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /npm run build/);
  });
});

/** A mail server that takes one message. */
async function listenForMail() {
  const { promise: message, resolve } = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    let data: string[] | undefined;
    socket.write('220 test\r\n');
    createInterface(socket).on('line', (line) => {
      if (data && line === '.') {
        resolve(data.join('\r\n') + '\r\n');
        data = undefined;
        socket.write('250 taken\r\n');
      } else if (data) data.push(line);
      else if (line === 'DATA') {
        data = [];
        socket.write('354 go on\r\n');
      } else if (line === 'QUIT') socket.end('221 bye\r\n');
      else socket.write('250 fine\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, message, close: () => server.close() };
}

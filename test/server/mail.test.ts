import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createMailer } from '../../demo/server/mail.ts';
import { listenForMail } from '../support/mail-server.ts';
import { memoryDatabase } from '../support/memory-database.ts';
import { assertRefused, Backend, type App } from './harness.ts';

const identifier = 'ada@example.com';

/** Answers a mail program line by line, or not at all. */
async function mailServer(answer: (socket: Socket) => void) {
  const server = createServer((socket) => answer(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, url: `smtp://127.0.0.1:${port}?ignoreTLS=true` };
}

describe('a mail server that takes no letter', () => {
  const backend = new Backend();
  before(() =>
    backend.open(async () => {
      const one = await memoryDatabase();
      const empty = () => Promise.reject(new Error('not needed'));
      return { one, other: one, empty, close: () => one.destroy() };
    }),
  );
  beforeEach(() => backend.reset());
  after(() => backend.close());

  const mailing = (url: string) =>
    backend.create({ sendCode: createMailer(url, 'Demo <demo@example.com>') });
  const ask = (url: string) =>
    backend.browser(mailing(url)).rest('POST', '/codes/send', { identifier });

  it('is answered with 503 where it is away', async () => {
    const { server, url } = await mailServer(() => {});
    server.close();
    await once(server, 'close');
    const answer = await ask(url);
    assertRefused(answer, 503, 'server-error');
    assert.ok(answer.headers.get('retry-after'));
  });

  for (const refusal of ['550 5.1.1', '451 4.7.1']) {
    it(`is answered with 503 where it says ${refusal}, and the log keeps the address to itself`, async () => {
      const { server, url } = await mailServer((socket) => {
        socket.write('220 test\r\n');
        createInterface(socket).on('line', (line) => {
          const [, recipient] = /^RCPT TO:(.*)/.exec(line) ?? [];
          if (line === 'QUIT') socket.end('221 bye\r\n');
          else socket.write(recipient ? `${refusal} ${recipient} no\r\n` : '250 fine\r\n');
        });
      });
      const answer = await ask(url);
      server.close();
      assertRefused(answer, 503, 'server-error');
      const log = JSON.stringify(backend.log);
      assert.match(log, new RegExp(`EENVELOPE ${refusal.slice(0, 3)}`));
      assert.ok(!log.includes(identifier), log);
    });
  }

  /** Asks as often as a day allows and once more, slowly, and gives the last answer. */
  async function askAllDay(app: App) {
    const browser = backend.browser(app);
    const send = () => browser.rest('POST', '/codes/send', { identifier });
    for (let count = 0; count < 30; count++) {
      assertRefused(await send(), 503, 'server-error');
      backend.advance(4000);
    }
    browser.app = backend.app;
    return send();
  }

  it('does not use up the codes that an address may have', async () => {
    const refusing = await mailServer((socket) => {
      socket.write('220 test\r\n');
      createInterface(socket).on('line', (line) =>
        socket.write(line.startsWith('RCPT') ? '450 busy\r\n' : '250 fine\r\n'),
      );
    });
    const sent = await askAllDay(mailing(refusing.url));
    refusing.server.close();
    assert.equal(sent.status, 202);
    await backend.reset();
    const away = await mailServer(() => {});
    away.server.close();
    await once(away.server, 'close');
    assert.equal((await askAllDay(mailing(away.url))).status, 202);
  });

  it('is what is answered where the count cannot be taken back either', async () => {
    const away = await mailServer(() => {});
    away.server.close();
    await once(away.server, 'close');
    const store = backend.database.withPlugin({
      transformQuery({ node }) {
        if (node.kind === 'UpdateQueryNode') throw new Error('the database said no');
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const app = backend.create({ store, sendCode: createMailer(away.url, 'demo@example.com') });
    const sent = await backend.browser(app).rest('POST', '/codes/send', { identifier });
    assertRefused(sent, 503, 'server-error');
    assert.equal(sent.headers.get('retry-after'), '5');
  });

  it('uses them up where the letter may arrive', async () => {
    const { server, url } = await mailServer((socket) => {
      socket.write('220 test\r\n');
      let isLetter = false;
      createInterface(socket).on('line', (line) => {
        if (isLetter) return void (line === '.' && socket.destroy());
        isLetter = line === 'DATA';
        socket.write(isLetter ? '354 go on\r\n' : '250 fine\r\n');
      });
    });
    const browser = backend.browser(mailing(url));
    const send = () => browser.rest('POST', '/codes/send', { identifier });
    for (let count = 0; count < 10; count++) assertRefused(await send(), 503, 'server-error');
    server.close();
    assertRefused(await send(), 429, 'rate-limited');
  });

  const patience = [
    ['says nothing', ['', '']],
    ['takes its time for each line', ['220 test\r\n', '250 fine\r\n']],
  ] as const;
  for (const [what, [greeting, reply]] of patience) {
    it(`is waited for no longer than a page waits where it ${what}, and brings no letter later`, async (t) => {
      const waiting = new AbortController();
      const { mock } = t.mock.method(AbortSignal, 'timeout', () => waiting.signal);
      const lines: string[] = [];
      const { server, url } = await mailServer((socket) => {
        if (greeting) socket.write(greeting);
        else waiting.abort();
        createInterface(socket).on('line', (line) => {
          lines.push(line);
          waiting.abort();
          socket.write(reply);
        });
      });
      const answer = await ask(url);
      const closed = once(server, 'close');
      server.close();
      await closed;
      assertRefused(answer, 503, 'server-error');
      assert.deepEqual(mock.calls[0]?.arguments, [8000]);
      assert.ok(!lines.includes('DATA'), String(lines));
    });
  }
});

async function mailTo(identifier: string) {
  const { url, mail, close } = await listenForMail();
  const send = createMailer(url, 'Shop <shop@example.com>');
  await send({ identifier, code: '012345', handle: 'handle-canary' });
  close();
  return mail;
}

describe('the mail with a code', () => {
  it('names the code in subject and text, and says how long it is good and what to do if nobody asked', async () => {
    const { recipients, message } = await mailTo('ada@example.com');
    assert.deepEqual(recipients, ['ada@example.com']);
    assert.match(message, /^From: Shop <shop@example\.com>\r$/m);
    assert.match(message, /^To: ada@example\.com\r$/m);
    assert.match(message, /^Subject: 012345 is your sign-in code\r$/m);
    assert.match(message, /^Your sign-in code is 012345\. It is good for 10 minutes\.\r$/m);
    assert.match(message, /^If you did not ask for it, ignore this message\.\r$/m);
    assert.doesNotMatch(message, /canary/);
  });

  it('goes to one address, whatever it holds', async () => {
    const { recipients } = await mailTo('ada@example.com, eve@example.com');
    assert.equal(recipients.length, 1);
  });
});

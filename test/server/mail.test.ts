import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createMailer } from '../../demo/server/mail.ts';
import { memoryDatabase } from '../support/memory-database.ts';
import { assertRefused, Backend } from './harness.ts';

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

  const ask = (url: string) => {
    const app = backend.create({ sendCode: createMailer(url, 'Demo <demo@example.com>') });
    return backend.browser(app).rest('POST', '/codes/send', { identifier });
  };

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

  it('is waited for no longer than a page waits', async (t) => {
    const { promise: connected, resolve: connect } = Promise.withResolvers<Socket>();
    const { server, url } = await mailServer(connect);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const answering = ask(url);
    await connected;
    t.mock.timers.tick(8000);
    t.mock.timers.reset();
    assertRefused(await answering, 503, 'server-error');
    server.close();
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, it } from 'node:test';
import { Hono } from 'hono';
import { createApp } from '../../demo/server/app.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';
import { openPostgres } from '../../demo/server/postgres.ts';
import { Visitor } from '../support/visitor.ts';

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

  for (const [part, sent] of [
    ['headers that never end', 'X-Slow: '],
    ['a body that never ends', 'Content-Length: 9\r\n\r\nslow'],
  ]) {
    it(`answers 408 to ${part}`, async () => {
      const app = new Hono<AppEnv>().post('/', async (c) => c.text(await c.req.text()));
      const listening = await listen(app, 0, { headers: 200, request: 400, stop: 100 });
      const socket = connect(listening.port, '127.0.0.1').setEncoding('utf8');
      socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${sent}`);
      const [answer] = (await once(socket, 'data')) as [string];
      assert.match(answer, /^HTTP\/1\.1 408 /);
      socket.destroy();
      await listening.close();
    });
  }

  it('cuts off what is not done when it has waited long enough', async () => {
    const { app, arrived } = holding();
    const listening = await listen(app, 0, { headers: 200, request: 400, stop: 50 });
    const running = fetch(`http://127.0.0.1:${listening.port}/before`);
    const lost = assert.rejects(running);
    await arrived;
    await listening.close();
    await lost;
  });

  it('answers 413 to a body of 1 MB and goes on', async () => {
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

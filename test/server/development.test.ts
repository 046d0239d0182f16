import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { createServer } from 'vite';
import { Visitor } from '../support/visitor.ts';

const folder = mkdtempSync(join(tmpdir(), 'passkey-development-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('`npm run dev` serves the page and its backend, and goes on with the same accounts', async (test) => {
  const { env } = process;
  process.env = { ...env, DATA_DIR: folder, DATABASE_URL: undefined };
  test.after(() => (process.env = env));
  const server = await createServer({
    mode: 'demo',
    logLevel: 'error',
    server: { port: 0, watch: null },
  });
  await server.listen();
  const url = new URL(server.resolvedUrls!.local[0]!).origin;
  assert.match(await (await fetch(url)).text(), /<passkey-login/);

  const browser = new Visitor(url);
  const identifier = 'ada@example.com';
  assert.deepEqual(await browser.must('GET', '/demo/session'), { user: null });
  assert.deepEqual(await browser.must('GET', '/demo/settings'), { handOff: false });
  const { handle } = await browser.must('POST', '/api/passkeys/codes/send', { identifier });
  const { code } = await browser.must('GET', '/demo/last-code');
  await browser.must('POST', '/api/passkeys/codes/verify', { handle, code });

  await server.restart(); // as after a change of the backend
  const again = new Visitor(new URL(server.resolvedUrls!.local[0]!).origin);
  for (const cookie of browser.cookies) again.cookies.set(...cookie);
  const { user } = await again.must('GET', '/demo/session');
  assert.equal(user.identifier, identifier);
  await server.close();
});

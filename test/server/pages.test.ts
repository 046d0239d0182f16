import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPages } from '../../demo/server/pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'passkey-pages-'));
after(() => rmSync(folder, { recursive: true, force: true }));

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
    assert.deepEqual(page.headers.get('content-security-policy')!.split('; '), [
      "default-src 'self'",
      "img-src 'self' data: https:",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "form-action 'self'",
      "require-trusted-types-for 'script'",
      'trusted-types lit-html',
    ]);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('referrer-policy'), 'strict-origin-when-cross-origin');
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

  it('says that there is nothing at any other address, under the same policy', async () => {
    const pages = createPages(built);
    const posted = { method: 'POST' };
    for (const answer of [await pages.request('/none'), await pages.request('/', posted)]) {
      assert.equal(answer.status, 404);
      assert.equal(await answer.text(), 'There is nothing at this address.');
      assert.ok(answer.headers.get('content-security-policy'));
    }
  });

  it('says what to do when nothing is built', async () => {
    const answer = await createPages({ folder: '/nowhere', script: '/nowhere.js' }).request('/');
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /npm run build/);
  });
});

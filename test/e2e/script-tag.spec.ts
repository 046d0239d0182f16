import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { ar } from '../../src/i18n/ar.js';
import { snippetsOf } from '../support/snippets.ts';

const integrity = JSON.parse(readFileSync('dist/sri.json', 'utf8')) as Record<string, string>;
const read = (file: string): string => readFileSync(`dist/${file}`, 'utf8');
const pages = ['README.md', 'docs/frameworks/html.md'];
const tags = pages
  .flatMap((page) => snippetsOf(page))
  .map(({ code }) => code)
  .filter((code) => code.includes('integrity='));
const fileOf = (tag: string): string => /[\w-]+\.min\.js/.exec(tag)![0];

test('every file has a tag to copy', () => {
  expect([...new Set(tags.map(fileOf))].sort()).toEqual(Object.keys(integrity).sort());
});

for (const tag of new Set(tags)) {
  test(`the tag of ${fileOf(tag)} as it stands in the docs runs that file and no other`, async ({
    page,
  }) => {
    const errors = consoleOf(page, 'error');
    await open(page, tag);
    const names = ['passkey-login', 'passkey-manager'];
    const wanted = names.filter((name) => fileOf(tag).startsWith(name) || isForBoth(fileOf(tag)));
    expect(await defined(page)).toEqual(wanted);
    expect(errors).toEqual([]);

    await open(page, tag, (code) => `${code} /* changed on its way */`);
    expect(await defined(page)).toEqual([]);
    expect(errors.join()).toContain('integrity');
  });
}

test('the smaller files work together, and languages reach both', async ({ page }) => {
  const errors = consoleOf(page, 'error');
  await open(page, `${own('passkey-login.min.js')}${own('passkey-manager.min.js')}`);
  expect(await defined(page)).toEqual(['passkey-login', 'passkey-manager']);
  await page.evaluate(() => {
    const words = { signInTitle: 'Giris', managerTitle: 'Anahtarlar' };
    passkeyElements.addLocale('tr', words as Parameters<typeof passkeyElements.addLocale>[1]);
    const backend = { signIn: { begin: never, finish: never } };
    function never(): Promise<never> {
      return new Promise(() => {});
    }
    for (const tag of ['passkey-login', 'passkey-manager'] as const) {
      const element = document.createElement(tag);
      element.lang = 'tr';
      element.backend = backend;
      document.body.append(element);
    }
  });
  await expect(page.getByRole('heading')).toHaveText(['Giris', 'Anahtarlar']);
  expect(errors).toEqual([]);
});

test('words are right on a page that does not say how it is encoded', async ({ page }) => {
  await open(page, `${own('passkey-elements.min.js')}<passkey-login lang="ar"></passkey-login>`);
  await expect(page.getByRole('heading')).toHaveText(ar.signInTitle);
});

test('offers what a page without a bundler needs', async ({ page }) => {
  await open(page, own('passkey-elements.min.js'));
  const offered = await page.evaluate(() => {
    const { PasskeyError, defineHttpBackend, version } = passkeyElements;
    const backend = defineHttpBackend({
      name: 'shop',
      baseUrl: '/passkeys',
      signIn: {
        begin: { path: '/a', read: (options) => ({ options }) },
        finish: { path: '/b', read: () => ({ kind: 'session' }) },
      },
    })({});
    return [new PasskeyError('network', 'x').code, backend.name, version];
  });
  expect(offered).toEqual(['network', 'shop', versionOf('package.json')]);
});

test('a backend that a page makes as the docs do is the first one its element has', async ({
  page,
}) => {
  const snippets = snippetsOf('docs/frameworks/html.md').map(({ code }) => code);
  const snippet = snippets.find((code) => code.includes('defineHttpBackend'))!;
  await page.addInitScript(() => {
    window.heard = [];
    for (const name of ['passkey-ready', 'passkey-error'] as const)
      addEventListener(name, ({ type }) => window.heard.push(type));
  });
  await open(page, snippet);
  await expect.poll(() => page.evaluate(() => window.heard)).toEqual(['passkey-ready']);
});

test('what the page has added to Object.prototype gets in nowhere', async ({ page }) => {
  const errors = consoleOf(page, 'error');
  const added = `<script>Object.assign(Object.prototype, { method: 'DELETE', headers: {} })</script>`;
  await open(page, `${added}${own('passkey-elements.min.js')}`);
  expect(await defined(page)).toEqual(['passkey-login', 'passkey-manager']);
  expect(errors).toEqual([]);
});

test('the same file twice is silent', async ({ page }) => {
  const warnings = consoleOf(page, 'warning', 'error');
  await open(page, own('passkey-elements.min.js').repeat(2));
  expect(await defined(page)).toEqual(['passkey-login', 'passkey-manager']);
  expect(warnings).toEqual([]);
});

test('two versions never throw; the first one stays, and the console names both', async ({
  page,
}) => {
  const warnings = consoleOf(page, 'warning', 'error');
  const version = versionOf('package.json');
  const older = '0.0.7';
  await open(
    page,
    `${own('older/passkey-elements.min.js')}${own('passkey-elements.min.js')}`,
    (code, url) => (url.includes('/older/') ? code.replaceAll(version, older) : code),
  );
  expect(warnings).toEqual(
    ['passkey-login', 'passkey-manager'].map(
      (tag) => `<${tag}> is ${older}; passkey-elements ${version} is not used.`,
    ),
  );
  expect(await page.evaluate(() => passkeyElements.version)).toBe(older);
});

test('a tag that other code has taken stays taken, and the console says so', async ({ page }) => {
  const warnings = consoleOf(page, 'warning', 'error');
  const taken = `<script>customElements.define('passkey-login', class extends HTMLElement {})</script>`;
  await open(page, `${taken}${own('passkey-elements.min.js')}`);
  expect(warnings).toEqual([expect.stringContaining('<passkey-login> is taken')]);
});

declare global {
  interface Window {
    /** Events of ours, in order. */
    heard: string[];
  }
}

const own = (file: string): string => `<script src="/${file}"></script>`;
const isForBoth = (file: string): boolean => file === 'passkey-elements.min.js';

function versionOf(path: string): string {
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function consoleOf(page: Page, ...types: string[]): string[] {
  const texts: string[] = [];
  page.on('console', (message) => {
    if (types.includes(message.type())) texts.push(message.text());
  });
  page.on('pageerror', (error) => texts.push(error.message));
  return texts;
}

/** A page with these tags; its files come from `dist`, whatever host they are asked from. */
async function open(
  page: Page,
  head: string,
  change: (code: string, url: string) => string = (code) => code,
): Promise<void> {
  await page.unrouteAll();
  await page.route('**/*.min.js', (route, request) =>
    route.fulfill({
      body: change(read(fileOf(request.url())), request.url()),
      contentType: 'text/javascript',
      headers: { 'Access-Control-Allow-Origin': '*' },
    }),
  );
  await page.route('http://localhost/', (route) =>
    route.fulfill({
      body: `<!doctype html><html lang="en"><link rel="icon" href="data:," />${head}<body></body>`,
      contentType: 'text/html',
    }),
  );
  await page.goto('http://localhost/');
}

/** Which of our tags the page knows. */
function defined(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    ['passkey-login', 'passkey-manager'].filter((tag) => customElements.get(tag)),
  );
}

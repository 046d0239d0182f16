import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { ModulePage } from '../support/module-page.ts';

// The site has no server but the one that a test makes of it.
test.use({ baseURL: '', extraHTTPHeaders: {} });

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const other = '0.0.7';
/** The file of the script tag, as another release of it. */
const otherBuild = readFileSync('dist/passkey-login.min.js', 'utf8').replaceAll(version, other);

/** This release, bundled by the site, under a tag of the site's own. */
const module = `
  import { PasskeyLogin } from 'passkey-elements/index';
  customElements.define('site-login', class extends PasskeyLogin {});
  let challenges = 0;
  const options = () => ({ challenge: btoa(++challenges).replaceAll('=', ''), rpId: 'localhost' });
  for (const tag of ['passkey-login', 'site-login']) {
    const element = document.createElement(tag);
    element.noAutofill = document.querySelector('main').matches('.no-autofill');
    element.backend = {
      signIn: {
        begin: async () => ({ options: options() }),
        finish: async () => ({ kind: 'session' }),
      },
    };
    document.querySelector('main').append(element);
  }`;

async function open(page: Page, name: string): Promise<void> {
  const body = `<script src="/other.js"></script><main class="${name}"></main>`;
  await new ModulePage(page).open(module, body, { 'other.js': otherBuild });
}

const signIn = { name: 'Sign in with a passkey' };
const opened = /Waiting for your passkey/;

test('two releases on one page: one prompt at a time, whichever was first', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await addAuthenticator({ automaticPresenceSimulation: false });
  await open(page, 'no-autofill');
  const releases = await page.evaluate(() =>
    ['passkey-login', 'site-login'].map(
      (tag) => (customElements.get(tag) as unknown as { version: string }).version,
    ),
  );
  expect(releases).toEqual([other, version]);
  for (const [first, second] of [
    ['passkey-login', 'site-login'],
    ['site-login', 'passkey-login'],
  ] as const) {
    const [one, two] = [page.locator(first), page.locator(second)];
    await one.getByRole('button', signIn).click();
    await expect(one.getByRole('status')).toHaveText(opened);
    watch.expectErrors('busy');
    await two.getByRole('button', signIn).click();
    await expect(two.getByRole('alert')).toHaveText(/Another passkey prompt is already open/);
    await expect(one.getByRole('status')).toHaveText(opened);
    await one.getByRole('button', { name: 'Cancel' }).click();
    await two.getByRole('button', signIn).click();
    await expect(two.getByRole('status')).toHaveText(opened);
    await two.getByRole('button', { name: 'Cancel' }).click();
    await expect(two.getByRole('status')).toHaveText(/Stopped/);
  }
});

test('two releases on one page: one offer in the autofill list, which gives way to both', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await addAuthenticator({ automaticPresenceSimulation: false });
  await open(page, 'autofill');
  await watch.autofillWaits();
  for (const tag of ['passkey-login', 'site-login', 'passkey-login']) {
    const login = page.locator(tag);
    await login.getByRole('button', signIn).click();
    await expect(login.getByRole('status')).toHaveText(opened);
    await login.getByRole('button', { name: 'Cancel' }).click();
    await expect(login.getByRole('status')).toHaveText(/Stopped/);
    await watch.autofillWaits();
  }
  await page.locator('passkey-login').evaluate((element) => element.remove());
  await watch.autofillWaits(); // of the other release now
});

import type { Locator } from '@playwright/test';
import type { PasskeyBackend } from '../../src/core/backend.ts';
import { expect, test } from '../support/e2e.ts';
import { ModulePage } from '../support/module-page.ts';
import type { PageWatch } from '../support/watch-page.ts';

// The site has no server but the one that a test makes of it.
test.use({ baseURL: '', extraHTTPHeaders: {} });

/** A backend in the page: it takes whatever it is given, and may be told to do otherwise. */
const code = `
  import 'passkey-elements/login';
  const options = { challenge: 'AQID', rpId: 'localhost' };
  const user = { id: 'dXNlcg', name: 'ada', displayName: 'Ada' };
  const creation = {
    challenge: 'AQID', rp: { id: 'localhost', name: 'Shop' }, user,
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required' },
  };
  const pending = async () => ({ state: 'pending' });
  window.outcome = { kind: 'session' };
  document.querySelector('passkey-login').backend = window.own = {
    signIn: { begin: async () => ({ options }), finish: async () => window.outcome },
    registration: { begin: async () => ({ options: creation }), finish: async () => ({}) },
    codes: { send: async () => ({ handle: 'h' }), verify: async () => ({ kind: 'session' }) },
    status: pending,
    handoff: async () => ({
      start: async () => ({ handle: 'h', ticket: 'ticket', number: 17 }),
      status: pending,
      cancel: async () => {},
    }),
  };`;

interface Try {
  readonly login: Locator;
  readonly watch: PageWatch;
  click(name: string): Promise<void>;
  run<Result>(
    script: (login: HTMLElementTagNameMap['passkey-login'], argument?: string) => Result,
    argument?: string,
  ): Promise<Awaited<Result>>;
  /** Somebody who consents is there from now on. */
  consent(): Promise<void>;
}

const notLoaded = 'This page did not load completely. Check your internet, then reload it.';

/** The person dismisses the browser's prompt, or it ends in another way. */
function dismiss(_login: HTMLElement, name = 'NotAllowedError'): void {
  navigator.credentials.get = () => Promise.reject(new DOMException('', name));
}

/** The code of the next `passkey-cancelled`. */
function cancellation(login: HTMLElementTagNameMap['passkey-login']): Promise<string> {
  return new Promise((resolve) =>
    login.addEventListener('passkey-cancelled', ({ detail }) => resolve(detail.code), {
      once: true,
    }),
  );
}

/** Makes the element speak to an SSOJet whose last answers, unless given, hold nothing it can use at once. */
async function atSsojet(
  { login, run, consent }: Try,
  answer: object = { json: {} },
): Promise<void> {
  await consent();
  await run((element) => element.register()); // a passkey to sign in with
  await run((element) => element.signOut());
  const user = { id: 'YWRh', name: 'ada', displayName: 'Ada' };
  const challenge = { auth_code: 'a', challenge: 'AQID', rpId: 'localhost' };
  const creation = { rp: { id: 'localhost', name: 'Shop' }, user, pubKeyCredParams: algorithms };
  await login.page().route('**/acme/**', (route) => {
    const begins = route.request().method() === 'GET';
    return route.fulfill(begins ? { json: { ...challenge, ...creation } } : answer);
  });
  const settings = { backend: 'ssojet', clientId: 'shop', baseUrl: '/acme' };
  await login.evaluate((element, changes) => void Object.assign(element, changes), settings);
}

const algorithms = [-7, -257].map((alg) => ({ type: 'public-key', alg }));

/** Module, and when it is missed → what happens without it, up to words or to what works all the same. */
const modules: Record<string, (parts: Try) => Promise<void>> = {
  async trouble({ login, watch, run, click }) {
    const ended = run(cancellation);
    await run(dismiss);
    await click('Sign in with a passkey');
    expect(await ended).toBe('cancelled');
    await expect(login.getByRole('button', { name: 'Continue' })).toBeEnabled();
    await expect(login.getByRole('alert')).toBeEmpty();

    watch.expectErrors('unknown');
    await run(dismiss, 'UnknownError');
    await click('Sign in with a passkey');
    await expect(login.getByRole('alert')).toHaveText(
      'That did not work. Check your connection and try again, or reload this page.',
    );
  },
  async coach({ login, run, click }) {
    await run(dismiss);
    await click('Sign in with a passkey');
    await expect(login.getByRole('status')).toContainText('No passkey was used.');
  },
  async 'foreign-errors'({ login, run, click }) {
    for (const [name, code, words] of [
      ['NotAllowedError', 'cancelled', 'No passkey was used.'],
      ['AbortError', 'aborted', 'Stopped.'],
    ] as const) {
      const ended = run(cancellation);
      await run(dismiss, name);
      await click('Sign in with a passkey');
      expect(await ended).toBe(code);
      await expect(login.getByRole('status')).toContainText(words);
    }
    await expect(login.getByRole('alert')).toBeEmpty();
  },
  async elsewhere({ login, run }) {
    await run((element) => (element.handOff = '/'));
    await expect(login.getByRole('button', { name: 'Use another device' })).toBeHidden();
  },
  async 'qr-code'({ login, run, click }) {
    await run((element) => (element.handOff = '/'));
    await click('Use another device');
    await expect(login.getByLabel('Link for the other device')).toHaveValue(/#passkey-hand-off=/);
    await expect(login.locator('.number')).toHaveText('17');
    await click('Cancel');
    await click('Sign in another way');
  },
  async status({ login, watch, run, click, consent }) {
    watch.expectErrors('not-loaded');
    await consent();
    await run((element) => element.register());
    await run((element) => element.signOut());
    await run(() => Object.assign(window, { outcome: { kind: 'pending', handle: 'h' } }));
    await click('Sign in with a passkey');
    await expect(login.getByRole('alert')).toHaveText(notLoaded);
    await run(() => Object.assign(window, { outcome: { kind: 'session' } }));
  },
  // Somebody goes through a tunnel: what would tell one loss from another is lost as well.
  async '(status|foreign-errors)'(parts) {
    await modules['status']!(parts);
  },
  async 'immediate-mode'({ login, run }) {
    await run((element) => (element.for = 'h1'));
    await login.page().getByRole('heading', { name: 'Shop' }).click();
    await expect(login.getByLabel('E-mail address')).toBeFocused();
  },
  async 'provider-names'({ login, run, consent }) {
    await consent();
    expect(await run((element) => element.register())).toBe(true);
    await expect(login).toContainText('Passkey created');
    await run((element) => element.signOut());
  },
  async rest({ login, watch, run }) {
    watch.expectErrors('not-loaded');
    await run((element) => (element.backend = 'rest'));
    await expect(login.getByRole('alert')).toHaveText(notLoaded);
    await expect(login.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  },
  async 'rest-handoff'({ login, watch, run, click }) {
    watch.expectErrors('not-loaded');
    await run((element) => Object.assign(element, { backend: 'rest', handOff: '/' }) && undefined);
    await click('Use another device');
    await expect(login.getByRole('alert')).toHaveText(notLoaded);
  },
  async 'http-refusal'({ login, watch, run, click }) {
    watch.expectErrors('not-loaded');
    watch.expectRefusal(/ 404 .*\/begin$/);
    await run((element) => (element.backend = 'rest'));
    await click('Sign in with a passkey');
    await expect(login.getByRole('alert')).toHaveText(notLoaded);
  },
  async 'ssojet-status'(parts) {
    parts.watch.expectErrors('not-loaded');
    await atSsojet(parts);
    await parts.click('Sign in with a passkey');
    await expect(parts.login.getByRole('alert')).toHaveText(notLoaded);
  },
  async 'ssojet-status: a refusal'(parts) {
    parts.watch.expectErrors('not-loaded');
    parts.watch.expectRefusal(/ 400 .*\/login/);
    await atSsojet(parts, { status: 400, json: { code: 1004 } });
    await parts.click('Sign in with a passkey');
    await expect(parts.login.getByRole('alert')).toHaveText(notLoaded);
  },
  async 'ssojet-account'(parts) {
    parts.watch.expectErrors('outcome-unknown');
    await atSsojet(parts);
    await parts.run((element) => (element.accessToken = 'token'));
    expect(await parts.run((element) => element.register())).toBe(false);
    await expect(parts.login.getByRole('alert')).not.toBeEmpty();
  },
  async de({ login, run }) {
    await run((element) => (element.lang = 'de'));
    await expect(login.getByRole('button', { name: 'Continue' })).toBeVisible();
    await run((element) => (element.lang = 'en'));
  },
};

for (const [module, happen] of Object.entries(modules)) {
  test(`${module} does not load: words, or nothing amiss, and the form works`, async ({
    page,
    watch,
    addAuthenticator,
  }) => {
    const site = new ModulePage(page);
    const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
    watch.expectRefusal(/ 503 .*\.js$/);
    site.lose(module.replace(/:.*/, ''));
    await site.open(code, '<h1>Shop</h1><passkey-login no-autofill></passkey-login>');
    const login = page.locator('passkey-login');
    const asked = page.waitForResponse((response) => response.status() === 503);
    await happen({
      login,
      watch,
      click: (name) => login.getByRole('button', { name }).click(),
      run: (script, argument) => login.evaluate(script, argument) as never,
      consent: () => authenticator.setPresence(true),
    });
    await asked; // it was needed, and did not come

    site.heal();
    await page.evaluate(() => Reflect.deleteProperty(navigator.credentials, 'get'));
    await authenticator.setPresence(true);
    const worked = await login.evaluate(async (element: HTMLElementTagNameMap['passkey-login']) => {
      element.backend = (window as unknown as { own: PasskeyBackend }).own;
      const created = await element.register();
      await element.signOut();
      return [created, await element.signIn()];
    });
    expect(worked).toEqual([true, true]);
    await expect(login).toContainText('You are signed in.');
  });
}

test('words that are on their way for long are not waited for', async ({ page, watch }) => {
  watch.expectErrors('unknown');
  await new ModulePage(page).open(code, '<passkey-login no-autofill></passkey-login>');
  await page.route(/\/trouble-[^/]*\.js$/, () => {}); // the connection stands still
  const login = page.locator('passkey-login');
  await login.evaluate(dismiss, 'UnknownError');
  await login.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(login.getByRole('alert')).toHaveText(/^That did not work/);
});

test('a prompt that is dismissed while the connection stands still is over', async ({ page }) => {
  await new ModulePage(page).open(code, '<passkey-login no-autofill></passkey-login>');
  await page.route(/\/(trouble|foreign-errors|coach)-[^/]*\.js$/, () => {});
  const login = page.locator('passkey-login');
  const ended = login.evaluate(cancellation);
  await login.evaluate(dismiss);
  await login.getByRole('button', { name: 'Sign in with a passkey' }).click();
  expect(await ended).toBe('cancelled');
  await expect(login.getByRole('button', { name: 'Continue' })).toBeEnabled();
});

// Many browsers remember what did not load, so the way on is to load the page again.
test('somebody whose sign-up did not load reloads the page, and signs up', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  const site = new ModulePage(page);
  await addAuthenticator();
  watch.expectRefusal(/ 503 .*\.js$/);
  watch.expectErrors('not-loaded');
  site.lose('sign-up');
  await site.open(code, '<passkey-login no-autofill></passkey-login>');
  const login = page.locator('passkey-login');
  const address = login.getByLabel('E-mail address');
  await address.fill('ada@example.com');
  await login.getByRole('button', { name: 'Continue' }).click();
  await expect(login.getByRole('alert')).toHaveText(notLoaded);

  site.heal();
  await login.getByRole('button', { name: 'Reload the page' }).click();
  await expect(login.getByRole('alert')).toBeEmpty();
  await address.fill('ada@example.com');
  await login.getByRole('button', { name: 'Continue' }).click();
  await login.getByRole('button', { name: 'E-mail me a code' }).click();
  await login.getByLabel('Code').fill('123456');
  await page.keyboard.press('Enter');
  await login.getByRole('button', { name: 'Create a passkey' }).click();
  await expect(login).toContainText('Your passkey is in');
});

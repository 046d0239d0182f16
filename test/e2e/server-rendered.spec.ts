import type { Page, Route } from '@playwright/test';
import type { SignInResult } from 'passkey-elements';
import type * as Testing from 'passkey-elements/testing';
import { expect, test } from '../support/e2e.ts';

test.describe('with scripts off', () => {
  test.use({ javaScriptEnabled: false });

  for (const name of ['plain', 'en']) {
    test(`/${name}: the site’s own form is a form that works`, async ({
      page,
      renderedSite: site,
    }) => {
      await page.goto(`${site.url}/${name}`);
      await expect(page.getByRole('button')).toHaveText(['Sign in with the password']);
      await page.getByLabel('E-mail').fill('ada@example.com');
      await page.getByLabel('Password').fill('secret');
      await page.getByRole('button').click();
      await expect(page).toHaveTitle('Done');
      expect(Object.fromEntries(site.posts.pop()!)).toEqual({
        email: 'ada@example.com',
        password: 'secret',
      });
    });
  }
});

for (const name of ['en', 'de']) {
  for (const script of ['own', 'lit']) {
    test(`/${name}, “${script}”: the elements take over what the server sent, and nobody sees it`, async ({
      page,
      renderedSite: site,
      watch,
    }) => {
      watch.expectRefusal(/ 401 .*\/api\/passkeys\/passkeys$/);
      watch.expectErrors('unauthorized');
      const held = Promise.withResolvers<Route>();
      await page.route('**/page.js', (route) => held.resolve(route));
      await page.addInitScript(observe);
      await page.goto(`${site.url}/${name}?script=${script}`, { waitUntil: 'commit' });
      await page.getByLabel('E-mail').fill('ada@example');
      const login = page.locator('passkey-login');
      const before = await page.evaluate(() => server.look());
      expect(before.headings).toEqual(
        name === 'en'
          ? ['Sign in or create an account', 'Passkeys']
          : ['Anmelden oder Konto erstellen', 'Passkeys'],
      );

      await (await held.promise).continue();
      expect(await page.evaluate(() => server.after)).toEqual(before);
      await expect(page.locator('passkey-manager')).toContainText(/Sign in|Melde/);
      expect(await login.getByRole('heading').count()).toBe(1);
      await expect(page.getByLabel('E-mail')).toHaveValue('ada@example');
    });
  }
}

test('a person signs in where the server has rendered, and adds a passkey', async ({
  page,
  renderedSite: site,
  authenticator,
}) => {
  const identifier = await site.people.signIn(page);
  await page.goto(`${site.url}/en`);
  const manager = page.locator('passkey-manager');
  await authenticator.setPresence(true);
  await manager.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(manager.getByRole('listitem')).toHaveCount(1);
  await authenticator.setPresence(false);
  await page.evaluate(() => document.querySelector('passkey-login')!.signOut());
  await authenticator.setPresence(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed in.' })).toBeVisible();
  expect(await site.people.whoIs(page)).toBe(identifier);
});

test('a classic form posts how the sign-in ended; the session is in the cookie', async ({
  page,
  renderedSite: site,
  authenticator,
}) => {
  await site.people.signIn(page);
  await page.goto(`${site.url}/form/post`);
  await authenticator.setPresence(true);
  await page.evaluate(() => document.querySelector('passkey-login')!.register());
  await authenticator.setPresence(false);
  await page.evaluate(() => document.querySelector('passkey-login')!.signOut());
  await authenticator.setPresence(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed in.' })).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page).toHaveTitle('Done');
  expect(Object.fromEntries(site.posts.pop()!)).toMatchObject({
    passkey: 'session',
    plan: 'small',
  });
});

const kinds = [
  { kind: 'code', code: 'code-for-the-server' },
  { kind: 'tokens', accessToken: 'token-for-the-server' },
] as const;
for (const result of kinds) {
  const secret = 'code' in result ? result.code : result.accessToken;

  test(`a form posts ${result.kind} to the site’s server, where the page takes none itself`, async ({
    page,
    renderedSite: site,
  }) => {
    await page.goto(`${site.url}/form/post`);
    await signInWith(page, result);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page).toHaveTitle('Done');
    expect(site.posts.pop()!.get('passkey')).toBe(secret);

    await page.goto(`${site.url}/form/post`);
    await signInWith(page, result, { taken: true });
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page).toHaveTitle('Done');
    expect(site.posts.pop()!.get('passkey')).toBe(result.kind);
  });

  test(`a form that would put ${result.kind} into the address carries nothing`, async ({
    page,
    renderedSite: site,
  }) => {
    await page.goto(`${site.url}/form/get`);
    await signInWith(page, result);
    expect(await page.locator('input[name="passkey"]').count()).toBe(0);
  });
}

test('what was typed before a sign-in, and is not shown any more, does not hold the form up', async ({
  page,
  renderedSite: site,
}) => {
  await page.goto(`${site.url}/form/post`);
  const field = page.locator('passkey-login input[type="email"]');
  await field.fill('no address');
  await signInWith(page, { kind: 'session' });
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page).toHaveTitle('Done');
  expect(site.posts.pop()!.get('passkey')).toBe('session');

  await page.goto(`${site.url}/form/post`);
  await signInWith(page, { kind: 'session' });
  await page.evaluate(() => document.querySelector('passkey-login')!.signOut());
  await field.fill('an address of somebody else');
  await expect(field).toBeEditable();
});

/** A sign-in that ends so, without a passkey and without a server. */
async function signInWith(page: Page, result: SignInResult, { taken = false } = {}) {
  await page.evaluate(
    async ([result, taken]) => {
      const login = document.querySelector('passkey-login')!;
      const backend = testing.fakeBackend();
      login.backend = { ...backend, signIn: { ...backend.signIn, finish: async () => result } };
      testing.fakeAuthenticator();
      if (taken) login.receiveTokens = () => undefined;
      await login.updateComplete;
      await login.signIn();
    },
    [result, taken] as const,
  );
  await expect(page.getByRole('heading', { name: 'You are signed in.' })).toBeVisible();
}

interface Look {
  readonly headings: string[];
  readonly sameRoots: boolean;
  readonly places: string[];
  readonly shifts: number;
}

declare const testing: typeof Testing;
declare const server: { look(): Look; after: Promise<Look> };

/** Looks at a page that a server has rendered, now and right after its elements have rendered too. */
function observe(): void {
  const roots: (ShadowRoot | null)[] = [];
  let shifts = 0;
  new PerformanceObserver((list) => (shifts += list.getEntries().length)).observe({
    type: 'layout-shift',
    buffered: true,
  });
  const elements = () => [
    ...document.querySelectorAll<HTMLElement & { updateComplete?: Promise<unknown> }>(
      'passkey-login, passkey-manager',
    ),
  ];
  const within = (selector: string) =>
    elements().flatMap(({ shadowRoot }) => [...shadowRoot!.querySelectorAll(selector)]);
  const look = (): Look => {
    if (roots.length === 0) roots.push(...elements().map(({ shadowRoot }) => shadowRoot));
    return {
      headings: within('h2').map(({ textContent }) => textContent.trim()),
      sameRoots: elements().every(({ shadowRoot }, at) => shadowRoot && shadowRoot === roots[at]),
      places: [...within('h2, button, .divider'), ...document.querySelectorAll('p, input')].map(
        (node) => {
          const { x, y, width, height } = node.getBoundingClientRect();
          const { color, backgroundColor, font } = getComputedStyle(node);
          return [
            node.textContent.trim(),
            x,
            y,
            width,
            height,
            color,
            backgroundColor,
            font,
          ].join();
        },
      ),
      shifts,
    };
  };
  const after = customElements.whenDefined('passkey-manager').then(async () => {
    for (const { updateComplete } of elements()) await updateComplete;
    return look();
  });
  Object.assign(window, { server: { look, after } });
}

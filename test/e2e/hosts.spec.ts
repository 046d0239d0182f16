import type { Page } from '@playwright/test';
import { BackendStory } from '../support/backend-story.ts';
import { expect, test as base } from '../support/e2e.ts';
import type { Host } from '../support/hosts.ts';
import type { PageAuthenticator } from '../support/page-authenticator.ts';
import { DemoPage, newcomer } from './demo-page.ts';

interface Fixtures {
  /** Serves a site of test/hosts until the test is over. */
  readonly serve: (name: string) => Promise<Host>;
}

const test = base.extend<Fixtures>({
  serve: async ({ hosts, database, page }, use) => {
    await using served = new AsyncDisposableStack();
    await use(async (name) => served.use(await hosts.serve(name, database)));
    await page.close(); // what it still loads would miss its server
  },
});

// These sites bring a server of their own, and two workers share the building, which a first test waits for.
test.use({ baseURL: '', extraHTTPHeaders: {} });
test.describe.configure({ mode: 'parallel', timeout: 60_000 });

test.beforeEach(({ page }) =>
  page.addInitScript(() => {
    window.litIssuedWarnings = new Set(['dev-mode']); // that it is in development is no news
  }),
);

/** Sites that look and work the same. */
const sites = [
  ...['react', 'react-server', 'react-tags', 'vue', 'vue-server', 'svelte', 'svelte-server'],
  ...['preact-server', 'angular', 'html'],
];

/** From here on these are what they are without a server. */
const takenOver = ['vue-server', 'svelte-server'];

const abilities = { list: true, rename: true, remove: true };
const absent = { automaticPresenceSimulation: false } as const;

for (const name of sites) {
  test.describe(`a site made with ${name}`, () => {
    test.describe.configure({ mode: 'default' });

    test('signing up, out, in again, renaming, removing', async ({
      page,
      watch,
      addAuthenticator,
      serve,
    }) => {
      const host = await serve(name);
      const authenticator = await addAuthenticator(absent);
      const entrance = new Entrance(page);
      const story = new BackendStory(host.url, abilities, { page, watch, authenticator });
      await page.goto(host.url);
      await entrance.signUpAt(host, authenticator);
      await expect(page.getByText('Signed in by code')).toBeVisible();
      await expect(story.manager.getByRole('heading')).toHaveText('Your keys');
      await expect(story.rows).toHaveCount(1);

      await page.getByRole('button', { name: 'Sign out' }).click();
      await watch.autofillWaits();
      await entrance.signIn(authenticator);
      await expect(page.getByText('Signed in by passkey')).toBeVisible();
      await story.rename('Kitchen');
      await story.remove();
      const types = () =>
        watch.events.map(({ type }) => type).filter((type) => type !== 'passkey-ready');
      await expect
        .poll(types)
        .toEqual([
          ...['passkey-registered', 'passkey-signed-in', 'passkey-signed-in'],
          ...['passkey-renamed', 'passkey-removed'],
        ]);
    });

    if (takenOver.includes(name)) return;
    test('an open prompt and a typed name outlive a render, a prompt ends with its element', async ({
      page,
      watch,
      addAuthenticator,
      serve,
    }) => {
      const { url } = await serve(name);
      await addAuthenticator(absent);
      const entrance = new Entrance(page);
      await page.goto(url);
      await watch.autofillWaits();
      await entrance.identifier.fill('ada@example.com');
      await entrance.button('Sign in with a passkey').click();
      const status = entrance.login.getByRole('status');
      await expect(status).toHaveText(/Waiting for your passkey/);
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      for (const renders of ['1', '2', '3']) {
        await page.getByRole('button', { name: 'Render again' }).click();
        await expect(page.locator('output')).toHaveText(renders);
      }
      await expect(status).toHaveText(/Waiting for your passkey/);
      await expect(entrance.identifier).toHaveValue('ada@example.com');
      expect(requests).toEqual([]);
      expect(watch.details('passkey-ready')).toHaveLength(1);

      await page.getByRole('button', { name: 'Close' }).click();
      await expect(entrance.login).toHaveCount(0);
      await page.getByRole('button', { name: 'Open' }).click();
      await watch.autofillWaits(); // which it cannot while a prompt is open
      await expect(entrance.button('Sign in with a passkey')).toBeVisible();
    });

    if (name === 'react-tags') return; // React knows no properties of a tag that is not defined yet
    test('what the site set before its elements existed counts when they do', async ({
      page,
      watch,
      addAuthenticator,
      serve,
    }) => {
      const host = await serve(name);
      const authenticator = await addAuthenticator(absent);
      const entrance = new Entrance(page);
      await holdDefinitions(page);
      await page.goto(host.url);
      await expect(entrance.fallback).toBeVisible();
      await page.getByRole('button', { name: 'Render again' }).click();
      await expect(page.locator('passkey-login:not(:defined)')).toHaveCount(1);
      await page.evaluate(() => window.defineHeld());
      await watch.autofillWaits();
      await entrance.signUpAt(host, authenticator);
      await expect(page.getByText('Signed in by code')).toBeVisible();
      expect(watch.details('passkey-signed-in')).toHaveLength(1);
    });
  });
}

for (const name of ['vue', 'svelte'])
  test(`styles of one component reach the field for the account name: ${name}`, async ({
    page,
    serve,
  }) => {
    const { url } = await serve(name);
    await page.goto(url);
    await expect(new Entrance(page).identifier).toHaveCSS('letter-spacing', '2px');
  });

test.describe('a site whose server writes every page', () => {
  test.describe.configure({ mode: 'default' });

  test('signing up, out, in again, renaming, removing', async ({
    page,
    watch,
    addAuthenticator,
    serve,
  }) => {
    const host = await serve('pages');
    const authenticator = await addAuthenticator(absent);
    const entrance = new Entrance(page);
    const story = new BackendStory(host.url, abilities, { page, watch, authenticator });
    await page.goto(host.url);
    await entrance.signUpAt(host, authenticator);
    await expect(page).toHaveURL(`${host.url}/account`);
    await expect(story.rows).toHaveCount(1);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(`${host.url}/`);
    await watch.autofillWaits();
    await entrance.signIn(authenticator);
    await expect(page).toHaveURL(`${host.url}/account`);
    await story.rename('Kitchen');
    await page.reload();
    await expect(story.rows).toContainText('Kitchen');
    await story.remove();
  });

  test('a prompt ends with its page, and works again on the way back', async ({
    page,
    watch,
    addAuthenticator,
    serve,
  }) => {
    const { url } = await serve('pages');
    await addAuthenticator(absent);
    const entrance = new Entrance(page);
    await page.goto(url);
    await watch.autofillWaits();
    await entrance.button('Sign in with a passkey').click();
    await expect(entrance.login.getByRole('status')).toHaveText(/Waiting for your passkey/);
    await page.getByRole('link', { name: 'About' }).click();
    await expect(page.getByRole('heading')).toHaveText('About us');
    await page.goBack();
    await watch.autofillWaits();
    await entrance.button('Sign in with a passkey').click();
    await expect(entrance.login.getByRole('status')).toHaveText(/Waiting for your passkey/);
  });
});

test.describe('without scripts', () => {
  test.describe.configure({ mode: 'default' });
  test.use({ javaScriptEnabled: false });

  for (const name of ['react-server', 'vue-server', 'svelte-server', 'html', 'pages']) {
    test(`the other way in is there: ${name}`, async ({ page, serve }) => {
      const { url } = await serve(name);
      await page.goto(url);
      await expect(new Entrance(page).fallback).toBeVisible();
    });
  }
});

declare global {
  interface Window {
    defineHeld(): void;
    litIssuedWarnings: Set<string>;
  }
}

/** Where members get in, the same on every site. */
class Entrance extends DemoPage {
  readonly fallback = this.page.getByRole('link', { name: 'Sign in with a password' });

  constructor(page: Page) {
    super(page, 'rest');
  }

  /** A new account by a code, with a passkey. The authenticator is left without presence. */
  async signUpAt(host: Host, authenticator: PageAuthenticator): Promise<void> {
    const identifier = newcomer();
    await expect(this.login.getByRole('heading')).toHaveText('Members’ entrance');
    await this.askForCode(identifier);
    await this.code.fill(host.codeFor(identifier));
    await this.button('Continue').click();
    await this.#consent('Create a passkey', authenticator);
  }

  signIn(authenticator: PageAuthenticator): Promise<void> {
    return this.#consent('Sign in with a passkey', authenticator);
  }

  async #consent(button: string, authenticator: PageAuthenticator): Promise<void> {
    await authenticator.setPresence(true);
    await this.button(button).click();
    await expect(this.manager).toBeVisible();
    await authenticator.setPresence(false);
  }
}

/** The elements' script comes late: nothing is defined before `defineHeld()`. */
async function holdDefinitions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const define = customElements.define.bind(customElements);
    const held = new Map<string, CustomElementConstructor>();
    customElements.define = (tag, type) => void held.set(tag, type);
    window.defineHeld = () => {
      customElements.define = define;
      held.forEach((type, tag) => define(tag, type));
    };
  });
}

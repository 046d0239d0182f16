import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { serveBackendPage } from '../../support/backend-page.ts';
import { BackendStory, type StoryAbilities } from '../../support/backend-story.ts';
import { BetterAuthServer, type BetterAuthSetup } from '../../support/better-auth-server.ts';
import { expect, test } from '../../support/e2e.ts';

const abilities: StoryAbilities = {
  list: true,
  rename: true,
  remove: true,
  refusedList: / 401 .*\/passkey\/list-user-passkeys$/,
  removed: { refusal: / 401 .*\/passkey\/verify-authentication$/, code: 'unknown-credential' },
};
const absent = { automaticPresenceSimulation: false } as const;

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

test('add, sign out, sign in by autofill and by button, rename, remove', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  await signUp(page, site.url);
  await story.open('/account');
  await expect(story.manager).toContainText('No passkeys yet');
  await story.addPasskey();
  const [copy] = await authenticator.credentials();
  expect(copy).toMatchObject({ rpId: 'localhost', userName: expect.stringMatching(/@example/) });
  await story.open('/');
  await story.signOut();

  await story.signInByAutofill();
  await expect(story.rows).toHaveCount(1);
  await story.signOut();
  await story.signInByButton();
  await expect(story.rows).toHaveCount(1);
  await story.rename('Grüner <b>Laptop</b>');
  await story.remove();
  await story.signInWithRemoved();
});

test('an account name goes straight to the prompt: there are no codes', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  const { story, authenticator } = await memberOf(site.url, { page, watch, addAuthenticator });
  await story.open('/');
  await story.signOut();
  await story.login.getByLabel('E-mail address').fill('anybody@example.com');
  await authenticator.setPresence(true);
  await story.button(story.login, 'Continue').click();
  await expect(story.login).toContainText('You are signed in.');
  expect(watch.details('passkey-signed-in')).toHaveLength(1);
});

test('autofill makes room for a registration, and is on offer again after it', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  await signUp(page, site.url);
  await story.open('/');
  await watch.autofillWaits(); // its challenge is lost to the one of the registration
  await authenticator.setPresence(true);
  await story.button(story.manager, 'Add a passkey').click();
  await expect(story.rows).toHaveCount(1);
  await expect(story.login).toContainText('You are signed in.');
  expect(watch.details('passkey-signed-in')).toMatchObject([{ method: 'autofill' }]);
});

test('a second passkey for the same password manager is none', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  const { story, authenticator } = await memberOf(site.url, { page, watch, addAuthenticator });
  await authenticator.setPresence(true);
  watch.expectErrors('already-registered');
  await story.button(story.manager, 'Add a passkey').click();
  await expect(story.manager.getByRole('status')).toHaveText(/You already have a passkey/);
  await expect(story.rows).toHaveCount(1);
});

test('an old session and no passkey: the person is asked to confirm it is them', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  await addAuthenticator();
  await signUp(page, site.url);
  await page.goto(`${site.url}/account`);
  const manager = page.locator('passkey-manager');
  await expect(manager).toContainText('No passkeys yet');
  site.auth().ageSessions();
  watch.expectRefusal(refusedOptions);
  watch.expectErrors('reauth-required');
  await manager.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(manager.getByRole('alert')).toHaveText(/Confirm it’s you/);
});

test('an old session and a passkey: it confirms the person, and the next one is added', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  const { story, authenticator } = await memberOf(site.url, { page, watch, addAuthenticator });
  site.auth().ageSessions();
  watch.expectRefusal(refusedOptions);
  await authenticator.setPresence(true);
  let asked = 0;
  await page.route('**/passkey/generate-register-options', async (route) => {
    if (++asked === 2) {
      await authenticator.remove(); // it has confirmed; the new one goes elsewhere
      await addAuthenticator();
    }
    await route.continue();
  });
  await story.button(story.manager, 'Add a passkey').click();
  await expect(story.rows).toHaveCount(2);
  expect(asked).toBe(2);
  expect(watch.details('passkey-registered')).toHaveLength(2);
});

test('somebody else signed in meanwhile, in another tab: the passkey of the list is not theirs to change', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite();
  const { story } = await memberOf(site.url, { page, watch, addAuthenticator });
  await signUp(page, site.url);
  watch.expectRefusal(/ 401 .*\/passkey\/(update|delete)-passkey$/);
  watch.expectErrors('forbidden', 'forbidden');
  await story.button(story.rows, 'Rename').click();
  await story.manager.getByLabel('Name of the passkey').fill('Mine');
  await story.button(story.manager, 'Save').click();
  await expect(story.manager.getByRole('alert')).toBeVisible();
  await story.button(story.manager, 'Cancel').click();
  await story.button(story.rows, 'Remove').click();
  await story.button(story.manager.getByRole('dialog'), 'Remove').click();
  await expect(story.manager.getByRole('alert')).toHaveText('This is not allowed.');
  await expect(story.rows).toHaveCount(1);
});

test('too many requests: the person is told how long to wait', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await using site = await serveSite({ rateLimit: { window: 60, max: 1 } });
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  await story.openSignedOut();
  await watch.autofillWaits(); // it had the one request that is free
  watch.expectRefusal(/ 429 .*\/passkey\/generate-authenticate-options$/);
  watch.expectErrors('rate-limited');
  // With an account name the challenge of autofill is not taken over.
  await story.login.getByLabel('E-mail address').fill('anybody@example.com');
  await story.button(story.login, 'Continue').click();
  await expect(story.login.getByRole('alert')).toHaveText(/Too many tries/);
  await expect(story.login).toContainText(/Try again in (60|59|58) s/);
});

test('a server set up differently: another path and another name', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  const setup = { basePath: '/members/auth', rpName: 'The club' };
  await using site = await serveSite(setup, 'base-url="/members/auth"');
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  await signUp(page, site.url, '/members/auth');
  await story.open('/account');
  const options = page.waitForResponse(/\/members\/auth\/passkey\/generate-register-options$/);
  await story.addPasskey();
  expect(await (await options).json()).toMatchObject({ rp: { name: 'The club' } });
  await story.open('/');
  await story.signOut();
  await story.signInByAutofill();
  await story.remove();
});

test.describe('a server of another origin', () => {
  test('with credentials="include"', async ({ page, watch, addAuthenticator }) => {
    const origins: string[] = [];
    await using api = await serveApi(origins);
    await using site = await serveBackendPage({
      attributes: `backend="better-auth" base-url="${api.url}/api/auth" credentials="include"`,
    });
    origins.push(site.url);
    const authenticator = await addAuthenticator(absent);
    const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
    await signUp(page, api.url);
    await story.open('/account');
    await story.addPasskey();
    await story.open('/');
    await story.signOut();
    await story.signInByAutofill();
    await story.signOut();
    await story.signInByButton();
    await story.rename('Elsewhere');
    await story.remove();
  });

  test('without it no cookie goes along, so nobody is signed in', async ({
    page,
    watch,
    addAuthenticator,
  }) => {
    const origins: string[] = [];
    await using api = await serveApi(origins);
    await using site = await serveBackendPage({
      attributes: `backend="better-auth" base-url="${api.url}/api/auth"`,
    });
    origins.push(site.url);
    await addAuthenticator();
    await signUp(page, api.url);
    watch.expectRefusal(abilities.refusedList!);
    watch.expectErrors('unauthorized');
    await page.goto(`${site.url}/account`);
    await expect(page.locator('passkey-manager')).toContainText('You are not signed in');
  });

  test('that does not trust the page refuses what changes something', async ({
    page,
    watch,
    addAuthenticator,
  }) => {
    const origins: string[] = [];
    await using api = await serveApi(origins, []);
    await using site = await serveBackendPage({
      attributes: `backend="better-auth" base-url="${api.url}/api/auth" credentials="include"`,
    });
    origins.push(site.url);
    await addAuthenticator();
    await signUp(page, api.url);
    await page.goto(`${site.url}/account`);
    watch.expectRefusal(/ 403 .*\/passkey\/verify-registration$/);
    watch.expectErrors('forbidden');
    const manager = page.locator('passkey-manager');
    await manager.getByRole('button', { name: 'Add a passkey' }).click();
    await expect(manager.getByRole('alert')).toBeVisible();
    await expect(manager).toContainText('No passkeys yet');
  });
});

const refusedOptions = / 403 .*\/passkey\/generate-register-options$/;

/** A site whose pages and Better Auth have one origin. */
async function serveSite(setup: Partial<BetterAuthSetup> = {}, attributes = '') {
  let auth: BetterAuthServer | undefined;
  const site = await serveBackendPage({
    attributes: `backend="better-auth" ${attributes}`,
    backend: (url) => (auth = new BetterAuthServer({ url, ...setup })).fetch,
  });
  return { ...site, auth: () => auth! };
}

/** Better Auth alone, for pages of these origins; it adds no CORS headers by itself. */
function serveApi(origins: string[], trusted = origins) {
  return serveBackendPage({
    attributes: '',
    backend: (url) => {
      const auth = new BetterAuthServer({ url, trustedOrigins: () => trusted });
      const origin = (asking: string) => (origins.includes(asking) ? asking : null);
      return new Hono()
        .use(cors({ origin, credentials: true }))
        .all('*', ({ req }) => auth.fetch(req.raw)).fetch;
    },
  });
}

/** Somebody with a password and a passkey, signed in and looking at it. */
async function memberOf(
  url: string,
  { page, watch, addAuthenticator }: Pick<Fixtures, 'page' | 'watch' | 'addAuthenticator'>,
) {
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(url, abilities, { page, watch, authenticator });
  await signUp(page, url);
  await story.open('/account');
  await story.addPasskey();
  return { story, authenticator };
}

type Fixtures = Parameters<Parameters<typeof test>[2]>[0];

/** A new account with a password, signed in wherever this browser goes. */
async function signUp(page: Page, url: string, basePath = '/api/auth'): Promise<void> {
  const data = { email: `p-${randomUUID()}@example.com`, password: randomUUID(), name: 'A' };
  const headers = { Origin: url };
  const answer = await page.request.post(`${url}${basePath}/sign-up/email`, { data, headers });
  expect(answer.status()).toBe(200);
}

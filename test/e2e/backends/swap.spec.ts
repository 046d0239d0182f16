import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { AppEnv } from '../../../demo/server/http.ts';
import { serveBackendPage } from '../../support/backend-page.ts';
import { BackendStory } from '../../support/backend-story.ts';
import { BetterAuthServer } from '../../support/better-auth-server.ts';
import { expect, test } from '../../support/e2e.ts';
import { createCore } from '../../support/emulators/core.ts';
import { createSupabaseEmulator, supabaseToken } from '../../support/emulators/supabase.ts';
import { ReferenceSite } from '../../support/reference-site.ts';

const abilities = { list: true, rename: true, remove: true };
const absent = { automaticPresenceSimulation: false } as const;

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

test('a page that changes its backend: each has its own list, its own sign-in, and both work', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  let reference: ReferenceSite | undefined;
  await using site = await serveBackendPage({
    attributes: 'backend="rest"',
    backend: (url) => {
      const auth = new BetterAuthServer({ url });
      const { fetch } = (reference = new ReferenceSite(url, { store: database }));
      return (request, env) =>
        /\/api\/auth\//.test(request.url) ? auth.fetch(request) : fetch(request, env);
    },
  });
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  const offer = story.button(story.login, 'Sign in with a passkey');
  await reference!.signIn(page);
  await signUp(page, site.url);

  await story.open('/account');
  await story.addPasskey();
  await story.rename('Of the first');
  const [first] = await authenticator.credentials();
  await setAttribute(page, 'backend', 'better-auth');
  await expect(story.manager).toContainText('No passkeys yet');
  await authenticator.clear();
  await story.addPasskey();
  await story.rename('Of the second');
  const [second] = await authenticator.credentials();
  await setAttribute(page, 'backend', 'rest');
  await expect(story.rows).toHaveText(/Of the first/);

  await story.open('/');
  await story.signOut();
  await offer.click(); // nobody answers, and then the backend changes
  await expect(story.button(story.login, 'Cancel')).toBeVisible();
  await setAttribute(page, 'backend', 'better-auth');
  await expect(story.button(story.login, 'Cancel')).toBeHidden();
  await expect(story.rows).toHaveText(/Of the second/);
  await story.signOut();
  await story.signInByButton();
  await expect(story.rows).toHaveText(/Of the second/);

  watch.expectRefusal(/ 401 .*\/api\/passkeys\/passkeys$/);
  watch.expectErrors('unauthorized');
  await setAttribute(page, 'backend', 'rest');
  await expect(story.manager).toContainText('You are not signed in');
  await expect(offer).toBeVisible();
  await authenticator.addCredential(first!);
  await authenticator.removeCredential(second!.credentialId);
  await story.signInByButton();
  await expect(story.rows).toHaveText(/Of the first/);
  await setAttribute(page, 'backend', 'better-auth');
  await expect(story.rows).toHaveText(/Of the second/);
});

test('the token of one server never goes to another', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  const core = createCore({ store: database, origins: ['http://localhost:*'] });
  const serveProject = () =>
    serveBackendPage({
      backend: () => new Hono<AppEnv>().route('/api', createSupabaseEmulator(core)).fetch,
    });
  await using one = await serveProject();
  await using other = await serveProject();
  await using site = await serveBackendPage({
    attributes: `backend="supabase" client-id="sb_publishable_demo" base-url="${one.url}/api"`,
    script: `
      const login = document.querySelector('passkey-login');
      if (login) login.receiveTokens = () => undefined;`,
  });
  const sent = new Set<string>();
  page.on('request', (request) => {
    if (request.url().startsWith(other.url)) sent.add(request.headers()['authorization'] ?? 'none');
  });
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });

  const token = await supabaseToken(core, `p-${randomUUID()}@example.com`);
  watch.expectErrors('unauthorized');
  await story.open('/account');
  await expect(story.manager).toContainText('You are not signed in');
  await story.manager.evaluate((manager: Manager, token) => {
    manager.accessToken = token;
  }, token);
  await story.addPasskey();
  watch.expectErrors('unauthorized'); // the token is the login's alone
  await story.signInByAutofill();

  watch.expectErrors('unauthorized', 'unauthorized');
  await setAttribute(page, 'base-url', `${other.url}/api`);
  await watch.autofillWaits();
  expect(await story.login.evaluate((login: Login) => login.register())).toBe(false);
  expect(sent).toEqual(new Set(['none']));
});

/** What a page does that lets people choose. */
const setAttribute = (page: Page, name: string, value: string): Promise<void> =>
  page.evaluate(
    ([name, value]) => {
      for (const element of document.querySelectorAll('passkey-login, passkey-manager'))
        element.setAttribute(name, value);
    },
    [name, value] as const,
  );

/** A new account with a password at Better Auth, signed in wherever this browser goes. */
async function signUp(page: Page, url: string): Promise<void> {
  const data = { email: `p-${randomUUID()}@example.com`, password: randomUUID(), name: 'A' };
  const headers = { Origin: url };
  const answer = await page.request.post(`${url}/api/auth/sign-up/email`, { data, headers });
  expect(answer.status()).toBe(200);
}

type Login = HTMLElementTagNameMap['passkey-login'];
type Manager = HTMLElementTagNameMap['passkey-manager'];

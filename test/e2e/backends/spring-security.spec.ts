import type { Page } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { Database } from '../../../demo/server/database.ts';
import type { AppEnv } from '../../../demo/server/http.ts';
import { serveBackendPage } from '../../support/backend-page.ts';
import { BackendStory, type StoryAbilities } from '../../support/backend-story.ts';
import { expect, test } from '../../support/e2e.ts';
import { createCore } from '../../support/emulators/core.ts';
import { createSpringSecurityEmulator } from '../../support/emulators/spring-security.ts';

const abilities: StoryAbilities = {
  list: true,
  rename: false,
  remove: true,
  siteSession: true,
  refusedList: / 401 .*\/webauthn\/credentials$/,
  removed: { refusal: / 401 .*\/login\/webauthn$/, code: 'verification-failed' },
};
const absent = { automaticPresenceSimulation: false } as const;

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

test('with the CSRF token in a cookie: add, sign in by autofill and by button, remove', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  await using site = await serveSite(database, 'cookie');
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  await signInByPassword(page, site.url);
  await story.open('/account');
  await story.lifeOfPasskey(() => expect(story.rows).toContainText('Example'));
});

test('with the CSRF token in the page: who signs in gets a new page, and removes there', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  await using site = await serveSite(database, 'session', 'success-url="/account"');
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  await signInByPassword(page, site.url);
  await story.open('/account');
  await story.addPasskey();
  await story.signOut();
  await authenticator.setPresence(true);
  await story.button(story.login, 'Sign in with a passkey').click();
  await page.waitForURL(`${site.url}/account`);
  await story.remove();
});

/** An application whose pages hold what the framework's documentation has them hold. */
async function serveSite(database: Database, csrf: 'session' | 'cookie', login = '') {
  const core = createCore({ store: database, origins: ['http://localhost:*'] });
  const contextPath = '/api/app';
  const emulator = createSpringSecurityEmulator(core, { csrf, contextPath, listEndpoint: true });
  const app = new Hono<AppEnv>().route(contextPath, emulator);
  return serveBackendPage({
    attributes: { login, manager: '' },
    backend: () => app.fetch,
    head: async (c) => {
      const { headers } = c.req.raw;
      const rendered = await app.request(`${contextPath}/index.html`, { headers });
      for (const cookie of rendered.headers.getSetCookie())
        c.header('Set-Cookie', cookie, { append: true });
      return (await rendered.text()).replace(/^.*<head>|<\/head>.*$/g, '');
    },
    module: `
      import 'passkey-elements/define';
      import { springSecurity } from 'passkey-elements/backends/spring-security';
      const backend = springSecurity({
        baseUrl: '${contextPath}',
        listPath: '/webauthn/credentials',
        label: 'Example',
      });
      for (const element of document.querySelectorAll('passkey-login, passkey-manager')) {
        element.backend = backend;
      }`,
  });
}

async function signInByPassword(page: Page, url: string): Promise<void> {
  const data = { identifier: `p-${randomUUID()}@example.com` };
  const answer = await page.request.post(`${url}/api/app/emulator/sign-in`, { data });
  expect(answer.status()).toBe(204);
}

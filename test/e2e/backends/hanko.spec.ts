import type { Database } from '../../../demo/server/database.ts';
import { serveBackendPage, type BackendPageSetup } from '../../support/backend-page.ts';
import { BackendStory, type StoryAbilities } from '../../support/backend-story.ts';
import { expect, test } from '../../support/e2e.ts';
import { createHanko } from '../../support/emulators/hanko.ts';
import { post, ReferenceSite } from '../../support/reference-site.ts';
import { memoryDatabase } from '../../support/memory-database.ts';

const tenantId = '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11';
const apiKey = 'key-of-the-site';
const absent = { automaticPresenceSimulation: false } as const;

const throughSite: StoryAbilities = {
  list: true,
  rename: true,
  remove: true,
  siteSession: true,
  refusedList: / 401 .*\/api\/site\/hanko\/credentials$/,
  removed: { refusal: / 401 .*\/login\/finalize$/, code: 'verification-failed' },
};
const directly: StoryAbilities = { list: false, rename: false, remove: false, siteSession: true };

/** Its users have the ids of ours, so it has a database of its own. */
let hankoDatabase: Database;

test.beforeAll(async () => {
  hankoDatabase = await memoryDatabase();
});
test.afterAll(() => hankoDatabase.destroy());

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

const throughSiteModule = `
  import 'passkey-elements/define';
  import { hanko } from 'passkey-elements/backends/hanko';
  const backend = hanko({ siteUrl: '/api/site/hanko' });
  for (const element of document.querySelectorAll('passkey-login, passkey-manager')) {
    element.backend = backend;
  }`;

test('through the site’s server: add, sign in, rename, remove', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  await using hanko = await serveHanko();
  await using served = await serveSite(database, hanko.url, { module: throughSiteModule });
  const { url, site } = served;
  const authenticator = await addAuthenticator(absent);
  const story = new BackendStory(url, throughSite, { page, watch, authenticator });
  const somebody = await site().signIn(page);
  await story.open('/account');
  await story.lifeOfPasskey(async () => expect(await site().whoIs(page)).toBe(somebody));
});

test('directly: the page hands the token to its server', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  let later = 0;
  await using hanko = await serveHanko(() => new Date(Date.now() + later));
  const authenticator = await addAuthenticator(absent);
  await using managing = await serveSite(database, hanko.url, { module: throughSiteModule });
  const somebody = await managing.site().signIn(page);
  const before = new BackendStory(managing.url, throughSite, { page, watch, authenticator });
  await before.open('/account');
  await before.addPasskey();

  await using served = await serveSite(database, hanko.url, {
    attributes: `backend="hanko" client-id="${tenantId}" base-url="${hanko.url}"`,
    script: `${post}
      document.querySelector('passkey-login').receiveTokens = ({ code }) =>
        post('/api/site/hanko/session', { token: code });`,
  });
  const { url, site } = served;
  const story = new BackendStory(url, directly, { page, watch, authenticator });
  await story.signInByAutofill();
  expect(await site().whoIs(page)).toBe(somebody);
  await story.signOut();
  later = 1000; // two tokens of the same second are one, and that is used up
  await story.signInByButton();
  expect(await site().whoIs(page)).toBe(somebody);
  await expect(story.manager.getByRole('heading')).toHaveText('Passkeys');
  await expect(story.manager.getByRole('button')).toHaveCount(0);
});

/** Hanko alone, on an origin of its own. */
function serveHanko(now?: () => Date) {
  const setup = { tenantId, apiKey, now, origins: ['http://localhost:*'] };
  return serveBackendPage({
    backend: () => createHanko({ ...setup, database: hankoDatabase }).fetch,
  });
}

/** A site that keeps the key, in front of it. */
async function serveSite(database: Database, endpoint: string, setup: BackendPageSetup) {
  let site: ReferenceSite | undefined;
  const proxies = { hanko: { tenantId, apiKey, endpoint } };
  const page = await serveBackendPage({
    ...setup,
    backend: (url) => (site = new ReferenceSite(url, { store: database, proxies })).fetch,
  });
  return { ...page, site: () => site! };
}

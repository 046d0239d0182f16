import type { Database } from '../../../demo/server/database.ts';
import { serveBackendPage, type BackendPageSetup } from '../../support/backend-page.ts';
import { BackendStory, type StoryAbilities } from '../../support/backend-story.ts';
import { expect, test } from '../../support/e2e.ts';
import { post, ReferenceSite } from '../../support/reference-site.ts';

const tenancy = { id: 'tenancy', apiKey: 'key-of-the-site' };
const absent = { automaticPresenceSimulation: false } as const;

const throughSite: StoryAbilities = {
  list: true,
  rename: true,
  remove: true,
  siteSession: true,
  refusedList: / 401 .*\/api\/site\/passlock\/passkeys$/,
  removed: {
    refusal: / 400 .*\/passkey\/authentication\/verification$/,
    code: 'unknown-credential',
  },
};
const directly: StoryAbilities = { list: false, rename: false, remove: false, siteSession: true };

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

for (const apiVersion of ['v1', 'v2'] as const) {
  test(`${apiVersion} through the site’s server: add, sign in, rename, remove`, async ({
    page,
    watch,
    addAuthenticator,
    database,
  }) => {
    await using passlock = await servePasslock(database);
    await using served = await serveSite(database, passlock.url, apiVersion, {
      module: `${beginning}
        const backend = passlock({ siteUrl: '/api/site/passlock' });
        for (const element of elements) element.backend = backend;`,
    });
    const { url, site } = served;
    const authenticator = await addAuthenticator(absent);
    const story = new BackendStory(url, throughSite, { page, watch, authenticator });
    const somebody = await site().signIn(page);
    await story.open('/account');
    await story.lifeOfPasskey(async () => expect(await site().whoIs(page)).toBe(somebody));
  });

  test(`${apiVersion} directly: the page hands each code to its server`, async ({
    page,
    watch,
    addAuthenticator,
    database,
  }) => {
    await using passlock = await servePasslock(database);
    const baseUrl = `${passlock.url}/api/passlock`;
    const setups = {
      v1: {
        attributes: `backend="passlock" client-id="${tenancy.id}" base-url="${baseUrl}"`,
        script: `const elements = document.querySelectorAll('passkey-login');${handOver}`,
      },
      v2: {
        module: `${beginning}
          const backend = passlock({
            clientId: '${tenancy.id}',
            baseUrl: '${baseUrl}',
            authorize: (ceremony, { mediation }) =>
              post('/api/site/passlock/passkey/' + ceremony + '/authorize', { mediation }),
          });
          for (const element of elements) element.backend = backend;${handOver}`,
      },
    };
    watch.expectRefusal(/ 401 .*\/api\/passkeys\/session$/); // the page asks who is signed in
    await using served = await serveSite(database, passlock.url, apiVersion, setups[apiVersion]);
    const { url, site } = served;
    const authenticator = await addAuthenticator(absent);
    const story = new BackendStory(url, directly, { page, watch, authenticator });
    const somebody = await site().signIn(page);
    await story.open('/');
    await watch.autofillWaits();
    await authenticator.setPresence(true);
    await story.login.evaluate(async (login: Login, name) => {
      login.identifier = name;
      await login.updateComplete;
      await login.register();
    }, somebody);
    await expect(story.login).toContainText('You are signed in.');
    expect(watch.details('passkey-registered')).toHaveLength(1);
    await authenticator.setPresence(false);
    await story.signInByAutofill();
    expect(await site().whoIs(page)).toBe(somebody);
    await story.signOut();
    await story.signInByButton();
    expect(await site().whoIs(page)).toBe(somebody);
    await expect(story.manager.getByRole('heading')).toHaveText('Passkeys');
    await expect(story.manager.getByRole('button')).toHaveCount(0);
  });
}

const beginning = `
  import 'passkey-elements/define';
  import { passlock } from 'passkey-elements/backends/passlock';
  const elements = document.querySelectorAll('passkey-login, passkey-manager');`;

/** A code of somebody who is signed in is a new passkey's. */
const handOver = `${post}
  for (const element of elements) {
    element.receiveTokens = async ({ code }) => {
      const { ok } = await fetch('/api/passkeys/session');
      return post('/api/site/passlock/' + (ok ? 'passkeys' : 'login'), { code });
    };
  }`;

/** Passlock alone, on an origin of its own. */
function servePasslock(database: Database) {
  const passlock = { tenancies: [tenancy] };
  return serveBackendPage({
    backend: (url) => new ReferenceSite(url, { store: database, passlock }).fetch,
  });
}

/** A site that keeps the key, in front of it. */
async function serveSite(
  database: Database,
  passlockUrl: string,
  apiVersion: 'v1' | 'v2',
  setup: BackendPageSetup,
) {
  let site: ReferenceSite | undefined;
  const { id: tenancyId, apiKey } = tenancy;
  const endpoint = `${passlockUrl}/api/passlock`;
  const proxies = { passlock: { tenancyId, apiKey, apiVersion, endpoint } };
  const page = await serveBackendPage({
    ...setup,
    backend: (url) => (site = new ReferenceSite(url, { store: database, proxies })).fetch,
  });
  return { ...page, site: () => site! };
}

type Login = HTMLElementTagNameMap['passkey-login'];

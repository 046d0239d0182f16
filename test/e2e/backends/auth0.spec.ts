import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { AppEnv } from '../../../demo/server/http.ts';
import { serveBackendPage } from '../../support/backend-page.ts';
import { BackendStory, type StoryAbilities } from '../../support/backend-story.ts';
import { expect, test } from '../../support/e2e.ts';
import { allScopes, createAuth0Emulator, myAccount } from '../../support/emulators/auth0.ts';
import { createCore } from '../../support/emulators/core.ts';

const abilities: StoryAbilities = {
  list: true,
  rename: false,
  remove: true,
  removed: { refusal: / 403 .*\/oauth\/token$/, code: 'verification-failed' },
};

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

test('sign up, sign in by autofill and by button, add, remove, with the token alone', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  const core = createCore({ store: database, origins: ['http://localhost:*'] });
  const emulator = createAuth0Emulator(core);
  await using tenant = await serveBackendPage({
    backend: () => new Hono<AppEnv>().route('/api/auth0', emulator).fetch,
  });
  await using site = await serveBackendPage({
    module: `
      import 'passkey-elements/define';
      import { auth0 } from 'passkey-elements/backends/auth0';
      let token;
      const login = document.querySelector('passkey-login');
      login.receiveTokens = (result) => { token = result.accessToken; };
      login.backend = document.querySelector('passkey-manager').backend = auth0({
        clientId: 'my-app',
        baseUrl: '${tenant.url}/api/auth0',
        audience: '${myAccount}',
        scope: '${allScopes}',
        accessToken: () => token,
      });`,
  });
  const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });

  await story.openSignedOut();
  await watch.autofillWaits();
  await story.login.getByLabel('E-mail address').fill(`p-${randomUUID()}@example.com`);
  await story.button(story.login, 'Continue').click();
  await authenticator.setPresence(true);
  await story.button(story.login, 'Create a passkey').click();
  await expect(story.login).toContainText('You are signed in.');
  await expect(story.rows).toHaveCount(1);
  expect(watch.details('passkey-registered')).toHaveLength(1);
  await authenticator.setPresence(false);

  await story.signInByAutofill();
  await expect(story.rows).toHaveCount(1);
  await story.signOut();
  await story.signInByButton();

  await story.rename('There is none');
  await story.remove();
  await story.addPasskey();
  await story.remove();
  await story.signInWithRemoved();
});

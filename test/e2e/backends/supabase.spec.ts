import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { AppEnv } from '../../../demo/server/http.ts';
import { serveBackendPage } from '../../support/backend-page.ts';
import { BackendStory, type StoryAbilities } from '../../support/backend-story.ts';
import { expect, test } from '../../support/e2e.ts';
import { createCore } from '../../support/emulators/core.ts';
import { createSupabaseEmulator, supabaseToken } from '../../support/emulators/supabase.ts';

const abilities: StoryAbilities = {
  list: true,
  rename: true,
  remove: true,
  anonymousList: true,
  removed: { refusal: / 400 .*\/passkeys\/authentication\/verify$/, code: 'verification-failed' },
};

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

test('add, sign in by autofill and by button, rename, remove, with the token alone', async ({
  page,
  watch,
  addAuthenticator,
  database,
}) => {
  const core = createCore({ store: database, origins: ['http://localhost:*'] });
  const emulator = createSupabaseEmulator(core);
  await using project = await serveBackendPage({
    backend: () => new Hono<AppEnv>().route('/api/auth/v1', emulator).fetch,
  });
  await using site = await serveBackendPage({
    attributes: `backend="supabase" client-id="sb_publishable_demo" base-url="${project.url}/api/auth/v1"`,
    script: `
      const login = document.querySelector('passkey-login');
      const manager = document.querySelector('passkey-manager');
      if (login) login.receiveTokens = ({ accessToken }) => { manager.accessToken = accessToken; };`,
  });
  const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
  const story = new BackendStory(site.url, abilities, { page, watch, authenticator });
  const token = await supabaseToken(core, `p-${randomUUID()}@example.com`);

  watch.expectErrors('unauthorized');
  await story.open('/account');
  await expect(story.manager).toContainText('You are not signed in');
  await story.manager.evaluate((manager: Manager, token) => {
    manager.accessToken = token; // the page's own sign-in, by other means
  }, token);
  await story.lifeOfPasskey();
});

type Manager = HTMLElementTagNameMap['passkey-manager'];

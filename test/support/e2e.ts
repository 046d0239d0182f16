import { test as base, type WorkerFixture } from '@playwright/test';
import type { Database } from '../../demo/server/database.ts';
import { startDemoServer, type DemoServer } from './demo-server.ts';
import { memoryDatabase } from './memory-database.ts';
import { addPageAuthenticator, type PageAuthenticator } from './page-authenticator.ts';
import type { VirtualAuthenticatorOptions } from './virtual-authenticator.ts';
import { watchPage, type PageWatch } from './watch-page.ts';

interface Fixtures {
  /** Adds an authenticator to the test's own tab; call it again for a second one. */
  readonly addAuthenticator: (options?: VirtualAuthenticatorOptions) => Promise<PageAuthenticator>;
  /** One that is there from the start, and whose person consents only once a test says so. */
  readonly authenticator: PageAuthenticator;
  /** What happens on the page; what must never happen fails every test. */
  readonly watch: PageWatch;
}

interface SharedFixtures {
  /** One backend for all tests of a run; a test may restart it, and uses accounts of its own. */
  readonly server: DemoServer;
  /** One database for the backends that tests make themselves; accounts of their own here too. */
  readonly database: Database;
}

/** Playwright's `test`, with the reference backend behind `page.goto('/')`. */
export const test = base.extend<Fixtures, SharedFixtures>({
  server: serverWith(),
  database: [
    async ({}, use) => {
      const database = await memoryDatabase();
      await use(database);
      await database.destroy();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: ({ server }, use) => use(server.url),
  // The server counts tries by address: each test comes from one of its own.
  extraHTTPHeaders: async ({}, use, { testId }) => use({ 'X-Forwarded-For': testId }),
  addAuthenticator: ({ page }, use) => use((options) => addPageAuthenticator(page, options)),
  authenticator: async ({ addAuthenticator }, use) =>
    use(await addAuthenticator({ automaticPresenceSimulation: false })),
  watch: [
    async ({ page }, use) => {
      const watch = await watchPage(page);
      await use(watch);
      await watch.check();
    },
    { auto: true },
  ],
});

/** The same before a backend with other settings. */
export const testWith = (env: Record<string, string>) =>
  test.extend<object, SharedFixtures>({ server: serverWith(env) });

function serverWith(
  env = {},
): [WorkerFixture<DemoServer, object>, { scope: 'worker'; timeout: number }] {
  return [
    // Playwright wants the first parameter destructured, even where nothing is needed.
    async ({}, use) => {
      await using server = await startDemoServer({ TRUSTED_PROXIES: '1', ...env });
      await use(server);
    },
    { scope: 'worker', timeout: 60_000 },
  ];
}

export { expect } from '@playwright/test';

import { test as base } from '@playwright/test';
import type { Database } from '../../demo/server/database.ts';
import { DemoServers, type DemoServer } from './demo-server.ts';
import { Hosts } from './hosts.ts';
import { memoryDatabase } from './memory-database.ts';
import { addPageAuthenticator, type PageAuthenticator } from './page-authenticator.ts';
import { serveRenderedSite, type RenderedSite } from './rendered-site.ts';
import type { VirtualAuthenticatorOptions } from './virtual-authenticator.ts';
import { watchPage, type PageWatch } from './watch-page.ts';

interface Fixtures {
  /** Environment variables of the backend, `{}` unless a file says `test.use({ settings })`. */
  readonly settings: Record<string, string>;
  /** The reference backend with these settings; a test may restart it, and uses accounts of its own. */
  readonly server: DemoServer;
  /** Adds an authenticator to the test's own tab; call it again for a second one. */
  readonly addAuthenticator: (options?: VirtualAuthenticatorOptions) => Promise<PageAuthenticator>;
  /** One that is there from the start, and whose person consents only once a test says so. */
  readonly authenticator: PageAuthenticator;
  /** What happens on the page; what must never happen fails every test. */
  readonly watch: PageWatch;
}

/**
 * What all tests of a worker share; each is made when a first test asks for it. They are all here,
 * and none in the file that uses it: tests that share other things get another worker and browser.
 */
interface SharedFixtures {
  /** The reference backend, one for each kind of settings. */
  readonly servers: DemoServers;
  /** One database for the backends that tests make themselves; accounts of their own here too. */
  readonly database: Database;
  /** The sites of test/hosts. */
  readonly hosts: Hosts;
  /** A site whose server renders the elements. */
  readonly renderedSite: RenderedSite;
}

const shared = { scope: 'worker', timeout: 60_000 } as const;

/** Playwright's `test`, with the reference backend behind `page.goto('/')`. */
export const test = base.extend<Fixtures, SharedFixtures>({
  // Playwright wants the first parameter destructured, even where nothing is needed.
  servers: [
    async ({}, use) => {
      await using servers = new DemoServers();
      await use(servers);
    },
    shared,
  ],
  database: [
    async ({}, use) => {
      const database = await memoryDatabase();
      await use(database);
      await database.destroy();
    },
    shared,
  ],
  hosts: [
    async ({}, use) => {
      using hosts = new Hosts();
      await use(hosts);
    },
    shared,
  ],
  renderedSite: [
    async ({ database }, use) => {
      await using site = await serveRenderedSite(database);
      await use(site);
    },
    shared,
  ],
  settings: [{}, { option: true }],
  server: [
    async ({ servers, settings }, use) => use(await servers.with(settings)),
    { timeout: 60_000 },
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

export { expect } from '@playwright/test';

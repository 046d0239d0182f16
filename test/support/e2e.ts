import { test as base } from '@playwright/test';
import { startDemoServer, type DemoServer } from './demo-server.ts';
import { addPageAuthenticator, type PageAuthenticator } from './page-authenticator.ts';
import type { VirtualAuthenticatorOptions } from './virtual-authenticator.ts';

interface Fixtures {
  /** Adds an authenticator to the test's own tab; call it again for a second one. */
  readonly addAuthenticator: (options?: VirtualAuthenticatorOptions) => Promise<PageAuthenticator>;
}

interface SharedFixtures {
  /** One backend for all tests of a run; a test may restart it, and uses accounts of its own. */
  readonly server: DemoServer;
}

/** Playwright's `test`, with the reference backend behind `page.goto('/')`. */
export const test = base.extend<Fixtures, SharedFixtures>({
  server: [
    // Playwright wants the first parameter destructured, even where nothing is needed.
    async ({}, use) => {
      await using server = await startDemoServer();
      await use(server);
    },
    { scope: 'worker' },
  ],
  baseURL: ({ server }, use) => use(server.url),
  addAuthenticator: ({ page }, use) => use((options) => addPageAuthenticator(page, options)),
});

export { expect } from '@playwright/test';

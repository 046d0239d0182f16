import { expect, test } from '../support/e2e.ts';
import type { PageAuthenticator } from '../support/page-authenticator.ts';
import type { PageWatch } from '../support/watch-page.ts';
import { DemoPage, dialects, newcomer } from './demo-page.ts';

for (const dialect of dialects) {
  test.describe(`the page goes and comes, ${dialect}`, () => {
    test('left with autofill pending, and with a prompt open: back again, both work', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      watch.expectRefusal(/ 404 .*\/elsewhere$/); // a page without passkeys
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await watch.autofillWaits();
      await page.goto('/elsewhere');
      await page.goBack();
      await watch.autofillWaits();
      await demo.button('Sign in with a passkey').click();
      await expect(demo.login.getByRole('status')).toHaveText(/Waiting for your passkey/);
      await page.goto('/elsewhere');
      await page.goBack();
      await watch.autofillWaits();
      await expect(demo.login.getByRole('status')).toHaveText('');
      await expect(demo.button('Cancel')).toHaveCount(0);
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
    });

    /** Creates a passkey that the server never hears of: the page is loaded anew before that. */
    async function loseAnswer(
      demo: DemoPage,
      identifier: string,
      { key, watch }: { readonly key: PageAuthenticator; readonly watch: PageWatch },
    ) {
      const { page } = demo;
      await demo.open();
      await demo.proveAddress(identifier);
      // Held in the page: a request that a route holds may reach the server as the page goes.
      const asked = page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const { fetch } = window;
            window.fetch = (url, init) => {
              const finish = /\/(passkey\/register|registration\/finish)\b/.test(String(url));
              if (!finish || init?.method !== 'POST') return fetch(url, init);
              resolve();
              return new Promise(() => {});
            };
          }),
      );
      await key.setPresence(true);
      await demo.button('Create a passkey').click();
      await asked;
      await key.setPresence(false);
      await page.reload();
      if (dialect === 'rest') {
        await demo.expectSignedIn(identifier); // the code has signed them in, and a cookie tells
        await expect(demo.manager).toContainText('No passkeys yet');
        await demo.signOut();
      }
      expect(await key.credentials(), 'known to the key alone').toHaveLength(1);
      await watch.autofillWaits();
    }

    test('loaded anew before the server had the passkey: creating it again succeeds', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await loseAnswer(demo, identifier, { key: authenticator, watch });
      await demo.login.evaluate((login) => login.toggleAttribute('no-autofill', true)); // or it would use the lost one
      await demo.signUpAndOut(identifier, authenticator);
      expect(await authenticator.credentials(), 'the lost one was replaced').toHaveLength(1);
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
    });

    test('used all the same, it is said to be of no use, and forgotten', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await loseAnswer(demo, identifier, { key: authenticator, watch });
      watch.expectErrors('unknown-credential');
      watch.expectRefusal(/ 40\d .*\/(passkey\/login|sign-in\/finish)\b/);
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await expect(demo.login.getByRole('alert')).toContainText('This passkey was removed');
      await expect.poll(() => authenticator.credentials()).toEqual([]);
      await authenticator.setPresence(false);
      await demo.signUp(identifier, authenticator);
    });

    // The headless browser has no back/forward cache; its events are the page's all the same.
    test('kept by the browser and shown again, autofill has a fresh challenge', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await watch.autofillWaits();
      const before = watch.secrets.size;
      await page.evaluate(() => {
        dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      });
      await authenticator.setPresence(true);
      await page.evaluate(() => {
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      });
      await demo.expectSignedIn(identifier);
      expect(watch.details('passkey-signed-in').at(-1)).toMatchObject({ method: 'autofill' });
      expect(watch.secrets.size, 'a challenge of its own').toBeGreaterThan(before);
    });
  });
}

import { expect, test } from '../support/e2e.ts';
import { DemoPage, dialects, newcomer } from './demo-page.ts';

for (const dialect of dialects) {
  test.describe(`the page goes and comes, ${dialect}`, () => {
    test('left with autofill pending, and with a prompt open: back again, both work (69)', async ({
      page,
      addAuthenticator,
      watch,
    }) => {
      const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
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

    // The headless browser has no back/forward cache; its events are the page's all the same.
    test('kept by the browser and shown again, autofill has a fresh challenge', async ({
      page,
      addAuthenticator,
      watch,
    }) => {
      const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
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

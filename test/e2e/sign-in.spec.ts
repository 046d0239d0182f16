import type { PasskeyManager } from '../../src/define.js';
import { expect, test } from '../support/e2e.ts';
import { DemoPage, dialects, newcomer } from './demo-page.ts';

for (const dialect of dialects) {
  test.describe(`signing in, ${dialect}`, () => {
    test('from the autofill list, without a click', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await authenticator.setPresence(true);
      await page.reload();
      await demo.expectSignedIn(identifier);
      expect(watch.details('passkey-signed-in').at(-1)).toMatchObject({ method: 'autofill' });
    });

    test('with the button, without an account name', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await demo.identifier.clear();
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
      await expect(demo.rows).toHaveCount(1);
      expect(watch.details('passkey-signed-in').at(-1)).toMatchObject({ method: 'passkey' });
    });

    test('with the account name first', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await demo.identifier.fill(identifier);
      await demo.button('Continue').click();
      await expect(demo.button('Use my passkey')).toBeVisible();
      await authenticator.setPresence(true);
      await demo.button('Use my passkey').click();
      await demo.expectSignedIn(identifier);
      expect(watch.details('passkey-signed-in').at(-1)).toMatchObject({ method: 'passkey' });
    });

    test('a session with a cookie outlives a reload, a token does not', async ({
      page,
      authenticator,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUp(identifier, authenticator);
      await page.reload();
      if (dialect === 'rest') await demo.expectSignedIn(identifier);
      else await expect(demo.button('Sign in with a passkey')).toBeVisible();
      await expect(demo.account).toBeVisible({ visible: dialect === 'rest' });
      const place = page.getByRole('region', { name: 'passkey-login' });
      await expect(place, 'with its caption').toBeVisible({ visible: dialect !== 'rest' });
      if (dialect !== 'rest') return;
      await demo.signOut();
      await expect(place).toBeVisible();
    });

    test('no passkey here: words, and the form still works', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await expect(demo.login.getByRole('status')).toHaveText(/No passkey was used/);
      expect(watch.details('passkey-cancelled')).toEqual([{ code: 'cancelled' }]);
      const identifier = newcomer();
      await demo.proveAddress(identifier);
      await demo.button('Create a passkey').click();
      await demo.expectSignedIn(identifier);
    });

    test('only the passkey of somebody else: words, and the form still works', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const [own, other] = [newcomer(), newcomer()];
      await demo.open();
      await demo.signUpAndOut(own, authenticator);
      await authenticator.clear();
      await demo.signUpAndOut(other, authenticator);

      await demo.identifier.fill(own);
      await demo.button('Continue').click();
      await expect(demo.button('Use my passkey')).toBeVisible();
      await authenticator.setPresence(true);
      // The `rest` dialect names the passkeys that will do; the other learns it from the server.
      if (dialect === 'ssojet') watch.expectRefusal(/ 4\d\d .*\/passkey\/login$/);
      await demo.button('Use my passkey').click();
      if (dialect === 'rest') {
        await expect(demo.login.getByRole('status')).toHaveText(/No passkey was used/);
        expect(watch.details('passkey-cancelled')).toEqual([{ code: 'cancelled' }]);
      } else {
        await expect(demo.login.getByRole('alert')).toHaveText(/could not be verified/);
        watch.expectErrors('verification-failed');
      }
      await authenticator.setPresence(false);
      await demo.button('Use another e-mail address').click();
      await demo.identifier.fill(other);
      await demo.button('Continue').click();
      await expect(demo.button('Use my passkey')).toBeVisible();
      await authenticator.setPresence(true);
      await demo.button('Use my passkey').click();
      await demo.expectSignedIn(other);
    });

    test('cancelling is no error', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await demo.button('Sign in with a passkey').click();
      await expect(demo.login.getByRole('status')).toHaveText(/Waiting for your passkey/);
      await demo.button('Cancel').click();
      await expect(demo.login.getByRole('status')).toHaveText(/Stopped/);
      await expect(demo.button('Cancel')).toBeHidden();
      expect(watch.details('passkey-cancelled')).toEqual([{ code: 'aborted' }]);
      expect(watch.details('passkey-signed-in')).toHaveLength(1);
    });
  });
}

test('whose session has ended signs in again on the same page', async ({
  page,
  authenticator,
  watch,
}) => {
  const demo = new DemoPage(page, 'rest');
  const identifier = newcomer();
  await demo.open();
  await demo.signUp(identifier, authenticator);
  await page.reload();
  await expect(demo.rows).toHaveCount(1);
  await expect(demo.login).toBeHidden();
  await page.context().clearCookies({ name: 'passkey-session' });
  watch.expectRefusal(/ 401 /);
  watch.expectErrors('unauthorized');
  await demo.manager.evaluate((manager: PasskeyManager) => manager.refresh());
  await expect(demo.manager).toContainText('You are not signed in.');
  await authenticator.setPresence(true);
  await demo.button('Sign in with a passkey').click();
  await demo.expectSignedIn(identifier);
  await expect(demo.rows).toHaveCount(1);
});

test('whoever signs in in another tab is named in this one as well', async ({
  page,
  authenticator,
}) => {
  const demo = new DemoPage(page, 'rest');
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  const other = newcomer();
  const tab = new DemoPage(await page.context().newPage(), 'rest');
  await tab.page.goto('/?backend=rest');
  await tab.signOut();
  await tab.proveAddress(other);
  await tab.button('Not now').click();
  await tab.expectSignedIn(other);
  await tab.page.close();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await demo.expectSignedIn(other);
  await expect(demo.manager).toContainText('No passkeys yet');
});

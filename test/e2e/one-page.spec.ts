import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { DemoPage, dialects, newcomer } from './demo-page.ts';

for (const dialect of dialects) {
  test.describe(`several elements on one page, ${dialect}`, () => {
    test('one prompt at a time: the other says so', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await addSecondLogin(page);
      const [first, second] = [demo.login.first(), demo.login.nth(1)];
      const signIn = { name: 'Sign in with a passkey' };
      await first.getByRole('button', signIn).click();
      await expect(first.getByRole('status')).toHaveText(/Waiting for your passkey/);
      watch.expectErrors('busy');
      await second.getByRole('button', signIn).click();
      await expect(second.getByRole('alert')).toHaveText(/Another passkey prompt is already open/);
      await expect(first.getByRole('status')).toHaveText(/Waiting for your passkey/);

      await first.getByRole('button', { name: 'Cancel' }).click();
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      await second.getByRole('button', signIn).click();
      await expect(second).toContainText('You are signed in.');
      expect(watch.details('passkey-signed-in')).toHaveLength(2);
    });

    test('autofill is on offer again after a prompt', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await addSecondLogin(page);
      await demo.login.first().getByRole('button', { name: 'Sign in with a passkey' }).click();
      await watch.promptWaits();
      await authenticator.setPresence(true); // does not wake what waits already
      await demo.login.first().getByRole('button', { name: 'Cancel' }).click();
      await demo.expectSignedIn(identifier);
      expect(watch.details('passkey-signed-in').at(-1)).toMatchObject({ method: 'autofill' });
    });

    test('an element that goes with its prompt open leaves nothing behind', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUpAndOut(identifier, authenticator);
      await addSecondLogin(page);
      const doomed = demo.login.nth(1);
      await doomed.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await expect(doomed.getByRole('status')).toHaveText(/Waiting for your passkey/);
      const before = watch.events.length;
      await doomed.evaluate((element) => element.remove());
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
      await expect(demo.rows).toHaveCount(1);
      expect(watch.events.slice(before).map(({ type }) => type)).toEqual([
        'passkey-signed-in',
        'passkey-ready', // of the manager
      ]);
    });

    test('an element that goes as soon as it came does no harm', async ({ page }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await page.evaluate(() => {
        const element = document.querySelector('passkey-login')!.cloneNode() as Element;
        document.body.append(element);
        element.remove();
      });
      await demo.identifier.fill(newcomer());
      await demo.button('Continue').click();
      await expect(demo.button('Use my passkey')).toBeVisible();
    });

    test('another backend is chosen on the page', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUp(identifier, authenticator);
      const [other, label] = dialect === 'rest' ? ['ssojet', 'SSOJet'] : ['rest', 'REST'];
      await page.getByRole('radio', { name: label }).check();
      await expect(page).toHaveURL(new RegExp(`backend=${other}`));
      await expect(demo.account).toBeHidden();
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
      await expect(demo.rows).toHaveCount(1);
    });
  });
}

async function addSecondLogin(page: Page): Promise<void> {
  await page.evaluate(() => {
    const first = document.querySelector('passkey-login')!;
    const second = document.createElement('passkey-login');
    for (const { name, value } of first.attributes) second.setAttribute(name, value);
    second.receiveTokens = first.receiveTokens;
    first.after(second);
  });
  await expect(
    page.locator('passkey-login').nth(1).getByRole('button', { name: 'Continue' }),
  ).toBeVisible();
}

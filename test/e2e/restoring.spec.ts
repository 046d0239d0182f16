import { expect, test } from '../support/e2e.ts';
import { DemoPage, newcomer } from './demo-page.ts';

test.use({ settings: { RESTORABLE_FOR: '60' } });

test('what was removed is brought back, and signs in', async ({ page, authenticator, watch }) => {
  const demo = new DemoPage(page, 'rest');
  const identifier = newcomer();
  await demo.open();
  await demo.signUp(identifier, authenticator);
  const [copy] = await authenticator.credentials();
  await remove(demo);
  await page.waitForTimeout(500); // a signal would be through by now
  expect(await authenticator.credentials(), 'it is kept as long').toEqual([copy]);

  await demo.manager.getByRole('button', { name: 'Bring back' }).click();
  await expect(demo.rows).toHaveCount(1);
  await expect(demo.manager.getByRole('button', { name: 'Bring back' })).toHaveCount(0);
  await expect(demo.rows.getByRole('button', { name: 'Remove' })).toBeFocused();
  await expect.poll(() => watch.details('passkey-restored')).toHaveLength(1);

  await demo.signOut();
  await watch.autofillWaits();
  expect(await authenticator.credentials()).toHaveLength(1);
  await authenticator.setPresence(true);
  await demo.button('Sign in with a passkey').click();
  await demo.expectSignedIn(identifier);
});

test('what nobody brings back signs nobody in, and leaves its authenticator with the page', async ({
  page,
  authenticator,
  watch,
}) => {
  const demo = new DemoPage(page, 'rest');
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  const [copy] = await authenticator.credentials();
  await remove(demo);
  await demo.signOut();
  await expect.poll(() => authenticator.credentials()).toEqual([]);

  await authenticator.addCredential(copy!); // as if the signal had never arrived
  await demo.login.evaluate((login: HTMLElementTagNameMap['passkey-login']) => {
    login.noAutofill = true; // else it would try again and again
  });
  await authenticator.setPresence(true);
  watch.expectRefusal(/ 400 .*\/sign-in\/finish$/); // not unknown: to the server it may come back
  watch.expectErrors('verification-failed');
  await demo.button('Sign in with a passkey').click();
  await expect(demo.login.getByRole('alert')).toHaveText(/The passkey could not be verified/);
  expect(await authenticator.credentials()).toHaveLength(1);
});

/** The only passkey; the list is empty afterwards. */
async function remove(demo: DemoPage): Promise<void> {
  await demo.rows.getByRole('button', { name: 'Remove' }).click();
  await demo.manager.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(demo.manager).toContainText('No passkeys yet');
}

import { expect, test } from '../support/e2e.ts';
import { DemoPage, dialects, newcomer } from './demo-page.ts';

for (const dialect of dialects) {
  test.describe(`managing, ${dialect}`, () => {
    test('a passkey gets another name, and keeps it', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await demo.signUp(newcomer(), authenticator);
      await demo.rows.getByRole('button', { name: 'Rename' }).click();
      const field = demo.manager.getByLabel('Name of the passkey');
      await field.fill('  ');
      await field.press('Enter');
      await expect(demo.manager).toContainText('Enter a name.');
      await field.fill('Grüner <b>Laptop</b>');
      await demo.manager.getByRole('button', { name: 'Save' }).click();
      await expect(demo.rows).toContainText('Grüner <b>Laptop</b>');
      await expect.poll(() => watch.details('passkey-renamed')).toHaveLength(1);
      await refresh(demo);
      await expect(demo.rows).toContainText('Grüner <b>Laptop</b>');
    });

    test('a second passkey on a second device', async ({ page, addAuthenticator, watch }) => {
      const first = await addAuthenticator({ automaticPresenceSimulation: false });
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUp(identifier, first);
      const add = demo.manager.getByRole('button', { name: 'Add a passkey' });
      await first.setPresence(true);
      await add.click();
      await expect(demo.manager.getByRole('status')).toHaveText(/You already have a passkey/);
      watch.expectErrors('already-registered');
      await first.remove();
      const second = await addAuthenticator({ transport: 'usb' });
      await demo.manager.getByRole('button', { name: 'On a security key' }).click();
      await expect(demo.rows).toHaveCount(2);
      await expect(demo.manager.getByRole('status')).toHaveText(/Passkey added/);
      expect(await second.credentials()).toHaveLength(1);
      expect(watch.details('passkey-registered')).toHaveLength(2);

      await demo.signOut();
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
    });

    test('a removed passkey leaves its authenticator, and signs nobody in', async ({
      page,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await demo.signUp(newcomer(), authenticator);
      const [copy] = await authenticator.credentials();
      await demo.rows.getByRole('button', { name: 'Remove' }).click();
      const dialog = demo.manager.getByRole('dialog');
      await expect(dialog).toContainText('This is your last passkey.');
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await expect(demo.manager).toContainText('No passkeys yet');
      await expect.poll(() => authenticator.credentials()).toEqual([]);
      await expect.poll(() => watch.details('passkey-removed')).toHaveLength(1);

      await authenticator.addCredential(copy!); // as if the signal had never arrived
      await demo.signOut();
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      watch.expectRefusal(/ 404 .*(\/sign-in\/finish|\/passkey\/login)$/);
      watch.expectErrors('unknown-credential');
      await demo.button('Sign in with a passkey').click();
      await expect(demo.login.getByRole('alert')).toHaveText(/This passkey was removed/);
      await expect.poll(() => authenticator.credentials()).toEqual([]);
    });

    test('one of two is removed, the other stays', async ({ page, addAuthenticator, watch }) => {
      const first = await addAuthenticator({ automaticPresenceSimulation: false });
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUp(identifier, first);
      await first.remove();
      const second = await addAuthenticator();
      await demo.manager.getByRole('button', { name: 'Add a passkey' }).click();
      await expect(demo.rows).toHaveCount(2);
      const [kept] = await second.credentials();
      const known = await demo.rows.evaluateAll((rows) => rows.map((row) => row.dataset['id']));
      const added = known.indexOf(dialect === 'ssojet' ? base64url(kept!.credentialId) : known[1]);
      const removed = demo.rows.nth(added === 0 ? 1 : 0);
      await removed.getByRole('button', { name: 'Remove' }).click();
      const dialog = demo.manager.getByRole('dialog');
      await expect(dialog).not.toContainText('This is your last passkey.');
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await expect(demo.rows).toHaveCount(1);
      expect(await second.credentials()).toHaveLength(1);
      await second.setPresence(false);
      await demo.signOut();
      await watch.autofillWaits();
      await second.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
    });

    test('where the site keeps the last one, it stays', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await demo.signUp(newcomer(), authenticator);
      await demo.manager.evaluate((manager) => manager.toggleAttribute('keep-last', true));
      watch.expectErrors('last-passkey');
      await demo.rows.getByRole('button', { name: 'Remove' }).click();
      const dialog = demo.manager.getByRole('dialog');
      await expect(dialog).toContainText('Add another one before you remove it.');
      await expect(dialog.getByRole('button', { name: 'Remove' })).toHaveCount(0);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await refresh(demo);
      await expect(demo.rows).toHaveCount(1);
      expect(await authenticator.credentials()).toHaveLength(1);
    });

    test('the server restarts in between, and nothing is lost', async ({
      page,
      server,
      authenticator,
      watch,
    }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUp(identifier, authenticator);
      await expect(demo.manager).toContainText('on one device only'); // the last that loads by itself
      await server.restart();
      await refresh(demo); // the session, or the token, is still good
      await expect(demo.rows).toHaveCount(1);
      await demo.signOut();
      await watch.autofillWaits();
      await authenticator.setPresence(true);
      await demo.button('Sign in with a passkey').click();
      await demo.expectSignedIn(identifier);
      await expect(demo.rows).toHaveCount(1);
    });
  });
}

test('a complete list takes from the authenticator what is no longer in it, and nobody else’s', async ({
  page,
  addAuthenticator,
}) => {
  const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
  const demo = new DemoPage(page, 'rest');
  await demo.open();
  await demo.signUpAndOut(newcomer(), authenticator);
  const [others] = await authenticator.credentials();
  await demo.signUp(newcomer(), authenticator);
  const first = await demo.rows.getAttribute('data-id');
  const key = await addAuthenticator({ transport: 'usb' });
  await demo.manager.evaluate((manager) => manager.setAttribute('open', 'add'));
  await demo.manager.getByRole('button', { name: 'On a security key' }).click();
  await expect(demo.rows).toHaveCount(2);
  expect(await authenticator.credentials()).toHaveLength(2);
  await page.evaluate((id) => fetch(`/api/passkeys/passkeys/${id}`, { method: 'DELETE' }), first);
  await refresh(demo);
  await expect(demo.rows).toHaveCount(1);
  await expect
    .poll(async () => (await authenticator.credentials()).map(({ credentialId }) => credentialId))
    .toEqual([others!.credentialId]);
  expect(await key.credentials()).toHaveLength(1);
});

test('the account’s new name reaches the authenticator', async ({ page, authenticator }) => {
  const demo = new DemoPage(page, 'rest');
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  await demo.manager.evaluate((element: HTMLElementTagNameMap['passkey-manager']) =>
    element.accountRenamed({ name: 'grace@example.com', displayName: 'Grace' }),
  );
  await expect
    .poll(() => authenticator.credentials())
    .toMatchObject([{ userName: 'grace@example.com', userDisplayName: 'Grace' }]);
});

test('what a click needs comes once the pointer is near, not with the list', async ({
  page,
  authenticator,
}) => {
  const demo = new DemoPage(page, 'rest');
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(...(modules.exec(request.url()) ?? []).slice(1)));
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  await expect(demo.rows).toHaveCount(1);
  expect(loaded).toEqual([]);
  await demo.rows.hover();
  await expect.poll(() => loaded.sort()).toEqual(['adding', 'removal', 'renaming']);
});

test('what did not load before a click is said in words', async ({
  page,
  authenticator,
  watch,
}) => {
  const demo = new DemoPage(page, 'rest');
  await page.route(modules, (route) => route.fulfill({ status: 503 }));
  watch.expectRefusal(/ 503 .*\.js$/);
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  const alert = demo.manager.getByRole('alert');
  for (const name of ['Rename', 'Remove', 'Add a passkey']) {
    watch.expectErrors('not-loaded');
    await demo.manager.getByRole('button', { name }).click();
    await expect(alert).toHaveText(
      'This page did not load completely. Check your internet, then reload it.',
    );
    await expect
      .poll(() => watch.details('passkey-error').at(-1))
      .toMatchObject({ code: 'not-loaded' });
    await refresh(demo);
  }
  await expect(demo.rows).toHaveCount(1);
});

/** The modules of the manager that are loaded later. */
const modules = /\/(adding|renaming|removal)-[^/]*\.js$/;

/** Has the list read again, and waits for it. */
async function refresh({ manager }: DemoPage): Promise<void> {
  await manager.evaluate((element: HTMLElementTagNameMap['passkey-manager']) => element.refresh());
}

function base64url(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

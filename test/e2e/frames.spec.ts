import type { FrameLocator, Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { ModulePage } from '../support/module-page.ts';

// The sites have no servers but those that a test makes of them.
test.use({ baseURL: '', extraHTTPHeaders: {} });

const inner = 'http://localhost:8001/';
const outer = 'http://localhost:8002/';

const module = `
  import 'passkey-elements/login';
  const options = {
    challenge: 'AQID', rp: { id: 'localhost', name: 'Shop' },
    user: { id: 'dXNlcg', name: 'ada', displayName: 'Ada' },
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required' },
  };
  window.asked = 0;
  document.querySelector('passkey-login').backend = {
    signIn: {
      begin: async () => (++asked, { options: { challenge: 'AQID', rpId: 'localhost' } }),
      finish: async () => ({ kind: 'session' }),
    },
    registration: { begin: async () => ({ options }), finish: async () => ({}) },
  };`;

/** A page of another origin that shows the login in a frame. */
async function openFramed(page: Page, allow: string): Promise<FrameLocator> {
  const link = '<a slot="fallback" href="#password">Password</a>';
  await new ModulePage(page, inner).serve(
    module,
    `<passkey-login no-autofill>${link}</passkey-login>`,
  );
  const frame = `<iframe src="${inner}" allow="${allow}" width="600" height="600"></iframe>`;
  await new ModulePage(page, outer).open('', `<main>${frame}</main>`);
  return page.frameLocator('iframe');
}

test('in a frame of another site that may not use passkeys: said at once, with a way out', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await addAuthenticator();
  watch.expectErrors('blocked-by-policy');
  const frame = await openFramed(page, '');
  const login = frame.locator('passkey-login');
  await expect(login.getByRole('status')).toHaveText(/Open it in a window of its own/);
  expect(await login.evaluate((element) => element.matches(':state(unsupported)'))).toBe(true);
  const link = login.getByRole('link', { name: 'Open in a window of its own' });
  await expect(link).toHaveAttribute('href', inner);
  await expect(login.getByRole('link', { name: 'Password' })).toBeVisible();
  await expect(login.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
  watch.expectErrors('blocked-by-policy');
  const worked = await login.evaluate((element: HTMLElementTagNameMap['passkey-login']) =>
    element.signIn(),
  );
  expect(worked).toBe(false);
  expect(await login.evaluate(() => (window as unknown as { asked: number }).asked)).toBe(0);
});

test('in a frame of another site that may: creates a passkey, and signs in', async ({
  page,
  addAuthenticator,
}) => {
  await addAuthenticator();
  const allow = 'publickey-credentials-get; publickey-credentials-create';
  const login = (await openFramed(page, allow)).locator('passkey-login');
  await expect(login.getByRole('button', { name: 'Sign in with a passkey' })).toBeVisible();
  // Creating one in such a frame takes a click.
  await login.evaluate((element: HTMLElementTagNameMap['passkey-login']) => {
    const button = document.createElement('button');
    button.textContent = 'Enrol';
    button.onclick = () => void element.register();
    element.append(button);
  });
  await login.getByRole('button', { name: 'Enrol' }).click();
  await expect(login).toContainText('Passkey created');
  await login.evaluate((element: HTMLElementTagNameMap['passkey-login']) => element.signOut());
  await login.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(login).toContainText('You are signed in.');
});

test('a frame that is taken away with its prompt open is silent in the page around it', async ({
  page,
  watch,
  addAuthenticator,
}) => {
  await addAuthenticator({ automaticPresenceSimulation: false });
  const login = (await openFramed(page, 'publickey-credentials-get')).locator('passkey-login');
  await login.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(login.getByRole('status')).toHaveText(/Waiting for your passkey/);
  const before = watch.events.length;
  await page.locator('iframe').evaluate((frame) => frame.remove());
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  expect(watch.events.slice(before)).toEqual([]);
});

import type { Browser, BrowserContext, Locator, Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { addPageAuthenticator } from '../support/page-authenticator.ts';
import { watchPage } from '../support/watch-page.ts';
import { DemoPage, newcomer } from './demo-page.ts';

test.use({ settings: { HANDOFF: '1' } });

async function openDemo(page: Page, address = '/?backend=rest'): Promise<DemoPage> {
  await page.goto(address);
  return new DemoPage(page, 'rest');
}

async function secondContext(browser: Browser, url: string, id: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL: url, extraHTTPHeaders: { 'X-Forwarded-For': id } });
}

const linkOf = (login: Locator) => login.getByLabel('Link for the other device').inputValue();

test('a desktop without passkeys is signed in by a phone', async ({
  page,
  browser,
  server,
  watch,
}, { testId }) => {
  const identifier = newcomer();
  await using phoneContext = await secondContext(browser, server.url, `${testId}-phone`);
  const phonePage = await phoneContext.newPage();
  const phoneWatch = await watchPage(phonePage);
  const authenticator = await addPageAuthenticator(phonePage, {
    automaticPresenceSimulation: false,
  });
  const phone = await openDemo(phonePage);
  await phone.signUpAndOut(identifier, authenticator);

  const desktop = await openDemo(page);
  await desktop.button('Use another device').click();
  await expect(
    desktop.login.getByRole('img', { name: 'QR code that holds the link' }),
  ).toBeVisible();
  await expect(desktop.login.getByRole('timer')).toHaveText(/^Time left: [45]:\d\d$/);
  const number = await desktop.login.locator('.number').innerText();

  await phonePage.goto(await linkOf(desktop.login));
  await expect(phone.login).toContainText('Chrome, Linux');
  await expect(phone.login).toContainText('It is not in the same network as you.');
  await phone.login.getByRole('radio', { name: number }).check();
  await authenticator.setPresence(true);
  await phone.button('Approve with a passkey').click();
  await expect(phone.login.getByRole('heading')).toHaveText('Approved');
  await expect(phone.account).toBeHidden();

  await desktop.expectSignedIn(identifier);
  expect(watch.details('passkey-signed-in')).toEqual([{ method: 'hand-off', kind: 'session' }]);
  await phoneWatch.check();
});

test('“No” on the phone ends it on the desktop', async ({ page, browser, server, watch }, {
  testId,
}) => {
  await using phoneContext = await secondContext(browser, server.url, `${testId}-phone`);
  const desktop = await openDemo(page);
  await desktop.button('Use another device').click();
  const phonePage = await phoneContext.newPage();
  const phone = await openDemo(phonePage, await linkOf(desktop.login));
  await phone.button('No, that was not me').click();
  await expect(phone.login.getByRole('heading')).toHaveText('Refused');
  await expect(desktop.login.getByRole('alert')).toHaveText(/not approved/);
  await expect(desktop.button('Start again')).toBeVisible();
  watch.expectErrors('verification-failed');
});

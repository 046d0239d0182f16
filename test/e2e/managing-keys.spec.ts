import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { DemoPage, newcomer } from './demo-page.ts';

/** Presses Tab until the control of that name has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const fits = (found: string) => (typeof name === 'string' ? found === name : name.test(found));
  const seen: string[] = [];
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(key);
    const found = await focused(page);
    seen.push(found);
    if (fits(found)) return;
  }
  throw new Error(`No way to ${name} by Tab: ${seen.join(', ')}`);
}

/** Name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return (active?.getAttribute('aria-label') ?? active?.textContent ?? '')
      .replace(/\s+/g, ' ')
      .trim();
  });
}

test('everything in the list can be done with the keyboard alone', async ({
  page,
  addAuthenticator,
  watch,
}) => {
  const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
  const demo = new DemoPage(page, 'rest');
  const { manager } = demo;
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  await manager.evaluate((element: HTMLElement) => element.focus());

  // Details and the public key
  await tabTo(page, 'Details');
  await page.keyboard.press('Enter');
  await expect(manager.locator('dl')).toBeVisible();
  expect(await focused(page)).toMatch(/^Details/);
  await tabTo(page, 'Copy as PEM');
  await page.keyboard.press('Enter');
  await expect(manager.locator('textarea')).toHaveValue(/^-----BEGIN PUBLIC KEY-----/);

  // Rename: Escape, then Enter
  await tabTo(page, /^Rename/);
  await page.keyboard.press('Enter');
  await expect(manager.getByLabel('Name of the passkey')).toBeFocused();
  await page.keyboard.type('Typed');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toMatch(/^Rename/);
  await page.keyboard.press('Enter');
  await expect(manager.getByLabel('Name of the passkey')).toBeFocused();
  await page.keyboard.type('Keyboard');
  await page.keyboard.press('Enter');
  await expect(demo.rows).toContainText('Keyboard');
  await expect.poll(() => focused(page)).toBe('Rename “Keyboard”');
  await expect.poll(() => watch.details('passkey-renamed')).toHaveLength(1);

  // Remove: Escape leaves it, and the focus is back
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Remove “Keyboard”');
  await page.keyboard.press('Enter');
  const dialog = manager.getByRole('dialog');
  await expect(dialog).toBeVisible();
  expect(await focused(page), 'the harmless one').toBe('Cancel');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect.poll(() => focused(page)).toBe('Remove “Keyboard”');

  // Add: there is one here already, so another place is asked for
  await authenticator.setPresence(true);
  watch.expectErrors('already-registered');
  await tabTo(page, 'Add a passkey', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(dialog).toContainText('You have one on this device already.');
  await authenticator.remove();
  const key = await addAuthenticator({ transport: 'usb' });
  await tabTo(page, 'On a security key');
  await page.keyboard.press('Enter');
  await expect(demo.rows).toHaveCount(2);
  expect(await key.credentials()).toHaveLength(1);
  await expect.poll(() => focused(page), 'nobody is left at the top of the page').not.toBe('');

  // Remove, really
  await tabTo(page, 'Remove “Keyboard”');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Remove');
  await page.keyboard.press('Enter');
  await expect(demo.rows).toHaveCount(1);
  await expect.poll(() => focused(page)).toMatch(/^Remove “/);
});

test('a long list: search, order and several at once with the keyboard alone', async ({
  page,
  authenticator,
}) => {
  const demo = new DemoPage(page, 'rest');
  const { manager } = demo;
  await page.route('**/api/passkeys/passkeys', async (route) => {
    const answer = await route.fetch();
    const { passkeys, ...rest } = (await answer.json()) as { passkeys: object[] };
    const more = Array.from({ length: 12 }, (_, at) => ({
      ...passkeys[0],
      id: `made-up-${at}`,
      credentialId: `made${at}up`,
      name: `Key ${at}`,
    }));
    await route.fulfill({ json: { ...rest, passkeys: [...passkeys, ...more], complete: false } });
  });
  await demo.open();
  await demo.proveAddress(newcomer());
  await authenticator.setPresence(true);
  await demo.button('Create a passkey').click();
  await expect(demo.rows).toHaveCount(13);
  await manager.evaluate((element: HTMLElement) => element.focus());

  await tabTo(page, 'Search your passkeys');
  await page.keyboard.type('key 1');
  await expect(demo.rows).toHaveCount(3); // 1, 10 and 11
  expect(await focused(page)).toBe('Search your passkeys');
  await tabTo(page, 'Order');
  await page.keyboard.press('ArrowDown');
  await tabTo(page, 'Choose several');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('Remove (0)');
  await tabTo(page, 'Choose “Key 10”');
  await page.keyboard.press('Space');
  await tabTo(page, 'Choose “Key 11”');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+Tab');
  await expect(manager.getByRole('button', { name: 'Remove (2)' })).toBeVisible();
  await manager.getByRole('button', { name: 'Remove (2)' }).press('Enter');
  const dialog = manager.getByRole('dialog');
  await expect(dialog).toContainText('Remove 2 passkeys?');
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('Remove (2)');
});

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium, expect, type Browser, type Locator, type Page } from '@playwright/test';
import { DemoPage } from '../test/e2e/demo-page.ts';
import { chromeArgs, chromePath } from '../test/support/chrome.mjs';
import { startDemoServer } from '../test/support/demo-server.ts';
import { addPageAuthenticator } from '../test/support/page-authenticator.ts';
import { anatomyOf, readLayout, type Layout } from './anatomy.ts';

/*
 * The pictures of the docs, taken of the built package with the reference backend behind it: somebody
 * signs up and gets a second passkey, and the elements stand side by side as on a page of a site.
 */
const page = `<!doctype html>
<html lang="en">
  <style>
    :root { color-scheme: light dark; background: light-dark(#f5f6f9, #0d0f13); }
    body { display: flex; gap: 24px; align-items: start; inline-size: fit-content; margin: 0; padding: 24px; }
    passkey-login { inline-size: 22rem; }
    passkey-manager { inline-size: 33rem; }
  </style>
  <passkey-login backend="rest" no-autofill></passkey-login>
  <passkey-manager backend="rest"></passkey-manager>
  <script>${readFileSync('dist/passkey-elements.min.js', 'utf8')}</script>
</html>`;

const somebody = 'ada@example.com';
mkdirSync('docs/pictures', { recursive: true });
await using server = await startDemoServer();
const browser = await chromium.launch({ executablePath: await chromePath(), args: chromeArgs });
try {
  const tab = await openPage(browser, server.url);
  await takeElements(tab);
  writeFileSync('docs/pictures/anatomy.svg', anatomyOf(await screensOf(tab)));
} finally {
  await browser.close();
}

/** The page with both elements, of somebody who has two passkeys; nobody answers its prompts. */
async function openPage(browser: Browser, baseURL: string): Promise<Page> {
  const viewport = { width: 1000, height: 900 };
  const tab = await browser.newPage({
    baseURL,
    viewport,
    reducedMotion: 'reduce',
    deviceScaleFactor: 2,
  });
  tab.setDefaultTimeout(8000);
  const demo = new DemoPage(tab, 'rest');
  const phone = await addPageAuthenticator(tab, {
    defaultBackupEligibility: true,
    defaultBackupState: true,
  });
  await demo.open();
  await demo.signUp(somebody, phone);
  await rename(demo, 'Phone');
  await phone.remove();
  const key = await addPageAuthenticator(tab, { transport: 'usb' });
  await demo.manager.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(demo.rows).toHaveCount(2);
  await rename(demo, 'Security key');
  await key.setPresence(false);
  await tab.route('**/pictures', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: page }),
  );
  await tab.goto('/pictures');
  await expect(demo.rows).toHaveCount(2);
  return tab;
}

/** Gives the passkey that was made last another name. */
async function rename({ manager, rows }: DemoPage, name: string): Promise<void> {
  await manager.getByRole('button', { name: /^Rename “(?!Phone)/ }).click();
  await manager.getByLabel('Name of the passkey').fill(name);
  await manager.getByLabel('Name of the passkey').press('Enter');
  await expect(rows.filter({ hasText: name })).toHaveCount(1);
}

async function takeElements(tab: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await tab.emulateMedia({ colorScheme });
    const png = await tab.locator('body').screenshot();
    writeFileSync(`docs/pictures/elements-${colorScheme}.webp`, await toWebp(tab, png));
  }
  await tab.emulateMedia({ colorScheme: 'light' });
}

/** The same picture at half the bytes; the browser is the program that is here for it. */
async function toWebp(tab: Page, png: Buffer): Promise<Buffer> {
  const url = await tab.evaluate(
    async (source) => {
      const picture = new Image();
      picture.src = source;
      await picture.decode();
      const canvas = document.createElement('canvas');
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext('2d')!.drawImage(picture, 0, 0);
      return canvas.toDataURL('image/webp', 0.9);
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  return Buffer.from(url.replace(/^[^,]*,/, ''), 'base64');
}

/** Screens on which every part is to be seen. */
async function screensOf(tab: Page): Promise<Layout[][]> {
  const demo = new DemoPage(tab, 'rest');
  const { login, manager } = demo;
  const read = async (element: Locator) => {
    await tab.mouse.move(0, 0); // a button under the pointer has another colour
    return element.evaluate(readLayout);
  };

  await demo.button('Sign in with a passkey').click();
  await expect(login.getByRole('status')).toHaveText(/Waiting/);
  const waiting = await read(login);
  await demo.button('Cancel').click();
  await demo.askForCode(somebody);
  await demo.code.fill('000000');
  await demo.button('Continue').click();
  await expect(login.getByRole('alert')).not.toBeEmpty();
  const code = await read(login);

  await manager.getByRole('button', { name: 'Rename “Security key”' }).click();
  await expect(manager.getByLabel('Name of the passkey')).toBeVisible();
  await tab.context().setOffline(true);
  await manager.evaluate((element: HTMLElementTagNameMap['passkey-manager']) => element.refresh());
  await expect(manager.getByRole('alert')).not.toBeEmpty();
  const list = await read(manager);
  await manager.getByRole('button', { name: 'Cancel' }).click();
  await tab.context().setOffline(false);
  await expect(manager.getByRole('alert')).toBeEmpty();

  await openRemoval(manager);
  const question = await read(manager);
  await manager.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(demo.rows).toHaveCount(1);
  await openRemoval(manager);
  await manager.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(manager.getByRole('status')).toHaveText(/was removed/);
  const empty = await read(manager);
  return [[waiting, code], [list], [question, empty]];
}

async function openRemoval(manager: Locator): Promise<void> {
  await manager
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click();
  await expect(manager.locator('dialog')).toBeVisible();
}

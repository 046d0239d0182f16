import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { DemoPage, newcomer } from './demo-page.ts';

const axe = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

const looks = [
  { name: 'light', scheme: 'light', query: '', width: 1280 },
  { name: 'dark', scheme: 'dark', query: '', width: 1280 },
  { name: 'Arabic', scheme: 'light', query: '&lang=ar', width: 1280 },
  { name: '320 px wide', scheme: 'light', query: '', width: 320 },
  { name: '320 px wide, German', scheme: 'dark', query: '&lang=de', width: 320 },
  { name: '320 px wide, Arabic', scheme: 'dark', query: '&lang=ar', width: 320 },
] as const;

for (const { name, scheme, query, width } of looks) {
  test(`every screen is accessible and fits, ${name}`, async ({
    page,
    addAuthenticator,
    watch,
  }) => {
    await page.addInitScript({ path: axe });
    await page.setViewportSize({ width, height: 720 });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
    const demo = new DemoPage(page, 'rest');
    const { login, manager } = demo;
    const faults: string[] = [];
    const look = async (screen: string) => {
      faults.push(...(await faultsOf(page)).map((fault) => `${screen}: ${fault}`));
    };

    await demo.open(query);
    await expect(login.locator('form')).toBeVisible();
    if (query) await expect(login).not.toContainText('Continue');
    await look('identify');
    await login.locator('.primary').click();
    await expect(login.locator('[slot=username-fault]')).not.toBeEmpty();
    await look('identify, nothing entered');
    await login.locator('input[name=username]').fill(newcomer());
    await login.locator('.primary').click();
    await expect(login.locator('.choice')).toHaveCount(2);
    await look('choose');
    await login.locator('.choice').nth(1).click();
    await expect(login.locator('#code')).toBeVisible();
    const code = await demo.lastCode();
    await look('code');
    watch.expectRefusal(/ 400 .*\/verify$/);
    watch.expectErrors('verification-failed');
    await login.locator('#code').fill(code === '000000' ? '000001' : '000000');
    await login.locator('#code').press('Enter');
    await expect(login.getByRole('alert')).not.toBeEmpty();
    await look('code, wrong');
    await login.locator('#code').fill(code);
    await login.locator('#code').press('Enter');
    await expect(login.locator('.hero')).toBeVisible();
    await look('create');
    await login.locator('.primary').click();
    await expect(login.getByRole('status')).not.toBeEmpty();
    await look('create, waiting');
    await login.locator('.quiet').last().click();
    await authenticator.setPresence(true);
    await login.locator('.primary').click();
    await expect(login.locator('.hero.done')).toBeVisible();
    await expect(demo.rows).toHaveCount(1);
    await look('done, and the list');
    await manager.locator('summary').click();
    await manager.locator('[data-action=rename]').click();
    await manager.locator('.rename input').fill('');
    await manager.locator('.rename input').press('Enter');
    await expect(manager.locator('.fault')).toBeVisible();
    await look('rename');
    await manager.locator('.rename input').fill('W'.repeat(64));
    await manager.locator('.rename input').press('Enter');
    await expect(demo.rows).toContainText('WWWW');
    await expect.poll(() => watch.details('passkey-renamed')).toHaveLength(1);
    await look('a long name');
    await manager.locator('[data-action=remove]').click();
    await expect(manager.locator('dialog')).toBeVisible();
    await look('dialog');
    await manager.locator('dialog .danger').click();
    await expect(manager.locator('[part=empty]')).toBeVisible();
    await look('empty list');
    expect(faults).toEqual([]);
  });
}

test('with letters twice as large, on a phone, every button stays in its card', async ({
  page,
  authenticator,
}) => {
  await page.setViewportSize({ width: 360, height: 720 });
  const demo = new DemoPage(page, 'rest');
  await demo.open();
  await demo.signUp(newcomer(), authenticator);
  await page.evaluate(() => void (document.documentElement.style.fontSize = '200%'));
  const outside = await demo.rows.first().evaluate((row) => {
    const { left, right } = row.getBoundingClientRect();
    const boxes = [...row.querySelectorAll('button')].map((node) => node.getBoundingClientRect());
    return boxes.filter((box) => box.left < left || box.right > right).length;
  });
  expect(outside).toBe(0);
});

interface Axe {
  run(options: object): Promise<{
    violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[];
  }>;
}

for (const width of [1280, 390]) {
  test(`nothing jumps when the elements come, ${width} px wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 720 });
    const { promise: wanted, resolve: come } = Promise.withResolvers<void>();
    await page.route('**/*.js', async (route) => {
      await wanted;
      await route.continue();
    });
    await page.goto('/', { waitUntil: 'commit' });
    const below = page.locator('.workshop');
    const place = async () => Math.round((await below.boundingBox())!.y);
    await expect(below).toBeVisible();
    await page.waitForFunction(() => document.styleSheets.length > 0);
    const before = await place();
    come();
    await expect(page.locator('passkey-login').getByRole('button')).toHaveCount(2);
    expect(await place()).toBe(before);
  });
}

/** What axe finds, and whether the page can be scrolled sideways. */
function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    const { scrollWidth, clientWidth } = document.documentElement;
    return [
      ...violations.map(
        ({ id, nodes }) =>
          `${id} ${nodes.map((node) => `${JSON.stringify(node.target)} ${node.failureSummary}`).join('; ')}`,
      ),
      ...(scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} > ${clientWidth}`] : []),
    ];
  });
}

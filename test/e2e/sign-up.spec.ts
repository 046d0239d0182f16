import type { Page } from '@playwright/test';
import { expect, test } from '../support/e2e.ts';
import { DemoPage, dialects, newcomer } from './demo-page.ts';

for (const dialect of dialects) {
  test.describe(`signing up, ${dialect}`, () => {
    test('by code, then with a passkey', async ({ page, authenticator, watch }) => {
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.signUp(identifier, authenticator);
      await expect(demo.login).toContainText('You are signed in.');
      expect(await authenticator.credentials()).toHaveLength(1);
      const types = watch.events.map(({ type, from }) => `${from} ${type}`);
      expect(types.slice(0, 3)).toEqual([
        'passkey-login passkey-ready',
        'passkey-login passkey-registered',
        'passkey-login passkey-signed-in',
      ]);
      const [signedIn] = watch.details('passkey-signed-in');
      expect(signedIn).toEqual({ method: 'code', kind: dialect === 'rest' ? 'session' : 'tokens' });
      expect(watch.secrets, 'the watch saw what it must not find in events').toContain(identifier);
      expect(watch.secrets.size).toBeGreaterThan(4);
    });

    test('the mailbox of the page is read out once, as its live region is there before', async ({
      page,
    }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      const region = page.locator('.login > [role=status]');
      const isRendered = () => region.evaluate((node) => node.checkVisibility());
      expect(await isRendered()).toBe(true);
      await demo.askForCode(newcomer());
      await expect(region).toContainText(await demo.lastCode());
      await expect(region.getByRole('status')).toHaveCount(0);
    });

    test('an answer that breaks off is said once, and thrown nowhere', async ({ page, watch }) => {
      watch.expectErrors('bad-response');
      await page.route(/\/(email-otp|codes)\/send/, (route) =>
        route.fulfill({ contentType: 'application/json', body: '{"state":' }),
      );
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await demo.identifier.fill(newcomer());
      await demo.button('Continue').click();
      await demo.button('E-mail me a code').click();
      await expect(demo.login.getByRole('alert')).toHaveText(/wrong on our side/);
      await expect(page.locator('.mail')).toBeHidden();
    });

    test('the field for the code has the focus', async ({ page }) => {
      const demo = new DemoPage(page, dialect);
      await demo.open();
      await demo.askForCode(newcomer());
      await expect(demo.code).toBeFocused();
    });

    test('a wrong code is said to be wrong, and the right one still works', async ({
      page,
      watch,
    }) => {
      watch.expectRefusal(/ 400 .*\/verify$/);
      const demo = new DemoPage(page, dialect);
      const identifier = newcomer();
      await demo.open();
      await demo.askForCode(identifier);
      const right = await demo.lastCode();
      await demo.code.fill(right === '000000' ? '000001' : '000000');
      await demo.button('Continue').click();
      await expect(demo.login.getByRole('alert')).toHaveText(/That code is not right/);
      watch.expectErrors(...watch.details('passkey-error').map(({ code }) => String(code)));
      expect(watch.details('passkey-error')).toHaveLength(1);
      await demo.code.fill(right);
      await demo.button('Continue').click();
      await demo.button('Not now').click();
      await demo.expectSignedIn(identifier);
      await expect(demo.manager).toContainText('No passkeys yet');
    });

    const keys = {
      'that has no screen lock': { hasUserVerification: false },
      'whose screen lock is not passed': { isUserVerified: false },
    };
    for (const [which, options] of Object.entries(keys)) {
      test(`a key ${which} is refused by the browser, nothing is left on either side`, async ({
        page,
        addAuthenticator,
      }) => {
        const authenticator = await addAuthenticator(options);
        const demo = new DemoPage(page, dialect);
        const posts: string[] = [];
        page.on('request', (request) => posts.push(`${request.method()} ${request.url()}`));
        await demo.open();
        await demo.proveAddress(newcomer());
        await page.evaluate(requireUserVerification);
        posts.length = 0;
        await demo.button('Create a passkey').click();
        await expect(demo.login.getByRole('status')).toContainText('No passkey was created.');
        expect(await authenticator.credentials()).toEqual([]);
        expect(
          posts.filter((post) => /POST .*\/(passkey\/register|registration\/finish)\b/.test(post)),
        ).toEqual([]);
        await demo.button('Not now').click();
        await expect(demo.manager).toContainText('No passkeys yet');
      });
    }

    test('with the keyboard alone, and then renaming and removing', async ({
      page,
      authenticator,
    }) => {
      const demo = new DemoPage(page, dialect);
      const press = (key: string) => page.keyboard.press(key);
      const tabTo = async (target: string) => {
        for (let presses = 0; presses < 40; presses++) {
          await press('Tab');
          if ((await focusedName(page)).includes(target)) return;
        }
        throw new Error(`Tab never reached “${target}”.`);
      };
      const identifier = newcomer();
      await demo.open();
      await expect(demo.button('Continue')).toBeVisible();
      await tabTo('E-mail address');
      await page.keyboard.type(identifier);
      await press('Enter');
      await expect(demo.button('E-mail me a code')).toBeVisible();
      await tabTo('E-mail me a code');
      await press('Enter');
      await expect(demo.code).toBeVisible();
      if (!(await focusedName(page)).includes('Code')) await tabTo('Code');
      await page.keyboard.type(await demo.lastCode());
      await press('Enter');
      await expect(demo.button('Create a passkey')).toBeVisible();
      await authenticator.setPresence(true);
      await tabTo('Create a passkey');
      await press('Enter');
      await demo.expectSignedIn(identifier);
      await expect(demo.rows).toHaveCount(1);

      await tabTo('Rename');
      await press('Space');
      await expect(demo.manager.getByLabel('Name of the passkey')).toBeFocused();
      await page.keyboard.type('Kitchen');
      await press('Enter');
      await expect(demo.rows).toContainText('Kitchen');
      await expect.poll(() => focusedName(page)).toBe('Rename “Kitchen”');

      await tabTo('Remove “Kitchen”');
      await press('Enter');
      const dialog = demo.manager.getByRole('dialog');
      await expect(dialog).toBeVisible();
      await press('Escape');
      await expect(dialog).toBeHidden();
      await expect.poll(() => focusedName(page)).toBe('Remove “Kitchen”');
      await press('Enter');
      await expect(dialog).toBeVisible(); // else Tab walks through the page behind it
      await tabTo('Remove');
      await press('Enter');
      await expect(demo.manager).toContainText('No passkeys yet');
    });
  });
}

/** What a screen reader would call the element that has the focus. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    const labels = (focused as HTMLInputElement | null)?.labels;
    const label = labels?.length ? labels[0]?.textContent : undefined;
    return (focused?.ariaLabel ?? label ?? focused?.textContent ?? '').trim();
  });
}

/** As a site does that wants every key to have a screen lock: the demo site does not insist. */
function requireUserVerification(): void {
  const create = navigator.credentials.create.bind(navigator.credentials);
  navigator.credentials.create = (options) => {
    options!.publicKey!.authenticatorSelection!.userVerification = 'required';
    return create(options);
  };
}

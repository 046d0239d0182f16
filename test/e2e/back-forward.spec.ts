import { expect as base, test } from '../support/e2e.ts';
import { firefoxLauncher } from '../support/firefox-launcher.mjs';

// A browser that has just started, on a machine with more to do.
const expect = base.configure({ timeout: 20_000 });

// Chromium's headless shell keeps no page that is left; Firefox does.
if (process.env['BROWSERS']?.includes('firefox')) {
  test('a page that was left comes back whole, and offers passkeys with a new challenge', async ({
    page,
    server,
  }) => {
    test.slow();
    await page.close(); // this one is of the other browser
    const firefox = firefoxLauncher();
    const go = (url: string) => firefox.command('WebDriver:Navigate', { url });
    const run = (script: string): Promise<unknown> =>
      firefox.command('WebDriver:ExecuteScript', { script, args: [] });
    const offered = () =>
      run(`return document.querySelector('passkey-login')?.matches(':state(autofill)')`);
    const challenges = () =>
      run(`return performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/sign-in/begin')).length`);
    try {
      await firefox.startSession('page', `${server.url}/?backend=rest`);
      await expect.poll(offered).toBe(true);
      await expect.poll(challenges).toBe(1);
      // One that is left while something of it is still loading is not kept.
      await expect.poll(() => run('return document.readyState')).toBe('complete');
      await run(`document.querySelector('passkey-login input').value = 'ada@example.com';
        addEventListener('pageshow', ({ persisted }) => (window.persisted = persisted));`);

      await go(`${server.url}/api/passkeys/openapi.yaml`);
      await expect.poll(() => run('return location.pathname')).toBe('/api/passkeys/openapi.yaml');
      await firefox.command('WebDriver:Back', {});

      await expect.poll(() => run('return window.persisted')).toBe(true);
      await expect.poll(offered).toBe(true);
      await expect.poll(challenges).toBe(2);
      const typed = await run(`return document.querySelector('passkey-login input').value`);
      expect(typed).toBe('ada@example.com');
    } finally {
      await firefox.stop();
    }
  });
}

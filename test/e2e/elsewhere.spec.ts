import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../support/e2e.ts';
import type { DemoServer } from '../support/demo-server.ts';
import { newcomer } from './demo-page.ts';

const attributes = {
  ssojet: (url: string) => `client-id="demo" base-url="${url}/api/v1"`,
  rest: (url: string) => `backend="rest" base-url="${url}/api/passkeys" credentials="include"`,
};

const tokens = `<script>
  const login = document.querySelector('passkey-login');
  const manager = document.querySelector('passkey-manager');
  login.receiveTokens = ({ accessToken }) => {
    manager.accessToken = accessToken;
  };
</script>`;

// A header of ours would be one that the server does not let pages of other origins send.
test.use({ extraHTTPHeaders: {} });

for (const [dialect, attributesFor] of Object.entries(attributes)) {
  test(`pasted into a page of another origin with one script tag, ${dialect}`, async ({
    page,
    server,
    addAuthenticator,
    watch,
  }) => {
    const list = attributesFor(server.url);
    await using site = await serve(`<!doctype html><html lang="en"><title>Another site</title>
      <link rel="icon" href="data:," />
      <script src="${server.url}/passkey-elements.min.js"></script>
      <passkey-login ${list}></passkey-login>
      <passkey-manager ${list}></passkey-manager>
      ${dialect === 'ssojet' ? tokens : ''}</html>`);
    const authenticator = await addAuthenticator({ automaticPresenceSimulation: false });
    // A manager that is there before anybody has signed in says that nobody has.
    watch.expectRefusal(/ 401 .*\/(credentials|passkeys)$/);
    watch.expectErrors('unauthorized');
    await page.goto(site.url);

    const login = page.locator('passkey-login');
    const manager = page.locator('passkey-manager');
    const click = (name: string) => login.getByRole('button', { name }).click();
    const identifier = newcomer();
    await expect(manager.getByRole('status')).toHaveText(/You are not signed in/);
    await login.getByLabel('E-mail address').fill(identifier);
    await click('Continue');
    await click('E-mail me a code');
    await login.getByLabel('Code').fill(await codeFor(server, identifier));
    await click('Continue');
    await expect(login.getByRole('button', { name: 'Create a passkey' })).toBeVisible();
    await authenticator.setPresence(true);
    await click('Create a passkey');
    await expect(login).toContainText('You are signed in.');
    await expect(manager.getByRole('listitem')).toHaveCount(1);

    await authenticator.setPresence(false);
    await login.evaluate((element: HTMLElementTagNameMap['passkey-login']) => element.signOut());
    await watch.autofillWaits();
    await authenticator.setPresence(true);
    await click('Sign in with a passkey');
    await expect(login).toContainText('You are signed in.');
    expect(watch.details('passkey-signed-in')).toHaveLength(2);
    await manager.getByRole('button', { name: 'Rename' }).click();
    await manager.getByLabel('Name of the passkey').fill('Elsewhere');
    await manager.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => watch.details('passkey-renamed')).toHaveLength(1);
    await manager.getByRole('button', { name: 'Remove' }).click();
    const dialog = manager.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await expect(manager).toContainText('No passkeys yet');
    await expect.poll(() => authenticator.credentials()).toEqual([]);
  });
}

/** The code in the server's log, as if it were the mailbox. */
async function codeFor(server: DemoServer, identifier: string): Promise<string> {
  const find = () => {
    const lines = server.output.split('\n').filter((line) => line.includes(identifier));
    return /"code":"(\d{6})"/.exec(lines.at(-1) ?? '')?.[1];
  };
  await expect.poll(find).toBeDefined();
  return find()!;
}

/** A site with one page, on a port and thus an origin of its own. */
async function serve(html: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

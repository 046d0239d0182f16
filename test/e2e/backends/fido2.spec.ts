import { randomUUID } from 'node:crypto';
import { serveBackendPage } from '../../support/backend-page.ts';
import { expect, test } from '../../support/e2e.ts';
import { ReferenceSite } from '../../support/reference-site.ts';

// These sites bring a server of their own.
test.use({ baseURL: '', extraHTTPHeaders: {} });

/** Servers of the same contract, and how each refuses. */
const servers = {
  'as the profile says': { fido2: {}, refusal: / 400 .*\/assertion\/(options|result)$/ },
  'like LINE’s': { fido2: { nested: true, failWith200: true }, refusal: undefined },
};

for (const [name, { fido2, refusal }] of Object.entries(servers)) {
  test(`a server ${name}: sign up, then sign in by account name`, async ({
    page,
    watch,
    addAuthenticator,
    database,
  }) => {
    await using site = await serveBackendPage({
      attributes: 'backend="fido2" base-url="/api/fido2"',
      backend: (url) => new ReferenceSite(url, { store: database, fido2 }).fetch,
    });
    await addAuthenticator(); // whoever has it is there, so autofill would sign them in
    const login = page.locator('passkey-login');
    const manager = page.locator('passkey-manager');
    const somebody = `p-${randomUUID()}@example.com`;
    const enter = async (choice: string): Promise<void> => {
      await page.goto(`${site.url}/`);
      await login.getByLabel('E-mail address').fill(somebody);
      await login.getByRole('button', { name: 'Continue' }).click();
      await login.getByRole('button', { name: choice }).click();
    };

    if (refusal) watch.expectRefusal(refusal);
    watch.expectErrors('invalid-input');
    await enter('Use my passkey');
    await expect(login.getByRole('alert')).toHaveText(/was not accepted/); // nobody has this name

    await enter('Create a passkey');
    await expect(login).toContainText('Passkey created');
    expect(watch.details('passkey-registered')).toHaveLength(1);
    expect(watch.details('passkey-signed-in')).toEqual([]);

    await page.goto(`${site.url}/`);
    await expect(login.getByRole('button')).toHaveText(['Continue']); // there is no other way in
    await expect(manager.getByRole('heading')).toHaveText('Passkeys');
    await expect(manager.getByRole('button')).toHaveCount(0);
    await enter('Use my passkey');
    await expect(login).toContainText('You are signed in.');
    expect(watch.details('passkey-signed-in')).toEqual([{ method: 'passkey', kind: 'session' }]);
  });
}

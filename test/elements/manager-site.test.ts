import { expect, html } from '@open-wc/testing';
import type { PasskeyLogin, PasskeyManager } from '../../src/define.js';
import { watchPrompts } from '../support/prompts.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { baseUrls, json, openSite, store } from '../support/site.ts';
import { eventually, submit, type, View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';
import seed from '../support/ssojet-credentials.json';

const ada = 'ada@example.com';
const minute = 60_000;

describe('<passkey-manager> before the real server', () => {
  const site = openSite();
  const managers = {
    rest: async () => {
      await site.signIn(ada);
      return html`<passkey-manager lang="en" backend="rest"></passkey-manager>`;
    },
    ssojet: async () => {
      const token = await site.accessToken(ada);
      return html`<passkey-manager
        lang="en"
        client-id="demo"
        base-url=${baseUrls.ssojet}
        .accessToken=${token}
      ></passkey-manager>`;
    },
  };

  it('SSOJet’s own example: a passkey of one device, never renamed, nobody knows where', async () => {
    expect(atob(seed[0]!.public_key.replaceAll('-', '+').replaceAll('_', '/'))).to.have.length(272);
    site.intercept('/credentials', () => json(seed));
    const events = new PasskeyEvents();
    const view = await place<PasskeyManager>(await managers.ssojet());
    await eventually(() => expect(view.rows).to.have.length(1));
    const [row] = view.rows;
    expect(row!.name).to.equal('Passkey');
    expect(row!.words).to.contain('Only on one device');
    expect(row!.words).to.match(/Created \d years? ago/);
    expect(row!.words).to.match(/Last used \d years? ago/);
    await eventually(() => expect(row!.words).to.contain('Never updated'));
    expect(row!.words).to.contain('Saved in Unknown');
    expect(row!.dates).to.deep.equal(['2024-07-15T06:07:12.022Z', '2024-07-15T06:07:12.022Z']);
    expect(events.names).to.deep.equal([]);
    expect(view.text).not.to.contain('pAEDAzkBACBZAQ');
  });

  for (const [name, manager] of Object.entries(managers)) {
    it(`${name}: list, rename and remove are really done`, async () => {
      await site.signIn(ada);
      await site.addPasskey({
        aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4',
        backedUp: true,
        backupEligible: true,
      });
      await site.addPasskey();
      const view = await place<PasskeyManager>(await manager());
      await eventually(() => expect(view.rows).to.have.length(2));
      await eventually(() => view.row('Google Password Manager'));
      expect(view.row('Google Password Manager').words).to.contain('Synced');

      view.button('Rename “Google Password Manager”').click();
      const field = await eventually(() => view.field('Name of the passkey'));
      type(field, 'My phone');
      submit(field);
      await eventually(() => expect(view.status).to.equal('Renamed to “My phone”.'));
      expect((await site.passkeys()).map((passkey) => passkey.name)).to.include('My phone');

      view.button('Remove “My phone”').click();
      (await eventually(() => view.dialog!.button('Remove'))).click();
      await eventually(() => expect(view.status).to.contain('“My phone” was removed.'));
      expect((await site.passkeys()).map((passkey) => passkey.name)).to.deep.equal([null]);
    });
  }

  it('a session that is over is said quietly, and nothing of the account is left on screen', async () => {
    await site.signIn(ada);
    await site.addPasskey({});
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" backend="rest"></passkey-manager>`,
    );
    await eventually(() => expect(view.rows).to.have.length(1));
    site.forgetCookies();
    const events = new PasskeyEvents();
    await view.element.refresh();
    await eventually(() => expect(view.status).to.contain('You are not signed in.'));
    expect(events.errors).to.deep.equal(['unauthorized']);
    expect(view.rows).to.deep.equal([]);
  });

  it('the server keeps the last one where it must, and says why', async () => {
    site.configure({ allowLastPasskeyRemoval: false });
    await site.signIn(ada);
    await site.addPasskey({});
    const events = new PasskeyEvents();
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" backend="rest"></passkey-manager>`,
    );
    (await eventually(() => view.button(/^Remove/))).click();
    (await eventually(() => view.dialog!.button('Remove'))).click();
    await eventually(() => expect(view.alert).to.contain('This is your last passkey.'));
    expect(events.errors).to.deep.equal(['last-passkey']);
    expect(view.rows).to.have.length(1);
  });

  if (!hasVirtualAuthenticators) {
    it('where no passkey can be made, none is offered', async () => {
      const view = await place<PasskeyManager>(await managers.rest());
      await eventually(() => expect(view.text).to.contain('No passkeys yet'));
      expect(view.offers('Add a passkey')).to.equal(false);
    });
    return;
  }

  let authenticator: VirtualAuthenticator;
  beforeEach(async () => {
    authenticator = await addVirtualAuthenticator();
  });
  afterEach(() => authenticator.remove());

  it('adding makes a passkey that signs in', async () => {
    const view = await place<PasskeyManager>(await managers.rest());
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(view.rows).to.have.length(1);
    expect(await authenticator.credentials()).to.have.length(1);
    site.forgetCookies();
    const login = await place<PasskeyLogin>(
      html`<passkey-login lang="en" backend="rest" no-autofill></passkey-login>`,
    );
    expect(await login.element.signIn()).to.equal(true);
    expect(await site.whoAmI()).to.equal(ada);
  });

  it('adding a second one to the same device is good news, not an error', async () => {
    await site.signIn(ada);
    await store(await site.addPasskey(), authenticator);
    const events = new PasskeyEvents();
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" backend="rest"></passkey-manager>`,
    );
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.contain('You already have a passkey'));
    expect(view.alert).to.equal('');
    expect(events.errors).to.deep.equal(['already-registered']);
    expect(await site.passkeys()).to.have.length(1);
  });

  it('six minutes after signing in, removing asks for a passkey once, and then removes', async () => {
    await site.signIn(ada);
    await store(await site.addPasskey(), authenticator);
    await site.addPasskey({ name: 'Old key' });
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" backend="rest"></passkey-manager>`,
    );
    await eventually(() => expect(view.rows).to.have.length(2));
    const prompts = watchPrompts();
    site.setNow(new Date(Date.now() + 6 * minute));
    site.wire.length = 0;
    view.button('Remove “Old key”').click();
    (await eventually(() => view.dialog!.button('Remove'))).click();
    await eventually(() => expect(view.status).to.contain('“Old key” was removed.'));
    expect(prompts.map(({ ceremony, mediation }) => [ceremony, mediation])).to.deep.equal([
      ['get', 'modal'],
    ]);
    expect(site.wire.filter((line) => line.startsWith('DELETE'))).to.have.length(2);
    expect(view.rows).to.have.length(1);
  });

  it('signing in beside it fills the list', async () => {
    await site.account(ada, authenticator);
    const root = await place<PasskeyManager>(
      html`<div>
        <passkey-manager lang="en" backend="rest"></passkey-manager>
        <passkey-login lang="en" backend="rest" no-autofill></passkey-login>
      </div>`,
    );
    const manager = new View(root.element.parentElement!.querySelector('passkey-manager')!);
    const login = new View(root.element.parentElement!.querySelector('passkey-login')!);
    await eventually(() => expect(manager.status).to.contain('You are not signed in.'));
    await eventually(() => login.button('Sign in with a passkey'));
    await eventually(async () => {
      expect(await login.element.signIn()).to.equal(true);
    });
    await eventually(() => expect(manager.rows).to.have.length(1));
    expect(manager.status).to.equal('');
  });

  if ('userAgentData' in navigator) {
    it('a passkey removed here is gone from the authenticator too', async () => {
      await site.signIn(ada);
      await store(await site.addPasskey(), authenticator);
      await site.addPasskey({ name: 'Other' });
      const view = await place<PasskeyManager>(
        html`<passkey-manager lang="en" backend="rest"></passkey-manager>`,
      );
      (await eventually(() => view.button('Remove “Passkey”'))).click();
      (await eventually(() => view.dialog!.button('Remove'))).click();
      await eventually(() => expect(view.status).to.contain('was removed'));
      await eventually(async () => expect(await authenticator.credentials()).to.deep.equal([]));
    });

    it('one that is brought back is still there, and signs in', async () => {
      site.configure({ restorableFor: 30 });
      await site.signIn(ada);
      await store(await site.addPasskey(), authenticator);
      const root = await place<PasskeyManager>(
        html`<div>
          <passkey-manager lang="en" backend="rest"></passkey-manager>
          <passkey-login lang="en" backend="rest" no-autofill></passkey-login>
        </div>`,
      );
      const page = root.element.parentElement!;
      const view = new View(page.querySelector('passkey-manager')!);
      (await eventually(() => view.button('Remove “Passkey”'))).click();
      (await eventually(() => view.dialog!.button('Remove'))).click();
      (await eventually(() => view.button('Bring back “Passkey”'))).click();
      await eventually(() => expect(view.status).to.contain('“Passkey” is back.'));
      expect(await authenticator.credentials()).to.have.length(1);
      expect(await page.querySelector('passkey-login')!.signIn()).to.equal(true);
    });
  }
});

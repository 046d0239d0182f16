import { expect, fixtureSync, html } from '@open-wc/testing';
import { fakeAuthenticator, fakeBackend, scenarios, type Scenario } from '../../src/testing.js';
import {
  passkeyErrorCodes,
  type PasskeyErrorCode,
  type PasskeyLogin,
  type PasskeyManager,
} from '../../src/index.js';
import '../../src/define.js';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { eventually, View } from '../support/view.ts';

let restore: () => void;
beforeEach(() => (restore = fakeAuthenticator()));
afterEach(() => restore());

function login(scenario: Scenario): View<PasskeyLogin> {
  const backend = fakeBackend({ scenario });
  return new View(fixtureSync(html`<passkey-login .backend=${backend} look-up></passkey-login>`));
}

function manager(scenario: Scenario): View<PasskeyManager> {
  const backend = fakeBackend({ scenario });
  return new View(fixtureSync(html`<passkey-manager .backend=${backend}></passkey-manager>`));
}

describe('a page with the fake backend and the fake authenticator', () => {
  it('signs in, and nobody picked from the autofill list', async () => {
    const events = new PasskeyEvents();
    const { element } = login('succeeded');
    expect(await element.signIn()).to.equal(true);
    expect(events.of('passkey-signed-in')[0]!.detail).to.deep.equal({
      method: 'passkey',
      kind: 'session',
    });
    expect(events.errors).to.deep.equal([]);
  });

  it('shows passkeys, adds one and removes it', async () => {
    const view = manager('succeeded');
    await eventually(() =>
      expect(view.rows.map(({ name }) => name)).to.deep.equal(['Phone', 'Security key']),
    );
    expect(await view.element.add()).to.equal(true);
    expect(view.rows).to.have.length(3);
    view.rows[2]!.button(/^Remove/).click();
    await eventually(() => view.dialog!.button(/^Remove/).click());
    await eventually(() => expect(view.rows).to.have.length(2));
  });

  it('shows nothing where nothing is there', async () => {
    const view = manager('empty');
    await eventually(() => expect(view.text).to.contain('No passkeys yet'));
    expect(view.rows).to.have.length(0);
  });

  it('stays without a list while it loads', async () => {
    const events = new PasskeyEvents();
    const view = manager('loading');
    await eventually(() => expect(events.of('passkey-ready')).to.have.length(1));
    expect(view.rows).to.have.length(0);
    expect(view.text).not.to.contain('No passkeys yet');
  });

  it('sends a newcomer to the code', async () => {
    const view = login('newcomer');
    view.element.identifier = 'new@example.com';
    await view.element.updateComplete;
    view.button('Continue').click();
    await eventually(() => expect(view.headings.join()).to.match(/new|e-mail|create/i));
  });

  const lasting = {
    preparing: 'One moment…',
    prompting: /passkey/i,
    verifying: /check/i,
    waiting: /./,
  };
  for (const [scenario, words] of Object.entries(lasting)) {
    it(`stays in the state “${scenario}” until it is cancelled`, async () => {
      const events = new PasskeyEvents();
      const view = login(scenario as keyof typeof lasting);
      const signedIn = view.element.signIn();
      await eventually(() => expect(view.status).to.match(new RegExp(words)));
      expect(view.element.matches(':state(busy)')).to.equal(true);
      view.element.cancel();
      expect(await signedIn).to.equal(false);
      expect(events.of('passkey-cancelled').at(-1)!.detail.code).to.equal('aborted');
    });
  }

  for (const code of passkeyErrorCodes) {
    it(`meets ${code} somewhere, and nothing else`, async () => {
      const events = new PasskeyEvents();
      const heard = (): Set<PasskeyErrorCode> =>
        new Set(
          [...events.of('passkey-error'), ...events.of('passkey-cancelled')].map(
            ({ detail }) => detail.code,
          ),
        );
      await login(code).element.signIn();
      const view = manager(code);
      await eventually(() => expect(events.of('passkey-ready')).to.have.length(2));
      await view.element.refresh();
      await view.element.add();
      if (view.rows.length > 0) {
        view.rows[0]!.button(/^Remove/).click();
        await eventually(() => view.dialog!.button(/^Remove/).click());
        await eventually(() => expect(view.element.matches(':state(busy)')).to.equal(false));
      }
      expect([...heard()]).to.deep.equal([code]);
    });
  }

  it('has a scenario for every error code and every lasting state', () => {
    for (const code of passkeyErrorCodes) expect(scenarios).to.include(code);
    for (const state of Object.keys(lasting)) expect(scenarios).to.include(state);
    expect(new Set(scenarios).size).to.equal(scenarios.length);
  });

  it('gives the browser back what was its own', () => {
    const fake = navigator.credentials;
    restore();
    expect(navigator.credentials).not.to.equal(fake);
    restore = fakeAuthenticator();
  });
});

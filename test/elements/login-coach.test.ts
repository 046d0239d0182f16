import { expect, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import { isInApp, isNumeric } from '../../src/core/webauthn-surroundings.js';
import { answerWith, assertion, attestation, never, pending, replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { hurry } from '../support/timers.ts';
import { eventually, settle, type View } from '../support/view.ts';

const signInButton = 'Sign in with a passkey';
const instagram =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 390.0';
const webView =
  'Mozilla/5.0 (Linux; Android 16; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/150.0.0.0 Mobile Safari/537.36';

let warnings: string[];

beforeEach(() => {
  warnings = [];
  replace(console, 'warn', (words: string) => warnings.push(words));
});

const fails = (name: string) => () => Promise.reject(new DOMException('canary', name));

async function openLogin(backend = new OwnBackend()) {
  return place<PasskeyLogin>(html`
    <passkey-login lang="en" no-autofill .backend=${backend}>
      <a slot="fallback" href="#password">Password</a>
    </passkey-login>
  `);
}

function links(view: View): Record<string, string> {
  const found = view.all<HTMLAnchorElement>('.steps a');
  return Object.fromEntries(found.map((link) => [link.textContent, link.href]));
}

describe('<passkey-login> where passkeys do not work', () => {
  it('in an app on Android: says so, copies the address, and leaves by an intent', async () => {
    replace(navigator, 'userAgent', webView);
    replace(globalThis, 'PublicKeyCredential', undefined);
    const copied: string[] = [];
    replace(navigator, 'clipboard', { writeText: async (text: string) => copied.push(text) });
    const view = await openLogin();
    await eventually(() => expect(view.status).to.match(/^This page is open inside another app/));
    view.button('Copy the address of this page').click();
    await eventually(() => expect(view.status).to.equal('The address is copied.'));
    expect(copied).to.deep.equal([location.href]);
    expect(warnings.filter((words) => words.includes('web view of an app'))).to.have.length(1);
    view.element.lang = 'de';
    await eventually(() => expect(view.status).to.equal('Die Adresse ist kopiert.'));
  });

  it('in an app on an iPhone, where it shows only after a try', async () => {
    replace(navigator, 'userAgent', instagram);
    replace(navigator, 'clipboard', { writeText: fails('NotAllowedError') });
    answerWith('get', fails('NotAllowedError'));
    const events = new PasskeyEvents();
    const view = await openLogin();
    expect(view.status).to.equal('');
    view.button(signInButton).click();
    await eventually(() => expect(view.status).to.match(/^This page is open inside another app/));
    view.button('Copy the address of this page').click();
    await eventually(() => expect(view.status).to.contain(`The address is ${location.href}`));
    view.button('Other ways to sign in').click();
    expect(view.focus).to.equal('Password');
    expect(events.names, 'still no error').to.deep.equal(['passkey-cancelled']);
    answerWith('get', async () => assertion());
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(view.status, 'nothing of it is left').to.equal('');
    expect(links(view)).to.deep.equal({});
  });

  it('that the address is copied is no longer said once somebody tries again', async () => {
    replace(navigator, 'userAgent', instagram);
    replace(navigator, 'clipboard', { writeText: async () => {} });
    answerWith('get', fails('NotAllowedError'));
    const backend = new OwnBackend();
    const view = await openLogin(backend);
    view.button(signInButton).click();
    await eventually(() => expect(view.status).to.match(/^This page is open inside another app/));
    view.button('Copy the address of this page').click();
    await eventually(() => expect(view.status).to.equal('The address is copied.'));
    backend.on('signIn.begin', () => never);
    view.button(signInButton).click();
    await settle();
    expect(view.status).to.equal('One moment…');
  });

  it('a dismissed prompt in a usual browser is only that', async () => {
    answerWith('get', fails('NotAllowedError'));
    const view = await openLogin();
    view.button(signInButton).click();
    await eventually(() => expect(view.status).to.match(/^No passkey was used/));
    await settle();
    expect(view.status).to.match(/^No passkey was used/);
    expect(view.offers('Other ways to sign in')).to.equal(false);
    expect(warnings).to.deep.equal([]);
  });

  it('forbidden by the page’s own policy: other ways are offered', async () => {
    replace(document, 'featurePolicy', {
      features: () => ['publickey-credentials-get'],
      allowsFeature: () => false,
    });
    const view = await openLogin();
    await eventually(() => view.button('Other ways to sign in'));
    await eventually(() => expect(view.status).to.match(/does not let passkeys be used here/));
    expect(links(view), 'a window of its own would not help').to.deep.equal({});
  });

  it('at an address for which the backend is not set up', async () => {
    answerWith('get', fails('SecurityError'));
    const view = await openLogin();
    view.button(signInButton).click();
    await eventually(() =>
      expect(view.alert).to.match(/^Passkeys are not set up for this address/),
    );
    expect(warnings.join()).to.contain('must be localhost or a parent domain');
    view.button('Other ways to sign in');
  });

  it('without a screen lock', async () => {
    answerWith('create', fails('ConstraintError'));
    const view = await openLogin();
    expect(await view.element.register()).to.equal(false);
    await eventually(() => expect(view.alert).to.match(/^Turn on a screen lock/));
    answerWith('create', async () => attestation());
    expect(await view.element.register()).to.equal(true);
    await eventually(() => expect(view.headings).to.deep.equal(['Passkey created']));
    expect(view.alert).to.equal('');
  });

  for (const [name, replaced, words] of [
    ['a password manager that hangs is suspected', true, /A password manager in your browser/],
    ['the browser’s own prompt is pointed out', false, /Look at your browser/],
  ] as const) {
    it(`after 15 seconds ${name}`, async () => {
      const view = await openLogin();
      const hang = replaced ? pending : nativeLike(pending);
      answerWith('get', pending);
      if (!replaced) replace(navigator.credentials, 'get', hang);
      hurry(15_000, 15_000);
      view.button(signInButton).click();
      await eventually(() => expect(view.status).to.match(words));
      expect(view.status).to.match(/^Still waiting/);
      view.button('Cancel').click();
      await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
    });
  }

  it('missing autofill says nothing about passkeys', async () => {
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: false }));
    replace(PublicKeyCredential, 'isConditionalMediationAvailable', async () => false);
    const view = await place(
      html`<passkey-login lang="en" .backend=${new OwnBackend()}></passkey-login>`,
    );
    await settle();
    expect(view.element.matches(':state(unsupported)')).to.equal(false);
    expect(view.element.matches(':state(autofill)')).to.equal(false);
    expect(view.status + view.alert).to.equal('');
    answerWith('get', async () => assertion());
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });
});

describe('what the name of a browser tells', () => {
  const browsers: [userAgent: string, inApp: boolean][] = [
    [instagram, true],
    [webView, true],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/510]',
      true,
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
      true,
    ],
    [
      'Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36 Line/15.1.0',
      true,
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      false,
    ],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Mobile Safari/537.36',
      false,
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/150.0 Mobile/15E148 Safari/604.1',
      false,
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
      false,
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', false],
  ];
  for (const [userAgent, inApp] of browsers) {
    it(`${inApp ? 'an app' : 'a browser'}: ${userAgent.replace(/^.*\) /, '')}`, () =>
      expect(isInApp(userAgent)).to.equal(inApp));
  }

  for (const [hostname, numeric] of [
    ['192.168.0.1', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['localhost', false],
    ['1.example.com', false],
    ['10.0.0.1.nip.io', false],
  ] as const) {
    it(`${hostname} is ${numeric ? 'an' : 'no'} address of numbers`, () =>
      expect(isNumeric(hostname)).to.equal(numeric));
  }
});

/** Looks like a function of the browser's own, as `bind` makes them. */
function nativeLike<Arguments extends never[], Result>(
  run: (...values: Arguments) => Result,
): (...values: Arguments) => Result {
  return run.bind(undefined);
}

describe('the site’s other ways to sign in', () => {
  const offered = (view: View) => view.all('[slot="fallback"]')[0]!.checkVisibility();

  it('are gone once somebody is signed in, and back for the next', async () => {
    answerWith('get', async () => assertion());
    const view = await openLogin();
    expect(offered(view)).to.equal(true);
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(offered(view)).to.equal(false);
    await view.element.signOut();
    await eventually(() => expect(offered(view)).to.equal(true));
  });

  it('are led to in a dialog of the site, too, that opens after the words have come', async () => {
    replace(window, 'isSecureContext', false);
    const view = await openLogin();
    const dialog = document.createElement('dialog');
    view.element.replaceWith(dialog);
    dialog.append(view.element);
    view.element.requestUpdate();
    await settle();
    dialog.show();
    (await eventually(() => view.button('Other ways to sign in'))).click();
    expect(document.activeElement?.textContent).to.equal('Password');
  });

  it('are the way on where the page’s token is good no more', async () => {
    const view = await openLogin(new OwnBackend().fail('registration.begin', 'unauthorized'));
    view.element.accessToken = 'token';
    (await eventually(() => view.button('Create a passkey'))).click();
    await eventually(() => expect(view.alert).not.to.equal(''));
    expect(offered(view)).to.equal(true);
  });

  it('are no way to a passkey: where none can be created, nothing leads to them', async () => {
    answerWith('create', fails('NotSupportedError'));
    const view = await openLogin();
    view.element.accessToken = 'token';
    (await eventually(() => view.button('Create a passkey'))).click();
    await eventually(() => expect(view.alert).to.contain('can’t create a passkey here'));
    expect(offered(view)).to.equal(false);
    expect(view.offers('Other ways to sign in')).to.equal(false);
  });
});

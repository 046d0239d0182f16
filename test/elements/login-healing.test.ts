import { expect, html } from '@open-wc/testing';
import { answerWith, assertion, attestation, never, pending, replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { hurry } from '../support/timers.ts';
import { eventually, settle, type } from '../support/view.ts';

const signInButton = 'Sign in with a passkey';
const offer = ['Sign in with this device next time'];
const signedIn = ['You are signed in.'];

/** Authenticator data with these flags. */
const flags = (value: number) => ({
  authenticatorData: Uint8Array.from([...Array<number>(32).fill(0xff), value, 0, 0, 0, 0]).buffer,
});
const ofPhone = () => assertion({ authenticatorAttachment: 'cross-platform' }, flags(0x1d));
const ofSecurityKey = () => assertion({ authenticatorAttachment: 'cross-platform' }, flags(0x05));
const ofThisDevice = () => assertion({ authenticatorAttachment: 'platform' }, flags(0x1d));

function deviceCan(userVerifyingPlatformAuthenticator: boolean): void {
  replace(PublicKeyCredential, 'getClientCapabilities', async () => ({
    userVerifyingPlatformAuthenticator,
  }));
}

// Else the next file, or this one again, finds somebody who has said no.
afterEach(() => localStorage.removeItem('passkey-elements.skipped'));

const login = (backend: OwnBackend, rememberSkip = false) =>
  html`<passkey-login
    lang="en"
    no-autofill
    ?remember-skip=${rememberSkip}
    .backend=${backend}
  ></passkey-login>`;

describe('after a sign-in with the passkey of another device', () => {
  beforeEach(() => deviceCan(true));

  async function signInElsewhere(backend = new OwnBackend()) {
    answerWith('get', async () => ofPhone());
    const events = new PasskeyEvents();
    const view = await place(login(backend));
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(offer));
    return { view, events };
  }

  it('one for this device is offered; the page is told once it is there', async () => {
    const { view, events } = await signInElsewhere();
    expect(events.names, 'not yet').to.deep.equal([]);
    const creates = answerWith('create', async () => attestation());
    view.button('Create a passkey').click();
    await eventually(() => expect(view.headings).to.deep.equal(signedIn));
    expect(events.names).to.deep.equal(['passkey-registered', 'passkey-signed-in']);
    expect(events.of('passkey-signed-in')[0]!.detail.method).to.equal('passkey');
    const { authenticatorSelection, hints } = creates[0]!.publicKey as unknown as {
      authenticatorSelection: object;
      hints: string[];
    };
    expect({ ...authenticatorSelection }).to.deep.include({ authenticatorAttachment: 'platform' });
    expect(hints).to.deep.equal(['client-device']);
  });

  it('“Not now” tells the page', async () => {
    const { view, events } = await signInElsewhere();
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(signedIn));
    await settle();
    expect(events.names).to.deep.equal(['passkey-signed-in']);
  });

  it('“Not now” while the prompt is open closes it', async () => {
    const { view, events } = await signInElsewhere();
    const prompts = answerWith('create', pending);
    view.button('Create a passkey').click();
    await eventually(() => expect(prompts).to.have.length(1));
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(signedIn));
    await settle();
    expect(prompts[0]!.signal.aborted).to.equal(true);
    expect(view.status).to.equal('');
    expect(events.names).to.deep.equal(['passkey-cancelled', 'passkey-signed-in']);
  });

  it('a creation that fails can be tried again or left, and the page is told once', async () => {
    const { view, events } = await signInElsewhere();
    answerWith('create', () => Promise.reject(new DOMException('no', 'NotAllowedError')));
    view.button('Create a passkey').click();
    await eventually(() => expect(view.status).to.contain('No passkey was created.'));
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(signedIn));
    expect(events.names).to.deep.equal(['passkey-cancelled', 'passkey-signed-in']);
  });

  it('removed meanwhile, the element tells whoever holds it', async () => {
    const { view } = await signInElsewhere();
    const told: string[] = [];
    view.element.addEventListener('passkey-signed-in', ({ type }) => told.push(type));
    const { parentElement } = view.element;
    view.element.remove();
    await eventually(() => expect(told).to.deep.equal(['passkey-signed-in']));
    parentElement!.append(view.element);
    await settle();
    expect(told).to.have.length(1);
    expect(view.headings, 'no offer that nobody can leave').to.deep.equal(signedIn);
  });

  it('removed meanwhile, the element leads nobody away from where they went', async () => {
    const { view } = await signInElsewhere();
    const here = location.href.split('#')[0]!;
    view.element.successUrl = `${here}#welcome`;
    view.element.remove();
    await settle();
    expect(location.hash).to.equal('');
  });

  it('moved meanwhile, the offer stays', async () => {
    const { view, events } = await signInElsewhere();
    const { parentElement } = view.element;
    view.element.remove();
    parentElement!.append(view.element);
    await settle();
    expect(view.headings).to.deep.equal(offer);
    expect(events.names).to.deep.equal([]);
  });

  it('with another backend meanwhile, the page is told, and the first screen is back', async () => {
    const { view, events } = await signInElsewhere();
    view.element.backend = new OwnBackend();
    await eventually(() => expect(events.names).to.deep.equal(['passkey-signed-in']));
    await eventually(() => view.button(signInButton));
  });

  it('signed out meanwhile, nothing is told any more', async () => {
    const { view, events } = await signInElsewhere();
    await view.element.signOut();
    await eventually(() => view.button(signInButton));
    await settle();
    expect(events.names).to.deep.equal([]);
  });

  describe('while it is being found out whether to offer one', () => {
    async function probing() {
      const able = Promise.withResolvers<object>();
      replace(PublicKeyCredential, 'getClientCapabilities', () => able.promise);
      answerWith('get', async () => ofPhone());
      const events = new PasskeyEvents();
      const view = await place(login(new OwnBackend()));
      expect(await view.element.signIn()).to.equal(true);
      await settle();
      const answer = () => able.resolve({ userVerifyingPlatformAuthenticator: true });
      return { view, events, answer };
    }

    it('with another backend the page is told, and the first screen stays', async () => {
      const { view, events, answer } = await probing();
      view.element.backend = new OwnBackend();
      await eventually(() => view.button(signInButton));
      answer();
      await eventually(() => expect(events.names).to.deep.equal(['passkey-signed-in']));
      await settle();
      view.button(signInButton);
    });

    it('signed in once more, the page is told of both', async () => {
      const { view, events, answer } = await probing();
      expect(await view.element.signIn()).to.equal(true);
      answer();
      (await eventually(() => view.button('Not now'))).click();
      await settle();
      expect(events.names).to.deep.equal(['passkey-signed-in', 'passkey-signed-in']);
      expect(view.headings).to.deep.equal(signedIn);
    });

    it('signed out, nothing is told and nothing offered', async () => {
      const { view, events, answer } = await probing();
      await view.element.signOut();
      answer();
      await settle();
      view.button(signInButton);
      expect(events.names).to.deep.equal([]);
    });
  });

  const without: [name: string, answer: () => object, backend: () => OwnBackend, able: boolean][] =
    [
      ['the passkey is of this device', ofThisDevice, () => new OwnBackend(), true],
      ['it is that of a security key', ofSecurityKey, () => new OwnBackend(), true],
      ['this device has no authenticator', ofPhone, () => new OwnBackend(), false],
      [
        'the backend cannot add one',
        ofPhone,
        () => Object.assign(new OwnBackend(), { registration: undefined }),
        true,
      ],
      [
        'the backend adds none for people who are signed in',
        ofPhone,
        () => Object.assign(new OwnBackend(), { traits: { addPasskey: false } }),
        true,
      ],
      [
        'the site’s server has yet to exchange a code',
        ofPhone,
        () => new OwnBackend().on('signIn.finish', () => ({ kind: 'code', code: 'canary' })),
        true,
      ],
    ];
  for (const [name, answer, backend, able] of without) {
    it(`nothing is offered where ${name}`, async () => {
      deviceCan(able);
      answerWith('get', async () => answer());
      const events = new PasskeyEvents();
      const view = await place(login(backend()));
      view.element.receiveTokens = () => {};
      expect(await view.element.signIn()).to.equal(true);
      await eventually(() => expect(events.names).to.deep.equal(['passkey-signed-in']));
      await settle();
      expect(view.headings).to.deep.equal(signedIn);
    });
  }

  it('a part of the code that is still on its way holds nothing up for long', async () => {
    hurry(2_000);
    answerWith('get', async () => ofPhone());
    const events = new PasskeyEvents();
    const backend = new OwnBackend();
    const view = await place(login(backend));
    backend.on('signIn.finish', () => {
      view.element['source'].whenReady = () => never; // as if the part did not come
      return { kind: 'session' };
    });
    view.button(signInButton).click();
    await eventually(() => expect(events.names).to.deep.equal(['passkey-signed-in']));
  });

  it('a probe that never answers holds nothing up for long', async () => {
    replace(PublicKeyCredential, 'getClientCapabilities', () => new Promise(() => {}));
    hurry(2_000, 2_000); // that long it may take
    answerWith('get', async () => ofPhone());
    const events = new PasskeyEvents();
    const view = await place(login(new OwnBackend()));
    view.button(signInButton).click();
    await eventually(() => expect(events.names).to.deep.equal(['passkey-signed-in']));
    expect(view.headings).to.deep.equal(signedIn);
  });
});

it('after a code by e-mail that gives a code for the site’s own server, nothing is offered yet', async () => {
  const backend = new OwnBackend().on('codes.verify', () => ({ kind: 'code', code: 'canary' }));
  const events = new PasskeyEvents();
  const view = await place(login(backend));
  view.element.receiveTokens = () => undefined;
  type(view.field('E-mail address'), 'ada@example.com');
  view.button('Continue').click();
  (await eventually(() => view.button(/^E-mail me a code/))).click();
  type(await eventually(() => view.field('Code')), '123456');
  view.button('Continue').click();
  await eventually(() => expect(view.headings).to.deep.equal(signedIn));
  expect(events.names).to.deep.equal(['passkey-signed-in']);
});

describe('healed(): the site has signed somebody in by other means', () => {
  beforeEach(() => deviceCan(true));

  async function failing(backend = new OwnBackend(), name = 'NotAllowedError') {
    answerWith('get', () => Promise.reject(new DOMException('canary', name)));
    const view = await place(login(backend, true));
    view.button(signInButton).click();
    await eventually(() => expect(view.status + view.alert).to.contain('No passkey was used'));
    return view;
  }

  it('a passkey that failed before can be replaced', async () => {
    const view = await failing();
    const events = new PasskeyEvents();
    answerWith('create', async () => attestation());
    await settle();
    const healed = view.element.healed();
    (await eventually(() => view.button('Create a passkey'))).click();
    expect(view.headings).to.deep.equal(['Create a new passkey?']);
    expect(await healed).to.equal(true);
    await eventually(() => expect(view.headings).to.deep.equal(['Passkey created']));
    expect(events.names).to.deep.equal(['passkey-registered']);
  });

  it('once a passkey has worked, the failure before it counts no more', async () => {
    const view = await failing();
    await settle();
    answerWith('get', async () => assertion());
    expect(await view.element.signIn()).to.equal(true);
    await view.element.signOut();
    expect(await view.element.healed()).to.equal(false);
  });

  it('once upgrade() has made one, the failure before it counts no more', async () => {
    const view = await failing();
    answerWith('create', async () => attestation());
    await settle();
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({
      conditionalCreate: true,
      userVerifyingPlatformAuthenticator: true,
    }));
    expect(await view.element.upgrade()).to.equal(true);
    view.element.lookUp = true; // whatever renders it again
    await settle();
    void view.element.healed();
    await settle();
    expect(view.headings).to.deep.equal(['Sign in or create an account']);
  });

  it('once it is replaced, it is not offered again', async () => {
    const view = await failing();
    answerWith('create', async () => attestation());
    await settle();
    const healed = view.element.healed();
    (await eventually(() => view.button('Create a passkey'))).click();
    expect(await healed).to.equal(true);
    expect(await view.element.healed()).to.equal(false);
  });

  it('so can one that the backend does not know, which the browser may then forget', async () => {
    const forgotten: unknown[] = [];
    replace(PublicKeyCredential, 'signalUnknownCredential', async (details: object) =>
      forgotten.push({ ...details }),
    );
    answerWith('get', async () => assertion());
    const view = await place(
      html`<passkey-login
        lang="en"
        no-autofill
        .backend=${new OwnBackend().fail('signIn.finish', 'unknown-credential')}
      ></passkey-login>`,
    );
    view.button(signInButton).click();
    await eventually(() => expect(view.alert).to.contain('was removed from your account'));
    expect(forgotten).to.deep.equal([{ rpId: 'localhost', credentialId: 'BAUG' }]);
    (await eventually(() => view.button('Other ways to sign in'))).click();
    expect(view.focus).to.equal('E-mail address');
    void view.element.healed();
    await eventually(() => expect(view.headings).to.deep.equal(['Create a new passkey?']));
  });

  it('“Not now” settles it, and is remembered where the site wants that', async () => {
    const view = await failing();
    await settle();
    const healed = view.element.healed();
    (await eventually(() => view.button('Not now'))).click();
    expect(await healed).to.equal(false);
    await eventually(() => expect(view.headings).to.deep.equal(signedIn));
    const next = await failing();
    await settle();
    expect(await next.element.healed()).to.equal(false);
  });

  for (const [when, days, offered] of [
    ['six days ago', -6, false],
    ['eight days ago', -8, true],
    ['in time to come, by a clock that was wrong', 1, true],
  ] as const) {
    it(`“Not now” ${when} ${offered ? 'no longer counts' : 'still counts'}`, async () => {
      const view = await failing();
      await settle();
      localStorage.setItem('passkey-elements.skipped', String(Date.now() + days * 86_400_000));
      const healed = view.element.healed();
      if (offered) (await eventually(() => view.button('Not now'))).click();
      expect(await healed).to.equal(false);
      expect(view.headings.includes('Create a new passkey?'), 'at the end').to.equal(false);
    });
  }

  for (const [name, end] of [
    ['removed', (element: HTMLElement) => element.remove()],
    ['signed out', (element: HTMLElement) => void (element as never as SignsOut).signOut()],
  ] as const) {
    it(`${name}, it settles too`, async () => {
      const view = await failing();
      await settle();
      const healed = view.element.healed();
      await eventually(() => view.button('Not now'));
      end(view.element);
      expect(await healed).to.equal(false);
    });
  }

  it('removed while it is being found out whether to offer one, it settles too', async () => {
    const view = await failing();
    await settle();
    const able = Promise.withResolvers<object>();
    replace(PublicKeyCredential, 'getClientCapabilities', () => able.promise);
    const healed = view.element.healed();
    await settle();
    view.element.remove();
    await settle();
    able.resolve({ userVerifyingPlatformAuthenticator: true });
    expect(await healed).to.equal(false);
  });

  it('asked twice, the first one settles too', async () => {
    const view = await failing();
    await settle();
    const first = view.element.healed();
    await eventually(() => view.button('Not now'));
    const second = view.element.healed();
    expect(await first).to.equal(false);
    (await eventually(() => view.button('Not now'))).click();
    expect(await second).to.equal(false);
  });

  it('where no passkey has failed, nothing is offered', async () => {
    const view = await place(login(new OwnBackend()));
    expect(await view.element.healed()).to.equal(false);
    expect(view.headings).to.deep.equal(['Sign in or create an account']);
  });

  it('a lost connection is no failure of a passkey', async () => {
    const view = await place(login(new OwnBackend().fail('signIn.begin', 'network')));
    view.button(signInButton).click();
    await eventually(() => expect(view.alert).to.contain('No connection'));
    await settle();
    expect(await view.element.healed()).to.equal(false);
  });
});

interface SignsOut {
  signOut(): Promise<void>;
}

import { expect, fixtureSync, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import * as define from '../../src/define.js';
import { answerWith, assertion, pending } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { eventually, settle, View } from '../support/view.ts';

const signIn = () => answerWith('get', () => Promise.resolve(assertion()));

describe('the elements in the hands of a framework', () => {
  it('properties set before the element is known still count', async () => {
    class LateLogin extends define.PasskeyLogin {}
    const early = document.createElement('late-login') as PasskeyLogin;
    const backend = new OwnBackend();
    Object.assign(early, { backend, noAutofill: true, identifier: 'ada@example.com' });
    fixtureSync(html`<div>${early}</div>`);
    customElements.define('late-login', LateLogin);
    await settle();
    const view = new View(early);
    expect(view.field('E-mail address').value).to.equal('ada@example.com');
    signIn();
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']));
  });

  it('properties set after it is in the page do the same', async () => {
    const element = fixtureSync<PasskeyLogin>(html`<passkey-login></passkey-login>`);
    const backend = new OwnBackend();
    Object.assign(element, { backend, noAutofill: true, identifier: 'ada@example.com' });
    await settle();
    expect(new View(element).field('E-mail address').value).to.equal('ada@example.com');
    signIn();
    expect(await element.signIn()).to.equal(true);
    expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
  });

  const attributes = {
    'client-id': ['clientId', 'shop'],
    backend: ['backend', 'rest'],
    'base-url': ['baseUrl', '/api'],
    credentials: ['credentials', 'include'],
    identifier: ['identifier', 'ada'],
    'success-url': ['successUrl', '/in'],
    theme: ['theme', 'dark'],
  } as const;
  for (const [attribute, [property, value]] of Object.entries(attributes)) {
    it(`the attribute ${attribute} is the property ${property}`, async () => {
      const element = document.createElement('passkey-login');
      element.setAttribute(attribute, value);
      expect(element[property]).to.equal(value);
    });
  }
  for (const [attribute, property] of [
    ['no-autofill', 'noAutofill'],
    ['look-up', 'lookUp'],
  ] as const) {
    it(`the attribute ${attribute} is the property ${property}`, () => {
      const element = document.createElement('passkey-login');
      expect(element[property]).to.equal(false);
      element.toggleAttribute(attribute, true);
      expect(element[property]).to.equal(true);
      element.toggleAttribute(attribute, false);
      expect(element[property]).to.equal(false);
    });
  }

  it('attributes taken away again leave the defaults', async () => {
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    view.element.setAttribute('base-url', '/elsewhere');
    view.element.removeAttribute('base-url');
    view.element.setAttribute('identifier', 'x');
    view.element.removeAttribute('identifier');
    await settle();
    expect(view.alert).to.equal('');
    view.button('Sign in with a passkey');
  });

  it('importing everything once more is harmless', async () => {
    const again = await Promise.all([
      import('../../src/define.js'),
      import('../../src/login.js'),
      import('../../src/manager.js'),
      import('../../src/index.js'),
    ]);
    expect(again[0].PasskeyLogin).to.equal(define.PasskeyLogin);
    expect(customElements.get('passkey-login')).to.equal(define.PasskeyLogin);
    expect(customElements.get('passkey-manager')).to.equal(define.PasskeyManager);
  });

  describe('an access token that the page sets', () => {
    const backendWithTokens = () =>
      new OwnBackend().on('signIn.finish', () => ({ kind: 'tokens', accessToken: 't' }));

    it('brings the offer to create a passkey', async () => {
      const view = await place(
        html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
      );
      view.element.accessToken = 't';
      await eventually(() => view.button('Create a passkey'));
    });

    it('and takes back takes the offer back', async () => {
      const view = await place(
        html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
      );
      view.element.accessToken = 't';
      await eventually(() => view.button('Create a passkey'));
      view.element.accessToken = undefined;
      await eventually(() => expect(view.headings).to.deep.equal(['Sign in or create an account']));
    });

    for (const turns of [0, 5]) {
      it(`as it receives it, for ${turns} turns: whoever signed in with a passkey is done`, async () => {
        signIn();
        const view = await place(
          html`<passkey-login no-autofill .backend=${backendWithTokens()}></passkey-login>`,
        );
        const seen = new Set<string>();
        view.element.receiveTokens = async () => {
          view.element.accessToken = 't';
          for (let turn = 0; turn < turns; turn++) {
            await settle();
            view.headings.forEach((heading) => seen.add(heading));
          }
        };
        expect(await view.element.signIn()).to.equal(true);
        await import('../../src/elements/sign-up.js');
        await settle();
        expect(view.headings).to.deep.equal(['You are signed in.']);
        expect([...seen]).not.to.include('Sign in faster next time');
      });
    }

    it('leads nowhere with a backend that creates none', async () => {
      const backend = Object.assign(new OwnBackend(), { registration: undefined });
      const view = await place(
        html`<passkey-login no-autofill .backend=${backend}></passkey-login>`,
      );
      view.element.accessToken = 't';
      await import('../../src/elements/sign-up.js');
      await settle();
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
    });
  });

  it('passkey-ready comes once for each backend', async () => {
    const events = new PasskeyEvents();
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    const ready = () => events.of('passkey-ready').length;
    expect(ready()).to.equal(1);
    view.element.identifier = 'ada';
    view.element.strings = { signIn: 'Go' };
    view.element.lang = 'de';
    await settle();
    expect(ready()).to.equal(1);
    const { parentElement } = view.element;
    view.element.remove();
    await settle();
    parentElement!.append(view.element);
    await settle();
    expect(ready()).to.equal(1);
    view.element.backend = new OwnBackend();
    await eventually(() => expect(ready()).to.equal(2));
  });

  it('an event arrives after the screen has changed its state, and crosses shadow roots', async () => {
    signIn();
    const host = fixtureSync<HTMLElement>(html`<div></div>`);
    const element = document.createElement('passkey-login');
    Object.assign(element, { backend: new OwnBackend(), noAutofill: true });
    host.attachShadow({ mode: 'open' }).append(element);
    let busy: boolean | undefined;
    host.addEventListener('passkey-signed-in', () => (busy = element.matches(':state(busy)')));
    await settle();
    await element.signIn();
    expect(busy).to.equal(false);
  });

  it('its states can be styled from outside', async () => {
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    answerWith('get', () => Promise.reject(new DOMException('x', 'SecurityError')));
    await view.element.signIn();
    expect(view.element.matches(':state(error)')).to.equal(true);
    signIn();
    await view.element.signIn();
    expect(view.element.matches(':state(error)')).to.equal(false);
  });

  it('hidden hides it', async () => {
    const view = await place(
      html`<passkey-login hidden no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    expect(getComputedStyle(view.element).display).to.equal('none');
  });

  it('a page that empties the element and fills it again keeps its field', async () => {
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    view.element.innerHTML = '<a slot="fallback" href="#x">Other ways</a>';
    await settle();
    await eventually(() => view.field('E-mail address'));
  });

  it('a listener that throws does not stop the sign-in', async () => {
    signIn();
    const failed: unknown[] = [];
    const onError = (event: ErrorEvent) => {
      event.preventDefault();
      failed.push(event.error);
    };
    const mocha = window.onerror;
    window.onerror = null;
    addEventListener('error', onError);
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    view.element.addEventListener('passkey-signed-in', () => {
      throw new Error('of the page');
    });
    expect(await view.element.signIn()).to.equal(true);
    removeEventListener('error', onError);
    window.onerror = mocha;
    expect(failed).to.have.length(1);
    expect(view.headings).to.deep.equal(['You are signed in.']);
  });

  const calls = {
    'passkey-login': ['signIn', 'register', 'upgrade', 'healed', 'signOut'],
    'passkey-manager': ['add', 'refresh', 'accountRenamed'],
  } as const;
  for (const [tag, methods] of Object.entries(calls)) {
    for (const method of methods) {
      it(`<${tag}> that has never been in the page: ${method}() ends, and asks nothing`, async () => {
        const backend = new OwnBackend();
        const element = Object.assign(document.createElement(tag), { backend });
        const run = (element as unknown as Record<string, (of: object) => Promise<unknown>>)[
          method
        ]!;
        let ended = false;
        void run.call(element, { name: 'ada', displayName: 'Ada' }).then(() => (ended = true));
        await eventually(() => expect(ended).to.equal(true));
        expect(backend.calls).to.deep.equal([]);
      });
    }
  }

  for (const [moment, reach] of [
    [
      'while the server wants no more tries for now',
      async (element: PasskeyLogin, backend: OwnBackend) => {
        backend.fail('signIn.begin', 'rate-limited', new Date(Date.now() + 60_000));
        await element.signIn();
        await eventually(() => expect(new View(element).text).to.contain('Try again in'));
      },
    ],
    [
      'while a passkey is being created',
      async (element: PasskeyLogin, backend: OwnBackend) => {
        answerWith('create', pending);
        void element.register();
        await eventually(() => expect(backend.calls).to.include('registration.begin'));
      },
    ],
  ] as const) {
    it(`signOut() ${moment} signs out`, async () => {
      signIn();
      const backend = new OwnBackend();
      const signOut = backend.operation('signOut');
      Object.assign(backend, { signOut: (signal: AbortSignal) => signOut({}, signal) });
      const view = await place(
        html`<passkey-login no-autofill .backend=${backend}></passkey-login>`,
      );
      expect(await view.element.signIn()).to.equal(true);
      await reach(view.element, backend);
      await view.element.signOut();
      expect(backend.calls.at(-1)).to.equal('signOut');
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
    });
  }

  it('code of the page that refuses tokens does not leave the screen stuck', async () => {
    signIn();
    const backend = new OwnBackend().on('signIn.finish', () => ({
      kind: 'tokens',
      accessToken: 't',
    }));
    const view = await place(html`<passkey-login no-autofill .backend=${backend}></passkey-login>`);
    const events = new PasskeyEvents();
    view.element.receiveTokens = () => Promise.reject(new Error('canary of the page'));
    const outcome = await view.element.signIn().catch(() => 'rejected');
    expect(outcome, 'it never rejects').to.equal(false);
    expect(events.errors).to.have.length(1);
    expect(view.alert).not.to.contain('canary');
  });
});

/** Compile-time only: what an author gets without a cast. */
export function typed(): void {
  const login = document.createElement('passkey-login');
  login.addEventListener('passkey-signed-in', ({ detail }) => {
    const method: 'passkey' | 'autofill' | 'immediate' | 'code' | 'hand-off' = detail.method;
    const kind: 'session' | 'tokens' | 'code' = detail.kind;
    return [method, kind];
  });
  login.addEventListener('passkey-error', ({ detail: { code, retryable, retryAt } }) => {
    const date: Date | undefined = retryAt;
    return [code satisfies string, retryable satisfies boolean, date];
  });
  document.addEventListener('passkey-removed', ({ detail }) => detail.id satisfies string);
  // @ts-expect-error no event carries tokens
  login.addEventListener('passkey-signed-in', ({ detail }) => detail.accessToken);
  const manager = document.querySelector('passkey-manager');
  if (manager) manager.keepLast = true;
}

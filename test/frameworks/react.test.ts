import { expect } from '@open-wc/testing';
import { createElement, createRef, StrictMode, Suspense, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server.browser';
import type {
  PasskeyLogin as LoginElement,
  PasskeyManager as ManagerElement,
} from '../../src/index.js';
import { PasskeyLogin, PasskeyManager } from '../../src/frameworks/react.js';
import type { SignInResult } from '../../src/core/backend.js';
import { answerWith, assertion } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { replace } from '../support/replace.ts';
import { eventually, settle, View } from '../support/view.ts';

let page: HTMLElement;
let root: Root | undefined;

beforeEach(() => {
  page = document.createElement('main');
  document.body.append(page);
});

afterEach(() => {
  root?.unmount();
  page.remove();
});

function show(element: ReactElement): void {
  root = createRoot(page);
  flushSync(() => root!.render(element));
}

function again(element: ReactElement): void {
  flushSync(() => root!.render(element));
}

/** What React objects to. */
function complaints(): string[] {
  const texts: string[] = [];
  replace(console, 'error', (...words: unknown[]) => texts.push(words.map(String).join(' ')));
  return texts;
}

describe('the React components', () => {
  it('are on the server what they are in the page, with the children', () => {
    const fallback = createElement('a', { slot: 'fallback', href: '/code' }, 'Other ways');
    const props = { clientId: 'shop', noAutofill: true, lookUp: false, className: 'box' };
    const html = renderToString(createElement(PasskeyLogin, props, fallback));
    expect(html).to.equal(
      '<passkey-login client-id="shop" no-autofill="" class="box"><a slot="fallback" href="/code">Other ways</a></passkey-login>',
    );
  });

  it('hear every event after hydration, and React finds nothing to mend', async () => {
    const texts = complaints();
    const backend = new OwnBackend();
    const heard: string[] = [];
    const app = createElement(PasskeyLogin, {
      backend,
      noAutofill: true,
      successUrl: '/#in',
      onPasskeyReady: ({ type, currentTarget }) => heard.push(type, currentTarget.successUrl!),
      onPasskeyError: ({ detail }) => heard.push(detail.code),
    });
    page.innerHTML = renderToString(app);
    const markup = page.firstElementChild;
    flushSync(() => (root = hydrateRoot(page, app)));
    await eventually(() => expect(heard).to.deep.equal(['passkey-ready', '/#in']));
    expect(page.firstElementChild).to.equal(markup);
    expect(texts).to.deep.equal([]);
  });

  it('hear of a page that cannot use passkeys, where the tag is known already', async () => {
    replace(globalThis, 'PublicKeyCredential', undefined);
    const heard: string[] = [];
    const onPasskeyError = ({ detail }: { detail: { code: string } }) => heard.push(detail.code);
    show(createElement(PasskeyLogin, { backend: new OwnBackend(), onPasskeyError }));
    await settle();
    expect(heard).to.deep.equal(['unsupported']);
  });

  it('give the element its backend before it looks for one', async () => {
    const events = new PasskeyEvents();
    show(createElement(PasskeyManager, { backend: new OwnBackend([{ id: 'a', name: 'Phone' }]) }));
    const view = new View(page.querySelector('passkey-manager')!);
    await eventually(() => expect(view.rows.map(({ name }) => name)).to.deep.equal(['Phone']));
    expect(events.errors).to.deep.equal([]);
  });

  it('call the listener of the latest render, once, in strict mode too', async () => {
    const backend = new OwnBackend().fail('list', 'network');
    const heard: string[] = [];
    const app = (name: string): ReactElement =>
      createElement(
        StrictMode,
        null,
        createElement(PasskeyManager, { backend, onPasskeyError: () => heard.push(name) }),
      );
    show(app('first'));
    await eventually(() => expect(heard).to.deep.equal(['first']));
    again(app('second'));
    await page.querySelector('passkey-manager')!.refresh();
    expect(heard).to.deep.equal(['first', 'second']);
  });

  it('change what a later render changes, and leave the rest', async () => {
    const ref = createRef<LoginElement>();
    const backend = new OwnBackend();
    const login = (props: object): ReactElement =>
      createElement(PasskeyLogin, { backend, ref, noAutofill: true, ...props });
    show(login({ identifier: 'ada@example.com', theme: 'dark' }));
    const element = ref.current!;
    await element.updateComplete;
    expect(element.noAutofill).to.equal(true);
    again(login({ noAutofill: false, strings: { signInTitle: 'Members' } }));
    await eventually(() => expect(new View(element).headings).to.deep.equal(['Members']));
    expect(ref.current).to.equal(element);
    expect(element.noAutofill).to.equal(false);
    expect(element.hasAttribute('theme')).to.equal(false);
    expect(backend.countOf('signIn.begin')).to.be.at.most(1);
    again(login({}));
    expect(element.strings).to.equal(undefined);
    await eventually(() => expect(new View(element).headings).not.to.include('Members'));
  });

  it('take a backend that a later render leaves undefined for none', async () => {
    const ref = createRef<ManagerElement>();
    const backend = new OwnBackend([{ id: 'a', name: 'Phone' }]);
    const manager = (given?: OwnBackend | 'rest'): ReactElement =>
      createElement(PasskeyManager, { backend: given, ref });
    show(manager(backend));
    const view = new View(page.querySelector('passkey-manager')!);
    await eventually(() => expect(view.rows).to.have.length(1));
    again(manager('rest'));
    expect(ref.current!.backend).to.equal('rest');
    again(manager(backend));
    expect(ref.current!.backend).to.equal(backend);
    again(manager(undefined));
    await eventually(() => expect(view.rows).to.have.length(0));
  });

  it('give a callback for the ref the element once, and not in each render', async () => {
    const given: unknown[] = [];
    const ref = (element: LoginElement | null) => void given.push(element?.localName);
    const login = (identifier: string): ReactElement =>
      createElement(PasskeyLogin, { backend: new OwnBackend(), noAutofill: true, ref, identifier });
    show(login('ada'));
    again(login('bob'));
    await settle();
    expect(given).to.deep.equal(['passkey-login']);
    root!.unmount();
    expect(given).to.deep.equal(['passkey-login', undefined]);
  });

  it('take a token function of each rendering for the same person’s, and ask the latest', async () => {
    const backend = new OwnBackend([{ id: 'a', name: 'Phone' }]);
    const ref = createRef<ManagerElement>();
    const manager = (accessToken?: string | (() => string)): ReactElement =>
      createElement(PasskeyManager, { backend, ref, accessToken });
    show(manager(() => 'first'));
    const view = new View(page.querySelector('passkey-manager')!);
    await eventually(() => expect(view.rows).to.have.length(1));
    again(manager(() => 'second'));
    await settle();
    expect(backend.countOf('list'), 'nothing has changed').to.equal(1);
    const { accessToken } = ref.current!;
    expect((accessToken as () => string)()).to.equal('second');
    again(manager('of somebody else'));
    await eventually(() => expect(backend.countOf('list')).to.equal(2));
    expect(ref.current!.accessToken).to.equal('of somebody else');
  });

  it('fall silent when they leave the page', async () => {
    const heard: string[] = [];
    const backend = new OwnBackend();
    show(createElement(PasskeyLogin, { backend, onPasskeyReady: () => heard.push('ready') }));
    const element = page.querySelector('passkey-login')!;
    await eventually(() => expect(heard).to.deep.equal(['ready']));
    root!.unmount();
    element.dispatchEvent(new CustomEvent('passkey-ready'));
    expect(heard).to.deep.equal(['ready']);
  });

  it('hear how a sign-in ends while something beside them loads, and React hides both', async () => {
    const heard: string[] = [];
    const backend = new OwnBackend();
    const answer = Promise.withResolvers<SignInResult>();
    backend.on('signIn.finish', () => answer.promise);
    answerWith('get', async () => assertion());
    const loading = new Promise<never>(() => {});
    function Beside({ loaded }: { loaded: boolean }): null {
      if (!loaded) throw loading;
      return null;
    }
    const onPasskeySignedIn = ({ type }: Event) => heard.push(type);
    const app = (loaded: boolean): ReactElement =>
      createElement(
        Suspense,
        { fallback: 'One moment …' },
        createElement(PasskeyLogin, { backend, noAutofill: true, onPasskeySignedIn }),
        createElement(Beside, { loaded }),
      );
    show(app(true));
    const element = page.querySelector('passkey-login')!;
    const signingIn = element.signIn();
    await eventually(() => expect(backend.calls).to.include('signIn.finish'));
    again(app(false));
    expect(getComputedStyle(element).display).to.equal('none');
    answer.resolve({ kind: 'session' });
    await signingIn;
    await eventually(() => expect(heard).to.deep.equal(['passkey-signed-in']));
  });

  it('tell of a sign-in that was waiting for a decision when they left the page', async () => {
    const heard: string[] = [];
    const backend = new OwnBackend();
    const capabilities = { userVerifyingPlatformAuthenticator: true };
    replace(PublicKeyCredential, 'getClientCapabilities', async () => capabilities);
    // Of a passkey that is synced.
    const bytes = [...Array<number>(32).fill(0xff), 0x1d, 0, 0, 0, 0];
    const authenticatorData = Uint8Array.from(bytes).buffer;
    const ofPhone = assertion({ authenticatorAttachment: 'cross-platform' }, { authenticatorData });
    answerWith('get', async () => ofPhone);
    const onPasskeySignedIn = ({ type }: Event) => heard.push(type);
    show(createElement(PasskeyLogin, { backend, noAutofill: true, lang: 'en', onPasskeySignedIn }));
    const element = page.querySelector('passkey-login')!;
    await element.signIn();
    const view = new View(element);
    const offer = 'Sign in with this device next time';
    await eventually(() => expect(view.headings).to.deep.equal([offer]));
    root!.unmount();
    await eventually(() => expect(heard).to.deep.equal(['passkey-signed-in']));
  });
});

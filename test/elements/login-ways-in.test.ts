import { aTimeout, expect, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import {
  answerWith,
  assertion,
  attestation,
  never,
  pending,
  replace,
  type Call,
} from '../core/stand-ins.ts';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { hurry, watchTimers } from '../support/timers.ts';
import { eventually, settle } from '../support/view.ts';

const signInButton = 'Sign in with a passkey';

function capabilities(known: Record<string, boolean>): void {
  replace(PublicKeyCredential, 'getClientCapabilities', async () => known);
}

const withBackend = (backend: OwnBackend) =>
  html`<passkey-login no-autofill .backend=${backend}></passkey-login>`;

describe('a click on <passkey-login> waits for no request', () => {
  it('when the pointer came before it', async () => {
    const backend = new OwnBackend();
    answerWith('get', async () => assertion());
    const view = await place(withBackend(backend));
    view.button(signInButton).dispatchEvent(new PointerEvent('pointerenter', { bubbles: false }));
    view.button(signInButton).focus();
    await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
  });

  it('takes a request that is still on its way', async () => {
    const held = new Held<unknown>();
    const backend = new OwnBackend();
    const real = backend.signIn.begin;
    backend.on('signIn.begin', held.answer);
    answerWith('get', async () => assertion());
    const view = await place(withBackend(backend));
    view.button(signInButton).focus();
    await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
    view.button(signInButton).click();
    backend.heal('signIn.begin');
    held.release(await real({ mediation: 'modal' }, new AbortController().signal));
    backend.calls.splice(1, 1);
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
  });

  it('asks again when the one before failed', async () => {
    const backend = new OwnBackend().fail('signIn.begin', 'network');
    answerWith('get', async () => assertion());
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    view.button(signInButton).focus();
    await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
    await settle();
    expect(events.names, 'nobody asked yet').to.deep.equal([]);
    backend.heal('signIn.begin');
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });

  it('never uses one challenge twice', async () => {
    const backend = new OwnBackend();
    const calls = answerWith('get', () =>
      Promise.reject(new DOMException('no', 'NotAllowedError')),
    );
    const view = await place(withBackend(backend));
    view.button(signInButton).focus();
    for (const count of [1, 2, 3]) {
      view.button(signInButton).click();
      await eventually(() => {
        expect(calls).to.have.length(count);
        expect(view.element.matches(':state(busy)')).to.equal(false);
      });
    }
    const challenges = calls.map(({ publicKey }) =>
      String(new Uint8Array(publicKey.challenge as ArrayBuffer)),
    );
    expect(new Set(challenges).size).to.equal(3);
  });

  it('does not take one that is about to expire', async () => {
    const backend = new OwnBackend();
    const { begin } = backend.signIn;
    let life = 20_000;
    backend.signIn.begin = async (request, signal) => ({
      ...(await begin(request, signal)),
      expiresAt: new Date(Date.now() + life),
    });
    answerWith('get', async () => assertion());
    const view = await place(withBackend(backend));
    view.button(signInButton).focus();
    await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
    life = 300_000;
    view.button(signInButton).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.begin', 'signIn.finish']);
  });
});

describe('a button elsewhere on the page, by for="…"', () => {
  const page = (backend: OwnBackend, trigger = html`<button id="enter">Sign in</button>`) =>
    html`<div>
      ${trigger}<passkey-login no-autofill for="#enter" .backend=${backend}></passkey-login>
    </div>`;
  const trigger = () => document.querySelector<HTMLElement>('#enter')!;
  const ready = () => settle().then(() => aTimeout(0));
  const hover = (node: Element) =>
    node.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, composed: true }));

  /** The browser can, and the element knows it: the options are fetched as the pointer comes. */
  async function able(backend: OwnBackend): Promise<void> {
    await eventually(() => {
      hover(trigger());
      expect(backend.calls).to.deep.equal(['signIn.begin']);
    });
  }

  it('signs in at once where the browser has a passkey at hand', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', async () => assertion());
    const events = new PasskeyEvents();
    const view = await place(page(backend));
    await eventually(() => {
      trigger().click();
      expect(calls.length).to.be.greaterThan(0);
    });
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    const [call] = calls as (Call & { uiMode?: string })[];
    expect(call!.uiMode).to.equal('immediate');
    expect(call!.mediation).to.equal(undefined);
    expect(call!.publicKey.allowCredentials).to.deep.equal([]);
    expect(events.of('passkey-signed-in')[0]!.detail.method).to.equal('immediate');
  });

  for (const known of [{}, { immediateGet: false }] as Record<string, boolean>[]) {
    it(`only leads to the form with ${JSON.stringify(known)}`, async () => {
      capabilities(known);
      const backend = new OwnBackend();
      const calls = answerWith('get', async () => assertion());
      const view = await place(page(backend));
      await ready();
      await eventually(() => {
        hover(trigger());
        trigger().click();
        expect(view.focus).to.equal('E-mail address');
      });
      expect(calls).to.deep.equal([]);
      expect(backend.calls).to.deep.equal([]);
    });
  }

  it('goes on to the form, without a word, where there is no passkey', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () =>
      Promise.reject(new DOMException('none', 'NotAllowedError')),
    );
    const events = new PasskeyEvents();
    const view = await place(page(backend));
    await eventually(() => {
      if (calls.length === 0) trigger().click();
      expect(calls).to.have.length(1);
    });
    await eventually(() => expect(view.focus).to.equal('E-mail address'));
    expect(events.names).to.deep.equal([]);
    expect(view.status + view.alert).to.equal('');
  });

  it('leaves a link alone where nothing can be asked', async () => {
    capabilities({});
    const view = await place(page(new OwnBackend(), html`<a id="enter" href="#there">Sign in</a>`));
    await ready();
    trigger().click();
    await eventually(() => expect(location.hash).to.equal('#there'));
    location.hash = '';
    expect(view.focus).not.to.equal('E-mail address');
  });

  it('takes a double click for one, and leads a link nowhere while the prompt is open', async () => {
    capabilities({ immediateGet: true });
    const picked = new Held<object>();
    const calls = answerWith('get', picked.answer);
    const backend = new OwnBackend();
    const link = html`<a id="enter" href="#elsewhere">Sign in</a>`;
    const view = await place(page(backend, link));
    await able(backend);
    trigger().click();
    await eventually(() => expect(calls).to.have.length(1));
    trigger().click();
    await ready();
    expect(location.hash).to.equal('');
    expect(calls).to.have.length(1);
    picked.release(assertion());
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });

  it('leads a link on where there is no passkey', async () => {
    capabilities({ immediateGet: true });
    const calls = answerWith('get', () =>
      Promise.reject(new DOMException('none', 'NotAllowedError')),
    );
    await place(page(new OwnBackend(), html`<a id="enter" href="#onward">Sign in</a>`));
    await eventually(() => {
      if (calls.length === 0) trigger().click();
      expect(calls).to.have.length(1);
    });
    await eventually(() => expect(location.hash).to.equal('#onward'));
    location.hash = '';
  });

  it('leads a link on where the backend takes its time', async () => {
    hurry(3_000);
    capabilities({ immediateGet: true });
    const backend = new OwnBackend().on('signIn.begin', () => never);
    const calls = answerWith('get', () => never);
    await place(page(backend, html`<a id="enter" href="#onward">Sign in</a>`));
    await able(backend);
    trigger().click();
    await eventually(() => expect(location.hash).to.equal('#onward'));
    location.hash = '';
    expect(calls).to.deep.equal([]);
  });

  it('waits for a person as long as they like', async () => {
    hurry(3_000);
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () => never);
    await place(page(backend, html`<a id="enter" href="#onward">Sign in</a>`));
    await able(backend);
    trigger().click();
    await eventually(() => expect(calls).to.have.length(1));
    await aTimeout(50);
    expect(calls[0]!.signal.aborted).to.equal(false);
    expect(location.hash).to.equal('');
  });

  it('asks the browser twice in five seconds at most', async () => {
    capabilities({ immediateGet: true });
    let now = Date.now();
    replace(Date, 'now', () => now);
    const calls = answerWith('get', () =>
      Promise.reject(new DOMException('none', 'NotAllowedError')),
    );
    await place(page(new OwnBackend()));
    await eventually(() => {
      trigger().click();
      expect(calls).to.have.length(2);
    });
    now += 4_999;
    for (let click = 0; click < 5; click++) {
      trigger().click();
      await settle();
    }
    expect(calls).to.have.length(2);
    now += 1;
    trigger().click();
    await eventually(() => expect(calls).to.have.length(3));
  });

  for (const [how, intent] of [
    ['pointer', new PointerEvent('pointerover', { bubbles: true })],
    ['focus', new FocusEvent('focusin', { bubbles: true })],
  ] as const) {
    it(`asks for nothing at a click when the ${how} came before it`, async () => {
      capabilities({ immediateGet: true });
      const backend = new OwnBackend();
      answerWith('get', async () => assertion());
      const view = await place(page(backend));
      await eventually(() => {
        trigger().dispatchEvent(intent);
        expect(backend.calls).to.deep.equal(['signIn.begin']);
      });
      trigger().click();
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
      expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
    });
  }

  if (!document.hidden) {
    it('asks for no challenge where autofill has one, which the next would replace', async () => {
      capabilities({ immediateGet: true, conditionalGet: true });
      const backend = new OwnBackend();
      const calls = answerWith('get', () => never);
      const view = await place(
        html`<div>
          <button id="enter">Sign in</button
          ><passkey-login for="#enter" .backend=${backend}></passkey-login>
        </div>`,
      );
      await eventually(() => expect(calls).to.have.length(1));
      expect(view.element.matches(':state(autofill)')).to.equal(true);
      for (let times = 0; times < 5; times++) {
        hover(trigger());
        await settle();
      }
      expect(backend.calls).to.deep.equal(['signIn.begin']);
    });
  }

  it('asks for no other challenge while the browser asks with one', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () => never);
    await place(page(backend));
    await able(backend);
    trigger().click();
    await eventually(() => expect(calls).to.have.length(1));
    hover(trigger());
    await settle();
    expect(backend.calls).to.deep.equal(['signIn.begin']);
  });

  it('that is another element’s asks nothing of this one', async () => {
    capabilities({ immediateGet: true });
    const calls = answerWith('get', () => never);
    const other = new OwnBackend();
    await place(html`<passkey-login no-autofill for="#other" .backend=${other}></passkey-login>`);
    const backend = new OwnBackend();
    await place(page(backend));
    await able(backend);
    trigger().click();
    await eventually(() => expect(calls).to.have.length(1));
    expect(other.calls).to.deep.equal([]);
  });

  for (const key of ['ctrlKey', 'metaKey', 'shiftKey'] as const) {
    it(`leaves a link to the browser at a click with ${key}, which opens a tab or a window`, async () => {
      capabilities({ immediateGet: true });
      const backend = new OwnBackend();
      answerWith('get', () => never);
      await place(page(backend, html`<a id="enter" href="#onward">Sign in</a>`));
      await able(backend);
      let taken: boolean | undefined;
      const onClick = (event: Event) => {
        taken = event.defaultPrevented;
        event.preventDefault();
      };
      addEventListener('click', onClick, { once: true });
      const click = { bubbles: true, cancelable: true, [key]: true };
      trigger().dispatchEvent(new MouseEvent('click', click));
      expect(taken).to.equal(false);
    });
  }

  for (const [why, traits, wait] of [
    ['that must know the account name', { usernameless: false }, 0],
    ['that wants a pause', {}, 20_000],
  ] as const) {
    it(`asks nothing of a backend ${why}`, async () => {
      capabilities({ immediateGet: true });
      const backend = new OwnBackend();
      answerWith('get', async () => assertion());
      const view = await place(page(backend));
      await able(backend);
      backend.traits = traits;
      if (wait) {
        backend.fail('signIn.finish', 'rate-limited', new Date(Date.now() + wait));
        await view.element.signIn();
        await eventually(() => expect(view.text).to.contain('Try again in'));
      }
      const asked = backend.calls.length;
      hover(trigger());
      trigger().click();
      await eventually(() => expect(view.focus).to.equal('E-mail address'));
      expect(backend.calls).to.have.length(asked);
    });
  }

  it('leaves a link to the browser that leads elsewhere than to this window', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () => never);
    const link = html`<iframe name="there"></iframe
      ><a id="enter" href="about:blank" target="there">Sign in</a>`;
    await place(page(backend, link));
    await able(backend);
    let taken: boolean | undefined;
    addEventListener('click', (event) => (taken = event.defaultPrevented), { once: true });
    trigger().click();
    expect(taken).to.equal(false);
    expect(calls).to.deep.equal([]);
  });

  it('a click that the page gives to the document itself is no fault', async () => {
    const faults: unknown[] = [];
    const onError = (event: Event) => faults.push(event);
    addEventListener('error', onError);
    const { element } = await place<PasskeyLogin>(page(new OwnBackend()));
    element.for = '#other';
    element['performUpdate'](); // immediate mode is not here yet
    document.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    await settle();
    document.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    removeEventListener('error', onError);
    expect(faults).to.deep.equal([]);
  });

  it('leaves a click alone that the page has taken', async () => {
    capabilities({});
    const view = await place(page(new OwnBackend()));
    await eventually(() => {
      trigger().click();
      expect(view.focus).to.equal('E-mail address');
    });
    trigger().focus();
    trigger().addEventListener('click', (event) => event.preventDefault());
    trigger().click();
    expect(view.focus).to.equal('Sign in');
  });

  it('is clicked at its icon, too', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () => never);
    await place(page(backend, html`<button id="enter"><i>key</i> Sign in</button>`));
    await able(backend);
    trigger().querySelector('i')!.click();
    await eventually(() => expect(calls).to.have.length(1));
  });

  it('is clicked at an icon that is a component', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () => never);
    await place(page(backend, html`<button id="enter"><span></span> Sign in</button>`));
    const root = trigger().querySelector('span')!.attachShadow({ mode: 'open' });
    const picture = root.appendChild(document.createElement('b'));
    await able(backend);
    picture.click();
    await eventually(() => expect(calls).to.have.length(1));
  });

  it('is found inside a component of the site', async () => {
    capabilities({ immediateGet: true });
    const calls = answerWith('get', () => never);
    const view = await place(page(new OwnBackend(), html`<div></div>`));
    const root = view.element.previousElementSibling!.attachShadow({ mode: 'open' });
    const button = root.appendChild(document.createElement('button'));
    button.id = 'enter';
    await eventually(() => {
      button.click();
      expect(calls).to.have.length(1);
    });
  });

  it('works after the element was away from the page', async () => {
    capabilities({ immediateGet: true });
    const backend = new OwnBackend();
    const calls = answerWith('get', () => never);
    const view = await place(page(backend));
    await able(backend);
    const { parentElement } = view.element;
    view.element.remove();
    await settle();
    parentElement!.append(view.element);
    trigger().click();
    await eventually(() => expect(calls).to.have.length(1));
  });

  /** A click on a link, and somebody who has yet to pick a passkey. */
  async function asking(backend = new OwnBackend()) {
    capabilities({ immediateGet: true });
    const picked = new Held<object>();
    const calls = answerWith('get', picked.answer);
    const events = new PasskeyEvents();
    const view = await place(page(backend, html`<a id="enter" href="#onward">Sign in</a>`));
    await eventually(() => {
      if (calls.length === 0) trigger().click();
      expect(calls).to.have.length(1);
    });
    location.hash = '';
    return { view, calls, events, pick: () => picked.release(assertion()) };
  }

  for (const [what, drop] of [
    ['another backend meanwhile', (login: PasskeyLogin) => (login.backend = new OwnBackend())],
    ['the element gone meanwhile', (login: PasskeyLogin) => login.remove()],
    ['cancelled meanwhile', (login: PasskeyLogin) => login.cancel()],
  ] as const) {
    it(`${what}: what somebody picks signs nobody in, and the link leads nowhere`, async () => {
      const backend = new OwnBackend();
      const { view, calls, events, pick } = await asking(backend);
      drop(view.element);
      await eventually(() => expect(calls[0]!.signal.aborted).to.equal(true));
      pick();
      await ready();
      expect(backend.calls).to.deep.equal(['signIn.begin']);
      expect(events.names).to.deep.equal([]);
      expect(location.hash).to.equal('');
    });
  }

  it('goes on when the element is moved meanwhile', async () => {
    const { view, pick } = await asking();
    const { parentElement } = view.element;
    view.element.remove();
    parentElement!.append(view.element);
    await settle();
    pick();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(location.hash).to.equal('');
  });

  it('a link without an address is a button like any other', async () => {
    capabilities({});
    const view = await place(page(new OwnBackend(), html`<a id="enter" tabindex="0">Sign in</a>`));
    await ready();
    await eventually(() => {
      trigger().click();
      expect(view.focus).to.equal('E-mail address');
    });
  });

  it('no longer listens once the element is gone', async () => {
    capabilities({ immediateGet: true });
    const calls = answerWith('get', async () => assertion());
    const view = await place(page(new OwnBackend()));
    await ready();
    view.element.remove();
    await settle();
    trigger().click();
    await settle();
    expect(calls).to.deep.equal([]);
  });
});

describe('upgrade()', () => {
  it('creates a passkey without a question', async () => {
    capabilities({ conditionalCreate: true });
    const backend = new OwnBackend();
    const calls = answerWith('create', async () => attestation());
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    expect(await view.element.upgrade()).to.equal(true);
    expect(calls.map(({ mediation }) => mediation)).to.deep.equal(['conditional']);
    expect(backend.calls).to.deep.equal(['registration.begin', 'registration.finish']);
    expect(backend.requests[0]).to.include({ mediation: 'conditional' });
    expect(events.names).to.deep.equal(['passkey-registered']);
  });

  it('ends autofill first', async () => {
    capabilities({ conditionalCreate: true, conditionalGet: true });
    const waiting = answerWith('get', pending);
    answerWith('create', async () => attestation());
    const view = await place(html`<passkey-login .backend=${new OwnBackend()}></passkey-login>`);
    await eventually(() => expect(waiting).to.have.length(1));
    expect(await view.element.upgrade()).to.equal(true);
    expect(waiting[0]!.signal.aborted).to.equal(true);
  });

  for (const known of [{}, { conditionalCreate: false }] as Record<string, boolean>[]) {
    it(`asks nobody anything with ${JSON.stringify(known)}`, async () => {
      capabilities(known);
      const backend = new OwnBackend();
      const calls = answerWith('create', async () => attestation());
      const view = await place(withBackend(backend));
      expect(await view.element.upgrade()).to.equal(false);
      expect(calls).to.deep.equal([]);
      expect(backend.calls).to.deep.equal([]);
    });
  }

  for (const [title, answer] of [
    ['the browser refuses', () => Promise.reject(new DOMException('no', 'NotAllowedError'))],
    ['there is one already', () => Promise.reject(new DOMException('it', 'InvalidStateError'))],
  ] as const) {
    it(`is silent when ${title}`, async () => {
      capabilities({ conditionalCreate: true });
      answerWith('create', answer);
      const events = new PasskeyEvents();
      const view = await place(withBackend(new OwnBackend()));
      expect(await view.element.upgrade()).to.equal(false);
      expect(events.names).to.deep.equal([]);
      expect(view.alert + view.status).to.equal('');
    });
  }

  it('waits for a part of the code that comes over a slow line', async () => {
    capabilities({ conditionalCreate: true });
    answerWith('create', async () => attestation());
    const backend = new OwnBackend();
    const view = await place(withBackend(backend));
    const held = new Held<OwnBackend>();
    view.element['source'].whenReady = held.answer; // as if the part came late
    hurry(2_000, 2_000);
    const upgraded = view.element.upgrade();
    await settle();
    held.release(backend);
    expect(await upgraded).to.equal(true);
  });

  it('gives up on a part of the code that is on its way for long', async () => {
    hurry(10_000, 10_000);
    const view = await place(withBackend(new OwnBackend()));
    view.element['source'].whenReady = () => never; // as if the part did not come
    expect(await view.element.upgrade()).to.equal(false);
  });

  it('gives up on a browser that never answers', async () => {
    capabilities({ conditionalCreate: true });
    hurry(10_000, 10_000);
    const calls = answerWith('create', () => never);
    const view = await place(withBackend(new OwnBackend()));
    expect(await view.element.upgrade()).to.equal(false);
    expect(calls.length).to.be.lessThan(2);
  });

  it('gives up on a backend that never takes what was made', async () => {
    capabilities({ conditionalCreate: true });
    hurry(20_000, 20_000);
    answerWith('create', async () => attestation());
    const view = await place(withBackend(new OwnBackend().on('registration.finish', () => never)));
    expect(await view.element.upgrade()).to.equal(false);
  });

  it('hands over what was made, however long making it took', async () => {
    capabilities({ conditionalCreate: true });
    const timers = watchTimers();
    const slow = new AbortController();
    replace(AbortSignal, 'timeout', () => slow.signal);
    const held = new Held<object>();
    const backend = new OwnBackend().on('registration.finish', held.answer);
    answerWith('create', async () => attestation());
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    const upgraded = view.element.upgrade();
    await eventually(() => expect(backend.calls).to.contain('registration.finish'));
    slow.abort();
    timers.end(5_000, 15_000);
    await aTimeout(300);
    expect(backend.signals.at(-1)!.aborted).to.equal(false);
    held.release({});
    expect(await upgraded).to.equal(true);
    expect(events.names).to.deep.equal(['passkey-registered']);
  });
});

describe('before a sign-in or a registration', () => {
  it('the page can say no: nothing is asked of anybody', async () => {
    const backend = new OwnBackend();
    const calls = answerWith('get', async () => assertion());
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    view.element.addEventListener('passkey-before-sign-in', (event) => event.preventDefault());
    expect(await view.element.signIn()).to.equal(false);
    expect(backend.calls).to.deep.equal([]);
    expect(calls).to.deep.equal([]);
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    expect(events.of('passkey-cancelled')[0]!.detail.code).to.equal('aborted');
    expect(view.element.matches(':state(busy)')).to.equal(false);
  });

  it('the page can make it wait', async () => {
    const backend = new OwnBackend();
    answerWith('get', async () => assertion());
    const view = await place(withBackend(backend));
    const consent = Promise.withResolvers<void>();
    view.element.addEventListener('passkey-before-sign-in', (event) =>
      event.waitUntil(consent.promise),
    );
    const signedIn = view.element.signIn();
    await settle();
    expect(backend.calls).to.deep.equal([]);
    expect(view.element.matches(':state(busy)')).to.equal(true);
    consent.resolve();
    expect(await signedIn).to.equal(true);
  });

  for (const [title, reason] of [
    ['', new Error('canary')],
    [' without a reason', undefined],
    [' with what is no error', { detail: 'canary' }],
  ] as const) {
    it(`what it waits for can fail${title}, and that stops it`, async () => {
      const backend = new OwnBackend();
      const events = new PasskeyEvents();
      const view = await place(withBackend(backend));
      view.element.addEventListener('passkey-before-sign-in', (event) =>
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        event.waitUntil(Promise.reject(reason)),
      );
      expect(await view.element.signIn()).to.equal(false);
      expect(backend.calls).to.deep.equal([]);
      expect(events.errors).to.deep.equal(['unknown']);
      expect(view.text).not.to.contain('canary');
    });
  }

  it('cancelling meanwhile ends it', async () => {
    const backend = new OwnBackend();
    const view = await place(withBackend(backend));
    view.element.addEventListener('passkey-before-sign-in', (event) => event.waitUntil(never));
    const signedIn = view.element.signIn();
    await settle();
    view.element.cancel();
    expect(view.element.matches(':state(busy)')).to.equal(false);
    expect(backend.calls).to.deep.equal([]);
    expect(await signedIn).to.equal(false);
  });

  it('the same for a registration', async () => {
    const backend = new OwnBackend();
    const calls = answerWith('create', async () => attestation());
    const view = await place(withBackend(backend));
    view.element.addEventListener('passkey-before-register', (event) => event.preventDefault());
    expect(await view.element.register()).to.equal(false);
    expect(backend.calls).to.deep.equal([]);
    expect(calls).to.deep.equal([]);
  });

  it('says how, and carries nothing else', async () => {
    answerWith('get', async () => assertion());
    const events = new PasskeyEvents();
    const view = await place(withBackend(new OwnBackend()));
    await view.element.signIn('ada@example.com');
    expect(events.of('passkey-before-sign-in').map(({ detail }) => detail)).to.deep.equal([
      { method: 'passkey' },
    ]);
  });
});

it('both buttons are as wide as the card', async () => {
  const view = await place(withBackend(new OwnBackend()));
  expect(view.button(signInButton).offsetWidth).to.equal(view.button('Continue').offsetWidth);
});

it('focus() goes to the field for the account name', async () => {
  const view = await place(withBackend(new OwnBackend()));
  view.element.focus();
  expect(view.focus).to.equal('E-mail address');
});

import { expect, fixtureSync, html } from '@open-wc/testing';
import type { PasskeyLogin, PasskeyManager } from '../../src/define.js';
import { answerWith, assertion, pending, replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { watchTimers } from '../support/timers.ts';
import { eventually, settle, View } from '../support/view.ts';

async function placeTwo(autofill = false) {
  const backends = [new OwnBackend(), new OwnBackend()] as const;
  const root = fixtureSync<HTMLElement>(html`
    <div>
      <passkey-login lang="en" ?no-autofill=${!autofill} .backend=${backends[0]}></passkey-login>
      <passkey-login lang="en" ?no-autofill=${!autofill} .backend=${backends[1]}></passkey-login>
    </div>
  `);
  const [first, second] = [...root.querySelectorAll('passkey-login')].map((one) => new View(one));
  await settle();
  return { backends, first: first!, second: second! };
}

describe('two elements on one page', () => {
  it('pressed together, there is one prompt; the other says so, and works afterwards', async () => {
    const events = new PasskeyEvents();
    const { first, second, backends } = await placeTwo();
    const prompts = answerWith('get', pending);
    first.button('Sign in with a passkey').click();
    second.button('Sign in with a passkey').click();
    await eventually(() =>
      expect(second.alert).to.contain('Another passkey prompt is already open'),
    );
    await eventually(() => expect(prompts).to.have.length(1));
    expect(first.status).to.equal('Waiting for your passkey…');
    expect(events.errors).to.deep.equal(['busy']);
    expect(backends[1].calls).to.deep.equal([]);
    first.button('Cancel').click();
    await eventually(() => expect(first.offers('Cancel')).to.equal(false));
    second.button('Sign in with a passkey').click();
    await eventually(() => expect(prompts).to.have.length(2));
  });

  it('adding in the manager and signing in beside it do not collide either', async () => {
    const creates = answerWith('create', pending);
    const gets = answerWith('get', pending);
    const login = await place<PasskeyLogin>(
      html`<passkey-login lang="en" no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    const manager = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${new OwnBackend([{ id: 'a' }])}></passkey-manager>`,
    );
    (await eventually(() => manager.button('Add a passkey'))).click();
    login.button('Sign in with a passkey').click();
    await eventually(() => expect(login.alert).to.contain('Another passkey prompt'));
    await eventually(() => expect(creates).to.have.length(1));
    expect(gets).to.have.length(0);
  });

  // Autofill waits until the page is seen, and WebKit's tabs here are in the background.
  if (!document.hidden)
    describe('with autofill', () => {
      beforeEach(() => {
        replace(PublicKeyCredential, 'getClientCapabilities', async () => ({
          conditionalGet: true,
        }));
      });

      it('one is armed at a time; when it goes, the other takes over', async () => {
        const prompts = answerWith('get', pending);
        const { first, second } = await placeTwo(true);
        await eventually(() => expect(prompts).to.have.length(1));
        await settle();
        expect(prompts).to.have.length(1);
        first.element.remove();
        await eventually(() => expect(prompts).to.have.length(2));
        expect(prompts[0]!.signal.aborted).to.equal(true);
        expect(prompts[1]!.signal.aborted).to.equal(false);
        expect(second.status + second.alert).to.equal('');
      });

      it('signed in at one, the other no longer says that passkeys are on offer', async () => {
        const prompts = answerWith('get', (call) =>
          call.mediation === 'conditional' ? pending(call) : Promise.resolve(assertion()),
        );
        const { first, second } = await placeTwo(true);
        await eventually(() => expect(prompts).to.have.length(1));
        first.button('Sign in with a passkey').click();
        await eventually(() => expect(first.headings).to.deep.equal(['You are signed in.']));
        await settle();
        const saying = [first, second].map(({ element }) => element.matches(':state(autofill)'));
        expect(saying).to.deep.equal([false, false]);
      });

      it('a prompt of one ends the autofill of the other, which is armed again when it is over', async () => {
        const prompts = answerWith('get', (call) =>
          call.mediation === 'conditional' ? pending(call) : Promise.resolve(assertion()),
        );
        const { second } = await placeTwo(true);
        await eventually(() => expect(prompts).to.have.length(1));
        second.button('Sign in with a passkey').click();
        await eventually(() => expect(second.headings).to.deep.equal(['You are signed in.']));
        await eventually(() =>
          expect(prompts.map(({ mediation }) => mediation)).to.deep.equal([
            'conditional',
            undefined,
            'conditional',
          ]),
        );
        expect(prompts[0]!.signal.aborted).to.equal(true);
      });
    });
});

describe('the page around <passkey-manager>', () => {
  it('a manager that is away asks nothing; put back, it reads its list again', async () => {
    const backend = new OwnBackend([{ id: 'a', name: 'Key' }]);
    const manager = await place<PasskeyManager>(
      html`<passkey-manager .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(manager.rows).to.have.length(1));
    const around = manager.element.parentElement!;
    manager.element.remove();
    await settle();
    document.dispatchEvent(new CustomEvent('passkey-signed-in'));
    await settle();
    expect(backend.countOf('list')).to.equal(1);
    around.append(manager.element);
    await eventually(() => expect(backend.countOf('list')).to.equal(2));
  });
});

if (!document.hidden)
  describe('the page around <passkey-login>', () => {
    const autofill = (backend: OwnBackend) =>
      html`<passkey-login lang="en" .backend=${backend}></passkey-login>`;

    beforeEach(() => {
      replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
    });

    it('leaving it ends autofill, coming back from the cache arms it again', async () => {
      const prompts = answerWith('get', pending);
      await place(autofill(new OwnBackend()));
      await eventually(() => expect(prompts).to.have.length(1));
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      expect(prompts[0]!.signal.aborted).to.equal(true);
      await settle();
      expect(prompts, 'not while the page is away').to.have.length(1);
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      await eventually(() => expect(prompts).to.have.length(2));
      await settle();
      expect(prompts).to.have.length(2);
    });

    it('a sign-in on it ends autofill, until somebody comes to the field', async () => {
      const prompts = answerWith('get', pending);
      const view = await place(autofill(new OwnBackend()));
      await eventually(() => expect(prompts).to.have.length(1));
      document.dispatchEvent(new CustomEvent('passkey-signed-in'));
      expect(prompts[0]!.signal.aborted).to.equal(true);
      view.element.requestUpdate();
      await settle();
      expect(prompts).to.have.length(1);
      view.field('E-mail address').dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
      await eventually(() => expect(prompts).to.have.length(2));
    });

    it('showing it for the first time is no reason to arm twice', async () => {
      const prompts = answerWith('get', pending);
      await place(autofill(new OwnBackend()));
      await eventually(() => expect(prompts).to.have.length(1));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
      await settle();
      expect(prompts).to.have.length(1);
    });

    it('a ceremony of the page’s own that ended autofill keeps it, also as the page is shown', async () => {
      const { promise: theirs, reject } = Promise.withResolvers<never>();
      const prompts = answerWith('get', (call) => (prompts.length > 1 ? pending(call) : theirs));
      const view = await place(autofill(new OwnBackend()));
      await eventually(() => expect(prompts).to.have.length(1));
      reject(new DOMException('x', 'AbortError'));
      await settle();
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
      await settle();
      expect(prompts).to.have.length(1);
      view.field('E-mail address').dispatchEvent(new FocusEvent('focusin', { bubbles: true }));
      await eventually(() => expect(prompts).to.have.length(2));
    });

    it('nothing but autofill is asked of the server before somebody acts', async () => {
      answerWith('get', pending);
      const backend = new OwnBackend();
      await place(autofill(backend));
      await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
      await settle();
      expect(backend.calls).to.deep.equal(['signIn.begin']);
      expect(backend.requests).to.deep.equal([{ identifier: undefined, mediation: 'conditional' }]);
    });

    it('removed, it leaves no timer, listener or request behind', async () => {
      answerWith('get', pending);
      const timers = watchTimers();
      const backend = new OwnBackend();
      const view = await place(autofill(backend));
      await eventually(() => expect(backend.calls).to.have.length(1));
      view.element.remove();
      await eventually(() => expect(timers.delays()).to.deep.equal([]));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      document.dispatchEvent(new Event('visibilitychange'));
      dispatchEvent(new Event('online'));
      await settle();
      expect(backend.calls).to.have.length(1);
    });

    it('put back, it offers passkeys again', async () => {
      const prompts = answerWith('get', pending);
      const view = await place(autofill(new OwnBackend()));
      await eventually(() => expect(prompts).to.have.length(1));
      const { parentElement } = view.element;
      view.element.remove();
      await settle();
      parentElement!.append(view.element);
      await eventually(() => expect(prompts).to.have.length(2));
    });

    it('moved in one task, autofill goes on as it was', async () => {
      const prompts = answerWith('get', pending);
      const view = await place(autofill(new OwnBackend()));
      await eventually(() => expect(prompts).to.have.length(1));
      const { parentElement } = view.element;
      view.element.remove();
      parentElement!.append(view.element);
      await settle();
      expect(prompts).to.have.length(1);
      expect(prompts[0]!.signal.aborted).to.equal(false);
    });
  });

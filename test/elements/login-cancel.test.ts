import { expect, html } from '@open-wc/testing';
import { answerWith, assertion, pending, replace } from '../core/stand-ins.ts';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { microtasks } from '../support/turns.ts';
import { eventually, settle, type, type View } from '../support/view.ts';

const quiet =
  'No passkey was used. You may have cancelled, or there is none for this site here. Try again or choose another way.';
const notAllowed = () => Promise.reject(new DOMException('canary', 'NotAllowedError'));

function withBackend(backend: OwnBackend) {
  return html`<passkey-login no-autofill .backend=${backend}></passkey-login>`;
}

async function askForCode(view: View): Promise<void> {
  type(view.field('E-mail address'), 'ada@example.com');
  view.button('Continue').click();
  (await eventually(() => view.button(/^E-mail me a code/))).click();
}

async function enterCode(view: View): Promise<void> {
  await askForCode(view);
  type(await eventually(() => view.field('Code')), '123456');
  view.button('Continue').click();
}

describe('stopping a sign-in in <passkey-login> is no error', () => {
  it('dismissing the prompt says so quietly; the form is there and works', async () => {
    const backend = new OwnBackend();
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    let dismissed = false;
    answerWith('get', () => {
      if (dismissed) return Promise.resolve(assertion());
      dismissed = true;
      return notAllowed();
    });
    const button = view.button('Sign in with a passkey');
    button.focus();
    button.click();
    await eventually(() => expect(view.status).to.equal(quiet));
    expect(view.alert).to.equal('');
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    expect(events.of('passkey-cancelled')[0]!.detail).to.deep.equal({ code: 'cancelled' });
    expect(backend.calls).to.deep.equal(['signIn.begin']);
    expect(view.focus).to.equal('Sign in with a passkey');
    expect(view.element.matches(':state(error)')).to.equal(false);
    expect(view.button('Sign in with a passkey').getAttribute('aria-disabled')).to.equal('false');
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });

  it('dismissing the prompt that a look-up led to leaves the way by a code', async () => {
    const backend = new OwnBackend();
    backend.status = async () => ({ state: 'registered' });
    const view = await place(withBackend(backend));
    view.element.lookUp = true;
    const calls = answerWith('get', notAllowed);
    type(view.field('E-mail address'), 'ada@example.com');
    view.button('Continue').click();
    await eventually(() => expect(view.status).to.equal(quiet));
    expect(calls.length).to.be.greaterThan(0);
    view.button(/^E-mail me a code/).click();
    await eventually(() => view.field('Code'));
    expect(backend.requests.at(-1)).to.deep.equal({ identifier: 'ada@example.com' });
  });

  it('the button Cancel is there while the prompt is open, and closes it', async () => {
    const events = new PasskeyEvents();
    const view = await place(withBackend(new OwnBackend()));
    const calls = answerWith('get', pending);
    expect(view.offers('Cancel')).to.equal(false);
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.status).to.equal('Waiting for your passkey…'));
    view.button('Cancel').focus();
    view.button('Cancel').click();
    await eventually(() => expect(view.offers('Cancel')).to.equal(false));
    expect(calls[0]!.signal.aborted).to.equal(true);
    expect(view.alert).to.equal('');
    await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
    await settle();
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    expect(view.focus, 'the focus is not lost').not.to.equal('');
  });

  it('the focus stays inside where the page has a heading of its own', async () => {
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}>
        <h1 slot="header">Welcome</h1>
      </passkey-login>`,
    );
    answerWith('get', pending);
    view.button('Sign in with a passkey').click();
    (await eventually(() => view.button('Cancel'))).focus();
    view.button('Cancel').click();
    await eventually(() => expect(view.offers('Cancel')).to.equal(false));
    expect(view.element.matches(':focus-within')).to.equal(true);
  });

  for (const [state, hold] of [
    ['options are fetched', 'signIn.begin'],
    ['the answer is checked', 'signIn.finish'],
  ] as const) {
    it(`cancel() while ${state}: one event, the late answer is not heard`, async () => {
      const held = new Held<unknown>();
      const backend = new OwnBackend().on(hold, held.answer);
      const events = new PasskeyEvents();
      const view = await place(withBackend(backend));
      const prompts = answerWith('get', () => Promise.resolve(assertion()));
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(backend.calls.at(-1)).to.equal(hold));
      view.element.cancel();
      view.element.cancel();
      expect(backend.signals.at(-1)!.aborted).to.equal(true);
      held.release(
        hold === 'signIn.finish'
          ? { kind: 'session' }
          : { options: { challenge: 'AQID', rpId: 'localhost' } },
      );
      await settle();
      expect(events.names).to.deep.equal(['passkey-cancelled']);
      expect(events.of('passkey-cancelled')[0]!.detail.code).to.equal('aborted');
      expect(prompts).to.have.length(hold === 'signIn.finish' ? 1 : 0);
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
      backend.heal(hold);
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    });
  }

  it('cancel() when nothing is under way says nothing', async () => {
    const events = new PasskeyEvents();
    const view = await place(withBackend(new OwnBackend()));
    view.element.cancel();
    await settle();
    expect(events.names).to.deep.equal([]);
    expect(view.status).to.equal('');
  });

  it('cancel() while a code is sent: the person can ask again', async () => {
    const held = new Held<unknown>();
    const backend = new OwnBackend().on('codes.send', held.answer);
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    await askForCode(view);
    await eventually(() => expect(backend.calls).to.deep.equal(['codes.send']));
    view.element.cancel();
    held.release({ handle: 'late' });
    await settle();
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    expect(view.headings).to.deep.equal(['How do you want to continue?']);
    backend.heal('codes.send');
    view.button(/^E-mail me a code/).click();
    await eventually(() => view.field('Code'));
  });

  it('cancel() while a code is checked: tokens that come all the same are handed to nobody', async () => {
    const held = new Held<unknown>();
    const backend = new OwnBackend().on('codes.verify', held.answer);
    const view = await place(withBackend(backend));
    const received: unknown[] = [];
    view.element.receiveTokens = (result) => received.push(result);
    await enterCode(view);
    await eventually(() => expect(backend.countOf('codes.verify')).to.equal(1));
    view.element.cancel();
    held.release({ kind: 'tokens', accessToken: 'late' });
    await settle();
    expect(received).to.deep.equal([]);
  });

  it('another e-mail address while a code is sent: the screen for that code does not come', async () => {
    const held = new Held<unknown>();
    const backend = new OwnBackend().on('codes.send', held.answer);
    const view = await place(withBackend(backend));
    await askForCode(view);
    await eventually(() => expect(backend.calls).to.deep.equal(['codes.send']));
    view.button('Use another e-mail address').click();
    await eventually(() => expect(view.headings).to.deep.equal(['Sign in or create an account']));
    held.release({ handle: 'late' });
    await settle();
    expect(view.headings).to.deep.equal(['Sign in or create an account']);
  });

  it('another backend in any moment after a code was checked is no fault', async function () {
    this.timeout(30_000);
    for (let moment = 0; moment < 20; moment++) {
      const exchange = async () => {
        await microtasks(moment);
        view.element.backend = new OwnBackend();
      };
      const backend = new OwnBackend().on('codes.verify', async () => {
        void exchange();
        return { kind: 'session' };
      });
      const view = await place(withBackend(backend));
      await enterCode(view);
      await eventually(() => expect(backend.countOf('codes.verify')).to.equal(1));
      await settle();
      view.element.remove();
    }
  });

  // Autofill waits until the page is seen, and WebKit's tabs here are in the background.
  if (!document.hidden) {
    it('autofill is armed again, with a challenge of its own', async () => {
      replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
      const backend = new OwnBackend();
      const events = new PasskeyEvents();
      const calls = answerWith('get', async (call) => {
        if (call.mediation === 'conditional') return pending(call);
        await new Promise((resolve) => setTimeout(resolve, 200)); // the person has seen it
        return notAllowed();
      });
      const view = await place(html`<passkey-login .backend=${backend}></passkey-login>`);
      await eventually(() => expect(calls).to.have.length(1));
      view.button('Sign in with a passkey').click();
      await eventually(() =>
        expect(calls.map(({ mediation }) => mediation)).to.deep.equal([
          'conditional',
          undefined,
          'conditional',
        ]),
      );
      expect(calls[0]!.signal.aborted).to.equal(true);
      expect(calls[2]!.signal.aborted).to.equal(false);
      const challenges = calls.map(({ publicKey }) =>
        String([...new Uint8Array(publicKey.challenge as ArrayBuffer)]),
      );
      expect(challenges[1], 'the click needs no request: it takes over').to.equal(challenges[0]);
      expect(challenges[2]).not.to.equal(challenges[0]);
      expect(events.names).to.deep.equal(['passkey-cancelled']);
      await eventually(() => expect(view.status, 'what was said stays').to.equal(quiet));
    });

    it('cancel() while autofill verifies the person ends that, and offers passkeys anew', async () => {
      replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
      const backend = new OwnBackend();
      const events = new PasskeyEvents();
      const picked = new Held<object>();
      const calls = answerWith('get', (call, count) =>
        count === 1 ? picked.answer() : pending(call),
      );
      const view = await place(html`<passkey-login .backend=${backend}></passkey-login>`);
      await eventually(() => expect(calls).to.have.length(1));
      picked.release(assertion());
      await microtasks(1); // the answer is on its way to the element
      view.element.cancel();
      await eventually(() => expect(calls).to.have.length(2));
      await settle();
      expect(calls[0]!.signal.aborted).to.equal(true);
      expect(calls[1]!.signal.aborted).to.equal(false);
      expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.begin']);
      expect(events.names).to.deep.equal([]);
    });

    it('nothing is on offer while the person has to wait: what they pick would count for nothing', async () => {
      replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
      const backend = new OwnBackend();
      backend.fail('signIn.finish', 'rate-limited', new Date(Date.now() + 1_500));
      answerWith('get', async (call) =>
        call.mediation === 'conditional' ? pending(call) : assertion(),
      );
      const view = await place(html`<passkey-login .backend=${backend}></passkey-login>`);
      const isOnOffer = () => view.element.matches(':state(autofill)');
      expect(await view.element.signIn()).to.equal(false);
      await eventually(() => expect(view.text).to.contain('Try again in'));
      await settle();
      expect(isOnOffer()).to.equal(false);
      await eventually(() => expect(isOnOffer(), 'again').to.equal(true));
      expect(view.text).not.to.contain('Try again in');
    });

    it('a prompt that is dismissed in the background is not heard of at all', async () => {
      replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
      const events = new PasskeyEvents();
      const calls = answerWith('get', notAllowed);
      const view = await place(html`<passkey-login .backend=${new OwnBackend()}></passkey-login>`);
      await eventually(() => expect(calls).not.to.have.length(0));
      await settle();
      expect(events.names).to.deep.equal([]);
      expect(view.status + view.alert).to.equal('');
      expect(calls.length, 'no loop').to.be.lessThan(3);
    });
  }

  it('what a browser throws at iPhones, an empty object, is a cancel too', async () => {
    const events = new PasskeyEvents();
    const view = await place(withBackend(new OwnBackend()));
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    answerWith('get', () => Promise.reject({}));
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.status).to.equal(quiet));
    expect(events.names).to.deep.equal(['passkey-cancelled']);
  });
});

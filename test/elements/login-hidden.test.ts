import { expect, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import { answerWith, assertion, pending, replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { hurry } from '../support/timers.ts';
import { eventually, settle } from '../support/view.ts';

/** The person looks at another tab, or at this one again. */
function look(away: boolean): void {
  replace(document, 'hidden', away);
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('<passkey-login> in a tab that nobody looks at', () => {
  beforeEach(() => look(false));

  it('asks nothing of a sign-in that waits, and once when the person is back', async () => {
    hurry(1_600, 6_000); // two seconds to the first question and five to the next, give or take
    answerWith('get', async () => assertion());
    let state = 'pending';
    const backend = new OwnBackend().on('signIn.finish', () => ({ kind: 'pending', handle: 'h' }));
    backend.status = backend.operation('status') as never;
    backend.on('status', () => ({ state }));
    const events = new PasskeyEvents();
    const view = await place<PasskeyLogin>(
      html`<passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>`,
    );
    const signedIn = view.element.signIn();
    await eventually(() => expect(backend.countOf('status')).to.be.greaterThan(1));
    look(true);
    await settle();
    const asked = backend.countOf('status');
    await settle();
    await settle();
    expect(backend.countOf('status'), 'questions while nobody looks').to.equal(asked);
    const waiting = 'Your sign-in still needs to be approved.';
    await eventually(() => expect(view.status).to.equal(waiting));
    state = 'authenticated';
    look(false);
    await eventually(() => expect(view.headings).to.deep.equal(['Your sign-in was approved.']));
    expect(backend.countOf('status'), 'questions on return').to.equal(asked + 1);
    expect(await signedIn, 'a status grants no session').to.equal(false);
    expect(events.errors).to.deep.equal([]);
  });

  it('says so of one picked from the autofill list too, once it is approved', async () => {
    hurry(1_600, 6_000);
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
    const calls = answerWith('get', (call, count) => (count === 1 ? assertion() : pending(call)));
    const backend = new OwnBackend().on('signIn.finish', () => ({ kind: 'pending', handle: 'h' }));
    backend.status = backend.operation('status') as never;
    backend.on('status', () => ({ state: 'authenticated' }));
    const view = await place<PasskeyLogin>(
      html`<passkey-login lang="en" .backend=${backend}></passkey-login>`,
    );
    await eventually(() => expect(view.headings).to.deep.equal(['Your sign-in was approved.']));
    expect(calls).to.have.length(1);
  });

  it('keeps passkeys on offer in the autofill list, with the same request', async () => {
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
    const backend = new OwnBackend();
    const calls = answerWith('get', (call) =>
      call.mediation === 'conditional' ? pending(call) : Promise.resolve(assertion()),
    );
    const view = await place<PasskeyLogin>(
      html`<passkey-login lang="en" .backend=${backend}></passkey-login>`,
    );
    await eventually(() => expect(calls).to.have.length(1));
    look(true);
    await settle();
    look(false);
    await settle();
    expect(calls, 'one request').to.have.length(1);
    expect(calls[0]!.signal.aborted).to.equal(false);
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });
});

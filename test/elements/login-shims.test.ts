import { aTimeout, expect, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import { answerWith, assertion, never, pending, replace, type Call } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { hurry } from '../support/timers.ts';
import { eventually, settle, type View } from '../support/view.ts';

const signInButton = 'Sign in with a passkey';
const refused = (message: string, name = 'NotAllowedError') =>
  Promise.reject(new DOMException(message, name));

const login = (backend = new OwnBackend()) =>
  html`<passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>`;

/** With the browser's own API again, a press of the button signs in. */
async function expectUsable(view: View<PasskeyLogin>): Promise<void> {
  await eventually(() => expect(view.element.matches(':state(busy)')).to.equal(false));
  answerWith('get', async () => assertion());
  view.button(signInButton).click();
  await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
}

/** What takes the place of `navigator.credentials.get` or `.create` → what the page is told. */
const shims: [title: string, answer: () => unknown, event: string, code: string][] = [
  ['throws at once', thrower(new Error('canary')), 'passkey-error', 'unknown'],
  ['throws a DOMException at once', thrower(new DOMException('', 'NotAllowedError')), ...cancel()],
  ['throws nothing at all', thrower(undefined), ...cancel()],
  ['gives null', () => Promise.resolve(null), ...cancel()],
  ['gives undefined', () => Promise.resolve(undefined), ...cancel()],
  ['gives no promise', () => undefined, ...cancel()],
  ['gives an empty object', () => Promise.resolve({}), 'passkey-error', 'bad-response'],
  ['gives text', () => Promise.resolve('canary'), 'passkey-error', 'bad-response'],
  ['rejects with a string', rejecter('canary'), 'passkey-error', 'unknown'],
  ['rejects with a number', rejecter(7), ...cancel()],
  ['rejects with an empty object', rejecter({}), ...cancel()],
  ['rejects with undefined', rejecter(undefined), ...cancel()],
  ['rejects with an error without a name', rejecter({ message: 'canary' }), ...cancel()],
  ['rejects with an abort nobody asked for', () => refused('', 'AbortError'), ...stop()],
  [
    'gives a thenable that throws',
    () => ({ then: thrower(new Error('canary')) }),
    'passkey-error',
    'unknown',
  ],
];

function cancel(): [string, string] {
  return ['passkey-cancelled', 'cancelled'];
}

function stop(): [string, string] {
  return ['passkey-cancelled', 'aborted'];
}

function thrower(thrown: unknown) {
  return (): never => {
    throw thrown;
  };
}

function rejecter(reason: unknown) {
  return () => Promise.reject(reason);
}

describe('<passkey-login> where something has replaced navigator.credentials', () => {
  for (const [title, answer, event, code] of shims) {
    for (const ceremony of ['get', 'create'] as const) {
      it(`${ceremony} ${title}: ${code}, said once in our words, and it can be repeated`, async () => {
        const backend = new OwnBackend();
        const events = new PasskeyEvents();
        const view = await place(login(backend));
        answerWith(ceremony, answer);
        const { element } = view;
        expect(await (ceremony === 'get' ? element.signIn() : element.register())).to.equal(false);
        await eventually(() => expect(view.status + view.alert).not.to.equal(''));
        expect(view.text).not.to.contain('canary');
        expect(events.names).to.deep.equal([event]);
        expect((events.all.at(-1)!.detail as { code: string }).code).to.equal(code);
        expect(backend.calls.filter((call) => call.endsWith('.finish'))).to.deep.equal([]);
        await expectUsable(view);
      });
    }
  }

  it('get never settles: after 15 seconds words, and Cancel ends it', async () => {
    hurry(250); // the 15 seconds, and what an abort may take
    answerWith('get', () => never);
    const events = new PasskeyEvents();
    const view = await place(login());
    view.button(signInButton).click();
    await eventually(() => expect(view.status).to.match(/^Still waiting|password manager/));
    view.button('Cancel').click();
    await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    await expectUsable(view);
  });

  it('get ignores the abort and answers later: that is not heard', async () => {
    const late = Promise.withResolvers<object>();
    answerWith('get', () => late.promise);
    const backend = new OwnBackend();
    const events = new PasskeyEvents();
    const view = await place(login(backend));
    view.button(signInButton).click();
    await eventually(() => view.button('Cancel'));
    await eventually(() => expect(view.status).to.equal('Waiting for your passkey…'));
    view.button('Cancel').click();
    late.resolve(assertion());
    await settle();
    expect(backend.calls).to.deep.equal(['signIn.begin']);
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    await expectUsable(view);
  });

  for (const [title, shim] of [
    ['get is missing', {}],
    ['navigator.credentials is gone meanwhile', undefined],
  ] as const) {
    it(`create never settles and ${title}: after 15 seconds words, and Cancel ends it`, async () => {
      hurry(250); // the 15 seconds, and what an abort may take
      const view = await place(login());
      answerWith('create', () => {
        replace(navigator, 'credentials', shim);
        return never;
      });
      const creating = view.element.register();
      await eventually(() => expect(view.status).to.contain('may be in the way'));
      view.button('Cancel').click();
      expect(await creating).to.equal(false);
      await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
    });
  }

  it('get gives the credential of the time before: the backend refuses it, in words', async () => {
    const used = assertion();
    const backend = new OwnBackend();
    let checks = 0;
    const view = await place(login(backend));
    answerWith('get', async () => used);
    expect(await view.element.signIn()).to.equal(true);
    await view.element.signOut();
    backend.on('signIn.finish', () => ++checks);
    backend.fail('signIn.finish', 'verification-failed');
    expect(await view.element.signIn()).to.equal(false);
    await eventually(() => expect(view.alert).to.contain('could not be verified'));
    expect(backend.countOf('signIn.finish'), 'a proof is handed over once').to.equal(2);
    backend.heal('signIn.finish');
    await expectUsable(view);
  });

  for (const member of ['get', 'create'] as const) {
    it(`${member} is missing: words, and nothing is thrown`, async () => {
      const view = await place(login());
      replace(navigator.credentials, member, undefined);
      const { element } = view;
      expect(await (member === 'get' ? element.signIn() : element.register())).to.equal(false);
      await eventually(() => expect(view.alert).not.to.equal(''));
      await expectUsable(view);
    });
  }

  it('every getter of the credential throws: words', async () => {
    const hostile = new Proxy({}, { get: (_, name) => name !== 'then' && thrower(0)() });
    const view = await place(login());
    answerWith('get', async () => hostile);
    expect(await view.element.signIn()).to.equal(false);
    await eventually(() => expect(view.status + view.alert).not.to.equal(''));
    await expectUsable(view);
  });
});

// Autofill waits until the page is seen, and WebKit's tabs here are in the background.
if (!document.hidden)
  describe('autofill where something has replaced navigator.credentials', () => {
    beforeEach(() => {
      replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
    });

    const withAutofill = (backend: OwnBackend) =>
      html`<passkey-login lang="en" .backend=${backend}></passkey-login>`;

    for (const [title, answer] of shims) {
      it(`${title}: not a word, and the button works`, async () => {
        const events = new PasskeyEvents();
        const quiet = answerWith('get', answer);
        const view = await place(withAutofill(new OwnBackend()));
        await eventually(() => expect(quiet.length).to.be.greaterThan(0));
        await settle();
        expect(view.status + view.alert).to.equal('');
        expect(events.names).to.deep.equal([]);
        await expectUsable(view);
      });
    }

    it('answers at once with what the backend refuses: it is asked again only as somebody comes', async () => {
      const backend = new OwnBackend().fail('signIn.finish', 'unknown-credential');
      const tries = () => backend.countOf('signIn.finish');
      const calls = answerWith('get', (call) =>
        tries() < 5 ? settle().then(() => assertion()) : pending(call),
      );
      const view = await place(withAutofill(backend));
      await eventually(() => expect(view.alert).to.contain('was removed from your account'));
      await aTimeout(500);
      expect(tries()).to.equal(1);
      view.field('E-mail address').focus();
      await eventually(() => expect(tries()).to.equal(2));
      expect(calls).to.have.length(2);
      backend.heal('signIn.finish');
      await expectUsable(view);
    });

    it('never settles and ignores its abort: the button works all the same', async () => {
      const quiet = answerWith('get', () => never);
      const view = await place(withAutofill(new OwnBackend()));
      await eventually(() => expect(quiet).to.have.length(1));
      await expectUsable(view);
    });
  });

/** PLATFORM: what a second request does while the first is pending, and what an abort ends in. */
const engines: Record<string, (call: Call, count: number) => unknown> = {
  'Chromium, where other code has a request open': (call, count) =>
    count === 1 ? refused('A request is already pending.', 'OperationError') : pending(call),
  'Firefox, where other code then asks': () => refused('', 'AbortError'),
  'Safari, where other code then asks': () =>
    refused('This request has been cancelled by a new request.'),
  'WebKit, which had an abort error of its own': (call) =>
    pending(call).catch(() => refused('', 'AbortError')),
  'WebKit, which queues until the cancel is through': async (call) => {
    await settle();
    return pending(call);
  },
  'iOS, which ends an abort with an empty object': (call) =>
    pending(call).catch(() => rejecter({})()),
  'an engine that ends an abort with its reason as text': (call) =>
    pending(call).catch((reason) => Promise.reject(String(reason) as unknown as Error)),
};

describe('what engines do with a request that is replaced or aborted', () => {
  for (const [engine, answer] of Object.entries(engines)) {
    it(`${engine}: one end at most, no error, and the next try works`, async () => {
      const events = new PasskeyEvents();
      const view = await place(login());
      answerWith('get', answer);
      view.button(signInButton).click();
      await settle();
      view.element.cancel();
      await eventually(() => expect(events.names).to.deep.equal(['passkey-cancelled']));
      await settle();
      expect(view.alert).to.equal('');
      await expectUsable(view);
      expect(events.names).to.deep.equal(['passkey-cancelled', 'passkey-signed-in']);
    });
  }
});

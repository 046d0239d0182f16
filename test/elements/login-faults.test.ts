import { expect, fixtureSync, html } from '@open-wc/testing';
import { PasskeyError, type PasskeyErrorCode } from '../../src/index.js';
import { rest } from '../../src/backends/rest.js';
import {
  answerWith,
  assertion,
  attestation,
  creationOptions,
  pending,
  replace,
  requestOptions,
} from '../core/stand-ins.ts';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { json, openSite, page } from '../support/site.ts';
import { eventually, press, settle, type, View } from '../support/view.ts';
import type { PasskeyLogin } from '../../src/define.js';

const ourSide = 'Something is wrong on our side. Please try again later.';
const restLogin = html`<passkey-login backend="rest" no-autofill></passkey-login>`;

/** One error, our own words, and the first screen as it was. */
async function expectFault(
  view: View<PasskeyLogin>,
  events: PasskeyEvents,
  code: PasskeyErrorCode,
  words: string | RegExp,
): Promise<void> {
  await eventually(() =>
    expect(view.alert).to.match(words instanceof RegExp ? words : exactly(words)),
  );
  await settle();
  expect(events.names).to.deep.equal(['passkey-error']);
  expect(events.errors).to.deep.equal([code]);
  expect(view.text.toLowerCase()).not.to.contain('canary');
  expect(view.text).not.to.contain('<');
  expect(view.field('E-mail address').value).to.equal('ada@example.com');
  expect(view.offers('Cancel')).to.equal(false);
}

const watched = { childList: true, characterData: true, subtree: true };

function exactly(words: string): RegExp {
  return new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

describe('what goes wrong in <passkey-login>: how it is set up', () => {
  const warnings: unknown[][] = [];
  beforeEach(() => {
    warnings.length = 0;
    replace(console, 'warn', (...words: unknown[]) => warnings.push(words));
  });

  const wrong: readonly (readonly [string, ReturnType<typeof html>])[] = [
    [
      'an unknown backend',
      html`<passkey-login identifier="ada@example.com" backend="acme"></passkey-login>`,
    ],
    [
      'a backend named like a method',
      html`<passkey-login identifier="ada@example.com" backend="toString"></passkey-login>`,
    ],
    [
      'a backend that is yet to come',
      html`<passkey-login identifier="ada@example.com" .backend=${undefined}></passkey-login>`,
    ],
    [
      'a backend that is none',
      html`<passkey-login identifier="ada@example.com" .backend=${{}}></passkey-login>`,
    ],
    ['no client-id for ssojet', html`<passkey-login identifier="ada@example.com"></passkey-login>`],
    ...(
      [
        'http://',
        'https://[::',
        'javascript:alert(1)',
        ' javascript:alert(1)',
        'data:application/json,{}',
        'blob:http://localhost/x',
        'ftp://example.com',
        'http://api.example.com',
        'https://user:secret@example.com',
      ] as const
    ).map(
      (address) =>
        [
          `base-url ${address}`,
          html`<passkey-login
            identifier="ada@example.com"
            backend="rest"
            base-url=${address}
          ></passkey-login>`,
        ] as const,
    ),
  ];

  for (const [name, template] of wrong) {
    it(`${name}: passkeys are said to be set up wrongly, nothing is sent, nothing runs`, async () => {
      const events = new PasskeyEvents();
      const sent: unknown[] = [];
      replace(globalThis, 'fetch', (...request: unknown[]) => {
        sent.push(request);
        return Promise.reject(new TypeError('not here'));
      });
      const view = await place(template);
      await expectFault(
        view,
        events,
        'invalid-config',
        'Passkeys are not set up correctly on this page.',
      );
      expect(sent).to.deep.equal([]);
      expect(warnings, 'the developer is told once').to.have.length(1);
      expect(events.of('passkey-ready')).to.deep.equal([]);
    });
  }

  it('a press of the button then is told of once, as it is looked up anew', async () => {
    const events = new PasskeyEvents();
    const view = await place(wrong[0]![1]);
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(events.errors).to.have.length(2));
    await settle();
    expect(events.errors).to.deep.equal(['invalid-config', 'invalid-config']);
    expect(view.element.matches(':state(busy)')).to.equal(false);
  });

  it('what is typed then tells nobody again', async () => {
    const events = new PasskeyEvents();
    const view = await place(wrong[0]![1]);
    await import('../../src/elements/sign-up.js'); // comes along with the first letter
    for (const text of ['a', 'ad', 'ada']) {
      type(view.field('E-mail address'), text);
      await settle();
    }
    expect(events.errors).to.deep.equal(['invalid-config']);
    expect(warnings).to.have.length(1);
  });

  it('put right later, it works', async () => {
    const events = new PasskeyEvents();
    const view = await place(html`<passkey-login backend="acme" no-autofill></passkey-login>`);
    expect(events.errors).to.deep.equal(['invalid-config']);
    view.element.backend = new OwnBackend();
    answerWith('get', () => Promise.resolve(assertion()));
    await eventually(() => expect(view.alert).to.equal(''));
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });

  for (const lookUp of [false, true]) {
    const whose = lookUp ? 'people who are known to have a passkey' : 'people';
    it(`a browser without WebAuthn is told so, and a code still gets ${whose} in`, async () => {
      replace(globalThis, 'PublicKeyCredential', undefined);
      const events = new PasskeyEvents();
      const backend = new OwnBackend();
      backend.status = async () => ({ state: 'registered' });
      const view = await place(
        html`<passkey-login ?look-up=${lookUp} .backend=${backend}></passkey-login>`,
      );
      expect(events.errors).to.deep.equal(['unsupported']);
      await eventually(() => expect(view.status).to.contain('can’t use passkeys here'));
      expect(view.offers('Sign in with a passkey')).to.equal(false);
      type(view.field('E-mail address'), 'ada@example.com');
      view.button('Continue').click();
      await eventually(() => view.field('Code'));
    });
  }
});

describe('what goes wrong in <passkey-login>: what the server says', () => {
  const site = openSite();

  async function ready(template = restLogin) {
    const events = new PasskeyEvents();
    const view = await place(template);
    type(view.field('E-mail address'), 'ada@example.com');
    return { view, events };
  }

  const answers: readonly (readonly [string, () => Response, PasskeyErrorCode, string])[] = [
    ['HTML instead of JSON', () => page(200), 'bad-response', ourSide],
    ['a 500 as HTML', () => page(500), 'server-error', ourSide],
    ['a 502 as HTML', () => page(502), 'server-error', ourSide],
    ['truncated JSON', () => new Response('{"challengeId":"canary","opt'), 'bad-response', ourSide],
    ['an empty 204', () => new Response(null, { status: 204 }), 'bad-response', ourSide],
    ['an empty 200', () => new Response(''), 'bad-response', ourSide],
    ['JSON that is no object', () => json([1, 'canary']), 'bad-response', ourSide],
    [
      'options without a challenge',
      () => json({ challengeId: 'c', options: { rpId: 'localhost' } }),
      'bad-response',
      ourSide,
    ],
    [
      'a challenge that is no base64url',
      () => json({ challengeId: 'c', options: { challenge: 'canary!' } }),
      'bad-response',
      ourSide,
    ],
    [
      'words of its own',
      () => json({ error: { code: 'forbidden', message: '<b>canary</b>' } }, 403),
      'forbidden',
      'This is not allowed.',
    ],
    [
      'no connection',
      () => Response.error(),
      'network',
      'No connection. Check your internet and try again.',
    ],
  ];
  for (const [name, answer, code, words] of answers) {
    it(`${name}: said in our words, and the next try works`, async () => {
      const prompts = answerWith('get', pending);
      const { view, events } = await ready();
      site.intercept('/sign-in/begin', answer);
      view.button('Sign in with a passkey').click();
      await expectFault(view, events, code, words);
      expect(prompts, 'nobody is asked for a passkey').to.have.length(0);
      site.heal();
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(prompts).to.have.length(1));
    });
  }

  it('a press of the button before the code of the backend is here is kept until it is', async () => {
    const prompts = answerWith('get', pending);
    const events = new PasskeyEvents();
    const login = fixtureSync<PasskeyLogin>(restLogin);
    await login.updateComplete;
    new View(login).button('Sign in with a passkey').click();
    expect(events.of('passkey-ready'), 'it is not here yet').to.deep.equal([]);
    await eventually(() => expect(prompts).to.have.length(1));
    expect(events.names).to.deep.equal([]);
  });

  it('so is a call of signIn() right after the element was made', async () => {
    const prompts = answerWith('get', pending);
    const events = new PasskeyEvents();
    const login = fixtureSync<PasskeyLogin>(restLogin);
    void login.signIn();
    await eventually(() => expect(prompts).to.have.length(1));
    expect(events.names).to.deep.equal([]);
  });

  it('so is one right after another backend was set, and that backend is asked', async () => {
    const events = new PasskeyEvents();
    const view = await place(
      html`<passkey-login no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    answerWith('get', () => Promise.resolve(assertion()));
    const backend = new OwnBackend();
    view.element.backend = backend;
    expect(await view.element.signIn()).to.equal(true);
    expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
    expect(events.names).to.deep.equal(['passkey-signed-in']);
  });

  it('a backend that sends a code and answers nothing: words', async () => {
    const events = new PasskeyEvents();
    const backend = new OwnBackend().on('codes.send', () => undefined);
    const view = await place(
      html`<passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>`,
    );
    type(view.field('E-mail address'), 'ada@example.com');
    view.button('Continue').click();
    (await eventually(() => view.button(/^E-mail me a code/))).click();
    await eventually(() => expect(view.alert).to.match(/^Something is wrong on our side/));
    expect(events.errors).to.deep.equal(['bad-response']);
  });

  for (const answer of [undefined, {}]) {
    it(`a look-up that gives ${JSON.stringify(answer)}: words, or a choice`, async () => {
      const backend = new OwnBackend().on('status', () => answer);
      backend.status = backend.operation('status') as never;
      const view = await place(
        html`<passkey-login lang="en" no-autofill look-up .backend=${backend}></passkey-login>`,
      );
      type(view.field('E-mail address'), 'ada@example.com');
      view.button('Continue').click();
      await eventually(() =>
        answer
          ? view.button(/^E-mail me a code/)
          : expect(view.alert).to.match(/^Something is wrong on our side/),
      );
    });
  }

  it('a look-up of a name that the backend does not know: a choice', async () => {
    const unknown = () => Promise.reject(new PasskeyError('not-found', 'canary'));
    const backend = new OwnBackend().on('status', unknown);
    backend.status = backend.operation('status') as never;
    const events = new PasskeyEvents();
    const view = await place(
      html`<passkey-login lang="en" no-autofill look-up .backend=${backend}></passkey-login>`,
    );
    type(view.field('E-mail address'), 'new@example.com');
    view.button('Continue').click();
    await eventually(() => view.button(/^E-mail me a code/));
    expect(view.alert).to.equal('');
    expect(events.errors).to.deep.equal([]);
  });

  it('a 401 in the middle ends the sign-in once, and does not repeat it', async () => {
    answerWith('get', () => Promise.resolve(assertion()));
    const { view, events } = await ready();
    site.intercept('/sign-in/finish', () =>
      json({ error: { code: 'unauthorized', message: 'canary' } }, 401),
    );
    view.button('Sign in with a passkey').click();
    await expectFault(
      view,
      events,
      'unauthorized',
      'You are not signed in. Sign in and try again.',
    );
    expect(site.wire).to.deep.equal(['POST /sign-in/begin', 'POST /sign-in/finish']);
  });

  it('an answer that proves nothing is refused by the real server', async () => {
    answerWith('get', () => Promise.resolve(assertion()));
    const { view, events } = await ready();
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(events.errors).to.have.length(1));
    expect(events.errors[0]).to.match(/^(verification-failed|invalid-input|unknown-credential)$/);
    expect(await site.whoAmI()).to.equal(undefined);
  });

  for (const part of ['body', 'headers'] as const) {
    it(`${part} that never come end at the time limit`, async () => {
      const over = new Held<void>();
      const { view, events } = await ready(
        html`<passkey-login no-autofill .backend=${rest({ timeLimit: 200 })}></passkey-login>`,
      );
      site.intercept('/sign-in/begin', async () => {
        if (part === 'headers') await over.answer();
        return new Response(stalledUntil(over));
      });
      view.button('Sign in with a passkey').click();
      await expectFault(view, events, 'timeout', 'The answer took too long. Please try again.');
      over.release();
    });
  }

  for (const [name, header, seconds] of [
    ['with Retry-After', { 'Retry-After': '2' }, 2],
    ['without Retry-After', {}, 5],
  ] as const) {
    it(`a 429 ${name} counts down, then the button works again`, async () => {
      const clock = stopClock();
      const { view, events } = await ready();
      const prompts = answerWith('get', pending);
      site.intercept('/sign-in/begin', () =>
        json({ error: { code: 'rate-limited', message: 'canary' } }, 429, header),
      );
      const button = view.button('Sign in with a passkey');
      button.click();
      const words = 'Too many tries. Wait a moment, then try again.';
      await expectFault(view, events, 'rate-limited', words);
      await eventually(() => expect(view.text).to.contain(`Try again in ${seconds} s`));
      const announced = new MutationObserver(() => {});
      announced.observe(view.region('alert'), watched);
      expect(events.of('passkey-error')[0]!.detail.retryAt!.getTime()).to.be.closeTo(
        clock.now() + seconds * 1000,
        1000,
      );
      site.heal();
      expect(button.getAttribute('aria-disabled')).to.equal('true');
      button.click();
      await settle();
      expect(prompts).to.have.length(0);
      clock.advance(1000);
      await eventually(() => expect(view.text).to.contain(`Try again in ${seconds - 1} s`));
      clock.advance(seconds * 1000);
      await eventually(() => expect(view.text).not.to.contain('Try again in'));
      expect(clock.ticking()).to.equal(false);
      expect(view.alert).to.equal(words);
      expect(announced.takeRecords(), 'what a screen reader would say again').to.deep.equal([]);
      expect(button.getAttribute('aria-disabled')).to.equal('false');
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(prompts).to.have.length(1));
      expect(events.errors, 'counting down is no new error').to.deep.equal(['rate-limited']);
    });
  }

  it('a clock that is set back while the person has to wait makes it no longer', async () => {
    const { view } = await ready();
    site.intercept('/sign-in/begin', () =>
      json({ error: { code: 'rate-limited', message: 'canary' } }, 429, { 'Retry-After': '50' }),
    );
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.text).to.match(/Try again in [1-5]?\d s/));
    const now = Date.now.bind(Date);
    replace(Date, 'now', () => now() - 3_600_000);
    view.element.requestUpdate();
    await view.element.updateComplete;
    expect(view.text).to.match(/Try again in [1-5]?\d s/);
  });

  for (const [name, options] of [
    ['a user id of no bytes', { ...creationOptions, user: { ...creationOptions.user, id: '' } }],
    [
      'a user id of 65 bytes',
      { ...creationOptions, user: { ...creationOptions.user, id: btoa('x'.repeat(65)) } },
    ],
    ['no challenge', { ...creationOptions, challenge: undefined }],
  ] as const) {
    it(`creating with ${name} ends before any prompt`, async () => {
      await site.signIn('ada@example.com');
      const prompts = answerWith('create', () => Promise.resolve(attestation()));
      const { view, events } = await ready();
      site.intercept('/registration/begin', () => json({ challengeId: 'c', options }));
      expect(await view.element.register()).to.equal(false);
      await expectFault(view, events, 'bad-response', ourSide);
      expect(prompts).to.have.length(0);
    });
  }
});

it('a code that a newer release knows, from another build on the page, is said in general words', async () => {
  const error = new PasskeyError('of-tomorrow' as never, 'canary');
  const backend = new OwnBackend().on('signIn.begin', () => Promise.reject(error));
  const view = await place(html`<passkey-login no-autofill .backend=${backend}></passkey-login>`);
  view.button('Sign in with a passkey').click();
  await eventually(() =>
    expect(view.alert).to.equal('That did not work. Try again, or choose another way.'),
  );
});

describe('what goes wrong in <passkey-login>: too quick, too late', () => {
  const withBackend = (backend: OwnBackend) =>
    html`<passkey-login no-autofill .backend=${backend}></passkey-login>`;

  it('two clicks within no time are one request and one prompt', async () => {
    const backend = new OwnBackend();
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    const prompts = answerWith('get', pending);
    const button = view.button('Sign in with a passkey');
    button.click();
    button.click();
    await eventually(() => expect(prompts).to.have.length(1));
    button.click();
    await settle();
    expect(backend.calls).to.deep.equal(['signIn.begin']);
    expect(prompts).to.have.length(1);
    expect(events.names).to.deep.equal([]);
  });

  it('Enter and a click within no time are one request', async () => {
    const backend = new OwnBackend();
    backend.status = () =>
      backend.signIn.begin({ mediation: 'modal' }, new AbortController().signal) as never;
    const view = await place(
      html`<passkey-login no-autofill look-up .backend=${backend}></passkey-login>`,
    );
    const held = new Held();
    backend.on('signIn.begin', held.answer);
    type(view.field('E-mail address'), 'ada@example.com');
    press(view.field('E-mail address'), 'Enter');
    view.button('Continue').click();
    press(view.field('E-mail address'), 'Enter');
    await eventually(() => expect(backend.calls).to.have.length(1));
    await settle();
    expect(backend.calls).to.have.length(1);
  });

  it('two clicks on “E-mail me a code” send one', async () => {
    const backend = new OwnBackend();
    const view = await place(withBackend(backend));
    type(view.field('E-mail address'), 'ada@example.com');
    view.button('Continue').click();
    const send = await eventually(() => view.button(/^E-mail me a code/));
    send.click();
    send.click();
    await eventually(() => view.field('Code'));
    expect(backend.calls).to.deep.equal(['codes.send']);
  });

  for (const moment of ['signIn.begin', 'prompt', 'signIn.finish'] as const) {
    it(`removed at ${moment}: silent, and what comes later has no effect`, async () => {
      const held = new Held<unknown>();
      const backend = new OwnBackend();
      if (moment !== 'prompt') backend.on(moment, held.answer);
      const events = new PasskeyEvents();
      const view = await place(withBackend(backend));
      const prompts = answerWith('get', (call) =>
        moment === 'prompt' ? pending(call) : Promise.resolve(assertion()),
      );
      let told = 0;
      view.element.receiveTokens = () => told++;
      view.button('Sign in with a passkey').click();
      await eventually(() =>
        moment === 'prompt'
          ? expect(prompts).to.have.length(1)
          : expect(backend.calls.at(-1)).to.equal(moment),
      );
      const own: string[] = [];
      for (const name of ['passkey-signed-in', 'passkey-error', 'passkey-cancelled']) {
        view.element.addEventListener(name, () => own.push(name));
      }
      view.element.remove();
      await eventually(() =>
        expect(backend.signals.at(-1)!.aborted || prompts[0]?.signal.aborted).to.equal(true),
      );
      held.release({ kind: 'tokens', accessToken: 'canary', options: { challenge: 'AQID' } });
      await settle();
      expect(events.names.concat(own)).to.deep.equal([]);
      expect(told).to.equal(0);
    });
  }

  it('moved in one task, the sign-in goes on', async () => {
    const held = new Held<unknown>();
    const backend = new OwnBackend().on('signIn.begin', held.answer);
    const events = new PasskeyEvents();
    const view = await place(withBackend(backend));
    answerWith('get', () => Promise.resolve(assertion()));
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
    const elsewhere = fixtureSync<HTMLElement>(html`<div></div>`);
    view.element.remove();
    elsewhere.append(view.element);
    await settle();
    expect(backend.signals[0]!.aborted).to.equal(false);
    held.release({ options: { challenge: 'AQID', rpId: 'localhost' } });
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(events.names).to.deep.equal(['passkey-signed-in']);
    expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
  });

  describe('the account name becomes another', () => {
    const [ada, bob] = ['ada@example.com', 'bob@example.com'];

    async function enter(backend: OwnBackend, lookUp = false) {
      const view = await place(
        html`<passkey-login no-autofill ?look-up=${lookUp} .backend=${backend}></passkey-login>`,
      );
      type(view.field('E-mail address'), ada);
      view.button('Continue').click();
      return view;
    }

    it('typed while it is looked up: nothing is sent to what is half written', async () => {
      const held = new Held<unknown>();
      const backend = new OwnBackend().on('status', held.answer);
      backend.status = backend.operation('status') as never;
      const view = await enter(backend, true);
      await eventually(() => expect(backend.calls).to.deep.equal(['status']));
      type(view.field('E-mail address'), 'bob@exam');
      held.release({ state: 'not-registered' });
      await settle();
      expect(backend.calls).to.deep.equal(['status']);
      backend.heal('status');
      backend.on('status', async () => ({ state: 'not-registered' }));
      type(view.field('E-mail address'), bob);
      view.button('Continue').click();
      await eventually(() => expect(view.text).to.contain(`We sent a code to ${bob}.`));
    });

    it('typed while the code of the sign-up is on its way: nothing is done with what is half written', async () => {
      const backend = new OwnBackend();
      const view = await place(
        html`<passkey-login no-autofill .backend=${backend}></passkey-login>`,
      );
      const held = new Held<OwnBackend>();
      view.element['source'].whenReady = held.answer; // as if the part came late
      type(view.field('E-mail address'), ada);
      view.button('Continue').click();
      type(view.field('E-mail address'), '');
      held.release(backend);
      await eventually(() => expect(view.element.matches(':state(busy)')).to.equal(false));
      await settle();
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
    });

    it('typed while a code is sent to another one: there is nothing to enter', async () => {
      const held = new Held<unknown>();
      const backend = new OwnBackend()
        .on('status', async () => ({ state: 'not-registered' }))
        .on('codes.send', held.answer);
      backend.status = backend.operation('status') as never;
      const view = await enter(backend, true);
      await eventually(() => expect(backend.calls).to.deep.equal(['status', 'codes.send']));
      type(view.field('E-mail address'), bob);
      held.release({ handle: 'h' });
      await settle();
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
    });

    for (const screen of ['first', 'second'])
      it(`set by the page while options are fetched on the ${screen} screen: they are dropped`, async () => {
        const held = new Held<unknown>();
        const backend = new OwnBackend().on('signIn.begin', held.answer);
        if (screen === 'first') backend.codes = undefined;
        const prompts = answerWith('get', async () => assertion());
        const events = new PasskeyEvents();
        const view = await enter(backend);
        if (screen === 'second') (await eventually(() => view.button(/^Use my passkey/))).click();
        await eventually(() => expect(backend.calls).to.deep.equal(['signIn.begin']));
        view.element.identifier = bob;
        await eventually(() => expect(view.field('E-mail address').value).to.equal(bob));
        held.release({ options: requestOptions });
        await settle();
        expect(prompts).to.have.length(0);
        expect(events.names).to.deep.equal(['passkey-cancelled']);
      });

    it('set by the page while a prompt that is for no account name is open: it stays', async () => {
      const prompts = answerWith('get', pending);
      const events = new PasskeyEvents();
      const view = await place(withBackend(new OwnBackend()));
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(prompts).to.have.length(1));
      view.element.identifier = bob;
      await settle();
      expect(view.status).to.contain('Waiting for your passkey');
      expect(events.names).to.deep.equal([]);
    });

    it('set by the page when a code was sent: it starts over, as that code was somebody else’s', async () => {
      const view = await enter(new OwnBackend());
      (await eventually(() => view.button(/^E-mail me a code/))).click();
      await eventually(() => expect(view.text).to.contain(`We sent a code to ${ada}.`));
      view.element.identifier = bob;
      await eventually(() => expect(view.field('E-mail address').value).to.equal(bob));
    });

    it('told to the element as it was typed: it is no other', async () => {
      const view = await enter(new OwnBackend());
      await eventually(() => view.button(/^Use my passkey/));
      view.element.identifier = ada;
      await settle();
      view.button(/^Use my passkey/);
    });

    it('set by the page once somebody is in: the end stays', async () => {
      const view = await enter(new OwnBackend());
      answerWith('get', async () => assertion());
      (await eventually(() => view.button(/^Use my passkey/))).click();
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
      view.element.identifier = bob;
      await settle();
      expect(view.headings).to.deep.equal(['You are signed in.']);
    });

    it('set by the page as it hears that somebody is in: the end stays', async () => {
      answerWith('get', async () => assertion());
      const backend = new OwnBackend();
      backend.codes = undefined;
      const view = await enter(backend);
      view.element.addEventListener('passkey-signed-in', () => (view.element.identifier = bob));
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
      await settle();
      expect(view.headings).to.deep.equal(['You are signed in.']);
    });
  });

  it('with another backend while options are fetched, the old answer is dropped', async () => {
    const held = new Held<unknown>();
    const old = new OwnBackend().on('signIn.begin', held.answer);
    const next = new OwnBackend();
    const view = await place(withBackend(old));
    const prompts = answerWith('get', () => Promise.resolve(assertion()));
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(old.calls).to.deep.equal(['signIn.begin']));
    view.element.backend = next;
    await settle();
    held.release({ options: { challenge: 'AQID', rpId: 'localhost' } });
    await settle();
    expect(prompts).to.have.length(0);
    expect(old.calls).to.deep.equal(['signIn.begin']);
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(next.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
  });
});

/** A body that begins, and ends only when the test does: the mocked network waits for its end. */
function stalledUntil(over: Held<void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode('{"a":'));
      await over.answer();
      controller.close();
    },
  });
}

/** Holds `Date.now`, and runs what waits on timers of a second when time is let pass. */
function stopClock() {
  const real = globalThis.setTimeout.bind(globalThis);
  const realNow = Date.now.bind(Date);
  let offset = 0;
  const waiting = new Map<number, () => void>();
  let last = 1_000_000;
  replace(Date, 'now', () => realNow() + offset);
  replace(globalThis, 'setTimeout', (run: () => void, milliseconds = 0, ...rest: unknown[]) => {
    if (milliseconds !== 1000) return real(run, milliseconds, ...rest);
    waiting.set(++last, run);
    return last;
  });
  return {
    now: () => Date.now(),
    ticking: () => waiting.size > 0,
    advance(milliseconds: number) {
      offset += milliseconds;
      const due = [...waiting.values()];
      waiting.clear();
      for (const run of due) run();
    },
  };
}

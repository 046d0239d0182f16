import { expect } from '@open-wc/testing';
import type {
  PasskeyBackend,
  RegistrationAnswer,
  RegistrationResult,
  SignInAnswer,
  SignInResult,
} from '../../src/core/backend.js';
import { requestAnswer, signIn, signInWith } from '../../src/core/ceremonies.js';
import { prefetchChallenge } from '../../src/core/challenges.js';
import { PasskeyError, toPasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import type { FlowEvent } from '../../src/core/flow.js';
import { isMadeHere } from '../../src/core/made-here.js';
import { register } from '../../src/core/registration.js';
import {
  answerWith,
  assertion,
  assertionJson,
  attestation,
  attestationJson,
  bytes,
  creationOptions,
  never,
  pending,
  rejection,
  replace,
  requestOptions,
  settled,
  isFree,
} from './stand-ins.js';
import { hurry } from '../support/timers.ts';
import { microtasks } from '../support/turns.ts';

const session: SignInResult = { kind: 'session', user: { identifier: 'ada@example.com' } };
const registered: RegistrationResult = {};

/** A backend that notes every call it gets, in order. Each operation can be replaced. */
function fakeBackend(
  changes: {
    begin?: PasskeyBackend['signIn']['begin'];
    finish?: PasskeyBackend['signIn']['finish'];
    exchange?: PasskeyBackend['signIn']['exchange'];
    status?: PasskeyBackend['status'];
    beginRegistration?: NonNullable<PasskeyBackend['registration']>['begin'];
    finishRegistration?: NonNullable<PasskeyBackend['registration']>['finish'];
  } = {},
) {
  const calls: { name: string; request: unknown; signal: AbortSignal }[] = [];
  const noted =
    <Request, Result>(
      name: string,
      operation: (request: Request, signal: AbortSignal) => Promise<Result>,
    ) =>
    (request: Request, signal: AbortSignal) => {
      calls.push({ name, request, signal });
      return operation(request, signal);
    };
  const backend: PasskeyBackend = {
    signIn: {
      begin: noted(
        'begin',
        changes.begin ?? (async () => ({ options: requestOptions, context: 'ctx' })),
      ),
      finish: noted('finish', changes.finish ?? (async () => session)),
      ...(changes.exchange && { exchange: noted('exchange', changes.exchange) }),
    },
    registration: {
      begin: noted(
        'begin',
        changes.beginRegistration ?? (async () => ({ options: creationOptions, context: 'ctx' })),
      ),
      finish: noted('finish', changes.finishRegistration ?? (async () => registered)),
    },
    ...(changes.status && { status: noted('status', changes.status) }),
  };
  return { backend, calls, names: () => calls.map(({ name }) => name) };
}

/** A ceremony whose reports are noted by type. */
function ceremony() {
  const controller = new AbortController();
  const events: FlowEvent[] = [];
  return {
    events,
    types: () => events.map(({ type }) => type),
    abort: () => controller.abort(new DOMException('left', 'AbortError')),
    signal: controller.signal,
    report: (event: FlowEvent) => void events.push(event),
  };
}

/** What the authenticator is told to forget. */
function forgotten(): object[] {
  const signals: object[] = [];
  replace(PublicKeyCredential, 'signalUnknownCredential', async (details: object) => {
    signals.push({ ...details });
  });
  return signals;
}

/** Polls at once instead of after seconds; the 250 ms grace for aborted requests stays. */
function hurryPolls(): void {
  hurry(1_000);
  replace(document, 'hidden', false);
}

const failure = (code: PasskeyErrorCode) => new PasskeyError(code, 'said the backend');
const fail = (code: PasskeyErrorCode) => () => Promise.reject(failure(code));

afterEach(() => expect(isFree(), 'the page is free after the test').to.equal(true));

describe('signing in', () => {
  it('asks the backend, then the person, then the backend, and says so in order', async () => {
    const order: string[] = [];
    answerWith('get', async () => {
      order.push('prompt');
      return assertion();
    });
    const { backend, calls, names } = fakeBackend();
    const run = ceremony();
    const report = (event: FlowEvent) => order.push(event.type);
    const result = await signIn(backend, { identifier: 'ada@example.com' }, { ...run, report });
    expect(result).to.equal(session);
    expect(order).to.deep.equal(['challenged', 'prompt', 'answered']);
    expect(names()).to.deep.equal(['begin', 'finish']);
    expect(calls[0]!.request).to.deep.equal({ identifier: 'ada@example.com', mediation: 'modal' });
    const { answer, challenge } = calls[1]!.request as SignInAnswer;
    expect(answer).to.deep.equal(assertionJson);
    expect(challenge).to.include({ context: 'ctx', identifier: 'ada@example.com' });
  });

  it('sends the backend no identifier where there is none', async () => {
    answerWith('get', async () => assertion());
    const { backend, calls } = fakeBackend();
    await signIn(backend, {}, ceremony());
    expect(JSON.stringify(calls[0]!.request)).to.equal('{"mediation":"modal"}');
  });

  it('to confirm who it is takes the passkeys of that person only', async () => {
    const prompts = answerWith('get', async () => assertion());
    const only = [{ id: '1', credentialId: 'AQID', transports: ['usb'], enabled: true }] as never;
    await signIn(fakeBackend().backend, { only }, ceremony());
    const allowed = prompts[0]!.publicKey.allowCredentials!;
    expect(allowed.map(({ id }) => [...new Uint8Array(id as ArrayBuffer)])).to.deep.equal([
      [1, 2, 3],
    ]);
  });

  it('takes passkeys that nobody knows the transports of', async () => {
    const prompts = answerWith('get', async () => assertion());
    const only = [{ id: '1', credentialId: 'AQID', enabled: true }] as never;
    await signIn(fakeBackend().backend, { only }, ceremony());
    expect(prompts[0]!.publicKey.allowCredentials).to.have.length(1);
  });

  it('reads a null in a descriptor as absent', async () => {
    const prompts = answerWith('get', async () => assertion());
    const allowCredentials = [{ type: null, id: 'AQID', transports: null }];
    const options = { challenge: 'AQID', allowCredentials };
    const { backend } = fakeBackend({ begin: async () => ({ options }) });
    await signIn(backend, {}, ceremony());
    const [descriptor] = prompts[0]!.publicKey.allowCredentials!;
    expect(descriptor).to.include({ type: 'public-key' }).and.not.to.have.property('transports');
  });

  const prompts: [title: string, thrown: unknown, code: PasskeyErrorCode][] = [
    ['a cancel (case 51)', new DOMException('', 'NotAllowedError'), 'cancelled'],
    ['a wrong RP ID', new DOMException('', 'SecurityError'), 'rp-mismatch'],
    ['an empty rejection', {}, 'cancelled'],
  ];
  for (const [title, thrown, code] of prompts) {
    it(`${title} ends it with ${code} and sends nothing more`, async () => {
      answerWith('get', () => Promise.reject(thrown));
      const { backend, names } = fakeBackend();
      const run = ceremony();
      expect((await rejection(signIn(backend, {}, run))).code).to.equal(code);
      expect(names()).to.deep.equal(['begin']);
      expect(run.types()).to.deep.equal(['challenged']);
    });
  }

  it('a failure of the backend before the prompt opens none', async () => {
    const prompts = answerWith('get', async () => assertion());
    const run = ceremony();
    const { backend } = fakeBackend({ begin: fail('network') });
    expect((await rejection(signIn(backend, {}, run))).code).to.equal('network');
    expect(prompts).to.have.length(0);
    expect(run.types()).to.deep.equal([]);
  });

  const malformed: [title: string, options: object][] = [
    ['no challenge', { rpId: 'localhost' }],
    ['an empty challenge', { challenge: '' }],
    ['a challenge that is no base64url', { challenge: 'not base64!' }],
    ['a challenge that is a number', { challenge: 7 }],
    ['an allowed id that is no base64url', { challenge: 'AQID', allowCredentials: [{ id: '*' }] }],
  ];
  for (const [title, options] of malformed) {
    it(`options with ${title} are bad-response before any prompt (case 19)`, async () => {
      const prompts = answerWith('get', async () => assertion());
      const begin = async () => ({ options: options as typeof requestOptions });
      const error = await rejection(signIn(fakeBackend({ begin }).backend, {}, ceremony()));
      expect(error.code).to.equal('bad-response');
      expect(prompts).to.have.length(0);
    });
  }

  const timeouts: [timeout: unknown, clamped: number | undefined][] = [
    [2 ** 32, 600_000],
    [-1, 30_000],
    [0, 30_000],
    ['abc', 300_000],
    [null, 300_000],
    [60_000, 60_000],
    [undefined, undefined],
  ];
  for (const [timeout, clamped] of timeouts) {
    it(`a timeout of ${timeout} becomes ${clamped} (case 21)`, async () => {
      const prompts = answerWith('get', async () => assertion());
      const begin = async () => ({
        options: { ...requestOptions, timeout } as typeof requestOptions,
      });
      await signIn(fakeBackend({ begin }).backend, {}, ceremony());
      expect(prompts[0]!.publicKey.timeout).to.equal(clamped);
    });
  }

  for (const code of ['verification-failed', 'outcome-unknown', 'network'] as const) {
    it(`${code} after the answer is final: nothing is sent twice, no passkey is forgotten`, async () => {
      answerWith('get', async () => assertion());
      const signals = forgotten();
      const { backend, names } = fakeBackend({ finish: fail(code) });
      expect((await rejection(signIn(backend, {}, ceremony()))).code).to.equal(code);
      expect(names()).to.deep.equal(['begin', 'finish']);
      expect(signals).to.deep.equal([]);
    });
  }

  it('a passkey the backend does not know is forgotten, once', async () => {
    answerWith('get', async () => assertion());
    const signals = forgotten();
    const begin = async () => ({ options: { ...requestOptions, rpId: 'example.com' } });
    const { backend } = fakeBackend({ begin, finish: fail('unknown-credential') });
    const error = await rejection(signIn(backend, {}, ceremony()));
    expect(error.code).to.equal('unknown-credential');
    expect(signals).to.deep.equal([{ rpId: 'example.com', credentialId: 'BAUG' }]);
  });

  it('a word of ours in an error that is none of ours forgets no passkey', async () => {
    answerWith('get', async () => assertion());
    const signals = forgotten();
    const foreign = Object.assign(new Error('said the site'), { code: 'unknown-credential' });
    const { backend } = fakeBackend({ finish: () => Promise.reject(foreign) });
    expect((await rejection(signIn(backend, {}, ceremony()))).code).to.equal('unknown');
    expect(signals).to.deep.equal([]);
  });

  it('names this host as RP ID of a forgotten passkey where the options name none', async () => {
    answerWith('get', async () => assertion());
    const signals = forgotten();
    const begin = async () => ({ options: { challenge: 'AQID' } });
    const { backend } = fakeBackend({ begin, finish: fail('unknown-credential') });
    await rejection(signIn(backend, {}, ceremony()));
    expect(signals).to.deep.equal([{ rpId: location.hostname, credentialId: 'BAUG' }]);
  });

  for (const [title, signal] of [
    ['never settles', () => never],
    ['rejects', () => Promise.reject(new DOMException('', 'SecurityError'))],
    [
      'throws at once',
      () => {
        throw new TypeError('Illegal invocation');
      },
    ],
  ] as const) {
    it(`a signal that ${title} does not hide the backend's word`, async () => {
      answerWith('get', async () => assertion());
      replace(PublicKeyCredential, 'signalUnknownCredential', signal);
      const { backend } = fakeBackend({ finish: fail('unknown-credential') });
      const outcome = signIn(backend, {}, ceremony());
      expect(await rejection(outcome)).to.include({ code: 'unknown-credential' });
    });
  }

  it('where the page cannot do it, the backend is not even asked', async () => {
    replace(globalThis, 'PublicKeyCredential', undefined);
    const { backend, names } = fakeBackend();
    expect((await rejection(signIn(backend, {}, ceremony()))).code).to.equal('unsupported');
    expect(names()).to.deep.equal([]);
  });

  it('a second start is busy and leaves the first alone (case 53)', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const prompts = answerWith('get', () => promise);
    const { backend, names } = fakeBackend();
    const [first, second] = [ceremony(), ceremony()];
    const outcome = signIn(backend, {}, first);
    expect((await rejection(signIn(backend, {}, second))).code).to.equal('busy');
    expect(second.types()).to.deep.equal([]);
    await settled();
    resolve(assertion());
    expect(await outcome).to.equal(session);
    expect(names()).to.deep.equal(['begin', 'finish']);
    expect(prompts).to.have.length(1);
  });

  it('with an autofill answer needs no prompt, and goes through the same steps', async () => {
    const prompts = answerWith('get', async () => assertion());
    const { backend, names } = fakeBackend();
    const run = ceremony();
    const answer = {
      answer: assertionJson as SignInAnswer['answer'],
      challenge: { options: requestOptions },
    };
    expect(await signInWith(backend, answer, run)).to.equal(session);
    expect(prompts).to.have.length(0);
    expect(run.types()).to.deep.equal(['challenged', 'answered']);
    expect(names()).to.deep.equal(['finish']);
  });
});

describe('a challenge that was fetched in advance', () => {
  const only = [{ id: '1', credentialId: 'AQID', transports: [], enabled: true }] as const;
  beforeEach(() => void answerWith('get', async () => assertion()));

  it('is asked for once, and serves one sign-in', async () => {
    const { backend, names } = fakeBackend();
    prefetchChallenge(backend);
    prefetchChallenge(backend);
    await settled();
    expect(names()).to.deep.equal(['begin']);
    await signIn(backend, {}, ceremony());
    expect(names()).to.deep.equal(['begin', 'finish']);
    await signIn(backend, {}, ceremony());
    expect(names()).to.deep.equal(['begin', 'finish', 'begin', 'finish']);
  });

  for (const [title, request] of [
    ['by an account name', { identifier: 'ada@example.com' }],
    ['that confirms who it is', { only }],
  ] as const) {
    it(`serves no sign-in ${title}`, async () => {
      const { backend, names } = fakeBackend();
      prefetchChallenge(backend);
      await signIn(backend, request, ceremony());
      expect(names()).to.deep.equal(['begin', 'begin', 'finish']);
    });
  }

  it('serves nobody once another one was asked for: many servers keep the last one only', async () => {
    let last = 0;
    const { backend } = fakeBackend({
      begin: async () => ({ options: requestOptions, context: ++last }),
      finish: async ({ challenge }) => {
        if (challenge.context !== last) throw failure('verification-failed');
        return session;
      },
    });
    prefetchChallenge(backend);
    await settled();
    answerWith('get', () => Promise.reject(new DOMException('no', 'NotAllowedError')));
    await rejection(signIn(backend, { identifier: 'ada@example.com' }, ceremony()));
    answerWith('get', async () => assertion());
    expect(await signIn(backend, {}, ceremony())).to.equal(session);
  });

  it('serves nobody once autofill has asked for another one, even if that has not come', async () => {
    const { backend, names } = fakeBackend();
    prefetchChallenge(backend);
    await settled();
    const run = ceremony();
    const autofill = rejection(requestAnswer(backend, {}, 'conditional', run.signal));
    run.abort();
    await autofill;
    await signIn(backend, {}, ceremony());
    expect(names()).to.deep.equal(['begin', 'begin', 'begin', 'finish']);
  });

  it('serves nobody shortly before it expires', async () => {
    const begin = async () => ({
      options: requestOptions,
      expiresAt: new Date(Date.now() + 20_000),
    });
    const { backend, names } = fakeBackend({ begin });
    prefetchChallenge(backend);
    await signIn(backend, {}, ceremony());
    expect(names()).to.deep.equal(['begin', 'begin', 'finish']);
  });

  it('that did not come is asked for again', async () => {
    let count = 0;
    const begin = async () => {
      if (count++ === 0) throw failure('network');
      return { options: requestOptions };
    };
    const { backend } = fakeBackend({ begin });
    prefetchChallenge(backend);
    await settled();
    expect(await signIn(backend, {}, ceremony())).to.equal(session);
  });

  it('and is still on its way when the person stops: none is asked for', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const { backend, names } = fakeBackend({ begin: () => promise });
    prefetchChallenge(backend);
    const run = ceremony();
    const outcome = rejection(signIn(backend, {}, run));
    await settled();
    run.abort();
    reject(failure('network'));
    expect((await outcome).code).to.equal('aborted');
    await settled();
    expect(names()).to.deep.equal(['begin']);
  });

  it('is no other one where the browser asks only if a passkey is at hand', async () => {
    const prompts = answerWith('get', async () => assertion());
    const { backend, calls } = fakeBackend();
    await requestAnswer(backend, {}, 'immediate', ceremony().signal);
    expect(calls[0]!.request).to.include({ mediation: 'modal' });
    expect(prompts[0]).to.include({ uiMode: 'immediate', mediation: undefined });
  });
});

describe('a sign-in that the backend has not decided', () => {
  const waits = { kind: 'pending', handle: 'h' } as const;
  const status = async () => ({ state: 'authenticated' }) as const;
  beforeEach(() => {
    hurryPolls();
    answerWith('get', async () => assertion());
  });

  it('is polled, and its session is fetched apart', async () => {
    const states = ['pending', 'pending', 'authenticated'] as const;
    let polls = 0;
    const { backend, calls, names } = fakeBackend({
      finish: async () => waits,
      status: async () => ({ state: states[polls++]! }),
      exchange: async () => session,
    });
    const run = ceremony();
    expect(await signIn(backend, { identifier: 'ada@example.com' }, run)).to.equal(session);
    expect(names()).to.deep.equal(['begin', 'finish', 'status', 'status', 'status', 'exchange']);
    expect(calls[2]!.request).to.deep.equal({ handle: 'h', identifier: 'ada@example.com' });
    expect(calls.at(-1)!.request).to.deep.equal({ handle: 'h' });
    expect(run.types()).to.deep.equal([
      'challenged',
      'answered',
      'accepted',
      'progressed',
      'progressed',
    ]);
  });

  it('gives no result where the session is handed out elsewhere', async () => {
    const { backend } = fakeBackend({ finish: async () => waits, status });
    expect(await signIn(backend, {}, ceremony())).to.equal(undefined);
  });

  it('fetches nothing without a handle to fetch it by', async () => {
    const finish = async () => ({ kind: 'pending' }) as const;
    const { backend, names } = fakeBackend({ finish, status, exchange: async () => session });
    expect(await signIn(backend, {}, ceremony())).to.equal(undefined);
    expect(names()).not.to.include('exchange');
  });

  it('is a fault of the backend where it has no status, told without a wait', async () => {
    const waited = hurry(300);
    const { backend } = fakeBackend({ finish: async () => waits });
    expect((await rejection(signIn(backend, {}, ceremony()))).code).to.equal('bad-response');
    expect(waited).to.deep.equal([]);
  });

  const endings: [state: string, code: PasskeyErrorCode][] = [
    ['failed', 'verification-failed'],
    ['expired', 'challenge-expired'],
    ['registered', 'verification-failed'],
    ['not-registered', 'verification-failed'],
  ];
  for (const [state, code] of endings) {
    it(`that ends as "${state}" is ${code}, and grants nothing`, async () => {
      const { backend, names } = fakeBackend({
        finish: async () => waits,
        status: async () => ({ state: state as 'failed' }),
        exchange: async () => session,
      });
      expect((await rejection(signIn(backend, {}, ceremony()))).code).to.equal(code);
      expect(names()).not.to.include('exchange');
    });
  }
});

describe('creating a passkey', () => {
  it('asks the backend, then the person, then the backend, and says so in order', async () => {
    answerWith('create', async () => attestation());
    const { backend, calls, names } = fakeBackend({
      beginRegistration: async () => ({ options: { publicKey: creationOptions }, context: 'ctx' }),
    });
    const run = ceremony();
    const request = { identifier: 'ada@example.com', displayName: 'Ada', name: 'Laptop' };
    expect(await register(backend, request, run)).to.deep.equal({
      ...registered,
      aaguid: undefined,
    });
    expect(run.types()).to.deep.equal(['challenged', 'answered']);
    expect(names()).to.deep.equal(['begin', 'finish']);
    const about = { identifier: 'ada@example.com', displayName: 'Ada', mediation: 'modal' };
    expect(calls[0]!.request).to.deep.equal(about);
    const { answer, name, challenge } = calls[1]!.request as RegistrationAnswer;
    expect(answer).to.deep.equal(attestationJson);
    expect(name).to.equal('Laptop');
    expect(challenge.context).to.equal('ctx');
    expect(challenge.options, 'as the browser was asked').to.include({ challenge: 'AQID' });
  });

  it('shows the account name where the backend has no other', async () => {
    const prompts = answerWith('create', async () => attestation());
    const user = { id: 'dXNlcg', name: 'ada@example.com' };
    const beginRegistration = async () => ({ options: { ...creationOptions, user } });
    await register(fakeBackend({ beginRegistration }).backend, {}, ceremony());
    expect(prompts[0]!.publicKey.user.displayName).to.equal('ada@example.com');
  });

  it('in a place that is wanted is otherwise as the backend wants it', async () => {
    const prompts = answerWith('create', async () => attestation());
    const authenticatorSelection = { residentKey: 'required' } as const;
    const beginRegistration = async () => ({
      options: { ...creationOptions, authenticatorSelection },
    });
    await register(fakeBackend({ beginRegistration }).backend, { place: 'hybrid' }, ceremony());
    expect({ ...prompts[0]!.publicKey.authenticatorSelection }).to.deep.equal({
      residentKey: 'required',
      authenticatorAttachment: 'cross-platform',
    });
  });

  it('remembers what was made on this device, and nothing of a phone or a security key', async () => {
    for (const [place, rawId] of [
      ['platform', bytes(1, 1, 1)],
      ['cross-platform', bytes(2, 2, 2)],
    ] as const) {
      const made = { authenticatorAttachment: place, rawId };
      answerWith('create', async () => attestation(made));
      await register(fakeBackend().backend, {}, ceremony());
    }
    expect(['AQEB', 'AgIC', undefined].map(isMadeHere)).to.deep.equal([true, false, false]);
  });

  it('leaves out what the backend sends as null, which a browser reads as the word', async () => {
    const prompts = answerWith('create', async () => attestation());
    const options = {
      ...creationOptions,
      rp: { id: null, name: 'Shop' },
      timeout: null,
      hints: null,
    };
    const beginRegistration = async () => ({ options }) as never;
    await register(fakeBackend({ beginRegistration }).backend, {}, ceremony());
    expect(prompts[0]!.publicKey.rp).to.deep.equal({ name: 'Shop' });
    expect(prompts[0]!.publicKey).not.to.have.any.keys('hints');
  });

  it('excludes what the person has already, where the backend does not', async () => {
    const prompts = answerWith('create', async () => attestation());
    const record = { id: '1', credentialId: 'AQID', transports: ['usb'], enabled: true };
    const existing = [record, { ...record, id: '2', credentialId: undefined }] as never;
    await register(fakeBackend().backend, { existing }, ceremony());
    const excluded = prompts[0]!.publicKey.excludeCredentials!;
    expect(excluded.map(({ id }) => [...new Uint8Array(id as ArrayBuffer)])).to.deep.equal([
      [1, 2, 3],
    ]);
  });

  it('leaves the exclusions of the backend as they are', async () => {
    const prompts = answerWith('create', async () => attestation());
    const excludeCredentials = [{ id: 'BAUG', type: 'public-key' as const }];
    const beginRegistration = async () => ({ options: { ...creationOptions, excludeCredentials } });
    const existing = [{ id: '1', credentialId: 'AQID', transports: [], enabled: true }] as never;
    await register(fakeBackend({ beginRegistration }).backend, { existing }, ceremony());
    const excluded = prompts[0]!.publicKey.excludeCredentials!;
    expect(excluded.map(({ id }) => [...new Uint8Array(id as ArrayBuffer)])).to.deep.equal([
      [4, 5, 6],
    ]);
  });

  it('with an authenticator that has one already is already-registered (case 57)', async () => {
    answerWith('create', () => Promise.reject(new DOMException('', 'InvalidStateError')));
    const { backend, names } = fakeBackend();
    const error = await rejection(register(backend, {}, ceremony()));
    expect(error.code).to.equal('already-registered');
    expect(names()).to.deep.equal(['begin']);
  });

  const base64url = (length: number) => 'A'.repeat(Math.ceil((length * 4) / 3));
  const malformed: [title: string, changes: object][] = [
    ['no challenge', { challenge: undefined }],
    ['no user', { user: undefined }],
    ['no rp', { rp: undefined }],
    ['a user id of 0 bytes', { user: { ...creationOptions.user, id: '' } }],
    ['a user id of 65 bytes', { user: { ...creationOptions.user, id: base64url(65) } }],
    ['a user id that is no base64url', { user: { ...creationOptions.user, id: 'ü' } }],
    ['an excluded id that is no base64url', { excludeCredentials: [{ id: '*' }] }],
  ];
  for (const [title, changes] of malformed) {
    it(`with ${title} is bad-response before any prompt (cases 19, 23)`, async () => {
      const prompts = answerWith('create', async () => attestation());
      const beginRegistration = async () => ({ options: { ...creationOptions, ...changes } });
      const { backend } = fakeBackend({ beginRegistration });
      const error = await rejection(register(backend, {}, ceremony()));
      expect(error.code).to.equal('bad-response');
      expect(prompts).to.have.length(0);
    });
  }

  for (const length of [1, 64]) {
    it(`with a user id of ${length} bytes is fine`, async () => {
      const prompts = answerWith('create', async () => attestation());
      const user = { ...creationOptions.user, id: base64url(length) };
      const beginRegistration = async () => ({ options: { ...creationOptions, user } });
      await register(fakeBackend({ beginRegistration }).backend, {}, ceremony());
      expect((prompts[0]!.publicKey.user.id as ArrayBuffer).byteLength).to.equal(length);
    });
  }

  for (const code of ['verification-failed', 'challenge-expired'] as const) {
    it(`refused for good with ${code} leaves no orphan: it is forgotten, once (case 43)`, async () => {
      answerWith('create', async () => attestation());
      const signals = forgotten();
      const rp = { id: 'example.com', name: 'Shop' };
      const { backend, names } = fakeBackend({
        beginRegistration: async () => ({ options: { ...creationOptions, rp } }),
        finishRegistration: fail(code),
      });
      expect((await rejection(register(backend, {}, ceremony()))).code).to.equal(code);
      expect(signals).to.deep.equal([{ rpId: 'example.com', credentialId: 'BAUG' }]);
      expect(names()).to.deep.equal(['begin', 'finish']);
    });
  }

  const unclear = [
    'outcome-unknown',
    'network',
    'timeout',
    'server-error',
    'bad-response',
  ] as const;
  for (const code of [...unclear, 'conflict', 'unauthorized', 'rate-limited'] as const) {
    it(`ended by ${code} may have worked, so nothing is forgotten`, async () => {
      answerWith('create', async () => attestation());
      const signals = forgotten();
      const { backend } = fakeBackend({ finishRegistration: fail(code) });
      expect((await rejection(register(backend, {}, ceremony()))).code).to.equal(code);
      expect(signals).to.deep.equal([]);
    });
  }

  it('without registration in the backend is unsupported, and opens no prompt', async () => {
    const prompts = answerWith('create', async () => attestation());
    const { signIn } = fakeBackend().backend;
    expect((await rejection(register({ signIn }, {}, ceremony()))).code).to.equal('unsupported');
    expect(prompts).to.have.length(0);
  });

  it('where the policy forbids it, the backend is not even asked (case 7)', async () => {
    const features = () => ['publickey-credentials-create'];
    replace(document, 'featurePolicy', { features, allowsFeature: () => false });
    const { backend, names } = fakeBackend();
    const error = await rejection(register(backend, {}, ceremony()));
    expect(error.code).to.equal('blocked-by-policy');
    expect(names()).to.deep.equal([]);
  });
});

describe('aborting a ceremony', () => {
  type Run = ReturnType<typeof ceremony>;
  type Phase = [
    title: string,
    start: (run: Run) => { outcome: Promise<unknown>; names: () => string[] },
    asked: string[],
    types: string[],
  ];
  /** Operations that answer although they were aborted: the worst backend there is. */
  const abortThen =
    <T>(run: Run, result: T) =>
    async () => {
      run.abort();
      return result;
    };
  const start = (run: Run, changes: Parameters<typeof fakeBackend>[0]) => {
    const { backend, names } = fakeBackend(changes);
    return { outcome: signIn(backend, {}, run), names };
  };
  const startRegistration = (run: Run, changes: Parameters<typeof fakeBackend>[0]) => {
    const { backend, names } = fakeBackend(changes);
    return { outcome: register(backend, {}, run), names };
  };
  const waits = { kind: 'pending', handle: 'h' } as const;
  const exchange = async () => session;

  const phases: Phase[] = [
    [
      'while the options for a sign-in are fetched',
      (run) => start(run, { begin: abortThen(run, { options: requestOptions }) }),
      ['begin'],
      [],
    ],
    [
      'while the person answers a sign-in',
      (run) => {
        answerWith('get', abortThen(run, assertion()));
        return start(run, {});
      },
      ['begin'],
      ['challenged'],
    ],
    [
      'while the answer to a sign-in is checked',
      (run) => start(run, { finish: abortThen(run, session), exchange }),
      ['begin', 'finish'],
      ['challenged', 'answered'],
    ],
    [
      'when a sign-in turns out to be pending',
      (run) => start(run, { finish: abortThen(run, waits), status: () => never, exchange }),
      ['begin', 'finish'],
      ['challenged', 'answered'],
    ],
    [
      'while the status is asked',
      (run) => {
        const status = abortThen(run, { state: 'authenticated' } as const);
        return start(run, { finish: async () => waits, status, exchange });
      },
      ['begin', 'finish', 'status'],
      ['challenged', 'answered', 'accepted'],
    ],
    [
      'while the options for a new passkey are fetched',
      (run) =>
        startRegistration(run, {
          beginRegistration: abortThen(run, { options: creationOptions }),
        }),
      ['begin'],
      [],
    ],
    [
      'while the person creates a passkey',
      (run) => {
        answerWith('create', abortThen(run, attestation()));
        return startRegistration(run, {});
      },
      ['begin'],
      ['challenged'],
    ],
    [
      'while the new passkey is handed over',
      (run) => startRegistration(run, { finishRegistration: abortThen(run, registered) }),
      ['begin', 'finish'],
      ['challenged', 'answered'],
    ],
  ];
  for (const [title, begin, asked, types] of phases) {
    it(`${title} ends in "aborted", and nothing follows (case 65)`, async () => {
      hurryPolls();
      answerWith('get', async () => assertion());
      answerWith('create', async () => attestation());
      const run = ceremony();
      const { outcome, names } = begin(run);
      expect((await toPasskeyError(await rejection(outcome))).code).to.equal('aborted');
      await settled();
      await settled();
      expect(names()).to.deep.equal(asked);
      expect(run.types()).to.deep.equal(types);
    });
  }

  type Late = <T>(result: T) => () => Promise<T>;
  /** Steps that answer, and a stop that comes so many microtasks later. */
  const moments: [after: string, begin: (run: Run, late: Late) => ReturnType<Phase[1]>][] = [
    [
      'the answer to a sign-in',
      (run, late) => {
        answerWith('get', late(assertion()));
        return start(run, {});
      },
    ],
    [
      'a new passkey',
      (run, late) => {
        answerWith('create', late(attestation()));
        return startRegistration(run, {});
      },
    ],
    [
      'the approval elsewhere',
      (run, late) => {
        const status = late({ state: 'authenticated' } as const);
        return start(run, { finish: async () => waits, status, exchange });
      },
    ],
  ];
  for (const [after, begin] of moments) {
    it(`in any moment after ${after}, a stop asks the backend for nothing more`, async () => {
      hurryPolls();
      answerWith('get', async () => assertion());
      for (let moment = 0; moment < 20; moment++) {
        const run = ceremony();
        let asked: string[] | undefined;
        const late: Late = (result) => async () => {
          void stop();
          return result;
        };
        const { outcome, names } = begin(run, late);
        const stop = async () => {
          await microtasks(moment);
          run.abort();
          asked = [...names()];
        };
        await outcome.catch(() => undefined);
        await settled();
        expect(names(), `after ${moment} microtasks`).to.deep.equal(asked);
      }
    });
  }

  for (const ceremonyName of ['get', 'create'] as const) {
    for (const [title, prompt] of [
      ['', pending],
      [' that never settles', () => never],
    ] as const) {
      it(`an open ${ceremonyName} prompt${title} sends nothing (case 65)`, async () => {
        answerWith(ceremonyName, prompt);
        const { backend, names } = fakeBackend();
        const run = ceremony();
        const outcome =
          ceremonyName === 'get' ? signIn(backend, {}, run) : register(backend, {}, run);
        const end = rejection(outcome);
        await settled();
        expect(run.types()).to.deep.equal(['challenged']);
        run.abort();
        expect((await toPasskeyError(await end)).code).to.equal('aborted');
        expect(names()).to.deep.equal(['begin']);
      });
    }
  }

  it('what the browser makes although it was stopped is forgotten: no backend will know it', async () => {
    const made = Promise.withResolvers<object>();
    const prompts = answerWith('create', () => made.promise);
    const signals = forgotten();
    const { backend, names } = fakeBackend();
    const run = ceremony();
    const end = rejection(register(backend, {}, run));
    await settled();
    expect(prompts).to.have.length(1);
    run.abort();
    expect((await toPasskeyError(await end)).code).to.equal('aborted');
    made.resolve(attestation());
    await settled();
    expect(signals).to.deep.equal([{ rpId: 'localhost', credentialId: 'BAUG' }]);
    expect(names()).to.deep.equal(['begin']);
  });

  it('ends a ceremony with a PasskeyError like any other failure', async () => {
    answerWith('get', pending);
    const run = ceremony();
    const end = rejection(signIn(fakeBackend().backend, {}, run));
    await settled();
    run.abort();
    expect(await end).to.include({ name: 'PasskeyError', code: 'aborted' });
  });
});

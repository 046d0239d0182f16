import { expect } from '@open-wc/testing';
import { WebAuthnAbortService } from '@simplewebauthn/browser';
import { waitForAutofill } from '../../src/core/autofill.js';
import type { BegunChallenge, PasskeyBackend } from '../../src/core/backend.js';
import { exclusively } from '../../src/core/coordinator.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import {
  answerWith,
  assertion,
  assertionJson,
  pending,
  rejection,
  replace,
  settled,
  isFree,
} from './stand-ins.js';
import { hurry } from '../support/timers.ts';

/** A backend with a new challenge, and a new number, for every call. */
function fakeBackend(begin?: (count: number) => Promise<BegunChallenge>) {
  const requests: unknown[] = [];
  const backend: PasskeyBackend = {
    signIn: {
      async begin(request) {
        requests.push(request);
        const count = requests.length;
        return begin
          ? begin(count)
          : { options: { challenge: `AAA${count}`, rpId: 'localhost' }, context: count };
      },
      finish: () => Promise.reject(new Error('autofill finishes nothing')),
    },
  };
  return { backend, requests };
}

/** Fulfilled as soon as `state` is as wished; a hundred turns are more than any of these takes. */
async function until(state: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !state(); turn++) await settled();
  expect(state(), 'came to the point').to.equal(true);
}

/** What ends each listener that the document gets from now on. */
function watchListeners(): AbortSignal[] {
  const ends: AbortSignal[] = [];
  const { addEventListener } = document;
  replace(document, 'addEventListener', (...given: Parameters<typeof addEventListener>) => {
    ends.push((given[2] as { signal: AbortSignal }).signal);
    addEventListener.apply(document, given);
  });
  return ends;
}

const named = (name: string) => new DOMException('said the browser', name);

describe('passkeys in the autofill list', () => {
  let controller: AbortController;
  let signal: AbortSignal;
  beforeEach(() => {
    controller = new AbortController();
    ({ signal } = controller);
    replace(document, 'hidden', false);
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
  });
  afterEach(async () => {
    controller.abort(named('AbortError'));
    WebAuthnAbortService.cancelCeremony();
    await until(isFree);
  });

  it('are asked for quietly, and the one picked comes with its challenge', async () => {
    const prompts = answerWith('get', async () => assertion());
    const { backend, requests } = fakeBackend();
    const { answer, challenge } = (await waitForAutofill(backend, signal))!;
    expect(answer).to.deep.equal(assertionJson);
    expect(challenge.context).to.equal(1);
    expect(JSON.stringify(requests)).to.equal('[{"mediation":"conditional"}]');
    expect(prompts[0]!.mediation).to.equal('conditional');
  });

  it('are not asked for where the document may not use passkeys', async () => {
    const features = () => ['publickey-credentials-get'];
    replace(document, 'featurePolicy', { features, allowsFeature: () => false });
    const { backend, requests } = fakeBackend();
    expect(await waitForAutofill(backend, signal)).to.equal(undefined);
    expect(requests).to.have.length(0);
  });

  it('are not asked for where the browser cannot do it', async () => {
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: false }));
    const { backend, requests } = fakeBackend();
    expect(await waitForAutofill(backend, signal)).to.equal(undefined);
    expect(requests).to.have.length(0);
  });

  it('give way to a prompt, and come back with a fresh challenge when it is over (case 55)', async () => {
    const prompts = answerWith('get', async (call, count) =>
      count === 1 ? pending(call) : assertion(),
    );
    const { backend, requests } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await until(() => prompts.length === 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const modal = exclusively('modal', signal, () => promise);
    await settled();
    expect(prompts[0]!.signal.aborted).to.equal(true);
    expect(requests).to.have.length(1);
    resolve();
    await modal;
    expect((await outcome)!.challenge.context).to.equal(2);
  });

  it('come back after a prompt that was given up before it opened', async () => {
    const prompts = answerWith('get', async (call, count) =>
      count === 1 ? pending(call) : assertion(),
    );
    const { backend } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await until(() => prompts.length === 1);
    const given = new AbortController();
    const modal = rejection(exclusively('modal', given.signal, async () => 'prompted'));
    given.abort(named('AbortError'));
    await modal;
    expect((await outcome)?.challenge.context).to.equal(2);
  });

  it('wait for a prompt that was open before', async () => {
    answerWith('get', async () => assertion());
    const { backend, requests } = fakeBackend();
    const { promise, resolve } = Promise.withResolvers<void>();
    const modal = exclusively('modal', signal, () => promise);
    const outcome = waitForAutofill(backend, signal);
    await settled();
    expect(requests).to.have.length(0);
    resolve();
    await modal;
    expect((await outcome)!.challenge.context).to.equal(1);
  });

  const lives: [title: string, challenge: object, options: object, life: number][] = [
    ['that expires in 5 min', { expiresAt: new Date(1_800_000_300_000) }, {}, 270_000],
    ['with a timeout of 2 min', {}, { timeout: 120_000 }, 90_000],
    ['that says nothing', {}, {}, 270_000],
    [
      'that expired before it came, by our clock',
      { expiresAt: new Date(1_799_999_000_000) },
      {},
      270_000,
    ],
    [
      'that expires in an hour, by a clock that is behind',
      { expiresAt: new Date(1_800_003_900_000) },
      { timeout: 60_000 },
      270_000,
    ],
    ['of the past with a timeout', { expiresAt: new Date(0) }, { timeout: 120_000 }, 90_000],
    ['that expires at no date', { expiresAt: new Date(NaN) }, {}, 270_000],
  ];
  for (const [title, changes, options, life] of lives) {
    it(`replace a challenge ${title} after ${life / 1_000} s`, async () => {
      hurry(1_000, 1_000); // where no time passes, it looks like a failure at once
      replace(Date, 'now', () => 1_800_000_000_000);
      const timers: { ms: number; end: () => void }[] = [];
      replace(AbortSignal, 'timeout', (ms: number) => {
        const timer = new AbortController();
        timers.push({ ms, end: () => timer.abort(named('TimeoutError')) });
        return timer.signal;
      });
      const prompts = answerWith('get', async (call, count) =>
        count === 1 ? pending(call) : assertion(),
      );
      const { backend } = fakeBackend(async (count) => ({
        options: { challenge: `AAA${count}`, ...options },
        context: count,
        ...changes,
      }));
      const outcome = waitForAutofill(backend, signal);
      await until(() => prompts.length === 1);
      expect(timers[0]!.ms).to.equal(life);
      timers[0]!.end();
      expect((await outcome)!.challenge.context).to.equal(2);
      const challenges = prompts.map(({ publicKey }) =>
        String(new Uint8Array(publicKey.challenge as ArrayBuffer)),
      );
      expect(new Set(challenges).size).to.equal(2);
    });
  }

  it('replace a challenge that lives for 20 s before it has expired', async () => {
    replace(Date, 'now', () => 1_800_000_000_000);
    const lives: number[] = [];
    replace(AbortSignal, 'timeout', (ms: number) => {
      lives.push(ms);
      return new AbortController().signal;
    });
    answerWith('get', async () => assertion());
    const expiresAt = new Date(1_800_000_020_000);
    const { backend } = fakeBackend(async () => ({ options: { challenge: 'AAAA' }, expiresAt }));
    await waitForAutofill(backend, signal);
    expect(lives[0]).to.be.within(1_000, 19_000);
  });

  it('replace a challenge that grew old while the device slept, as the page is seen again', async () => {
    hurry(1_000, 1_000);
    let now = 1_800_000_000_000;
    replace(Date, 'now', () => now);
    const prompts = answerWith('get', (call) => pending(call));
    const { requests, backend } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await until(() => prompts.length === 1);
    now += 269_000;
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect(prompts[0]!.signal.aborted, 'still good').to.equal(false);
    now += 2_000;
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => prompts.length === 2);
    expect(prompts[0]!.signal.aborted).to.equal(true);
    expect(requests).to.have.length(2);
    controller.abort(named('AbortError'));
    await outcome.catch(() => {});
  });

  it('listen to the page no longer once one was picked', async () => {
    const listening = watchListeners();
    answerWith('get', async () => assertion());
    await waitForAutofill(fakeBackend().backend, signal);
    expect(listening.map(({ aborted }) => aborted)).to.deep.equal([true]);
  });

  const instant: [title: string, thrown: unknown][] = [
    ['a refusal', named('NotAllowedError')],
    ['an empty object', {}],
    ['a wrong RP ID', named('SecurityError')],
    ['a request of somebody else that is open (Chromium)', named('OperationError')],
  ];
  for (const [title, thrown] of instant) {
    it(`are given up after three instant failures in a row by ${title}`, async () => {
      const pauses = hurry(1_000);
      const { backend, requests } = fakeBackend(async (count) => {
        if (count > 20) controller.abort(named('AbortError'));
        return { options: { challenge: 'AAAA' } };
      });
      answerWith('get', () => Promise.reject(thrown));
      const outcome = await waitForAutofill(backend, signal).catch(() => 'went on and on');
      expect(outcome).to.equal(undefined);
      expect(requests).to.have.length(3);
      const box = 2_000; // of the probe, and of the code that knows what an error means
      expect(pauses.slice(0, 5)).to.deep.equal([box, box, 1_000, box, 2_000]);
    });
  }

  for (const code of ['network', 'server-error', 'rate-limited', 'challenge-expired'] as const) {
    for (const seconds of [0, 3]) {
      it(`are given up when the backend ends in ${code} after ${seconds} s again and again`, async () => {
        hurry(1_000);
        let now = 1_800_000_000_000;
        replace(Date, 'now', () => now);
        const { backend, requests } = fakeBackend((count) => {
          now += seconds * 1_000;
          if (count > 20) controller.abort(named('AbortError'));
          return Promise.reject(new PasskeyError(code satisfies PasskeyErrorCode, ''));
        });
        const outcome = await waitForAutofill(backend, signal).catch(() => 'went on and on');
        expect(outcome).to.equal(undefined);
        expect(requests.length).to.be.below(10);
      });
    }
  }

  it('come back after a person dismissed them, however often', async () => {
    hurry(1_000);
    let now = 1_800_000_000_000;
    replace(Date, 'now', () => now);
    answerWith('get', async (_call, count) => {
      now += 4_000;
      if (count < 6) throw named('NotAllowedError');
      return assertion();
    });
    expect((await waitForAutofill(fakeBackend().backend, signal))!.challenge.context).to.equal(6);
  });

  it('take one that was dismissed after a while for no failure at once', async () => {
    hurry(1_000);
    let now = 1_800_000_000_000;
    replace(Date, 'now', () => now);
    answerWith('get', async (_call, count) => {
      if (count === 3) now += 4_000;
      if (count < 6) throw named('NotAllowedError');
      return assertion();
    });
    expect((await waitForAutofill(fakeBackend().backend, signal))?.challenge.context).to.equal(6);
  });

  it('wait as long as the backend says', async () => {
    const pauses = hurry(1_000);
    replace(Date, 'now', () => 1_800_000_000_000);
    answerWith('get', async () => assertion());
    const retryAt = new Date(1_800_000_060_000);
    const { backend } = fakeBackend(async (count) => {
      if (count === 1) throw new PasskeyError('rate-limited', '', { retryAt });
      return { options: { challenge: 'AAAA' }, context: count };
    });
    expect((await waitForAutofill(backend, signal))!.challenge.context).to.equal(2);
    expect(pauses).to.include(60_000);
  });

  it('come back at once after a prompt that was first as the page was seen again', async () => {
    answerWith('get', async () => assertion());
    replace(document, 'hidden', true);
    const pauses = hurry(1_000);
    const { backend } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await settled();
    const { promise, resolve } = Promise.withResolvers<void>();
    const modal = exclusively('modal', signal, () => promise);
    replace(document, 'hidden', false);
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
    resolve();
    await modal;
    expect((await outcome)!.challenge.context).to.equal(1);
    expect(pauses, 'the time box of the probe').to.deep.equal([2_000]);
  });

  it('stop when the host’s own code takes over through the shared library', async () => {
    const prompts = answerWith('get', pending);
    const { backend, requests } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await until(() => prompts.length === 1);
    const host = WebAuthnAbortService.createNewAbortSignal();
    expect(await outcome).to.equal(undefined);
    expect(requests).to.have.length(1);
    expect(host.aborted).to.equal(false);
  });

  it('stop when the host’s own code takes over in Firefox', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const prompts = answerWith('get', () => promise);
    const { backend, requests } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await until(() => prompts.length === 1);
    reject(named('AbortError'));
    expect(await outcome).to.equal(undefined);
    expect(requests).to.have.length(1);
  });

  it('wait while the page is hidden, and ask once it is seen', async () => {
    answerWith('get', async () => assertion());
    replace(document, 'hidden', true);
    const listening = watchListeners();
    const { backend, requests } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await settled();
    await settled();
    document.dispatchEvent(new Event('visibilitychange'));
    await settled();
    expect(requests).to.have.length(0);
    replace(document, 'hidden', false);
    document.dispatchEvent(new Event('visibilitychange'));
    expect((await outcome)!.challenge.context).to.equal(1);
    expect(listening.map(({ aborted }) => aborted)).to.deep.equal([true, true]);
  });

  it('wait while the browser is offline (case 73)', async () => {
    answerWith('get', async () => assertion());
    replace(navigator, 'onLine', false);
    const { backend, requests } = fakeBackend();
    const outcome = waitForAutofill(backend, signal);
    await settled();
    expect(requests).to.have.length(0);
    replace(navigator, 'onLine', true);
    dispatchEvent(new Event('online'));
    expect((await outcome)!.challenge.context).to.equal(1);
  });

  type Moment = [title: string, prepare: () => (() => boolean) | undefined];
  const moments: Moment[] = [
    ['before', () => (controller.abort(named('AbortError')), undefined)],
    [
      'while the list is open',
      () => {
        const prompts = answerWith('get', pending);
        return () => prompts.length === 1;
      },
    ],
    [
      'while the page is hidden',
      () => {
        replace(document, 'hidden', true);
        return () => true;
      },
    ],
  ];
  for (const [title, prepare] of moments) {
    it(`end with the abort, and ask nothing more, when aborted ${title}`, async () => {
      const ready = prepare();
      const { backend, requests } = fakeBackend();
      const outcome = rejection(waitForAutofill(backend, signal));
      if (ready) await until(ready);
      const asked = requests.length;
      controller.abort(named('AbortError'));
      expect(await outcome).to.include({ name: 'AbortError' });
      await settled();
      expect(requests).to.have.length(asked);
    });
  }

  it('end at once when aborted in a pause between two tries, or while nobody looks', async () => {
    for (const hidden of [false, true]) {
      replace(document, 'hidden', hidden);
      const aborted = new AbortController();
      const { backend } = fakeBackend(() => Promise.reject(new PasskeyError('network', '')));
      let over = false;
      const outcome = rejection(waitForAutofill(backend, aborted.signal)).then(() => (over = true));
      for (let turn = 0; turn < 5; turn++) await settled();
      aborted.abort(named('AbortError'));
      for (let turn = 0; turn < 5; turn++) await settled();
      expect(over).to.equal(true);
      await outcome;
    }
  });

  it('never give an answer that comes after the abort', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const prompts = answerWith('get', () => promise);
    const outcome = rejection(waitForAutofill(fakeBackend().backend, signal));
    await until(() => prompts.length === 1);
    controller.abort(named('AbortError'));
    resolve(assertion());
    expect(await outcome).to.include({ name: 'AbortError' });
  });

  it('never ask the browser with options that come after the abort', async () => {
    const prompts = answerWith('get', async () => assertion());
    const { backend } = fakeBackend(async () => {
      controller.abort(named('AbortError'));
      return { options: { challenge: 'AAAA' } };
    });
    expect(await rejection(waitForAutofill(backend, signal))).to.include({ name: 'AbortError' });
    expect(prompts).to.have.length(0);
  });
});

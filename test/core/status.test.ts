import { expect } from '@open-wc/testing';
import type { Status } from '../../src/core/backend.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import { pollStatus, type Poll, type PollClock } from '../../src/core/status.js';
import { rejection } from './stand-ins.js';

const start = 1_800_000_000_000;
const { signal } = new AbortController();
const pending: Status = { state: 'pending' };
const authenticated: Status = { state: 'authenticated' };

/** A clock that jumps: a wait is over at once and only moves the time. */
class Clock implements PollClock {
  time = start;
  chance = 0.5;
  readonly waits: number[] = [];
  now = () => this.time;
  random = () => this.chance;
  wait = async (milliseconds: number, signal: AbortSignal) => {
    signal.throwIfAborted();
    this.waits.push(Math.round(milliseconds));
    this.time += milliseconds;
  };
  whenAttentive = async (signal: AbortSignal) => signal.throwIfAborted();
}

/** Answers or throws what is on the list, in turn; the last of it for ever. */
function answers(...list: (Status | Error)[]): Poll['ask'] & { count: number } {
  const ask = async () => {
    const next = list[Math.min(ask.count++, list.length - 1)]!;
    if (next instanceof Error) throw next;
    return next;
  };
  ask.count = 0;
  return ask;
}

const failure = (code: PasskeyErrorCode, retryAt?: Date) => new PasskeyError(code, '', { retryAt });

describe('polling a status', () => {
  let clock: Clock;
  beforeEach(() => {
    clock = new Clock();
  });

  it('asks first after two seconds, then every five', async () => {
    const ask = answers(pending, pending, authenticated);
    expect(await pollStatus({ ask }, signal, clock)).to.equal(authenticated);
    expect(clock.waits).to.deep.equal([2_000, 5_000, 5_000]);
  });

  const intervals: [interval: number, wait: number][] = [
    [0, 2_000],
    [-5, 2_000],
    [1, 2_000],
    [7, 7_000],
    [60, 60_000],
    [3_600, 60_000],
    [NaN, 5_000],
    ['soon' as never, 5_000],
  ];
  for (const [interval, wait] of intervals) {
    it(`waits ${wait / 1_000} s where the server asks for ${interval} s`, async () => {
      const ask = answers({ state: 'pending', interval }, pending, authenticated);
      await pollStatus({ ask }, signal, clock);
      expect(clock.waits.slice(1)).to.deep.equal([wait, wait]);
    });
  }

  for (const [chance, wait] of [
    [0, 4_000],
    [0.25, 4_500],
    [1, 6_000],
  ] as const) {
    it(`spreads the polls of many pages: 5 s become ${wait / 1_000} s`, async () => {
      clock.chance = chance;
      await pollStatus({ ask: answers(pending, authenticated) }, signal, clock);
      expect(clock.waits[1]).to.equal(wait);
    });
  }

  it('never asks twice at a time, however slow the answers (case 97)', async () => {
    let open = 0;
    let asked = 0;
    const ask = async () => {
      open += 1;
      asked += 1;
      expect(open).to.equal(1);
      await new Promise((resolve) => setTimeout(resolve));
      clock.time += 20_000;
      open -= 1;
      return asked < 4 ? pending : authenticated;
    };
    await pollStatus({ ask }, signal, clock);
    expect(clock.waits).to.have.length(4);
  });

  it('doubles the wait after each error, up to half a minute, and is back at once', async () => {
    const broken = failure('network');
    const ask = answers(pending, broken, broken, broken, broken, pending, authenticated);
    await pollStatus({ ask }, signal, clock);
    const seconds = clock.waits.map((wait) => wait / 1_000);
    expect(seconds).to.deep.equal([2, 5, 10, 20, 30, 30, 5]);
  });

  it('asks no sooner after an error than the server wants to be asked', async () => {
    const ask = answers({ state: 'pending', interval: 60 }, failure('network'), authenticated);
    await pollStatus({ ask }, signal, clock);
    expect(clock.waits.map((wait) => wait / 1_000)).to.deep.equal([2, 60, 60]);
  });

  for (const chance of [0, 0.5, 1]) {
    it(`asks no sooner than Retry-After allows (chance ${chance})`, async () => {
      clock.chance = chance;
      const retryAt = new Date(start + 120_000);
      let again = 0;
      const ask = async () => {
        if (again === 0) {
          again = 1;
          throw failure('rate-limited', retryAt);
        }
        again = clock.time;
        return authenticated;
      };
      await pollStatus({ ask }, signal, clock);
      expect(again).to.be.at.least(retryAt.getTime());
    });
  }

  it('is back to its own pace once Retry-After is over', async () => {
    const busy = failure('rate-limited', new Date(start + 42_000));
    await pollStatus({ ask: answers(busy, pending, pending, authenticated) }, signal, clock);
    expect(clock.waits.map((wait) => wait / 1_000)).to.deep.equal([2, 40, 5, 5]);
  });

  it('doubles the shortest wait as well', async () => {
    const broken = failure('network');
    const ask = answers({ state: 'pending', interval: 2 }, broken, broken, broken, authenticated);
    await pollStatus({ ask }, signal, clock);
    expect(clock.waits.map((wait) => wait / 1_000)).to.deep.equal([2, 2, 4, 8, 16]);
  });

  // A server that is down for a moment may be the one that serves the part which reads refusals.
  const passing = ['network', 'not-loaded', 'timeout', 'server-error', 'rate-limited'] as const;
  for (const code of passing) {
    it(`gives up after the sixth ${code} in a row`, async () => {
      const error = failure(code);
      const ask = answers(error);
      expect(await rejection(pollStatus({ ask }, signal, clock))).to.equal(error);
      expect(ask.count).to.equal(6);
    });
  }

  it('counts only errors in a row', async () => {
    const broken = failure('network');
    const five = [broken, broken, broken, broken, broken];
    const ask = answers(...five, pending, ...five, authenticated);
    expect(await pollStatus({ ask }, signal, clock)).to.equal(authenticated);
  });

  for (const code of ['unauthorized', 'forbidden', 'not-found', 'bad-response'] as const) {
    it(`gives up at the first ${code}, which will not go away`, async () => {
      const ask = answers(failure(code));
      expect(await rejection(pollStatus({ ask }, signal, clock))).to.include({ code });
      expect(ask.count).to.equal(1);
    });
  }

  it('ends when the backend gives up (case 95)', async () => {
    const expiresAt = new Date(start + 12_000);
    const ask = answers(pending);
    const error = await rejection(pollStatus({ ask, expiresAt }, signal, clock));
    expect(error.code).to.equal('challenge-expired');
    expect(clock.waits).to.deep.equal([2_000, 5_000, 5_000]);
  });

  it('goes by the expiry in the first answer where none was known before', async () => {
    const ask = answers({ state: 'pending', expiresAt: new Date(start + 9_000) });
    const error = await rejection(pollStatus({ ask }, signal, clock));
    expect(error.code).to.equal('challenge-expired');
    expect(clock.time).to.equal(start + 9_000);
  });

  it('keeps to the expiry that was known before', async () => {
    const ask = answers({ state: 'pending', expiresAt: new Date(start + 60_000) });
    const expiresAt = new Date(start + 9_000);
    await rejection(pollStatus({ ask, expiresAt }, signal, clock));
    expect(clock.time).to.equal(start + 9_000);
  });

  it('takes a date that is none for one that was not given', async () => {
    const never = new Date('soon');
    const ask = answers({ state: 'pending', expiresAt: never }, failure('rate-limited', never));
    const error = await rejection(pollStatus({ ask, expiresAt: never }, signal, clock));
    expect(error.code).to.equal('rate-limited');
    expect(clock.waits.map((wait) => wait / 1_000)).to.deep.equal([2, 5, 10, 20, 30, 30, 30]);
  });

  for (const state of ['PENDING', 'in_progress', undefined] as never[]) {
    it(`goes on after the word “${state}”, which it does not know`, async () => {
      const ask = answers({ state }, authenticated);
      expect(await pollStatus({ ask }, signal, clock)).to.equal(authenticated);
    });
  }

  it('is never asked at all when it has expired before', async () => {
    const ask = answers(authenticated);
    const expired = { ask, expiresAt: new Date(start) };
    expect((await rejection(pollStatus(expired, signal, clock))).code).to.equal(
      'challenge-expired',
    );
    expect(ask.count).to.equal(0);
  });

  it('has ten minutes of patience with a backend that never says when', async () => {
    const error = await rejection(pollStatus({ ask: answers(pending) }, signal, clock));
    expect(error.code).to.equal('challenge-expired');
    expect(clock.time).to.equal(start + 600_000);
  });

  it('asks nothing while the page is hidden, and once on return (case 71)', async () => {
    const ask = answers(pending, authenticated);
    let show = () => {};
    let hidden = 0;
    clock.whenAttentive = () => {
      hidden += 1;
      return hidden === 1 ? Promise.resolve() : new Promise((resolve) => (show = resolve));
    };
    const outcome = pollStatus({ ask }, signal, clock);
    await new Promise((resolve) => setTimeout(resolve));
    expect(ask.count).to.equal(1);
    show();
    expect(await outcome).to.equal(authenticated);
    expect(ask.count).to.equal(2);
  });

  it('tells with each change until when it asks', async () => {
    const told: unknown[] = [];
    const expiresAt = new Date(clock.now() + 60_000);
    const ask = answers({ ...pending, expiresAt }, authenticated);
    await pollStatus({ ask, onChange: ({ expiresAt }) => told.push(expiresAt) }, signal, clock);
    expect(told).to.deep.equal([expiresAt, expiresAt]);
  });

  it('tells a change once, not every answer', async () => {
    const told: string[] = [];
    const ask = answers(pending, pending, { state: 'unknown' }, pending, pending, authenticated);
    await pollStatus({ ask, onChange: ({ state }) => told.push(state) }, signal, clock);
    expect(told).to.deep.equal(['pending', 'unknown', 'pending', 'authenticated']);
  });

  for (const state of [
    'registered',
    'not-registered',
    'authenticated',
    'expired',
    'failed',
  ] as const) {
    it(`ends with ${state}`, async () => {
      const ask = answers(pending, { state });
      expect(await pollStatus({ ask }, signal, clock)).to.deep.equal({ state });
    });
  }

  it('goes on with a word it does not know', async () => {
    const ask = answers({ state: 'unknown', raw: 'on-hold' }, authenticated);
    expect(await pollStatus({ ask }, signal, clock)).to.equal(authenticated);
  });

  it('asks nothing more once it is aborted, and tells nothing of the answer under way', async () => {
    const controller = new AbortController();
    const reason = new DOMException('left', 'AbortError');
    const told: unknown[] = [];
    let asked = 0;
    const ask = async () => {
      asked += 1;
      controller.abort(reason);
      return authenticated;
    };
    const poll = { ask, onChange: (status: Status) => told.push(status) };
    expect(await rejection(pollStatus(poll, controller.signal, clock))).to.equal(reason);
    expect(asked).to.equal(1);
    expect(told).to.deep.equal([]);
  });

  it('is aborted, and no error, when the request under way fails by the abort', async () => {
    const controller = new AbortController();
    const reason = new DOMException('left', 'AbortError');
    const ask = async () => {
      controller.abort(reason);
      throw failure('network');
    };
    expect(await rejection(pollStatus({ ask }, controller.signal, clock))).to.equal(reason);
    expect(clock.waits).to.have.length(1);
  });

  it('with the clock of the page waits two seconds, and stops waiting when aborted', async () => {
    const controller = new AbortController();
    const ask = answers(authenticated);
    const outcome = rejection(pollStatus({ ask }, controller.signal));
    controller.abort(new DOMException('left', 'AbortError'));
    expect(await outcome).to.include({ name: 'AbortError' });
    expect(ask.count).to.equal(0);
  });
});

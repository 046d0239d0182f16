import { expect } from '@open-wc/testing';
import * as ours from '../../src/core/coordinator.js';
import * as theirs from '../../src/core/coordinator.js?again';
import { never, pending, rejection, replace, settled, isFree } from './stand-ins.js';
import { hurry } from '../support/timers.ts';
import { nextTask } from '../support/turns.ts';

type RequestKind = ours.RequestKind;
const { signal } = new AbortController();

/** A request that stays open until it is told to end, or until it is aborted. */
function openRequest({ heedsAbort = true } = {}) {
  const request = {
    signal: undefined as AbortSignal | undefined,
    end: (() => {}) as (value?: unknown) => void,
    fail: (() => {}) as (error: unknown) => void,
    run: (signal: AbortSignal) => {
      request.signal = signal;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      request.end = resolve;
      request.fail = reject;
      return heedsAbort ? Promise.race([promise, pending({ signal })]) : promise;
    },
  };
  return request;
}

describe('the one request of a page', () => {
  before(() => expect(theirs.exclusively).not.to.equal(ours.exclusively));
  afterEach(() => expect(isFree(), 'the slot is free after the test').to.equal(true));

  for (const kind of ['modal', 'background'] as const) {
    it(`a ${kind} request gives what it ends with, and frees the page`, async () => {
      const request = openRequest();
      const outcome = ours.exclusively(kind, signal, request.run);
      expect(isFree()).to.equal(false);
      request.end('answer');
      expect(await outcome).to.equal('answer');
    });

    it(`a ${kind} request that fails frees the page`, async () => {
      const error = new Error('no');
      const failed = ours.exclusively(kind, signal, () => Promise.reject(error));
      expect(await rejection(failed)).to.equal(error);
      expect(await ours.exclusively(kind, signal, async () => 'next')).to.equal('next');
    });

    it(`a ${kind} request that throws at once frees the page`, async () => {
      const error = new Error('no');
      const thrower = () => {
        throw error;
      };
      expect(await rejection(ours.exclusively(kind, signal, thrower))).to.equal(error);
    });

    it(`a ${kind} request that was aborted before never starts`, async () => {
      const reason = new DOMException('left', 'AbortError');
      const started = openRequest();
      const outcome = ours.exclusively(kind, AbortSignal.abort(reason), started.run);
      expect(await rejection(outcome)).to.include({ code: 'aborted', cause: reason });
      expect(started.signal).to.equal(undefined);
    });

    it(`a ${kind} request that is aborted ends with the reason`, async () => {
      const controller = new AbortController();
      const outcome = ours.exclusively(kind, controller.signal, openRequest().run);
      const reason = new DOMException('left', 'AbortError');
      controller.abort(reason);
      expect(await rejection(outcome)).to.include({ code: 'aborted', cause: reason });
    });

    it(`a ${kind} request that never heeds the abort is given up after 250 ms`, async () => {
      const asked = hurry(1);
      const controller = new AbortController();
      const outcome = ours.exclusively(kind, controller.signal, () => never);
      controller.abort(new DOMException('left', 'AbortError'));
      expect(await rejection(outcome)).to.include({ code: 'aborted' });
      expect(asked).to.deep.equal([250]);
    });

    it(`a ${kind} request that is aborted as it starts, and never settles, is given up`, async () => {
      hurry(1);
      const controller = new AbortController();
      const outcome = ours.exclusively(kind, controller.signal, () => {
        controller.abort(new DOMException('left', 'AbortError'));
        return never;
      });
      expect(await rejection(outcome)).to.include({ code: 'aborted' });
    });

    it(`an answer to a ${kind} request after its abort is not heard`, async () => {
      const controller = new AbortController();
      const request = openRequest({ heedsAbort: false });
      const outcome = ours.exclusively(kind, controller.signal, request.run);
      controller.abort(new DOMException('left', 'AbortError'));
      request.end('too late');
      expect(await rejection(outcome)).to.include({ code: 'aborted' });
    });
  }

  const copies: [title: string, first: typeof ours, second: typeof ours][] = [
    ['in one copy of the package', ours, ours],
    ['in two copies of the package', ours, theirs],
  ];
  for (const [title, first, second] of copies) {
    describe(title, () => {
      const refusals: [open: RequestKind, next: RequestKind][] = [
        ['modal', 'modal'],
        ['modal', 'background'],
        ['background', 'background'],
      ];
      for (const [open, next] of refusals) {
        it(`a ${next} request is refused while a ${open} one is open, which goes on`, async () => {
          const request = openRequest();
          const outcome = first.exclusively(open, signal, request.run);
          const refused = openRequest();
          const error = await rejection(second.exclusively(next, signal, refused.run));
          expect(error.code).to.equal('busy');
          expect(refused.signal).to.equal(undefined);
          expect(request.signal!.aborted).to.equal(false);
          request.end('answer');
          expect(await outcome).to.equal('answer');
        });
      }

      it('a modal request ends a background one, and starts once that is over', async () => {
        const order: string[] = [];
        const background = first.exclusively('background', signal, async (signal) => {
          await pending({ signal }).catch(() => order.push('aborted'));
          await nextTask();
          order.push('settled');
        });
        const superseded = rejection(background);
        const modal = second.exclusively('modal', signal, async () => order.push('prompt'));
        await modal;
        expect(await superseded).to.include({ code: 'aborted' });
        expect(order).to.deep.equal(['aborted', 'settled', 'prompt']);
      });

      it('a modal request waits 250 ms for a background one that never settles', async () => {
        const asked = hurry(1);
        const superseded = rejection(first.exclusively('background', signal, () => never));
        const modal = second.exclusively('modal', signal, async () => 'prompted');
        expect(await modal).to.equal('prompted');
        expect(asked).to.deep.equal([250]);
        expect(await superseded).to.include({ code: 'aborted' });
      });

      it('two modal requests at the same moment give one prompt (case 11)', async () => {
        const superseded = rejection(
          first.exclusively('background', signal, (signal) => pending({ signal })),
        );
        const prompts: string[] = [];
        const one = first.exclusively('modal', signal, async () => prompts.push('one'));
        const two = second.exclusively('modal', signal, async () => prompts.push('two'));
        expect((await rejection(two)).code).to.equal('busy');
        await Promise.all([one, superseded]);
        expect(prompts).to.deep.equal(['one']);
      });

      it('a modal request given up while it waits its turn never prompts', async () => {
        const request = openRequest({ heedsAbort: false });
        const superseded = rejection(first.exclusively('background', signal, request.run));
        const controller = new AbortController();
        const prompt = openRequest();
        const modal = rejection(second.exclusively('modal', controller.signal, prompt.run));
        controller.abort(new DOMException('left', 'AbortError'));
        request.fail(new Error('done'));
        expect(await modal).to.include({ code: 'aborted' });
        expect(prompt.signal).to.equal(undefined);
        await superseded;
      });

      it('a request that replaces an aborted one waits for it instead of being refused', async () => {
        const controller = new AbortController();
        const order: string[] = [];
        const left = rejection(
          first.exclusively('modal', controller.signal, async (signal) => {
            await pending({ signal }).catch(() => undefined);
            await nextTask();
            order.push('first is over');
          }),
        );
        controller.abort(new DOMException('left', 'AbortError'));
        await second.exclusively('modal', signal, async () => order.push('second'));
        await left;
        expect(order).to.deep.equal(['first is over', 'second']);
      });

      it('is free for all when the last one ends', async () => {
        const request = openRequest();
        const outcome = first.exclusively('modal', signal, request.run);
        let free = false;
        const freed = second.whenFree(signal).then(() => (free = true));
        await settled();
        expect([free, isFree()]).to.deep.equal([false, false]);
        request.end();
        await Promise.all([outcome, freed]);
        expect(isFree()).to.equal(true);
      });
    });
  }

  it('is not free where the next request takes its turn at once', async () => {
    const [first, second] = [openRequest(), openRequest()];
    const one = ours.exclusively('modal', signal, first.run);
    const two = one.then(() => ours.exclusively('modal', signal, second.run));
    let free = false;
    const freed = ours.whenFree(signal).then(() => (free = true));
    first.end();
    await one;
    await settled();
    expect(free).to.equal(false);
    second.end();
    await Promise.all([two, freed]);
  });

  it('one of a copy that tells nothing of an abort is as open as any', async () => {
    const key = Symbol.for('passkey-elements.coordinator');
    const page = (globalThis as unknown as { [key: symbol]: { holder?: object } })[key]!;
    page.holder = { kind: 'modal', abort() {}, over: never };
    const refused = rejection(ours.exclusively('modal', signal, async () => 'prompted'));
    expect((await refused).code).to.equal('busy');
    page.holder = undefined;
  });

  it('the last prompt is another one after each prompt, and after nothing else', async () => {
    const before = ours.lastModal();
    const isSame = () => theirs.lastModal() === before;
    const [background, prompt] = [openRequest(), openRequest()];
    const quiet = ours.exclusively('background', signal, background.run);
    expect(isSame(), 'while autofill waits').to.equal(true);
    background.end();
    await quiet;
    expect(isSame(), 'after autofill').to.equal(true);
    const modal = ours.exclusively('modal', signal, prompt.run);
    expect(theirs.lastModal() === theirs.lastModal(), 'while a prompt is open').to.equal(false);
    prompt.end();
    await modal;
    expect(isSame(), 'after a prompt').to.equal(false);
    expect(theirs.lastModal() === ours.lastModal(), 'after a prompt').to.equal(true);
  });

  it('what is kept of the last prompt holds nothing: a signal would keep the element that aborted it', async () => {
    const request = openRequest();
    const outcome = ours.exclusively('modal', signal, request.run);
    request.end();
    await outcome;
    expect(Reflect.ownKeys(Object(ours.lastModal()) as object)).to.deep.equal([]);
  });

  it('stays as it is where a prompt was aborted before it began', async () => {
    const waiting = openRequest();
    const outcome = ours.exclusively('background', signal, waiting.run);
    await rejection(ours.exclusively('modal', AbortSignal.abort(), async () => 'never'));
    expect(waiting.signal!.aborted).to.equal(false);
    expect(isFree()).to.equal(false);
    waiting.end('answer');
    expect(await outcome).to.equal('answer');
  });

  it('does not keep waiting for a free page when aborted', async () => {
    const request = openRequest();
    const outcome = ours.exclusively('modal', signal, request.run);
    const controller = new AbortController();
    const waiting = ours.whenFree(controller.signal);
    controller.abort(new DOMException('left', 'AbortError'));
    expect(await rejection(waiting)).to.include({ name: 'AbortError' });
    request.end();
    await outcome;
  });

  it('a late end of an abandoned request does not free the page of its successor', async () => {
    hurry(1);
    const abandoned = openRequest({ heedsAbort: false });
    const superseded = rejection(ours.exclusively('background', signal, abandoned.run));
    const request = openRequest();
    const outcome = ours.exclusively('modal', signal, request.run);
    await superseded;
    await settled();
    abandoned.end('late');
    await settled();
    expect(isFree()).to.equal(false);
    request.end('answer');
    expect(await outcome).to.equal('answer');
  });

  it('leaves no listener behind on a signal that lives long', async () => {
    const long = new AbortController().signal;
    const listeners = new Set<unknown>();
    replace(long, 'addEventListener', (_type: string, listener: unknown) =>
      listeners.add(listener),
    );
    replace(long, 'removeEventListener', (_type: string, listener: unknown) =>
      listeners.delete(listener),
    );
    const request = openRequest();
    const outcome = ours.exclusively('modal', signal, request.run);
    const freed = ours.whenFree(long);
    expect(listeners.size).to.equal(1);
    request.end();
    await Promise.all([outcome, freed]);
    expect(listeners.size).to.equal(0);
  });
});

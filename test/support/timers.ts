import { replace } from './replace.ts';
import { eventually } from './view.ts';

/** Timers of `from` to `to` milliseconds are over at once. Gives the delays that were asked for. */
export function hurry(from: number, to = Infinity): number[] {
  const asked: number[] = [];
  const { setTimeout: start } = globalThis;
  replace(globalThis, 'setTimeout', (run: () => void, delay = 0, ...rest: unknown[]) => {
    const hurried = delay >= from && delay <= to;
    if (hurried) asked.push(delay);
    return start(run, hurried ? 0 : delay, ...rest);
  });
  return asked;
}

/** The long timers that run; the short ones of the test itself do not count. */
export function watchTimers() {
  const running = new Map<unknown, { readonly delay: number; readonly run: () => void }>();
  const {
    setTimeout: start,
    clearTimeout: stop,
    setInterval: repeat,
    clearInterval: end,
  } = globalThis;
  replace(globalThis, 'setTimeout', (run: () => void, delay = 0, ...rest: unknown[]) => {
    const timer = start(
      () => {
        running.delete(timer);
        run();
      },
      delay,
      ...rest,
    );
    if (delay > 100) running.set(timer, { delay, run });
    return timer;
  });
  replace(globalThis, 'clearTimeout', (timer: number) => {
    running.delete(timer);
    stop(timer);
  });
  replace(globalThis, 'setInterval', (run: () => void, delay: number) => {
    const timer = repeat(run, delay);
    running.set(timer, { delay, run });
    return timer;
  });
  replace(globalThis, 'clearInterval', (timer: number) => {
    running.delete(timer);
    end(timer);
  });
  /** Lets those be over now that take `from` to `to` milliseconds. */
  const endNow = (from: number, to = Infinity): void => {
    for (const [timer, { delay, run }] of [...running]) {
      if (delay < from || delay > to) continue;
      clearTimeout(timer as number);
      run();
    }
  };
  return {
    /** How long each of them takes, in milliseconds. */
    delays: () => Array.from(running.values(), ({ delay }) => delay),
    end: endNow,
    /** Repeats `check` until it holds; the pauses of a poll, two seconds and then five, are over at once. */
    untilPolled<T>(check: () => T): Promise<T> {
      return eventually(() => {
        endNow(1_600, 6_000);
        return check();
      });
    },
  };
}

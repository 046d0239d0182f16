/** How long an aborted request may take to settle before we go on without it, in milliseconds. */
const grace = 250;

/**
 * The outcome of `work`; when `signal` aborts, at the latest `grace` later its reason.
 * Some authenticators and extensions never settle an aborted request.
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = () => {
      timer = setTimeout(() => reject(signal.reason), grace);
    };
    const finish = (settle: () => void) => {
      signal.removeEventListener('abort', giveUp);
      clearTimeout(timer);
      if (signal.aborted)
        reject(signal.reason); // an answer that comes after the abort is not heard
      else settle();
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    work.then(
      (result) => finish(() => resolve(result)),
      (error: unknown) => finish(() => reject(error)),
    );
  });
}

/** Fulfilled after a time; rejects with the signal's reason when aborted. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return until(signal, (done) => {
    const timer = setTimeout(done, milliseconds);
    return () => clearTimeout(timer);
  });
}

/** Fulfilled as soon as the page is visible and online; rejects when aborted. */
export function whenAttentive(signal: AbortSignal): Promise<void> {
  return until(signal, (done) => {
    const look = () => {
      if (!document.hidden && navigator.onLine) done();
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('online', look);
    look();
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('online', look);
    };
  });
}

/** Fulfilled when `start` calls back, rejected when aborted; either way what it set up is undone. */
function until(signal: AbortSignal, start: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', abort);
      queueMicrotask(() => undo()); // `start` may call back before it has returned
      settle();
    };
    const abort = () => end(() => reject(signal.reason as Error));
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    const undo = start(() => end(resolve));
  });
}

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

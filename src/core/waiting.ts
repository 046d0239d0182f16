/** How long an aborted request may take to settle before we go on without it, in milliseconds. */
const grace = 250;

/**
 * The outcome of `work`; when `signal` aborts, at the latest `patience` later its reason.
 * Some authenticators and extensions never settle an aborted request.
 */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal, patience = grace): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const giveUp = () => {
      timer = setTimeout(() => reject(signal.reason), patience);
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
  return orAborted(new Promise((resolve) => setTimeout(resolve, milliseconds)), signal, 0);
}

/** Fulfilled as soon as the page is visible and online; rejects when aborted. */
export async function whenAttentive(signal: AbortSignal): Promise<void> {
  while (document.hidden || !navigator.onLine) {
    const change = new Promise((resolve) => {
      document.addEventListener('visibilitychange', resolve, { once: true, signal });
      addEventListener('online', resolve, { once: true, signal });
    });
    await orAborted(change, signal, 0);
  }
}

/** How long an aborted request may take to settle before we go on without it, in milliseconds. */
const grace = 250;

/**
 * The outcome of `work`; when `signal` aborts, at the latest `patience` later its reason.
 * Some authenticators and extensions never settle an aborted request.
 */
export async function orAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  patience = grace,
): Promise<T> {
  const { promise: noMore, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUp = () => {
    timer = setTimeout(reject, patience);
  };
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([work, noMore]);
  } finally {
    signal.removeEventListener('abort', giveUp);
    clearTimeout(timer);
    signal.throwIfAborted(); // an answer that comes after the abort is not heard
  }
}

/** Fulfilled after a time; rejects with the signal's reason when aborted. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return orAborted(new Promise((resolve) => setTimeout(resolve, milliseconds)), signal, 0);
}

/** What comes of `work`; `undefined` where it fails, or is not there in time, two seconds unless said. */
export function soon<T>(work: Promise<T>, milliseconds = 2_000): Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds));
  return Promise.race([work.catch(() => undefined), late]);
}

/** Fulfilled as soon as the page is visible and online; rejects when aborted. */
export async function whenAttentive(signal: AbortSignal): Promise<void> {
  const attentive = () => !document.hidden && navigator.onLine;
  if (attentive()) return;
  const over = new AbortController();
  const attention = new Promise<void>((resolve) => {
    const look = () => {
      if (attentive()) resolve();
    };
    document.addEventListener('visibilitychange', look, over);
    addEventListener('online', look, over);
  });
  await orAborted(attention, signal, 0).finally(() => over.abort());
}

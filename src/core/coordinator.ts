import { hint, PasskeyError } from './errors.js';
import { orAborted } from './waiting.js';

/**
 * Who holds the page's one WebAuthn request. All copies and versions of this package on a page
 * share it, so members may be added here but never renamed.
 */
interface Holder {
  readonly kind: RequestKind;
  /** Aborted: it is on its way out, whoever wants the slot next only has to wait. */
  readonly signal?: AbortSignal;
  abort(): void;
  /** Fulfilled when the request is over, at the latest `grace` after `abort`. */
  readonly over: Promise<void>;
}

/** A `modal` request has a prompt in front of the person; a `background` one waits for autofill. */
export type RequestKind = 'modal' | 'background';

/**
 * Runs `request` while no other WebAuthn request of this page runs.
 *
 * A modal request ends a background one first; nothing ends a modal one.
 * Rejects with `busy` where it has to give way, and with `aborted` when it is aborted.
 */
export async function exclusively<T>(
  kind: RequestKind,
  signal: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const page = sharedPage();
  const previous = page.holder;
  const inTheWay = previous && !previous.signal?.aborted;
  if (inTheWay && (kind === 'background' || previous.kind === 'modal')) {
    throw new PasskeyError('busy', hint`Another passkey request is open on this page.`);
  }
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const abort = () => own.abort();
  const holder: Holder = { kind, signal, abort, over };
  try {
    either.throwIfAborted();
    page.holder = holder;
    if (kind === 'modal') page.lastModal = over;
    if (previous) {
      previous.abort();
      await previous.over;
      either.throwIfAborted();
    }
    return await orAborted(request(either), either);
  } catch (cause) {
    throw either.aborted ? new PasskeyError('aborted', hint`Aborted.`, { cause }) : cause;
  } finally {
    if (page.holder === holder) page.holder = undefined;
    end();
  }
}

/** Fulfilled as soon as no request of this page runs. */
export async function whenFree(signal: AbortSignal): Promise<void> {
  for (let holder; (holder = sharedPage().holder);) {
    await orAborted(holder.over, signal);
  }
  signal.throwIfAborted();
}

/** The last modal request of this page, if it is over; `NaN`, which equals nothing, while it runs. */
export function lastModal(): unknown {
  const { holder, lastModal } = sharedPage();
  return holder && holder.over === lastModal ? NaN : lastModal;
}

interface Page {
  holder?: Holder;
  /** Its end, and nothing that would keep the element that asked. */
  lastModal?: unknown;
}

function sharedPage(): Page {
  const key = Symbol.for('passkey-elements.coordinator');
  const shared = globalThis as { [key: symbol]: Page | undefined };
  return (shared[key] ??= {});
}

import type { BegunChallenge, PasskeyBackend, SignInChallenge, SignInRequest } from './backend.js';
import { readRequestOptions } from './options.js';

/** Servers that do not say when a challenge expires keep it about this long, in milliseconds. */
const usualLife = 5 * 60_000;
/** A challenge counts as old this long before it expires. */
const margin = 30_000;

/** A challenge whose end is known, by the backend's word or by ours. */
type DatedChallenge = SignInChallenge & { readonly expiresAt: Date };

/** Asks the backend for a challenge without using it. Rejects with a `PasskeyError`. */
export async function beginSignIn(
  backend: PasskeyBackend,
  request: SignInRequest,
  signal: AbortSignal,
): Promise<DatedChallenge> {
  signal.throwIfAborted();
  const begun = await backend.signIn.begin(request, signal);
  signal.throwIfAborted();
  const options = readRequestOptions(begun.options);
  const left = timeLeft(begun); // as far as this device's clock is the server's
  const life = left > 0 ? Math.min(left, usualLife) : (options.timeout ?? usualLife);
  const expiresAt = new Date(Date.now() + life);
  return { ...begun, identifier: request.identifier, options, expiresAt };
}

/**
 * Aborts when a challenge has waited for the person as long as it may. Timers stand still while a
 * device sleeps: what grew old meanwhile is noticed when the page is seen again, unless `over`.
 */
export function whenOld(challenge: DatedChallenge, over: AbortController): AbortSignal {
  const life = timeLeft(challenge);
  const look = () => timeLeft(challenge) > margin || over.abort();
  document.addEventListener('visibilitychange', look, over);
  return AbortSignal.any([over.signal, AbortSignal.timeout(Math.max(life - margin, life / 2))]);
}

/**
 * One challenge for each backend that nobody has used yet: a click then reaches the browser's
 * prompt with no request in between.
 */
const spares = new WeakMap<PasskeyBackend, Promise<DatedChallenge | undefined>>();

/** Keeps a challenge for the next sign-in without an account name. */
export function keepChallenge(
  backend: PasskeyBackend,
  challenge: Promise<DatedChallenge | undefined>,
): void {
  spares.set(
    backend,
    challenge.catch(() => undefined),
  );
}

/** The challenge that was kept, if it is still good; nobody gets it twice. */
export async function takeChallenge(backend: PasskeyBackend): Promise<DatedChallenge | undefined> {
  const spare = spares.get(backend);
  spares.delete(backend);
  const challenge = await spare;
  return challenge && timeLeft(challenge) > margin ? challenge : undefined;
}

/** Gets a challenge in advance, unless a good one is at hand. Never rejects. */
export function prefetchChallenge(backend: PasskeyBackend): void {
  const signal = AbortSignal.any([]); // the backend's own time limit ends it
  keepChallenge(
    backend,
    takeChallenge(backend).then(
      (kept) => kept ?? beginSignIn(backend, { mediation: 'modal' }, signal),
    ),
  );
}

/** In milliseconds; `NaN` where nobody said. */
function timeLeft({ expiresAt }: BegunChallenge): number {
  return Number(expiresAt) - Date.now();
}

import type { PasskeyBackend, SignInAnswer } from './backend.js';
import { requestAnswer } from './ceremonies.js';
import { exclusively, isFree, whenFree } from './coordinator.js';
import { PasskeyError } from './errors.js';
import { wait, whenAttentive } from './waiting.js';
import { canAutofill } from './webauthn.js';

/** Failing sooner than this is no choice of a person; in milliseconds. */
const instant = 1_000;
/** So many instant failures in a row, and it is of no use to go on. */
const enough = 3;

/**
 * Offers passkeys in the autofill list until the person picks one, however long that takes.
 *
 * `undefined` when it is of no use to go on: the browser cannot do it, it failed at once several
 * times, or the host's own code took over. Try again after something the person did.
 * Rejects only when aborted.
 */
export async function waitForAutofill(
  backend: PasskeyBackend,
  signal: AbortSignal,
): Promise<SignInAnswer | undefined> {
  if (!(await canAutofill())) return undefined;
  let failures = 0;
  while (failures < enough) {
    await whenFree(signal);
    await whenAttentive(signal);
    const started = Date.now();
    try {
      return await exclusively('background', signal, (signal) =>
        requestAnswer(backend, {}, 'conditional', signal),
      );
    } catch (cause) {
      signal.throwIfAborted();
      const { code } = PasskeyError.from(cause);
      if (code === 'aborted' && isFree()) return undefined; // the host's own ceremony ended ours
      if (code === 'aborted' || code === 'busy' || code === 'challenge-expired') continue;
      failures = Date.now() - started < instant ? failures + 1 : 0;
      await wait(instant * failures, signal);
    }
  }
  return undefined;
}

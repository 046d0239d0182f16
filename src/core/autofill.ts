import type { PasskeyBackend, SignInAnswer } from './backend.js';
import { requestAnswer } from './ceremonies.js';
import { exclusively, whenFree } from './coordinator.js';
import { toPasskeyError } from './errors.js';
import { wait, whenAttentive } from './waiting.js';
import { canAutofill, obstacle } from './webauthn.js';

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
  const able = !obstacle('get') && (await canAutofill());
  signal.throwIfAborted();
  for (let failures = 0; able && failures < enough;) {
    await whenFree(signal);
    await whenAttentive(signal);
    let own: AbortSignal | undefined;
    let asked = Infinity;
    try {
      return await exclusively('background', signal, (turn) => {
        own = turn;
        return requestAnswer(backend, {}, 'conditional', turn, () => (asked = Date.now()));
      });
    } catch (cause) {
      const { code, retryAt } = await toPasskeyError(cause);
      if (!own || own.aborted) continue; // a prompt of ours goes first, or nobody waits any more
      if (code === 'aborted') return undefined; // the host's own ceremony ended ours
      failures = Date.now() - asked > instant ? 0 : failures + 1;
      const pause = retryAt ? retryAt.getTime() - Date.now() : 0;
      await wait(Math.max(pause, instant * failures), signal);
    }
  }
  return undefined;
}

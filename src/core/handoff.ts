import type { HandoffOperations, PasskeyBackend, SignInResult, StartedHandoff } from './backend.js';
import { signIn, type Ceremony } from './ceremonies.js';
import { exclusively } from './coordinator.js';
import { whenApproved, type Poll } from './status.js';

/**
 * Signs in here what another device approves: begins, tells `show` what to put on the screen, waits,
 * and exchanges the approval for a session. Rejects with a `PasskeyError`.
 */
export function handOff(
  handoff: HandoffOperations,
  { signal, report }: Ceremony,
  show: (started: StartedHandoff) => void,
): Promise<SignInResult> {
  return exclusively('modal', signal, async (signal) => {
    const started = await handoff.start(signal);
    const { handle, expiresAt } = started;
    try {
      signal.throwIfAborted();
      show(started);
      report({ type: 'challenged' });
      report({ type: 'answered' });
      const ask: Poll['ask'] = (signal) => handoff.status({ handle }, signal);
      await whenApproved({ ask, expiresAt }, { signal, report });
      return await handoff.exchange({ handle }, signal);
    } catch (cause) {
      if (signal.aborted) withdraw(handoff, handle);
      throw cause;
    }
  });
}

/** Nobody shall approve what nobody waits for; the server ends it itself when this does not arrive. */
function withdraw(handoff: HandoffOperations, handle: string): void {
  void handoff.cancel?.({ handle }, AbortSignal.timeout(10_000)).catch(() => {});
}

/** Approves the sign-in of another device with a passkey of this one. Nobody is signed in here. */
export async function approve(
  handoff: HandoffOperations,
  request: { readonly ticket: string; readonly number: number },
  ceremony: Ceremony,
): Promise<void> {
  const { ticket } = request;
  const approval: PasskeyBackend = {
    signIn: {
      begin: (_, signal) => handoff.beginApproval({ ticket }, signal),
      async finish(answer, signal) {
        await handoff.approve({ ...request, ...answer }, signal);
        return { kind: 'session' };
      },
    },
  };
  await signIn(approval, {}, ceremony);
}

import type { HandoffOperations, PasskeyBackend, SignInResult, StartedHandoff } from './backend.js';
import { signIn, type Ceremony } from './ceremonies.js';
import { exclusively } from './coordinator.js';
import { hint, PasskeyError } from './errors.js';
import { pollStatus } from './status.js';

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
    const { handle, ...started } = await handoff.start(signal);
    try {
      signal.throwIfAborted();
      show({ handle, ...started });
      report({ type: 'challenged' });
      report({ type: 'answered' });
      report({ type: 'accepted', expiresAt: started.expiresAt });
      const { state } = await pollStatus(
        {
          expiresAt: started.expiresAt,
          ask: (signal) => handoff.status({ handle }, signal),
          onChange: ({ state: progress, expiresAt }) =>
            report({ type: 'progressed', status: { progress, expiresAt } }),
        },
        signal,
      );
      if (state === 'authenticated') return await handoff.exchange({ handle }, signal);
      const code = state === 'expired' ? 'challenge-expired' : 'verification-failed';
      throw new PasskeyError(code, hint`The hand-off ended as "${state}".`);
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

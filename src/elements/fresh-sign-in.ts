import type { PasskeyBackend } from '../core/backend.js';
import { signIn, type Ceremony } from '../core/ceremonies.js';
import { exclusively } from '../core/coordinator.js';
import { toPasskeyError } from '../core/errors.js';
import type { Passkey } from '../core/passkey.js';
import type { ManagerHost } from './manager-part.js';

/**
 * Does `action`; where the backend wants a fresh sign-in first, asks for one, and repeats it once.
 * Where its answer is lost, what came of it is on screen before that is said; what was stopped may
 * have happened all the same.
 */
export async function freshly<Result>(
  host: ManagerHost,
  backend: PasskeyBackend,
  ceremony: Ceremony,
  action: () => Promise<Result>,
): Promise<Result> {
  const { signal } = ceremony;
  // The page hears of the action; how its sign-in gets on is no event of the manager.
  const report: Ceremony['report'] = (event) => {
    if (event.type !== 'progressed') ceremony.report(event);
  };
  const attempt = async () => action();
  const { signal: life } = host.list.life;
  try {
    const result = await attempt().catch(async (cause: unknown) => {
      const { code } = await toPasskeyError(cause);
      const only = likely(host.list.passkeys);
      const stale = code === 'reauth-required' || code === 'unauthorized';
      if (!stale || only.length === 0) throw cause;
      const signedIn = await signIn(backend, { only }, { signal, report });
      if (signedIn) await host.element['handOver'](signedIn);
      return attempt();
    });
    signal.throwIfAborted();
    return result;
  } catch (cause) {
    const { code } = await toPasskeyError(cause);
    // As if a prompt were open: a list that is read while the outcome is open is told to nobody.
    const look = () => exclusively('modal', signal, () => host.list.read(backend));
    if (code === 'outcome-unknown' && !signal.aborted) await look().catch(() => undefined);
    else if (signal.aborted && !life.aborted) {
      const error = await host.list.read(backend, NaN);
      if (error) host.fail(error); // there may be no list any more, and nothing to try again with
    }
    throw cause;
  }
}

/** As many as Chromium lets a page ask for, and those that were used last. */
function likely(passkeys: readonly Passkey[]): readonly Passkey[] {
  const used = ({ lastUsedAt }: Passkey) => Number(lastUsedAt ?? 0);
  return passkeys
    .filter(({ credentialId }) => credentialId)
    .sort((a, b) => used(b) - used(a))
    .slice(0, 64);
}

import type { PasskeyBackend } from '../core/backend.js';
import { signIn } from '../core/ceremonies.js';
import { toPasskeyError } from '../core/errors.js';
import type { ManagerHost } from './manager-part.js';

/** Does `action`; where the backend wants a fresh sign-in first, asks for one, and repeats it once. */
export async function freshly<Result>(
  host: ManagerHost,
  backend: PasskeyBackend,
  signal: AbortSignal,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    const { code } = await toPasskeyError(cause);
    const only = host.list.passkeys;
    const stale = code === 'reauth-required' || code === 'unauthorized';
    if (!stale || !only.some(({ credentialId }) => credentialId)) throw cause;
    const result = await signIn(backend, { only }, { signal, report: () => undefined });
    if (result) await host.element['handOver'](result);
    return action();
  }
}

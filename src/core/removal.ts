import type { PasskeyBackend, PasskeyList } from './backend.js';
import { toPasskeyError } from './errors.js';
import { operation } from './management.js';
import type { Passkey } from './passkey.js';
import { signalUnknownPasskey } from './webauthn.js';

/**
 * Removes a passkey; one that is already gone is no error. `true` when the backend confirmed it.
 * Rejects with a `PasskeyError`.
 */
export async function removePasskey(
  backend: PasskeyBackend,
  passkey: Passkey,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await operation(backend, 'remove')({ id: passkey.id }, signal);
    return true;
  } catch (cause) {
    const error = await toPasskeyError(cause);
    if (error.code === 'not-found') return false;
    throw error;
  }
}

/** Tells the authenticator that the backend confirmed the removal of a passkey. */
export async function signalRemoval(
  removed: Passkey,
  list: PasskeyList | undefined,
): Promise<void> {
  const rpId = removed.rpId ?? list?.rpId ?? location.hostname;
  if (removed.credentialId) await signalUnknownPasskey(rpId, removed.credentialId);
}

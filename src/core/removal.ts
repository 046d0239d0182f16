import type { PasskeyBackend, PasskeyList, RemovedPasskey } from './backend.js';
import { toPasskeyError } from './errors.js';
import { operation } from './management.js';
import type { Passkey } from './passkey.js';
import { signalUnknownPasskey } from './webauthn.js';

/**
 * Removes a passkey; one that is already gone from the list of its `owner`, a user handle, is no error,
 * and gives `undefined`. Rejects with a `PasskeyError`.
 */
export async function removePasskey(
  backend: PasskeyBackend,
  passkey: Passkey,
  signal: AbortSignal,
  owner?: string,
): Promise<RemovedPasskey | undefined> {
  try {
    return (await operation(backend, 'remove')({ id: passkey.id }, signal)) ?? {};
  } catch (cause) {
    const error = await toPasskeyError(cause);
    if (error.code !== 'not-found') throw error;
    const list = await backend.passkeys?.list?.(signal).catch(() => undefined);
    const isThere = list?.passkeys.some(({ id }) => id === passkey.id); // not there was something else
    if (isThere || (list && list.userHandle !== owner)) throw error;
    return undefined;
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

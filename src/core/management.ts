import type { Passkey } from './passkey.js';
import type { PasskeyBackend, PasskeyList } from './backend.js';
import { traitsOf } from './backend.js';
import { PasskeyError, toPasskeyError } from './errors.js';
import { signalAcceptedPasskeys, signalUnknownPasskey } from './webauthn.js';

/**
 * The person's passkeys, each once. Rejects with a `PasskeyError`.
 * A list that names one twice is no longer taken for complete: it may have lost another.
 */
export async function listPasskeys(
  backend: PasskeyBackend,
  signal: AbortSignal,
): Promise<PasskeyList & { readonly repeated: number }> {
  const list = await operation(backend, 'list')(signal);
  const byId = new Map(list.passkeys.map((passkey) => [passkey.id, passkey]));
  const repeated = list.passkeys.length - byId.size;
  return {
    ...list,
    passkeys: [...byId.values()],
    complete: list.complete && repeated === 0,
    repeated,
  };
}

/** Renames a passkey and gives its record as it is now. Rejects with a `PasskeyError`. */
export async function renamePasskey(
  backend: PasskeyBackend,
  passkey: Passkey,
  name: string,
  signal: AbortSignal,
): Promise<Passkey> {
  const renamed = await operation(backend, 'rename')({ id: passkey.id, name }, signal);
  return renamed ?? { ...passkey, name };
}

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

/** What is wrong with a name for a passkey, if anything. The server repeats the check. */
export function nameFault(
  name: string,
  backend: PasskeyBackend,
): 'empty' | 'too-long' | 'invalid' | undefined {
  const limit = traitsOf(backend).maxNameLength ?? 64;
  if (/^[\p{C}\p{Z}]*$/u.test(name)) return 'empty';
  if ([...name.trim()].length > limit) return 'too-long';
  return /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name) ? 'invalid' : undefined;
}

/**
 * Tells the authenticator which passkeys count, after a list that was read just now.
 * Whatever is not in the list may be deleted there, so every doubt means silence.
 */
export async function signalList(backend: PasskeyBackend, list: PasskeyList): Promise<void> {
  const { complete, rpId, userHandle, passkeys } = list;
  const credentialIds = passkeys.flatMap(({ credentialId }) => credentialId || []);
  if (!traitsOf(backend).signals || !complete || !rpId || !userHandle) return;
  if (credentialIds.length === 0 || credentialIds.length < passkeys.length) return;
  await signalAcceptedPasskeys({ rpId, userHandle, credentialIds });
}

/** Tells the authenticator that the backend confirmed the removal of a passkey. */
export async function signalRemoval(removed: Passkey, list: PasskeyList): Promise<void> {
  const rpId = removed.rpId ?? list.rpId ?? location.hostname;
  if (removed.credentialId) await signalUnknownPasskey(rpId, removed.credentialId);
}

type Operations = NonNullable<PasskeyBackend['passkeys']>;

function operation<Name extends keyof Operations>(
  backend: PasskeyBackend,
  name: Name,
): NonNullable<Operations[Name]> {
  const operations = backend.passkeys;
  const found = operations?.[name];
  if (!found) throw new PasskeyError('unsupported', `This backend has no passkeys.${name}.`);
  return found.bind(operations) as NonNullable<Operations[Name]>;
}

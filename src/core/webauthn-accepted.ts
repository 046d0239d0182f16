import { traitsOf, type PasskeyBackend, type PasskeyList } from './backend.js';
import { signal } from './webauthn.js';

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

/** Tells the authenticator all passkeys that count; **it may delete every other one**. */
export async function signalAcceptedPasskeys(accepted: {
  readonly rpId: string;
  readonly userHandle: string;
  readonly credentialIds: readonly string[];
}): Promise<void> {
  await signal('signalAllAcceptedCredentials', {
    rpId: accepted.rpId,
    userId: accepted.userHandle,
    allAcceptedCredentialIds: [...accepted.credentialIds],
  });
}

import type { RegistrationResponseJSON } from './backend.js';

/** Credential ids of passkeys that this device made and keeps; never stored, see docs/security.md. */
const ids = new Set<string>();

/** Remembers a passkey until the page is left; one on a phone or a security key is not of this device. */
export function rememberHere({ id, authenticatorAttachment }: RegistrationResponseJSON): void {
  if (authenticatorAttachment === 'platform') ids.add(id);
}

/** Whether a passkey is known to have been made on this device. */
export function isMadeHere(id: string | undefined): boolean {
  return ids.has(id!);
}

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

/** What the person's account is called. */
export interface AccountName {
  /** As on the sign-in page, for example the e-mail address. */
  readonly name: string;
  readonly displayName?: string;
}

let told = '';

/** Tells the authenticator another name of the account: once, as some announce each time to the person. */
export async function signalAccountName(
  backend: PasskeyBackend | undefined,
  list: PasskeyList | undefined,
  { name, displayName = name }: AccountName,
): Promise<void> {
  const { rpId, userHandle } = list ?? {};
  if (!backend || !traitsOf(backend).signals || !rpId || !userHandle) return;
  const details = { rpId, userId: userHandle, name, displayName };
  const news = JSON.stringify(details);
  if (news === told) return;
  told = news;
  await signal('signalCurrentUserDetails', details);
}

/** Whether password managers can be told anything; in Firefox, for one, they cannot. */
export function canSignal(): boolean {
  return 'signalUnknownCredential' in (globalThis.PublicKeyCredential ?? {});
}

import { executeServerCommand } from '@web/test-runner-commands';

/** What the virtual authenticator can do; the defaults are those of a phone or laptop. */
export interface VirtualAuthenticatorOptions {
  readonly transport?: 'internal' | 'usb' | 'nfc' | 'ble';
  readonly hasResidentKey?: boolean;
  readonly hasUserVerification?: boolean;
  /** Whether the person passes user verification. */
  readonly isUserVerified?: boolean;
  /** Whether the person consents to every request at once. */
  readonly automaticPresenceSimulation?: boolean;
  /** Chrome only, like the next. */
  readonly defaultBackupEligibility?: boolean;
  readonly defaultBackupState?: boolean;
}

/** A passkey as the authenticator stores it; binary values are base64url. */
export interface VirtualCredential {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId: string;
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
  readonly backupEligibility?: boolean;
  readonly backupState?: boolean;
  readonly userName?: string;
  readonly userDisplayName?: string;
}

/** Whether this browser lets tests add authenticators: WebKitGTK does not know WebAuthn at all. */
export const hasVirtualAuthenticators = 'credentials' in navigator;

/**
 * Adds an authenticator to this page until it is removed or leaves its `await using` scope.
 * In Chrome it offers three discoverable passkeys; see {@link VirtualAuthenticator.makeRoom}.
 */
export async function addVirtualAuthenticator(
  options: VirtualAuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  const { authenticatorId } = await send<{ authenticatorId: string }>('addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  return new VirtualAuthenticator(authenticatorId);
}

/** One authenticator of this page. */
export class VirtualAuthenticator implements AsyncDisposable {
  readonly id: string;
  #removed = false;

  constructor(id: string) {
    this.id = id;
  }

  /** The passkeys it holds, without those of {@link makeRoom}. */
  async credentials(): Promise<VirtualCredential[]> {
    const { credentials } = await this.#send<{ credentials: VirtualCredential[] }>(
      'getCredentials',
    );
    return credentials.filter(({ rpId }) => rpId !== elsewhere).map(withBinary(toBase64url));
  }

  /** Stores a passkey, such as one read from another authenticator. */
  async addCredential(credential: VirtualCredential): Promise<void> {
    await this.#send('addCredential', { credential: withBinary(spelling)(credential) });
  }

  async removeCredential(credentialId: string): Promise<void> {
    await this.#send('removeCredential', { credentialId: spelling(credentialId) });
  }

  /** Forgets every passkey, those of {@link makeRoom} included. */
  async clear(): Promise<void> {
    await this.#send('clearCredentials');
  }

  /** Whether the person passes user verification from now on. */
  async setUserVerified(isUserVerified: boolean): Promise<void> {
    await this.#send('setUserVerified', { isUserVerified });
  }

  /**
   * Whether the person consents from now on. Chrome does not wake a waiting request by it: start
   * without presence, switch it on, then act. Firefox knows it only as an option when adding.
   */
  async setPresence(enabled: boolean): Promise<void> {
    await this.#send('setAutomaticPresenceSimulation', { enabled });
  }

  /**
   * Lifts Chrome's limit of three discoverable passkeys: it is checked by `create` alone, and only
   * when there are exactly three.
   */
  async makeRoom(): Promise<void> {
    if (isFirefox) return; // no limit there
    for (const seed of [1, 2, 3, 4]) {
      await this.addCredential({
        credentialId: encode(Uint8Array.of(seed)),
        userHandle: encode(Uint8Array.of(seed)),
        isResidentCredential: true,
        rpId: elsewhere,
        privateKey: await newPrivateKey(),
        signCount: 0,
      });
    }
  }

  /** Takes the authenticator away; abort a waiting request yourself, it will not end by this. */
  async remove(): Promise<void> {
    if (this.#removed) return;
    this.#removed = true;
    await this.#send('removeVirtualAuthenticator');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }

  #send<Result>(method: string, params: object = {}): Promise<Result> {
    return send<Result>(method, { authenticatorId: this.id, ...params });
  }
}

const elsewhere = 'elsewhere.example';
const isFirefox = navigator.userAgent.includes('Firefox/');

function send<Result>(method: string, params: object): Promise<Result> {
  return executeServerCommand<Result, object>('webauthn', { method, params });
}

/** A fresh P-256 key in PKCS#8. */
async function newPrivateKey(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign']);
  return encode(new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)));
}

/** Chrome writes and reads plain base64, Firefox and WebAuthn base64url. */
const spelling = isFirefox ? toBase64url : toBase64;

function withBinary(spell: (text: string) => string) {
  return (credential: VirtualCredential): VirtualCredential => ({
    ...credential,
    credentialId: spell(credential.credentialId),
    privateKey: spell(credential.privateKey),
    ...(credential.userHandle && { userHandle: spell(credential.userHandle) }),
  });
}

const encode = (bytes: Uint8Array): string => toBase64url(btoa(String.fromCharCode(...bytes)));

function toBase64url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function toBase64(text: string): string {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
  return plain.padEnd(Math.ceil(plain.length / 4) * 4, '=');
}

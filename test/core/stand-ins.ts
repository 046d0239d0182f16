import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../src/core/backend.js';
import { replace } from '../support/replace.js';

export { replace };

/** WebKitGTK has no WebAuthn; these tests replace whatever they use of it. */
beforeEach(() => {
  if (typeof globalThis.PublicKeyCredential !== 'function') {
    replace(globalThis, 'PublicKeyCredential', class {});
  }
  if (!navigator.credentials) replace(navigator, 'credentials', {});
});

/** Whether no request of this page runs, read where all copies of the package look. */
export function isFree(): boolean {
  const key = Symbol.for('passkey-elements.coordinator');
  return !(globalThis as { [key: symbol]: { holder?: object } | undefined })[key]?.holder;
}

/** One call of `navigator.credentials`. */
export interface Call {
  readonly publicKey: PublicKeyCredentialCreationOptions & PublicKeyCredentialRequestOptions;
  readonly mediation?: string;
  readonly signal: AbortSignal;
}

/** Answers `navigator.credentials.get` or `.create`; gives the calls it had. */
export function answerWith(
  ceremony: 'get' | 'create',
  answer: (call: Call, count: number) => unknown,
): Call[] {
  const calls: Call[] = [];
  replace(navigator.credentials, ceremony, (call: Call) => {
    calls.push(call);
    return answer(call, calls.length);
  });
  return calls;
}

/** A request nobody answers; ends as the standard says when it is aborted. */
export function pending({ signal }: { readonly signal: AbortSignal }): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
}

/** An outcome that never comes. */
export const never = new Promise<never>(() => {});

export function bytes(...values: number[]): ArrayBuffer {
  return Uint8Array.from(values).buffer;
}

export const requestOptions: PublicKeyCredentialRequestOptionsJSON = {
  challenge: 'AQID',
  rpId: 'localhost',
};

export const creationOptions: PublicKeyCredentialCreationOptionsJSON = {
  challenge: 'AQID',
  rp: { id: 'localhost', name: 'Shop' },
  user: { id: 'dXNlcg', name: 'ada@example.com', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

/** What an authenticator returns for a sign-in. Its JSON is `assertionJson`. */
export function assertion(changes: object = {}, response: object = {}): object {
  return {
    id: 'BAUG',
    rawId: bytes(4, 5, 6),
    type: 'public-key',
    authenticatorAttachment: 'platform',
    getClientExtensionResults: () => ({}),
    ...changes,
    response: {
      clientDataJSON: bytes(1),
      authenticatorData: bytes(2),
      signature: bytes(3),
      userHandle: bytes(117, 115, 101, 114),
      ...response,
    },
  };
}

export const assertionJson = {
  id: 'BAUG',
  rawId: 'BAUG',
  type: 'public-key',
  authenticatorAttachment: 'platform',
  clientExtensionResults: {},
  response: {
    clientDataJSON: 'AQ',
    authenticatorData: 'Ag',
    signature: 'Aw',
    userHandle: 'dXNlcg',
  },
};

/** What an authenticator returns for a new passkey. Its JSON is `attestationJson`. */
export function attestation(changes: object = {}, response: object = {}): object {
  return {
    id: 'BAUG',
    rawId: bytes(4, 5, 6),
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    ...changes,
    response: {
      clientDataJSON: bytes(1),
      attestationObject: bytes(2),
      getTransports: () => ['internal', 'hybrid'],
      getPublicKeyAlgorithm: () => -7,
      getPublicKey: () => bytes(3),
      getAuthenticatorData: () => bytes(4),
      ...response,
    },
  };
}

export const attestationJson = {
  id: 'BAUG',
  rawId: 'BAUG',
  type: 'public-key',
  authenticatorAttachment: 'cross-platform',
  clientExtensionResults: { credProps: { rk: true } },
  response: {
    clientDataJSON: 'AQ',
    attestationObject: 'Ag',
    transports: ['internal', 'hybrid'],
    publicKeyAlgorithm: -7,
    publicKey: 'Aw',
    authenticatorData: 'BA',
  },
};

/** What `work` ends with: the error it rejects with, or a failure of the test. */
export async function rejection<E = { code: string; message: string; cause: unknown }>(
  work: Promise<unknown>,
): Promise<E> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error as E;
  throw new Error(`Expected a rejection, got ${JSON.stringify(outcome.value)}`);
}

/** Fulfilled after everything that is due now has run, timers of zero milliseconds included. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** A request as `navigator.credentials` gets it. */
interface Asked {
  readonly publicKey: { readonly challenge: ArrayBuffer };
  readonly mediation?: CredentialMediationRequirement;
  readonly signal?: AbortSignal;
}

/**
 * Answers every request for a passkey on this page at once, in place of the browser and the person,
 * until the function it returns is called. The answers prove nothing: only `fakeBackend` takes them.
 */
export function fakeAuthenticator(): () => void {
  const undo = [
    replace(globalThis, 'PublicKeyCredential', FakeCredential),
    replace(navigator, 'credentials', { get: answer, create: answer }),
  ];
  return () => undo.forEach((restore) => restore());
}

/** What is asked of the class itself. */
class FakeCredential {
  static isConditionalMediationAvailable(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

/** Nobody picks from the autofill list, and in the scenario `prompting` nobody answers the prompt. */
async function answer({ publicKey, mediation, signal }: Asked): Promise<object> {
  signal?.throwIfAborted();
  const challenge = new TextDecoder().decode(publicKey.challenge);
  if (mediation !== 'conditional' && challenge !== encodeURIComponent('fake:prompting')) {
    return { ...credential, response: { ...response, userHandle: null } };
  }
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

const response = {
  clientDataJSON: bytesOf('{}'),
  authenticatorData: bytesOf('fake'),
  signature: bytesOf('fake'),
  attestationObject: bytesOf('fake'),
  getTransports: () => ['internal'],
};

const credential = {
  id: 'ZmFrZQ',
  rawId: bytesOf('fake'),
  type: 'public-key',
  authenticatorAttachment: 'platform',
  getClientExtensionResults: () => ({}),
};

function bytesOf(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).buffer;
}

/** Puts something in the place of a member; gives the way back. */
function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}

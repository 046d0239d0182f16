import { base64URLStringToBuffer, bufferToBase64URLString } from '@simplewebauthn/browser';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
} from './backend.js';
import { bare, bareJson } from './bare.js';
import { attempt, readCredential, request, toDescriptors, type Prompt } from './webauthn.js';

/** Creates a passkey. WebAuthn Level 3 §5.1.3. Rejects with a `PasskeyError`. */
export function createPasskey(
  foreign: PublicKeyCredentialCreationOptionsJSON,
  prompt: Prompt,
): Promise<RegistrationResponseJSON> {
  const options = bareJson(foreign); // a polluted prototype must not add options
  const publicKey = () => ({
    ...options,
    challenge: base64URLStringToBuffer(options.challenge),
    user: bare({ ...options.user, id: base64URLStringToBuffer(options.user.id) }),
    excludeCredentials: toDescriptors(options.excludeCredentials),
  });
  return request('create', prompt, publicKey, readRegistration);
}

/** Methods of extensions also give promises, which are no JSON: servers refuse what `{}` comes from. */
function readRegistration(credential: PublicKeyCredential): RegistrationResponseJSON {
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...readCredential(credential),
    response: {
      clientDataJSON: bufferToBase64URLString(response.clientDataJSON),
      attestationObject: bufferToBase64URLString(response.attestationObject),
      transports: attempt(() => [...response.getTransports()]),
      publicKeyAlgorithm: attempt(() => Number(response.getPublicKeyAlgorithm()) || undefined),
      publicKey: attempt(() => toText(response.getPublicKey())),
      authenticatorData: attempt(() => toText(response.getAuthenticatorData())),
    },
  };
}

function toText(bytes: ArrayBuffer | null): string | undefined {
  return bytes ? bufferToBase64URLString(bytes) || undefined : undefined;
}

import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import type { PasskeyRow } from '../database.ts';
import {
  toLibraryAssertion,
  toLibraryAttestation,
  type Assertion,
  type Attestation,
} from './answers.ts';
import type { Core } from './core.ts';
import { userHandle } from './credentials.ts';
import { fromBase64Url } from './encoding.ts';
import { Refusal, verificationFailed } from './errors.ts';
import { policy, requireUserVerification } from './policy.ts';
import { checkPublicKey } from './public-key.ts';

/** What a verified assertion says. */
export interface VerifiedAssertion {
  readonly counter: number;
  readonly backedUp: boolean;
}

/** What a verified registration says. */
export interface VerifiedAttestation {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly aaguid: string | null;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/** What a request for options demanded beyond the policy. */
export interface Demands {
  /** The person must have been verified. */
  readonly userVerified?: boolean;
  /** The passkey must come without any attestation. */
  readonly unattested?: boolean;
}

/** Verifies a signature made with a stored passkey, and everything the signature covers. */
export async function verifyAssertion(
  core: Core,
  challenge: string,
  answer: Assertion,
  passkey: PasskeyRow,
  { userVerified = false }: Demands = {},
): Promise<VerifiedAssertion> {
  return refusing(async () => {
    if (answer.id !== answer.rawId || answer.id !== passkey.credential_id)
      throw new Error('other credential id');
    const handle = answer.response.userHandle;
    if (handle != null && handle !== userHandle({ id: passkey.user_id }))
      throw new Error('foreign user handle');
    const origin = checkClientData(core, answer.response.clientDataJSON, 'webauthn.get', challenge);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: toLibraryAssertion(answer),
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: passkey.rp_id,
      requireUserVerification: requireUserVerification || userVerified,
      // The library compares the counter before it checks the signature, so that anyone could raise
      // an alarm about someone else's key. It gets 0, and the caller compares after this.
      credential: { id: passkey.credential_id, publicKey: copy(passkey.public_key), counter: 0 },
    });
    if (!verified) throw new Error('bad signature');
    const eligible = authenticationInfo.credentialDeviceType === 'multiDevice';
    if (eligible !== passkey.backup_eligible) throw new Error('backup eligibility changed');
    return {
      counter: authenticationInfo.newCounter,
      backedUp: authenticationInfo.credentialBackedUp,
    };
  });
}

/** Verifies a new passkey; a conditional one is made without a gesture, so it may lack user presence. */
export async function verifyAttestation(
  core: Core,
  challenge: string,
  answer: Attestation,
  mediation: string | null,
  { userVerified = false, unattested = false }: Demands = {},
): Promise<VerifiedAttestation> {
  return refusing(async () => {
    const origin = checkClientData(
      core,
      answer.response.clientDataJSON,
      'webauthn.create',
      challenge,
    );
    checkFormat(
      answer.response.attestationObject,
      unattested ? ['none'] : policy.attestationFormats,
    );
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: toLibraryAttestation(answer),
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: core.rpId,
      requireUserPresence: mediation !== 'conditional',
      requireUserVerification: requireUserVerification || userVerified,
      supportedAlgorithmIDs: [...policy.algorithms],
    });
    if (!verified || !registrationInfo) throw new Error('bad attestation signature');
    const { credential, aaguid, credentialBackedUp, credentialDeviceType } = registrationInfo;
    if (answer.id !== credential.id) throw new Error('other credential id');
    await checkPublicKey(credential.publicKey);
    return {
      credentialId: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      aaguid: aaguid === '00000000-0000-0000-0000-000000000000' ? null : aaguid,
      backupEligible: credentialDeviceType === 'multiDevice',
      backedUp: credentialBackedUp,
    };
  });
}

type ClientDataMember = 'type' | 'challenge' | 'origin' | 'crossOrigin' | 'topOrigin';

function checkClientData(core: Core, json: string, type: string, challenge: string): string {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(json));
  const data = JSON.parse(text) as Record<ClientDataMember, unknown>;
  if (data.type !== type) throw new Error(`type ${String(data.type)}`);
  if (data.challenge !== challenge) throw new Error('other challenge');
  const origin = typeof data.origin === 'string' ? data.origin : null;
  if (!core.originAllowed(origin)) throw new Error(`origin ${String(data.origin)}`);
  if (data.crossOrigin === true || data.topOrigin !== undefined)
    throw new Error('cross-origin frame');
  return origin;
}

function checkFormat(attestationObject: string, formats: readonly string[]): void {
  const object = decodeAttestationObject(fromBase64Url(attestationObject));
  const format: string = object.get('fmt');
  if (!formats.includes(format)) throw new Error(`format ${format}`);
  // Nobody asked for certificates, and checking them would make the server fetch what they name.
  if (object.get('attStmt').get('x5c') !== undefined) throw new Error('certificates');
}

async function refusing<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw verificationFailed(error instanceof Error ? error.message : String(error));
  }
}

const copy = (bytes: Uint8Array) => Uint8Array.from(bytes);

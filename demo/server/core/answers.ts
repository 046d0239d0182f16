import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import * as v from 'valibot';

const base64Url = (most: number) =>
  v.pipe(v.string(), v.maxLength(most), v.regex(/^[A-Za-z0-9_-]+$/));

// 1023 bytes is the longest credential id WebAuthn allows.
const credentialId = base64Url(1364);
const clientData = base64Url(8192);

const shared = {
  id: credentialId,
  rawId: credentialId,
  type: v.literal('public-key'),
  clientExtensionResults: v.optional(v.record(v.string(), v.unknown())),
};

/** The JSON of an assertion; browsers may add members of their own. */
export const assertion = v.looseObject({
  ...shared,
  response: v.looseObject({
    clientDataJSON: clientData,
    authenticatorData: base64Url(8192),
    signature: base64Url(4096),
    userHandle: v.nullish(base64Url(88)),
  }),
});

/** The JSON of a registration; browsers may add members of their own. */
export const attestation = v.looseObject({
  ...shared,
  response: v.looseObject({
    clientDataJSON: clientData,
    attestationObject: base64Url(48 * 1024),
    transports: v.optional(v.unknown()),
  }),
});

/** An assertion whose shape has been checked. */
export type Assertion = v.InferOutput<typeof assertion>;

/** A registration whose shape has been checked. */
export type Attestation = v.InferOutput<typeof attestation>;

/** An assertion as the verifying library wants it, without anything we did not check. */
export const toLibraryAssertion = ({
  id,
  rawId,
  type,
  response,
}: Assertion): AuthenticationResponseJSON => ({
  id,
  rawId,
  type,
  response: {
    clientDataJSON: response.clientDataJSON,
    authenticatorData: response.authenticatorData,
    signature: response.signature,
  },
  clientExtensionResults: {},
});

/** A registration as the verifying library wants it, without anything we did not check. */
export const toLibraryAttestation = ({
  id,
  rawId,
  type,
  response,
}: Attestation): RegistrationResponseJSON => ({
  id,
  rawId,
  type,
  response: {
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
  },
  clientExtensionResults: {},
});

/** The transports an authenticator claims, without what is no transport at all. */
export const readTransports = (transports: unknown): string[] =>
  Array.isArray(transports)
    ? [...new Set(transports)]
        .filter((name) => typeof name === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(name))
        .slice(0, 8)
    : [];

import type { PasskeyBackend, RegistrationResponseJSON } from '../core/backend.js';
import type { PasskeyError } from '../core/errors.js';
import type { PasskeyFields } from '../core/passkey.js';
import type { Auth0Settings, Shared } from './auth0.js';
import type { HttpTable } from './http.js';
import type { ForeignRecord } from './records.js';

type Rows = NonNullable<HttpTable['registration']>;
type Operations = NonNullable<PasskeyBackend['registration']>;

/** What it keeps of a passkey on its way into an account. */
interface Adding {
  readonly session: string;
  /** The new passkey's place in the account. */
  readonly method: string;
}

/**
 * A passkey for somebody who is signed in, or else for a newcomer, whose account it makes. Like the
 * hand-off of `rest` it imports nothing that is loaded already.
 */
export function registrationOf(
  settings: Auth0Settings,
  operationsOf: (rows: Rows) => Operations,
  shared: Shared,
): Operations {
  const adding = operationsOf(addingRows(shared));
  const signingUp = operationsOf(signUpRows(settings, shared));
  return {
    begin: (request, signal) =>
      adding.begin(request, signal).catch((error: PasskeyError) => {
        const unsent = error.code === 'unauthorized' && error.status === undefined;
        return unsent && request.identifier
          ? signingUp.begin(request, signal)
          : Promise.reject(error);
      }),
    finish: (answer, signal) =>
      (typeof answer.challenge.context === 'string' ? signingUp : adding).finish(answer, signal),
  };
}

function addingRows({ methods, ofMember, readChallenge, readPasskey, readText }: Shared): Rows {
  return {
    begin: {
      ...ofMember,
      path: methods,
      body: () => ({ type: 'passkey' }),
      read: (json, _, headers) => {
        const { options, context: session } = readChallenge(json);
        const method = readText({ Location: lastPart(headers.get('Location')) }, 'Location');
        return { options, context: { session, method } };
      },
    },
    finish: {
      ...ofMember,
      path: ({ challenge }) => `${methods}/${(challenge.context as Adding).method}/verify`,
      body: ({ answer, challenge }) => ({
        auth_session: (challenge.context as Adding).session,
        authn_response: documented(answer),
      }),
      read: async (json) => ({ passkey: await readPasskey(json, fieldsOf) }),
    },
  };
}

function signUpRows(
  settings: Auth0Settings,
  { clientOf, grantOf, readChallenge, readTokens }: Shared,
): Rows {
  return {
    begin: {
      path: '/passkey/register',
      body: ({ identifier, displayName }) => ({
        ...clientOf(settings),
        user_profile: { [settings.identifierType ?? 'email']: identifier, name: displayName },
      }),
      errors: { invalid_request: 'conflict' }, // there is such an account already
      read: readChallenge,
    },
    finish: {
      path: '/oauth/token',
      body: ({ answer, challenge }) => grantOf(settings, challenge.context, documented(answer)),
      read: (json) => ({ signIn: readTokens(json) }),
    },
  };
}

/** A new passkey with the two members that are documented, as the vendor's own client sends it. */
function documented({ response, ...answer }: RegistrationResponseJSON): RegistrationResponseJSON {
  const { clientDataJSON, attestationObject } = response;
  return { ...answer, response: { clientDataJSON, attestationObject } };
}

/** The last part of an address, encoded as it is there; the page may not see one at all (CORS). */
function lastPart(address: string | null): string | undefined {
  return /([^/?#]+)\/?(?:[?#]|$)/.exec(address ?? '')?.[1];
}

/** Which field of ours is which of theirs. */
export function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.id,
    credentialId: record.key_id,
    name: record.name,
    aaguid: record.aaguid,
    createdAt: record.created_at,
    lastUsedAt: record.last_auth_at,
    transports: record.transports,
    deviceType: String(record.credential_device_type).replace('_', '-'),
    synced: record.credential_backed_up,
    publicKey: record.public_key,
    rpId: record.relying_party_id,
    userHandle: record.user_handle,
    userId: record.identity_user_id,
  };
}

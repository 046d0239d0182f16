import type {
  AuthenticationResponseJSON,
  BegunChallenge,
  PasskeyBackend,
  RegistrationResponseJSON,
} from '../core/backend.js';
import { PasskeyError } from '../core/errors.js';
import type { PasskeyFields } from '../core/passkey.js';
import { defineHttpBackend, type HttpSettings, type HttpTable } from './http.js';
import {
  asRecord,
  asText,
  readPasskey,
  readPasskeys,
  readText,
  type ForeignRecord,
  tokensIn,
} from './records.js';

/** What a site may set for Auth0, beside the client id and the base URL (the custom domain). */
export interface Auth0Settings extends HttpSettings {
  /** The database connection with the accounts; the tenant's own choice unless said. */
  readonly realm?: string;
  readonly organization?: string;
  /** The API that the tokens are for. */
  readonly audience?: string;
  readonly scope?: string;
  /** What that connection takes for the account name of a newcomer; `email` unless said. */
  readonly identifierType?: 'email' | 'phone_number' | 'username';
}

type Registration = NonNullable<HttpTable['registration']>;

/**
 * Speaks the native passkeys API of Auth0, and its My Account API for those who are signed in.
 * An account name without an access token is a newcomer's: their passkey makes the account.
 */
export function auth0(settings: Auth0Settings = {}): PasskeyBackend {
  const member = ofMember(settings);
  const adding = member.registration!;
  const signingUp = ofNewcomer(settings).registration!;
  return {
    ...member,
    registration: {
      begin: (request, signal) =>
        adding.begin(request, signal).catch((error: PasskeyError) => {
          const unsent = error.code === 'unauthorized' && error.status === undefined;
          return unsent && request.identifier
            ? signingUp.begin(request, signal)
            : Promise.reject(error);
        }),
      finish: (answer, signal) =>
        (asText(answer.challenge.context) ? signingUp : adding).finish(answer, signal),
    },
  };
}

const ofMember = defineHttpBackend((settings: Auth0Settings) => tableOf(settings, addRows));
const ofNewcomer = defineHttpBackend((settings: Auth0Settings) =>
  tableOf(settings, signUpRows(settings)),
);

const methods = '/me/v1/authentication-methods';
/** The token is good but lacks the scope: another sign-in may bring one that has it. */
const account = { bearer: true, errors: { 403: 'reauth-required' } } as const;

function tableOf(settings: Auth0Settings, registration: Registration): HttpTable {
  return {
    name: 'auth0',
    baseUrl: 'https://', // each tenant has its own, so one that is left out is told of at once
    credentials: 'omit',
    traits: { identifier: 'ignored', signUp: true },
    needsClientId: true,
    errors: {
      invalid_grant: 'verification-failed',
      unauthorized_client: 'forbidden',
      access_denied: 'forbidden',
      mfa_required: 'mfa-required',
      insufficient_scope: 'reauth-required',
    },
    readFault,
    signIn: {
      begin: { path: '/passkey/challenge', body: () => clientOf(settings), read: readChallenge },
      finish: {
        path: '/oauth/token',
        body: ({ answer, challenge }) => grantOf(settings, challenge.context, answer),
        read: (json) => tokensIn(asRecord(json)),
      },
    },
    registration,
    passkeys: {
      list: {
        ...account,
        method: 'GET',
        path: methods,
        query: () => ({ type: 'passkey' }),
        read: (json) => readPasskeys(asRecord(json).authentication_methods, fieldsOf),
      },
      get: { ...account, method: 'GET', path: pathOf, read: (json) => readPasskey(json, fieldsOf) },
      remove: { ...account, method: 'DELETE', path: pathOf },
    },
  };
}

const addRows: Registration = {
  begin: {
    ...account,
    path: methods,
    body: () => ({ type: 'passkey' }),
    read: (json, _, headers) => {
      const { options, context: session } = readChallenge(json);
      return { options, context: { session, method: readMethod(headers) } };
    },
  },
  finish: {
    ...account,
    path: ({ challenge }) => `${methods}/${readText(challenge.context, 'method')}/verify`,
    body: ({ answer, challenge }) => ({
      auth_session: readText(challenge.context, 'session'),
      authn_response: documented(answer),
    }),
    read: async (json) => ({ passkey: await readPasskey(json, fieldsOf) }),
  },
};

function signUpRows(settings: Auth0Settings): Registration {
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
      read: (json) => ({ signIn: tokensIn(asRecord(json)) }),
    },
  };
}

/** An address that must be verified before its passkey is created is a step we do not have. */
function readFault(json: unknown) {
  const { error, verification_required } = asRecord(json);
  const code = asRecord(verification_required).length ? 'mfa_required' : asText(error);
  return code ? { code } : undefined;
}

function clientOf({ clientId, realm, organization }: Auth0Settings) {
  return { client_id: clientId, realm, organization };
}

function grantOf(
  settings: Auth0Settings,
  session: unknown,
  answer: AuthenticationResponseJSON | RegistrationResponseJSON,
) {
  return {
    grant_type: 'urn:okta:params:oauth:grant-type:webauthn',
    ...clientOf(settings),
    auth_session: session,
    authn_response: answer,
    scope: settings.scope,
    audience: settings.audience,
  };
}

/** A new passkey with the two members that are documented, as the vendor's own client sends it. */
function documented({ response, ...answer }: RegistrationResponseJSON): RegistrationResponseJSON {
  const { clientDataJSON, attestationObject } = response;
  return { ...answer, response: { clientDataJSON, attestationObject } };
}

function readChallenge(json: unknown): BegunChallenge {
  return { options: json, context: readText(json, 'auth_session') };
}

/** The new passkey's place in the account: the last part of `Location`, encoded as it is there. */
function readMethod(headers: Headers): string {
  const [, method] = /([^/?#]+)\/?(?:[?#]|$)/.exec(headers.get('Location') ?? '') ?? [];
  if (method) return method;
  throw new PasskeyError('bad-response', 'no Location, or the page may not read it (CORS)');
}

function pathOf({ id }: { readonly id: string }): string {
  return `${methods}/${encodeURIComponent(id)}`;
}

function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.id,
    credentialId: record.key_id,
    name: record.name,
    aaguid: record.aaguid,
    createdAt: record.created_at,
    lastUsedAt: record.last_auth_at,
    transports: record.transports,
    deviceType: asText(record.credential_device_type)?.replace('_', '-'),
    synced: record.credential_backed_up,
    publicKey: record.public_key,
    rpId: record.relying_party_id,
    userHandle: record.user_handle,
    userId: record.identity_user_id,
  };
}

export default auth0;

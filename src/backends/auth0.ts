import type {
  AuthenticationResponseJSON,
  BegunChallenge,
  PasskeyBackend,
  RegistrationResponseJSON,
} from '../core/backend.js';
import { defineHttpBackend, type HttpSettings, type HttpTable } from './http.js';
import { asRecord, asText, readPasskey, readPasskeys, readText, tokensIn } from './records.js';

/** What a site may set for Auth0, beside the client id and the base URL (the custom domain). */
export interface Auth0Settings extends HttpSettings {
  /** The database connection with the accounts; the tenant's own choice unless said. */
  readonly realm?: string | undefined;
  readonly organization?: string | undefined;
  /** The API that the tokens are for. */
  readonly audience?: string | undefined;
  readonly scope?: string | undefined;
  /** What that connection takes for the account name of a newcomer; `email` unless said. */
  readonly identifierType?: 'email' | 'phone_number' | 'username' | undefined;
}

/**
 * Speaks the native passkeys API of Auth0, and its My Account API for those who are signed in.
 * An account name without an access token is a newcomer's: their passkey makes the account.
 */
export function auth0(settings: Auth0Settings = {}): PasskeyBackend {
  const registration = async () => {
    const { registrationOf } = await account();
    const operationsOf = (rows: HttpTable['registration']) =>
      defineHttpBackend({ ...tableOf(settings), registration: rows })(settings).registration!;
    return registrationOf(settings, operationsOf, shared);
  };
  return {
    ...withoutRegistration(settings),
    registration: {
      begin: async (request, signal) => (await registration()).begin(request, signal),
      finish: async (answer, signal) => (await registration()).finish(answer, signal),
    },
  };
}

const withoutRegistration = defineHttpBackend(tableOf);

/** What a sign-in has no use for. */
const account = () => import('./auth0-account.js');

const methods = '/me/v1/authentication-methods';
/** The token is good but lacks the scope: another sign-in may bring one that has it. */
const ofMember = { bearer: true, errors: { 403: 'reauth-required' } } as const;

const shared = {
  ...{ clientOf, grantOf, readChallenge, readTokens, readText, readPasskey },
  ...{ methods, ofMember },
};

/** What both files use, handed over: see `rest-handoff.ts`. */
export type Shared = typeof shared;

function tableOf(settings: Auth0Settings): HttpTable {
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
        read: readTokens,
      },
    },
    passkeys: {
      list: {
        ...ofMember,
        method: 'GET',
        path: methods,
        query: () => ({ type: 'passkey' }),
        read: async (json) =>
          readPasskeys(asRecord(json).authentication_methods, (await account()).fieldsOf),
      },
      get: {
        ...ofMember,
        method: 'GET',
        path: pathOf,
        read: async (json) => readPasskey(json, (await account()).fieldsOf),
      },
      remove: { ...ofMember, method: 'DELETE', path: pathOf },
    },
  };
}

/** An address that must be verified before its passkey is created is a step we do not have. */
function readFault(json: unknown) {
  const { error, verification_required } = asRecord(json);
  const code = asRecord(verification_required)[0] ? 'mfa_required' : asText(error);
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

function readChallenge(json: unknown): BegunChallenge {
  return { options: json, context: readText(json, 'auth_session') };
}

function readTokens(json: unknown) {
  return tokensIn(asRecord(json));
}

function pathOf({ id }: { readonly id: string }): string {
  return `${methods}/${encodeURIComponent(id)}`;
}

export default auth0;

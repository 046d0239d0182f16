import type { AuthenticationResponseJSON, SignInResult } from '../core/backend.js';
import { unreachable, type PasskeyErrorCode } from '../core/errors.js';
import { defineHttpBackend, type HttpSettings } from './http.js';
import { asRecord, asText, readText, tokensIn } from './records.js';
import type { StatusWords } from './ssojet-status.js';

/** What a site may set for SSOJet, beside the client id, which it must. */
export interface SsojetSettings extends HttpSettings {
  /** How the proof of a sign-in travels; the vendor's pages do not say. */
  readonly finishBody?: keyof typeof finishBodies | undefined;
  /** Also takes phones and security keys where the server asks for this device only. */
  readonly anyAuthenticator?: boolean | undefined;
  /** The server's status words in lower case, where they are not the usual ones. */
  readonly statusWords?: StatusWords | undefined;
}

/** Speaks the passkey API of SSOJet. */
export const ssojet = defineHttpBackend((settings: SsojetSettings) => ({
  name: 'ssojet',
  baseUrl: 'https://api.ssojet.com/api/v1',
  credentials: 'omit',
  needsClientId: true,
  clientIdHeader: 'X-Client-Id',
  query: { client_id: settings.clientId },
  errors,
  readFault,
  signIn: {
    begin: {
      method: 'GET',
      path: `${passkeys}/login`,
      query: ({ identifier }) => ({ identifier }),
      read: (json) => ({ options: json, context: readText(json, 'auth_code') }),
    },
    finish: {
      path: `${passkeys}/login`,
      query: ({ challenge: { context, identifier } }) => ({
        auth_code: context as string,
        identifier,
      }),
      withoutClientId: true,
      body: ({ answer }) => finishBodies[settings.finishBody ?? 'credential'](answer),
      errors: async (input) => (await statuses()).errorsOf(input),
      read: async (json, ...more) =>
        findTokens(json) ?? (await statuses()).readPending(settings, json, ...more),
    },
  },
  registration: {
    begin: {
      method: 'GET',
      path: `${passkeys}/register`,
      bearer: true,
      read: async (json) => ({
        options: settings.anyAuthenticator ? (await account()).withAnyAuthenticator(json) : json,
        context: readText(json, 'auth_code'),
      }),
    },
    finish: {
      path: `${passkeys}/register`,
      query: ({ challenge: { context } }) => ({ auth_code: context as string }),
      bearer: true,
      body: ({ answer }) => ({ ...answer, transports: answer.response.transports }),
      errors: { 401: 'unauthorized', 1004: 'verification-failed' },
      read: async (json) => (await account()).readRegistered(json),
    },
  },
  status: {
    method: 'GET',
    path: `${passkeys}/status`,
    query: ({ identifier, handle }) => ({ identifier: identifier ?? handle }),
    read: async (...answer) => (await statuses()).readStatus(settings, ...answer),
  },
  codes: {
    send: {
      path: `${codes}/send`,
      body: ({ identifier }) => ({ email: identifier }),
      read: (json) => ({ handle: readText(json, 'state') }),
    },
    verify: {
      path: `${codes}/verify`,
      body: ({ handle, code }) => ({ state: handle, otp: code }),
      read: async (json) => findTokens(json) ?? (await statuses()).refuse(json),
    },
  },
  passkeys: {
    list: {
      method: 'GET',
      path: `${passkeys}/credentials`,
      bearer: true,
      read: async (json) => (await account()).readList(json),
    },
    rename: { method: 'PATCH', path: pathOf, bearer: true, body: ({ name }) => ({ name }) },
    remove: { method: 'DELETE', path: pathOf, bearer: true },
  },
}));

/** What a sign-in that simply works has no use for. */
const account = () => import('./ssojet-account.js');
const statuses = () => import('./ssojet-status.js').catch(unreachable);

const passkeys = '/auth/passwordless/passkey';
const codes = '/auth/passwordless/email-otp';

function pathOf({ id }: { readonly id: string }): string {
  return `${passkeys}/credentials/${encodeURIComponent(id)}`;
}

const errors: Readonly<Record<number, PasskeyErrorCode>> = {
  1000: 'forbidden', // invalid client id
  1003: 'unauthorized',
  1004: 'invalid-input',
  1005: 'not-found',
  1006: 'server-error',
  1008: 'invalid-input', // invalid e-mail address
  1009: 'challenge-expired', // invalid state id
  1011: 'forbidden', // invalid host
};

/** A numeric code is a fault even with status 200; so is a status word that does not answer a question. */
function readFault(json: unknown, method: string) {
  const { code, error_code, status } = asRecord(json);
  const number = error_code || code;
  if (typeof number === 'number' && number) return { code: number };
  const failed = method !== 'GET' && /^(error|fail(ed)?)$/i.test(String(status));
  return failed ? {} : undefined;
}

const finishBodies = {
  credential: (answer: AuthenticationResponseJSON): unknown => answer,
  'passkey-text': (answer: AuthenticationResponseJSON) => ({ passkey: JSON.stringify(answer) }),
  'passkey-object': (answer: AuthenticationResponseJSON) => ({ passkey: answer }),
};

/** The three shapes the vendor's pages show: a bare token, tokens under `oauth`, tokens beside a profile. */
function findTokens(json: unknown): SignInResult | undefined {
  const answer = asRecord(json);
  const oauth = asRecord(answer.oauth || answer);
  const user = asRecord(answer.user || answer.profile || answer);
  const accessToken = asText(oauth.access_token || answer.token);
  return accessToken && answer.authenticated !== false
    ? {
        ...tokensIn(oauth, accessToken),
        user: {
          id: asText(user.user_id || user.id),
          identifier: asText(user.identifier || user.email),
        },
      }
    : undefined;
}

export default ssojet;

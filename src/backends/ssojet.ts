import type {
  AuthenticationResponseJSON,
  PendingSignIn,
  SignInChallenge,
  SignInResult,
  Status,
} from '../core/backend.js';
import { PasskeyError, type PasskeyErrorCode } from '../core/errors.js';
import { toDate } from '../core/dates.js';
import type { PasskeyFields } from '../core/passkey.js';
import { defineHttpBackend, type HttpSettings } from './http.js';
import type { StatusWords } from './ssojet-status.js';
import {
  asRecord,
  asText,
  readPasskey,
  readPasskeys,
  readText,
  type ForeignRecord,
} from './records.js';

/** What a site may set for SSOJet, beside the client id, which it must. */
export interface SsojetSettings extends HttpSettings {
  /** How the proof of a sign-in travels; the vendor's pages do not say. */
  readonly finishBody?: keyof typeof finishBodies;
  /** Also takes phones and security keys where the server asks for this device only. */
  readonly anyAuthenticator?: boolean;
  /** The server's status words in lower case, where they are not the usual ones. */
  readonly statusWords?: StatusWords;
}

/** Speaks the passkey API of SSOJet. */
export const ssojet = defineHttpBackend((settings: SsojetSettings) => ({
  name: 'ssojet',
  baseUrl: 'https://api.ssojet.com/api/v1',
  credentials: 'omit',
  traits: { nameAtRegistration: 'none', maxNameLength: 64, signals: false },
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
      query: ({ challenge }) => ({ ...authCodeOf(challenge), identifier: challenge.identifier }),
      withoutClientId: true,
      body: ({ answer }) => finishBodies[settings.finishBody ?? 'credential'](answer),
      errors: { 1004: 'verification-failed', 1005: 'unknown-credential' },
      read: (json, { challenge }) => readSignIn(json, challenge, settings.statusWords),
    },
  },
  registration: {
    begin: {
      method: 'GET',
      path: `${passkeys}/register`,
      bearer: true,
      read: (json) => ({
        options: settings.anyAuthenticator ? withAnyAuthenticator(json) : json,
        context: readText(json, 'auth_code'),
      }),
    },
    finish: {
      path: `${passkeys}/register`,
      query: ({ challenge }) => authCodeOf(challenge),
      bearer: true,
      body: ({ answer }) => ({ ...answer, transports: answer.response.transports }),
      errors: { 1004: 'verification-failed' },
      read: async (json) =>
        asRecord(json).public_key ? { passkey: await readPasskey(json, fieldsOf) } : {},
    },
  },
  status: {
    method: 'GET',
    path: `${passkeys}/status`,
    query: ({ identifier, handle }) => ({ identifier: identifier ?? handle }),
    read: (json) => readStatus(json, settings.statusWords),
  },
  codes: {
    send: { path: `${codes}/send`, body: emailOf, read: readSentCode },
    verify: { path: `${codes}/verify`, body: otpOf, read: readTokens },
  },
  passkeys: {
    list: { method: 'GET', path: `${passkeys}/credentials`, bearer: true, read: readList },
    rename: { method: 'PATCH', path: pathOf, bearer: true, body: ({ name }) => ({ name }) },
    remove: { method: 'DELETE', path: pathOf, bearer: true },
  },
}));

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
  const failed = method !== 'GET' && /^(error|failed|fail)$/i.test(String(status));
  return failed ? {} : undefined;
}

function authCodeOf({ context }: { readonly context?: unknown }) {
  return { auth_code: String(context) };
}

const finishBodies = {
  credential: (answer: AuthenticationResponseJSON): unknown => answer,
  'passkey-text': (answer: AuthenticationResponseJSON) => ({ passkey: JSON.stringify(answer) }),
  'passkey-object': (answer: AuthenticationResponseJSON) => ({ passkey: answer }),
};

function withAnyAuthenticator(json: unknown): object {
  const options = asRecord(asRecord(json).publicKey);
  const selection = asRecord(options.authenticatorSelection);
  return {
    ...options,
    authenticatorSelection: { ...selection, authenticatorAttachment: undefined },
  };
}

async function readSignIn(
  json: unknown,
  { identifier }: SignInChallenge,
  siteWords?: StatusWords,
): Promise<SignInResult | PendingSignIn> {
  const tokens = findTokens(json);
  if (tokens) return tokens;
  const status = await readStatus(json, siteWords);
  if (status.state !== 'pending') throw refusal(status);
  // `status` knows a sign-in by its account name only.
  return { kind: 'pending', handle: identifier, expiresAt: status.expiresAt };
}

async function readTokens(json: unknown): Promise<SignInResult> {
  const tokens = findTokens(json);
  if (!tokens) throw refusal(await readStatus(json));
  return tokens;
}

/** Few sign-ins need the words, so they come when one does. */
async function readStatus(json: unknown, siteWords?: StatusWords): Promise<Status> {
  return (await import('./ssojet-status.js')).readStatus(json, siteWords);
}

function refusal({ state }: Status): PasskeyError {
  if (state === 'expired') return new PasskeyError('challenge-expired', 'it has expired');
  const refused = state === 'failed' || state === 'pending';
  return new PasskeyError(refused ? 'verification-failed' : 'bad-response', 'no token');
}

/** The three shapes the vendor's pages show: a bare token, tokens under `oauth`, tokens beside a profile. */
function findTokens(json: unknown): SignInResult | undefined {
  const answer = asRecord(json);
  const oauth = asRecord(answer.oauth ?? answer);
  const user = asRecord(answer.user ?? answer.profile ?? answer);
  const accessToken = asText(oauth.access_token) ?? asText(answer.token);
  return accessToken === undefined
    ? undefined
    : {
        kind: 'tokens',
        accessToken,
        refreshToken: asText(oauth.refresh_token),
        idToken: asText(oauth.id_token),
        tokenType: asText(oauth.token_type),
        expiresAt: toDate(oauth.expires_at),
        user: {
          id: asText(user.user_id) ?? asText(user.id),
          identifier: asText(user.identifier) ?? asText(user.email),
        },
      };
}

function emailOf({ identifier }: { readonly identifier: string }) {
  return { email: identifier };
}

function readSentCode(json: unknown) {
  return { handle: readText(json, 'state') };
}

function otpOf({ handle, code }: { readonly handle: string; readonly code: string }) {
  return { state: handle, otp: code };
}

function readList(json: unknown) {
  return readPasskeys(json, fieldsOf);
}

/** Casing as on the wire; the older API of the same family writes all of it in lower case. */
function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.id,
    credentialId: record.id,
    name: record.Name ?? record.name,
    aaguid: record.aaguid,
    createdAt: record.CreatedAt ?? record.created_at,
    updatedAt: record.UpdatedAt ?? record.updated_at,
    lastUsedAt: record.LastUsedAt ?? record.last_used_at,
    transports: record.transports,
    backupEligible: record.backup_eligible,
    synced: record.backup_state,
    signCount: record.SignCount ?? record.sign_count,
    publicKey: record.public_key,
  };
}

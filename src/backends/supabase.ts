import type {
  BegunChallenge,
  RegistrationAnswer,
  SignInAnswer,
  SignInResult,
} from '../core/backend.js';
import { toDate } from '../core/dates.js';
import type { PasskeyFields } from '../core/passkey.js';
import { defineHttpBackend, type HttpSettings } from './http.js';
import {
  asRecord,
  asText,
  readPasskey,
  readPasskeys,
  readText,
  type ForeignRecord,
  tokensIn,
} from './records.js';

/** What a site may set for Supabase, beside the client id (its publishable key) and the base URL. */
export interface SupabaseSettings extends HttpSettings {
  /** Token of a solved captcha, where the project asks for one. */
  readonly captchaToken?: (() => string | undefined | Promise<string | undefined>) | undefined;
}

/** Speaks the passkey API of Supabase Auth. */
export const supabase = defineHttpBackend(({ captchaToken }: SupabaseSettings) => ({
  name: 'supabase',
  baseUrl: 'https://', // each project has its own, so one that is left out is told of at once
  credentials: 'omit',
  traits: { identifier: 'ignored', maxNameLength: 120 }, // in bytes: the server has the last word
  needsClientId: true,
  clientIdHeader: 'apikey',
  errors: {
    webauthn_challenge_not_found: 'challenge-expired',
    webauthn_challenge_expired: 'challenge-expired',
    webauthn_credential_exists: 'already-registered',
    too_many_passkeys: 'conflict',
    insufficient_aal: 'reauth-required',
    passkey_disabled: 'forbidden',
    no_authorization: 'unauthorized',
    bad_jwt: 'unauthorized', // with status 403, also for a token that is merely too old
    session_not_found: 'unauthorized',
  },
  readFault,
  signIn: {
    begin: {
      path: '/passkeys/authentication/options',
      body: async () => ({
        gotrue_meta_security: captchaToken && { captcha_token: await captchaToken() },
      }),
      read: readChallenge,
    },
    finish: { path: '/passkeys/authentication/verify', body: proofOf, read: readSession },
  },
  registration: {
    begin: {
      path: '/passkeys/registration/options',
      bearer: true,
      body: () => ({}),
      errors: { validation_failed: 'forbidden' }, // people who come by single sign-on may have none
      read: readChallenge,
    },
    finish: {
      path: '/passkeys/registration/verify',
      bearer: true,
      body: proofOf,
      read: async (json) => ({ passkey: await readPasskey(json, fieldsOf) }),
    },
  },
  passkeys: {
    list: {
      method: 'GET',
      path: '/passkeys',
      bearer: true,
      read: (json) => readPasskeys(json, fieldsOf),
    },
    rename: {
      method: 'PATCH',
      path: pathOf,
      bearer: true,
      body: ({ name }) => ({ friendly_name: name }),
      read: (json) => readPasskey(json, fieldsOf),
    },
    remove: { method: 'DELETE', path: pathOf, bearer: true },
  },
}));

function pathOf({ id }: { readonly id: string }): string {
  return `/passkeys/${encodeURIComponent(id)}`;
}

/** Older versions of the API write the HTTP status where newer ones have the code. */
function readFault(json: unknown) {
  const { code, error_code } = asRecord(json);
  const fault = asText(error_code) ?? asText(code);
  return fault === undefined ? undefined : { code: fault };
}

function readChallenge(json: unknown): BegunChallenge {
  const { options, expires_at } = asRecord(json);
  return { options, context: readText(json, 'challenge_id'), expiresAt: toDate(expires_at) };
}

function proofOf({ answer, challenge }: SignInAnswer | RegistrationAnswer) {
  return { challenge_id: challenge.context, credential: answer };
}

function readSession(json: unknown): SignInResult {
  const { id, email, phone } = asRecord(asRecord(json).user);
  return {
    ...tokensIn(asRecord(json)),
    user: { id: asText(id), identifier: asText(email) ?? asText(phone) },
  };
}

function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.id,
    name: record.friendly_name,
    createdAt: record.created_at,
    lastUsedAt: record.last_used_at,
  };
}

export default supabase;

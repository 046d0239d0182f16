import type { SignInResult } from '../core/backend.js';
import type { PasskeyFields } from '../core/passkey.js';
import { defineHttpBackend } from './http.js';
import {
  asRecord,
  asText,
  readPasskey,
  readPasskeys,
  readText,
  type ForeignRecord,
} from './records.js';

/** Speaks the passkey plugin of Better Auth. */
export const betterAuth = defineHttpBackend({
  name: 'better-auth',
  baseUrl: '/api/auth',
  traits: { identifier: 'ignored', nameAtRegistration: 'optional' },
  errors: {
    SESSION_NOT_FRESH: 'reauth-required',
    CHALLENGE_NOT_FOUND: 'challenge-expired', // or used, or replaced by one for another tab
    FAILED_TO_VERIFY_REGISTRATION: 'verification-failed', // with status 500
  },
  readFault,
  signIn: {
    begin: { method: 'GET', path: '/passkey/generate-authenticate-options', read: readOptions },
    finish: {
      path: '/passkey/verify-authentication',
      body: ({ answer }) => ({ response: answer }),
      errors: { PASSKEY_NOT_FOUND: 'unknown-credential' },
      read: readSession,
    },
  },
  registration: {
    // Its `name` would become the account name that the authenticator shows.
    begin: { method: 'GET', path: '/passkey/generate-register-options', read: readOptions },
    finish: {
      path: '/passkey/verify-registration',
      body: ({ answer, name }) => ({ response: answer, name }),
      read: async (json) => ({ passkey: await readPasskey(json, fieldsOf) }),
    },
  },
  passkeys: {
    list: {
      method: 'GET',
      path: '/passkey/list-user-passkeys',
      read: (json) => readPasskeys(json, fieldsOf),
    },
    rename: {
      path: '/passkey/update-passkey',
      body: ({ id, name }) => ({ id, name }),
      errors: { YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY: 'forbidden' }, // somebody else's
      read: (json) => readPasskey(asRecord(json).passkey, fieldsOf),
    },
    remove: {
      path: '/passkey/delete-passkey',
      errors: { 401: 'forbidden' }, // somebody else's, and without a word
      body: ({ id }) => ({ id }),
    },
  },
  signOut: { path: '/sign-out', body: () => ({}) },
});

function readFault(json: unknown) {
  const { message, code } = asRecord(json);
  return asText(message) && asText(code) ? { code: String(code) } : undefined;
}

function readOptions(json: unknown) {
  return { options: json };
}

/** The answer holds the secret of the cookie too; that stays here. */
function readSession(json: unknown): SignInResult {
  const { session, user } = asRecord(json);
  const { email, name } = asRecord(user);
  readText(session, 'id'); // without one nobody is signed in
  return {
    kind: 'session',
    user: { id: readText(user, 'id'), identifier: asText(email), displayName: asText(name) },
  };
}

/** The record has our names, but for these. */
function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    ...record,
    credentialId: record.credentialID,
    synced: record.backedUp,
    signCount: record.counter,
  };
}

export default betterAuth;

import type {
  BegunChallenge,
  RegistrationAnswer,
  RegistrationRequest,
  SignInAnswer,
  SignInRequest,
  SignInResult,
} from '../core/backend.js';
import type { PasskeyErrorCode } from '../core/errors.js';
import type { PasskeyFields } from '../core/passkey.js';
import { defineHttpBackend, type HttpSettings } from './http.js';
import {
  asRecord,
  asText,
  readPasskey,
  readPasskeys,
  readText,
  type ForeignRecord,
} from './records.js';

/** What a site may set for Passlock, beside the client id (the tenancy id), which it must without `siteUrl`. */
export interface PasslockSettings extends HttpSettings {
  /**
   * Where the site's own server answers in place of Passlock, with the same paths; without `baseUrl`
   * then. Without it a ceremony ends in a code for the page, and nothing can be managed: that needs the secret key.
   */
  readonly siteUrl?: string | undefined;
  /**
   * Gets from the site's own server what the `v2` API begins with: the answer of Passlock's authorise
   * step, with a one-time token. Without it Passlock is spoken to as `v1`. Not for use with `siteUrl`.
   */
  readonly authorize?:
    | ((
        ceremony: 'authentication' | 'registration',
        request: SignInRequest | RegistrationRequest,
      ) => unknown)
    | undefined;
}

/** Speaks the passkey API of Passlock, directly or through the site's own server. */
export const passlock = defineHttpBackend((settings: PasslockSettings) => {
  const { clientId, siteUrl, authorize } = settings;
  const tenancy = siteUrl ? '' : `${authorize ? '/v2' : ''}/${encodeURIComponent(clientId!)}`;
  const path = `${tenancy}/passkey`;
  const readSignIn = siteUrl ? readSession : readCode;
  return {
    name: 'passlock',
    baseUrl: siteUrl || 'https://api.passlock.dev',
    needsClientId: !siteUrl,
    traits: {
      identifier: 'ignored',
      signUp: !siteUrl && !authorize,
      addPasskey: !!(siteUrl || authorize), // else it wants an account name
    },
    errors,
    readFault,
    signIn: {
      begin: {
        path: `${path}/authentication/options`,
        body: async (request) => readToken(await authorize?.('authentication', request)),
        read: readChallenge,
      },
      finish: {
        path: `${path}/authentication/verification`,
        body: proofOf,
        errors: { '@error/PasskeyNotFound': 'unknown-credential' },
        read: readSignIn,
      },
    },
    registration: {
      begin: {
        path: `${path}/registration/options`,
        body: async (request) =>
          authorize
            ? readToken(await authorize('registration', request))
            : { username: request.identifier, displayName: request.displayName },
        read: readChallenge,
      },
      finish: {
        path: `${path}/registration/verification`,
        body: proofOf,
        read: async (json) =>
          asRecord(json).id ? { passkey: await readRecord(json) } : { signIn: readSignIn(json) },
      },
    },
    passkeys: siteUrl
      ? {
          list: { method: 'GET', path: '/passkeys', read: readList },
          get: { method: 'GET', path: pathOf, read: readRecord },
          rename: {
            method: 'PATCH',
            path: pathOf,
            body: ({ name }) => ({ name }),
            read: readRecord,
          },
          remove: { method: 'DELETE', path: pathOf },
        }
      : undefined,
  };
});

/** What the status says already is not repeated here. */
const errors: Readonly<Record<string, PasskeyErrorCode>> = {
  '@error/Unauthorized': 'unauthorized',
  '@error/InvalidTenancy': 'forbidden',
  '@error/InvalidCode': 'challenge-expired',
  '@error/ReauthenticationRequired': 'reauth-required', // the site's server only
};

function readFault(json: unknown) {
  const tag = asText(asRecord(json)._tag);
  return tag?.startsWith('@error/') ? { code: tag } : undefined;
}

/** The token alone: the date beside it is not for Passlock. */
function readToken(authorized: unknown) {
  const { authenticationToken, registrationToken } = asRecord(authorized);
  return { authenticationToken, registrationToken };
}

function readChallenge(json: unknown): BegunChallenge {
  return { options: json, context: readText(json, 'sessionToken') };
}

function proofOf({ answer, challenge }: SignInAnswer | RegistrationAnswer) {
  return { response: answer, sessionToken: challenge.context };
}

/** Passlock's code, which proves the ceremony to the site's server. */
function readCode(json: unknown): SignInResult {
  return { kind: 'code', code: readText(json, 'code') };
}

/** The site's server, where it stands between, answers with a session instead. */
function readSession(json: unknown): SignInResult {
  return { kind: 'session', user: { id: readText(asRecord(json).user, 'id') } };
}

function pathOf({ id }: { readonly id: string }): string {
  return `/passkeys/${encodeURIComponent(id)}`;
}

function readRecord(json: unknown) {
  return readPasskey(json, fieldsOf);
}

/** A list that goes on at a cursor is not all there is. */
async function readList(json: unknown) {
  const { records, cursor } = asRecord(json);
  const { passkeys, complete } = await readPasskeys(records, fieldsOf);
  return { passkeys, complete: complete && !cursor };
}

/** `id` and `userId` are Passlock's; those of the authenticator are in `credential`. */
function fieldsOf(record: ForeignRecord): PasskeyFields {
  const credential = asRecord(record.credential);
  return {
    ...record,
    ...credential,
    id: record.id,
    userId: record.userId,
    credentialId: credential.id,
    userHandle: credential.userId,
    provider: record.platform,
    lastUsedAt: record.lastUsed,
    synced: credential.backedUp,
    signCount: credential.counter,
  };
}

export default passlock;

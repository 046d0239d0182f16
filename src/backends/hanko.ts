import type { PasskeyBackend, SignInResult } from '../core/backend.js';
import { bare } from '../core/bare.js';
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

/** What a site may set for Hanko, beside the client id (the tenant id), which it must without `siteUrl`. */
export interface HankoSettings extends HttpSettings {
  /**
   * Where the site's own server answers in place of Hanko, with the same paths. Without it a sign-in
   * ends in a token for the page, and nothing can be created or managed: that needs the secret key.
   */
  readonly siteUrl?: string | undefined;
}

/** Speaks the Passkey API of Hanko, directly or through the site's own server. */
export function hanko(given: HankoSettings = {}): PasskeyBackend {
  const settings = bare<HankoSettings>(given);
  return create({ ...settings, baseUrl: settings.siteUrl || settings.baseUrl });
}

const create = defineHttpBackend(({ clientId, siteUrl }: HankoSettings) => {
  const tenant = siteUrl ? '' : `/${encodeURIComponent(clientId!)}`;
  return {
    name: 'hanko',
    baseUrl: 'https://passkeys.hanko.io',
    needsClientId: !siteUrl,
    traits: { identifier: 'ignored', addPasskey: !!siteUrl },
    errors,
    readFault,
    signIn: {
      begin: {
        path: `${tenant}/login/initialize`,
        body: () => ({}),
        read: (json) => ({ options: json }),
      },
      finish: {
        path: `${tenant}/login/finalize`,
        body: ({ answer }) => answer,
        read: siteUrl ? readSession : readToken,
      },
    },
    registration: siteUrl
      ? {
          begin: {
            path: '/registration/initialize',
            body: () => ({}),
            read: (json) => ({ options: json }),
          },
          finish: {
            path: '/registration/finalize',
            body: ({ answer }) => answer,
            read: async (json) =>
              asRecord(json).id ? { passkey: await readPasskey(json, fieldsOf) } : {},
          },
        }
      : undefined,
    passkeys: siteUrl
      ? {
          list: {
            method: 'GET',
            path: '/credentials',
            read: (json) => readPasskeys(json, fieldsOf),
          },
          get: { method: 'GET', path: pathOf, read: (json) => readPasskey(json, fieldsOf) },
          rename: { method: 'PATCH', path: pathOf, body: ({ name }) => ({ name }) },
          remove: { method: 'DELETE', path: pathOf },
        }
      : undefined,
  };
});

const errors: Readonly<Record<string, PasskeyErrorCode>> = {
  'received challenge does not match with any stored one': 'challenge-expired',
  'failed to get session data': 'challenge-expired',
  'api key is missing': 'forbidden', // a fault of the set-up: the person cannot sign in to mend it
  'The api key is invalid': 'forbidden',
  'not signed in': 'unauthorized', // the site's server only, like the next
  'sign in again': 'reauth-required',
};

function readFault(json: unknown) {
  const { title, status } = asRecord(json);
  return typeof status === 'number' && status >= 400 ? { code: asText(title) } : undefined;
}

/** Hanko's token, which proves the ceremony to the site's server. */
function readToken(json: unknown): SignInResult {
  return { kind: 'code', code: readText(json, 'token') };
}

/** The site's server, where it stands between, answers with a session instead. */
function readSession(json: unknown): SignInResult {
  return { kind: 'session', user: { id: readText(asRecord(json).user, 'id') } };
}

function pathOf({ id }: { readonly id: string }): string {
  return `/credentials/${encodeURIComponent(id)}`;
}

function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.id,
    credentialId: record.id,
    name: record.name === `cred-${String(record.id)}` ? undefined : record.name, // nobody named it
    aaguid: record.aaguid,
    createdAt: record.created_at,
    lastUsedAt: record.last_used_at,
    transports: record.transports,
    synced: record.backup_state,
    backupEligible: record.backup_eligible,
    publicKey: record.public_key,
    userId: record.user_id,
  };
}

export default hanko;

import type {
  BegunChallenge,
  PasskeyBackend,
  PasskeyList,
  SignInResult,
  Status,
} from '../core/backend.js';
import { toDate } from '../core/dates.js';
import type { Passkey } from '../core/passkey.js';
import { defineHttpBackend, type HttpSettings, type HttpTable } from './http.js';
import { asRecord, asText, readPasskey, readPasskeys, readText } from './records.js';

const table: HttpTable = {
  name: 'rest',
  baseUrl: '/api/passkeys',
  traits: { nameAtRegistration: 'optional', maxNameLength: 64, signals: true },
  clientIdHeader: 'X-Client-Id',
  errors: 'as-is',
  readFault,
  signIn: {
    begin: {
      path: '/sign-in/begin',
      body: ({ identifier, mediation }) => ({ identifier, mediation }),
      read: readChallenge,
    },
    finish: {
      path: '/sign-in/finish',
      body: ({ answer, challenge }) => ({ challengeId: challenge.context, answer }),
      read: readSession,
    },
  },
  registration: {
    begin: {
      path: '/registration/begin',
      body: ({ displayName, mediation }) => ({ displayName, mediation }),
      read: readChallenge,
    },
    finish: {
      path: '/registration/finish',
      body: ({ answer, challenge, name }) => ({ challengeId: challenge.context, answer, name }),
      idempotent: true, // the server keeps the result for a repeat of the same request
      read: async (json) => ({ passkey: await readPasskey(asRecord(json).passkey) }),
    },
  },
  status: {
    path: '/status',
    idempotent: true,
    body: ({ identifier, handle }) => (handle ? { challengeId: handle } : { identifier }),
    read: readStatus,
  },
  codes: {
    send: { path: '/codes/send', body: ({ identifier }) => ({ identifier }), read: readSentCode },
    verify: { path: '/codes/verify', body: (request) => request, read: readSession },
  },
  passkeys: {
    list: { method: 'GET', path: '/passkeys', read: readList },
    get: { method: 'GET', path: pathOf, read: readRecord },
    rename: { method: 'PATCH', path: pathOf, body: ({ name }) => ({ name }), read: readRecord },
    remove: { method: 'DELETE', path: pathOf, read: asRecord },
    restore: { method: 'PUT', path: pathOf, body: () => ({}), read: readRecord },
  },
  signOut: { path: '/sign-out', body: () => ({}) },
};

/** Speaks our own contract, the one of the reference server. */
export const rest = (settings?: HttpSettings): PasskeyBackend => {
  const speaking = (rows?: object) => defineHttpBackend({ ...table, ...rows })(settings);
  return {
    ...speaking(),
    async handoff() {
      const { handoffOf } = await import('./rest-handoff.js'); // few sites have it
      return handoffOf(speaking, { readChallenge, readSession });
    },
  };
};

function readFault(json: unknown) {
  const code = asText(asRecord(asRecord(json).error).code);
  return code ? { code } : undefined;
}

function readChallenge(json: unknown): BegunChallenge {
  const { options } = asRecord(json);
  return {
    options,
    context: readText(json, 'challengeId'),
    expiresAt: toDate(asRecord(json).expiresAt),
  };
}

function readSession(json: unknown): SignInResult {
  const user = asRecord(asRecord(json).user);
  return {
    kind: 'session',
    user: {
      id: readText(user, 'id'),
      identifier: readText(user, 'identifier'),
      displayName: asText(user.displayName),
    },
  };
}

function readStatus(json: unknown): Status {
  const raw = readText(json, 'state');
  const state = states.test(raw) ? (raw as Status['state']) : 'unknown';
  return { state, expiresAt: toDate(asRecord(json).expiresAt), raw };
}

const states = /^((not-)?registered|pending|authenticated|expired|failed)$/;

function readSentCode(json: unknown) {
  return { handle: readText(json, 'handle'), expiresAt: toDate(asRecord(json).expiresAt) };
}

function pathOf({ id }: { readonly id: string }): string {
  return `/passkeys/${encodeURIComponent(id)}`;
}

function readRecord(json: unknown): Promise<Passkey> {
  return readPasskey(json);
}

async function readList(json: unknown): Promise<PasskeyList> {
  const record = asRecord(json);
  const list = await readPasskeys(json);
  return {
    ...list,
    complete: list.complete && record.complete === true,
    userId: asText(record.userId),
    rpId: asText(record.rpId),
    userHandle: asText(record.userHandle),
  };
}

export default rest;

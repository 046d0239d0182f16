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
    body: ({ identifier, handle }) => (handle ? { challengeId: handle } : { identifier }),
    idempotent: true,
    read: readStatus,
  },
  codes: {
    send: { path: '/codes/send', body: ({ identifier }) => ({ identifier }), read: readSentCode },
    verify: {
      path: '/codes/verify',
      body: ({ handle, code }) => ({ handle, code }),
      read: readSession,
    },
  },
  passkeys: {
    list: { method: 'GET', path: '/passkeys', read: readList },
    get: { method: 'GET', path: pathOf, read: readRecord },
    rename: { method: 'PATCH', path: pathOf, body: ({ name }) => ({ name }), read: readRecord },
    remove: { method: 'DELETE', path: pathOf },
  },
  signOut: { path: '/sign-out', body: () => ({}) },
};

const withoutHandoff = defineHttpBackend(table);

/** Speaks our own contract, the one of the reference server. */
export const rest = (settings?: HttpSettings): PasskeyBackend => ({
  ...withoutHandoff(settings),
  async handoff() {
    const { handoffOf } = await import('./rest-handoff.js'); // few sites have it
    const backendOf = (signIn: HttpTable['signIn']) =>
      defineHttpBackend({ ...table, signIn })(settings);
    return handoffOf(backendOf, { readChallenge, readSession });
  },
});

function readFault(json: unknown) {
  const code = asText(asRecord(asRecord(json).error).code);
  return code ? { code } : undefined;
}

function readChallenge(json: unknown): BegunChallenge {
  const { options } = asRecord(json);
  return { options, context: readText(json, 'challengeId'), expiresAt: readExpiry(json) };
}

function readSession(json: unknown): SignInResult {
  const user = asRecord(asRecord(json).user);
  const displayName = asText(user.displayName);
  return {
    kind: 'session',
    user: { id: readText(user, 'id'), identifier: readText(user, 'identifier'), displayName },
  };
}

function readStatus(json: unknown): Status {
  const raw = readText(json, 'state');
  const state = states.test(raw) ? (raw as Status['state']) : 'unknown';
  return { state, expiresAt: readExpiry(json), raw };
}

const states = /^(registered|not-registered|pending|authenticated|expired|failed)$/;

function readExpiry(json: unknown): Date | undefined {
  return toDate(asRecord(json).expiresAt);
}

function readSentCode(json: unknown) {
  return { handle: readText(json, 'handle'), expiresAt: readExpiry(json) };
}

function pathOf({ id }: { readonly id: string }): string {
  return `/passkeys/${encodeURIComponent(id)}`;
}

function readRecord(json: unknown): Promise<Passkey> {
  return readPasskey(json);
}

async function readList(json: unknown): Promise<PasskeyList> {
  const { complete, userId, rpId, userHandle } = asRecord(json);
  const list = await readPasskeys(json);
  return {
    ...list,
    complete: list.complete && complete === true,
    userId: asText(userId),
    rpId: asText(rpId),
    userHandle: asText(userHandle),
  };
}

export default rest;

import { expect } from '@open-wc/testing';
import { rest } from '../../src/backends/rest.js';
import type { HandoffOperations } from '../../src/core/backend.js';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type Exchange,
} from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions, identifier } = samples;
const headers = { 'x-client-id': 'my-app' };
const expiresAt = '2026-11-22T10:00:00.000Z';
const user = { id: 'u1', identifier: 'jdoe@example.com', displayName: 'J. Doe' };
const path = '/passkeys/id%2Fcanary%3F';

const record = {
  id: 'p1',
  credentialId: 'Y3JlZGVudGlhbA',
  name: '<img onerror=alert(1)>',
  provider: { name: 'Apple Passwords' },
  aaguid: 'FBFC3007-154E-4ECC-8C0B-6E020557D7BD',
  createdAt: '2026-11-01T10:00:00Z',
  updatedAt: null,
  lastUsedAt: '2026-11-20T10:00:00.123456789Z',
  transports: ['internal', 'hybrid'],
  backupEligible: true,
  synced: true,
  signCount: 0,
  publicKey: 'pQEC',
  rpId: 'localhost',
  enabled: true,
};
const passkey = {
  ...record,
  updatedAt: undefined,
  aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
  createdAt: '2026-11-01T10:00:00.000Z',
  lastUsedAt: '2026-11-20T10:00:00.123Z',
  deviceType: 'multi-device',
};

const signedIn = { answer: { user }, result: { kind: 'session', user } } as const;

testBackend({
  name: 'rest',
  create: rest,
  credentials: 'same-origin',
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: '/sign-in/begin',
      headers,
      body: { identifier, mediation: 'modal' },
      answer: { challengeId: 'c1', expiresAt, options: requestOptions },
      result: { options: requestOptions, context: 'c1', expiresAt },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/sign-in/finish',
      headers,
      body: { challengeId: 'c1', answer: assertion },
      ...signedIn,
    },
    'registration.begin': {
      method: 'POST',
      path: '/registration/begin',
      headers,
      body: { displayName: 'J. Doe', mediation: 'modal' },
      answer: { challengeId: 'c2', expiresAt, options: creationOptions },
      result: { options: creationOptions, context: 'c2', expiresAt },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: '/registration/finish',
      headers,
      body: { challengeId: 'c2', answer: attestation, name: 'Mine' },
      status: 201,
      answer: { passkey: record },
      result: { passkey },
      repeatable: true,
    },
    status: {
      method: 'POST',
      path: '/status',
      headers,
      body: { identifier },
      answer: { state: 'pending', expiresAt },
      result: { state: 'pending', expiresAt, raw: 'pending' },
      repeatable: true,
    },
    'codes.send': {
      method: 'POST',
      path: '/codes/send',
      headers,
      body: { identifier },
      status: 202,
      answer: { handle: 'h', expiresAt },
      result: { handle: 'h', expiresAt },
    },
    'codes.verify': {
      method: 'POST',
      path: '/codes/verify',
      headers,
      body: { handle: 'h', code: '123456' },
      ...signedIn,
    },
    'passkeys.list': {
      method: 'GET',
      path: '/passkeys',
      headers,
      answer: {
        passkeys: [record],
        complete: true,
        userId: 'u1',
        rpId: 'localhost',
        userHandle: 'dTE',
      },
      result: {
        passkeys: [passkey],
        complete: true,
        userId: 'u1',
        rpId: 'localhost',
        userHandle: 'dTE',
      },
      repeatable: true,
    },
    'passkeys.get': {
      method: 'GET',
      path,
      headers,
      answer: record,
      result: passkey,
      repeatable: true,
    },
    'passkeys.rename': {
      method: 'PATCH',
      path,
      headers,
      body: { name: 'Läptop' },
      answer: record,
      result: passkey,
    },
    'passkeys.remove': {
      method: 'DELETE',
      path,
      headers,
      answer: { restorableFor: 30 },
      result: { restorableFor: 30 },
      emptyIsFine: true,
    },
    'passkeys.restore': {
      method: 'PUT',
      path,
      headers,
      body: {},
      answer: record,
      result: passkey,
    },
    signOut: { method: 'POST', path: '/sign-out', headers, body: {}, status: 204, ...nothing() },
  },
  errors: [
    ['signIn.begin', 400, fault('invalid-input'), 'invalid-input'],
    ['signIn.finish', 400, fault('challenge-expired'), 'challenge-expired'],
    ['signIn.finish', 400, fault('verification-failed'), 'verification-failed'],
    ['signIn.finish', 404, fault('unknown-credential'), 'unknown-credential'],
    ['passkeys.get', 404, fault('unknown-credential'), 'not-found'],
    ['registration.finish', 401, fault('unauthorized'), 'unauthorized'],
    ['registration.begin', 403, fault('reauth-required'), 'reauth-required'],
    ['registration.begin', 403, fault('forbidden'), 'forbidden'],
    ['passkeys.remove', 404, fault('not-found'), 'not-found'],
    ['registration.finish', 409, fault('already-registered'), 'already-registered'],
    ['passkeys.remove', 409, fault('last-passkey'), 'last-passkey'],
    ['passkeys.rename', 409, fault('conflict'), 'conflict'],
    ['codes.send', 429, fault('rate-limited'), 'rate-limited'],
    ['passkeys.list', 503, fault('server-error'), 'server-error'],
    // A word that only this side may say, and one that every object inherits.
    ['signIn.begin', 400, fault('aborted'), 'invalid-input'],
    ['signIn.begin', 400, fault('constructor'), 'invalid-input'],
    // Before a passkey is named, what is not there is the account.
    ['signIn.begin', 404, fault('odd'), 'invalid-input'],
    ['signIn.finish', 403, fault('odd'), 'forbidden'],
    ['signIn.finish', 422, fault('odd'), 'verification-failed'],
  ],
});

const { signal } = new AbortController();

describe('what rest makes of odd answers', () => {
  const server = mockServer();

  it('a status asked by a handle is not asked by the account name as well', async () => {
    server.answer(() => json({ state: 'pending' }));
    await rest({ baseUrl: server.base }).status!({ handle: 'h', identifier }, signal);
    expect(await server.requests[0]!.json()).to.deep.equal({ challengeId: 'h' });
  });

  it('a status word that nobody knows is unknown, and kept for developers', async () => {
    server.answer(() => json({ state: 'on-hold' }));
    const status = await rest({ baseUrl: server.base }).status!({ identifier }, signal);
    expect(status).to.include({ state: 'unknown', raw: 'on-hold' });
  });

  for (const [title, answer] of [
    ['does not say', { passkeys: [record] }],
    ['says so in another word', { passkeys: [record], complete: 'true' }],
    ['says so, with a record without an id', { passkeys: [record, {}], complete: true }],
  ] as const) {
    it(`a list is incomplete where the server ${title}`, async () => {
      server.answer(() => json(answer));
      const { complete } = await rest({ baseUrl: server.base }).passkeys!.list!(signal);
      expect(complete).to.equal(false);
    });
  }
});

describe('the hand-off of rest', () => {
  const server = mockServer();
  const open = (): Promise<HandoffOperations> => rest({ baseUrl: server.base }).handoff!();
  const lost = () => Response.error();
  const started = { handle: 'h', ticket: 't', number: 17, expiresAt };
  const request = { device: {}, sameNetwork: true, numbers: [17, 42], expiresAt };

  it('tells how far it is, when to ask again, and until when by our own clock', async () => {
    const ahead = new Date(Date.now() + 3_600_000);
    const ends = new Date(ahead.getTime() + 60_000).toISOString();
    const answer = { state: 'pending', interval: 7, expiresAt: ends };
    server.answer(() => json(answer, 200, { Date: ahead.toUTCString() }));
    const status = await (await open()).status({ handle: 'h' }, signal);
    expect(status).to.include({ state: 'pending', interval: 7, raw: 'pending' });
    expect(status.expiresAt!.getTime()).to.be.closeTo(Date.now() + 60_000, 5_000);
  });

  it('is in a state that nobody knows', async () => {
    server.answer(() => json({ state: 'on-hold', interval: 7, expiresAt }));
    const status = await (await open()).status({ handle: 'h' }, signal);
    expect(status).to.include({ state: 'unknown', raw: 'on-hold' });
  });

  it('does not tell whether the network is the same where the server cannot', async () => {
    server.answer(() => json({ ...request, sameNetwork: null }));
    const { sameNetwork } = await (await open()).inspect({ ticket: 't' }, signal);
    expect(sameNetwork).to.equal(undefined);
  });

  type Asked = (handoff: HandoffOperations) => Promise<unknown>;
  const start: Asked = (handoff) => handoff.start(signal);
  const status: Asked = (handoff) => handoff.status({ handle: 'h' }, signal);
  const inspect: Asked = (handoff) => handoff.inspect({ ticket: 't' }, signal);
  const exchange: Asked = (handoff) => handoff.exchange({ handle: 'h' }, signal);

  const odd: [title: string, ask: Asked, answer: object][] = [
    ['an empty ticket', start, { ...started, ticket: '' }],
    ['a number that is text', start, { ...started, number: '17' }],
    ['an interval that is none', status, { state: 'pending', interval: 'soon', expiresAt }],
    ['numbers that are text', inspect, { ...request, numbers: ['17'] }],
  ];
  for (const [title, ask, answer] of odd) {
    it(`with ${title} is bad-response`, async () => {
      server.answer(() => json(answer));
      expect((await rejection(ask(await open()))).code).to.equal('bad-response');
    });
  }

  for (const [title, ask, times] of [
    ['how far it is', status, 2],
    ['who asks', inspect, 2],
    ['the session', exchange, 1],
  ] as const) {
    it(`asks for ${title} ${times === 2 ? 'once more' : 'once'} where the answer is lost`, async () => {
      server.answer(lost);
      expect((await rejection(ask(await open()))).code).to.equal('network');
      expect(server.requests).to.have.length(times);
    });
  }

  it('refuses a passkey that the server does not know as that', async () => {
    server.answer(() => json(fault('unknown-credential'), 404));
    const challenge = { options: requestOptions, context: 'c', expiresAt: new Date() };
    const approval = { challenge, answer: assertion, ticket: 't', number: 17 } as never;
    const { code } = await rejection((await open()).approve(approval, signal));
    expect(code).to.equal('unknown-credential');
  });
});

function fault(code: string) {
  return { error: { code, message: 'canary' } };
}

function nothing(): Pick<Exchange, 'result' | 'emptyIsFine'> {
  return { result: undefined, emptyIsFine: true };
}

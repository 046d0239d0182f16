import { expect } from '@open-wc/testing';
import { readStatus } from '../../src/backends/ssojet-status.js';
import { ssojet, type SsojetSettings } from '../../src/backends/ssojet.js';
import type { SignInChallenge } from '../../src/core/backend.js';
import { readCreationOptions } from '../../src/core/creation-options.js';
import { HttpResponse } from 'msw';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type Exchange,
} from '../support/backend-contract.js';
import credentials from '../support/ssojet-credentials.json' with { type: 'json' };

const { assertion, attestation, requestOptions, creationOptions, identifier, token } = samples;
const authCode = '6694b09b68c33a9e3b8416b4';
const client = { 'x-client-id': 'my-app' };
const bearer = { ...client, authorization: `Bearer ${token}` };
const query = { client_id: 'my-app' };
const passkeyPath = '/auth/passwordless/passkey/credentials/id%2Fcanary%3F';
const done = { status: 'success', message: 'Passkey updated' };

const record = credentials[0]!;
const passkey = {
  id: record.id,
  credentialId: record.id,
  createdAt: '2024-07-15T06:07:12.022Z',
  lastUsedAt: '2024-07-15T06:07:12.022Z',
  transports: ['internal'],
  synced: false,
  backupEligible: false,
  deviceType: 'single-device',
  signCount: 0,
  publicKey: record.public_key,
  enabled: true,
};

const tokens = {
  kind: 'tokens',
  accessToken: 'a1',
  refreshToken: 'r1',
  tokenType: 'Bearer',
  expiresAt: '2024-07-16T06:07:12.000Z',
  user: { id: 'u1', identifier: 'jdoe@example.com' },
};
const bareToken = { token: 'a1', user_id: 'u1' };
const oauth = {
  access_token: 'a1',
  refresh_token: 'r1',
  token_type: 'Bearer',
  expires_at: '2024-07-16T06:07:12Z',
};
const underOauth = {
  authenticated: true,
  oauth,
  user: { user_id: 'u1', identifier: 'jdoe@example.com', email: 'jdoe@example.com' },
};
const besideProfile = {
  authenticated: true,
  ...oauth,
  profile: { id: 'u1', email: 'jdoe@example.com' },
};

testBackend({
  name: 'ssojet',
  create: ssojet,
  credentials: 'omit',
  bearer: [
    ...(['registration.begin', 'registration.finish'] as const),
    ...(['passkeys.list', 'passkeys.rename', 'passkeys.remove'] as const),
  ],
  exchanges: {
    'signIn.begin': {
      method: 'GET',
      path: '/auth/passwordless/passkey/login',
      query: { ...query, identifier },
      headers: client,
      answer: { auth_code: authCode, publicKey: requestOptions },
      result: { options: requestOptions, context: authCode },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/auth/passwordless/passkey/login',
      query: { ...query, identifier, auth_code: authCode },
      body: assertion,
      type: 'text/plain',
      answer: besideProfile,
      result: tokens,
    },
    'registration.begin': {
      method: 'GET',
      path: '/auth/passwordless/passkey/register',
      query,
      headers: bearer,
      answer: { auth_code: authCode, publicKey: creationOptions },
      result: { options: creationOptions, context: authCode },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: '/auth/passwordless/passkey/register',
      query: { ...query, auth_code: authCode },
      headers: bearer,
      body: { ...attestation, transports: ['internal'] },
      answer: record,
      result: { passkey },
      bare: { 401: 'unauthorized' }, // the one finish that asks for a bearer token
      emptyIsFine: true,
    },
    status: {
      method: 'GET',
      path: '/auth/passwordless/passkey/status',
      query: { ...query, identifier },
      headers: client,
      type: 'text/plain',
      answer: { status: ' Registered ' },
      result: { state: 'registered', raw: ' Registered ' },
      emptyIsFine: true,
      repeatable: true,
    },
    'codes.send': {
      method: 'POST',
      path: '/auth/passwordless/email-otp/send',
      query,
      headers: client,
      body: { email: identifier },
      answer: { state: '646616daf9a276fa9a6446a1' },
      result: { handle: '646616daf9a276fa9a6446a1' },
    },
    'codes.verify': {
      method: 'POST',
      path: '/auth/passwordless/email-otp/verify',
      query,
      headers: client,
      body: { state: 'h', otp: '123456' },
      answer: besideProfile,
      result: tokens,
    },
    'passkeys.list': {
      method: 'GET',
      path: '/auth/passwordless/passkey/credentials',
      query,
      headers: bearer,
      answer: credentials,
      result: { passkeys: [passkey], complete: true },
      repeatable: true,
    },
    'passkeys.rename': {
      method: 'PATCH',
      path: passkeyPath,
      query,
      headers: bearer,
      body: { name: 'Läptop' },
      type: 'text/plain',
      answer: done,
      ...nothing(),
    },
    'passkeys.remove': {
      method: 'DELETE',
      path: passkeyPath,
      query,
      headers: bearer,
      answer: done,
      ...nothing(),
    },
  },
  errors: [
    ['signIn.begin', 400, { error_code: 1000, message: 'canary' }, 'forbidden'],
    ['registration.begin', 401, { error_code: 1003 }, 'unauthorized'],
    ['passkeys.rename', 400, { error_code: 1004 }, 'invalid-input'],
    ['passkeys.remove', 404, { error_code: 1005 }, 'not-found'],
    ['signIn.finish', 400, { error_code: 1004 }, 'verification-failed'],
    // The account that was named may be what is not there: no reason to have a passkey deleted.
    ['signIn.finish', 404, { error_code: 1005 }, 'not-found'],
    ['passkeys.list', 500, { error_code: 1006 }, 'server-error'],
    ['codes.send', 400, { error_code: 1008 }, 'invalid-input'],
    ['signIn.finish', 400, { error_code: 1009 }, 'challenge-expired'],
    ['registration.finish', 400, { code: 1009, description: 'canary' }, 'challenge-expired'],
    ['registration.finish', 400, { error_code: 1004 }, 'verification-failed'],
    ['status', 403, { error_code: 1011 }, 'forbidden'],
    ['status', 400, { error_code: 0, code: 1003 }, 'unauthorized'],
    ['passkeys.list', 403, {}, 'forbidden'],
    ['passkeys.rename', 409, {}, 'conflict'],
    ['passkeys.rename', 422, {}, 'invalid-input'],
    // Success in the status line, refusal in the body.
    ['passkeys.list', 200, { error_code: 1003 }, 'unauthorized'],
    ['signIn.begin', 200, { code: 4711 }, 'unknown'],
    ['signIn.finish', 200, { code: 4711 }, 'verification-failed'],
    ['registration.finish', 200, { status: 'failed', message: 'canary' }, 'verification-failed'],
    ['passkeys.remove', 200, { status: 'Error' }, 'unknown'],
    ['passkeys.rename', 200, { status: 'fail' }, 'unknown'],
    ['signIn.finish', 200, { status: 'denied' }, 'verification-failed'],
    ['signIn.finish', 200, { status: 'expired' }, 'challenge-expired'],
    ['signIn.finish', 200, {}, 'bad-response'],
    ['codes.verify', 200, { authenticated: false }, 'verification-failed'],
    ['codes.verify', 200, { ...bareToken, authenticated: false }, 'verification-failed'],
    ['passkeys.list', 200, { status: 'success' }, 'bad-response'],
    ['passkeys.list', 200, { code: 0 }, 'bad-response'],
    ['signIn.begin', 200, { publicKey: requestOptions }, 'bad-response'],
  ],
});

describe('what SSOJet leaves open', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const challenge: SignInChallenge = { options: requestOptions, context: authCode, identifier };
  const create = (settings: SsojetSettings = {}) =>
    ssojet({ baseUrl: server.base, clientId: 'my-app', accessToken: () => token, ...settings });
  const finish = (settings?: SsojetSettings) =>
    create(settings).signIn.finish({ answer: assertion, challenge }, signal);

  for (const clientId of [undefined, '']) {
    it(`needs a client id, and says so before any request: ${JSON.stringify(clientId)}`, () => {
      expect(() => ssojet({ clientId }))
        .to.throw('client-id')
        .with.property('code', 'invalid-config');
    });
  }

  for (const [name, answer, expected] of [
    ['a bare token', bareToken, { kind: 'tokens', accessToken: 'a1', user: { id: 'u1' } }],
    ['a code in quotes, which is no fault, beside tokens', { ...underOauth, code: '1009' }, tokens],
    ['tokens under oauth', underOauth, tokens],
    ['tokens beside a profile', besideProfile, tokens],
    ['authenticated: false', { authenticated: false }, { kind: 'pending', handle: identifier }],
    [
      'authenticated: false, with a token beside it',
      { ...bareToken, authenticated: false },
      { kind: 'pending', handle: identifier },
    ],
    ['a pending status', { status: 'Waiting' }, { kind: 'pending', handle: identifier }],
  ] as const) {
    it(`a sign-in may end with ${name}`, async () => {
      server.answer(() => HttpResponse.text(JSON.stringify(answer)));
      expect(JSON.parse(JSON.stringify(await finish()))).to.deep.equal(expected);
    });
  }

  for (const [finishBody, body] of [
    ['credential', assertion],
    ['passkey-text', { passkey: JSON.stringify(assertion) }],
    ['passkey-object', { passkey: assertion }],
  ] as const) {
    it(`the proof of a sign-in may travel as ${finishBody}`, async () => {
      server.answer(() => json(bareToken));
      await finish({ finishBody });
      expect(await server.requests[0]?.json()).to.deep.equal(body);
    });
  }

  it('a sign-in may begin without an account name', async () => {
    server.answer(() => json({ auth_code: authCode, publicKey: requestOptions }));
    await create().signIn.begin({ mediation: 'conditional' }, signal);
    expect(new URL(server.requests[0]!.url).search).to.equal('?client_id=my-app');
  });

  it('a status that says “failed” is an answer, not a fault', async () => {
    server.answer(() => json({ status: 'failed' }));
    const status = await create().status!({ identifier: 'jdoe@example.com' }, signal);
    expect(status.state).to.equal('failed');
  });

  it('without an account name it can only be the passkey that is not there', async () => {
    server.answer(() => json({ error_code: 1005 }, 404));
    const nameless = { options: requestOptions, context: authCode };
    const finishing = create().signIn.finish({ answer: assertion, challenge: nameless }, signal);
    expect((await rejection(finishing)).code).to.equal('unknown-credential');
  });

  it('phones and security keys may be let in', async () => {
    server.answer(() => json({ auth_code: authCode, publicKey: creationOptions }));
    const { registration } = create({ anyAuthenticator: true });
    const begun = await registration!.begin({ mediation: 'modal' }, signal);
    expect(readCreationOptions(begun.options).authenticatorSelection).to.deep.equal({
      residentKey: 'required',
      authenticatorAttachment: undefined,
    });
  });

  it('a registration may end with a message only', async () => {
    server.answer(() => json({ status: 'success', message: 'Passkey created' }));
    const { registration } = create();
    const begun = { options: creationOptions, context: authCode } as never;
    const result = await registration!.finish({ answer: attestation, challenge: begun }, signal);
    expect(result.passkey).to.equal(undefined);
  });

  for (const key of ['credentials', 'data', 'passkeys']) {
    it(`the list may be under ${key}, in lower case, and one without id makes it incomplete`, async () => {
      const renamed = { id: 'abcd', name: 'Work laptop', last_used_at: 1_720_000_000 };
      server.answer(() => json({ [key]: [renamed, { name: 'no id' }] }));
      const list = await create().passkeys!.list!(signal);
      expect(list.complete).to.equal(false);
      expect(list.passkeys).to.have.length(1);
      expect(list.passkeys[0]).to.include({ id: 'abcd', name: 'Work laptop' });
      expect(list.passkeys[0]?.lastUsedAt?.toISOString()).to.equal('2024-07-03T09:46:40.000Z');
    });
  }

  it('a message in plain text after a removal is fine', async () => {
    server.answer(() => HttpResponse.text('Passkey deleted'));
    await create().passkeys!.remove!({ id: 'abcd' }, signal);
    expect(server.requests).to.have.length(1);
  });

  it('an id that is a step in a path is not sent', async () => {
    const error = await rejection(create().passkeys!.remove!({ id: '..' }, signal));
    expect(error.code).to.equal('invalid-input');
    expect(server.requests).to.have.length(0);
  });
});

describe('the status words of SSOJet', () => {
  const later = new Date(Date.now() + 60_000).toISOString();
  const before = '2024-07-16T06:07:12Z';
  for (const [answer, state] of [
    [{ passkey_registered: true }, 'registered'],
    [{ passkey_registered: false }, 'not-registered'],
    ...['registered', 'active', 'enabled', 'available', 'exists'].map(word('registered')),
    ...['not_registered', 'unregistered', 'none', 'not_found'].map(word('not-registered')),
    ...['inactive', 'disabled'].map(word('not-registered')),
    ...['pending', 'initiated', 'in_progress', 'created', 'waiting'].map(word('pending')),
    [{ authenticated: true }, 'authenticated'],
    [{ authenticated: false }, 'pending'],
    ...['authenticated', 'completed', 'complete', 'success'].map(word('authenticated')),
    ...['verified', 'approved'].map(word('authenticated')),
    [{ status: 'expired' }, 'expired'],
    ...['failed', 'rejected', 'denied', 'cancelled', 'canceled', 'error'].map(word('failed')),
    [{ status: ' ACTIVE\n' }, 'registered'],
    [{ status: 'pending', expires_at: later }, 'pending'],
    [{ status: 'pending', expires_at: before }, 'expired'],
    [{ status: 'authenticated', expires_at: before }, 'authenticated'],
    [{ status: 'pending', expires_at: '0001-01-01T00:00:00Z' }, 'pending'],
    [{}, 'unknown'],
    [undefined, 'unknown'],
    [null, 'unknown'],
    [{ status: 'toString' }, 'unknown'],
    [{ status: 'constructor' }, 'unknown'],
    [{ status: 7 }, 'unknown'],
  ] as const) {
    it(`${JSON.stringify(answer)} is ${state}`, () => expect(read(answer).state).to.equal(state));
  }

  it('a site may have its own', () => {
    const statusWords = { enrolled: 'registered', active: 'pending' } as const;
    const state = (status: string) => read({ status }, { statusWords }).state;
    expect(state('Enrolled')).to.equal('registered');
    expect(state('active')).to.equal('pending');
    expect(state('failed')).to.equal('failed');
  });

  it('an unknown word is kept', () => {
    expect(read({ status: 'Odd' })).to.include({ state: 'unknown', raw: 'Odd' });
    expect(read({ passkey_registered: false })).to.include({ raw: false });
    expect(read({ authenticated: true })).to.include({ raw: true });
  });

  it('its end is by our clock, where the server tells its own', () => {
    const ahead = 3_600_000;
    const answer = { status: 'pending', expires_at: new Date(Date.now() + 60_000 - ahead) };
    const headers = new Headers({ Date: new Date(Date.now() - ahead).toUTCString() });
    const { state, expiresAt } = readStatus({}, answer, undefined, headers);
    expect(state, 'not over, though by our clock it seems so').to.equal('pending');
    expect(expiresAt!.getTime() - Date.now()).to.be.closeTo(60_000, 2_000);
  });

  function read(answer: unknown, settings: Parameters<typeof readStatus>[0] = {}) {
    return readStatus(settings, answer, undefined, new Headers());
  }

  function word(state: string) {
    return (status: string) => [{ status }, state] as const;
  }
});

function nothing(): Pick<Exchange, 'result' | 'emptyIsFine'> {
  return { result: undefined, emptyIsFine: true };
}

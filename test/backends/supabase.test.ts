import { expect } from '@open-wc/testing';
import { HttpResponse } from 'msw';
import { supabase, type SupabaseSettings } from '../../src/backends/supabase.js';
import { traitsOf, type SignInChallenge } from '../../src/core/backend.js';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type Exchange,
} from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions, token } = samples;
const anonymous = { apikey: 'my-app' };
const headers = { ...anonymous, authorization: `Bearer ${token}` };
const path = '/passkeys/id%2Fcanary%3F';
const challengeId = '5f3c9f0e-1f8b-4a6e-9c57-3d2f0a7b8c9d';
const begun = { context: challengeId, expiresAt: '2026-02-03T12:59:53.000Z' };

const record = {
  id: '0b9d5f6e-6a1d-4f43-8a5f-2f8f6c1d7e10',
  friendly_name: 'iCloud Keychain',
  created_at: '2026-02-01T08:00:00.123456789Z',
  last_used_at: '2026-02-03T12:54:53Z',
};
const passkey = {
  id: record.id,
  name: 'iCloud Keychain',
  createdAt: '2026-02-01T08:00:00.123Z',
  lastUsedAt: '2026-02-03T12:54:53.000Z',
  transports: [],
  enabled: true,
};
const session = {
  access_token: 'a1',
  token_type: 'bearer',
  expires_in: 3600,
  expires_at: 1_770_127_193,
  refresh_token: 'r1',
  user: { id: 'u1', email: 'jdoe@example.com', phone: '' },
};

testBackend({
  name: 'supabase',
  create: supabase,
  credentials: 'omit',
  bearer: [
    ...(['registration.begin', 'registration.finish'] as const),
    ...(['passkeys.list', 'passkeys.rename', 'passkeys.remove'] as const),
  ],
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: '/passkeys/authentication/options',
      headers: anonymous,
      body: {},
      answer: { challenge_id: challengeId, options: requestOptions, expires_at: 1_770_123_593 },
      result: { options: requestOptions, ...begun },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/passkeys/authentication/verify',
      headers: anonymous,
      body: { challenge_id: challengeId, credential: assertion },
      answer: session,
      result: {
        kind: 'tokens',
        accessToken: 'a1',
        refreshToken: 'r1',
        tokenType: 'bearer',
        expiresAt: '2026-02-03T13:59:53.000Z',
        user: { id: 'u1', identifier: 'jdoe@example.com' },
      },
    },
    'registration.begin': {
      method: 'POST',
      path: '/passkeys/registration/options',
      headers,
      body: {},
      answer: { challenge_id: challengeId, options: creationOptions, expires_at: 1_770_123_593 },
      result: { options: creationOptions, ...begun },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: '/passkeys/registration/verify',
      headers,
      body: { challenge_id: challengeId, credential: attestation },
      answer: { ...record, last_used_at: undefined },
      result: { passkey: { ...passkey, lastUsedAt: undefined } },
    },
    'passkeys.list': {
      method: 'GET',
      path: '/passkeys',
      headers,
      answer: [record],
      result: { passkeys: [passkey], complete: true },
      repeatable: true,
    },
    'passkeys.rename': {
      method: 'PATCH',
      path,
      headers,
      body: { friendly_name: 'Läptop' },
      answer: { ...record, friendly_name: 'Läptop' },
      result: { ...passkey, name: 'Läptop' },
    },
    'passkeys.remove': { method: 'DELETE', path, headers, status: 204, ...nothing() },
  },
  errors: [
    ['signIn.begin', 404, fault(404, 'passkey_disabled'), 'forbidden'],
    ['signIn.begin', 400, fault(400, 'captcha_failed'), 'invalid-input'],
    ['signIn.begin', 401, { message: 'No API key found in request' }, 'unauthorized'],
    ['signIn.finish', 400, fault(400, 'bad_json'), 'verification-failed'],
    ['signIn.finish', 400, fault(400, 'webauthn_challenge_not_found'), 'challenge-expired'],
    ['signIn.finish', 400, fault(400, 'webauthn_challenge_expired'), 'challenge-expired'],
    ['signIn.finish', 400, fault(400, 'webauthn_verification_failed'), 'verification-failed'],
    ['signIn.finish', 403, fault(403, 'email_not_confirmed'), 'forbidden'],
    ['signIn.finish', 403, fault(403, 'phone_not_confirmed'), 'forbidden'],
    ['signIn.finish', 403, fault(403, 'user_banned'), 'forbidden'],
    ['registration.begin', 422, fault(422, 'validation_failed'), 'forbidden'],
    ['registration.begin', 422, fault(422, 'too_many_passkeys'), 'conflict'],
    ['registration.begin', 403, fault(403, 'insufficient_aal'), 'reauth-required'],
    ['registration.begin', 401, fault(401, 'no_authorization'), 'unauthorized'],
    ['registration.finish', 401, fault(401, 'no_authorization'), 'unauthorized'],
    ['registration.finish', 422, fault(422, 'webauthn_credential_exists'), 'already-registered'],
    ['registration.finish', 422, fault(422, 'too_many_passkeys'), 'conflict'],
    ['registration.finish', 400, fault(400, 'webauthn_verification_failed'), 'verification-failed'],
    ['registration.finish', 400, fault(400, 'webauthn_challenge_expired'), 'challenge-expired'],
    ['passkeys.list', 403, fault(403, 'bad_jwt'), 'unauthorized'],
    ['passkeys.list', 403, fault(403, 'session_not_found'), 'unauthorized'],
    ['passkeys.rename', 400, fault(400, 'validation_failed'), 'invalid-input'],
    ['passkeys.rename', 404, fault(404, 'validation_failed'), 'not-found'],
    ['passkeys.remove', 404, fault(404, 'validation_failed'), 'not-found'],
    ['passkeys.remove', 403, fault(403, 'insufficient_aal'), 'reauth-required'],
    // The same as versions from 2024 on write it.
    ['registration.begin', 422, dated('too_many_passkeys'), 'conflict'],
    ['registration.finish', 422, dated('webauthn_credential_exists'), 'already-registered'],
    ['signIn.finish', 400, dated('webauthn_challenge_not_found'), 'challenge-expired'],
    ['passkeys.rename', 404, dated('validation_failed'), 'not-found'],
    ['signIn.begin', 200, { options: requestOptions }, 'bad-response'],
    ['signIn.finish', 200, { user: { id: 'u1' } }, 'bad-response'],
    ['passkeys.list', 200, { passkeys: 'none' }, 'bad-response'],
  ],
});

describe('what is special to Supabase', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const create = (settings: SupabaseSettings = {}) =>
    supabase({ baseUrl: server.base, clientId: 'my-app', accessToken: () => token, ...settings });

  for (const [missing, settings] of [
    ['client-id', { baseUrl: 'https://project.example/auth/v1' }],
    ['base-url', { clientId: 'my-app' }],
  ] as const) {
    it(`without ${missing} it says so before any request`, () => {
      expect(() => supabase(settings))
        .to.throw(missing)
        .with.property('code', 'invalid-config');
    });
  }

  it('the token of a captcha goes along', async () => {
    server.answer(() => json({ challenge_id: challengeId, options: requestOptions }));
    const { signIn } = create({ captchaToken: async () => 'solved' });
    await signIn.begin({ mediation: 'modal' }, signal);
    const body: unknown = await server.requests[0]!.json();
    expect(body).to.deep.equal({ gotrue_meta_security: { captcha_token: 'solved' } });
  });

  it('options may also lie one level deeper, as earlier versions have them', async () => {
    server.answer(() =>
      json({ challenge_id: challengeId, options: { publicKey: creationOptions } }),
    );
    const { readCreationOptions } = await import('../../src/core/creation-options.js');
    const begun = await create().registration!.begin({ mediation: 'modal' }, signal);
    expect(readCreationOptions(begun.options).challenge).to.equal(creationOptions.challenge);
  });

  it('somebody without an e-mail address is known by their telephone', async () => {
    server.answer(() => json({ ...session, user: { id: 'u1', email: '', phone: '4915112345' } }));
    const challenge: SignInChallenge = { options: requestOptions, context: challengeId };
    const result = await create().signIn.finish({ answer: assertion, challenge }, signal);
    expect(result).to.have.deep.property('user', { id: 'u1', identifier: '4915112345' });
  });

  it('a record without a name, and one without an id', async () => {
    server.answer(() => json([{ id: 'p1', created_at: '0001-01-01T00:00:00Z' }, { name: 'x' }]));
    const list = await create().passkeys!.list!(signal);
    expect(list).to.deep.equal({
      passkeys: [{ id: 'p1', transports: [], enabled: true }],
      complete: false,
    });
  });

  it('never signals: its records do not tell which passkey they are', () => {
    expect(traitsOf(create())).to.include({ signals: false, signUp: false, maxNameLength: 120 });
  });

  it('a gateway’s page in place of an answer asks for the base URL', async () => {
    server.answer(() => HttpResponse.html('<h1>canary</h1>', { status: 404 }));
    const error = await rejection(create().signIn.begin({ mediation: 'modal' }, signal));
    expect(error.message).to.include('base-url');
  });
});

function fault(status: number, code: string) {
  return { code: status, error_code: code, msg: 'canary' };
}

function dated(code: string) {
  return { code, message: 'canary' };
}

function nothing(): Pick<Exchange, 'result' | 'emptyIsFine'> {
  return { result: undefined, emptyIsFine: true };
}

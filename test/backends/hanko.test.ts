import { expect } from '@open-wc/testing';
import { hanko } from '../../src/backends/hanko.js';
import { resolveBackend } from '../../src/backends/index.js';
import {
  json,
  mockServer,
  samples,
  testBackend,
  type BackendContract,
  type Exchange,
} from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions } = samples;
const tenant = '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11';
const path = '/credentials/id%2Fcanary%3F';
const token = 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln';

const record = {
  id: 'VIkoK83YpqrxBOXR_o5f2GtDorzYnAxlkozY-Dya3Uc',
  name: 'iCloud Keychain',
  public_key: 'pQECAyYgASFYIOo3',
  attestation_type: 'none',
  aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
  last_used_at: '2026-02-03T12:54:53.123456789Z',
  created_at: '2026-02-01T08:00:00Z',
  transports: ['internal', 'hybrid'],
  backup_eligible: true,
  backup_state: true,
  is_mfa: false,
  user_id: 'u-1001',
};
const passkey = {
  id: record.id,
  credentialId: record.id,
  name: 'iCloud Keychain',
  aaguid: record.aaguid,
  createdAt: '2026-02-01T08:00:00.000Z',
  lastUsedAt: '2026-02-03T12:54:53.123Z',
  transports: ['internal', 'hybrid'],
  synced: true,
  backupEligible: true,
  deviceType: 'multi-device',
  publicKey: record.public_key,
  enabled: true,
  userId: 'u-1001',
};

const fault = (title: string, status: number) => ({ title, details: 'canary', status });

const signInErrors: BackendContract['errors'] = [
  ['signIn.begin', 400, fault('tenant_id must be a valid uuid4', 400), 'invalid-input'],
  ['signIn.begin', 404, fault('tenant not found', 404), 'invalid-input'],
  ['signIn.begin', 401, fault('api key is missing', 401), 'forbidden'],
  ['signIn.begin', 401, fault('The api key is invalid', 401), 'forbidden'],
  ['signIn.begin', 500, fault('Internal Server Error', 500), 'server-error'],
  ['signIn.finish', 400, fault('unable to finish login', 400), 'verification-failed'],
  ['signIn.finish', 400, fault('unable to process request', 400), 'verification-failed'],
  [
    'signIn.finish',
    400,
    fault('MFA credentials are not usable for normal login', 400),
    'verification-failed',
  ],
  ['signIn.finish', 401, fault('failed to get session data', 401), 'challenge-expired'],
  ['signIn.finish', 401, fault('failed to get user handle', 401), 'verification-failed'],
  // It may have a bad signature just as well, so no authenticator is told to forget it.
  ['signIn.finish', 401, fault('failed to validate assertion', 401), 'verification-failed'],
  ['signIn.finish', 200, {}, 'bad-response'],
  ['signIn.finish', 200, { token: 7 }, 'bad-response'],
];

testBackend({
  name: 'hanko',
  create: (settings) => hanko({ ...settings, clientId: tenant }),
  credentials: 'same-origin',
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: `/${tenant}/login/initialize`,
      body: {},
      answer: { publicKey: requestOptions },
      result: { options: requestOptions },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: `/${tenant}/login/finalize`,
      body: assertion,
      answer: { token },
      result: { kind: 'code', code: token },
    },
  },
  errors: signInErrors,
});

testBackend({
  name: 'hanko (through the site)',
  create: ({ baseUrl, ...settings } = {}) =>
    hanko({ ...settings, clientId: undefined, siteUrl: baseUrl }),
  credentials: 'same-origin',
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: '/login/initialize',
      body: {},
      answer: { publicKey: requestOptions, mediation: 'conditional' },
      result: { options: requestOptions },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/login/finalize',
      body: assertion,
      answer: { user: { id: 'u1' } },
      result: { kind: 'session', user: { id: 'u1' } },
    },
    'registration.begin': {
      method: 'POST',
      path: '/registration/initialize',
      body: {},
      answer: { publicKey: creationOptions },
      result: { options: creationOptions },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: '/registration/finalize',
      body: attestation,
      answer: record,
      result: { passkey },
      emptyIsFine: true,
    },
    'passkeys.list': {
      method: 'GET',
      path: '/credentials',
      answer: [record],
      result: { passkeys: [passkey], complete: true },
      repeatable: true,
    },
    'passkeys.get': { method: 'GET', path, answer: record, result: passkey, repeatable: true },
    'passkeys.rename': { method: 'PATCH', path, body: { name: 'Läptop' }, ...nothing() },
    'passkeys.remove': { method: 'DELETE', path, ...nothing() },
  },
  errors: [
    ...signInErrors,
    ['registration.begin', 401, fault('not signed in', 401), 'unauthorized'],
    ['registration.begin', 403, fault('sign in again', 403), 'reauth-required'],
    // Not a refusal of the passkey, so the authenticator must keep it.
    ['registration.finish', 401, fault('not signed in', 401), 'unauthorized'],
    [
      'registration.finish',
      400,
      fault('received challenge does not match with any stored one', 400),
      'challenge-expired',
    ],
    [
      'registration.finish',
      400,
      fault('unable to parse credential creation response', 400),
      'verification-failed',
    ],
    [
      'registration.finish',
      400,
      fault('failed to validate attestation', 400),
      'verification-failed',
    ],
    [
      'registration.finish',
      422,
      fault('failed to validate attestation: user verification required', 422),
      'verification-failed',
    ],
    ['passkeys.list', 401, fault('not signed in', 401), 'unauthorized'],
    ['passkeys.rename', 400, fault('unable to validate request', 400), 'invalid-input'],
    ['passkeys.remove', 404, fault("credential with id 'canary' not found", 404), 'not-found'],
    ['passkeys.list', 200, {}, 'bad-response'],
    ['passkeys.get', 200, {}, 'bad-response'],
  ],
});

describe('what is peculiar to Hanko', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const list = async (...records: object[]) => {
    server.answer(() => json(records));
    return (await hanko({ siteUrl: server.base }).passkeys!.list!(signal)).passkeys;
  };

  it('needs the tenant id as its client id, unless the site’s server knows it', () => {
    expect(() => hanko({}))
      .to.throw('client-id')
      .with.property('code', 'invalid-config');
    expect(hanko({ siteUrl: '/hanko' }).registration).to.be.an('object');
  });

  it('is a word of the backend attribute', async () => {
    const backend = await resolveBackend('hanko', { clientId: tenant, baseUrl: server.base });
    server.answer(() => json({ publicKey: requestOptions }));
    await backend.signIn.begin({ mediation: 'conditional' }, signal);
    expect(server.requests[0]!.url).to.equal(`${server.base}/${tenant}/login/initialize`);
  });

  it('without the site’s server nobody can create a passkey, and it says so', () => {
    const { registration, passkeys, traits } = hanko({ clientId: tenant });
    expect([registration, passkeys, traits!.addPasskey]).to.deep.equal([
      undefined,
      undefined,
      false,
    ]);
  });

  it('a registration through the site may end with a token only', async () => {
    server.answer(() => json({ token }));
    const challenge = { options: creationOptions } as never;
    const { registration } = hanko({ siteUrl: server.base });
    const result = await registration!.finish({ answer: attestation, challenge }, signal);
    expect(result).to.deep.equal({});
  });

  it('a name that nobody gave is none', async () => {
    const [first, second] = await list(
      { ...record, name: `cred-${record.id}` },
      { ...record, name: 'cred-its own' },
    );
    expect(first).not.to.have.property('name');
    expect(second!.name).to.equal('cred-its own');
  });

  it('reads what Go writes: up to nine digits, no digits, the year 1, the model of nobody', async () => {
    const [one, other] = await list(
      { ...record, last_used_at: '2026-02-03T12:54:53.1Z', created_at: '0001-01-01T00:00:00Z' },
      { ...record, last_used_at: undefined, aaguid: '00000000-0000-0000-0000-000000000000' },
    );
    expect(one!.lastUsedAt!.toISOString()).to.equal('2026-02-03T12:54:53.100Z');
    expect(one).not.to.have.property('createdAt');
    expect(other).not.to.have.any.keys('lastUsedAt', 'aaguid');
  });
});

function nothing(): Pick<Exchange, 'status' | 'result' | 'emptyIsFine'> {
  return { status: 204, result: undefined, emptyIsFine: true };
}

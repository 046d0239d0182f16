import { expect } from '@open-wc/testing';
import { betterAuth } from '../../src/backends/better-auth.js';
import { traitsOf } from '../../src/core/backend.js';
import { json, mockServer, rejection, samples, testBackend } from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions } = samples;

const record = {
  id: 'vRGxCjwvKXeWqZZMKbt43QYjpIzokFV6',
  name: 'My key',
  publicKey: 'pQECAyYgASFYIOo3Tlrcb1SQj6eFZR4c50pzn4DoVBP6s3z1ZgrfNKiA+/8=',
  userId: 'Y5kw2WEuZvaqujAbez7HJ2FTH0czUj2J',
  credentialID: '7LGTTi1qWZbfNr4YhIxq6A',
  counter: 3,
  deviceType: 'multiDevice',
  backedUp: true,
  transports: 'internal,hybrid',
  createdAt: '2026-11-22T02:06:57.976Z',
  aaguid: 'EA9B8D66-4D01-1D21-3CE4-B6B48CB575D4',
};

const passkey = {
  id: record.id,
  credentialId: record.credentialID,
  name: 'My key',
  aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4',
  createdAt: record.createdAt,
  transports: ['internal', 'hybrid'],
  synced: true,
  backupEligible: true,
  deviceType: 'multi-device',
  signCount: 3,
  publicKey: 'pQECAyYgASFYIOo3Tlrcb1SQj6eFZR4c50pzn4DoVBP6s3z1ZgrfNKiA-_8',
  enabled: true,
  userId: record.userId,
};

const signedIn = {
  session: { id: 's1', token: 'secret-of-the-cookie', userId: 'u1' },
  user: { id: 'u1', name: 'J. Doe', email: 'jdoe@example.com', emailVerified: false },
};

testBackend({
  name: 'better-auth',
  create: betterAuth,
  credentials: 'same-origin',
  exchanges: {
    'signIn.begin': {
      method: 'GET',
      path: '/passkey/generate-authenticate-options',
      answer: requestOptions,
      result: { options: requestOptions },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/passkey/verify-authentication',
      body: { response: assertion },
      answer: signedIn,
      result: {
        kind: 'session',
        user: { id: 'u1', identifier: 'jdoe@example.com', displayName: 'J. Doe' },
      },
    },
    'registration.begin': {
      method: 'GET',
      path: '/passkey/generate-register-options',
      answer: creationOptions,
      result: { options: creationOptions },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: '/passkey/verify-registration',
      body: { response: attestation, name: 'Mine' },
      answer: record,
      result: { passkey },
    },
    'passkeys.list': {
      method: 'GET',
      path: '/passkey/list-user-passkeys',
      answer: [record],
      result: { passkeys: [passkey], complete: true },
      repeatable: true,
    },
    'passkeys.rename': {
      method: 'POST',
      path: '/passkey/update-passkey',
      body: { id: samples.id, name: 'Läptop' },
      answer: { passkey: { ...record, name: 'Läptop' } },
      result: { ...passkey, name: 'Läptop' },
    },
    'passkeys.remove': {
      method: 'POST',
      path: '/passkey/delete-passkey',
      body: { id: samples.id },
      answer: { status: true },
      result: undefined,
      emptyIsFine: true,
      bare: { 401: 'forbidden' }, // somebody else's
    },
    signOut: {
      method: 'POST',
      path: '/sign-out',
      body: {},
      answer: { success: true },
      result: undefined,
      emptyIsFine: true,
    },
  },
  errors: [
    ['passkeys.list', 401, fault('UNAUTHORIZED'), 'unauthorized'],
    ['signIn.finish', 200, { session: null, user: { id: 'u1' } }, 'bad-response'],
    ['passkeys.remove', 401, fault('UNAUTHORIZED'), 'unauthorized'],
    ['registration.begin', 401, fault('UNAUTHORIZED'), 'unauthorized'],
    ['registration.begin', 401, fault('SESSION_REQUIRED'), 'unauthorized'],
    ['registration.begin', 403, fault('SESSION_NOT_FRESH'), 'reauth-required'],
    ['registration.finish', 403, fault('SESSION_NOT_FRESH'), 'reauth-required'],
    ['registration.begin', 400, fault('RESOLVE_USER_REQUIRED'), 'invalid-input'],
    ['registration.begin', 400, fault('RESOLVED_USER_INVALID'), 'invalid-input'],
    ['signIn.finish', 403, fault('MISSING_OR_NULL_ORIGIN'), 'forbidden'],
    ['passkeys.rename', 403, fault('INVALID_ORIGIN'), 'forbidden'],
    ['signIn.finish', 400, fault('CHALLENGE_NOT_FOUND'), 'challenge-expired'],
    ['registration.finish', 400, fault('CHALLENGE_NOT_FOUND'), 'challenge-expired'],
    ['signIn.finish', 401, fault('PASSKEY_NOT_FOUND'), 'unknown-credential'],
    ['passkeys.rename', 404, fault('PASSKEY_NOT_FOUND'), 'not-found'],
    ['passkeys.remove', 404, fault('PASSKEY_NOT_FOUND'), 'not-found'],
    ['passkeys.rename', 401, fault('YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY'), 'forbidden'],
    [
      'registration.finish',
      401,
      fault('YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY'),
      'verification-failed',
    ],
    ['signIn.finish', 400, fault('AUTHENTICATION_FAILED'), 'verification-failed'],
    ['signIn.finish', 401, fault('AUTHENTICATION_FAILED'), 'verification-failed'],
    ['registration.finish', 500, fault('FAILED_TO_VERIFY_REGISTRATION'), 'verification-failed'],
    ['registration.finish', 400, fault('FAILED_TO_VERIFY_REGISTRATION'), 'verification-failed'],
    ['passkeys.rename', 400, fault('VALIDATION_ERROR'), 'invalid-input'],
    ['signIn.finish', 400, { message: 'origin missing' }, 'verification-failed'],
    ['signIn.finish', 500, fault('UNABLE_TO_CREATE_SESSION'), 'server-error'],
    ['registration.finish', 500, fault('USER_NOT_FOUND'), 'server-error'],
    ['passkeys.rename', 500, fault('FAILED_TO_UPDATE_PASSKEY'), 'server-error'],
    ['passkeys.list', 415, fault('UNSUPPORTED_MEDIA_TYPE'), 'unknown'],
    ['signIn.begin', 429, { message: 'canary' }, 'rate-limited'],
    // Successful in the status line, but not what was asked for.
    ['signIn.finish', 200, { session: signedIn.session }, 'bad-response'],
    ['registration.finish', 200, {}, 'bad-response'],
    ['passkeys.list', 200, null, 'bad-response'],
    ['passkeys.rename', 200, { passkey: null }, 'bad-response'],
  ],
});

describe('what is special about Better Auth', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const backend = () => betterAuth({ baseUrl: server.base });
  const list = async (records: unknown) => {
    server.answer(() => json(records));
    return backend().passkeys!.list!(signal);
  };

  it('takes no account name, and signals no list: its user handles are random', () => {
    expect(traitsOf(backend())).to.include({ identifier: 'ignored', signals: false });
  });

  it('keeps the secret of the session to itself', async () => {
    server.answer(() => json(signedIn));
    const challenge = { options: requestOptions };
    const result = await backend().signIn.finish({ answer: assertion, challenge }, signal);
    expect(JSON.stringify(result)).not.to.include(signedIn.session.token);
  });

  it('names a new passkey only if there is a name', async () => {
    server.answer(() => json(record));
    const challenge = { options: creationOptions } as never;
    await backend().registration!.finish({ answer: attestation, challenge }, signal);
    expect(await server.requests[0]?.json()).to.deep.equal({ response: attestation });
  });

  it('reads old rows, in which much is missing', async () => {
    const { id, credentialID } = record;
    const nothing = { name: null, createdAt: null, aaguid: null, transports: '' };
    const { passkeys } = await list([{ id, credentialID, deviceType: 'singleDevice', ...nothing }]);
    expect(passkeys).to.deep.equal([
      {
        id,
        credentialId: credentialID,
        transports: [],
        deviceType: 'single-device',
        backupEligible: false,
        enabled: true,
      },
    ]);
  });

  it('reads numbers as ids, which databases of the site may count up', async () => {
    const { passkeys } = await list([{ ...record, id: 17 }]);
    expect(passkeys[0]?.id).to.equal('17');
  });

  it('one without an id makes the list incomplete', async () => {
    const { complete, passkeys } = await list([record, { ...record, id: undefined }]);
    expect(complete).to.equal(false);
    expect(passkeys).to.have.length(1);
  });

  it('a success that has a message and no code is none of its faults', async () => {
    const { passkeys } = await list({ passkeys: [record], message: 'canary' });
    expect(passkeys).to.have.length(1);
  });

  it('waits as long as the header of its own says', async () => {
    server.answer(() => json({ message: 'canary' }, 429, { 'X-Retry-After': '7' }));
    const before = Date.now();
    const { retryAt } = await rejection(backend().passkeys!.list!(signal));
    expect(retryAt!.getTime()).to.be.within(before + 7000, Date.now() + 7000);
  });
});

function fault(code: string) {
  return { message: 'canary', code };
}

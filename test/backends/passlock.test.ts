import { expect } from '@open-wc/testing';
import { resolveBackend } from '../../src/backends/index.js';
import { passlock, type PasslockSettings } from '../../src/backends/passlock.js';
import {
  traitsOf,
  type RegistrationChallenge,
  type SignInChallenge,
} from '../../src/core/backend.js';
import { PasskeyError } from '../../src/core/errors.js';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type BackendContract,
  type Exchange,
} from '../support/backend-contract.js';
import record from '../support/passlock-passkey.json' with { type: 'json' };

const { assertion, attestation, requestOptions, creationOptions, identifier } = samples;
const sessionToken = 'st_8m1c';
const principal = { authenticatorId: record.id, userId: record.userId };
const proof = { principal, id_token: 'eyJhbGciOi', code: 'kq8d' };
const code = { kind: 'code', code: 'kq8d' } as const;
const signInOptions = { sessionToken, optionsJSON: requestOptions };
const registrationOptions = { sessionToken, optionsJSON: creationOptions };
const passkeyPath = '/passkeys/id%2Fcanary%3F';

const passkey = {
  id: 'sewqeeqx69cr7axut7kat',
  credentialId: 'bW9wN3IzenE0enJ5OXVnZXoxOWF4',
  provider: {
    name: 'Apple Passwords',
    icon: 'https://api.passlock.dev/aaguid/0000-0000-0000/icon.svg',
  },
  createdAt: '2026-02-03T12:54:53.000Z',
  updatedAt: '2026-02-03T12:54:53.000Z',
  lastUsedAt: '2026-02-03T12:54:53.000Z',
  transports: ['internal'],
  synced: true,
  backupEligible: true,
  deviceType: 'multi-device',
  signCount: 0,
  publicKey: 'dGhpcy1pcy1hLWNib3ItcHVibGljLWtleQ',
  enabled: true,
  rpId: 'example.com',
  userHandle: 'MTVkMTFmdHM1Yzg0bDN0anpieG9w',
  userId: 'puubifsmidah0f8c0y9bm',
  username: 'jdoe@example.com',
};

type Exchanges = BackendContract['exchanges'];

/** The four steps of the ceremonies, which all ways of speaking have in common. */
function ceremonies(
  path: string,
  bodies: { readonly signIn: object; readonly registration: object },
  ends: { readonly signIn: Outcome; readonly registration: Outcome },
): Exchanges {
  return {
    'signIn.begin': {
      method: 'POST',
      path: `${path}/authentication/options`,
      body: bodies.signIn,
      answer: signInOptions,
      result: { options: requestOptions, context: sessionToken },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: `${path}/authentication/verification`,
      body: { response: assertion, sessionToken },
      ...ends.signIn,
    },
    'registration.begin': {
      method: 'POST',
      path: `${path}/registration/options`,
      body: bodies.registration,
      answer: registrationOptions,
      result: { options: creationOptions, context: sessionToken },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: `${path}/registration/verification`,
      body: { response: attestation, sessionToken },
      ...ends.registration,
    },
  };
}

type Outcome = Pick<Exchange, 'answer' | 'result'>;

const codes = {
  signIn: { answer: { _tag: 'AuthenticationSuccess', ...proof }, result: code },
  registration: { answer: { _tag: 'RegistrationSuccess', ...proof }, result: { signIn: code } },
};

const fault = (tag: string, more: object = {}) => ({
  _tag: `@error/${tag}`,
  message: 'canary',
  ...more,
});

const errors: BackendContract['errors'] = [
  ['signIn.begin', 404, fault('InvalidTenancy'), 'forbidden'],
  ['signIn.begin', 400, fault('BadRequest'), 'invalid-input'],
  ['signIn.finish', 400, fault('BadRequest'), 'verification-failed'],
  ['registration.finish', 400, fault('BadRequest'), 'verification-failed'],
  [
    'signIn.finish',
    400,
    fault('PasskeyNotFound', { credentialId: 'bW9w', rpId: 'example.com' }),
    'unknown-credential',
  ],
  // Only the verification of a sign-in knows that the server has no such passkey.
  ['registration.finish', 400, fault('PasskeyNotFound'), 'verification-failed'],
  ['signIn.finish', 429, fault('RateLimited', { retryAfterSeconds: 30 }), 'rate-limited'],
  ['signIn.begin', 200, fault('BadRequest'), 'unknown'],
  ['signIn.begin', 200, { optionsJSON: requestOptions }, 'bad-response'],
  ['signIn.finish', 200, { _tag: 'AuthenticationSuccess', principal }, 'bad-response'],
  ['signIn.finish', 400, { _tag: 7 }, 'verification-failed'],
];

testBackend({
  name: 'passlock (v1)',
  create: passlock,
  credentials: 'same-origin',
  exchanges: ceremonies(
    '/my-app/passkey',
    { signIn: {}, registration: { displayName: 'J. Doe' } },
    codes,
  ),
  errors,
});

testBackend({
  name: 'passlock (v2)',
  create: (settings) =>
    passlock({
      ...settings,
      authorize: (ceremony) => ({
        _tag: 'AuthorizedPasskeyCeremony',
        [`${ceremony}Token`]: `${ceremony}-token`,
        expiresAt: 1_770_123_593_000,
      }),
    }),
  credentials: 'same-origin',
  exchanges: ceremonies(
    '/v2/my-app/passkey',
    {
      signIn: { authenticationToken: 'authentication-token' },
      registration: { registrationToken: 'registration-token' },
    },
    codes,
  ),
  errors,
});

testBackend({
  name: 'passlock (through the site)',
  create: ({ baseUrl, ...settings } = {}) =>
    passlock({ ...settings, clientId: undefined, siteUrl: baseUrl }),
  credentials: 'same-origin',
  exchanges: {
    ...ceremonies(
      '/passkey',
      { signIn: {}, registration: { displayName: 'J. Doe' } },
      {
        signIn: {
          answer: { _tag: 'AuthenticationSuccess', user: { id: 'u1' } },
          result: { kind: 'session', user: { id: 'u1' } },
        },
        registration: { answer: record, result: { passkey } },
      },
    ),
    'passkeys.list': {
      method: 'GET',
      path: '/passkeys',
      answer: { _tag: 'FindAllPasskeys', cursor: null, records: [record] },
      result: { passkeys: [passkey], complete: true },
      repeatable: true,
    },
    'passkeys.get': {
      method: 'GET',
      path: passkeyPath,
      answer: record,
      result: passkey,
      repeatable: true,
    },
    'passkeys.rename': {
      method: 'PATCH',
      path: passkeyPath,
      body: { name: 'Läptop' },
      status: 202,
      answer: { ...record, name: 'Läptop' },
      result: { ...passkey, name: 'Läptop' },
    },
    'passkeys.remove': {
      method: 'DELETE',
      path: passkeyPath,
      status: 202,
      answer: record,
      result: undefined,
      emptyIsFine: true,
    },
  },
  errors: [
    ...errors,
    ['passkeys.list', 401, { _tag: '@error/Unauthorized' }, 'unauthorized'],
    // Not a refusal of the passkey, so the authenticator must keep it.
    ['registration.finish', 401, { _tag: '@error/Unauthorized' }, 'unauthorized'],
    ['passkeys.list', 403, { _tag: '@error/Forbidden' }, 'forbidden'],
    ['registration.begin', 403, fault('ReauthenticationRequired'), 'reauth-required'],
    ['passkeys.remove', 404, fault('NotFound'), 'not-found'],
    ['signIn.finish', 404, fault('InvalidCode'), 'challenge-expired'],
    ['registration.finish', 409, fault('Conflict'), 'conflict'],
    ['passkeys.list', 200, { _tag: 'FindAllPasskeys' }, 'bad-response'],
    ['passkeys.get', 200, { _tag: 'Passkey' }, 'bad-response'],
  ],
});

describe('what is peculiar to Passlock', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const create = (settings: PasslockSettings = {}) =>
    passlock({ baseUrl: server.base, clientId: 'my-app', ...settings });
  const list = (answer: object) => {
    server.answer(() => json(answer));
    return passlock({ siteUrl: server.base }).passkeys!.list!(signal);
  };

  it('needs the tenancy id as its client id, unless the site’s server knows it', () => {
    expect(() => passlock({}))
      .to.throw('client-id')
      .with.property('code', 'invalid-config');
    expect(passlock({ siteUrl: '/passlock' }).passkeys).to.be.an('object');
  });

  it('is a word of the backend attribute', async () => {
    const backend = await resolveBackend('passlock', { clientId: 'my-app', baseUrl: server.base });
    server.answer(() => json(signInOptions));
    await backend.signIn.begin({ mediation: 'conditional' }, signal);
    expect(new URL(server.requests[0]!.url).pathname).to.match(/\/my-app\/passkey\/auth/);
  });

  it('a tenancy id is one part of the path, whatever is in it', async () => {
    server.answer(() => json(signInOptions));
    await create({ clientId: 'a/b' }).signIn.begin({ mediation: 'modal' }, signal);
    expect(server.requests[0]!.url).to.contain('/a%2Fb/passkey/');
  });

  it('who is signed in adds a passkey where the site’s server knows who that is', () => {
    const adds = (settings: PasslockSettings) => traitsOf(passlock(settings)).addPasskey;
    expect(adds({ siteUrl: '/site' })).to.equal(true);
    expect(adds({ clientId: 'tenancy', authorize: () => ({}) })).to.equal(true);
    expect(adds({ clientId: 'tenancy' })).to.equal(false);
  });

  it('v1: the account name is what the authenticator will show', async () => {
    server.answer(() => json(registrationOptions));
    const request = { identifier, displayName: 'J. Doe', mediation: 'modal' } as const;
    await create().registration!.begin(request, signal);
    const body: unknown = await server.requests[0]!.json();
    expect(body).to.deep.equal({ username: identifier, displayName: 'J. Doe' });
  });

  it('v2: the site’s server hears which ceremony it is to allow, and how it is asked for', async () => {
    const asked: unknown[] = [];
    const authorize = (ceremony: string, { mediation }: { mediation: string }) => {
      asked.push([ceremony, mediation]);
      return Promise.resolve({ authenticationToken: 'a', registrationToken: 'r' });
    };
    const backend = create({ authorize });
    server.answerInTurn(
      () => json(signInOptions),
      () => json(registrationOptions),
    );
    await backend.signIn.begin({ mediation: 'conditional' }, signal);
    await backend.registration!.begin({ mediation: 'modal' }, signal);
    expect(asked).to.deep.equal([
      ['authentication', 'conditional'],
      ['registration', 'modal'],
    ]);
  });

  for (const [what, thrown, expected] of [
    ['a PasskeyError', new PasskeyError('unauthorized', 'nobody is signed in'), 'unauthorized'],
    ['something else', new Error('canary'), 'unknown'],
  ] as const) {
    it(`v2: when the site’s server refuses with ${what}, nothing is sent`, async () => {
      const { signIn } = create({ authorize: () => Promise.reject(thrown) });
      const error = await rejection(signIn.begin({ mediation: 'modal' }, signal));
      expect(error.code).to.equal(expected);
      expect(error.message).not.to.contain('canary');
      expect(server.requests).to.have.length(0);
    });
  }

  it('v2: giving up does not wait for the site’s server', async () => {
    const controller = new AbortController();
    const authorize = () => {
      controller.abort();
      return new Promise(() => {});
    };
    const { signIn } = create({ authorize });
    const error = await rejection(signIn.begin({ mediation: 'modal' }, controller.signal));
    expect(error.code).to.equal('aborted');
  });

  it('an error is read whatever its content type', async () => {
    const text = JSON.stringify(fault('InvalidTenancy'));
    server.answer(() => new Response(text, { status: 404 }));
    const error = await rejection(create().signIn.begin({ mediation: 'modal' }, signal));
    expect(error.code).to.equal('forbidden');
  });

  for (const [retryAfterSeconds, headers, wait] of [
    [30, {}, 30],
    [30, { 'Retry-After': '7' }, 7],
    ['soon', {}, 5],
  ] as const) {
    it(`after retryAfterSeconds: ${retryAfterSeconds} and ${JSON.stringify(headers)} the next try is in ${wait} s`, async () => {
      server.answer(() => json(fault('RateLimited', { retryAfterSeconds }), 429, headers));
      const before = Date.now();
      const { retryAt } = await rejection(create().signIn.begin({ mediation: 'modal' }, signal));
      expect(retryAt!.getTime()).to.be.within(before + wait * 1000, Date.now() + wait * 1000);
    });
  }

  it('a list that goes on at a cursor is not complete', async () => {
    expect((await list({ records: [record], cursor: 'next' })).complete).to.equal(false);
    expect((await list({ records: [record], cursor: null })).complete).to.equal(true);
  });

  it('a summary is a passkey of which less is known', async () => {
    const { id, userId, enabled, credential, createdAt } = record;
    const summary = { id, userId, enabled, credential: { id: credential.id }, createdAt };
    const { passkeys } = await list({ records: [summary] });
    expect(JSON.parse(JSON.stringify(passkeys))).to.deep.equal([
      {
        id,
        userId,
        enabled: true,
        credentialId: credential.id,
        createdAt: '2026-02-03T12:54:53.000Z',
        transports: [],
      },
    ]);
  });

  it('seconds and milliseconds are told apart, and a placeholder is no authenticator model', async () => {
    const aaguid = 'FBFC3007-154E-4ECC-8C0B-6E020557D7BD';
    const { passkeys } = await list({
      records: [
        { ...record, createdAt: 1_770_123_293_000, lastUsed: 0 },
        { ...record, credential: { ...record.credential, aaguid, deviceType: 'singleDevice' } },
      ],
    });
    const [one, other] = passkeys;
    expect(one!.createdAt!.toISOString()).to.equal('2026-02-03T12:54:53.000Z');
    expect(one!.lastUsedAt).to.equal(undefined);
    expect(one!.aaguid).to.equal(undefined);
    expect(other!.aaguid).to.equal(aaguid.toLowerCase());
    expect(other!.backupEligible).to.equal(false);
  });

  it('the two kinds of id are never mixed up', async () => {
    const { passkeys } = await list({ records: [{ ...record, credential: null }] });
    expect(passkeys[0]).to.include({ id: record.id });
    expect(passkeys[0]).not.to.have.any.keys('credentialId', 'userHandle');
  });

  it('no proof is sent without what came with its options', async () => {
    server.answer(() => json(fault('BadRequest'), 400));
    const { signIn, registration } = create();
    const lost = { options: requestOptions } as SignInChallenge;
    await rejection(signIn.finish({ answer: assertion, challenge: lost }, signal));
    const other = { options: creationOptions } as unknown as RegistrationChallenge;
    await rejection(registration!.finish({ answer: attestation, challenge: other }, signal));
    for (const request of server.requests) {
      expect(await request.json()).to.have.all.keys('response');
    }
  });
});

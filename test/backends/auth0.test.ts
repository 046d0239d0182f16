import { expect } from '@open-wc/testing';
import { auth0, type Auth0Settings } from '../../src/backends/auth0.js';
import {
  traitsOf,
  type RegistrationChallenge,
  type SignInChallenge,
} from '../../src/core/backend.js';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type Exchange,
} from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions, token, identifier } = samples;
const headers = { authorization: `Bearer ${token}` };
const methods = '/me/v1/authentication-methods';
const path = `${methods}/id%2Fcanary%3F`;
const location = `https://auth.example.com${methods}/passkey%7Cdev_AAAAAAAAAAAAAAAA`;
const grantType = 'urn:okta:params:oauth:grant-type:webauthn';

const { clientDataJSON, attestationObject } = attestation.response;
const documented = { ...attestation, response: { clientDataJSON, attestationObject } };

const record = {
  id: 'passkey|dev_AAAAAAAAAAAAAAAA',
  type: 'passkey',
  created_at: '2026-02-01T08:00:00.000Z',
  usage: ['primary'],
  key_id: 'VIkoK83YpqrxBOXR_o5f2GtDorzYnAxlkozY-Dya3Uc',
  public_key: 'pQECAyYgASFYIOo3',
  credential_device_type: 'multi_device',
  credential_backed_up: true,
  identity_user_id: 'auth0|65f0',
  user_handle: 'dXNyXzEyMzQ1Njc4OTA',
  transports: ['internal', 'hybrid'],
  user_agent: 'Mozilla/5.0',
  aaguid: 'FBFC3007-154E-4ECC-8C0B-6E020557D7BD',
  relying_party_id: 'auth.example.com',
  last_auth_at: '2026-02-03T12:54:53.000Z',
};
const passkey = {
  id: record.id,
  credentialId: record.key_id,
  aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
  createdAt: record.created_at,
  lastUsedAt: record.last_auth_at,
  transports: ['internal', 'hybrid'],
  synced: true,
  backupEligible: true,
  deviceType: 'multi-device',
  publicKey: record.public_key,
  enabled: true,
  rpId: 'auth.example.com',
  userHandle: record.user_handle,
  userId: 'auth0|65f0',
};
const tokens = { access_token: 'a1', id_token: 'i1', refresh_token: 'r1', token_type: 'Bearer' };
const signedIn = {
  kind: 'tokens',
  accessToken: 'a1',
  idToken: 'i1',
  refreshToken: 'r1',
  tokenType: 'Bearer',
} as const;

/** The suite's server adds no header to its answers. */
function withLocation(send = fetch): typeof fetch {
  return async (url, init) => {
    const { status, body, headers } = await send(url, init);
    const added = new Headers(headers);
    added.set('Location', location);
    return new Response(status === 204 ? null : body, { status, headers: added });
  };
}

testBackend({
  name: 'auth0',
  create: (settings) => auth0({ ...settings, fetch: withLocation(settings?.fetch) }),
  credentials: 'omit',
  bearer: [
    ...(['registration.begin', 'registration.finish'] as const),
    ...(['passkeys.list', 'passkeys.get', 'passkeys.remove'] as const),
  ],
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: '/passkey/challenge',
      body: { client_id: 'my-app' },
      answer: { auth_session: 's1', authn_params_public_key: requestOptions },
      result: { options: requestOptions, context: 's1' },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/oauth/token',
      body: {
        grant_type: grantType,
        client_id: 'my-app',
        auth_session: 's1',
        authn_response: assertion,
      },
      answer: tokens,
      result: signedIn,
    },
    'registration.begin': {
      method: 'POST',
      path: methods,
      headers,
      body: { type: 'passkey' },
      status: 202,
      answer: { auth_session: 's2', authn_params_public_key: creationOptions },
      result: {
        options: creationOptions,
        context: { session: 's2', method: 'passkey%7Cdev_AAAAAAAAAAAAAAAA' },
      },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: `${methods}/passkey%7Cdev_AAAAAAAAAAAAAAAA/verify`,
      headers,
      body: { auth_session: 's2', authn_response: documented },
      status: 201,
      answer: record,
      result: { passkey },
    },
    'passkeys.list': {
      method: 'GET',
      path: methods,
      query: { type: 'passkey' },
      headers,
      answer: { authentication_methods: [record] },
      result: { passkeys: [passkey], complete: true },
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
    'passkeys.remove': { method: 'DELETE', path, headers, status: 204, ...nothing() },
  },
  errors: [
    ['signIn.begin', 400, fault('invalid_request'), 'invalid-input'],
    ['signIn.begin', 401, fault('unauthorized_client'), 'forbidden'],
    ['signIn.begin', 403, fault('access_denied'), 'forbidden'],
    ['signIn.begin', 429, fault('too_many_requests'), 'rate-limited'],
    ['signIn.finish', 403, fault('invalid_grant'), 'verification-failed'],
    ['signIn.finish', 401, fault('invalid_grant'), 'verification-failed'],
    ['signIn.finish', 403, fault('mfa_required'), 'mfa-required'],
    ['signIn.finish', 401, fault('access_denied'), 'forbidden'],
    ['signIn.finish', 429, fault('too_many_requests'), 'rate-limited'],
    ['registration.begin', 401, problem(401), 'unauthorized'],
    ['registration.begin', 403, problem(403), 'reauth-required'],
    ['registration.finish', 400, problem(400), 'verification-failed'],
    ['registration.finish', 403, problem(403), 'reauth-required'],
    ['passkeys.list', 401, problem(401), 'unauthorized'],
    ['passkeys.list', 403, problem(403), 'reauth-required'],
    ['passkeys.list', 403, fault('insufficient_scope'), 'reauth-required'],
    ['passkeys.get', 404, problem(404), 'not-found'],
    ['passkeys.remove', 404, problem(404), 'not-found'],
    ['passkeys.remove', 429, problem(429), 'rate-limited'],
    ['passkeys.list', 200, [record], 'bad-response'],
    ['signIn.finish', 200, { id_token: 'i1' }, 'bad-response'],
    ['signIn.begin', 200, { authn_params_public_key: requestOptions }, 'bad-response'],
  ],
});

describe('what is special to Auth0', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const create = (settings: Auth0Settings = {}) =>
    auth0({ baseUrl: server.base, clientId: 'my-app', ...settings });
  const challenge = { options: requestOptions, context: 's1' } as SignInChallenge;
  const modal = { mediation: 'modal' } as const;
  const sent = async (at = 0): Promise<unknown> => server.requests[at]!.clone().json();

  for (const [missing, settings] of [
    ['client-id', { baseUrl: 'https://auth.example.com' }],
    ['base-url', { clientId: 'my-app' }],
  ] as const) {
    it(`without ${missing} it says so before any request`, () => {
      expect(() => auth0(settings))
        .to.throw(missing)
        .with.property('code', 'invalid-config');
    });
  }

  it('expires_in counts seconds from now', async () => {
    server.answer(() => json({ ...tokens, expires_in: 86_400 }));
    const before = Date.now() + 86_400_000;
    const result = await create().signIn.finish({ answer: assertion, challenge }, signal);
    const expiresAt = 'expiresAt' in result ? result.expiresAt!.getTime() : 0;
    expect(expiresAt).to.be.within(before, Date.now() + 86_400_000);
  });

  for (const expires_at of ['0001-01-01T00:00:00Z', 'soon']) {
    it(`expires_in counts where expires_at is “${expires_at}”`, async () => {
      server.answer(() => json({ ...tokens, expires_at, expires_in: 60 }));
      const result = await create().signIn.finish({ answer: assertion, challenge }, signal);
      expect(result).to.have.property('expiresAt').that.is.a('date');
    });
  }

  for (const expires_in of [null, 0, '']) {
    it(`expires_in ${JSON.stringify(expires_in)} does not say that the tokens are old already`, async () => {
      server.answer(() => json({ ...tokens, expires_in }));
      const result = await create().signIn.finish({ answer: assertion, challenge }, signal);
      expect(result).to.have.property('expiresAt', undefined);
    });
  }

  it('the settings go where the vendor has them', async () => {
    const own = { realm: 'Users', organization: 'org_1' };
    const wanted = { audience: 'https://api.example.com/', scope: 'openid' };
    const backend = create({ ...own, ...wanted });
    server.answer(() => json({ auth_session: 's1', authn_params_public_key: requestOptions }));
    await backend.signIn.begin(modal, signal);
    server.answer(() => json(tokens));
    await backend.signIn.finish({ answer: assertion, challenge }, signal);
    expect(await sent()).to.deep.equal({ client_id: 'my-app', ...own });
    expect(await sent(1)).to.deep.equal({
      grant_type: grantType,
      client_id: 'my-app',
      auth_session: 's1',
      authn_response: assertion,
      ...own,
      ...wanted,
    });
  });

  describe('a newcomer: an account name, and no access token', () => {
    const answer = { auth_session: 's3', authn_params_public_key: creationOptions };
    const request = { identifier, displayName: 'J. Doe', ...modal };

    for (const [type, settings] of [
      ['email', {}],
      ['phone_number', { identifierType: 'phone_number' }],
      ['username', { identifierType: 'username' }],
    ] as const) {
      it(`signs up with a passkey and the name as ${type}`, async () => {
        const { registration } = create(settings);
        server.answer(() => json(answer));
        const begun = (await registration!.begin(request, signal)) as RegistrationChallenge;
        expect(server.requests).to.have.length(1);
        expect(server.requests[0]!.url).to.match(/\/passkey\/register$/);
        expect(server.requests[0]!.headers.has('authorization')).to.equal(false);
        expect(await sent()).to.deep.equal({
          client_id: 'my-app',
          user_profile: { [type]: identifier, name: 'J. Doe' },
        });
        server.answer(() => json(tokens));
        const finished = { answer: attestation, challenge: begun };
        const { signIn, passkey } = await registration!.finish(finished, signal);
        expect(JSON.parse(JSON.stringify(signIn))).to.deep.equal(signedIn);
        expect(passkey).to.equal(undefined);
        expect(server.requests[1]!.url).to.match(/\/oauth\/token$/);
        expect(await sent(1)).to.deep.equal({
          grant_type: grantType,
          client_id: 'my-app',
          auth_session: 's3',
          authn_response: documented,
        });
      });
    }

    it('with an account already is a conflict, and no word tells more', async () => {
      server.answer(() => json(fault('invalid_request'), 400));
      const error = await rejection(create().registration!.begin(request, signal));
      expect(error.code).to.equal('conflict');
      expect(error.message).not.to.include('canary');
    });

    it('whose address must be verified first is told before a passkey is created', async () => {
      server.answer(() => json({ ...answer, verification_required: ['email'] }));
      const error = await rejection(create().registration!.begin(request, signal));
      expect(error.code).to.equal('mfa-required');
    });

    it('where nothing must be verified goes on', async () => {
      server.answer(() => json({ ...answer, verification_required: [] }));
      const begun = await create().registration!.begin(request, signal);
      expect(begun.context).to.equal('s3');
    });

    it('with a token is none: the passkey is added to the account', async () => {
      server.answer(() => json(answer, 202, { Location: location }));
      await create({ accessToken: () => token }).registration!.begin(request, signal);
      expect(server.requests[0]!.url).to.match(/\/authentication-methods$/);
    });

    it('with a token and without an answer is none: nobody gets a second account', async () => {
      server.answer(() => Response.error());
      const { registration } = create({ accessToken: () => token });
      expect((await rejection(registration!.begin(request, signal))).code).to.equal('network');
      for (const { url } of server.requests) expect(url).to.match(/\/authentication-methods$/);
    });

    it('with a token that has expired is none either', async () => {
      server.answer(() => json(problem(401), 401));
      const { registration } = create({ accessToken: () => token });
      const error = await rejection(registration!.begin(request, signal));
      expect(error.code).to.equal('unauthorized');
      expect(server.requests).to.have.length(1);
    });
  });

  for (const given of [
    location,
    `${methods}/passkey%7Cdev_AAAAAAAAAAAAAAAA`,
    `${methods}/passkey%7Cdev_AAAAAAAAAAAAAAAA/`,
    `passkey%7Cdev_AAAAAAAAAAAAAAAA?v=1`,
  ]) {
    it(`finds the new passkey at ${given}`, async () => {
      server.answer(() =>
        json({ auth_session: 's2', authn_params_public_key: creationOptions }, 202, {
          Location: given,
        }),
      );
      const begun = await create({ accessToken: () => token }).registration!.begin(modal, signal);
      expect(begun.context).to.deep.equal({
        session: 's2',
        method: 'passkey%7Cdev_AAAAAAAAAAAAAAAA',
      });
    });
  }

  it('a Location that the page may not read is told before a passkey is created', async () => {
    server.answer(() => json({ auth_session: 's2', authn_params_public_key: creationOptions }));
    const { registration } = create({ accessToken: () => token });
    const error = await rejection(registration!.begin(modal, signal));
    expect(error.code).to.equal('bad-response');
    expect(error.message).to.include('Location');
  });

  it('a Location that leads elsewhere is not followed', async () => {
    const context = { session: 's2', method: '..' };
    const challenge = { options: creationOptions, context } as unknown as RegistrationChallenge;
    const { registration } = create({ accessToken: () => token });
    const finishing = registration!.finish({ answer: attestation, challenge }, signal);
    expect((await rejection(finishing)).code).to.equal('invalid-input');
    expect(server.requests).to.have.length(0);
  });

  it('ids have a bar, which is encoded', async () => {
    server.answer(() => new Response(null, { status: 204 }));
    await create({ accessToken: () => token }).passkeys!.remove!({ id: record.id }, signal);
    expect(server.requests[0]!.url).to.match(/\/passkey%7Cdev_AAAAAAAAAAAAAAAA$/);
  });

  it('a passkey for one device only, of no known make', async () => {
    const bare = { ...record, credential_device_type: 'single_device', aaguid: undefined };
    server.answer(() => json({ authentication_methods: [bare] }));
    const list = await create({ accessToken: () => token }).passkeys!.list!(signal);
    expect(list.passkeys[0]).to.include({ deviceType: 'single-device', backupEligible: false });
    expect(list.passkeys[0]).not.to.have.property('aaguid');
  });

  it('says that newcomers may sign up, and never signals', () => {
    expect(traitsOf(create())).to.include({ signUp: true, addPasskey: true, signals: false });
  });
});

function fault(error: string) {
  return { error, error_description: 'canary' };
}

function problem(status: number) {
  return { type: 'https://example.com/errors/1', status, title: 'canary', detail: 'canary' };
}

function nothing(): Pick<Exchange, 'result' | 'emptyIsFine'> {
  return { result: undefined, emptyIsFine: true };
}

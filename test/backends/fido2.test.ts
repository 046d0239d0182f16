import { expect } from '@open-wc/testing';
import { HttpResponse } from 'msw';
import { fido2, type Fido2Settings } from '../../src/backends/fido2.js';
import { traitsOf, type SignInChallenge } from '../../src/core/backend.js';
import { readCreationOptions } from '../../src/core/creation-options.js';
import type { PasskeyErrorCode } from '../../src/core/errors.js';
import { readRequestOptions } from '../../src/core/options.js';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type OperationName,
} from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions, identifier } = samples;
const accepted = { status: 'ok', errorMessage: '' };
const failed = { status: 'failed', errorMessage: 'canary does not exist' };
const begins = ['signIn.begin', 'registration.begin'] as const;
const finishes = ['signIn.finish', 'registration.finish'] as const;
const extensionResults = { getClientExtensionResults: {}, extensions: {} };
const selection = {
  residentKey: 'required',
  requireResidentKey: true,
  userVerification: 'preferred',
};

testBackend({
  name: 'fido2',
  create: fido2,
  credentials: 'same-origin',
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: '/assertion/options',
      body: { username: identifier, userVerification: 'preferred' },
      answer: { ...accepted, ...requestOptions },
      result: { options: requestOptions },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/assertion/result',
      body: { ...assertion, ...extensionResults },
      answer: accepted,
      result: { kind: 'session' },
    },
    'registration.begin': {
      method: 'POST',
      path: '/attestation/options',
      body: { displayName: 'J. Doe', authenticatorSelection: selection, attestation: 'none' },
      answer: { ...accepted, ...creationOptions },
      result: { options: creationOptions },
      repeatable: true,
    },
    'registration.finish': {
      method: 'POST',
      path: '/attestation/result',
      body: { ...attestation, ...extensionResults },
      answer: accepted,
      result: {},
    },
  },
  errors: [
    ...begins.flatMap((name) => [
      ...refused(name, 'invalid-input', [
        [400, failed],
        [400, { errorMessage: 'canary' }], // SimpleWebAuthn leaves out the status
        [400, { error: 'canary' }], // and its other example has a name of its own
        [400, 'canary does not exist'], // .NET's sample: a bare JSON text
        [400, ''],
        [200, failed], // LINE
        [200, { status: 'failed', errorMessage: '' }],
        [200, { ...failed, ...requestOptions }],
        [200, { ...accepted, status: null }],
        [200, { ...accepted, status: 'OK' }],
      ]),
      ...refused(name, 'unauthorized', [[401, failed]]),
      ...refused(name, 'forbidden', [[403, failed]]),
      ...refused(name, 'rate-limited', [[429, failed]]),
      ...refused(name, 'server-error', [
        [500, failed],
        [503, {}],
      ]),
    ]),
    ...refused('signIn.begin', 'invalid-input', [[404, failed]]),
    ...refused('registration.begin', 'not-found', [[404, failed]]),
    ...finishes.flatMap((name) => [
      ...refused(name, 'verification-failed', [
        [400, failed],
        [400, { errorMessage: 'canary' }],
        [400, { error: 'Authenticator is not registered with this site' }],
        [400, { verified: false }],
        [400, 'canary'],
        [401, failed],
        [422, failed],
        [200, failed],
        [200, { status: 'failed', errorMessage: null }],
        [200, { status: '', errorMessage: '' }], // SimpleWebAuthn’s word for “not verified”
        [200, { verified: false }],
        [200, { ...accepted, verified: false }],
        [200, { status: 'failed', verified: true }],
      ]),
      ...refused(name, 'forbidden', [[403, failed]]),
      ...refused(name, 'server-error', [[500, failed]]),
      // Nothing in it says that anybody was accepted.
      ...refused(name, 'bad-response', [
        [200, {}],
        [200, []],
        [200, 'ok'],
        [200, { errorMessage: '' }],
        [200, { success: true }],
      ]),
    ]),
  ],
});

describe('servers that are like the FIDO2 profile', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const challenge = { options: requestOptions, identifier } as SignInChallenge;
  const create = (settings: Fido2Settings = {}) => fido2({ baseUrl: server.base, ...settings });
  const finish = (settings?: Fido2Settings) =>
    create(settings).signIn.finish({ answer: assertion, challenge }, signal);

  async function requestOptionsOf(answer: unknown) {
    server.answer(() => json(answer));
    const begun = await create().signIn.begin({ identifier, mediation: 'modal' }, signal);
    return readRequestOptions(begun.options);
  }

  async function creationOptionsOf(answer: unknown) {
    server.answer(() => json(answer));
    const begun = await create().registration!.begin({ identifier, mediation: 'modal' }, signal);
    return readCreationOptions(begun.options);
  }

  it('needs an account name, and so offers no autofill and no button without one', () => {
    expect(traitsOf(create())).to.deep.include({
      identifier: 'required',
      usernameless: false,
      signUp: true,
      addPasskey: false,
      signals: false,
    });
  });

  it('is at the root of the page’s origin unless the site says otherwise', async () => {
    const urls: string[] = [];
    const fetch = async (url: string) => {
      urls.push(url);
      return json({ ...accepted, ...requestOptions });
    };
    const backend = fido2({ fetch: fetch as typeof globalThis.fetch });
    await backend.signIn.begin({ identifier, mediation: 'modal' }, signal);
    expect(urls).to.deep.equal([`${location.origin}/assertion/options`]);
  });

  it('a cookie goes to another origin where the site says so', async () => {
    server.answer(() => json(accepted));
    await finish({ credentials: 'include' });
    expect(server.requests[0]!.credentials).to.equal('include');
  });

  it('a newcomer is registered by the account name, which is also shown', async () => {
    await creationOptionsOf({ ...accepted, ...creationOptions });
    expect(await server.requests[0]!.json()).to.deep.equal({
      username: identifier,
      displayName: identifier,
      authenticatorSelection: selection,
      attestation: 'none',
    });
  });

  it('whoever is signed in adds a passkey where the site knows the account name', async () => {
    server.answer(() => json({ ...accepted, ...creationOptions }));
    const backend = create({ accountName: () => 'ada' });
    expect(traitsOf(backend).addPasskey).to.equal(true);
    await backend.registration!.begin({ mediation: 'modal' }, signal);
    await backend.registration!.begin({ identifier, mediation: 'modal' }, signal);
    const names = await Promise.all(
      server.requests.map(async (request) => {
        const { username, displayName } = (await request.json()) as Record<string, unknown>;
        return [username, displayName];
      }),
    );
    expect(names).to.deep.equal([
      ['ada', 'ada'],
      [identifier, identifier],
    ]);
  });

  for (const [name, wrap] of Object.entries({
    'at the top': (options: object) => ({ ...accepted, ...options }),
    'at the top without envelope': (options: object) => options,
    'under publicKey': (publicKey: object) => ({ ...accepted, publicKey }),
    'under options': (options: object) => ({ ...accepted, options }),
    'under credentialCreationOptions, as LINE has it': (publicKey: object) =>
      line({ credentialCreationOptions: { publicKey, mediation: '' } }),
    'under credentialRequestOptions, as LINE has it': (publicKey: object) =>
      line({ credentialRequestOptions: { publicKey, mediation: null } }),
  })) {
    it(`options may be ${name}; the envelope is dropped`, async () => {
      expect({ ...(await requestOptionsOf(wrap(requestOptions))) }).to.deep.equal(requestOptions);
      const created = await creationOptionsOf(wrap(creationOptions));
      expect(plain(created)).to.deep.equal(creationOptions);
    });
  }

  it('an empty text is an absent member: LINE’s server has no other', async () => {
    const options = await creationOptionsOf(
      line({
        credentialCreationOptions: {
          publicKey: {
            ...creationOptions,
            rp: { ...creationOptions.rp, name: '', icon: '' },
            excludeCredentials: [{ type: 'public-key', id: 'AQID', transports: '' }],
            authenticatorSelection: { residentKey: 'required', authenticatorAttachment: '' },
            attestation: '',
            extensions: { credProps: true, prf: '' },
          },
          mediation: '',
        },
      }),
    );
    const { attestation: left, ...rest } = creationOptions;
    expect(left).to.equal('none');
    expect(plain(options)).to.deep.equal({
      ...rest,
      rp: { id: 'localhost', name: '' },
      excludeCredentials: [{ type: 'public-key', id: 'AQID' }],
      authenticatorSelection: { residentKey: 'required' },
      extensions: { credProps: true },
    });
    const request = line({
      credentialRequestOptions: {
        publicKey: { ...requestOptions, rpId: '', allowCredentials: '', extensions: '' },
      },
    });
    const { rpId: host, ...found } = requestOptions;
    expect(host).to.equal('localhost');
    expect(plain(await requestOptionsOf(request))).to.deep.equal(found);
  });

  it('without rp.id the browser takes the page’s own domain', async () => {
    const { rp } = await creationOptionsOf({
      ...accepted,
      ...creationOptions,
      rp: { name: 'My App' },
    });
    expect(plain(rp)).to.deep.equal({ name: 'My App' });
  });

  for (const answer of [accepted, {}, [], 'ok', { ...accepted, publicKey: {} }]) {
    it(`${JSON.stringify(answer)} holds no options: bad-response`, async () => {
      for (const read of [requestOptionsOf, creationOptionsOf]) {
        expect((await rejection(read(answer))).code).to.equal('bad-response');
      }
    });
  }

  it('ids may be padded base64', async () => {
    const options = await requestOptionsOf({
      ...accepted,
      ...requestOptions,
      allowCredentials: [{ type: 'public-key', id: '+/+/+w==' }],
    });
    expect(options.allowCredentials![0]!.id).to.equal('-_-_-w');
  });

  for (const name of begins) {
    it(`${name}: says the same of every name that is refused, whatever the server says`, async () => {
      const errors = [];
      for (const [status, body] of [
        [400, failed],
        [400, 'User does not exist'],
        ...(name === 'signIn.begin'
          ? ([
              [404, failed],
              [404, { errorMessage: 'User does not exist' }],
            ] as const)
          : []),
        [200, { status: 'failed', errorMessage: `${identifier} is locked` }],
      ] as const) {
        server.answer(() => json(body, status));
        const [group, begin] = name.split('.') as ['signIn', 'begin'];
        const request = { identifier, mediation: 'modal' } as const;
        const { code, message } = await rejection(create()[group][begin](request, signal));
        errors.push(code);
        expect(message).not.to.match(/exist|locked|jdoe/);
      }
      expect(new Set(errors)).to.deep.equal(new Set(['invalid-input']));
    });
  }

  it('extension results and the raw id go by every name servers know', async () => {
    server.answer(() => json(accepted));
    const clientExtensionResults = { credProps: { rk: true } };
    const answer = { ...attestation, clientExtensionResults };
    const { registration } = create();
    const begun = { options: creationOptions } as never;
    await registration!.finish({ answer, challenge: begun }, signal);
    expect(await server.requests[0]!.json()).to.deep.equal({
      ...attestation,
      clientExtensionResults,
      getClientExtensionResults: clientExtensionResults,
      extensions: clientExtensionResults,
    });
  });

  for (const [name, answer] of Object.entries({
    'the envelope as plain text': () => HttpResponse.text(JSON.stringify(accepted)),
    'the envelope with 201': () => json(accepted, 201),
    'LINE’s envelope': () => json(line({})),
    'SimpleWebAuthn’s verified': () => json({ verified: true }),
  })) {
    it(`a sign-in may end with ${name}`, async () => {
      server.answer(answer);
      expect({ ...(await finish()) }).to.deep.equal({ kind: 'session' });
    });
  }

  it('a server that adds a token can be read by the site', async () => {
    server.answer(() => json({ ...accepted, token: 'a1' }));
    const result = await finish({
      readSignIn: (answer) => ({
        kind: 'tokens',
        accessToken: (answer as { token: string }).token,
      }),
    });
    expect(result).to.deep.equal({ kind: 'tokens', accessToken: 'a1' });
  });

  it('what the site would read is not read when the server refused', async () => {
    server.answer(() => json({ ...failed, token: 'a1' }));
    const readSignIn = () => expect.fail('it was read');
    expect((await rejection(finish({ readSignIn }))).code).to.equal('verification-failed');
  });

  it('every path can be another one, below a prefix', async () => {
    server.answer(() => json({ ...accepted, ...creationOptions }));
    const backend = create({
      baseUrl: `${server.base}/fido/`,
      paths: { attestationOptions: '/new', assertionResult: '/in' },
    });
    const begun = await backend.registration!.begin({ identifier, mediation: 'modal' }, signal);
    const challenge = { options: readCreationOptions(begun.options) };
    await backend.registration!.finish({ answer: attestation, challenge }, signal);
    await backend.signIn.begin({ identifier, mediation: 'modal' }, signal);
    await backend.signIn.finish({ answer: assertion, challenge: challenge }, signal);
    expect(paths()).to.deep.equal([
      'POST /fido/new',
      'POST /fido/attestation/result',
      'POST /fido/assertion/options',
      'POST /fido/in',
    ]);
  });

  it('SimpleWebAuthn’s example is asked by GET and told no name', async () => {
    server.answerInTurn(
      () => json(creationOptions),
      () => json({ verified: true }),
      () => json(requestOptions),
      () => json({ verified: true }),
    );
    const backend = create({
      optionsMethod: 'GET',
      paths: {
        attestationOptions: '/generate-registration-options',
        attestationResult: '/verify-registration',
        assertionOptions: '/generate-authentication-options',
        assertionResult: '/verify-authentication',
      },
    });
    expect(traitsOf(backend)).to.deep.include({
      identifier: 'optional',
      usernameless: true,
      signUp: false,
      addPasskey: true,
    });
    const request = { identifier, mediation: 'modal' } as const;
    const registration = await backend.registration!.begin(request, signal);
    const creation = { options: readCreationOptions(registration.options) };
    await backend.registration!.finish({ answer: attestation, challenge: creation }, signal);
    const signIn = await backend.signIn.begin(request, signal);
    const found = { options: readRequestOptions(signIn.options) };
    await backend.signIn.finish({ answer: assertion, challenge: found }, signal);
    expect(paths()).to.deep.equal([
      'GET /generate-registration-options',
      'POST /verify-registration',
      'GET /generate-authentication-options',
      'POST /verify-authentication',
    ]);
    for (const at of [0, 2]) {
      expect(server.requests[at]!.url).not.to.contain('?');
      expect(await server.requests[at]!.text()).to.equal('');
    }
  });

  it('where the server needs no account name, none is sent and autofill is possible', async () => {
    server.answer(() => json({ ...accepted, ...requestOptions }));
    const backend = create({ usernameless: true });
    expect(traitsOf(backend)).to.deep.include({ identifier: 'optional', usernameless: true });
    await backend.signIn.begin({ mediation: 'conditional' }, signal);
    expect(await server.requests[0]!.json()).to.deep.equal({ userVerification: 'preferred' });
  });

  it('each try asks for new options: a challenge dies with the attempt', async () => {
    server.answerInTurn(
      () => json({ ...accepted, ...requestOptions, challenge: 'AQID' }),
      () => json({ ...accepted, ...requestOptions, challenge: 'BAUG' }),
    );
    const { signIn } = create();
    const request = { identifier, mediation: 'modal' } as const;
    const first = readRequestOptions((await signIn.begin(request, signal)).options);
    const second = readRequestOptions((await signIn.begin(request, signal)).options);
    expect([first.challenge, second.challenge]).to.deep.equal(['AQID', 'BAUG']);
  });

  it('a polluted prototype adds nothing to the options', async () => {
    const proto = Object.prototype as Record<string, unknown>;
    proto['allowCredentials'] = [{ type: 'public-key', id: 'ZXZpbA' }];
    try {
      const options = await requestOptionsOf({ ...accepted, ...requestOptions });
      expect(Object.hasOwn(options, 'allowCredentials')).to.equal(false);
    } finally {
      delete proto['allowCredentials'];
    }
  });

  function paths(): string[] {
    const { length } = new URL(server.base).pathname;
    return server.requests.map(
      ({ method, url }) => `${method} ${new URL(url).pathname.slice(length)}`,
    );
  }
});

/** An envelope with LINE’s ways: more members, and `""` or `null` for none. */
function line(content: object): object {
  return { ...accepted, sessionId: '', serverResponse: null, ...content };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function refused(
  name: OperationName,
  code: PasskeyErrorCode,
  answers: readonly (readonly [status: number, body: unknown])[],
) {
  return answers.map(([status, body]) => [name, status, body, code] as const);
}

import { expect } from '@open-wc/testing';
import { resolveBackend, type BackendName } from '../../src/backends/index.js';
import type { SignInChallenge } from '../../src/core/backend.js';
import { passkeyErrorCodes } from '../../src/core/errors.js';
import { readRequestOptions } from '../../src/core/options.js';
import { json, mockServer, rejection, samples } from '../support/backend-contract.js';

/** What each server answers to the begin and to the finish of a sign-in that works. */
const answers: Record<BackendName, { readonly begin: object; readonly finish: object }> = {
  ssojet: {
    begin: { auth_code: 'a', publicKey: samples.requestOptions },
    finish: { token: 't', user_id: 'u' },
  },
  rest: {
    begin: { challengeId: 'c', options: samples.requestOptions },
    finish: { user: { id: 'u', identifier: 'ada@example.com' } },
  },
  passlock: {
    begin: { sessionToken: 's', optionsJSON: samples.requestOptions },
    finish: { _tag: 'PrincipalDto', id_token: 'i', code: 'c', principal: {} },
  },
  fido2: {
    begin: { status: 'ok', errorMessage: '', ...samples.requestOptions },
    finish: { status: 'ok', errorMessage: '' },
  },
  'better-auth': {
    begin: samples.requestOptions,
    finish: { session: { id: 's', userId: 'u' }, user: { id: 'u', email: 'ada@example.com' } },
  },
  hanko: { begin: { publicKey: samples.requestOptions }, finish: { token: 'e30.e30.e30' } },
  'spring-security': {
    begin: samples.requestOptions,
    finish: { authenticated: true, redirectUrl: '/' },
  },
  auth0: {
    begin: { auth_session: 's', authn_params_public_key: samples.requestOptions },
    finish: { access_token: 't', token_type: 'Bearer', expires_in: 60 },
  },
  supabase: {
    begin: { challenge_id: 'c', options: samples.requestOptions },
    finish: { access_token: 't', token_type: 'bearer', expires_in: 60, user: { id: 'u' } },
  },
};

/** Answers that two servers write alike: nothing tells them apart. */
const alike: Partial<Record<BackendName, readonly BackendName[]>> = {
  ssojet: ['hanko', 'auth0', 'supabase'],
  hanko: ['ssojet'],
  auth0: ['supabase'],
  supabase: ['auth0'],
};

const names = Object.keys(answers) as BackendName[];

describe('a backend at the wrong server', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const open = (name: BackendName) =>
    resolveBackend(name, {
      baseUrl: server.base,
      clientId: '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11',
      accessToken: () => 'token',
    });

  async function begin(name: BackendName) {
    const { signIn } = await open(name);
    const begun = await signIn.begin({ identifier: 'ada', mediation: 'modal' }, signal);
    return { ...begun, options: readRequestOptions(begun.options) };
  }

  async function finish(name: BackendName) {
    const { signIn } = await open(name);
    const challenge = { options: samples.requestOptions, context: 'c' } as SignInChallenge;
    return signIn.finish({ answer: samples.assertion, challenge }, signal);
  }

  for (const name of names) {
    it(`${name} reads its own answers`, async () => {
      server.answer(() => json(answers[name].begin));
      expect((await begin(name)).options.challenge).to.equal(samples.requestOptions.challenge);
      server.answer(() => json(answers[name].finish));
      expect((await finish(name)).kind).to.be.oneOf(['session', 'tokens', 'code']);
    });

    for (const other of names.filter((one) => one !== name)) {
      it(`${name} at a ${other} server begins or says bad-response`, async () => {
        server.answer(() => json(answers[other].begin));
        const begun = await begin(name).catch((error: unknown) => error);
        if (begun instanceof Error) expect(begun).to.include({ code: 'bad-response' });
        else expect(begun).to.have.nested.property('options.challenge');
      });

      if (!alike[name]?.includes(other)) {
        it(`${name} takes no success of ${other} for its own`, async () => {
          server.answer(() => json(answers[other].finish));
          const { code } = await rejection(finish(name));
          expect(code).to.be.oneOf(['bad-response', 'verification-failed']);
        });
      }
    }

    for (const [title, body] of [
      ['a list', []],
      ['a number', 7],
      ['text', 'hello'],
      ['null', null],
      ['an object of nothing', {}],
    ] as const) {
      it(`${name} at a server that answers ${title}: bad-response`, async () => {
        server.answer(() => json(body));
        expect((await rejection(begin(name))).code).to.equal('bad-response');
      });
    }

    it(`${name} without a server: bad-response asks for base-url`, async () => {
      server.answer(() => json({ detail: 'Not Found' }, 404));
      const { code, message } = await rejection(begin(name));
      expect(code).to.be.oneOf(['bad-response']);
      expect(passkeyErrorCodes).to.include(code);
      expect(message).to.include('base-url');
    });
  }
});

import { expect } from '@open-wc/testing';
import { HttpResponse } from 'msw';
import { springSecurity, type SpringSecuritySettings } from '../../src/backends/spring-security.js';
import type { RegistrationChallenge } from '../../src/core/backend.js';
import {
  json,
  mockServer,
  rejection,
  samples,
  testBackend,
  type Exchange,
} from '../support/backend-contract.js';

const { assertion, attestation, requestOptions, creationOptions } = samples;

const record = {
  credentialId: 'dYF7EGnRFFIXkpXi9XU2wg==',
  label: '1password',
  created: '2026-02-01T08:00:00Z',
  lastUsed: '2026-02-03T12:54:53.123456Z',
  signatureCount: 3,
  transports: ['internal', 'hybrid'],
  backupEligible: true,
  backupState: false,
  uvInitialized: true,
};
const passkey = {
  id: record.credentialId,
  credentialId: 'dYF7EGnRFFIXkpXi9XU2wg',
  name: '1password',
  createdAt: '2026-02-01T08:00:00.000Z',
  lastUsedAt: '2026-02-03T12:54:53.123Z',
  transports: ['internal', 'hybrid'],
  synced: false,
  backupEligible: true,
  deviceType: 'multi-device',
  signCount: 3,
  enabled: true,
};

testBackend({
  name: 'spring-security',
  create: (settings) => springSecurity({ listPath: '/webauthn/credentials', ...settings }),
  credentials: 'same-origin',
  exchanges: {
    'signIn.begin': {
      method: 'POST',
      path: '/webauthn/authenticate/options',
      answer: { ...requestOptions, allowCredentials: [], extensions: {} },
      result: { options: { ...requestOptions, allowCredentials: [], extensions: {} } },
      repeatable: true,
    },
    'signIn.finish': {
      method: 'POST',
      path: '/login/webauthn',
      body: assertion,
      answer: { redirectUrl: 'https://example.com/account?continue', authenticated: true },
      result: { kind: 'session', redirect: 'https://example.com/account?continue' },
    },
    'registration.begin': {
      method: 'POST',
      path: '/webauthn/register/options',
      answer: { ...creationOptions, extensions: { credProps: true } },
      result: { options: { ...creationOptions, extensions: { credProps: true } } },
      repeatable: true,
      bare: { 400: 'unauthorized' },
    },
    'registration.finish': {
      method: 'POST',
      path: '/webauthn/register',
      body: { publicKey: { credential: attestation, label: 'Mine' } },
      answer: { success: true },
      result: {},
      bare: { 400: 'challenge-expired' },
    },
    'passkeys.list': {
      method: 'GET',
      path: '/webauthn/credentials',
      answer: [record],
      result: { passkeys: [passkey], complete: true },
      repeatable: true,
    },
    'passkeys.remove': {
      method: 'DELETE',
      path: '/webauthn/register/id%2Fcanary%3F',
      status: 204,
      ...nothing(),
    },
  },
  errors: [
    ['signIn.begin', 403, undefined, 'forbidden'],
    ['signIn.finish', 401, undefined, 'verification-failed'],
    ['signIn.finish', 403, undefined, 'forbidden'],
    ['registration.begin', 403, undefined, 'forbidden'],
    // It may be a duplicate, or the database: no reason to have the new passkey deleted.
    ['registration.finish', 500, undefined, 'server-error'],
    ['passkeys.remove', 403, undefined, 'forbidden'],
    // Success in the status line only.
    ['signIn.finish', 200, { authenticated: false }, 'verification-failed'],
    ['signIn.finish', 200, { redirectUrl: '/' }, 'bad-response'],
    ['signIn.finish', 200, { authenticated: 'true' }, 'bad-response'],
    ['registration.finish', 200, { success: false }, 'verification-failed'],
    ['registration.finish', 200, {}, 'bad-response'],
    ['passkeys.list', 200, { error: 'canary' }, 'bad-response'],
  ],
});

describe('what is special to Spring Security', () => {
  const server = mockServer();
  const { signal } = new AbortController();
  const create = (settings: SpringSecuritySettings = {}) =>
    springSecurity({ baseUrl: server.base, ...settings });
  const begin = (settings?: SpringSecuritySettings) => {
    server.answer(() => json(requestOptions));
    return create(settings).signIn.begin({ mediation: 'modal' }, signal);
  };
  const sent = (name: string) => server.requests[0]!.headers.get(name);

  it('the application is where the page is, unless a context path says otherwise', async () => {
    const urls: string[] = [];
    const fetch = async (url: RequestInfo | URL) => {
      urls.push(String(url));
      return json(requestOptions);
    };
    for (const baseUrl of [undefined, '/shop', '/shop/']) {
      await springSecurity({ baseUrl, fetch }).signIn.begin({ mediation: 'modal' }, signal);
    }
    const path = '/webauthn/authenticate/options';
    expect(urls).to.deep.equal(
      [path, `/shop${path}`, `/shop${path}`].map((end) => location.origin + end),
    );
  });

  it('without a list of the application’s own there is none, and nothing else is lost', () => {
    expect(Object.keys(create().passkeys!)).to.deep.equal(['remove']);
  });

  it('whoever is sent to the login page is not signed in, and the page is not fetched', async () => {
    server.answer(() => HttpResponse.redirect(`${server.base}/login`));
    const backend = create({ listPath: '/webauthn/credentials' });
    const error = await rejection(backend.passkeys!.list!(signal));
    expect(error.code).to.equal('unauthorized');
    expect(server.requests).to.have.length(1);
  });

  for (const [name, settings, label] of [
    ['the name of the site', { label: 'Example' }, 'Example'],
    ['a usual name, because there must be one', {}, 'Passkey'],
  ] as const) {
    it(`a passkey without a name gets ${name}`, async () => {
      server.answer(() => json({ success: true }));
      const challenge = { options: creationOptions } as unknown as RegistrationChallenge;
      await create(settings).registration!.finish({ answer: attestation, challenge }, signal);
      expect(await server.requests[0]!.json()).to.have.nested.property('publicKey.label', label);
    });
  }

  describe('its CSRF token', () => {
    afterEach(() => {
      document.cookie = 'XSRF-TOKEN=; max-age=0; path=/';
      document.head.querySelectorAll('meta[name^="_csrf"]').forEach((meta) => meta.remove());
    });

    function meta(name: string, content: string) {
      document.head.append(Object.assign(document.createElement('meta'), { name, content }));
    }

    it('comes from the page’s meta elements', async () => {
      meta('_csrf', 'from-the-page');
      await begin();
      expect(sent('X-CSRF-TOKEN')).to.equal('from-the-page');
    });

    it('travels in the header that they name', async () => {
      meta('_csrf', 'from-the-page');
      meta('_csrf_header', 'X-XSRF-TOKEN');
      document.cookie = 'XSRF-TOKEN=from-the-cookie; path=/';
      await begin();
      expect(sent('X-XSRF-TOKEN')).to.equal('from-the-page');
      expect(sent('X-CSRF-TOKEN')).to.equal(null);
    });

    it('comes from the cookie of its own name, as it is at that moment', async () => {
      const { signIn } = create();
      server.answer(() => json(requestOptions));
      for (const token of ['first', 'second']) {
        document.cookie = `MY-XSRF-TOKEN=other; path=/`;
        document.cookie = `XSRF-TOKEN=${token}; path=/`;
        await signIn.begin({ mediation: 'modal' }, signal);
      }
      document.cookie = 'MY-XSRF-TOKEN=; max-age=0; path=/';
      const tokens = server.requests.map(({ headers }) => headers.get('X-XSRF-TOKEN'));
      expect(tokens).to.deep.equal(['first', 'second']);
    });

    it('is the one of the site’s callback, if there is one', async () => {
      meta('_csrf', 'from-the-page');
      await begin({ headers: async () => new Headers({ 'x-csrf-token': 'from-the-site' }) });
      expect(sent('X-CSRF-TOKEN')).to.equal('from-the-site');
    });

    it('is not looked for where a request goes to another origin', async () => {
      meta('_csrf', 'from-the-page');
      document.cookie = 'XSRF-TOKEN=from-the-cookie; path=/';
      const requests: Request[] = [];
      const fetch = async (url: RequestInfo | URL, init?: RequestInit) => {
        requests.push(new Request(url, init));
        return json(requestOptions);
      };
      await begin({ baseUrl: 'https://elsewhere.example', fetch });
      const names = [...requests[0]!.headers.keys()];
      expect(names).to.deep.equal(['accept']);
    });

    it('that is missing makes a request forbidden', async () => {
      server.answer(() => new Response(null, { status: 403 }));
      const error = await rejection(create().signIn.begin({ mediation: 'modal' }, signal));
      expect(error.code).to.equal('forbidden');
    });
  });
});

function nothing(): Pick<Exchange, 'result' | 'emptyIsFine'> {
  return { result: undefined, emptyIsFine: true };
}

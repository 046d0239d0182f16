import { expect } from '@open-wc/testing';
import { HttpResponse } from 'msw';
import { defineHttpBackend, type HttpSettings } from '../../src/backends/http.js';
import { resolveBackend } from '../../src/backends/index.js';
import { PasskeyError } from '../../src/core/errors.js';
import { json, mockServer, rejection, samples } from '../support/backend-contract.js';

const acme = defineHttpBackend({
  name: 'acme',
  baseUrl: '/mock/api',
  credentials: 'omit',
  signIn: {
    begin: { method: 'GET', path: '/begin', read: () => ({ options: samples.requestOptions }) },
    finish: { path: '/finish', read: () => ({ kind: 'session' }) },
  },
  passkeys: { get: { method: 'GET', path: ({ id }) => `/${id}`, bearer: true, read: Object } },
});

describe('the base URL', () => {
  for (const [baseUrl, cause] of [
    ['javascript:alert(1)', 'https'],
    ['data:text/html,x', 'https'],
    ['blob:https://example.com/x', 'https'],
    ['file:///etc/passwd', 'https'],
    ['http://example.com/api', 'localhost'],
    ['http://localhost.example.com', 'localhost'],
    ['http://127.0.0.1.example.com', 'localhost'],
    ['https://user:secret@example.com', 'password'],
    ['https://user@example.com', 'password'],
    ['https://:secret@example.com', 'password'],
    ['https://example.com/api?tenant=1', '?'],
    ['https://example.com/api#tenant', '#'],
    ['https://', 'not a URL'],
  ] as const) {
    it(`${baseUrl} is invalid-config, without a request`, () => {
      const fetched: unknown[] = [];
      const send = async (url: unknown) => fetched.push(url);
      const settings = { baseUrl, fetch: send as unknown as typeof fetch };
      expect(() => acme(settings))
        .to.throw(PasskeyError, cause)
        .with.property('code', 'invalid-config');
      expect(() => acme(settings)).not.to.throw('secret');
      expect(fetched).to.deep.equal([]);
    });
  }

  for (const [baseUrl, url] of [
    ['https://api.example.com', 'https://api.example.com/begin'],
    ['https://api.example.com/v1//', 'https://api.example.com/v1/begin'],
    ['http://localhost:3000/api/', 'http://localhost:3000/api/begin'],
    ['http://127.0.0.1/api', 'http://127.0.0.1/api/begin'],
    ['http://[::1]:8080', 'http://[::1]:8080/begin'],
    ['http://shop.localhost', 'http://shop.localhost/begin'],
    ['/api', `${location.origin}/api/begin`],
    ['//localhost//evil.example/', 'http://localhost//evil.example/begin'],
    ['', `${location.origin}/mock/api/begin`],
    [undefined, `${location.origin}/mock/api/begin`],
  ] as const) {
    it(`${baseUrl} leads to ${url}`, async () => {
      const fetched: unknown[] = [];
      const answer = async (target: unknown) => {
        fetched.push(target);
        return json({});
      };
      await begin({ baseUrl, fetch: answer });
      expect(fetched).to.deep.equal([url]);
    });
  }
});

describe('an HTTP backend', () => {
  const server = mockServer();

  it('lets the site choose the credentials mode', async () => {
    server.answer(() => json({}));
    await begin({ credentials: 'include' });
    expect(server.requests[0]?.credentials).to.equal('include');
  });

  it('an empty credentials mode, as templates write what there is not, is none', async () => {
    server.answer(() => json({}));
    await begin({ credentials: '' as RequestCredentials });
    expect(server.requests[0]?.credentials).to.equal('omit');
  });

  it('a server that does not let this origin in is network, with a hint and no parameters', async () => {
    const elsewhere = `http://127.0.0.1:${location.port}/mock`;
    const error = await rejection(begin({ baseUrl: elsewhere, credentials: 'include' }));
    expect(error.code).to.equal('network');
    expect(error.message).to.include(`CORS`).and.include(location.origin).and.not.include('?');
  });

  it('a redirect is not followed', async () => {
    server.answer(({ url }) =>
      url.endsWith('/begin') ? HttpResponse.redirect(`${server.base}/elsewhere`) : json({}),
    );
    expect((await rejection(begin())).code).to.equal('network');
    expect(server.requests.every(({ url }) => url.endsWith('/begin'))).to.equal(true);
  });

  for (const [status, headers, wait] of [
    [429, { 'Retry-After': '2' }, 2],
    [429, { 'X-Retry-After': '3' }, 3],
    [429, {}, 5],
    [429, { 'Retry-After': 'soon' }, 5],
    [429, { 'Retry-After': '0' }, 0],
    [429, { 'Retry-After': '-7' }, 0],
    [429, { 'Retry-After': '86400' }, 3600],
    [429, { 'Retry-After': '9, 9' }, 9],
    [429, { 'Retry-After': '40, 9' }, 40],
    [503, { 'Retry-After': '4' }, 4],
    [503, {}, undefined],
  ] as const) {
    it(`after ${status} with ${JSON.stringify(headers)} the next try is in ${wait} s`, async () => {
      server.answer(() => new HttpResponse('<h1>Busy</h1>', { status, headers }));
      const asked = Date.now();
      const { code, retryAt } = await rejection(begin());
      expect(code).to.equal(status === 429 ? 'rate-limited' : 'server-error');
      if (wait === undefined) expect(retryAt).to.equal(undefined);
      else expect(retryAt!.getTime()).to.be.within(asked + wait * 1000, Date.now() + wait * 1000);
    });
  }

  it('Retry-After may be a date', async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    server.answer(() => new HttpResponse(null, { status: 429, headers: { 'Retry-After': date } }));
    const { retryAt } = await rejection(begin());
    expect(Math.abs(retryAt!.getTime() - Date.parse(date))).to.be.lessThan(50);
  });

  it('that date is by the server’s clock, where it tells the time', async () => {
    const asked = Date.now();
    const headers = {
      Date: new Date(asked - 3_600_000).toUTCString(),
      'Retry-After': new Date(asked - 3_600_000 + 90_000).toUTCString(),
    };
    server.answer(() => new HttpResponse(null, { status: 429, headers }));
    const { retryAt } = await rejection(begin());
    expect(retryAt!.getTime()).to.be.within(asked + 90_000, Date.now() + 90_000);
  });

  for (const [status, code] of [
    [403, 'forbidden'],
    [404, 'bad-response'],
    [408, 'timeout'],
    [409, 'conflict'],
    [410, 'challenge-expired'],
    [418, 'unknown'],
    [419, 'forbidden'],
    [422, 'invalid-input'],
    [423, 'reauth-required'],
    [502, 'server-error'],
  ] as const) {
    it(`a bare ${status} is ${code}`, async () => {
      server.answer(() => new HttpResponse(null, { status }));
      expect((await rejection(begin())).code).to.equal(code);
    });
  }

  for (const [what, accessToken, code] of [
    ['fails', () => Promise.reject(new Error('logged out')), 'unauthorized'],
    ['gives text no header can hold', () => 'secret\ncanary', 'invalid-input'],
    ['never answers', () => new Promise<string>(() => {}), 'timeout'],
    [
      'knows why',
      () => Promise.reject(new PasskeyError('reauth-required', 'x')),
      'reauth-required',
    ],
  ] as const) {
    it(`an access token callback that ${what} is ${code}, and nothing is sent`, async () => {
      const backend = acme({ accessToken, timeLimit: 100 });
      const error = await rejection(backend.passkeys!.get!({ id: 'x' }, signal()));
      expect(error.code).to.equal(code);
      expect(`${error.message} ${String(error.cause)}`).not.to.include('canary');
      expect(server.requests).to.have.length(0);
    });
  }

  it('a headers callback that fails is unknown, and nothing is sent', async () => {
    const headers = () => Promise.reject(new Error('canary'));
    const error = await rejection(begin({ headers }));
    expect(error.code).to.equal('unknown');
    expect(error.message).not.to.include('canary');
    expect(server.requests).to.have.length(0);
  });

  for (const [when, accessToken] of [
    ['never comes', () => new Promise<string>(() => {})],
    ['comes just then', () => new Promise<string>((resolve) => setTimeout(resolve, 150, 'late'))],
  ] as const) {
    it(`a change that waits too long for an access token that ${when} has not happened`, async () => {
      const rename = { path: '/', bearer: true, read: () => undefined };
      const read = () => ({ options: samples.requestOptions });
      const backend = defineHttpBackend({
        name: 'slow',
        baseUrl: server.base,
        signIn: {
          begin: { path: '/', read },
          finish: { path: '/', read: () => ({ kind: 'session' }) },
        },
        passkeys: { rename },
      })({ accessToken, timeLimit: 100 });
      const renaming = backend.passkeys!.rename!({ id: 'x', name: 'X' }, signal());
      expect((await rejection(renaming)).code).to.equal('timeout');
    });
  }

  it('given up while it waits for the access token, it asks the server for nothing', async () => {
    let asked = 0;
    let hand: (token: string) => void = () => {};
    const accessToken = () => new Promise<string>((resolve) => (hand = resolve));
    const send = async () => json({ asked: ++asked }); // one that heeds no signal
    const given = new AbortController();
    const getting = acme({ accessToken, fetch: send }).passkeys!.get!({ id: 'x' }, given.signal);
    given.abort();
    hand('late');
    expect((await rejection(getting)).code).to.equal('aborted');
    expect(asked).to.equal(0);
  });

  it('given up before, it asks the site for no token', async () => {
    let asked = 0;
    const backend = acme({ accessToken: () => String(++asked) });
    const given = AbortSignal.abort();
    expect((await rejection(backend.passkeys!.get!({ id: 'x' }, given))).code).to.equal('aborted');
    expect(asked).to.equal(0);
  });

  it('an answer that is too large is not asked for again', async () => {
    server.answer(() => new HttpResponse('x'.repeat(1_048_577)));
    expect((await rejection(begin())).code).to.equal('bad-response');
    expect(server.requests).to.have.length(1);
  });

  for (const token of [undefined, 'y']) {
    it(`a header of the site counts as the access token, even where that is ${token}`, async () => {
      server.answer(() => json({}));
      const headers = async () => ({ Authorization: 'DPoP x' });
      const backend = acme({ headers, accessToken: () => token });
      await backend.passkeys!.get!({ id: 'x' }, signal());
      expect(server.requests[0]?.headers.get('authorization')).to.equal('DPoP x');
    });
  }

  for (const id of ['.', '..', './name', '../name']) {
    it(`the id “${id}”, a step in a path, is not sent`, async () => {
      const { passkeys } = acme({ accessToken: () => 'x' });
      expect((await rejection(passkeys!.get!({ id }, signal()))).code).to.equal('invalid-input');
      expect(server.requests).to.have.length(0);
    });
  }

  it('a name is read whole wherever its bytes are parted', async () => {
    const bytes = new TextEncoder().encode('{"name":"Zoë’s 🔑"}');
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        for (const byte of bytes) stream.enqueue(Uint8Array.of(byte));
        stream.close();
      },
    });
    const backend = acme({ accessToken: () => 'x', fetch: async () => new Response(body) });
    const read = await backend.passkeys!.get!({ id: 'x' }, signal());
    expect(read).to.deep.equal({ name: 'Zoë’s 🔑' });
  });

  it('an answer without an end is not listened to any longer than it takes', async () => {
    let gone = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (stream) => stream.enqueue(new Uint8Array(300_000)),
      cancel: () => void (gone = true),
    });
    expect((await rejection(begin({ fetch: async () => new Response(body) }))).code).to.equal(
      'bad-response',
    );
    expect(gone).to.equal(true);
  });

  it('given up under way, the request itself is', async () => {
    const given = new AbortController();
    let sent: AbortSignal | null | undefined;
    const send = async (_: unknown, request?: RequestInit) => {
      sent = request?.signal;
      given.abort();
      return new Promise<Response>(() => {});
    };
    const { signIn } = acme({ fetch: send });
    const begun = signIn.begin({ mediation: 'modal' }, given.signal);
    expect((await rejection(begun)).code).to.equal('aborted');
    expect(sent?.aborted).to.equal(true);
  });

  for (const [status, code] of [
    [401, 'unauthorized'],
    [403, 'forbidden'],
  ] as const) {
    it(`a ${status} as a page of HTML is ${code}: the address is right`, async () => {
      server.answer(() => HttpResponse.html('<h1>Log in</h1>', { status }));
      expect((await rejection(begin())).code).to.equal(code);
    });
  }

  for (const [code, kept] of [
    ['E_ODD', 'E_ODD'],
    [4711, '4711'],
  ] as const) {
    it(`what the backend calls it is kept for developers: ${JSON.stringify(code)}`, async () => {
      const telling = defineHttpBackend({
        name: 'telling',
        baseUrl: server.base,
        readFault: () => ({ code }),
        signIn: {
          begin: { path: '/', read: () => ({ options: samples.requestOptions }) },
          finish: { path: '/', read: () => ({ kind: 'session' }) },
        },
      })();
      server.answer(() => json({}, 409));
      const error = await rejection(telling.signIn.begin({ mediation: 'modal' }, signal()));
      expect(error).to.include({ code: 'conflict', status: 409, backendCode: kept });
    });
  }

  it('where what reads the answer did not load, a change may have happened', async () => {
    const gone = 'Failed to fetch dynamically imported module: https://example.com/read.js';
    const read = () => Promise.reject<never>(new TypeError(gone));
    const unread = defineHttpBackend({
      name: 'unread',
      baseUrl: server.base,
      signIn: { begin: { path: '/', read }, finish: { path: '/', read } },
      passkeys: { rename: { path: '/', read } },
    })();
    server.answer(() => json({}));
    const begun = unread.signIn.begin({ mediation: 'modal' }, signal());
    expect((await rejection(begun)).code).to.equal('not-loaded');
    const renaming = unread.passkeys!.rename!({ id: 'x', name: 'X' }, signal());
    expect((await rejection(renaming)).code).to.equal('outcome-unknown');
  });

  it('an id that is no Unicode text is invalid-input', async () => {
    const encoded = defineHttpBackend({
      name: 'encoding',
      baseUrl: server.base,
      signIn: {
        begin: {
          path: ({ identifier = '' }) => `/${encodeURIComponent(identifier)}`,
          read: () => ({ options: samples.requestOptions }),
        },
        finish: { path: '/', read: () => ({ kind: 'session' }) },
      },
    })();
    const request = { identifier: '\ud800', mediation: 'modal' } as const;
    expect((await rejection(encoded.signIn.begin(request, signal()))).code).to.equal(
      'invalid-input',
    );
  });

  function signal(): AbortSignal {
    return new AbortController().signal;
  }
});

describe('a server of another kind', () => {
  const server = mockServer();
  const begin = () =>
    resolveBackend('rest', { baseUrl: server.base }).then(({ signIn }) =>
      signIn.begin({ mediation: 'modal' }, new AbortController().signal),
    );

  for (const [dialect, answer] of [
    ['ssojet', { auth_code: 'a', publicKey: samples.requestOptions }],
    ['passlock', { sessionToken: 's', optionsJSON: samples.requestOptions }],
    ['passlock', { _tag: '@error/Forbidden' }],
    ['auth0', { auth_session: 's', authn_params_public_key: samples.requestOptions }],
    ['supabase', { challenge_id: 'c', options: samples.requestOptions }],
    ['fido2', { status: 'ok', errorMessage: '', ...samples.requestOptions }],
    ['hanko', { publicKey: samples.requestOptions }],
  ] as const) {
    it(`answers like ${dialect}: bad-response names the fault and the dialect`, async () => {
      server.answer(() => json(answer));
      const { code, message, status } = await rejection(begin());
      expect([code, status]).to.deep.equal(['bad-response', 200]);
      expect(message).to.include('challengeId').and.to.include(`backend="${dialect}"`);
    });

    it(`is named as ${dialect} when a 404 looks like it`, async () => {
      server.answer(() => json(answer, 404));
      const { code, message, status } = await rejection(begin());
      expect([code, status]).to.deep.equal(['bad-response', 404]);
      expect(message).to.include('base-url').and.to.include(`backend="${dialect}"`);
    });
  }

  it('is not named when nothing tells what it is', async () => {
    server.answer(() => json({ hello: 'world' }));
    const { message } = await rejection(begin());
    expect(message).to.include('challengeId').and.not.to.include('looks like');
  });

  it('is not named when it is of the kind that was asked for', async () => {
    server.answer(() => json({ challengeId: 7, options: samples.requestOptions }));
    const { code, message } = await rejection(begin());
    expect(code).to.equal('bad-response');
    expect(message).not.to.include('looks like');
  });
});

describe('the backend attribute', () => {
  for (const name of ['ssojet', 'rest']) {
    it(`knows ${name}`, async () => {
      expect((await resolveBackend(name, { clientId: 'my-app' })).name).to.equal(name);
    });
  }

  for (const name of ['acme', '', 'constructor', '__proto__']) {
    it(`tells the known names when it is “${name}”`, async () => {
      const error = await rejection(resolveBackend(name));
      expect(error.code).to.equal('invalid-config');
      expect(error.message).to.include('ssojet, rest');
    });
  }
});

function begin(settings: HttpSettings = {}) {
  return acme(settings).signIn.begin({ mediation: 'modal' }, new AbortController().signal);
}

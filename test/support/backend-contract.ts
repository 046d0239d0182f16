import { expect } from '@open-wc/testing';
import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import type { HttpSettings } from '../../src/backends/http.js';
import type {
  AuthenticationResponseJSON,
  PasskeyBackend,
  RegistrationChallenge,
  RegistrationResponseJSON,
  SignInChallenge,
} from '../../src/core/backend.js';
import { readCreationOptions } from '../../src/core/creation-options.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import { readRequestOptions } from '../../src/core/options.js';
import { replace } from './replace.ts';

/**
 * What an adapter must put on the wire for one operation, and what it must make of the answer.
 * The options of a challenge are those that core reads from it.
 */
export interface Exchange {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Beside `accept` and `content-type`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status?: number;
  readonly type?: string;
  /** Parsed JSON; absent for an empty body. */
  readonly answer?: unknown;
  readonly result: unknown;
  /** An empty answer is a good one too. */
  readonly emptyIsFine?: boolean;
  /** A lost answer may be asked for again. */
  readonly repeatable?: boolean;
  /** What a bare status means here, where it is not the usual. */
  readonly bare?: Readonly<Partial<Record<400 | 401, PasskeyErrorCode>>>;
}

/** One adapter and the contract it must keep. */
export interface BackendContract {
  readonly name: string;
  readonly create: (settings?: HttpSettings) => PasskeyBackend;
  readonly exchanges: Readonly<Partial<Record<OperationName, Exchange>>>;
  /** Operations that need the access token. */
  readonly bearer?: readonly OperationName[];
  readonly credentials: RequestCredentials;
  /** Each documented error: where it may happen, how it is told, what it means. */
  readonly errors: readonly (readonly [
    operation: OperationName,
    status: number,
    body: unknown,
    code: PasskeyErrorCode,
  ])[];
}

const identifier = 'jdoe+canary@example.com';
const token = 'token-canary';
const id = 'id/canary?';

export const samples = {
  identifier,
  token,
  id,
  assertion: {
    id: 'Y3JlZGVudGlhbA',
    rawId: 'Y3JlZGVudGlhbA',
    type: 'public-key',
    response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'c2lnbmF0dXJl' },
    clientExtensionResults: {},
  } satisfies AuthenticationResponseJSON as AuthenticationResponseJSON,
  attestation: {
    id: 'Y3JlZGVudGlhbA',
    rawId: 'Y3JlZGVudGlhbA',
    type: 'public-key',
    response: { clientDataJSON: 'e30', attestationObject: 'AA', transports: ['internal'] },
    clientExtensionResults: {},
  } satisfies RegistrationResponseJSON as RegistrationResponseJSON,
  requestOptions: {
    challenge: '6wHnsP-UHiRUF_NqRlgxOfQ-UNf-F4pKy7WiL7ijbM4',
    timeout: 300_000,
    rpId: 'localhost',
    userVerification: 'preferred',
  },
  creationOptions: {
    rp: { name: 'My App', id: 'localhost' },
    user: { id: 'NjY5NGI4', name: 'jdoe@example.com', displayName: 'J. Doe' },
    challenge: '7DFoL95WGReVL_eKeore_9D-vDct0mhxkWxGxjA4G0U',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: 300_000,
    authenticatorSelection: { authenticatorAttachment: 'platform', residentKey: 'required' },
    attestation: 'none',
  },
} as const;

type Calls = Record<
  string,
  (backend: PasskeyBackend, signal: AbortSignal, challenge: unknown) => Promise<unknown> | undefined
>;

const calls = {
  'signIn.begin': async ({ signIn }, signal) => {
    const begun = await signIn.begin({ identifier, mediation: 'modal' }, signal);
    return { ...begun, options: readRequestOptions(begun.options) };
  },
  'signIn.finish': ({ signIn }, signal, challenge) =>
    signIn.finish({ answer: samples.assertion, challenge: challenge as SignInChallenge }, signal),
  'registration.begin': ({ registration }, signal) =>
    registration
      ?.begin({ displayName: 'J. Doe', mediation: 'modal' }, signal)
      .then((begun) => ({ ...begun, options: readCreationOptions(begun.options) })),
  'registration.finish': ({ registration }, signal, challenge) =>
    registration?.finish(
      { answer: samples.attestation, challenge: challenge as RegistrationChallenge, name: 'Mine' },
      signal,
    ),
  status: (backend, signal) => backend.status?.({ identifier }, signal),
  'codes.send': ({ codes }, signal) => codes?.send({ identifier }, signal),
  'codes.verify': ({ codes }, signal) => codes?.verify({ code: '123456', handle: 'h' }, signal),
  'passkeys.list': ({ passkeys }, signal) => passkeys?.list?.(signal),
  'passkeys.get': ({ passkeys }, signal) => passkeys?.get?.({ id }, signal),
  'passkeys.rename': ({ passkeys }, signal) => passkeys?.rename?.({ id, name: 'Läptop' }, signal),
  'passkeys.remove': ({ passkeys }, signal) => passkeys?.remove?.({ id }, signal),
  'passkeys.restore': ({ passkeys }, signal) => passkeys?.restore?.({ id }, signal),
  signOut: (backend, signal) => backend.signOut?.(signal),
} satisfies Calls;

export type OperationName = keyof typeof calls;

type Reply = (request: Request) => Response | Promise<Response>;

const root = `${location.origin}/mock/api`;
/** Another one for each test: what is still on its way from the last one is not heard. */
let base = root;
let tests = 0;
const requests: Request[] = [];
let reply: Reply = () => new HttpResponse(null, { status: 404 });
let started: Promise<unknown> | undefined;

/** A server of which a test decides the answers; it keeps the requests. */
export function mockServer() {
  before(() => {
    const handler = http.all(`${root}/*`, ({ request }) => {
      const [, test] = /\/mock\/api\/(\d+)\//.exec(request.url) ?? [];
      if (test && test !== String(tests)) return HttpResponse.error();
      requests.push(request.clone());
      return reply(request);
    });
    started ??= setupWorker(handler).start({ quiet: true, onUnhandledFrame: 'bypass' });
    return started;
  });
  beforeEach(() => {
    requests.splice(0);
    base = `${root}/${++tests}`;
  });
  return {
    get base() {
      return base;
    },
    requests,
    answer(next: Reply) {
      reply = next;
    },
    /** Answers once by each of these, the last one from then on. */
    answerInTurn(...replies: Reply[]) {
      let turn = 0;
      reply = (request) => replies[Math.min(turn++, replies.length - 1)]!(request);
    },
  };
}

/** The `PasskeyError` it rejects with; whatever else happens fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<PasskeyError> {
  const error: unknown = await promise.then(
    (value) => expect.fail(`was fulfilled with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof PasskeyError)) throw error;
  return error;
}

/** JSON as a server sends it. */
export function json(body: unknown, status = 200, headers: HeadersInit = {}): Response {
  return HttpResponse.json(body as null, { status, headers });
}

/** The whole suite for one adapter; titles carry the row numbers of the fault list. */
export function testBackend(contract: BackendContract): void {
  describe(`the ${contract.name} backend`, () => {
    const server = mockServer();
    const exchanges = Object.entries(contract.exchanges) as [OperationName, Exchange][];
    const verifying = (name: OperationName) => /finish|verify/.test(name);
    const changing = (name: OperationName) =>
      /registration.finish|rename|remove|restore/.test(name);

    function run(
      name: OperationName,
      settings: HttpSettings = {},
      signal = new AbortController().signal,
    ): Promise<unknown> {
      const backend = contract.create({
        baseUrl: server.base,
        clientId: 'my-app',
        accessToken: () => token,
        ...settings,
      });
      const begun = name.startsWith('registration') ? 'registration.begin' : 'signIn.begin';
      const challenge = { ...(contract.exchanges[begun]?.result as object), identifier };
      const called = calls[name](backend, signal, challenge);
      return called ?? expect.fail(`${name} is not there`);
    }

    async function failure(name: OperationName, settings?: HttpSettings): Promise<PasskeyError> {
      const error = await rejection(run(name, settings));
      for (const secret of [
        identifier,
        encodeURIComponent(identifier),
        token,
        '123456',
        '?',
        '<',
      ]) {
        expect(error.message).not.to.include(secret);
      }
      expect(error.message).not.to.match(/canary|signature/);
      return error;
    }

    function goodAnswer({ answer, status, type }: Exchange): Reply {
      const text = answer === undefined ? null : JSON.stringify(answer);
      const headers = { 'content-type': type ?? 'application/json' };
      return () => new HttpResponse(text, { status, headers });
    }

    it('has the operations of its contract and no others', () => {
      const backend = contract.create({ baseUrl: server.base, clientId: 'my-app' });
      const never = AbortSignal.abort();
      const present = Object.entries(calls).filter(([, call]) => {
        const called = call(backend, never, {});
        called?.catch(() => {});
        return called !== undefined;
      });
      expect(present.map(([name]) => name)).to.have.members(exchanges.map(([name]) => name));
    });

    for (const [name, exchange] of exchanges) {
      describe(name, () => {
        it('sends and reads what the contract says', async () => {
          server.answer(goodAnswer(exchange));
          expect(plain(await run(name))).to.deep.equal(plain(exchange.result));
          const [request] = server.requests;
          expect(server.requests).to.have.length(1);
          expect(await wireOf(request!, server.base)).to.deep.equal({
            method: exchange.method,
            path: exchange.path,
            query: exchange.query ?? {},
            headers: {
              accept: 'application/json',
              ...(exchange.body !== undefined && { 'content-type': 'application/json' }),
              ...exchange.headers,
            },
            body: exchange.body,
            credentials: contract.credentials,
          });
        });

        it('adds the headers of the site', async () => {
          server.answer(goodAnswer(exchange));
          let asked;
          await run(name, {
            headers: (request) => {
              asked = request.method;
              return { 'X-CSRF-Token': 'csrf' };
            },
          });
          expect(asked).to.equal(exchange.method);
          expect(server.requests[0]?.headers.get('x-csrf-token')).to.equal('csrf');
        });

        it('a 500 as HTML is server-error', async () => {
          server.answer(() => HttpResponse.html('<h1>canary</h1>', { status: 500 }));
          expect((await failure(name)).code).to.equal('server-error');
        });

        it('a 200 as HTML is bad-response', async () => {
          server.answer(() => HttpResponse.html('\n<!doctype html><p>canary</p>'));
          const { code, message } = await rejection(run(name));
          expect(code).to.equal('bad-response');
          expect(message)
            .to.include('HTML')
            .and.not.to.match(/canary|</);
        });

        it('a 404 as HTML is bad-response and asks for the base URL', async () => {
          server.answer(() => HttpResponse.html('<h1>canary</h1>', { status: 404 }));
          const { code, message } = await rejection(run(name));
          expect(code).to.equal('bad-response');
          expect(message).to.include('base-url');
        });

        it('a 429 is rate-limited until Retry-After', async () => {
          server.answer(() => json({}, 429, { 'Retry-After': '2' }));
          const before = Date.now();
          const { code, retryAt } = await failure(name);
          expect(code).to.equal('rate-limited');
          expect(retryAt!.getTime()).to.be.within(before + 2000, Date.now() + 2000);
        });

        if (exchange.answer !== undefined) {
          it('truncated JSON is bad-response', async () => {
            const text = JSON.stringify(exchange.answer);
            server.answer(() => HttpResponse.text(text.slice(0, -2)));
            expect((await failure(name)).code).to.equal('bad-response');
          });
        }

        for (const [title, reply] of [
          ['a body that stalls', () => new HttpResponse(stalled())],
          ['headers that never come', () => new Promise<Response>(() => {})],
        ] as const) {
          it(`${title}: it ends at the time limit`, async () => {
            const limit = new AbortController();
            const pass = () => limit.abort(new DOMException('', 'TimeoutError'));
            replace(AbortSignal, 'timeout', () => limit.signal);
            server.answer(() => {
              setTimeout(pass, 50); // counted from the request, however busy the machine is
              return reply();
            });
            const { code } = await failure(name);
            expect(code).to.equal(changing(name) ? 'outcome-unknown' : 'timeout');
            expect(server.requests).to.have.length(1);
          });
        }

        it(`a lost connection is ${exchange.repeatable ? 'tried once more' : 'not tried again'}`, async () => {
          server.answer(() => HttpResponse.error());
          const { code } = await failure(name);
          expect(code).to.equal(changing(name) ? 'outcome-unknown' : 'network');
          expect(server.requests).to.have.length(exchange.repeatable ? 2 : 1);
        });

        if (exchange.repeatable) {
          it('the second try gives the same result as the first', async () => {
            server.answerInTurn(() => HttpResponse.error(), goodAnswer(exchange));
            expect(plain(await run(name))).to.deep.equal(plain(exchange.result));
            const [first, second] = await Promise.all(
              server.requests.map((request) => wireOf(request, server.base)),
            );
            expect(second).to.deep.equal(first);
          });
        }

        for (const status of [401, 400] as const) {
          const usual = status === 401 ? 'unauthorized' : 'invalid-input';
          const code = exchange.bare?.[status] ?? (verifying(name) ? 'verification-failed' : usual);
          it(`a bare ${status} is ${code}`, async () => {
            server.answer(() => new HttpResponse(null, { status }));
            expect((await failure(name)).code).to.equal(code);
            expect(server.requests).to.have.length(1);
          });
        }

        if (/begin|send|list|status/.test(name)) {
          it('a bare 404 is bad-response and asks for the base URL', async () => {
            server.answer(() => json({}, 404));
            const { code, message } = await rejection(run(name));
            expect(code).to.equal('bad-response');
            expect(message).to.include('base-url');
          });
        } else {
          it('a bare 404 is not-found, never unknown-credential', async () => {
            server.answer(() => new HttpResponse(null, { status: 404 }));
            expect((await failure(name)).code).to.equal('not-found');
          });
        }

        it(`an empty answer is ${exchange.emptyIsFine ? 'fine' : 'bad-response'}`, async () => {
          server.answer(() => new HttpResponse(null, { status: 204 }));
          if (exchange.emptyIsFine) await run(name);
          else expect((await failure(name)).code).to.equal('bad-response');
        });

        it('an answer of more than 1 MB is bad-response', async () => {
          server.answer(() => HttpResponse.text(`["${'x'.repeat(1_100_000)}"]`));
          expect((await failure(name)).code).to.equal('bad-response');
        });

        it('is not sent when it was aborted before', async () => {
          const error = await rejection(run(name, {}, AbortSignal.abort()));
          expect(error.code).to.equal('aborted');
          expect(server.requests).to.have.length(0);
        });

        it('is aborted under way', async () => {
          const controller = new AbortController();
          server.answer(() => {
            controller.abort();
            return new Promise<Response>(() => {});
          });
          expect((await rejection(run(name, {}, controller.signal))).code).to.equal('aborted');
        });

        it('a polluted Object.prototype changes nothing on the wire', async () => {
          const wires: object[] = [];
          const good = goodAnswer(exchange);
          const answers = [await good(new Request('/')), await good(new Request('/'))];
          const send = async (url: string, init: RequestInit) => {
            const answer = answers.shift();
            wires.push(await steered(new Request(url, init), server.base));
            return answer;
          };
          const settings = { fetch: send as typeof fetch };
          const clean = await run(name, settings);
          const polluted = await whilePolluted(() => run(name, settings));
          expect(plain(polluted)).to.deep.equal(plain(clean));
          expect(wires[0]).to.deep.include({ mode: 'cors', cache: 'no-store', redirect: 'manual' });
          expect(wires).to.have.length(2);
          expect(wires[1]).to.deep.equal(wires[0]);
        });
      });
    }

    for (const name of contract.bearer ?? []) {
      it(`${name} without an access token is unauthorized and not sent`, async () => {
        const error = await failure(name, { accessToken: () => undefined });
        expect(error.code).to.equal('unauthorized');
        expect(server.requests).to.have.length(0);
      });
    }

    for (const [name, status, body, code] of contract.errors) {
      it(`${name}: ${status} with ${JSON.stringify(body)} is ${code}`, async () => {
        server.answer(() => json(body, status));
        const error = await failure(name);
        expect(error.code).to.equal(code);
        expect(error.status).to.equal(status);
      });
    }

    for (const [name, exchange] of exchanges.filter(([name]) => name.endsWith('begin'))) {
      const withOptions = (change: (options: Options) => void) => {
        const answer = structuredClone(exchange.answer);
        change(optionsIn(answer)!);
        server.answer(() => json(answer));
      };
      const optionsOf = async () => ((await run(name)) as { options: Options }).options;

      for (const challenge of [undefined, null, 7, '', 'not base64url!']) {
        it(`${name} with the challenge ${JSON.stringify(challenge)} is bad-response`, async () => {
          withOptions((options) => (options.challenge = challenge));
          expect((await failure(name)).code).to.equal('bad-response');
        });
      }

      for (const [given, timeout] of [
        [2 ** 32, 600_000],
        [-1, 30_000],
        [0, 30_000],
        ['abc', 300_000],
        [120_000, 120_000],
      ]) {
        it(`${name} with the timeout ${given} waits ${timeout} ms`, async () => {
          withOptions((options) => (options.timeout = given));
          expect((await optionsOf()).timeout).to.equal(timeout);
        });
      }

      it(`${name} lets unknown fields pass`, async () => {
        withOptions((options) => Object.assign(options, { hints: ['hybrid'], future: { a: 1 } }));
        expect(await optionsOf()).to.deep.include({ hints: ['hybrid'], future: { a: 1 } });
      });

      it(`${name} writes padded base64 as base64url`, async () => {
        withOptions((options) => (options.challenge = '+/+/+w=='));
        expect((await optionsOf()).challenge).to.equal('-_-_-w');
      });
    }

    if (contract.exchanges['registration.begin']) {
      for (const bytes of [0, 65]) {
        it(`a user id of ${bytes} bytes is bad-response`, async () => {
          const answer = structuredClone(contract.exchanges['registration.begin']!.answer);
          optionsIn(answer)!.user.id = btoa('x'.repeat(bytes));
          server.answer(() => json(answer));
          const { code, message } = await failure('registration.begin');
          expect(code).to.equal('bad-response');
          expect(message).to.include('user.id');
        });
      }
    }
  });
}

/** Dates as text and no absent fields, so that what is equal for a reader is equal here. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

async function wireOf(request: Request, base: string) {
  const url = new URL(request.url);
  const text = await request.clone().text();
  const headers = Object.fromEntries(
    [...request.headers].filter(([name]) => !browserHeaders.test(name)),
  );
  return {
    method: request.method,
    path: url.pathname.slice(new URL(base).pathname.length),
    query: Object.fromEntries(url.searchParams),
    headers,
    body: text ? (JSON.parse(text) as unknown) : undefined,
    credentials: request.credentials,
  };
}

/** All that `fetch` takes from its second argument. */
async function steered(request: Request, base: string) {
  const { mode, cache, redirect, referrer, referrerPolicy, integrity, keepalive } = request;
  const { aborted } = request.signal;
  const rest = { mode, cache, redirect, referrer, referrerPolicy, integrity, keepalive, aborted };
  return { ...(await wireOf(request, base)), ...rest };
}

const browserHeaders = /^(sec-|user-agent$|accept-language$|accept-encoding$|referer$)/;

/** Options as a server sends them, before anybody has checked them. */
type Options = Record<string, unknown> & { user: Record<string, unknown> };

/** The object that holds the challenge. */
function optionsIn(value: unknown): Options | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('challenge' in value) return value as unknown as Options;
  return Object.values(value).map(optionsIn).find(Boolean);
}

function stalled(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":')),
  });
}

/** Every way in which `Object.prototype` can steer a request, while `work` runs. */
async function whilePolluted<T>(work: () => Promise<T>): Promise<T> {
  const pollution: Record<string, unknown> = {
    method: 'PUT',
    headers: { 'x-evil': '1' },
    credentials: 'include',
    body: 'evil',
    mode: 'same-origin',
    cache: 'force-cache',
    redirect: 'follow',
    referrer: '/evil',
    referrerPolicy: 'unsafe-url',
    integrity: 'sha256-evil',
    keepalive: true,
    signal: AbortSignal.abort(),
    clientId: 'evil',
    baseUrl: 'https://evil.example',
    query: { evil: '1' },
    bearer: true,
    accessToken: () => 'evil',
    errors: { 400: 'unknown' },
    idempotent: true,
  };
  const proto = Object.prototype as Record<string, unknown>;
  Object.assign(proto, pollution);
  try {
    expect(new Request('/control', {}).method, 'the pollution works').to.equal('PUT');
    return await work();
  } finally {
    for (const name of Object.keys(pollution)) delete proto[name];
  }
}

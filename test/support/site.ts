import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import type { AppOptions } from '../../demo/server/app.ts';
import { mountHono, type MountedServer } from './mount-hono.ts';
import { startReferenceBackend, type ReferenceBackend } from './reference-backend.ts';
import {
  encode,
  SoftwareAuthenticator,
  type AuthenticatorSetup,
  type SoftwarePasskey,
} from './software-authenticator.ts';
import type { VirtualAuthenticator } from './virtual-authenticator.ts';

type Answer = (request: Request) => Response | undefined | Promise<Response | undefined>;

const rest = '/api/passkeys';
const ssojet = '/api/v1';

/** Where the two dialects are. */
export const baseUrls = { rest, ssojet: `${location.origin}${ssojet}` } as const;

/**
 * The reference backend behind this page's network, for one test file: every answer it gives is
 * really verified. Between tests it forgets everything.
 */
export function openSite(options: Partial<AppOptions> = {}): Site {
  const site = new Site({ triesPerMinute: 1000, ...options });
  before(async function () {
    this.timeout(30_000);
    await site.open();
  });
  afterEach(() => site.reset());
  after(() => site.close());
  return site;
}

export class Site {
  /** Each request since the test began: method and path below the dialect's base. */
  readonly wire: string[] = [];
  /** The same requests, whole. */
  readonly requests: Request[] = [];
  readonly #options: Partial<AppOptions>;
  readonly #worker = setupWorker();
  #faults: ReturnType<typeof http.all>[] = [];
  #reference!: ReferenceBackend;
  #mounted!: MountedServer;

  constructor(options: Partial<AppOptions>) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#reference = await startReferenceBackend(this.#options);
    this.#mount();
    await this.#worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
  }

  async reset(): Promise<void> {
    this.#faults = [];
    await this.#reference.reset();
    this.#mount();
    this.wire.length = this.requests.length = 0;
  }

  async close(): Promise<void> {
    await this.#worker.stop();
  }

  /** The same data behind other switches, until the test is over. */
  configure(options: Partial<AppOptions>): void {
    this.#mount(options);
  }

  /** Answers requests whose path ends so in place of the backend; `undefined` leaves one to it. */
  intercept(path: string, answer: Answer): void {
    this.#faults.unshift(
      http.all(`${location.origin}/api/*`, ({ request }) =>
        new URL(request.url).pathname.endsWith(path) ? answer(request) : undefined,
      ),
    );
    this.#apply();
  }

  /** The backend's own answer to a request, for one that gets lost on its way. */
  async answer(request: Request): Promise<Response | undefined> {
    const requestId = crypto.randomUUID();
    for (const handler of this.#mounted.handlers) {
      const result = await handler.run({ request, requestId });
      if (result?.response) return result.response;
    }
    return undefined;
  }

  /** What only the browser that began the one hand-off there is may know. */
  async handoffHandle(): Promise<string> {
    const handles = this.#reference.database.selectFrom('handoffs').select('handle');
    return (await handles.executeTakeFirstOrThrow()).handle;
  }

  /** Another device of the same person: the same backend, with cookies of its own. */
  otherDevice(): OtherDevice {
    const mounted = mountHono(this.#reference.createApp());
    return new OtherDevice(mounted, (identifier) => this.codeFor(identifier));
  }

  /** Lets the backend answer everything again. */
  heal(): void {
    this.#faults = [];
    this.#apply();
  }

  /** The code that was mailed last. */
  codeFor(identifier: string): string | undefined {
    return this.#reference.codes.get(identifier);
  }

  setNow(now?: Date): void {
    this.#reference.setNow(now);
  }

  /** Ends the session, as clearing the cookies does. */
  forgetCookies(): void {
    this.#mounted.forgetCookies();
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#mounted.cookies;
  }

  /** Signs somebody in by code, without any element; a newcomer gets an account. */
  async signIn(identifier: string): Promise<void> {
    const { handle } = await call('POST', `${rest}/codes/send`, { identifier });
    await call('POST', `${rest}/codes/verify`, { handle, code: this.codeFor(identifier) });
    this.#forgetWire();
  }

  /** An access token of the other dialect, for somebody who proved the address. */
  async accessToken(identifier: string): Promise<string> {
    const path = `${ssojet}/auth/passwordless/email-otp`;
    const { state } = await call('POST', `${path}/send?client_id=demo`, { email: identifier });
    const otp = this.codeFor(identifier);
    const answer = await call('POST', `${path}/verify?client_id=demo`, { state, otp });
    this.#forgetWire();
    return answer.access_token as string;
  }

  /** Gives the person who is signed in a passkey, each from an authenticator of its own. */
  async addPasskey(
    setup: AuthenticatorSetup & { readonly name?: string } = {},
  ): Promise<SoftwarePasskey> {
    const { name, ...authenticator } = setup;
    const device = new SoftwareAuthenticator({ origin: location.origin, ...authenticator });
    const begun = await call('POST', `${rest}/registration/begin`, {});
    const answer = await device.create(begun.options as PublicKeyCredentialCreationOptionsJSON);
    const { challengeId } = begun;
    await call('POST', `${rest}/registration/finish`, { challengeId, answer, name });
    this.#forgetWire();
    return device.passkeys[0]!;
  }

  /** An account with one passkey in `authenticator`; nobody is signed in afterwards. */
  async account(identifier: string, authenticator: VirtualAuthenticator): Promise<SoftwarePasskey> {
    await this.signIn(identifier);
    const passkey = await this.addPasskey();
    await store(passkey, authenticator);
    this.forgetCookies();
    return passkey;
  }

  /** The passkeys of whoever is signed in, as the backend keeps them. */
  async passkeys(): Promise<Record<string, unknown>[]> {
    const { passkeys } = await call('GET', `${rest}/passkeys`);
    this.#forgetWire();
    return passkeys as Record<string, unknown>[];
  }

  /** Who the cookie says is signed in. */
  async whoAmI(): Promise<string | undefined> {
    const answer = await fetch(`${rest}/session`);
    this.#forgetWire();
    if (!answer.ok) return undefined;
    return ((await answer.json()) as { user: { identifier: string } }).user.identifier;
  }

  /** What this class asked for itself was asked by no element. */
  #forgetWire(): void {
    for (let at = this.requests.length; at--;) {
      if (this.requests[at]!.headers.has(ownHeader)) {
        this.requests.splice(at, 1);
        this.wire.splice(at, 1);
      }
    }
  }

  #mount(options: Partial<AppOptions> = {}): void {
    this.#mounted = mountHono(this.#reference.createApp(options));
    this.#apply();
  }

  #apply(): void {
    const recorder = http.all(`${location.origin}/api/*`, ({ request }) => {
      const path = new URL(request.url).pathname.replace(/^\/api\/(passkeys|v1)/, '');
      this.wire.push(`${request.method} ${path}`);
      this.requests.push(request.clone());
    });
    this.#worker.resetHandlers(recorder, ...this.#faults, ...this.#mounted.handlers);
  }
}

/** A device that speaks to the backend without a page. */
export class OtherDevice {
  readonly authenticator = new SoftwareAuthenticator({ origin: location.origin });
  readonly #mounted: MountedServer;
  readonly #codeFor: (identifier: string) => string | undefined;

  constructor(mounted: MountedServer, codeFor: (identifier: string) => string | undefined) {
    this.#mounted = mounted;
    this.#codeFor = codeFor;
  }

  async post(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await this.#send(path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  }

  /** Makes this device one with a passkey of that person. */
  async setUp(identifier: string): Promise<this> {
    const { handle } = await this.post('/codes/send', { identifier });
    await this.post('/codes/verify', { handle, code: this.#codeFor(identifier) });
    const begun = await this.post('/registration/begin', {});
    const options = begun.options as PublicKeyCredentialCreationOptionsJSON;
    const answer = await this.authenticator.create(options);
    await this.post('/registration/finish', { challengeId: begun.challengeId, answer });
    return this;
  }

  /** Approves the hand-off of a link, with the number that the person picks there. */
  async approve(ticket: string, number: number): Promise<void> {
    const { challengeId, options } = await this.post('/handoffs/approval/begin', { ticket });
    const answer = await this.authenticator.get(options as PublicKeyCredentialRequestOptionsJSON);
    await this.post('/handoffs/approval/finish', { ticket, number, challengeId, answer });
  }

  async #send(path: string, body: object): Promise<Response> {
    const request = new Request(`${location.origin}${rest}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    for (const handler of this.#mounted.handlers) {
      const result = await handler.run({ request, requestId: crypto.randomUUID() });
      if (result?.response) return result.response;
    }
    throw new Error(`Nobody answers ${path}.`);
  }
}

/** Puts a passkey of software into an authenticator of the browser. */
export async function store(
  passkey: SoftwarePasskey,
  authenticator: VirtualAuthenticator,
): Promise<void> {
  const key = await crypto.subtle.exportKey('pkcs8', passkey.keys.privateKey);
  await authenticator.addCredential({
    credentialId: passkey.id,
    isResidentCredential: true,
    rpId: passkey.rpId,
    privateKey: encode(new Uint8Array(key)),
    userHandle: passkey.userHandle,
    signCount: passkey.counter,
  });
}

/** JSON as a server sends it. */
export function json(body: unknown, status = 200, headers: HeadersInit = {}): Response {
  return HttpResponse.json(body as null, { status, headers });
}

/** A page as a proxy in front of a server sends it. */
export function page(status: number): Response {
  return HttpResponse.html('<!doctype html><h1>Server canary</h1>', { status });
}

const ownHeader = 'x-test-itself';

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', [ownHeader]: '1' };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

import {
  expect,
  type ConsoleMessage,
  type Page,
  type Request,
  type Response,
} from '@playwright/test';

/** An event of an element, as a listener of the page's own code sees it. */
export interface HeardEvent {
  readonly type: string;
  readonly from: string;
  readonly detail: Record<string, unknown>;
}

interface Heard {
  readonly event?: HeardEvent;
  readonly violation?: string;
  /** A request for a passkey began or ended. */
  readonly request?: { readonly mediation: string; readonly change: 1 | -1 };
}

const types = [
  ...['passkey-ready', 'passkey-signed-in', 'passkey-registered', 'passkey-status'],
  ...['passkey-renamed', 'passkey-removed', 'passkey-restored'],
  ...['passkey-cancelled', 'passkey-error'],
];

/** What no listener may ever see: by the names of the members that hold it on the wire. */
const secretNames = new Set([
  ...['access_token', 'refresh_token', 'token', 'identifier', 'email'],
  ...['clientDataJSON', 'authenticatorData', 'signature', 'attestationObject', 'userHandle'],
  ...['challenge', 'challengeId', 'auth_code', 'handle', 'state', 'code', 'otp'],
  ...['id_token', 'sessionToken', 'registrationToken', 'authenticationToken'],
  ...['auth_session', 'challenge_id'],
]);

/** Watches a page for all that must never happen there, whatever a test is about. */
export async function watchPage(page: Page): Promise<PageWatch> {
  const watch = new PageWatch(page);
  await page.exposeBinding('__heard', (_source, heard: Heard) => watch.hear(heard));
  await page.addInitScript((types) => {
    const { __heard: tell } = window as unknown as { __heard(heard: object): void };
    document.addEventListener('securitypolicyviolation', (event) => {
      tell({ violation: `${event.effectiveDirective}: ${event.blockedURI} ${event.sample}` });
    });
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      const mediation = options?.mediation ?? 'modal';
      tell({ request: { mediation, change: 1 } });
      return get(options).finally(() => tell({ request: { mediation, change: -1 } }));
    };
    for (const type of types) {
      const capture = (event: Event) => {
        const detail = JSON.parse(JSON.stringify((event as CustomEvent).detail)) as object;
        tell({ event: { type, from: (event.target as Element).localName, detail } });
      };
      document.addEventListener(type, capture, true);
    }
  }, types);
  page.on('framenavigated', () => watch.forgetRequests());
  page.on('console', watch.read);
  page.on('pageerror', (error) => watch.faults.push(`page error: ${error.message}`));
  page.on('request', watch.readRequest);
  page.on('response', watch.readResponse);
  return watch;
}

/** What happened on a page. */
export class PageWatch {
  readonly events: HeardEvent[] = [];
  readonly faults: string[] = [];
  /** Everything on the wire that no listener may see. */
  readonly secrets = new Set<string>();
  readonly #page: Page;
  readonly #reading: Promise<void>[] = [];
  /** Open requests for a passkey, by mediation. */
  readonly #open: Record<string, number> = {};
  readonly #refusals: RegExp[] = [];
  readonly #errors: string[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** Details of all events of a type, in order. */
  details(type: string): HeardEvent['detail'][] {
    return this.events.filter((event) => event.type === type).map(({ detail }) => detail);
  }

  /**
   * Waits until passkeys are on offer in the autofill list. Somebody who becomes present from then
   * on does not answer that request, only the next.
   */
  async autofillWaits(): Promise<void> {
    await expect.poll(() => this.#open['conditional']).toBe(1);
  }

  /** Waits until the browser's prompt is open: who becomes present from then on does not answer it. */
  async promptWaits(): Promise<void> {
    await expect.poll(() => this.#open['modal']).toBe(1);
  }

  /** A request that the server will refuse, and what the page will tell of it. */
  expectRefusal(pattern: RegExp): void {
    this.#refusals.push(pattern);
  }

  /** The codes of the `passkey-error` events that belong to the test, in order. */
  expectErrors(...codes: string[]): void {
    this.#errors.push(...codes);
  }

  /** Fails if anything happened that must never happen. */
  async check(): Promise<void> {
    await Promise.all(this.#reading);
    expect(this.faults, 'console, exceptions and content security policy').toEqual([]);
    const errors = this.details('passkey-error').map(({ code }) => code);
    expect(errors, 'passkey-error events').toEqual(this.#errors);
    const told = JSON.stringify(this.events);
    for (const secret of this.secrets) {
      expect(told.includes(secret), `"${secret}" in an event`).toBe(false);
    }
    if (this.#page.isClosed() || this.#page.url() === 'about:blank') return;
    const kept = await this.#page.evaluate(() => localStorage.length + sessionStorage.length);
    expect(kept, 'entries in the storage of the page').toBe(0);
  }

  hear({ event, violation, request }: Heard): void {
    if (request) {
      const { mediation, change } = request;
      this.#open[mediation] = (this.#open[mediation] ?? 0) + change;
    }
    if (event) this.events.push(event);
    if (violation) this.faults.push(`content security policy: ${violation}`);
  }

  /** What was open went with the page. */
  forgetRequests(): void {
    for (const mediation of Object.keys(this.#open)) this.#open[mediation] = 0;
  }

  readonly read = (message: ConsoleMessage): void => {
    if (!['error', 'warning', 'assert'].includes(message.type())) return;
    const { url } = message.location();
    const [, status] = /status of (\d+)/.exec(message.text()) ?? [];
    const refusal = ` ${status} ${url.replace(/\?.*$/, '')}`;
    if (status && this.#refusals.some((pattern) => pattern.test(refusal))) return;
    this.faults.push(`${message.type()}: ${message.text()} ${url}`);
  };

  readonly readRequest = (request: Request): void => {
    const sent = request.postData();
    if (sent && request.url().includes('/api/')) this.#collect(JSON.parse(sent));
  };

  readonly readResponse = (response: Response): void => {
    // A refusal holds no secrets, and its body never ends for a page that does not read it.
    if (!response.ok() || !response.url().includes('/api/')) return;
    const reading = response.json().then(
      (json: unknown) => this.#collect(json),
      () => undefined, // no body, or the page has gone on
    );
    this.#reading.push(reading);
  };

  #collect(json: unknown, name = ''): void {
    if (typeof json === 'string' && json.length > 5 && secretNames.has(name)) {
      if (!/^[a-z-]+$/.test(json)) this.secrets.add(json); // a word such as `registered` is none
    } else if (typeof json === 'object' && json !== null) {
      for (const [name, member] of Object.entries(json)) this.#collect(member, name);
    }
  }
}

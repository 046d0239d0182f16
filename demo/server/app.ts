import { Hono } from 'hono';
import { readBrowser } from './cookies.ts';
import type { CodeMessage, Core } from './core/core.ts';
import type { LogEntry } from './core/log.ts';
import { createOriginCheck } from './core/origins.ts';
import { policy } from './core/policy.ts';
import type { Database } from './database.ts';
import { createFido2Dialect, type Fido2Settings } from './dialects/fido2.ts';
import { createPasslockDialect, type Tenancy } from './dialects/passlock.ts';
import { createRestDialect } from './dialects/rest.ts';
import { createSsojetDialect, type SsojetSettings } from './dialects/ssojet.ts';
import { bridgeCookies, noStore, type AppEnv, type HttpSettings } from './http.ts';
import { createHankoProxy, type HankoProxySettings } from './proxies/hanko.ts';
import { createPasslockProxy, type PasslockProxySettings } from './proxies/passlock.ts';
import { createSite } from './site.ts';

/** How a reference backend is set up; `store` and `origins` are all it must know. */
export interface AppOptions {
  /** The migrated database. */
  readonly store: Database;
  /** Origins that may use the server: exact, or `http://localhost:*` for any port of this machine. */
  readonly origins: readonly string[];
  /** Relying party id; `localhost` unless said otherwise. */
  readonly rpId?: string;
  /** Relying party name, shown by some authenticators. */
  readonly rpName?: string;
  /** Client ids the `ssojet` dialect knows; `demo` unless said otherwise. */
  readonly clientIds?: readonly string[];
  /** Delivers a code to the owner of an address; without it nobody learns the codes. */
  readonly sendCode?: ((message: CodeMessage) => Promise<void> | void) | undefined;
  /** The clock. */
  readonly now?: () => Date;
  /** Say truthfully whether an identifier has a passkey: tells strangers who has an account. */
  readonly revealAccounts?: boolean;
  /** Let the last passkey be deleted; on unless said otherwise, because e-mail codes remain. */
  readonly allowLastPasskeyRemoval?: boolean;
  /** Let a sign-in be approved on another device, in the `rest` dialect; off unless said. */
  readonly handoff?: boolean;
  /**
   * For how many seconds the `rest` dialect lets a removed passkey be brought back; none unless said.
   * Password managers are told of the removal only after that.
   */
  readonly restorableFor?: number;
  /** Which readings of the vendor's pages the `ssojet` dialect follows. */
  readonly ssojet?: Partial<Omit<SsojetSettings, 'clientIds'>>;
  /** In which ways the `fido2` dialect is like a server that is not quite as the profile says. */
  readonly fido2?: Partial<Fido2Settings>;
  /** Who the `passlock` dialect works for; nobody unless said. */
  readonly passlock?: { readonly tenancies: readonly Tenancy[]; readonly pageSize?: number };
  /** Servers elsewhere for which the site keeps a secret key, and stands between them and its pages. */
  readonly proxies?: {
    readonly passlock?: PasslockProxySettings | undefined;
    readonly hanko?: HankoProxySettings | undefined;
  };
  /** Development only: `GET /demo/last-code` tells a browser the code last sent for it. */
  readonly showCodes?: boolean;
  /** Set cookies with `Secure` and the `__Host-` prefix; follows the first origin's scheme unless said. */
  readonly secureCookies?: boolean;
  /** Tries a browser or an address has per minute to finish, verify or send. */
  readonly triesPerMinute?: number;
  /** Number of proxies in front whose `X-Forwarded-For` entries are believed; none unless said. */
  readonly trustedProxies?: number;
  /** Takes one entry per event; see `formatLogEntry` for writing it as a line. */
  readonly log?: (entry: LogEntry) => void;
}

const ssojetDefaults = {
  finishBody: 'credential',
  loginResult: 'C',
  registerResult: 'message',
  statusStyle: 'string',
  deleteStyle: 'json',
  includeAllowCredentials: false,
} as const;

const profile = {
  nested: false,
  failWith200: false,
  omitStatusOnError: false,
  bareStringError: false,
  omitRpId: false,
  plain: false,
} as const;

/** The reference backend: a function from requests to answers that runs in Node and in pages alike. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const codes = new RecentCodes();
  const core: Core = {
    database: options.store,
    rpId: options.rpId ?? 'localhost',
    rpName: options.rpName ?? 'Passkey demo',
    originAllowed: createOriginCheck(options.origins),
    revealAccounts: options.revealAccounts ?? false,
    allowLastPasskeyRemoval: options.allowLastPasskeyRemoval ?? true,
    now: options.now ?? (() => new Date()),
    log: options.log ?? (() => undefined),
    sendCode: (message) => {
      if (options.showCodes) codes.add(message);
      return options.sendCode?.(message);
    },
  };
  const http: HttpSettings = {
    secureCookies: options.secureCookies ?? options.origins[0]?.startsWith('https:') ?? false,
    triesPerMinute: options.triesPerMinute ?? policy.tries.limit,
    trustedProxies: options.trustedProxies ?? 0,
  };
  const ssojet = {
    ...http,
    ...ssojetDefaults,
    ...options.ssojet,
    clientIds: options.clientIds ?? ['demo'],
  };

  const app = new Hono<AppEnv>();
  app.use(bridgeCookies);
  app.route(
    '/api/passkeys',
    createRestDialect(core, {
      ...http,
      handoff: options.handoff ?? false,
      restorableFor: options.restorableFor ?? 0,
    }),
  );
  app.route('/api/v1', createSsojetDialect(core, ssojet));
  app.route('/api/fido2', createFido2Dialect(core, { ...http, ...profile, ...options.fido2 }));
  const passlock = { ...http, tenancies: [], pageSize: 50, ...options.passlock };
  app.route('/api/passlock', createPasslockDialect(core, passlock));
  const site = createSite(core, http);
  const { passlock: toPasslock, hanko: toHanko } = options.proxies ?? {};
  if (toPasslock) {
    const settings = { ...http, ...toPasslock };
    app.route('/api/site/passlock', createPasslockProxy(core, site, settings));
  }
  if (toHanko) {
    const settings = { ...http, ...toHanko };
    app.route('/api/site/hanko', createHankoProxy(core, site, settings));
  }
  app.get('/.well-known/passkey-endpoints', (c) => {
    const [known = '*'] = options.origins;
    const origin = known.includes('*') ? new URL(c.req.url).origin : known;
    return c.json({ enroll: `${origin}/#add-passkey`, manage: `${origin}/` });
  });
  if (options.showCodes) {
    app.get('/demo/last-code', noStore, async (c) => {
      const browser = await readBrowser(c, http.secureCookies);
      const handle = c.req.query('state') ?? (await lastHandle(core, browser));
      const code = codes.find(handle);
      return code === undefined ? c.json({ error: 'There is no code.' }, 404) : c.json({ code });
    });
  }
  return app;
}

/** The codes sent of late, by handle, for development only: in the database they are hashed. */
class RecentCodes {
  readonly #codes = new Map<string, string>();

  add({ handle, code }: CodeMessage): void {
    this.#codes.set(handle, code);
    const [oldest] = this.#codes.keys();
    if (this.#codes.size > 100 && oldest !== undefined) this.#codes.delete(oldest);
  }

  find(handle: string | undefined): string | undefined {
    return handle === undefined ? undefined : this.#codes.get(handle);
  }
}

async function lastHandle(core: Core, browser: string): Promise<string | undefined> {
  if (browser === '') return undefined;
  const row = await core.database
    .selectFrom('codes')
    .select('handle')
    .where('browser', '=', browser)
    .where('expires_at', '>', core.now())
    .orderBy('expires_at', 'desc')
    .executeTakeFirst();
  return row?.handle;
}

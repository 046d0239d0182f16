import { after, before, beforeEach, describe } from 'node:test';
import assert from 'node:assert/strict';
import type { Hono } from 'hono';
import { sql, type KyselyPlugin } from 'kysely';
import { createApp, type AppOptions } from '../../demo/server/app.ts';
import type { LogEntry } from '../../demo/server/core/log.ts';
import { emptyDatabase, migrate, type Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { openPGlite } from '../../demo/server/pglite.ts';
import { openPostgres } from '../../demo/server/postgres.ts';
import { SoftwareAuthenticator, type Overrides } from '../support/software-authenticator.ts';
import { assertDescribed, type Answer } from './openapi.ts';
import { memoryDatabase, openMemory } from '../support/memory-database.ts';

export type App = Hono<AppEnv>;

/** One database with two doors to it, the way two instances see it. */
interface Databases {
  readonly one: Database;
  readonly other: Database;
  /** Opens an empty database twice, with nothing in it yet. */
  empty(): Promise<{ doors: Database[]; close(): Promise<void> }>;
  close(): Promise<void>;
}

async function pglite(): Promise<Databases> {
  const one = await memoryDatabase();
  return {
    one,
    other: one,
    async empty() {
      const pglite = await openMemory();
      const doors = [openPGlite(pglite), openPGlite(pglite)];
      return { doors, close: () => doors[0]!.destroy() };
    },
    close: () => one.destroy(),
  };
}

// Several runs may share one server, so each has schemas of its own.
async function postgres(): Promise<Databases> {
  const main = await openSchema(`test_${process.pid}`);
  const [one, other] = main.doors as [Database, Database];
  await Promise.all([migrate(one), migrate(other)]);
  return { one, other, empty: () => openSchema(`empty_${process.pid}`), close: main.close };
}

async function openSchema(schema: string) {
  const url = new URL(process.env.DATABASE_URL!);
  const admin = openPostgres(url.href);
  await sql`create schema ${sql.id(schema)}`.execute(admin);
  url.searchParams.set('options', `-c search_path=${schema}`);
  const doors = [openPostgres(url.href), openPostgres(url.href)];
  return {
    doors,
    async close() {
      for (const door of doors) await door.destroy();
      await sql`drop schema ${sql.id(schema)} cascade`.execute(admin);
      await admin.destroy();
    },
  };
}

const lostConnection = '57P01';

/** Fails whenever something is inserted into a table, by losing the connection unless said. */
export const failingAt = (table: string, code = lostConnection): KyselyPlugin => ({
  transformQuery({ node }) {
    if (node.kind === 'InsertQueryNode' && node.into?.table.identifier.name === table) {
      throw Object.assign(new Error('the database said no'), { code });
    }
    return node;
  },
  transformResult: async ({ result }) => result,
});

/** The reference backend with its clock, its log and its letter box in the hands of a test. */
export class Backend {
  readonly codes = new Map<string, string>();
  readonly log: LogEntry[] = [];
  app!: App;
  #databases!: Databases;
  #offset = 0;
  #visitors = 0;

  async open(databases: () => Promise<Databases>): Promise<void> {
    this.#databases = await databases();
    this.app = this.create();
  }

  async reset(): Promise<void> {
    await emptyDatabase(this.database);
    this.codes.clear();
    this.log.length = 0;
    this.#offset = 0;
  }

  close = () => this.#databases.close();

  get database(): Database {
    return this.#databases.one;
  }

  /** The same database through another pool. */
  get otherDatabase(): Database {
    return this.#databases.other;
  }

  /** Opens an empty database twice, with nothing in it yet. */
  emptyDatabase = () => this.#databases.empty();

  now = () => new Date(Date.now() + this.#offset);

  /** Lets time pass. */
  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  create(options: Partial<AppOptions> = {}): App {
    return createApp({
      store: options.store ?? this.database,
      origins: ['http://localhost'],
      handoff: true,
      now: this.now,
      log: (entry) => this.log.push(entry),
      sendCode: ({ identifier, code }) => void this.codes.set(identifier, code),
      ...options,
    });
  }

  /** A new browser at an address of its own. */
  browser(app: App = this.app): Browser {
    this.#visitors += 1;
    return new Browser(app, `10.0.${this.#visitors >> 8}.${this.#visitors & 255}`);
  }

  /** A browser signed in by code. */
  async signedIn(identifier = 'ada@example.com', app: App = this.app): Promise<Browser> {
    const browser = this.browser(app);
    await this.signInByCode(browser, identifier);
    return browser;
  }

  async signInByCode(browser: Browser, identifier: string): Promise<Answer> {
    const sent = await browser.rest('POST', '/codes/send', { identifier });
    assert.equal(sent.status, 202);
    const code = this.codes.get(identifier);
    const verified = await browser.rest('POST', '/codes/verify', {
      handle: sent.body.handle,
      code,
    });
    assert.equal(verified.status, 200);
    return verified;
  }

  async count(
    table:
      | 'sessions'
      | 'passkeys'
      | 'removed_passkeys'
      | 'challenges'
      | 'outcomes'
      | 'audit'
      | 'users'
      | 'tries'
      | 'codes'
      | 'handoffs'
      | 'passlock_tokens',
  ) {
    const row = await this.database
      .selectFrom(table)
      .select((query) => query.fn.countAll().as('rows'))
      .executeTakeFirstOrThrow();
    return Number(row.rows);
  }
}

/** A browser as the server sees it: a cookie jar, an origin, an address, an authenticator. */
export class Browser {
  cookies = new Map<string, string>();
  authenticator = new SoftwareAuthenticator();
  app: App;
  address: string;
  token: string | undefined;

  constructor(app: App, address: string) {
    this.app = app;
    this.address = address;
  }

  /** This very browser, talking to another instance. */
  at(app: App): Browser {
    const same = new Browser(app, this.address);
    same.cookies = this.cookies;
    same.authenticator = this.authenticator;
    return same;
  }

  async fetch(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string | undefined> = {},
  ): Promise<Answer> {
    const all = new Headers({ cookie: [...this.cookies].map((pair) => pair.join('=')).join('; ') });
    if (method !== 'GET') all.set('origin', 'http://localhost');
    if (body !== undefined) all.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) all.delete(name);
      else all.set(name, value);
    }
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const request = new Request(`http://localhost${path}`, { method, headers: all, body: text });
    const response = await this.app.fetch(request, { address: this.address });
    for (const line of response.headers.getSetCookie()) this.#store(line);
    return readAnswer(response);
  }

  /** A request in our own dialect, whose answer must be one that the OpenAPI file describes. */
  async rest(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string | undefined>,
  ) {
    const answer = await this.fetch(method, `/api/passkeys${path}`, body, headers);
    assertDescribed(method, path, answer);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return answer;
  }

  /** A request to a passkey endpoint of the vendor's dialect. */
  ssojet(
    method: string,
    path: string,
    { query = {}, body, headers = {} }: SsojetRequest = {},
  ): Promise<Answer> {
    const search = new URLSearchParams({ client_id: 'demo' });
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) search.delete(name);
      else search.set(name, value);
    }
    const authorization = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    const url = `/api/v1/auth/passwordless${path}?${search}`;
    return this.fetch(method, url, body, { 'x-client-id': 'demo', ...authorization, ...headers });
  }

  /** Registers a passkey from begin to finish. */
  async register(overrides: Overrides = {}, more: object = {}): Promise<Answer> {
    const { challengeId, options } = (await this.rest('POST', '/registration/begin', {})).body;
    // As another device would: this authenticator may hold passkeys of the account already.
    const answer = await this.authenticator.create(
      { ...options, excludeCredentials: [] },
      overrides,
    );
    return this.rest('POST', '/registration/finish', { challengeId, answer, ...more });
  }

  /** Begins a sign-in and answers it, without sending the answer. */
  async answerSignIn(overrides: Overrides = {}, request: object = {}) {
    const { challengeId, options } = (await this.rest('POST', '/sign-in/begin', request)).body;
    return { challengeId, answer: await this.authenticator.get(options, overrides) };
  }

  /** Signs in with a passkey from begin to finish. */
  async signIn(overrides: Overrides = {}, request: object = {}): Promise<Answer> {
    return this.rest('POST', '/sign-in/finish', await this.answerSignIn(overrides, request));
  }

  #store(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    if (attributes.some((attribute) => /^max-age=0$/i.test(attribute)))
      this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

interface SsojetRequest {
  query?: Record<string, string | undefined>;
  body?: unknown;
  headers?: Record<string, string | undefined>;
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

/** Defines tests on PGlite, and on PostgreSQL too where `DATABASE_URL` names one. */
export function onEachDatabase(define: (backend: Backend, driver: string) => void): void {
  const drivers = { PGlite: pglite, ...(process.env.DATABASE_URL && { PostgreSQL: postgres }) };
  for (const [name, open] of Object.entries(drivers)) {
    describe(`on ${name}`, () => {
      const backend = new Backend();
      before(() => backend.open(open));
      beforeEach(() => backend.reset());
      after(() => backend.close());
      define(backend, name);
    });
  }
}

/** Fails unless an answer is a refusal with this status and code, which repeats nothing it was sent. */
export function assertRefused(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body?.error?.code], [status, code], answer.text);
}

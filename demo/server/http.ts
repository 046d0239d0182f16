import type { Context, MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Core } from './core/core.ts';
import { Refusal } from './core/errors.ts';
import { networkOf } from './core/networks.ts';
import { policy } from './core/policy.ts';
import { countTry } from './core/tries.ts';

/** What the host of the app tells it about a request, beside the request. */
export interface AppEnv {
  Bindings: {
    /** Takes the cookies where a browser would drop them: behind a service worker. */
    onSetCookie?: (line: string) => void;
    /** Address of the other end of the connection. */
    address?: string;
  };
}

export type AppContext = Context<AppEnv>;

/** Settings of the HTTP side that all dialects share. */
export interface HttpSettings {
  readonly secureCookies: boolean;
  readonly triesPerMinute: number;
  /** Number of proxies in front whose `X-Forwarded-For` entry is believed. */
  readonly trustedProxies: number;
}

/** Hands cookies to the host of the app when it asks for them. */
export const bridgeCookies: MiddlewareHandler<AppEnv> = async (c, next) => {
  const onSetCookie = c.env?.onSetCookie;
  if (onSetCookie) {
    const setHeader = c.header;
    c.header = (name, value, options) => {
      if (value && /^set-cookie$/i.test(name)) onSetCookie(value);
      return setHeader(name, value, options);
    };
  }
  await next();
};

/** Keeps every answer out of caches. */
export const noStore: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.header('Cache-Control', 'no-store');
  await next();
};

/** What a dialect allows pages of other origins. */
export interface CrossOriginRules {
  readonly methods: string;
  readonly headers: string;
  readonly credentials: boolean;
}

/** Lets allowed origins in, one by one and never by a wildcard, and answers their preflights. */
export const crossOrigin =
  (core: Core, rules: CrossOriginRules): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    c.header('Vary', 'Origin');
    const origin = c.req.header('origin');
    const allowed = core.originAllowed(origin);
    if (allowed) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Expose-Headers', 'Date, Retry-After');
      if (rules.credentials) c.header('Access-Control-Allow-Credentials', 'true');
    }
    if (c.req.method !== 'OPTIONS') return next();
    if (!allowed) throw new Refusal('forbidden', 'This origin is not allowed.');
    c.header('Access-Control-Allow-Methods', rules.methods);
    c.header('Access-Control-Allow-Headers', rules.headers);
    c.header('Access-Control-Max-Age', '600');
    return c.body(null, 204);
  };

/** Refuses a request that changes something unless a page of an allowed origin made it. */
export const requireAllowedOrigin =
  (core: Core): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const harmless = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!harmless && !core.originAllowed(c.req.header('origin'))) {
      throw new Refusal('forbidden', 'This origin is not allowed.', {
        reason: c.req.header('origin') ?? 'no origin',
      });
    }
    await next();
  };

/** Logs a refusal, and tells the sender when to come back where that is known. */
export function noteRefusal(
  core: Core,
  c: AppContext,
  refusal: Refusal,
  {
    dialect,
    status = refusal.status,
    path = c.req.path,
  }: { readonly dialect: string; readonly status?: number; readonly path?: string },
): void {
  const { code, reason, retryAfter } = refusal;
  core.log({ event: 'refused', dialect, method: c.req.method, path, status, code, reason });
  if (retryAfter) c.header('Retry-After', String(retryAfter));
}

/** The last route of a dialect. */
export function nothingHere(): never {
  throw new Refusal('not-found', 'There is nothing at this address.');
}

/** Counts a try of this browser and of this address; many IPv6 addresses are one customer. */
export async function limitTries(
  core: Core,
  c: AppContext,
  settings: HttpSettings,
  browser = '',
): Promise<void> {
  const allowance = { ...policy.tries, limit: settings.triesPerMinute };
  // The address first: a visitor may call itself a new browser each time, and each one is a row.
  await countTry(core, `address:${networkOf(clientAddress(c, settings))}`, allowance);
  if (browser) await countTry(core, `browser:${browser}`, allowance);
}

/** Where a request comes from, `unknown` where the host of the app does not say. */
export function clientAddress(c: AppContext, { trustedProxies }: HttpSettings): string {
  const forwarded = trustedProxies > 0 ? (c.req.header('x-forwarded-for') ?? '').split(',') : [];
  const told = withoutPort(forwarded.at(-trustedProxies)?.trim() ?? '');
  return (told || c.env?.address || 'unknown').slice(0, 64);
}

/** Some proxies also tell the port, which is another one for each connection. */
const withoutPort = (address: string): string =>
  address.replace(/^([\d.]+):\d+$/, '$1').replace(/^\[([\da-f:.]+)\](:\d+)?$/i, '$1');

/** Refuses a body that is not announced as JSON: such a request needs no page's leave to be sent. */
export function requireJson(c: AppContext): void {
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal('invalid-input', 'Send JSON as application/json.', { status: 415 });
  }
}

/** The JSON body of a request, checked against a schema. */
export async function readJson<const Schema extends v.GenericSchema>(
  c: AppContext,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  requireJson(c);
  const body = parseJson(await readText(c.req.raw));
  if (Array.isArray(body)) throw new Refusal('invalid-input', 'The body is not an object.');
  return parse(schema, body);
}

/**
 * A value checked against a schema. What is wrong goes to the log, not to the sender; what was sent goes
 * to neither, for it may be a code with a blank in it.
 */
export function parse<const Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Refusal('invalid-input', 'The request does not have the expected members.', {
    reason: `${v.getDotPath(issue) ?? 'body'}: expected ${issue.expected ?? issue.type}`,
  });
}

/** The value of a JSON text. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, (key, member: unknown) => {
      // Every object has this member, so that no schema would notice it as unknown.
      if (key === '__proto__') throw new SyntaxError(key);
      return member;
    });
    if (isDeeper(value, policy.maxBodyDepth)) throw new SyntaxError('too deep');
    return value;
  } catch {
    throw new Refusal('invalid-input', 'The body is not JSON.');
  }
}

/** Whether a value has more levels; some are answered with what was sent, which must not fail half-way. */
const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1)));

async function readText(request: Request): Promise<string> {
  const tooLarge = () =>
    new Refusal('invalid-input', 'The body is larger than 64 kB.', { status: 413 });
  if (Number(request.headers.get('content-length')) > policy.maxBodyBytes) throw tooLarge();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  try {
    for await (const chunk of chunks(request)) {
      size += chunk.byteLength;
      if (size > policy.maxBodyBytes) throw tooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('invalid-input', 'The body could not be read.');
  }
}

async function* chunks(request: Request): AsyncGenerator<Uint8Array> {
  // Firefox keeps the stream of a request's body from scripts.
  if (!request.body) return yield new Uint8Array(await request.arrayBuffer());
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // What is left unread is not wanted; a body cut off by the sender has nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}

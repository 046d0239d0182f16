import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as v from 'valibot';
import { Refusal } from '../core/errors.ts';

/** A server that has a secret key for us, which no page may see. */
export interface Upstream {
  readonly endpoint: string;
  /** Carries the key; goes with the requests that need it and no others. */
  readonly key: Readonly<Record<string, string>>;
  /** How to reach the server, where not by the network. */
  readonly fetch?: ((request: Request) => Response | Promise<Response>) | undefined;
}

interface Question {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** The page's own origin, for what a page could have asked itself. */
  readonly origin?: string | undefined;
}

/** What the other server says no to: the page gets it word for word, and when to come back. */
export class UpstreamRefusal extends Refusal {
  readonly answer: object;
  readonly answerStatus: ContentfulStatusCode;

  constructor(answer: object, status: ContentfulStatusCode, retryAfter: number) {
    const reason = JSON.stringify(answer);
    super(codeOf(status), 'The other server said no.', { reason, retryAfter });
    this.answer = answer;
    this.answerStatus = status;
  }
}

const patience = 8000;

/** Asks what anybody may ask, without the key. */
export const askOpenly = (upstream: Upstream, question: Question): Promise<unknown> =>
  ask(upstream, question, {});

/** Asks with the key. That it is refused is our own fault, and never the person's. */
export const askWithKey = (upstream: Upstream, question: Question): Promise<unknown> =>
  ask(upstream, question, upstream.key);

/** What the other server said, in the expected shape; any other is its own fault, not the person's. */
export function expect<const Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, answer, { abortEarly: true });
  if (result.success) return result.output;
  throw unavailable(`unexpected answer: ${v.getDotPath(result.issues[0]) ?? 'body'}`);
}

async function ask(
  { endpoint, fetch: send = fetch }: Upstream,
  { method = 'POST', path, body, origin }: Question,
  key: Readonly<Record<string, string>>,
): Promise<unknown> {
  const headers = new Headers({ accept: 'application/json', ...key });
  if (origin) headers.set('origin', origin);
  if (body !== undefined) headers.set('content-type', 'application/json');
  const text = body === undefined ? null : JSON.stringify(body);
  const signal = AbortSignal.timeout(patience);
  const redirect = 'error'; // fetch would take a key along to any other host
  const request = new Request(endpoint + path, { method, headers, body: text, signal, redirect });
  const { status, ok, json, retryAfter } = await exchange(() => send(request));
  const withKey = Object.keys(key).length > 0;
  if (status >= 500 || (withKey && (status === 401 || status === 403)))
    throw unavailable(`status ${status}`);
  if (ok) return json;
  if (typeof json !== 'object' || json === null) throw unavailable(`status ${status}, no JSON`);
  throw new UpstreamRefusal(json, status as ContentfulStatusCode, retryAfter);
}

async function exchange(send: () => Response | Promise<Response>) {
  try {
    const answer = await send();
    const text = await answer.text();
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    const retryAfter = parseInt(answer.headers.get('retry-after') ?? '0'); // a date is none
    return { status: answer.status, ok: answer.ok, json, retryAfter };
  } catch (cause) {
    throw unavailable(String(cause));
  }
}

const unavailable = (reason: string) =>
  new Refusal('server-error', 'The service is unavailable for a moment.', { reason });

const codeOf = (status: number) =>
  status === 404 ? 'not-found' : status === 429 ? 'rate-limited' : 'verification-failed';

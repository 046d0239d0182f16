import type { BackendTraits, PasskeyBackend } from '../core/backend.js';
import {
  hint,
  PasskeyError,
  type PasskeyErrorCode,
  type PasskeyErrorDetails,
} from '../core/errors.js';
import { bare } from '../core/bare.js';
import { orAborted } from '../core/waiting.js';
import { readBaseUrl } from './base-url.js';
import { readAnswer, receive } from './http-answer.js';
import { requestOf, shownPath, urlOf } from './http-request.js';

/** What a site may set for any backend that speaks HTTP. */
export interface HttpSettings {
  /** Public id of the application at the backend. */
  readonly clientId?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** Whether cookies travel; to another origin only with `include`. */
  readonly credentials?: RequestCredentials | undefined;
  /** The signed-in person's access token, asked for before each request that needs it. */
  readonly accessToken?: (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Headers to add to a request, such as a CSRF token. */
  readonly headers?:
    | ((request: {
        readonly method: string;
        readonly url: string;
      }) => HeadersInit | undefined | Promise<HeadersInit | undefined>)
    | undefined;
  /** A `fetch` of the site's own. */
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds for one operation, answer body included. */
  readonly timeLimit?: number | undefined;
}

/** One operation on the wire: where to call, what to send, how to read the answer. */
export type HttpRow<Input = object, Output = unknown> = {
  /** `POST` unless it says otherwise. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL; every part that is not constant goes through `encodeURIComponent`. */
  readonly path: string | ((input: Input) => string);
  /** What is undefined is left out. */
  readonly query?: (input: Input) => Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** May be a promise, where the site's own server has a say first. */
  readonly body?: (input: Input) => unknown;
  /** The backend's code, or the status of an answer without one → ours, before the table's `errors`. */
  readonly errors?: ErrorCodes | ((input: Input) => ErrorCodes | Promise<ErrorCodes>);
  /** Needs the access token. */
  readonly bearer?: boolean;
  /** Goes without the client id header. */
  readonly withoutClientId?: boolean;
  /** Repeating the very same request does no harm, so a lost answer is fetched once more. */
  readonly idempotent?: boolean;
} & (undefined extends Output
  ? { readonly read?: Reader<Input, Output> }
  : { readonly read: Reader<Input, Output> });

/** Checks foreign JSON (`undefined` for an empty body) and returns it in our types, or throws. */
type Reader<Input, Output> = (
  json: unknown,
  input: Input,
  headers: Headers,
) => Output | Promise<Output>;

type ErrorCodes = Readonly<Record<string, PasskeyErrorCode>>;

type RowOf<Operation> = Operation extends (signal: AbortSignal) => Promise<infer Output>
  ? HttpRow<void, Output>
  : Operation extends (input: infer Input, signal: AbortSignal) => Promise<infer Output>
    ? HttpRow<Input, Output>
    : never;

/** A row for each operation of a group. */
export type RowsOf<Operations> = {
  readonly [Name in keyof Operations]: RowOf<NonNullable<Operations[Name]>>;
};

/** A backend as a table: grouped as `PasskeyBackend`, a row for each operation it has. */
export interface HttpTable {
  readonly name: string;
  readonly traits?: Partial<BackendTraits>;
  /** Where the backend is, unless the site says otherwise. */
  readonly baseUrl: string;
  /** `same-origin` unless it says otherwise. */
  readonly credentials?: RequestCredentials;
  /** Header for the client id, where the backend takes one. */
  readonly clientIdHeader?: string;
  readonly needsClientId?: boolean;
  /** Goes with every request, beside what the row adds. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Finds the fault in any answer, also a successful one; `undefined` if it tells of none. */
  readonly readFault?: (json: unknown, method: string) => { code?: string | number } | undefined;
  /** The backend's code → ours; `as-is` where the backend uses our words. */
  readonly errors?: ErrorCodes | 'as-is';
  readonly signIn: RowsOf<PasskeyBackend['signIn']>;
  readonly registration?: RowsOf<NonNullable<PasskeyBackend['registration']>>;
  readonly status?: RowOf<NonNullable<PasskeyBackend['status']>>;
  readonly codes?: RowsOf<NonNullable<PasskeyBackend['codes']>>;
  readonly passkeys?: RowsOf<NonNullable<PasskeyBackend['passkeys']>>;
  readonly signOut?: RowOf<NonNullable<PasskeyBackend['signOut']>>;
}

/** Makes a factory of backends from a table, or from a function of the settings that returns one. */
export function defineHttpBackend<Settings extends HttpSettings = HttpSettings>(
  define: HttpTable | ((settings: Settings) => HttpTable),
): (settings?: Settings) => PasskeyBackend {
  return (given) => {
    const settings = bare<Settings>(given);
    const table = bare<HttpTable>(typeof define === 'function' ? define(settings) : define);
    if (table.needsClientId && !settings.clientId) {
      throw new PasskeyError('invalid-config', hint`client-id is missing; ${table.name} needs it.`);
    }
    const site = { settings, table, base: readBaseUrl(settings.baseUrl || table.baseUrl) };
    const { name, traits, signIn, registration, status, codes, passkeys, signOut } = table;

    const operationsOf = (rows: object, group = ''): object =>
      Object.fromEntries(
        Object.entries(rows)
          .filter(([, row]) => row)
          .map(([key, row]) => [
            key,
            Object.hasOwn(row, 'path')
              ? operation(site, bare<HttpRow>(row), group + key)
              : operationsOf(row, `${key}.`),
          ]),
      );
    const operations = operationsOf({ signIn, registration, status, codes, passkeys, signOut });
    return { name, traits, ...operations } as PasskeyBackend;
  };
}

/** What every request of one backend shares. */
export interface HttpSite {
  readonly base: URL;
  readonly settings: HttpSettings;
  readonly table: HttpTable;
}

/** These change what the server keeps, so a lost answer leaves the outcome open. */
const changing = /registration\.finish|rename|remove|restore/;

function operation(site: HttpSite, row: HttpRow, name: string) {
  const { settings } = site;
  const method = row.method ?? 'POST';
  const repeatable = row.idempotent || method === 'GET' || name.endsWith('begin');

  return async (...parameters: unknown[]): Promise<unknown> => {
    const signal = parameters.at(-1) as AbortSignal;
    const input = bare<object>(parameters.length > 1 ? (parameters[0] as object) : undefined);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(settings.timeLimit ?? 10_000)]);
    let label = `${method} ${name}`;
    let sent = false;

    const run = async () => {
      limit.throwIfAborted();
      const url = urlOf(site, row, input);
      label = hint`${method} ${shownPath(url, input)}` || label;
      const request = await requestOf(site, row, { method, url, input, signal: limit });
      const exchange = async () => receive(await (settings.fetch ?? fetch)(url.href, request));
      limit.throwIfAborted(); // one of the site's callbacks may have answered late
      sent = true;
      const answer = await exchange().catch((lost: unknown) => {
        if (!repeatable || limit.aborted || lost instanceof PasskeyError) throw lost;
        return exchange();
      });
      return readAnswer(answer, { table: site.table, row, name, method, input });
    };
    const failure = (code: PasskeyErrorCode, details?: PasskeyErrorDetails, text = '') =>
      new PasskeyError(code, `${label}: ${text}`, details);

    try {
      return await orAborted(run(), limit);
    } catch (cause) {
      const open = sent && changing.test(name) && 'outcome-unknown';
      if (cause instanceof PasskeyError) {
        const { code, message } = cause;
        throw failure((code === 'not-loaded' && open) || code, cause, message);
      }
      if (signal.aborted) throw failure('aborted', { cause }, hint`given up`);
      if (limit.aborted) throw failure(open || 'timeout', { cause }, hint`no whole answer in time`);
      if (sent) {
        const text = hint`no answer. If the server is up, it may not let ${globalThis.location?.origin} call it (CORS), or it redirects.`;
        throw failure(open || 'network', { cause }, text);
      }
      // No cause here: some engines quote the header they refuse, and that may be the token.
      throw failure('invalid-input', {}, hint`not sent, an id or a header is no usable text`);
    }
  };
}

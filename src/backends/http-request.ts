import { hint, PasskeyError, type PasskeyErrorCode } from '../core/errors.js';
import { bare } from '../core/bare.js';
import type { HttpRow, HttpSite } from './http.js';

/** Where a row's request goes. */
export function urlOf({ base, table }: HttpSite, row: HttpRow, input: object): URL {
  const path = typeof row.path === 'function' ? row.path(input) : row.path;
  if (/\/\.\.?(\/|$)/.test(path)) throw new PasskeyError('invalid-input', hint`not sent, odd id`);
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, '') + path;
  for (const [key, value] of Object.entries({ ...row.query?.(input), ...table.query })) {
    if (value !== undefined) url.searchParams.set(key, value);
  }
  return url;
}

/** The path as messages show it: without the id. */
export function shownPath(url: URL, { id }: { readonly id?: string }): string {
  return id ? url.pathname.replace(encodeURIComponent(id), '{id}') : url.pathname;
}

interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly input: object;
  readonly signal: AbortSignal;
}

/** What `fetch` gets; it has no prototype, so a polluted `Object.prototype` adds nothing to it. */
export async function requestOf(
  site: HttpSite,
  row: HttpRow,
  { method, url, input, signal }: Outgoing,
): Promise<RequestInit> {
  const body =
    row.body && JSON.stringify(await ask('unknown', () => row.body?.(input), hint`body`));
  const headers = await headersOf(site, row, { method, url: url.href });
  if (body) headers.set('Content-Type', 'application/json');
  return bare<RequestInit>({
    method,
    headers,
    body,
    credentials: site.settings.credentials || site.table.credentials || 'same-origin',
    cache: 'no-store',
    redirect: 'manual', // so that it is seen, and not followed
    signal,
  });
}

async function headersOf(
  { settings, table }: HttpSite,
  row: HttpRow,
  request: { readonly method: string; readonly url: string },
): Promise<Headers> {
  const headers = new Headers(row.headers);
  headers.set('Accept', 'application/json');
  if (table.clientIdHeader && settings.clientId && !row.withoutClientId) {
    headers.set(table.clientIdHeader, settings.clientId);
  }
  if (row.bearer) {
    const token = await ask('unauthorized', () => settings.accessToken?.(), hint`accessToken`);
    if (token) headers.set('Authorization', `Bearer ${token}`);
  }
  const added = await ask('unknown', () => settings.headers?.(request), hint`headers`);
  new Headers(added ?? undefined).forEach((value, name) => headers.set(name, value));
  if (row.bearer && !headers.has('Authorization')) {
    throw new PasskeyError('unauthorized', hint`not sent, there is no access token`);
  }
  return headers;
}

/** Asks one of the site's callbacks. */
async function ask<T>(code: PasskeyErrorCode, callback: () => T, name = '') {
  try {
    return await callback();
  } catch (cause) {
    if (cause instanceof PasskeyError) throw cause;
    throw new PasskeyError(code, hint`not sent, the ${name} callback failed`, { cause });
  }
}

import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { hash, newSecret } from './core/encoding.ts';
import { policy } from './core/policy.ts';
import type { AppContext } from './http.ts';

/** What keeps a cookie of ours from scripts, and from requests that other sites make. */
export const cookieAttributes = (secure: boolean) =>
  ({ httpOnly: true, sameSite: 'Lax', path: '/', secure }) as const;

/** With a prefix that makes browsers refuse the cookie from anyone but this very host, over https only. */
export const cookieName = (name: string, secure: boolean) => (secure ? `__Host-${name}` : name);

const sessionCookie = (secure: boolean) => cookieName('passkey-session', secure);
const browserCookie = (secure: boolean) => cookieName('passkey-browser', secure);

const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** The secret of the session, as the browser sent it. */
export const readSessionCookie = (c: AppContext, secure: boolean): string | undefined =>
  getCookie(c, sessionCookie(secure));

/** Gives the browser the secret of a session. */
export function writeSessionCookie(c: AppContext, secure: boolean, token: string): void {
  const maxAge = policy.cookieSessionLifetime / 1000;
  setCookie(c, sessionCookie(secure), token, { ...cookieAttributes(secure), maxAge });
}

/** Takes the secret of the session away from the browser. */
export const clearSessionCookie = (c: AppContext, secure: boolean): void => {
  deleteCookie(c, sessionCookie(secure), cookieAttributes(secure));
};

/** The hash that stands for this browser, empty when it has no browser cookie yet. */
export async function readBrowser(c: AppContext, secure: boolean): Promise<string> {
  const cookie = getCookie(c, browserCookie(secure));
  return cookie && secretForm.test(cookie) ? hash(cookie) : '';
}

/** The hash that stands for this browser, which gets a browser cookie if it has none. */
export async function ensureBrowser(c: AppContext, secure: boolean): Promise<string> {
  const known = await readBrowser(c, secure);
  if (known) return known;
  const cookie = newSecret();
  setCookie(c, browserCookie(secure), cookie, cookieAttributes(secure));
  return hash(cookie);
}

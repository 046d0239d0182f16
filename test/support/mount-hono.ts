import type { Hono } from 'hono';
import { http, type RequestHandler } from 'msw';
import type { AppEnv } from '../../demo/server/http.ts';

/** A server behind msw, with the cookie jar that the service worker takes from it. */
export interface MountedServer {
  readonly handlers: RequestHandler[];
  /** What a browser does when someone clears its cookies. */
  forgetCookies(): void;
  /** The cookies now, for tests about them. */
  readonly cookies: ReadonlyMap<string, string>;
}

/**
 * Puts a Hono app behind msw. Browsers drop cookies from synthetic requests and answers, and a service
 * worker never sees `Origin`; both come back here.
 */
export function mountHono(
  app: Hono<AppEnv>,
  path = '/api/*',
  origin = location.origin,
): MountedServer {
  const jar = new Map<string, string>();
  const onSetCookie = (line: string) => {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    if (attributes.some(isOver)) jar.delete(pair.slice(0, at));
    else jar.set(pair.slice(0, at), pair.slice(at + 1));
    if (!attributes.some((attribute) => /^httponly$/i.test(attribute))) document.cookie = line;
  };
  const handler = http.all(path, ({ request }) => {
    const headers = new Headers(request.headers);
    if (request.method !== 'GET') headers.set('origin', origin);
    if (jar.size > 0)
      headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    return app.fetch(withHeaders(request, headers), { onSetCookie });
  });
  return { handlers: [handler], forgetCookies: () => jar.clear(), cookies: jar };
}

const isOver = (attribute: string) =>
  /^max-age=0$/i.test(attribute) ||
  (/^expires=/i.test(attribute) && Date.parse(attribute.slice('expires='.length)) < Date.now());

// `new Request` would drop the forbidden headers again, so the headers are laid over the real request.
const withHeaders = (request: Request, headers: Headers): Request =>
  new Proxy(request, {
    get(target, key) {
      if (key === 'headers') return headers;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

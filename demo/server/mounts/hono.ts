import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Hono } from 'hono';
import type { AppEnv } from '../http.ts';

/** Mounts the backend in a Hono site on Node, below `/auth`. */
export function mountInHono(site: Hono<AppEnv>, backend: Hono<AppEnv>): void {
  site.use<'/auth/*', { Bindings: HttpBindings }>('/auth/*', (c, next) => {
    Object.assign(c.env, { address: getConnInfo(c).remote.address });
    return next();
  });
  site.route('/auth', backend);
}

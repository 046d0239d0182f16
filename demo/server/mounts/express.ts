import type { Express } from 'express';
import type { Hono } from 'hono';
import type { AppEnv } from '../http.ts';
import { toNodeListener } from '../node-listener.ts';

/** Mounts the backend in an Express 5 site, below `/auth`; before or after its body parsers. */
export function mountInExpress(site: Express, backend: Hono<AppEnv>): void {
  site.use('/auth', toNodeListener(backend));
}

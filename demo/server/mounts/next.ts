import { Hono } from 'hono';
import type { AppEnv } from '../http.ts';

/** Makes the methods that `app/auth/[...path]/route.ts` of a Next.js site exports. */
export function createRouteHandlers(backend: Hono<AppEnv>) {
  const site = new Hono<AppEnv>().route('/auth', backend);
  const answer = (request: Request) => site.fetch(request);
  return { GET: answer, POST: answer, PUT: answer, PATCH: answer, DELETE: answer, OPTIONS: answer };
}

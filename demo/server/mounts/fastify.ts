import type { FastifyInstance } from 'fastify';
import { Hono } from 'hono';
import type { AppEnv } from '../http.ts';

/** Mounts the backend in a Fastify 5 site, below `/auth`, with the hooks of the site. */
export const mountInFastify = (site: FastifyInstance, backend: Hono<AppEnv>) =>
  site.register(async (scope) => {
    const app = new Hono<AppEnv>().route('/auth', backend);
    scope.removeAllContentTypeParsers(); // the backend reads and checks the text itself
    scope.addContentTypeParser('*', { parseAs: 'string' }, async (_: object, text: string) => text);
    scope.all<{ Body?: string }>('/auth/*', ({ method, url, headers, body, ip }) => {
      const init = { method, headers: headers as Record<string, string>, body: body ?? null };
      return app.fetch(new Request(`http://localhost${url}`, init), { address: ip });
    });
  });

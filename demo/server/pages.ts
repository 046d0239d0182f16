import { existsSync } from 'node:fs';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import type { AppEnv } from './http.ts';

const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: https:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const guardPages: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.header('Content-Security-Policy', contentSecurityPolicy);
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'strict-origin-when-cross-origin');
  await next();
};

/** The built demo page, and the script that other pages may take by one tag. */
export function createPages({ folder, script }: { folder: string; script: string }): Hono<AppEnv> {
  const pages = new Hono<AppEnv>();
  pages.use(guardPages);
  if (existsSync(script)) {
    pages.use('/passkey-elements.min.js', async (c, next) => {
      c.header('Access-Control-Allow-Origin', '*');
      await next();
    });
    pages.get('/passkey-elements.min.js', serveStatic({ path: script }));
  }
  if (existsSync(folder)) pages.get('*', serveStatic({ root: folder }));
  pages.get('/', (c) => c.text('The demo page has not been built: run "npm run build".', 404));
  pages.all('*', (c) => c.text('There is nothing at this address.', 404));
  return pages;
}

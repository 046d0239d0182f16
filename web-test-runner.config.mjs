import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromeLauncher } from '@web/test-runner-chrome';
import { chromeArgs, chromePath } from './test/support/chrome.mjs';
import { firefoxLauncher } from './test/support/firefox-launcher.mjs';
import { pgliteFilesPath } from './test/support/memory-database.ts';
import { pgliteFiles } from './test/support/pglite-files.ts';
import { viteFiles } from './test/support/vite-files.mjs';
import { webauthnCommand } from './test/support/webauthn-command.mjs';
import { webkitLauncher } from './test/support/webkit-launcher.mjs';

const launchers = {
  async chrome() {
    const launchOptions = { executablePath: await chromePath(), args: chromeArgs };
    // A background window may not start a ceremony, hence one page at a time.
    return chromeLauncher({ concurrency: 1, launchOptions });
  },
  firefox: firefoxLauncher,
  webkit: webkitLauncher,
};

const browsers = (process.env.BROWSERS ?? 'chrome').split(',').map((name) => {
  const launch = launchers[name];
  if (!launch) throw new Error(`BROWSERS: ${name} is none of ${Object.keys(launchers)}`);
  return launch();
});

const vite = await viteFiles({
  include: [
    'lit',
    'lit/async-directive.js',
    'lit/directive.js',
    'lit/directive-helpers.js',
    'lit/directives/*.js',
    'lit/static-html.js',
    '@simplewebauthn/browser',
    '@simplewebauthn/server',
    '@simplewebauthn/server/helpers',
    'valibot',
    'uqr',
    'qr/decode.js',
    '@open-wc/testing',
    'axe-core',
    'chai-a11y-axe',
    'fast-check',
    'msw',
    'msw/browser',
    'ajv',
    'ajv/dist/2020.js',
    'ajv-formats',
    'yaml',
    'react',
    'react-dom',
    'react-dom/client',
    'react-dom/server.browser',
    'hono',
    'hono/body-limit',
    'hono/cookie',
    'hono/cors',
    'hono/csrf',
    'hono/factory',
    'hono/http-exception',
    'hono/secure-headers',
    'kysely',
    'kysely/migration',
  ],
  exclude: ['@electric-sql/pglite', '@web/test-runner-commands'],
});

export default {
  rootDir: '.',
  hostname: 'localhost', // WebAuthn refuses an IP address
  files: ['test/**/*.test.ts', '!test/{server,package,e2e,bench}/**'],
  browsers: await Promise.all(browsers),
  middleware: [emptyPGlite, vite.middleware],
  plugins: [mswWorker(), webauthnCommand(), vite.plugin],
  testFramework: { config: { timeout: 10_000 } },
  coverageConfig: { include: ['src/**/*.ts'], reportDir: 'coverage' },
  filterBrowserLogs: ({ args }) => !String(args[0]).includes('Lit is in dev mode'),
};

async function emptyPGlite(context, next) {
  if (context.path !== pgliteFilesPath) return next();
  context.body = await pgliteFiles();
}

function mswWorker() {
  const body = readFileSync(fileURLToPath(import.meta.resolve('msw/mockServiceWorker.js')), 'utf8');
  return {
    name: 'msw-worker',
    serve: ({ path }) => (path === '/mockServiceWorker.js' ? { body, type: 'js' } : undefined),
  };
}

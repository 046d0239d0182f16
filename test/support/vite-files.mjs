import { createServer } from 'vite';
import { packageVersion } from '../../vite.config.ts';

/**
 * Vite as the file server of the test runner: it transforms and serves every file, while the
 * runner keeps its own pages.
 */
export async function viteFiles({ include, exclude }) {
  const vite = await createServer({
    configFile: false,
    appType: 'custom',
    clearScreen: false,
    logLevel: 'warn',
    cacheDir: 'node_modules/.cache/vite-tests',
    publicDir: false,
    plugins: [packageVersion(), runnerUrls(), nothingLost()],
    resolve: { tsconfigPaths: true },
    oxc: { target: 'es2022' }, // `await using` is a syntax error in WebKit
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    // Without discovery a missing name shows at once, instead of reloading pages in mid-run.
    optimizeDeps: { noDiscovery: true, include, exclude },
  });
  return {
    middleware: serveWith(vite),
    plugin: { name: 'vite-files', serverStop: () => vite.close() },
  };
}

const belongsToRunner = (path) =>
  path === '/' || path.startsWith('/__web-') || path === '/mockServiceWorker.js';

/** Begins each file of tests with what fails them for a rejection that nobody caught. */
function nothingLost() {
  return {
    name: 'nothing-lost',
    enforce: 'pre',
    transform: (code, id) =>
      /\.test\.ts(\?|$)/.test(id) ? `import '/test/support/nothing-lost.ts'; ${code}` : null,
  };
}

/** Leaves imports of the runner's own modules as they are. */
function runnerUrls() {
  return {
    name: 'runner-urls',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith('/__web-') ? { id, external: true } : null),
  };
}

/** A middleware, because the runner's static files come before any plugin and would answer raw. */
function serveWith(vite) {
  return (context, next) => {
    if (belongsToRunner(context.path)) return next();
    return new Promise((resolve, reject) => {
      context.respond = false;
      context.res.statusCode = 200;
      context.res.once('close', resolve);
      vite.middlewares(context.req, context.res, (error) => {
        if (error) return reject(error);
        context.respond = true;
        context.res.statusCode = 404;
        resolve(next());
      });
    });
  };
}

import { Hono } from 'hono';
import type { Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';
import { bundle } from './bundle.ts';
import { ReferenceSite } from './reference-site.ts';
import { renderOnServer } from './render-page.ts';

/** A site whose server renders the elements, with the reference backend at the same origin. */
export interface RenderedSite extends AsyncDisposable {
  readonly url: string;
  readonly people: ReferenceSite;
  /** Bodies of the classic forms that arrived. */
  readonly posts: URLSearchParams[];
}

const attributes = 'backend="rest" base-url="/api/passkeys"';

const fallback = `
  <label slot="username-label" for="email">E-mail</label>
  <input slot="username" id="email" name="email" type="email" form="password" required
    autocomplete="username webauthn" />
  <form slot="fallback" id="password" method="post" action="/password">
    <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
    <button>Sign in with the password</button>
  </form>`;

const elements = (lang: string) => `
  <passkey-login lang="${lang}" no-autofill ${attributes}>${fallback}</passkey-login>
  <p>Between</p>
  <passkey-manager lang="${lang}" ${attributes}></passkey-manager>`;

const german = `
  import { addLocale } from 'passkey-elements/index';
  import { de } from 'passkey-elements/locales/de';
  addLocale('de', de);`;

/** Modules of the page: what takes over and the words come before the elements. */
const scripts = {
  own: `import 'passkey-elements/hydrate'; ${german}
    await import('passkey-elements/define');`,
  lit: `import '@lit-labs/ssr-client/lit-element-hydrate-support.js';
    import 'passkey-elements/hydrate'; ${german}
    await import('passkey-elements/define');`,
};

const form = `
  import { fakeAuthenticator, fakeBackend } from 'passkey-elements/testing';
  import 'passkey-elements/form';
  import 'passkey-elements/login';
  Object.assign(window, { testing: { fakeAuthenticator, fakeBackend } });`;

/**
 * Serves `/plain` (the elements as they stand in a document), `/en` and `/de` (rendered) and
 * `/form/post` and `/form/get` on a free port; `?script=lit` takes over with Lit's own support.
 */
export async function serveRenderedSite(store: Database): Promise<RenderedSite> {
  const posts: URLSearchParams[] = [];
  const app = new Hono<AppEnv>();
  const people = Promise.withResolvers<ReferenceSite>();
  const files = new Map<string, string>();
  for (const [name, script] of Object.entries({ ...scripts, form })) {
    for (const [file, code] of await bundle(script)) files.set(`/${name}/${file}`, code);
  }
  const templates = { en: elements('en'), de: elements('de') };
  const rendered = renderOnServer(templates, german.replace('/index', ''));
  const pages = { ...rendered, plain: elements('en') };
  for (const [name, body] of Object.entries(pages)) {
    app.get(`/${name}`, (c) => {
      const script = c.req.query('script') ?? 'own';
      return c.html(`<!doctype html><html lang="en"><meta charset="utf-8" /><title>A site</title>
        <link rel="icon" href="data:," />
        <script type="module" src="/${script}/page.js"></script>
        ${body}</html>`);
    });
  }
  const forms = {
    post: `<form method="post" action="/password">`,
    get: `<form action="/get">`,
  };
  for (const [name, form] of Object.entries(forms)) {
    app.get(`/form/${name}`, (c) =>
      c.html(`<!doctype html><html lang="en"><meta charset="utf-8" /><title>A form</title>
        <link rel="icon" href="data:," /><script type="module" src="/form/page.js"></script>
        ${form}<passkey-login name="passkey" no-autofill ${attributes}></passkey-login>
        <input name="plan" value="small" /><button>Go on</button></form></html>`),
    );
  }
  app.post('/password', async (c) => {
    posts.push(new URLSearchParams(await c.req.text()));
    return c.html(
      '<!doctype html><html lang="en"><title>Done</title><link rel="icon" href="data:," />Done</html>',
    );
  });
  app.get('*', async (c, next) => {
    const code = files.get(c.req.path);
    return code ? c.body(code, 200, { 'Content-Type': 'text/javascript' }) : next();
  });
  app.all('*', async (c) => (await people.promise).fetch(c.req.raw, c.env));
  const { port, close } = await listen(app, 0);
  const url = `http://localhost:${port}`;
  people.resolve(new ReferenceSite(url, { store }));
  return { url, posts, people: await people.promise, [Symbol.asyncDispose]: close };
}

import type { Page, Route } from '@playwright/test';
import { Hono } from 'hono';
import type { SignInResult } from 'passkey-elements';
import type * as Testing from 'passkey-elements/testing';
import type { AppEnv } from '../../demo/server/http.ts';
import { listen } from '../../demo/server/listener.ts';
import { bundle } from '../support/bundle.ts';
import { expect, test as base } from '../support/e2e.ts';
import { ReferenceSite } from '../support/reference-site.ts';
import { renderOnServer } from '../support/render-page.ts';

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

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly people: ReferenceSite;
  /** Bodies of the classic forms that arrived. */
  readonly posts: URLSearchParams[];
}

const test = base.extend<object, { readonly site: Site }>({
  site: [
    async ({ database }, use) => {
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
      people.resolve(new ReferenceSite(url, { store: database }));
      await use({ url, posts, people: await people.promise, [Symbol.asyncDispose]: close });
      await close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

test.describe('with scripts off', () => {
  test.use({ javaScriptEnabled: false });

  for (const name of ['plain', 'en']) {
    test(`/${name}: the site’s own form is a form that works`, async ({ page, site }) => {
      await page.goto(`${site.url}/${name}`);
      await expect(page.getByRole('button')).toHaveText(['Sign in with the password']);
      await page.getByLabel('E-mail').fill('ada@example.com');
      await page.getByLabel('Password').fill('secret');
      await page.getByRole('button').click();
      await expect(page).toHaveTitle('Done');
      expect(Object.fromEntries(site.posts.pop()!)).toEqual({
        email: 'ada@example.com',
        password: 'secret',
      });
    });
  }
});

for (const name of ['en', 'de']) {
  for (const script of ['own', 'lit']) {
    test(`/${name}, “${script}”: the elements take over what the server sent, and nobody sees it`, async ({
      page,
      site,
      watch,
    }) => {
      watch.expectRefusal(/ 401 .*\/api\/passkeys\/passkeys$/);
      watch.expectErrors('unauthorized');
      const held = Promise.withResolvers<Route>();
      await page.route('**/page.js', (route) => held.resolve(route));
      await page.addInitScript(observe);
      await page.goto(`${site.url}/${name}?script=${script}`, { waitUntil: 'commit' });
      await page.getByLabel('E-mail').fill('ada@example');
      const login = page.locator('passkey-login');
      const before = await page.evaluate(() => server.look());
      expect(before.headings).toEqual(
        name === 'en'
          ? ['Sign in or create an account', 'Passkeys']
          : ['Anmelden oder Konto erstellen', 'Passkeys'],
      );

      await (await held.promise).continue();
      expect(await page.evaluate(() => server.after)).toEqual(before);
      await expect(page.locator('passkey-manager')).toContainText(/Sign in|Melde/);
      expect(await login.getByRole('heading').count()).toBe(1);
      await expect(page.getByLabel('E-mail')).toHaveValue('ada@example');
    });
  }
}

test('a person signs in where the server has rendered, and adds a passkey', async ({
  page,
  site,
  authenticator,
}) => {
  const identifier = await site.people.signIn(page);
  await page.goto(`${site.url}/en`);
  const manager = page.locator('passkey-manager');
  await authenticator.setPresence(true);
  await manager.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(manager.getByRole('listitem')).toHaveCount(1);
  await authenticator.setPresence(false);
  await page.evaluate(() => document.querySelector('passkey-login')!.signOut());
  await authenticator.setPresence(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed in.' })).toBeVisible();
  expect(await site.people.whoIs(page)).toBe(identifier);
});

test('a classic form posts how the sign-in ended; the session is in the cookie', async ({
  page,
  site,
  authenticator,
}) => {
  await site.people.signIn(page);
  await page.goto(`${site.url}/form/post`);
  await authenticator.setPresence(true);
  await page.evaluate(() => document.querySelector('passkey-login')!.register());
  await authenticator.setPresence(false);
  await page.evaluate(() => document.querySelector('passkey-login')!.signOut());
  await authenticator.setPresence(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed in.' })).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page).toHaveTitle('Done');
  expect(Object.fromEntries(site.posts.pop()!)).toMatchObject({
    passkey: 'session',
    plan: 'small',
  });
});

const kinds = [
  { kind: 'code', code: 'code-for-the-server' },
  { kind: 'tokens', accessToken: 'token-for-the-server' },
] as const;
for (const result of kinds) {
  const secret = 'code' in result ? result.code : result.accessToken;

  test(`a form posts ${result.kind} to the site’s server, where the page takes none itself`, async ({
    page,
    site,
  }) => {
    await page.goto(`${site.url}/form/post`);
    await signInWith(page, result);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page).toHaveTitle('Done');
    expect(site.posts.pop()!.get('passkey')).toBe(secret);

    await page.goto(`${site.url}/form/post`);
    await signInWith(page, result, { taken: true });
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page).toHaveTitle('Done');
    expect(site.posts.pop()!.get('passkey')).toBe(result.kind);
  });

  test(`a form that would put ${result.kind} into the address carries nothing`, async ({
    page,
    site,
  }) => {
    await page.goto(`${site.url}/form/get`);
    await signInWith(page, result);
    expect(await page.locator('input[name="passkey"]').count()).toBe(0);
  });
}

test('what was typed before a sign-in, and is not shown any more, does not hold the form up', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}/form/post`);
  const field = page.locator('passkey-login input[type="email"]');
  await field.fill('no address');
  await signInWith(page, { kind: 'session' });
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page).toHaveTitle('Done');
  expect(site.posts.pop()!.get('passkey')).toBe('session');

  await page.goto(`${site.url}/form/post`);
  await signInWith(page, { kind: 'session' });
  await page.evaluate(() => document.querySelector('passkey-login')!.signOut());
  await field.fill('an address of somebody else');
  await expect(field).toBeEditable();
});

/** A sign-in that ends so, without a passkey and without a server. */
async function signInWith(page: Page, result: SignInResult, { taken = false } = {}) {
  await page.evaluate(
    async ([result, taken]) => {
      const login = document.querySelector('passkey-login')!;
      const backend = testing.fakeBackend();
      login.backend = { ...backend, signIn: { ...backend.signIn, finish: async () => result } };
      testing.fakeAuthenticator();
      if (taken) login.receiveTokens = () => undefined;
      await login.updateComplete;
      await login.signIn();
    },
    [result, taken] as const,
  );
  await expect(page.getByRole('heading', { name: 'You are signed in.' })).toBeVisible();
}

interface Look {
  readonly headings: string[];
  readonly sameRoots: boolean;
  readonly places: string[];
  readonly shifts: number;
}

declare const testing: typeof Testing;
declare const server: { look(): Look; after: Promise<Look> };

/** Looks at a page that a server has rendered, now and right after its elements have rendered too. */
function observe(): void {
  const roots: (ShadowRoot | null)[] = [];
  let shifts = 0;
  new PerformanceObserver((list) => (shifts += list.getEntries().length)).observe({
    type: 'layout-shift',
    buffered: true,
  });
  const elements = () => [
    ...document.querySelectorAll<HTMLElement & { updateComplete?: Promise<unknown> }>(
      'passkey-login, passkey-manager',
    ),
  ];
  const within = (selector: string) =>
    elements().flatMap(({ shadowRoot }) => [...shadowRoot!.querySelectorAll(selector)]);
  const look = (): Look => {
    if (roots.length === 0) roots.push(...elements().map(({ shadowRoot }) => shadowRoot));
    return {
      headings: within('h2').map(({ textContent }) => textContent.trim()),
      sameRoots: elements().every(({ shadowRoot }, at) => shadowRoot && shadowRoot === roots[at]),
      places: [...within('h2, button, .divider'), ...document.querySelectorAll('p, input')].map(
        (node) => {
          const { x, y, width, height } = node.getBoundingClientRect();
          const { color, backgroundColor, font } = getComputedStyle(node);
          return [
            node.textContent.trim(),
            x,
            y,
            width,
            height,
            color,
            backgroundColor,
            font,
          ].join();
        },
      ),
      shifts,
    };
  };
  const after = customElements.whenDefined('passkey-manager').then(async () => {
    for (const { updateComplete } of elements()) await updateComplete;
    return look();
  });
  Object.assign(window, { server: { look, after } });
}

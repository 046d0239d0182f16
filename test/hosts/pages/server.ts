import { Hono } from 'hono';

/** A site whose server writes every page. Who is signed in, it learns from the cookie of the session. */
export function createPages(isSignedIn: (request: Request) => Promise<boolean>): Hono {
  return new Hono()
    .get('/', async (c) => ((await isSignedIn(c.req.raw)) ? c.redirect('/account') : c.html(entry)))
    .get('/account', async (c) =>
      (await isSignedIn(c.req.raw)) ? c.html(account) : c.redirect('/'),
    )
    .get('/about', (c) => c.html(about));
}

const entry = page(
  'Sign in',
  `<passkey-login backend="rest" success-url="/account">
    <h1 slot="header">Members’ entrance</h1>
    <a slot="fallback" href="/password">Sign in with a password</a>
  </passkey-login>`,
);

const account = page(
  'Account',
  `<p>Signed in</p>
  <form method="post" action="/sign-out"><button>Sign out</button></form>
  <passkey-manager backend="rest"></passkey-manager>`,
);

const about = page('About', '<h1>About us</h1>');

function page(title: string, content: string): string {
  return `<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <script src="/passkey-elements.min.js" defer></script>
      </head>
      <body>
        <nav><a href="/">Home</a> <a href="/about">About</a></nav>
        ${content}
      </body>
    </html>`;
}

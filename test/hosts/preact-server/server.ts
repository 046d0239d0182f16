/** What the server puts into the page, as `preact-render-to-string` writes it. */
export const html =
  '<button>Render again</button><output>0</output><button>Close</button>' +
  '<passkey-login backend="rest"><a slot="fallback" href="/password">Sign in with a password</a></passkey-login>';

import type { ReactiveController } from 'lit';
import { hint } from './core/errors.js';
import type { PasskeySignedInEvent } from './elements/events.js';
import { PasskeyLogin } from './elements/passkey-login.js';
import type { TokenResult } from './elements/passkey-element.js';
import { readMore, warn } from './elements/warn.js';

/** Lets the form around a `<passkey-login name="…">` post the outcome of a sign-in. */
class FormController implements ReactiveController {
  readonly #host: PasskeyLogin;
  /** Stays here until the form is sent. */
  #received: TokenResult | undefined;
  #input: HTMLInputElement | undefined;
  /** The field for the account name, while it is not shown: the form does not check it then. */
  #unchecked: HTMLInputElement | undefined;

  constructor(host: PasskeyLogin) {
    this.#host = host;
    host.addEventListener('passkey-signed-in', (event) => this.#carry(event));
  }

  /** The name may come later than the element. */
  hostUpdate(): void {
    // Where the site takes tokens itself, they go there and nowhere else.
    if (this.#host.hasAttribute('name'))
      this.#host.receiveTokens ??= (result) => {
        this.#received = result;
      };
  }

  /** Signed out, or with another backend: what was received is over. */
  hostUpdated(): void {
    if (this.#host['screen'] !== 'identify') return;
    this.#input?.remove();
    // A copy of the page, as Turbo keeps one, brings along what the element before had received.
    const name = CSS.escape(this.#host.getAttribute('name') ?? '');
    this.#host.querySelector(`:scope > input[type=hidden][name="${name}"]`)?.remove();
    if (this.#unchecked) this.#unchecked.readOnly = false;
    this.#unchecked = undefined;
  }

  #carry({ detail }: PasskeySignedInEvent): void {
    const name = this.#host.getAttribute('name');
    const form = this.#host.closest('form');
    const secret = secretOf(this.#received);
    this.#received = undefined;
    if (!name || !form) return;
    const { input } = this.#host['field'];
    if (!input.readOnly) {
      input.readOnly = true; // else what is no e-mail address would keep the form from being sent
      this.#unchecked = input;
    }
    // A field called “method” hides the property of that name.
    const method = form.getAttribute('method') ?? '';
    if (secret !== undefined && !/^post$/i.test(method)) {
      warn(
        hint`<passkey-login name>: a form with method="get" would put a token into the address. Use method="post". ${readMore('server-rendering.md#a-form-of-the-page-posts-the-outcome')}`,
      );
      return;
    }
    this.#input ??= document.createElement('input');
    Object.assign(this.#input, { type: 'hidden', name, value: secret ?? detail.kind });
    this.#host.append(this.#input);
  }
}

/** What the site's server is to get: the code to exchange, or the token. */
function secretOf(result: TokenResult | undefined): string | undefined {
  return result?.kind === 'code' ? result.code : result?.accessToken;
}

PasskeyLogin.addInitializer((element) => {
  element.addController(new FormController(element as PasskeyLogin));
});

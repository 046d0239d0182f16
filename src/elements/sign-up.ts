import { html, svg, type ReactiveController, type TemplateResult } from 'lit';
import { traitsOf, type PasskeyBackend, type Status } from '../core/backend.js';
import type { PasskeyError } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import { obstacle } from '../core/webauthn.js';
import { loginWords } from '../i18n/en/login.js';
import { signUpWords } from '../i18n/en/sign-up.js';
import type { LoginPart, Words } from './login-part.js';
import { button } from './parts/button.js';
import { heading } from './parts/heading.js';
import { icon } from './parts/icon.js';
import type { Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';
import type { PasskeyLogin } from './passkey-login.js';
import { PasskeyOffer } from './passkey-offer.js';
import { signUpStyles } from './sign-up.styles.js';

const mailIcon = icon(
  svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
);
const addIcon = icon(svg`<path d="M12 5v14M5 12h14"/>`);

/** The way in with an account name, for people with a passkey and newcomers: choose, prove the address. */
export class SignUp implements LoginPart, ReactiveController {
  /** What comes last, and what is there for people who are signed in. */
  readonly offer: PasskeyOffer;
  #step: 'choose' | 'code' = 'choose';
  #codeHandle = '';
  /** The account name that the screen, or a sign-in, is about, and the page's own word for it until then. */
  #about: { readonly name: string; readonly given: string } | undefined;
  readonly #element: PasskeyLogin;

  constructor(element: PasskeyLogin) {
    this.#element = element;
    element.addController(this);
    element['adopt'](signUpStyles);
    this.offer = new PasskeyOffer(element);
  }

  /** The page names somebody else: what is under way for the one before is over. */
  hostUpdate(): void {
    const about = this.#about;
    const same =
      about?.given === this.#element.identifier || about?.name === this.#element['field'].value;
    if (about && !same && this.#element['screen'] !== 'done') this.#leave();
  }

  /** Back to the account name; what is under way for this one is over. */
  readonly #leave = (): void => {
    this.#about = undefined;
    this.#element['flow'].cancel();
    this.#element['show']('identify');
  };

  left(): void {
    this.#about = undefined;
  }

  /** One way in for everybody: people with a passkey and people who are new here. */
  async continue(identifier: string): Promise<void> {
    const asked = this.#backend;
    const looksUp = this.#element.lookUp && asked?.status;
    const state = looksUp ? await this.#lookUp(identifier) : 'unknown';
    const backend = this.#backend;
    if (!state || !backend || backend !== asked) return;
    if (identifier !== this.#identifier) return; // typed over meanwhile
    const { codes } = backend;
    const known = state === 'registered';
    if (codes && (state === 'not-registered' || obstacle('get'))) await this.sendCode();
    else if (codes || (traitsOf(backend).signUp && !known)) {
      this.#go('choose'); // a newcomer who was sent to the prompt would be shown a QR code
      if (known) await this.#element.signIn(identifier); // whose passkey is lost can still choose
    } else {
      this.#name();
      await this.#element.signIn(identifier);
      this.#about = undefined;
    }
  }

  /** What the backend knows of the account name; `undefined` when it did not answer. */
  async #lookUp(identifier: string): Promise<Status['state'] | undefined> {
    const answer = await this.#element['run']('look-up', async (backend, { signal }) => {
      try {
        const { state } = await backend.status!({ identifier }, signal);
        return state ?? 'unknown';
      } catch (cause) {
        // A backend that finds no such account has none to ask for a passkey: the person chooses.
        if ((cause as PasskeyError | undefined)?.code === 'not-found') return 'unknown';
        throw cause;
      }
    });
    return answer?.result;
  }

  async sendCode(notice?: Words): Promise<void> {
    const identifier = this.#identifier;
    const sent = await this.#element['run']('send-code', async (backend, { signal }) => {
      const { handle } = await backend.codes!.send({ identifier }, signal);
      return handle;
    });
    if (!sent || identifier !== this.#identifier) return; // typed over meanwhile
    this.#codeHandle = sent.result;
    this.#go('code', notice);
  }

  render(): TemplateResult {
    return this.#step === 'choose' ? this.#chooseScreen() : this.#codeScreen();
  }

  messageOf(state: FlowState): Message | undefined {
    if (this.#codeIsMissing) return { kind: 'alert', text: this.#text.codeMissing };
    if (state.status !== 'failed' || state.activity !== 'verify-code') return undefined;
    // One that is no longer known, after ten minutes or some guesses, is never right again.
    const wrong = /^(verification-failed|invalid-input|not-found|challenge-expired)$/;
    return wrong.test(state.error.code) ? { kind: 'alert', text: this.#text.codeWrong } : undefined;
  }

  #chooseScreen(): TemplateResult {
    const text = this.#text;
    // On its own it is written in its own direction, wherever the words around it run.
    return html`${heading(text.chooseTitle, `\u2068${this.#identifier}\u2069`)}
    ${this.#choice('choice primary', passkeyIcon, text.usePasskey, text.usePasskeyHint, () =>
      this.#element.signIn(this.#identifier),
    )}
    ${
      this.#backend?.codes
        ? this.#choice('choice', mailIcon, text.sendCode, text.sendCodeHint, () => this.sendCode())
        : this.#choice('choice', addIcon, text.create, text.createHint, () =>
            this.offer.register(this.#identifier),
          )
    }
    ${button(text.otherAccount, { look: 'quiet', onClick: this.#leave })}`;
  }

  #codeScreen(): TemplateResult {
    const text = this.#text;
    const again = () => this.sendCode(() => this.#text.codeResent);
    const wrong = this.messageOf(this.#element['flow'].state);
    return html`${heading(text.codeTitle, text.codeSent(this.#identifier))}
      <form class="stack" novalidate @submit=${this.#verifyCode} @input=${this.#typed}>
        <div>
          <label for="code">${text.codeLabel}</label>
          <input
            id="code"
            part="code"
            class="code"
            name="code"
            inputmode="numeric"
            autocomplete="one-time-code"
            aria-invalid=${wrong ? 'true' : 'false'}
          />
        </div>
        ${button(text.continue, { look: 'primary', blocked: this.#codeBlocked })}
      </form>
      ${button(text.codeAgain, { look: 'quiet', blocked: this.#element['blocked'], onClick: again })}
      ${button(text.otherAccount, { look: 'quiet', onClick: this.#leave })}`;
  }

  #choice(
    look: 'choice' | 'choice primary',
    icon: unknown,
    title: string,
    hint: string,
    onClick: () => unknown,
  ): TemplateResult {
    const content = html`${icon}<span>${title}<small>${hint}</small></span>`;
    return button(content, { look, blocked: this.#element['blocked'], onClick });
  }

  /** A wait for the next mail holds up no code that has come. */
  get #codeBlocked(): boolean {
    const { state } = this.#element['flow'];
    const mailOnly = state.status === 'failed' && state.activity === 'send-code';
    return this.#element['blocked'] && !mailOnly;
  }

  get #codeIsMissing(): boolean {
    return this.#element['notice']?.() === this.#text.codeMissing;
  }

  /** That there is none is no longer true. */
  readonly #typed = (): void => {
    if (!this.#codeIsMissing) return;
    this.#element['notice'] = undefined;
    this.#element.requestUpdate();
  };

  readonly #verifyCode = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#codeBlocked) return;
    const input = this.#element.renderRoot.querySelector<HTMLInputElement>('#code')!;
    const code = input.value.replace(/[\s\p{Cf}]/gu, '').replace(/[٠-٩۰-۹０-９]/g, latinDigit);
    const handle = this.#codeHandle;
    const identifier = this.#identifier;
    if (!code) return this.#go('code', () => this.#text.codeMissing);
    this.#element['flow'].reset();
    const verified = await this.#element['run']('verify-code', async (backend, { signal }) => {
      const result = await backend.codes!.verify({ code, handle }, signal);
      signal.throwIfAborted(); // a backend may not heed it
      await this.#element['handOver'](result);
      return result;
    });
    if (verified) this.offer.afterCode(verified.result, identifier);
    else input.select();
  };

  #go(step: 'choose' | 'code', notice?: Words): void {
    this.#step = step;
    this.#name();
    this.#element['show'](this, notice);
  }

  /** What follows is about this account name. */
  #name(): void {
    this.#about = { name: this.#identifier, given: this.#element.identifier };
  }

  /** The field is out of sight by then: a form around it may have been reset. */
  get #identifier(): string {
    return this.#about?.name ?? this.#element['field'].value;
  }

  /** Absent while another one takes over. */
  get #backend(): PasskeyBackend | undefined {
    return this.#element['source'].current;
  }

  get #text() {
    return this.#element['localize'].words({ ...loginWords, ...signUpWords });
  }
}

/** Keyboards for Arabic, Persian or Japanese write digits of their own; the low bits tell which. */
function latinDigit(digit: string): string {
  return String(digit.charCodeAt(0) & 15);
}

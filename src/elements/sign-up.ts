import { html, nothing, svg, type TemplateResult } from 'lit';
import { traitsOf, type PasskeyBackend, type SignInResult, type Status } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import type { Activity, FlowState } from '../core/flow.js';
import { register } from '../core/registration.js';
import { upgrade } from '../core/upgrade.js';
import { obstacle } from '../core/webauthn.js';
import { loginWords } from '../i18n/en/login.js';
import { signUpWords } from '../i18n/en/sign-up.js';
import { PasskeyBeforeRegisterEvent, PasskeyRegisteredEvent, type SignInMethod } from './events.js';
import type { LocalizeController } from './localize-controller.js';
import { button } from './parts/button.js';
import { icon } from './parts/icon.js';
import type { Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';

export { signUpStyles } from './sign-up.styles.js';

/** A way through the login with screens of its own. */
export interface LoginPart {
  render(): TemplateResult;
  /** What to say of a state, where this way knows better words. */
  messageOf(state: FlowState): Message | undefined;
}

/** What signing up needs of the element around it. */
export interface SignUpHost {
  identifier(): string;
  /** Whether a start would be refused just now. */
  blocked(): boolean;
  codeInput(): HTMLInputElement;
  dispatchEvent(event: Event): boolean;
  /** Asks the page first; rejects where it says no. */
  permit(event: PasskeyBeforeRegisterEvent): Promise<void>;
  readonly words: LocalizeController['words'];
  /** Runs one activity at a time; `undefined` when it failed, and then that is on screen. */
  run<Result>(
    activity: Activity,
    ceremony: (backend: PasskeyBackend, ceremony: Ceremony) => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined>;
  /** The screen changed to one of this way; the focus goes along. */
  moved(part: LoginPart, notice?: string): void;
  startOver(): void;
  signIn(): Promise<boolean>;
  /** The person is signed in; what follows may need the tokens. */
  proved(result: SignInResult): Promise<void>;
  /** Signed in; or, without a result, a passkey was created for somebody who was signed in already. */
  finish(result: SignInResult | undefined, method: SignInMethod, notice: string): void;
}

const mailIcon = icon(
  svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
);
const addIcon = icon(svg`<path d="M12 5v14M5 12h14"/>`);

/** The way to a first passkey: choose, prove the address by a code, create. */
export class SignUp implements LoginPart {
  #step: 'choose' | 'code' | 'create' = 'choose';
  #codeHandle = '';
  /** A sign-in by code, told to the page once the person has a passkey or does not want one. */
  #held: SignInResult | undefined;
  readonly #host: SignUpHost;
  readonly #backend: PasskeyBackend;

  constructor(host: SignUpHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
  }

  /** One way in for everybody: people with a passkey and people who are new here. */
  async continue({ lookUp }: { readonly lookUp: boolean }): Promise<void> {
    const state = lookUp && this.#backend.status ? await this.#lookUp() : 'unknown';
    if (!state) return;
    const { codes } = this.#backend;
    const canSignUp = codes || traitsOf(this.#backend).signUp;
    if (state === 'registered' || !canSignUp) await this.#host.signIn();
    else if (codes && (state === 'not-registered' || obstacle('get'))) await this.sendCode();
    else this.#go('choose'); // a newcomer who was sent to the prompt would be shown a QR code
  }

  /** Offers a passkey to somebody who is signed in. */
  offer(): void {
    this.#go('create');
  }

  /** What the backend knows of the account name; `undefined` when it did not answer. */
  async #lookUp(): Promise<Status['state'] | undefined> {
    const identifier = this.#host.identifier();
    const answer = await this.#host.run('look-up', (backend, { signal }) =>
      backend.status!({ identifier }, signal),
    );
    return answer?.result.state;
  }

  async sendCode(notice = ''): Promise<void> {
    const identifier = this.#host.identifier();
    const sent = await this.#host.run('send-code', (backend, { signal }) =>
      backend.codes!.send({ identifier }, signal),
    );
    if (!sent) return;
    this.#codeHandle = sent.result.handle;
    this.#go('code', notice);
  }

  /** Creates a passkey for whoever is signed in, or has just proved an address. */
  async register(): Promise<boolean> {
    const identifier = this.#host.identifier() || undefined;
    const outcome = await this.#host.run('registration', async (backend, ceremony) => {
      await this.#host.permit(new PasskeyBeforeRegisterEvent());
      const registered = await register(backend, { identifier }, ceremony);
      if (registered.signIn) await this.#host.proved(registered.signIn);
      return registered;
    });
    if (!outcome) return false;
    const { passkey, signIn } = outcome.result;
    this.#host.dispatchEvent(new PasskeyRegisteredEvent(passkey?.id));
    const method = signIn ? 'passkey' : 'code';
    this.#host.finish(signIn ?? this.#held, method, this.#text.passkeyCreated);
    return true;
  }

  /** Creates a passkey without a question, after a sign-in with a password. */
  async upgrade(): Promise<boolean> {
    const identifier = this.#host.identifier() || undefined;
    const { signal } = new AbortController();
    const created = await upgrade(this.#backend, { identifier }, signal);
    if (!created) return false;
    this.#host.dispatchEvent(new PasskeyRegisteredEvent(created.passkey?.id));
    return true;
  }

  render(): TemplateResult {
    switch (this.#step) {
      case 'choose':
        return this.#chooseScreen();
      case 'code':
        return this.#codeScreen();
      case 'create':
        return this.#createScreen();
    }
  }

  messageOf(state: FlowState): Message | undefined {
    if (state.status !== 'failed' || state.activity !== 'verify-code') return undefined;
    const wrong = ['verification-failed', 'invalid-input', 'not-found'].includes(state.error.code);
    return wrong ? { kind: 'alert', text: this.#text.codeWrong } : undefined;
  }

  #chooseScreen(): TemplateResult {
    const text = this.#text;
    return html`${this.#title(text.chooseTitle, this.#host.identifier())}
    ${this.#choice('choice primary', passkeyIcon, text.usePasskey, text.usePasskeyHint, () =>
      this.#host.signIn(),
    )}
    ${
      this.#backend.codes
        ? this.#choice('choice', mailIcon, text.sendCode, text.sendCodeHint, () => this.sendCode())
        : this.#choice('choice', addIcon, text.create, text.createHint, () => this.register())
    }
    ${button(text.otherAccount, { look: 'quiet', onClick: () => this.#host.startOver() })}`;
  }

  #codeScreen(): TemplateResult {
    const text = this.#text;
    const again = () => this.sendCode(text.codeResent);
    return html`${this.#title(text.codeTitle, text.codeSent(this.#host.identifier()))}
      <form class="stack" novalidate @submit=${this.#verifyCode}>
        <div>
          <label for="code">${text.codeLabel}</label>
          <input
            id="code"
            part="code"
            class="code"
            name="code"
            inputmode="numeric"
            autocomplete="one-time-code"
            maxlength="12"
          />
        </div>
        ${button(text.continue, { look: 'primary', blocked: this.#host.blocked() })}
      </form>
      ${button(text.codeAgain, { look: 'quiet', blocked: this.#host.blocked(), onClick: again })}
      ${button(text.otherAccount, { look: 'quiet', onClick: () => this.#host.startOver() })}`;
  }

  #createScreen(): TemplateResult {
    const text = this.#text;
    const create = { look: 'primary', blocked: this.#host.blocked() } as const;
    const skip = () => this.#host.finish(this.#held, 'code', '');
    return html`<div class="hero">${passkeyIcon}</div>
      ${this.#title(text.createTitle, text.createExplained)}
      ${button(html`${passkeyIcon} ${text.create}`, { ...create, onClick: () => this.register() })}
      ${this.#held ? button(text.skip, { look: 'quiet', onClick: skip }) : nothing}`;
  }

  #title(title: string, explanation: string): TemplateResult {
    return html`<div>
      <h2 part="title" tabindex="-1">${title}</h2>
      <p class="muted">${explanation}</p>
    </div>`;
  }

  #choice(
    look: 'choice' | 'choice primary',
    icon: unknown,
    title: string,
    hint: string,
    onClick: () => unknown,
  ): TemplateResult {
    const content = html`${icon}<span>${title}<small>${hint}</small></span>`;
    return button(content, { look, blocked: this.#host.blocked(), onClick });
  }

  readonly #verifyCode = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const input = this.#host.codeInput();
    const code = input.value.replace(/\s/g, '');
    const handle = this.#codeHandle;
    if (!code) return this.#go('code', this.#text.codeMissing);
    const verified = await this.#host.run('verify-code', async (backend, { signal }) => {
      const result = await backend.codes!.verify({ code, handle }, signal);
      await this.#host.proved(result);
      return result;
    });
    if (!verified) return input.select();
    this.#held = verified.result;
    if (this.#backend.registration && !obstacle('create')) this.#go('create');
    else this.#host.finish(this.#held, 'code', '');
  };

  #go(step: 'choose' | 'code' | 'create', notice?: string): void {
    this.#step = step;
    this.#host.moved(this, notice);
  }

  get #text() {
    return this.#host.words({ ...loginWords, ...signUpWords });
  }
}

import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import {
  traitsOf,
  type PasskeyBackend,
  type SignInAnswer,
  type SignInResult,
} from '../core/backend.js';
import { register, signIn, signInWith, type Ceremony } from '../core/ceremonies.js';
import type { FlowState } from '../core/flow.js';
import { obstacle } from '../core/webauthn.js';
import { AutofillController } from './autofill-controller.js';
import { CountdownController } from './countdown-controller.js';
import {
  PasskeyErrorEvent,
  PasskeyRegisteredEvent,
  PasskeySignedInEvent,
  type SignInMethod,
} from './events.js';
import { IdentifierField } from './identifier-field.js';
import { addIcon, doneIcon, mailIcon, passkeyIcon } from './parts/icons.js';
import { messageTemplate, type Message } from './parts/message.js';
import { PasskeyElement } from './passkey-element.js';
import { loginStyles } from './passkey-login.styles.js';
import { ownUrl } from './redirect.js';
import { tokens } from './tokens.styles.js';

/** Which screen is shown. */
type Step = 'identify' | 'choose' | 'code' | 'create' | 'done';

/**
 * Signs people in with a passkey, and helps those who have none to get one.
 *
 * @tagname passkey-login
 * @slot - More of the site's own content, below the form.
 * @slot header - Replaces the heading of the first screen.
 * @slot username - The site's own `<input>` for the account name.
 * @slot username-label - The label of that input.
 * @slot username-fault - Words on what is wrong with the account name; the element fills it.
 * @slot fallback - The site's other ways to sign in.
 * @fires {PasskeyReadyEvent} passkey-ready - The backend is known and the element can be used.
 * @fires {PasskeySignedInEvent} passkey-signed-in - The person is signed in. Cancel it to stop the redirect.
 * @fires {PasskeyRegisteredEvent} passkey-registered - A passkey was created.
 * @fires {PasskeyStatusEvent} passkey-status - A sign-in that is not final yet made progress.
 * @fires {PasskeyCancelledEvent} passkey-cancelled - The person or the page stopped.
 * @fires {PasskeyErrorEvent} passkey-error - Something failed; the words are on screen.
 * @csspart base - The card around everything.
 * @csspart title - The heading.
 * @csspart button - Every button.
 * @csspart primary - The main button of the screen.
 * @csspart code - The input for the e-mail code.
 * @csspart status - News, for example that the prompt is open.
 * @csspart alert - What went wrong.
 * @cssproperty [--passkey-accent] - Colour of what matters most.
 * @cssproperty [--passkey-on-accent] - Text on that colour.
 * @cssproperty [--passkey-surface] - Background.
 * @cssproperty [--passkey-text] - Text.
 * @cssproperty [--passkey-muted] - Text of less weight.
 * @cssproperty [--passkey-border] - Border of controls.
 * @cssproperty [--passkey-line] - Border of cards and dividers.
 * @cssproperty [--passkey-danger] - Errors and removal.
 * @cssproperty [--passkey-success] - What went well.
 * @cssproperty [--passkey-radius=12px] - Roundness.
 * @cssproperty [--passkey-space=16px] - Distance between things.
 * @cssproperty [--passkey-font=system-ui, sans-serif] - Font family.
 * @cssproperty [--passkey-shadow] - Shadow of the card.
 * @cssstate busy - A ceremony or a request is under way.
 * @cssstate error - The last attempt failed.
 * @cssstate unsupported - This page or browser cannot use passkeys.
 * @cssstate autofill - Passkeys are on offer in the autofill list.
 */
export class PasskeyLogin extends PasskeyElement {
  static override styles = [tokens, loginStyles];

  /** Account name to begin with. */
  @property() identifier = '';

  /** Keeps passkeys out of the autofill list. */
  @property({ type: Boolean, attribute: 'no-autofill' }) noAutofill = false;

  /** Asks the backend whether the account name has a passkey. It tells strangers who has an account. */
  @property({ type: Boolean, attribute: 'look-up' }) lookUp = false;

  /** Where to go after signing in; an address of this site only. */
  @property({ attribute: 'success-url' }) successUrl?: string;

  @state() private step: Step = 'identify';
  @state() private codeHandle = '';
  @state() private notice = '';
  @state() private doneTitle = '';
  /** A sign-in by code that is told to the page once the person has, or does not want, a passkey. */
  #held: SignInResult | undefined;

  readonly #field = new IdentifierField(this, {
    label: () => this.localize.text.identifierLabel,
    onSubmit: () => void this.#continue(),
    onFocus: () => this.#autofill.retry(),
  });
  readonly #autofill = new AutofillController(
    this,
    () => this.#autofillBackend(),
    (answer, backend) => this.#useAutofill(answer, backend),
  );
  readonly #countdown = new CountdownController(this, () => this.flow.error?.retryAt);

  /** Signs in with a passkey. `true` when it worked; never rejects, see `passkey-error`. */
  async signIn(identifier?: string): Promise<boolean> {
    const outcome = await this.#run('sign-in', (backend, ceremony) =>
      signIn(backend, identifier ? { identifier } : {}, ceremony),
    );
    if (!outcome) return false;
    if (outcome.result) return this.#signedIn(outcome.result, 'passkey');
    this.doneTitle = this.localize.text.approved;
    this.#show('done');
    return false;
  }

  /** Creates a passkey for whoever is signed in. `true` when it worked; never rejects. */
  async register(): Promise<boolean> {
    const identifier = this.#field.value || undefined;
    const outcome = await this.#run('registration', (backend, ceremony) =>
      register(backend, { identifier }, ceremony),
    );
    if (!outcome) return false;
    const { passkey, signIn: result } = outcome.result;
    this.dispatchEvent(new PasskeyRegisteredEvent(passkey?.id));
    await this.#conclude(result, this.localize.text.passkeyCreated);
    return true;
  }

  /** Signs out, where the backend has that, and starts over. */
  async signOut(): Promise<void> {
    const backend = await this.source.whenReady().catch(() => undefined);
    await backend?.signOut?.(new AbortController().signal);
    this.forgetToken();
    this.#held = undefined;
    this.#show('identify');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const error = obstacle('get');
    this.toggleState('unsupported', error !== undefined);
    if (error) this.dispatchEvent(new PasskeyErrorEvent(error));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('identifier') && this.identifier) this.#field.value = this.identifier;
    if (changed.has('accessToken')) {
      if (this.accessToken && this.step === 'identify') this.step = 'create';
      else if (!this.accessToken && this.step === 'create' && !this.#held) this.step = 'identify';
    }
  }

  protected override updated(): void {
    this.toggleState('autofill', this.#autofill.armed);
  }

  protected override flowChanged(state: FlowState): void {
    if (state.status === 'preparing') this.notice = '';
    super.flowChanged(state);
  }

  protected override render(): TemplateResult {
    const { language, direction } = this.localize;
    return html`<div part="base" class="stack" lang=${language} dir=${direction}>
      ${this.#screen()} ${messageTemplate(this.#message())}
      ${this.flow.busy ? this.#button(this.localize.text.cancel, 'quiet', () => this.cancel()) : nothing}
      <slot></slot>
      <slot name="fallback"></slot>
    </div>`;
  }

  #screen(): TemplateResult {
    switch (this.step) {
      case 'identify':
        return this.#identifyScreen();
      case 'choose':
        return this.#chooseScreen();
      case 'code':
        return this.#codeScreen();
      case 'create':
        return this.#createScreen();
      case 'done':
        return this.#doneScreen();
    }
  }

  #identifyScreen(): TemplateResult {
    const { text } = this.localize;
    const traits = this.source.current && traitsOf(this.source.current);
    const withoutIdentifier = !obstacle('get') && (traits?.usernameless ?? true);
    return html`<slot name="header"><h2 part="title">${text.signInTitle}</h2></slot>
      <form class="stack" novalidate @submit=${this.#submit(() => this.#continue())}>
        <div>
          <slot name="username-label"></slot>
          <slot name="username" @slotchange=${() => this.#field.adopt()}></slot>
          <slot name="username-fault"></slot>
        </div>
        ${this.#primary(text.continue)}
      </form>
      ${
        withoutIdentifier
          ? html`<div class="divider" aria-hidden="true">${text.or}</div>
              ${this.#button(html`${passkeyIcon} ${text.signIn}`, '', () => void this.signIn())}`
          : nothing
      }`;
  }

  #chooseScreen(): TemplateResult {
    const { text } = this.localize;
    const identifier = this.#field.value;
    return html`<div>
        <h2 part="title" tabindex="-1">${text.chooseTitle}</h2>
        <p class="muted">${identifier}</p>
      </div>
      ${this.#choice(passkeyIcon, 'primary', text.usePasskey, text.usePasskeyHint, () =>
        this.signIn(identifier),
      )}
      ${
        this.source.current?.codes
          ? this.#choice(mailIcon, '', text.sendCode, text.sendCodeHint, () => this.#sendCode())
          : this.#choice(addIcon, '', text.create, text.sendCodeHint, () => this.register())
      }
      ${this.#button(text.otherAccount, 'quiet', () => this.#show('identify'))}`;
  }

  #codeScreen(): TemplateResult {
    const { text } = this.localize;
    return html`<div>
        <h2 part="title" tabindex="-1">${text.codeTitle}</h2>
        <p class="muted">${text.codeSent(this.#field.value)}</p>
      </div>
      <form class="stack" novalidate @submit=${this.#submit(() => this.#verifyCode())}>
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
        ${this.#primary(text.continue)}
      </form>
      ${this.#button(text.codeAgain, 'quiet', () => void this.#sendCode(text.codeResent))}
      ${this.#button(text.otherAccount, 'quiet', () => this.#show('identify'))}`;
  }

  #createScreen(): TemplateResult {
    const { text } = this.localize;
    return html`<div class="hero">${passkeyIcon}</div>
      <div>
        <h2 part="title" tabindex="-1">${text.createTitle}</h2>
        <p class="muted">${text.createExplained}</p>
      </div>
      <form class="stack" @submit=${this.#submit(() => this.register())}>
        ${this.#primary(html`${passkeyIcon} ${text.create}`)}
      </form>
      ${
        this.#held
          ? this.#button(text.skip, 'quiet', () => void this.#conclude(undefined, ''))
          : nothing
      }`;
  }

  #doneScreen(): TemplateResult {
    return html`<div class="hero done">${doneIcon}</div>
      <h2 part="title" tabindex="-1">${this.doneTitle}</h2>`;
  }

  /** One way in for everybody: people with a passkey and people who are new here. */
  async #continue(): Promise<void> {
    const { text } = this.localize;
    const identifier = this.#field.value;
    if (!identifier) {
      this.#field.fault = text.identifierMissing;
      return;
    }
    const backend = await this.source.whenReady().catch(() => undefined);
    if (!backend) return;
    const traits = traitsOf(backend);
    if (this.lookUp && backend.status) {
      const found = await this.#run('look-up', (backend, { signal }) =>
        backend.status!({ identifier }, signal),
      );
      if (!found) return;
      if (found.result.state === 'registered') return void this.signIn(identifier);
      if (found.result.state === 'not-registered' && backend.codes) return this.#sendCode();
    }
    if (obstacle('get') && backend.codes) return this.#sendCode();
    if (backend.codes || traits.signUp) return this.#show('choose');
    await this.signIn(identifier);
  }

  async #sendCode(notice = ''): Promise<void> {
    const identifier = this.#field.value;
    const sent = await this.#run('send-code', (backend, { signal }) =>
      backend.codes!.send({ identifier }, signal),
    );
    if (!sent) return;
    this.codeHandle = sent.result.handle;
    this.#show('code', notice);
  }

  async #verifyCode(): Promise<void> {
    const input = this.renderRoot.querySelector<HTMLInputElement>('#code')!;
    const code = input.value.replace(/\s/g, '');
    if (!code) {
      this.notice = this.localize.text.codeMissing;
      return input.focus();
    }
    const handle = this.codeHandle;
    const verified = await this.#run('verify-code', (backend, { signal }) =>
      backend.codes!.verify({ code, handle }, signal),
    );
    if (!verified) return input.select();
    const { result } = verified;
    this.useToken(result);
    this.#held = result;
    if (this.source.current?.registration && !obstacle('create')) this.#show('create');
    else await this.#conclude(result, '');
  }

  async #useAutofill(answer: SignInAnswer, backend: PasskeyBackend): Promise<void> {
    const outcome = await this.flow.run('sign-in', (ceremony) =>
      signInWith(backend, answer, ceremony),
    );
    if (outcome?.result) await this.#signedIn(outcome.result, 'autofill');
  }

  /** The person has a passkey now, or wants none: what was held back is told. */
  async #conclude(result: SignInResult | undefined, notice: string): Promise<void> {
    const held = result ?? this.#held;
    const method = result ? 'passkey' : 'code';
    this.#held = undefined;
    if (held) await this.#signedIn(held, method, notice);
    else {
      this.doneTitle = notice;
      this.#show('done');
    }
  }

  async #signedIn(result: SignInResult, method: SignInMethod, notice = ''): Promise<boolean> {
    await this.handOver(result);
    this.doneTitle = this.localize.text.signedIn;
    this.#show('done', notice);
    const stay = !this.dispatchEvent(new PasskeySignedInEvent(method, result.kind));
    const target = this.successUrl ? ownUrl(this.successUrl) : undefined;
    if (target && !stay) location.assign(target);
    return true;
  }

  /** Waits for the backend, then runs; without a backend its error is on screen already. */
  async #run<Result>(
    activity: Parameters<typeof this.flow.run>[0],
    ceremony: (backend: PasskeyBackend, ceremony: Ceremony) => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (this.#countdown.seconds > 0) return undefined;
    return this.flow.run(activity, async (context) =>
      ceremony(await this.source.whenReady(), context),
    );
  }

  #autofillBackend(): PasskeyBackend | undefined {
    const backend = this.source.current;
    const wanted = this.step === 'identify' && !this.noAutofill && !this.flow.busy;
    return wanted && backend && traitsOf(backend).usernameless ? backend : undefined;
  }

  /** Shows a screen and takes the focus along, if the person was in here. */
  #show(step: Step, notice = ''): void {
    const inside = this.matches(':focus-within');
    this.step = step;
    this.flow.reset();
    this.notice = notice;
    if (!inside) return;
    void this.updateComplete.then(() => {
      if (step === 'identify') this.#field.input.focus();
      else this.renderRoot.querySelector<HTMLElement>('#code, h2')?.focus();
    });
  }

  #message(): Message | undefined {
    const { text } = this.localize;
    const { state } = this.flow;
    if (this.notice && state.status !== 'failed') return { kind: 'note', text: this.notice };
    if (state.status === 'failed' && this.#countdown.seconds > 0) {
      return { kind: 'alert', text: text.tryAgainIn(this.#countdown.seconds) };
    }
    if (state.status === 'failed' && state.activity === 'verify-code') {
      const wrong = ['verification-failed', 'invalid-input'].includes(state.error.code);
      if (wrong) return { kind: 'alert', text: text.codeWrong };
    }
    const missing = this.step === 'identify' ? obstacle('get') : undefined;
    if (state.status === 'idle' && missing && !this.source.error) {
      return { kind: 'note', text: text.errors[missing.code] };
    }
    return this.message;
  }

  #submit(action: () => unknown): (event: Event) => void {
    return (event) => {
      event.preventDefault();
      void action();
    };
  }

  #primary(content: unknown): TemplateResult {
    return html`<button
      part="button primary"
      class="primary"
      type="submit"
      aria-disabled=${this.#blocked}
    >
      ${content}
    </button>`;
  }

  #button(content: unknown, look: '' | 'quiet', action: () => void): TemplateResult {
    const disabled = look === 'quiet' ? 'false' : this.#blocked;
    return html`<button
      part="button"
      class=${look}
      type="button"
      aria-disabled=${disabled}
      @click=${action}
    >
      ${content}
    </button>`;
  }

  #choice(
    icon: unknown,
    look: '' | 'primary',
    title: string,
    hint: string,
    action: () => Promise<unknown>,
  ): TemplateResult {
    return html`<button
      part="button ${look}"
      class="choice ${look}"
      type="button"
      aria-disabled=${this.#blocked}
      @click=${() => void action()}
    >
      ${icon}<span>${title}<small>${hint}</small></span>
    </button>`;
  }

  /** Disabled for assistive technology and for the eye, but still focused. */
  get #blocked(): 'true' | 'false' {
    return this.flow.busy || this.#countdown.seconds > 0 ? 'true' : 'false';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'passkey-login': PasskeyLogin;
  }
}

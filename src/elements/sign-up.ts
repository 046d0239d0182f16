import { html, nothing, svg, type ReactiveController, type TemplateResult } from 'lit';
import {
  traitsOf,
  type AuthenticationResponseJSON,
  type PasskeyBackend,
  type SignInResult,
  type Status,
} from '../core/backend.js';
import type { FlowState } from '../core/flow.js';
import { register, type Registered } from '../core/registration.js';
import { upgrade } from '../core/upgrade.js';
import { obstacle, surelyCan } from '../core/webauthn.js';
import { loginWords } from '../i18n/en/login.js';
import { signUpWords } from '../i18n/en/sign-up.js';
import type { SignInMethod } from './events.js';
import type { LoginPart } from './login-part.js';
import { PasskeyBeforeRegisterEvent, PasskeyRegisteredEvent } from './passkey-events.js';
import { button } from './parts/button.js';
import { icon } from './parts/icon.js';
import type { Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';
import type { PasskeyLogin } from './passkey-login.js';
import { signUpStyles } from './sign-up.styles.js';
import { isSkipped, rememberSkip } from './skip.js';

const mailIcon = icon(
  svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
);
const addIcon = icon(svg`<path d="M12 5v14M5 12h14"/>`);

/** Why somebody should create a passkey. */
type Reason = 'next-time' | 'here' | 'replacement';

interface HeldSignIn {
  readonly result: SignInResult;
  readonly method: SignInMethod;
}

/**
 * The way to a passkey: choose, prove the address by a code, create. For newcomers, and for people
 * who had to use another device, or something else because their passkey failed.
 */
export class SignUp implements LoginPart, ReactiveController {
  #step: 'choose' | 'code' | 'create' = 'choose';
  #codeHandle = '';
  /** The account name that the screen is about, and the page's own word for it until then. */
  #about: { readonly name: string; readonly given: string } | undefined;
  #reason: Reason = 'next-time';
  /** The offer is for whoever the page's token is for. */
  #byToken = false;
  /** A sign-in that the page is told of once the person has a passkey or does not want one. */
  #held: HeldSignIn | undefined;
  /** Ends the promise of `replace`. */
  #settle: (created: boolean) => void = () => {};
  readonly #element: PasskeyLogin;

  constructor(element: PasskeyLogin) {
    this.#element = element;
    element.addController(this);
    element['adopt'](signUpStyles);
  }

  /** The page names somebody else, or takes the token back: what is under way for the one before is over. */
  hostUpdate(): void {
    const about = this.#about;
    const same = about?.given === this.#element.identifier || about?.name === this.#identifier;
    const over = about ? !same : this.#byToken && !this.#element.accessToken;
    if (!over) return;
    this.#element['flow'].cancel();
    this.#element['show']('identify');
  }

  /** Gone from the page with a decision open: whoever holds the element is told all the same. */
  hostDisconnected(): void {
    // A framework that moves the element puts it back within the same task.
    queueMicrotask(() => {
      if (!this.#element.isConnected) this.#leave();
    });
  }

  /** The page hears of a sign-in whatever takes over, but for a sign-out. */
  left(state: FlowState): void {
    if (state.status === 'succeeded' && state.activity === 'sign-out') this.#held = undefined;
    this.#reason = 'next-time';
    this.#about = undefined;
    this.#byToken = false;
    this.#leave();
  }

  #leave(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#settle(false);
    if (held) this.#element['tell'](held.result, held.method);
  }

  /** One way in for everybody: people with a passkey and people who are new here. */
  async continue(): Promise<void> {
    const asked = this.#backend;
    const identifier = this.#identifier;
    const state = this.#element.lookUp && asked?.status ? await this.#lookUp() : 'unknown';
    const backend = this.#backend;
    if (!state || !backend || backend !== asked || identifier !== this.#identifier) return;
    const { codes } = backend;
    const canSignUp = codes || traitsOf(backend).signUp;
    if (state === 'registered' || !canSignUp) await this.#element.signIn(this.#identifier);
    else if (codes && (state === 'not-registered' || obstacle('get'))) await this.sendCode();
    else this.#go('choose'); // a newcomer who was sent to the prompt would be shown a QR code
  }

  /** Offers a passkey to somebody who is signed in, unless something else has come in between. */
  offer(): void {
    const element = this.#element;
    const free = element['screen'] === 'identify' && !element['flow'].busy;
    if (!free || !this.#canCreate) return;
    this.#go('create');
    this.#byToken = true;
  }

  /** Offers a passkey for this device to somebody who has signed in with that of another one. */
  async offerHere(held: HeldSignIn, answer: AuthenticationResponseJSON): Promise<void> {
    // A code is for the site's own server: nobody is signed in yet.
    const asked = this.#backend;
    const wanted = held.result.kind !== 'code' && isSynced(answer) && (await this.#mayOffer());
    const element = this.#element;
    if (element['screen'] !== 'done') {
      const signedOut = asked === this.#backend;
      return signedOut ? undefined : element['tell'](held.result, held.method);
    }
    if (!wanted || !element.isConnected) return this.#finish(held);
    this.#held = held;
    this.#reason = 'here';
    this.#go('create');
  }

  /** Offers a new passkey to somebody whose own one has failed. `true` when it was created. */
  async replace(): Promise<boolean> {
    if (!(await this.#mayOffer()) || !this.#element.isConnected) return false;
    this.#settle(false);
    this.#reason = 'replacement';
    this.#go('create');
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /** Not to people who said no, and not where it could not work. */
  async #mayOffer(): Promise<boolean> {
    if (!this.#canCreate || this.#skipped) return false;
    return surelyCan('userVerifyingPlatformAuthenticator');
  }

  /** Whether somebody who is signed in can create one here. */
  get #canCreate(): boolean {
    const backend = this.#backend;
    return !!backend?.registration && traitsOf(backend).addPasskey && !obstacle('create');
  }

  get #skipped(): boolean {
    return this.#element.rememberSkip && isSkipped();
  }

  /** What the backend knows of the account name; `undefined` when it did not answer. */
  async #lookUp(): Promise<Status['state'] | undefined> {
    const identifier = this.#identifier;
    const answer = await this.#element['run']('look-up', (backend, { signal }) =>
      backend.status!({ identifier }, signal),
    );
    return answer?.result.state;
  }

  async sendCode(notice = ''): Promise<void> {
    const identifier = this.#identifier;
    const sent = await this.#element['run']('send-code', (backend, { signal }) =>
      backend.codes!.send({ identifier }, signal),
    );
    if (!sent || identifier !== this.#identifier) return; // typed over meanwhile
    this.#codeHandle = sent.result.handle;
    this.#go('code', notice);
  }

  /** Creates a passkey for whoever is signed in, or has just proved an address. */
  async register(): Promise<boolean> {
    const identifier = this.#identifier || undefined;
    const outcome = await this.#element['run']('registration', async (backend, ceremony) => {
      await this.#element['permit'](new PasskeyBeforeRegisterEvent());
      const names = loadNames();
      const place = this.#reason === 'here' ? 'client-device' : undefined;
      const registered = await register(backend, { identifier, place }, ceremony);
      if (registered.signIn) await this.#element['handOver'](registered.signIn);
      return { ...registered, keeper: keeperOf(registered, await names) };
    });
    if (!outcome) return false;
    const { passkey, signIn, keeper } = outcome.result;
    this.#element.dispatchEvent(new PasskeyRegisteredEvent(passkey?.id));
    if (signIn) this.#held = { result: signIn, method: 'passkey' };
    this.#decided(true, this.#text.passkeyCreated(keeper));
    return true;
  }

  #skip(): void {
    if (this.#element.rememberSkip) rememberSkip();
    this.#decided(false);
  }

  #decided(created: boolean, notice = ''): void {
    const { signedIn, createdTitle } = this.#text;
    const held = this.#held;
    this.#held = undefined;
    this.#settle(created);
    if (held) this.#finish(held, notice);
    else this.#element['end'](created ? createdTitle : signedIn, notice);
  }

  /** Creates a passkey without a question, after a sign-in with a password. */
  async upgrade(): Promise<boolean> {
    const identifier = this.#identifier || undefined;
    const { signal } = new AbortController();
    const backend = this.#backend;
    const created = backend && (await upgrade(backend, { identifier }, signal));
    if (!created) return false;
    this.#element.dispatchEvent(new PasskeyRegisteredEvent(created.passkey?.id));
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
    return html`${this.#title(text.chooseTitle, this.#identifier)}
    ${this.#choice('choice primary', passkeyIcon, text.usePasskey, text.usePasskeyHint, () =>
      this.#element.signIn(this.#identifier),
    )}
    ${
      this.#backend?.codes
        ? this.#choice('choice', mailIcon, text.sendCode, text.sendCodeHint, () => this.sendCode())
        : this.#choice('choice', addIcon, text.create, text.createHint, () => this.register())
    }
    ${button(text.otherAccount, { look: 'quiet', onClick: () => this.#element['show']('identify') })}`;
  }

  #codeScreen(): TemplateResult {
    const text = this.#text;
    const again = () => this.sendCode(text.codeResent);
    const element = this.#element;
    const wrong = this.messageOf(element['flow'].state) || element['notice'] === text.codeMissing;
    return html`${this.#title(text.codeTitle, text.codeSent(this.#identifier))}
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
            aria-invalid=${wrong ? 'true' : 'false'}
          />
        </div>
        ${button(text.continue, { look: 'primary', blocked: this.#codeBlocked })}
      </form>
      ${button(text.codeAgain, { look: 'quiet', blocked: this.#element['blocked'], onClick: again })}
      ${button(text.otherAccount, { look: 'quiet', onClick: () => this.#element['show']('identify') })}`;
  }

  #createScreen(): TemplateResult {
    const text = this.#text;
    const create = { look: 'primary', blocked: this.#element['blocked'] } as const;
    const [title, explanation] = {
      'next-time': [text.createTitle, text.createExplained] as const,
      here: [text.hereTitle, text.hereExplained] as const,
      replacement: [text.replaceTitle, text.replaceExplained] as const,
    }[this.#reason];
    const skippable = this.#held || this.#reason === 'replacement';
    return html`<div class="hero">${passkeyIcon}</div>
      ${this.#title(title, explanation)}
      ${button(html`${passkeyIcon} ${text.create}`, { ...create, onClick: () => this.register() })}
      ${skippable ? button(text.skip, { look: 'quiet', onClick: () => this.#skip() }) : nothing}`;
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
    return button(content, { look, blocked: this.#element['blocked'], onClick });
  }

  /** A wait for the next mail holds up no code that has come. */
  get #codeBlocked(): boolean {
    const { state } = this.#element['flow'];
    const mailOnly = state.status === 'failed' && state.activity === 'send-code';
    return this.#element['blocked'] && !mailOnly;
  }

  readonly #verifyCode = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.#codeBlocked) return;
    const input = this.#element.renderRoot.querySelector<HTMLInputElement>('#code')!;
    const code = input.value.replace(/[\s\p{Cf}]/gu, '').replace(/[٠-٩۰-۹０-９]/g, latinDigit);
    const handle = this.#codeHandle;
    if (!code) return this.#go('code', this.#text.codeMissing);
    this.#element['flow'].reset();
    const verified = await this.#element['run']('verify-code', async (backend, { signal }) => {
      const result = await backend.codes!.verify({ code, handle }, signal);
      await this.#element['handOver'](result);
      return result;
    });
    if (!verified) return input.select();
    this.#held = { result: verified.result, method: 'code' };
    const offer = this.#backend?.registration && !obstacle('create') && !this.#skipped;
    if (offer) this.#go('create');
    else this.#decided(false);
  };

  #finish({ result, method }: HeldSignIn, notice = ''): void {
    void this.#element['finish'](result, method, notice);
  }

  #go(step: 'choose' | 'code' | 'create', notice?: string): void {
    this.#step = step;
    this.#about =
      step === 'create' ? undefined : { name: this.#identifier, given: this.#element.identifier };
    this.#element['show'](this, notice);
  }

  get #identifier(): string {
    return this.#element['field'].value;
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

/** On its way while the person looks at the prompt; waited for a second at most. */
function loadNames(): Promise<((aaguid: string) => string | undefined) | undefined> {
  const names = import('../core/provider-names.js').then(({ providerName }) => providerName);
  const tooLate = new Promise<undefined>((resolve) => setTimeout(resolve, 1000));
  return Promise.race([names.catch(() => undefined), tooLate]);
}

/** Who keeps a passkey, as far as that is known. */
function keeperOf(
  { passkey, aaguid }: Registered,
  nameOf: ((aaguid: string) => string | undefined) | undefined,
): string | undefined {
  return passkey?.provider?.name ?? nameOf?.(passkey?.aaguid ?? aaguid ?? '');
}

/** A passkey that other devices may have too: of a phone, not of a security key. Its flag BE. */
function isSynced({ response }: AuthenticationResponseJSON): boolean {
  const base64 = response.authenticatorData.replaceAll('-', '+').replaceAll('_', '/');
  return (atob(base64).charCodeAt(32) & 8) !== 0;
}

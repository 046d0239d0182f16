import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import {
  traitsOf,
  type AuthenticationResponseJSON,
  type PasskeyBackend,
  type SignInResult,
} from '../core/backend.js';
import { register, type Registered } from '../core/registration.js';
import { upgrade } from '../core/upgrade.js';
import { obstacle, surelyCan } from '../core/webauthn.js';
import { loginWords } from '../i18n/en/login.js';
import { signUpWords } from '../i18n/en/sign-up.js';
import type { SignInMethod } from './events.js';
import type { LoginPart, Words } from './login-part.js';
import { PasskeyBeforeRegisterEvent, PasskeyRegisteredEvent } from './passkey-events.js';
import { button } from './parts/button.js';
import { heading } from './parts/heading.js';
import { passkeyIcon } from './parts/passkey-icon.js';
import type { PasskeyLogin } from './passkey-login.js';
import { isSkipped, rememberSkip } from './skip.js';

/** Why somebody should create a passkey. */
type Reason = 'next-time' | 'here' | 'replacement';

/** A sign-in that the page is told of once the person has a passkey or does not want one. */
interface HeldSignIn {
  readonly result: SignInResult;
  readonly method: SignInMethod;
  /** The account name that was proved; by then the field may hold another one. */
  readonly identifier?: string;
}

/**
 * Offers a passkey to people who are known already, and creates it: after a code, after a sign-in from
 * another device, or after something else where their passkey failed.
 */
export class PasskeyOffer implements LoginPart, ReactiveController {
  #reason: Reason = 'next-time';
  /** The offer is for whoever the page's token is for. */
  #byToken = false;
  #held: HeldSignIn | undefined;
  /** Ends the promise of `replace`. */
  #settle: (created: boolean) => void = () => {};
  readonly #element: PasskeyLogin;

  constructor(element: PasskeyLogin) {
    this.#element = element;
    element.addController(this);
  }

  /** The page takes the token back: the offer goes with it. */
  hostUpdate(): void {
    if (!this.#byToken || this.#element.accessToken) return;
    this.#element['flow'].cancel();
    this.#element['show']('identify');
  }

  /** Gone from the page with a decision open: whoever holds the element is told all the same. */
  hostDisconnected(): void {
    // A framework that moves the element puts it back within the same task.
    queueMicrotask(() => {
      if (this.#element.isConnected) return;
      if (this.#held) this.#decided(false);
      else this.#leave();
    });
  }

  /** The page hears of a sign-in whatever takes over, but for a sign-out. */
  left(): void {
    const { state } = this.#element['flow'];
    if (state.status === 'succeeded' && state.activity === 'sign-out') this.#held = undefined;
    this.#reason = 'next-time';
    this.#byToken = false;
    this.#leave();
  }

  #leave(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#settle(false);
    if (held) this.#element['tell'](held.result, held.method);
  }

  /** To somebody whom the page's token is for, unless something else has come in between. */
  byToken(): void {
    const element = this.#element;
    const free = element['screen'] === 'identify' && !element['flow'].busy;
    if (!free || !this.#canCreate) return;
    this.#show();
    this.#byToken = true;
  }

  /** To somebody who has just proved an address: the rest of signing in waits for the decision. */
  afterCode(result: SignInResult, identifier: string): void {
    this.#held = { result, method: 'code', identifier };
    const able = this.#backend?.registration && !obstacle('create') && !this.#skipped;
    if (able && isSignedIn(result)) this.#show();
    else this.#decided(false);
  }

  /** For this device, to somebody who has signed in to `backend` with the passkey of another one. */
  async here(
    held: HeldSignIn,
    answer: AuthenticationResponseJSON,
    backend: PasskeyBackend | undefined,
  ): Promise<void> {
    const wanted = isSignedIn(held.result) && isSynced(answer) && (await this.#mayOffer());
    const element = this.#element;
    if (element['screen'] !== 'done') {
      const signedOut = backend === this.#backend && element['screen'] !== this;
      return signedOut ? undefined : element['tell'](held.result, held.method);
    }
    if (!wanted || !element.isConnected) return this.#finish(held);
    this.#held = held;
    this.#reason = 'here';
    this.#show();
  }

  /** To somebody whose own passkey has failed. `true` when a new one was created. */
  async replace(): Promise<boolean> {
    if (!(await this.#mayOffer()) || !this.#element.isConnected) return false;
    this.#settle(false);
    this.#reason = 'replacement';
    this.#show();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /** Creates a passkey for whoever is signed in, or has just proved an address. */
  async register(identifier = this.#held?.identifier ?? this.#identifier): Promise<boolean> {
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
    this.#decided(true, () => this.#text.passkeyCreated(keeper));
    return true;
  }

  /** Creates a passkey without a question, after a sign-in with a password. */
  async upgrade(): Promise<boolean> {
    const identifier = this.#identifier;
    const backend = this.#backend;
    const created = backend && (await upgrade(backend, { identifier }));
    if (!created) return false;
    this.#element.dispatchEvent(new PasskeyRegisteredEvent(created.passkey?.id));
    return true;
  }

  render(): TemplateResult {
    const text = this.#text;
    const create = { look: 'primary', blocked: this.#element['blocked'] } as const;
    const [title, explanation] = {
      'next-time': [text.createTitle, text.createExplained] as const,
      here: [text.hereTitle, text.hereExplained] as const,
      replacement: [text.replaceTitle, text.replaceExplained] as const,
    }[this.#reason];
    const skippable = this.#held || this.#reason === 'replacement';
    // Below it the other ways to sign in are not shown; they are the way on for who is not in any more.
    const hero =
      this.#element['flow'].error?.code === 'unauthorized'
        ? nothing
        : html`<div class="hero">${passkeyIcon}</div>`;
    return html`${hero} ${heading(title, explanation)}
    ${button(html`${passkeyIcon} ${text.create}`, { ...create, onClick: () => this.register() })}
    ${skippable ? button(text.skip, { look: 'quiet', onClick: () => this.#skip() }) : nothing}`;
  }

  #skip(): void {
    if (this.#element.rememberSkip) rememberSkip();
    this.#element['flow'].cancel(); // a prompt may be open
    this.#decided(false);
  }

  #decided(created: boolean, notice?: Words): void {
    const title = () => this.#text[created ? 'createdTitle' : 'signedIn'];
    const held = this.#held;
    this.#held = undefined;
    this.#settle(created);
    if (held) this.#finish(held, notice);
    else this.#element['end'](title, notice);
  }

  #finish({ result, method }: HeldSignIn, notice?: Words): void {
    void this.#element['finish'](result, method, notice);
  }

  #show(): void {
    this.#element['show'](this);
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

  get #identifier(): string | undefined {
    return this.#element['field'].value || undefined;
  }

  /** Absent while another one takes over. */
  get #backend(): PasskeyBackend | undefined {
    return this.#element['source'].current;
  }

  get #text() {
    return this.#element['localize'].words({ ...loginWords, ...signUpWords });
  }
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

/** With a code, which is for the site's own server, nobody is signed in yet. */
function isSignedIn({ kind }: SignInResult): boolean {
  return kind !== 'code';
}

/** A passkey that other devices may have too: of a phone, not of a security key. Its flag BE. */
function isSynced({ response }: AuthenticationResponseJSON): boolean {
  const base64 = response.authenticatorData.replaceAll('-', '+').replaceAll('_', '/');
  return (atob(base64).charCodeAt(32) & 8) !== 0;
}

import {
  html,
  isServer,
  nothing,
  type CSSResult,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import {
  traitsOf,
  type AuthenticationResponseJSON,
  type PasskeyBackend,
  type SignInAnswer,
  type SignInResult,
} from '../core/backend.js';
import { signIn, signInWith, type Ceremony } from '../core/ceremonies.js';
import { prefetchChallenge } from '../core/challenges.js';
import { unreachable } from '../core/errors.js';
import type { Activity } from '../core/flow.js';
import { soon } from '../core/waiting.js';
import { obstacle } from '../core/webauthn.js';
import { loginWords } from '../i18n/en/login.js';
import { sharedWords } from '../i18n/en/shared.js';
import { AutofillController } from './autofill-controller.js';
import type { Coach } from './coach.js';
import type { Elsewhere } from './elsewhere.js';
import { PasskeyBeforeSignInEvent, PasskeySignedInEvent, type SignInMethod } from './events.js';
import type { ImmediateMode } from './immediate-mode.js';
import { IdentifierField } from './identifier-field.js';
import type { LoginPart, Words } from './login-part.js';
import { button } from './parts/button.js';
import { doneIcon, messageTemplate, type Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';
import { PasskeyElement } from './passkey-element.js';
import { loginStyles } from './passkey-login.styles.js';
import { goTo } from './redirect.js';
import type { SignUp } from './sign-up.js';
import { tokens } from './tokens.styles.js';
import { withoutScript } from './without-script.styles.js';

/**
 * Signs people in with a passkey, and helps those who have none to get one.
 *
 * @tagname passkey-login
 * @attr {string} name - Name under which the form around the element posts the outcome; needs `passkey-elements/form`.
 * @slot - More of the site's own content, below the form.
 * @slot header - Replaces the heading of the first screen.
 * @slot username - The site's own `<input>` for the account name, or an element that holds it.
 * @slot username-label - The label of that input.
 * @slot username-fault - Words on what is wrong with the account name; the element fills it.
 * @slot fallback - The site's other ways to sign in, until somebody is in.
 * @fires {PasskeyReadyEvent} passkey-ready - The backend is known and the element can be used.
 * @fires {PasskeyBeforeSignInEvent} passkey-before-sign-in - A sign-in is about to begin. Cancel it, or let it wait.
 * @fires {PasskeyBeforeRegisterEvent} passkey-before-register - A passkey is about to be created. Cancel it, or let it wait.
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
 * @cssproperty [--passkey-success] - What went well, at sign-in.
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
  static override properties: PropertyDeclarations = {
    identifier: {},
    noAutofill: { type: Boolean, attribute: 'no-autofill' },
    handOff: { attribute: 'hand-off' },
    lookUp: { type: Boolean, attribute: 'look-up' },
    successUrl: { attribute: 'success-url' },
    rememberSkip: { type: Boolean, attribute: 'remember-skip' },
    for: {},
  };

  static override styles = isServer
    ? [tokens, loginStyles, ...withoutScript]
    : [tokens, loginStyles];

  /** Account name to begin with. */
  identifier = '';

  /** Keeps passkeys out of the autofill list. */
  noAutofill = false;

  /**
   * Offers to continue on another device, where the backend can. The value is the address, on this
   * site, of a page with this element: the other device opens it to approve.
   */
  handOff?: string | undefined;

  /** Asks the backend whether the account name has a passkey. It tells strangers who has an account. */
  lookUp = false;

  /** Where to go after signing in: a path such as `/account`, or a whole address of this very origin. */
  successUrl?: string | undefined;

  /** Remembers for a week, in this browser, that somebody did not want a passkey. */
  rememberSkip = false;

  /**
   * CSS selector of buttons and links elsewhere on the page that sign in at a click, where a passkey
   * is at hand. Where none is, and until the code behind it has arrived, a link leads on, and a button
   * brings people to the form. A link with a `target` is left to the browser.
   */
  for?: string | undefined;

  /** Which screen is shown: the first, the last, or one of a part that has screens of its own. */
  private screen: 'identify' | 'done' | LoginPart = 'identify';
  /** Asked for its words with each rendering: the language may change. */
  private notice?: Words;
  #doneTitle?: Words;
  #coach: Coach | undefined;
  #elsewhere: Elsewhere | undefined;
  #immediate: ImmediateMode | undefined;
  #signUp: SignUp | undefined;

  private readonly field = new IdentifierField(this, {
    text: () => this.#text,
    language: () => this.localize.language,
    onSubmit: () => void this.#continue(),
    onFocus: () => this.#autofill.retry(),
    onInput: () => void (this.source.error || soon(this.#loadSignUp())),
  });
  readonly #autofill = new AutofillController(this);

  /** Signs in with a passkey. `true` when it worked; never rejects, see `passkey-error`. */
  signIn(identifier?: string): Promise<boolean> {
    return this.#signInBy('passkey', (backend, ceremony) =>
      signIn(backend, { identifier }, ceremony),
    );
  }

  /** Creates a passkey for whoever is signed in. `true` when it worked; never rejects. */
  register(): Promise<boolean> {
    return this.#create('register');
  }

  /**
   * Creates a passkey without a question, right after the site's own sign-in with a password, in
   * browsers that can (Chrome, Safari). Never rejects; nothing shows when it did not work. It ends by
   * itself; `cancel()` leaves it alone.
   */
  upgrade(): Promise<boolean> {
    return this.#create('upgrade');
  }

  /**
   * Call it after your own sign-in worked: if a passkey failed here before, it offers to create a new
   * one. `true` when it was created; `false` after “Not now”, or when nothing was offered. Never rejects.
   */
  async healed(): Promise<boolean> {
    return this.#coach?.passkeyFailed ? this.#create('replace') : false;
  }

  /**
   * Stops whatever is under way; `passkey-cancelled` follows with code `aborted`. What somebody has
   * just picked from the autofill list is dropped without an event.
   */
  override cancel(): void {
    super.cancel();
    this.#immediate?.stop();
    this.#autofill.restart();
  }

  /** Goes to the field for the account name, or to the screen that is shown. */
  override focus(options?: FocusOptions): void {
    if (this.screen === 'identify') this.field.input.focus(options);
    else super.focus(options);
  }

  /** Signs out, where the backend has that, forgets the token, and starts over. Never rejects. */
  async signOut(): Promise<void> {
    super.cancel();
    this.flow.reset(); // to leave is no try too many
    const done = await this.run('sign-out', async (backend, { signal }) =>
      backend.signOut?.(signal),
    );
    if (!done) return;
    this.keepToken();
    this.show('identify');
    this.#autofill.retry();
  }

  /** Whoever puts it into the page has had time to listen. */
  protected override firstUpdated(): void {
    const error = inTheWay('get');
    this.toggleState('unsupported', !!error);
    if (error) this.announce(error);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (isServer) return; // the rest is for a page
    if (this.handOff || this.flow.state.status === 'waiting') {
      extra(import('./elsewhere.js'), ({ Elsewhere }) => {
        this.#elsewhere ??= new Elsewhere(this);
      });
    }
    if (inTheWay('get') || this.source.error || this.flow.error || this.trouble?.overdue) {
      extra(import('./coach.js'), ({ Coach }) => {
        this.#coach ??= new Coach(this);
      });
    }
    if (changed.has('for') && this.for) {
      // Until immediate mode is here, and where it does not come, a click leads to the form.
      const lead = (event: Event) => {
        // What is no selector matches nothing.
        if ((event.target as Element).closest?.(`:is(${this.for})`) && !event.defaultPrevented) {
          this.focus();
        }
      };
      addEventListener('click', lead);
      extra(import('./immediate-mode.js'), ({ ImmediateMode }) => {
        removeEventListener('click', lead);
        this.#immediate ??= new ImmediateMode(this);
      });
    }
    if (changed.has('identifier') && this.identifier) this.field.value = this.identifier;
    if (changed.has('accessToken') && this.accessToken) {
      extra(this.#loadSignUp(), ({ offer }) => offer.byToken());
    }
  }

  protected override backendReset(): void {
    super.backendReset();
    if (this.screen !== 'identify') this.show('identify');
  }

  protected override render(): TemplateResult {
    const { language, direction } = this.localize;
    return html`<div part="base" class="stack" lang=${language} dir=${direction}>
      ${this.#screen()} ${messageTemplate(this.#message())} ${this.#coach?.steps()}
      ${this.#elsewhere?.more()}
      ${
        this.flow.busy
          ? button(this.#text.cancel, { look: 'quiet', onClick: () => this.cancel() })
          : nothing
      }
      <slot></slot>
      <slot name="fallback"></slot>
    </div>`;
  }

  #screen(): TemplateResult {
    if (this.screen === 'identify') return this.#identifyScreen();
    if (this.#part) return this.#part.render();
    return html`<div class="hero done">${doneIcon}</div>
      <h2 part="title" tabindex="-1">${this.#doneTitle?.()}</h2>`;
  }

  #identifyScreen(): TemplateResult {
    const text = this.#text;
    const blocked = this.blocked;
    const backend = this.source.current;
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      void this.#continue();
    };
    return html`<slot name="header"><h2 part="title" tabindex="-1">${text.signInTitle}</h2></slot>
      <form class="stack" novalidate @submit=${submit}>
        <div>
          <slot name="username-label"></slot>
          <slot name="username" @slotchange=${() => this.field.adopt()}></slot>
          <slot name="username-fault"></slot>
        </div>
        ${button(text.continue, { look: 'primary', blocked })}
      </form>
      ${
        inTheWay('get') || (backend && !traitsOf(backend).usernameless)
          ? nothing
          : html`<div class="divider" aria-hidden="true">${text.or}</div>
              <div class="stack" @pointerenter=${this.#prefetch} @focusin=${this.#prefetch}>
                ${button(html`${passkeyIcon} ${text.signIn}`, {
                  blocked,
                  onClick: () => this.signIn(),
                })}
              </div>`
      }`;
  }

  /** Autofill's challenge serves a click as well; without it one is fetched as the pointer comes. */
  readonly #prefetch = (): void => {
    const backend = this.source.current;
    if (backend && !this.blocked && !this.#autofill.armed) {
      prefetchChallenge(backend);
    }
  };

  async #continue(): Promise<void> {
    const { value } = this.field;
    this.field.fault = !value;
    if (!value || this.blocked) return;
    const signUp = await this.#prepare();
    await signUp?.continue(value);
  }

  /** Loaded when somebody types an account name, so that it is here before they continue. */
  async #loadSignUp(): Promise<SignUp> {
    const { SignUp } = await import('./sign-up.js').catch(unreachable);
    await this.source.whenReady();
    return (this.#signUp ??= new SignUp(this));
  }

  /** Loads it under way already: `cancel()` ends that too. */
  async #prepare(): Promise<SignUp | undefined> {
    return (await this.run('look-up', () => this.#loadSignUp()))?.result;
  }

  async #create(way: 'register' | 'upgrade' | 'replace'): Promise<boolean> {
    const signUp = await (way === 'upgrade' ? soon(this.#loadSignUp(), 10_000) : this.#prepare());
    return signUp ? signUp.offer[way]() : false;
  }

  /** The person has picked a passkey already. */
  private answered(
    method: 'autofill' | 'immediate',
    answer: SignInAnswer,
    backend: PasskeyBackend,
  ) {
    return this.#signInBy(method, (_, ceremony) => signInWith(backend, answer, ceremony));
  }

  async #signInBy(
    method: 'passkey' | 'autofill' | 'immediate',
    action: (backend: PasskeyBackend, ceremony: Ceremony) => Promise<SignInResult | undefined>,
  ): Promise<boolean> {
    const outcome = await this.run('sign-in', async (backend, ceremony) => {
      await this.permit(new PasskeyBeforeSignInEvent(method));
      const result = await action(backend, ceremony);
      // The page gets the tokens before anybody is told of success: it may refuse them.
      if (result) await this.handOver(result);
      return result;
    });
    const result = outcome?.result;
    if (result) void this.finish(result, method);
    else if (outcome) this.end(() => this.#text.approved);
    return !!result;
  }

  private async finish(result: SignInResult, method: SignInMethod, notice?: Words): Promise<void> {
    const { answer } = this.flow.state as { answer?: AuthenticationResponseJSON };
    const backend = this.source.current;
    this.end(() => this.#text.signedIn, notice);
    const signUp =
      answer?.authenticatorAttachment === 'cross-platform' && (await soon(this.#loadSignUp()));
    if (signUp) await signUp.offer.here({ result, method }, answer, backend);
    else this.tell(result, method);
  }

  private tell(result: SignInResult, method: SignInMethod): void {
    const goes = this.dispatchEvent(new PasskeySignedInEvent(method, result.kind));
    if (goes && this.isConnected && this.successUrl) goTo(this.successUrl);
  }

  /** The page is back, as it was left. Whoever went on from here may be signed out by then. */
  private reset(): void {
    if (this.successUrl && this.screen === 'done') this.show('identify');
    this.#autofill.retry();
  }

  private end(title: Words, notice?: Words): void {
    this.#doneTitle = title;
    this.show('done', notice);
  }

  /** Waits for the backend, then runs. */
  private async run<Result>(
    activity: Activity,
    action: (backend: PasskeyBackend, ceremony: Ceremony) => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (this.isConnected) this.performUpdate(); // a backend that has just been set is the one to ask
    if (this.blocked) return undefined;
    this.notice = undefined;
    return this.flow.run(activity, async (ceremony) => {
      const backend = await this.source.whenReady();
      ceremony.signal.throwIfAborted();
      return action(backend, ceremony);
    });
  }

  /** Where passkeys shall be on offer in the autofill list, if they shall. */
  private get autofillBackend(): PasskeyBackend | undefined {
    const backend = this.source.current;
    const wanted =
      this.isConnected && this.screen === 'identify' && !this.noAutofill && !this.blocked;
    return wanted && backend && traitsOf(backend).usernameless ? backend : undefined;
  }

  /** Styles of screens that most people never see. */
  private adopt({ styleSheet }: CSSResult): void {
    (this.renderRoot as ShadowRoot).adoptedStyleSheets.push(styleSheet!);
  }

  /** Shows a screen and takes the focus along, if the person was in here. */
  private show(screen: typeof this.screen, notice?: Words): void {
    const inside = this.matches(':focus-within');
    if (screen !== this.screen) this.#part?.left?.();
    this.screen = screen;
    this.notice = notice;
    this.flow.reset();
    this.requestUpdate();
    if (!inside) return;
    void this.updateComplete.then(() => {
      if (screen === 'identify') this.field.input.focus();
      else
        (
          this.renderRoot.querySelector<HTMLElement>('#code') ?? this.renderRoot.querySelector('h2')
        )?.focus();
    });
  }

  #message(): Message | undefined {
    const { state } = this.flow;
    const known = this.#part?.messageOf?.(state) ?? this.#coach?.messageOf(state) ?? this.message;
    const missing = this.screen === 'identify' && inTheWay('get');
    const note = this.notice?.() || (missing && this.errorText(missing.code));
    return known ?? (note ? { kind: 'note', text: note } : undefined);
  }

  get #part(): LoginPart | undefined {
    return typeof this.screen === 'object' ? this.screen : undefined;
  }

  private get blocked(): boolean {
    return this.flow.busy || !!this.trouble?.seconds;
  }

  get #text() {
    return this.localize.words(words);
  }
}

/** Without it everything else works. */
function extra<Module>(module: Promise<Module>, use: (module: Module) => void): void {
  module.then(use, () => {});
}

/** A server cannot know: it renders for people who can use passkeys. */
const inTheWay = isServer ? () => undefined : obstacle;

const words = { ...sharedWords, ...loginWords };

declare global {
  interface HTMLElementTagNameMap {
    'passkey-login': PasskeyLogin;
  }
}

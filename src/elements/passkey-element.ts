import { isServer, LitElement, type PropertyDeclarations, type PropertyValues } from 'lit';
import type { HttpSettings } from '../backends/index.js';
import type { PasskeyBackend, SignInResult } from '../core/backend.js';
import { hint, isStop, PasskeyError, type PasskeyErrorCode } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import { version } from '../core/version.js';
import { soon } from '../core/waiting.js';
import { BackendController } from './backend-controller.js';
import {
  PasskeyCancelledEvent,
  PasskeyErrorEvent,
  type PasskeyPermission,
  PasskeyReadyEvent,
  PasskeyStatusEvent,
} from './events.js';
import { FlowController } from './flow-controller.js';
import { LocalizeController, type StringOverrides } from './localize-controller.js';
import { sharedWords } from '../i18n/en/shared.js';
import type { Message } from './parts/message.js';
import type { Trouble } from './trouble.js';
import { unknownValue } from './unknown-value.js';
import { readMore, warn } from './warn.js';

/** Milliseconds after which a prompt that nobody answered is pointed out. */
const patience = 15_000;

/** Tokens or a code, for the page's own code only. */
export type TokenResult = Exclude<SignInResult, { readonly kind: 'session' }>;

/** What both elements share: where the backend is, who is signed in, and the words. */
export abstract class PasskeyElement extends LitElement {
  /** Which release of the package this is. */
  static readonly version = version;

  static override properties: PropertyDeclarations = {
    clientId: { attribute: 'client-id' },
    backend: {},
    baseUrl: { attribute: 'base-url' },
    credentials: {},
    theme: { reflect: true },
    accessToken: { attribute: false },
    receiveTokens: { attribute: false },
    requestHeaders: { attribute: false },
    strings: { attribute: false },
  };

  static override shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  };

  /** Public id of the application, tenant or client, where the backend has one. */
  clientId?: string | undefined;

  /** Which server dialect to speak, or a backend of the site's own (as a property). */
  backend: string | PasskeyBackend = 'ssojet';

  /** Where the backend is; `auth0` and `supabase` need it, the others have a default. https, or http on localhost. */
  baseUrl?: string | undefined;

  /** Whether cookies go along with requests. Default: as the dialect needs it, own origin only. */
  credentials?: RequestCredentials | undefined;

  /** `light` or `dark`; without it the page's `color-scheme` decides. */
  theme?: 'light' | 'dark' | undefined;

  /** The signed-in person's access token, or a function that gives it, for backends that want one. */
  accessToken?: string | (() => string | undefined | Promise<string | undefined>) | undefined;

  /** Gets tokens and codes after a sign-in. They go nowhere else. */
  receiveTokens?: ((result: TokenResult) => unknown) | undefined;

  /** Adds headers to each request, for example against cross-site request forgery. May be asynchronous. */
  requestHeaders?: HttpSettings['headers'];

  /** The site's own words for any text, by key. */
  strings?: StringOverrides | undefined;

  protected readonly localize = new LocalizeController(this);
  protected readonly source = new BackendController(this);
  protected readonly flow = new FlowController(this);
  protected trouble: Trouble | undefined;
  readonly #internals = this.attachInternals();
  /** What to say where the words for what went wrong do not arrive; before that is known, nothing. */
  #vague = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The token of a sign-in that happened here, until the page hands us another. */
  #ownToken: string | undefined;

  /** Stops whatever is under way; `passkey-cancelled` follows with code `aborted`. */
  cancel(): void {
    this.flow.cancel();
  }

  /** A control that had the focus may be gone after a change: it goes to the heading then. */
  protected override update(changed: PropertyValues<this>): void {
    const inside = this.matches(':focus-within');
    super.update(changed);
    const lost = () => inside && !this.matches(':focus-within');
    if (lost()) this.renderRoot.querySelector<HTMLElement>('h2')?.focus();
    if (lost()) this.focus(); // the page has a heading of its own
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (isServer) this.localize.hostConnected(); // a server connects nothing
    if (changed.has('accessToken')) this.#ownToken = undefined;
    warn(hint`${unknownValue(this, changed)}`);
    const deciding = ['backend', 'clientId', 'baseUrl', 'credentials'] as const;
    if (deciding.some((name) => changed.has(name))) this.source.replace();
  }

  /** Another backend is wanted: what the old one was doing is over, and its token goes nowhere else. */
  protected backendReset(): void {
    this.flow.cancel();
    this.flow.reset();
    this.keepToken();
  }

  /** The backend is here, or it is known why not. */
  protected backendChanged(): void {
    const { error } = this.source;
    this.markError(error);
    if (!error) {
      this.dispatchEvent(new PasskeyReadyEvent());
      return;
    }
    warn(hint`<${this.localName}>: ${error.message} ${readMore('errors.md#' + error.code)}`);
    this.announce(error);
  }

  /** State changes first, the event follows, so a listener always sees the new state. */
  protected flowChanged(state: FlowState): void {
    this.toggleState('busy', this.flow.busy);
    clearTimeout(this.#timer);
    if (state.status === 'prompting')
      this.#timer = setTimeout(() => void this.#explain(state), patience);
    const { error } = this.flow;
    this.markError(error);
    if (state.status === 'waiting') {
      void this.#explain();
      if (state.progress) this.dispatchEvent(new PasskeyStatusEvent(state.progress));
    }
    if (error && error !== this.source.error) this.announce(error);
  }

  /** Tells the page of an error; the words for the person are the view's business. */
  protected announce(error: PasskeyError): void {
    void this.#explain();
    this.dispatchEvent(
      isStop(error) ? new PasskeyCancelledEvent(error.code) : new PasskeyErrorEvent(error),
    );
  }

  /** Asks the page before something begins. Rejects with `aborted` where it says no. */
  protected async permit(event: PasskeyPermission): Promise<void> {
    const permitted = this.dispatchEvent(event);
    if (!permitted) throw new PasskeyError('aborted', hint`${event.type} was cancelled.`);
    await Promise.all(event.awaited);
  }

  /** Hands tokens to the page. */
  protected async handOver(result: SignInResult): Promise<void> {
    this.keepToken(result);
    if (result.kind === 'session') return;
    if (this.receiveTokens) {
      try {
        await this.receiveTokens(result);
      } catch (cause) {
        this.keepToken();
        throw cause;
      }
    } else {
      warn(
        hint`<${this.localName}>: the backend sent tokens, but receiveTokens is not set, so nobody has them. Set it before somebody signs in. ${readMore('security.md#where-tokens-go')}`,
      );
    }
  }

  /** Keeps the access token for what this element does next. */
  protected keepToken(result?: SignInResult): void {
    this.#ownToken = result?.kind === 'tokens' ? result.accessToken : undefined;
  }

  protected markError(error: PasskeyError | undefined): void {
    this.toggleState('error', !!error && !isStop(error));
  }

  protected toggleState(state: string, on: boolean): void {
    this.#internals.states[on ? 'add' : 'delete'](state);
  }

  /** What to say of the flow, or of a configuration that cannot work. */
  protected get message(): Message | undefined {
    const text = this.localize.words(sharedWords);
    const { state, error, busy } = this.flow;
    if (this.source.error) return { kind: 'alert', text: this.errorText(this.source.error.code) };
    const known = this.trouble?.messageOf(state);
    if (known) return known;
    if (error && !isStop(error)) return { kind: 'alert', text: this.errorText(error.code) };
    if (!busy) return undefined;
    const news: Partial<Record<FlowState['status'], string>> = {
      preparing: text.oneMoment,
      prompting: text.waitingForPasskey,
    };
    return { kind: 'busy', text: news[state.status] ?? text.checking };
  }

  /** Our words for an error code; the server's are never shown. */
  protected errorText(code: PasskeyErrorCode): string {
    return this.trouble?.textOf(code) ?? this.#vague;
  }

  /** Finds better words for what failed, or for a state that lasts. */
  async #explain(slow?: FlowState): Promise<void> {
    const loading = import('./trouble.js');
    if (!(await soon(loading))) this.#vague = this.localize.words(sharedWords).failed;
    this.requestUpdate();
    const loaded = await loading.catch(() => undefined);
    if (loaded) (this.trouble ??= new loaded.Trouble(this, this.flow, this.localize)).slow = slow;
    this.requestUpdate();
  }

  private get settings(): HttpSettings {
    return {
      clientId: this.clientId,
      baseUrl: this.baseUrl,
      credentials: this.credentials,
      headers: (request) => this.requestHeaders?.(request),
      accessToken: async () => {
        const { accessToken } = this;
        return typeof accessToken === 'function'
          ? ((await accessToken()) ?? this.#ownToken)
          : (this.#ownToken ?? accessToken);
      },
    };
  }
}

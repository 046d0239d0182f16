import {
  html,
  isServer,
  nothing,
  svg,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { traitsOf } from '../core/backend.js';
import { hint, PasskeyError } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import type { Passkey } from '../core/passkey.js';
import { obstacle } from '../core/webauthn.js';
import type { AccountName } from '../core/webauthn-accepted.js';
import { managerWords } from '../i18n/en/manager.js';
import { sharedWords } from '../i18n/en/shared.js';
import { ListController } from './list-controller.js';
import type { ManagerHost, News } from './manager-part.js';
import { ManagerParts } from './manager-parts.js';
import { button } from './parts/button.js';
import { icon } from './parts/icon.js';
import { KeyedList } from './parts/keyed-list.js';
import { messageTemplate, type Message } from './parts/message.js';
import { passkeyRow } from './parts/passkey-row.js';
import { tile } from './parts/tile.js';
import { PasskeyElement } from './passkey-element.js';
import { managerStyles } from './passkey-manager.styles.js';
import { tokens } from './tokens.styles.js';

/**
 * Shows the signed-in person's passkeys, and lets them add, rename and remove some.
 *
 * @tagname passkey-manager
 * @slot - More of the site's own content, below the list.
 * @slot empty - Replaces what is shown when there is no passkey.
 * @fires {PasskeyReadyEvent} passkey-ready - The backend is known and the element can be used.
 * @fires {PasskeyBeforeRegisterEvent} passkey-before-register - A passkey is about to be created. Cancel it, or let it wait.
 * @fires {PasskeyBeforeRenameEvent} passkey-before-rename - A passkey is about to get another name. Cancel it, or let it wait.
 * @fires {PasskeyBeforeRemoveEvent} passkey-before-remove - A passkey is about to be removed. Cancel it, or let it wait.
 * @fires {PasskeyRegisteredEvent} passkey-registered - A passkey was added.
 * @fires {PasskeyRenamedEvent} passkey-renamed - A passkey got another name.
 * @fires {PasskeyRemovedEvent} passkey-removed - A passkey was removed.
 * @fires {PasskeyRestoredEvent} passkey-restored - A passkey that had just been removed is back.
 * @fires {PasskeyCancelledEvent} passkey-cancelled - The person or the page stopped.
 * @fires {PasskeyErrorEvent} passkey-error - Something failed; the words are on screen.
 * @csspart base - The card around everything.
 * @csspart title - The heading.
 * @csspart list - The list.
 * @csspart row - One passkey.
 * @csspart icon - The picture of a passkey.
 * @csspart name - The name of a passkey.
 * @csspart badge - Whether it is synced, or disabled.
 * @csspart meta - When it was created and last used.
 * @csspart empty - What is shown when there is no passkey.
 * @csspart dialog - The question before a removal.
 * @csspart button - Every button.
 * @csspart primary - The main button.
 * @csspart danger - The button that removes.
 * @csspart input - Every field.
 * @csspart status - News, for example that a passkey was added.
 * @csspart alert - What went wrong.
 * @cssproperty [--passkey-accent] - Colour of what matters most.
 * @cssproperty [--passkey-on-accent] - Text on that colour.
 * @cssproperty [--passkey-surface] - Background.
 * @cssproperty [--passkey-text] - Text.
 * @cssproperty [--passkey-muted] - Text of less weight.
 * @cssproperty [--passkey-border] - Border of controls.
 * @cssproperty [--passkey-line] - Border of cards and dividers.
 * @cssproperty [--passkey-danger] - Errors and removal.
 * @cssproperty [--passkey-radius=12px] - Roundness.
 * @cssproperty [--passkey-space=16px] - Distance between things.
 * @cssproperty [--passkey-font=system-ui, sans-serif] - Font family.
 * @cssproperty [--passkey-shadow] - Shadow of the card.
 * @cssstate busy - A ceremony or a request is under way.
 * @cssstate error - The last attempt failed.
 */
export class PasskeyManager extends PasskeyElement {
  static override properties: PropertyDeclarations = {
    keepLast: { type: Boolean, attribute: 'keep-last' },
    open: {},
    otherMethods: { type: Number, attribute: 'other-methods' },
    providerIcon: { attribute: false },
  };

  static override styles = [tokens, managerStyles];

  /** Refuses to remove the last passkey, unless `other-methods` counts another way in. The server must too. */
  keepLast = false;

  /** `add` offers to add a passkey, as the address `#add-passkey` does. */
  open?: string | undefined;

  /**
   * How many other ways to sign in this person has. With `0` the last passkey stays; with more the
   * warning is milder.
   */
  otherMethods?: number | undefined;

  /**
   * Gives the address of a picture for a provider: `https:`, `data:image/`, or a path of the page's
   * own origin.
   */
  providerIcon?:
    ((aaguid: string | undefined, name: string | undefined) => string | undefined) | undefined;

  readonly #list = new ListController(this, () => this.#text.passkey);
  readonly #rows = isServer ? (undefined as never) : new KeyedList();
  #offered = false;
  #news: News;
  #failure: PasskeyError | undefined;
  readonly #host: ManagerHost = {
    element: this,
    localize: this.localize,
    list: this.#list,
    nameOf: (passkey) => {
      const number = this.#list.numberOf(passkey);
      const name = this.#list.nameOf(passkey);
      return number! > 1 ? `${name} (${number})` : name;
    },
    shown: async (selector, row) => {
      await this.updateComplete;
      const within = row ? `[data-id="${CSS.escape(row.id)}"] ` : '';
      return this.renderRoot.querySelector(within + selector);
    },
    addButton: () => this.#addButton(),
    begin: (name, ...passkeys) => this.#parts.begin(name, ...passkeys),
    say: (news) => this.#say(news),
    fail: (failure) => {
      this.#say(undefined, failure);
      this.announce(failure);
    },
    change: (activity, action) => this.#change(activity, action),
  };
  readonly #parts = new ManagerParts(this.#host);

  /** Reads the list again. Never rejects; see `passkey-error`. */
  async refresh(): Promise<void> {
    await this.source.whenReady().catch(() => undefined);
    const backend = this.source.current; // another one may have taken its place
    if (!backend?.passkeys?.list) return;
    const { signal } = this.#list.life;
    const error = await this.#list.read(backend);
    if (error) this.#host.fail(error);
    if (error !== undefined) return;
    this.#say(signal.aborted ? undefined : this.#news);
    const onOneDevice = this.#list.passkeys.every(({ backupEligible }) => backupEligible === false);
    if (this.#list.isLong || onOneDevice) void this.#parts.begin('around');
    this.#offer();
    if (this.#list.current?.repeated)
      this.announce(new PasskeyError('bad-response', hint`The list names some passkeys twice.`));
  }

  /**
   * Tells password managers another name of the account, as `{ name, displayName }`, where the backend
   * has the trait `signals`. Call it after such a change only.
   */
  async accountRenamed(account: AccountName): Promise<void> {
    await this.refresh();
    await this.#list.tellName(this.source.current, account);
  }

  /** Adds a passkey. `true` when it worked; never rejects, see `passkey-error`. */
  add(): Promise<boolean> {
    return this.#change('registration', (ceremony) => this.#parts.add(ceremony));
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if ((changed.has('accessToken') || changed.has('open')) && this.source.current)
      void this.refresh();
  }

  protected override backendReset(): void {
    super.backendReset();
    this.#list.clear();
    this.#parts.close();
    this.#say();
  }

  protected override backendChanged(): void {
    super.backendChanged();
    if (this.source.current) void this.refresh();
  }

  protected override flowChanged(state: FlowState): void {
    if (state.status === 'preparing' || !this.isConnected) this.#say();
    if (state.status === 'failed') this.#news = undefined; // what went well before is no longer the last
    super.flowChanged(state);
  }

  protected override render(): TemplateResult {
    const { language, direction } = this.localize;
    const text = this.#text;
    const retry = () => {
      this.#say();
      void this.refresh();
    };
    return html`<section
      part="base"
      class="stack"
      lang=${language}
      dir=${direction}
      aria-label=${text.managerTitle}
      @pointerover=${this.#parts.prepare}
      @focusin=${this.#parts.prepare}
    >
      <div class="top">
        <h2 part="title" tabindex="-1">${text.managerTitle}</h2>
        ${this.#list.passkeys.length > 0 ? this.#addButton() : nothing}
      </div>
      ${messageTemplate(this.#message())} ${this.#parts.open.remove?.back}
      ${
        this.flow.busy
          ? button(text.cancel, { look: 'quiet', onClick: () => this.cancel() })
          : nothing
      }
      ${this.#failure && this.#list.error?.retryable ? button(text.tryAgain, { onClick: retry }) : nothing}
      ${this.#passkeys()} ${this.#parts.open.remove?.render()} ${this.#parts.open.offer?.render()}
      <slot></slot>
    </section>`;
  }

  /** Somebody was sent here to add one: they are asked, once. */
  #offer(): void {
    const wanted = this.open === 'add' || location.hash === '#add-passkey';
    if (wanted && !this.#offered) void this.#parts.begin('offer');
    this.#offered = wanted;
  }

  #passkeys() {
    const { around } = this.#parts.open;
    if (!this.#list.current) return nothing;
    const passkeys = around?.passkeys ?? this.#list.passkeys.slice(0, this.#list.firstRows);
    const rows = passkeys.map((passkey) => [passkey.id, this.#row(passkey)] as const);
    const list = this.#rows.show(new Map(rows));
    return html`${around?.render()}${rows[0] ? list : nothing}${around?.more}`;
  }

  #row(passkey: Passkey): TemplateResult {
    const { open } = this.#parts;
    const provider = this.#list.providerOf(passkey);
    const icon = this.providerIcon?.(passkey.aaguid, provider) ?? passkey.provider?.icon;
    const picture = open.around?.render(passkey) ?? tile(provider, icon);
    const about =
      open.rename?.render(passkey) ??
      passkeyRow({
        passkey,
        text: this.#text,
        name: this.#host.nameOf(passkey),
        provider,
        here: this.#list.isHere(passkey),
        tellsUse: this.#list.passkeys.some(({ lastUsedAt }) => lastUsedAt),
        language: this.localize.language,
        details: open.details?.render(passkey),
        can: this.source.current?.passkeys,
        begin: (name) => void this.#parts.begin(name, passkey),
      });
    return html`${picture}${about}`;
  }

  #addButton(): TemplateResult | typeof nothing {
    const backend = this.source.current;
    const possible = backend?.registration && traitsOf(backend).addPasskey && !obstacle('create');
    if (!possible) return nothing;
    return button(html`${addIcon} ${this.#text.add}`, {
      look: 'primary',
      blocked: this.flow.busy,
      onClick: () => this.add(),
    });
  }

  /** Runs what changes the list, reads the list again, and tells what changed. */
  readonly #change: ManagerHost['change'] = async (activity, action) => {
    const { signal } = this.#list.life;
    const outcome = await this.flow.run(activity, action);
    if (!outcome) return false;
    const { news, event } = outcome.result;
    this.flow.reset();
    await this.refresh();
    // What is said of one person's passkeys is not for the next; what failed meanwhile is the last.
    const said = this.#failure ? () => this.#text.notUpToDate : news;
    if (!this.flow.error) this.#say(signal.aborted ? undefined : said, this.#failure);
    this.dispatchEvent(event);
    return true;
  };

  /** What was said of the last action says nothing of the next. */
  #say(news?: News, failure?: PasskeyError): void {
    this.#news = news;
    this.#failure = failure;
    if (news || failure) this.flow.reset();
    this.markError(failure ?? this.flow.error);
    this.requestUpdate();
  }

  #message(): Message | undefined {
    if (this.message) return this.message;
    if (this.#news) return { kind: 'done', text: this.#news() };
    if (this.#failure) {
      const { code } = this.#failure;
      const kind = /unauthorized|aborted/.test(code) ? 'note' : 'alert';
      return { kind, text: this.errorText(code) };
    }
    if (!this.#list.reading || this.#list.current) return undefined;
    return { kind: 'busy', text: this.#text.loading };
  }

  get #text() {
    return this.localize.words(words);
  }
}

const words = { ...sharedWords, ...managerWords };
const addIcon = icon(svg`<path d="M12 5v14M5 12h14"/>`);

declare global {
  interface HTMLElementTagNameMap {
    'passkey-manager': PasskeyManager;
  }
}

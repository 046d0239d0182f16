import {
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { traitsOf, type PasskeyBackend } from '../core/backend.js';
import { signIn } from '../core/ceremonies.js';
import { PasskeyError, toPasskeyError } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import { nameFault, removePasskey, renamePasskey, signalRemoval } from '../core/management.js';
import type { Passkey } from '../core/passkey.js';
import { register } from '../core/registration.js';
import { obstacle } from '../core/webauthn.js';
import { managerWords } from '../i18n/en/manager.js';
import { sharedWords } from '../i18n/en/shared.js';
import { PasskeyRegisteredEvent, PasskeyRemovedEvent, PasskeyRenamedEvent } from './events.js';
import { ListController } from './list-controller.js';
import { addIcon } from './parts/icons.js';
import { messageTemplate, type Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';
import { passkeyRow, shownName, tile } from './parts/passkey-row.js';
import { removeDialog } from './parts/remove-dialog.js';
import { renameForm } from './parts/rename-form.js';
import { PasskeyElement } from './passkey-element.js';
import { managerStyles } from './passkey-manager.styles.js';
import { tokens } from './tokens.styles.js';

/** A name being edited, and what is wrong with it. */
interface Edit {
  readonly id: string;
  readonly draft: string;
  readonly fault?: string;
}

/**
 * Shows the signed-in person's passkeys, and lets them add, rename and remove some.
 *
 * @tagname passkey-manager
 * @slot - More of the site's own content, below the list.
 * @slot empty - Replaces what is shown when there is no passkey.
 * @fires {PasskeyReadyEvent} passkey-ready - The backend is known and the element can be used.
 * @fires {PasskeyRegisteredEvent} passkey-registered - A passkey was added.
 * @fires {PasskeyRenamedEvent} passkey-renamed - A passkey got another name.
 * @fires {PasskeyRemovedEvent} passkey-removed - A passkey was removed.
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
 * @cssproperty [--passkey-success] - What went well.
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
    fault: { state: true },
    edit: { state: true },
    removing: { state: true },
    notice: { state: true },
  };

  static override styles = [tokens, managerStyles];

  /** Refuses to remove the last passkey, for sites that have no other way in. */
  keepLast = false;

  private fault: PasskeyError | undefined;
  private edit: Edit | undefined;
  private removing: Passkey | undefined;
  private notice = '';
  readonly #list = new ListController(this);

  /** Reads the list again. Never rejects; see `passkey-error`. */
  async refresh(): Promise<void> {
    const backend = await this.source.whenReady().catch(() => undefined);
    if (!backend?.passkeys?.list) return;
    const error = await this.#list.read(backend);
    this.#fail(error);
    if (error || this.#list.repeated === 0) return;
    this.announce(new PasskeyError('bad-response', 'The list names some passkeys twice.'));
  }

  /** Adds a passkey. `true` when it worked; never rejects, see `passkey-error`. */
  async add(): Promise<boolean> {
    const existing = this.#list.passkeys;
    const outcome = await this.flow.run('registration', async (ceremony) => {
      const backend = await this.source.whenReady();
      return this.#freshly(backend, ceremony.signal, () =>
        register(backend, { existing }, ceremony),
      );
    });
    if (!outcome) return false;
    const { passkey, signIn: result } = outcome.result;
    if (result) await this.handOver(result);
    this.flow.reset();
    await this.refresh();
    this.#say(this.#text.added);
    this.dispatchEvent(new PasskeyRegisteredEvent(passkey?.id));
    return true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('passkey-signed-in', this.#onElsewhere);
    document.addEventListener('passkey-registered', this.#onElsewhere);
    if (!this.#list.life.signal.aborted) return;
    this.#list.clear();
    void this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('passkey-signed-in', this.#onElsewhere);
    document.removeEventListener('passkey-registered', this.#onElsewhere);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('accessToken') && this.source.current) void this.refresh();
  }

  protected override backendReset(): void {
    super.backendReset();
    this.#list.clear();
    this.#forget();
  }

  protected override backendChanged(): void {
    super.backendChanged();
    if (this.source.current) void this.refresh();
  }

  protected override flowChanged(state: FlowState): void {
    if (state.status === 'preparing') this.#forget();
    super.flowChanged(state);
  }

  protected override render(): TemplateResult {
    const { language, direction } = this.localize;
    const text = this.#text;
    const backend = this.source.current;
    const canAdd = this.#canAdd(backend);
    return html`<section
      part="base"
      class="stack"
      lang=${language}
      dir=${direction}
      aria-label=${text.managerTitle}
    >
      <div class="top">
        <h2 part="title" tabindex="-1">${text.managerTitle}</h2>
        ${canAdd && this.#list.passkeys.length > 0 ? this.#addButton() : nothing}
      </div>
      ${messageTemplate(this.#message())}
      ${
        this.flow.busy
          ? html`<button part="button" class="quiet" type="button" @click=${() => this.cancel()}>
              ${text.cancel}
            </button>`
          : nothing
      }
      ${
        this.fault?.retryable
          ? html`<button part="button" type="button" @click=${() => this.#retry()}>
              ${text.tryAgain}
            </button>`
          : nothing
      }
      ${this.#list.current ? this.#rows(canAdd) : nothing} ${this.#dialog()}
      <slot></slot>
    </section>`;
  }

  #rows(canAdd: boolean): TemplateResult {
    const text = this.#text;
    const { passkeys } = this.#list;
    if (passkeys.length === 0) {
      return html`<slot name="empty"
        ><div part="empty" class="empty">
          <div class="tile">${passkeyIcon}</div>
          <strong>${text.emptyTitle}</strong>
          <p class="muted">${text.emptyExplained}</p>
          ${canAdd ? this.#addButton() : nothing}
        </div></slot
      >`;
    }
    return html`<ul part="list">
      ${repeat(
        passkeys,
        ({ id }) => id,
        (passkey) => html`<li part="row" data-id=${passkey.id}>${this.#row(passkey)}</li>`,
      )}
    </ul>`;
  }

  #row(passkey: Passkey): TemplateResult {
    const text = this.#text;
    const backend = this.source.current;
    if (this.edit?.id === passkey.id) {
      const form = renameForm({
        text,
        draft: this.edit.draft,
        fault: this.edit.fault,
        onSave: (name) => void this.#rename(passkey, name),
        onCancel: () => this.#endEdit(passkey),
      });
      return html`${tile(passkey)}${form}`;
    }
    return passkeyRow({
      passkey,
      text,
      name: this.#nameOf(passkey),
      provider: this.#providerOf(passkey),
      date: (date) => this.localize.date(date),
      onRename: backend?.passkeys?.rename && (() => this.#beginEdit(passkey)),
      onRemove: backend?.passkeys?.remove && (() => this.#ask(passkey)),
    });
  }

  #dialog(): TemplateResult | typeof nothing {
    const passkey = this.removing;
    if (!passkey) return nothing;
    return removeDialog({
      text: this.#text,
      name: this.#nameOf(passkey),
      provider: this.#providerOf(passkey),
      last: this.#isLast ? (this.keepLast ? 'refused' : 'warned') : undefined,
      onConfirm: () => void this.#remove(passkey),
      onClose: () => {
        this.removing = undefined;
      },
    });
  }

  #addButton(): TemplateResult {
    return html`<button
      part="button primary"
      class="primary"
      type="button"
      data-action="add"
      aria-disabled=${this.flow.busy ? 'true' : 'false'}
      @click=${() => void this.add()}
    >
      ${addIcon} ${this.#text.add}
    </button>`;
  }

  #beginEdit(passkey: Passkey): void {
    this.#forget();
    this.edit = { id: passkey.id, draft: passkey.name ?? '' };
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLInputElement>('.rename input')?.select();
    });
  }

  #endEdit(passkey: Passkey): void {
    this.#forget();
    this.edit = undefined;
    this.#focusRow(passkey.id, 'rename');
  }

  /** Shows the new name at once; if the backend refuses, the old name and the person's text return. */
  async #rename(passkey: Passkey, entered: string): Promise<void> {
    const text = this.#text;
    const backend = this.source.current!;
    const { signal } = this.#list.life;
    const name = entered.normalize('NFC').trim();
    const fault = this.#faultOf(name, backend);
    if (fault) {
      this.edit = { id: passkey.id, draft: entered, fault };
      return this.#focus('.rename input');
    }
    this.#endEdit(passkey);
    if (name === passkey.name) return;
    this.#list.replace({ ...passkey, name });
    try {
      const renamed = await renamePasskey(backend, passkey, name, signal);
      if (signal.aborted) return;
      this.#list.replace(renamed);
      this.notice = text.renamed(shownName(name));
      this.dispatchEvent(new PasskeyRenamedEvent(passkey.id));
    } catch (cause) {
      if (signal.aborted) return;
      this.#list.replace(passkey);
      this.edit = { id: passkey.id, draft: entered };
      this.#fail(await toPasskeyError(cause));
      this.#focus('.rename input');
    }
  }

  #faultOf(name: string, backend: PasskeyBackend): string | undefined {
    const text = this.#text;
    switch (nameFault(name, backend)) {
      case 'empty':
        return text.nameEmpty;
      case 'too-long':
        return text.nameTooLong(traitsOf(backend).maxNameLength ?? 64);
      case 'invalid':
        return text.nameInvalid;
      default:
        return undefined;
    }
  }

  #ask(passkey: Passkey): void {
    this.#forget();
    this.removing = passkey;
    void this.updateComplete.then(() => this.renderRoot.querySelector('dialog')?.showModal());
    if (this.keepLast && this.#isLast) {
      this.announce(new PasskeyError('last-passkey', 'keep-last is set and this is the last one.'));
    }
  }

  async #remove(passkey: Passkey): Promise<void> {
    const backend = this.source.current!;
    const list = this.#list.current!;
    const name = this.#nameOf(passkey);
    const outcome = await this.flow.run('removal', ({ signal }) =>
      this.#freshly(backend, signal, () => removePasskey(backend, passkey, signal)),
    );
    if (!outcome) return this.#focusRow(passkey.id, 'remove');
    if (outcome.result) void signalRemoval(passkey, list);
    const neighbour = this.#list.drop(passkey.id);
    this.flow.reset();
    await this.refresh();
    this.#say(this.#text.removed(name));
    this.dispatchEvent(new PasskeyRemovedEvent(passkey.id));
    if (neighbour) this.#focusRow(neighbour.id, 'remove');
    else this.#focus('h2');
  }

  /** Does `action`; where the backend wants a fresh sign-in first, asks for one, and repeats it once. */
  async #freshly<Result>(
    backend: PasskeyBackend,
    signal: AbortSignal,
    action: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await action();
    } catch (cause) {
      const { code } = await toPasskeyError(cause);
      const own = this.#list.passkeys;
      const stale = code === 'reauth-required' || code === 'unauthorized';
      if (!stale || !own.some(({ credentialId }) => credentialId)) throw cause;
      const result = await signIn(backend, { only: own }, { signal, report: () => undefined });
      if (result) await this.handOver(result);
      return action();
    }
  }

  #canAdd(backend: PasskeyBackend | undefined): boolean {
    return Boolean(backend?.registration && traitsOf(backend).addPasskey && !obstacle('create'));
  }

  #nameOf(passkey: Passkey): string {
    const name = passkey.name ?? this.#providerOf(passkey) ?? passkey.username;
    return (name && shownName(name)) || this.#text.passkey;
  }

  #providerOf(passkey: Passkey): string | undefined {
    const provider = this.#list.providerOf(passkey);
    return provider && shownName(provider);
  }

  get #isLast(): boolean {
    return this.#list.passkeys.length === 1;
  }

  /** Tells that something worked, even where the list does not show it yet. */
  #say(news: string): void {
    this.notice = this.fault ? this.#text.notUpToDate : news;
  }

  #fail(error: PasskeyError | undefined): void {
    this.fault = error;
    if (error) this.announce(error);
  }

  #retry(): void {
    this.#forget();
    void this.refresh();
  }

  /** What was said of the last action says nothing of the next. */
  #forget(): void {
    this.notice = '';
    this.fault = undefined;
  }

  #message(): Message | undefined {
    const text = this.#text;
    if (this.flow.busy || this.flow.error || this.source.error) return this.message;
    if (this.notice) return { kind: 'done', text: this.notice };
    if (this.fault) {
      const kind = this.fault.code === 'unauthorized' ? 'note' : 'alert';
      return { kind, text: this.errorText(this.fault.code) };
    }
    if (this.#list.reading && !this.#list.current) return { kind: 'busy', text: text.loading };
    return undefined;
  }

  #focusRow(id: string, action: string): void {
    this.#focus(`[data-id="${CSS.escape(id)}"] [data-action="${action}"]`);
  }

  #focus(selector: string): void {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(selector)?.focus(),
    );
  }

  get #text() {
    return this.localize.words(words);
  }

  /** A `<passkey-login>` on the same page changed who is signed in, or what they have. */
  readonly #onElsewhere = (event: Event): void => {
    if (event.target !== this) void this.refresh();
  };
}

const words = { ...sharedWords, ...managerWords };

declare global {
  interface HTMLElementTagNameMap {
    'passkey-manager': PasskeyManager;
  }
}

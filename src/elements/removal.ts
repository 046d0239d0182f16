import { html, nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import { PasskeyError } from '../core/errors.js';
import type { Passkey } from '../core/passkey.js';
import { removePasskey, signalRemoval } from '../core/removal.js';
import { removalWords } from '../i18n/en/removal.js';
import { sharedWords } from '../i18n/en/shared.js';
import { PasskeyBeforeRemoveEvent, PasskeyErrorEvent, PasskeyRemovedEvent } from './events.js';
import { freshly } from './fresh-sign-in.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { removalStyles } from './removal.styles.js';

/** Asks before a passkey is removed, naming it and what will follow. */
export class Removal implements ManagerPart {
  static readonly styles = removalStyles;

  #asked: Passkey | undefined;
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
  }

  begin(passkey: Passkey): void {
    this.#asked = passkey;
    this.#host.element.requestUpdate();
    void this.#host.shown<HTMLDialogElement>('dialog').then((dialog) => dialog?.showModal());
    if (this.#refused) {
      const error = new PasskeyError('last-passkey', 'This is the last one, and it has to stay.');
      this.#host.element.dispatchEvent(new PasskeyErrorEvent(error));
    }
  }

  render(row?: Passkey): TemplateResult | undefined {
    const passkey = this.#asked;
    if (row || !passkey) return undefined;
    return html`<dialog part="dialog" aria-labelledby="question" @close=${() => this.#end()}>
      <h2 id="question">${this.#text.removeQuestion(this.#host.nameOf(passkey))}</h2>
      ${this.#refused ? this.#refusal() : this.#question(passkey)}
    </dialog>`;
  }

  #refusal(): TemplateResult {
    const text = this.#text;
    return html`<p>${text.removeLastRefused}</p>
      <div class="buttons">
        <button part="button" type="button" @click=${close}>${text.close}</button>
      </div>`;
  }

  #question(passkey: Passkey): TemplateResult {
    const text = this.#text;
    const confirm = (event: Event) => {
      close(event);
      void this.#remove(passkey);
    };
    return html`<p>${text.removeConsequence(this.#host.list.providerOf(passkey))}</p>
      ${this.#isLast ? this.#warning() : nothing}
      <p class="muted">${text.removeLeftover}</p>
      <div class="buttons">
        <button part="button" type="button" @click=${close}>${text.cancel}</button>
        <button part="button danger" class="danger" type="button" @click=${confirm}>
          ${text.remove}
        </button>
      </div>`;
  }

  #warning(): TemplateResult {
    const { removeLast, removeLastOfMany } = this.#text;
    const others = this.#host.element.otherMethods ?? 0;
    return html`<p class="warning">${others > 0 ? removeLastOfMany : removeLast}</p>`;
  }

  async #remove(passkey: Passkey): Promise<void> {
    const { list } = this.#host;
    let neighbour: Passkey | undefined;
    const removed = await this.#host.change('removal', async ({ signal }) => {
      const known = list.current;
      const news = this.#text.removed(this.#host.nameOf(passkey));
      await this.#host.permit(new PasskeyBeforeRemoveEvent(passkey.id));
      signal.throwIfAborted();
      const confirmed = await freshly(this.#host, this.#backend, signal, () =>
        removePasskey(this.#backend, passkey, signal),
      );
      signal.throwIfAborted();
      if (confirmed) void signalRemoval(passkey, known);
      neighbour = list.drop(passkey.id);
      return { news, event: new PasskeyRemovedEvent(passkey.id) };
    });
    const row = removed ? neighbour : passkey;
    const next = await this.#host.shown(row ? '[data-action=remove]' : 'h2', row);
    next?.focus();
  }

  #end(): void {
    this.#asked = undefined;
    this.#host.element.requestUpdate();
  }

  /** One that is disabled signs nobody in. */
  get #isLast(): boolean {
    const { passkeys } = this.#host.list;
    return !passkeys.some(({ id, enabled }) => id !== this.#asked?.id && enabled !== false);
  }

  /** Known to be the only way in, or the site has none that it counts. */
  get #refused(): boolean {
    const { keepLast, otherMethods } = this.#host.element;
    return this.#isLast && (otherMethods === 0 || (keepLast && !otherMethods));
  }

  get #text() {
    return this.#host.localize.words({ ...sharedWords, ...removalWords });
  }
}

function close(event: Event): void {
  (event.target as Element).closest('dialog')!.close();
}

import { html, nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import { hint, PasskeyError } from '../core/errors.js';
import type { Passkey } from '../core/passkey.js';
import { removePasskey } from '../core/removal.js';
import { canSignal } from '../core/webauthn-accepted.js';
import { removalWords } from '../i18n/en/removal.js';
import { sharedWords } from '../i18n/en/shared.js';
import { PasskeyErrorEvent } from './events.js';
import { PasskeyBeforeRemoveEvent, PasskeyRemovedEvent } from './passkey-events.js';
import { freshly } from './fresh-sign-in.js';
import { leadFocus } from './lead-focus.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { closedByEscape, closeOutOfReach, dialogStyles } from './dialog.js';
import { Restoration } from './restoration.js';

/** Asks before a passkey is removed, naming it and what will follow. */
export class Removal implements ManagerPart {
  static readonly styles = dialogStyles;

  #asked: readonly Passkey[] = [];
  #restoration: Restoration | undefined;
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
    closeOutOfReach(host.element);
  }

  begin(...passkeys: Passkey[]): void {
    this.#asked = passkeys;
    this.#restoration?.end();
    this.#host.list.life.signal.addEventListener('abort', this.#leave);
    this.#host.element.requestUpdate();
    void this.#host.shown<HTMLDialogElement>('dialog').then((dialog) => dialog?.showModal());
    if (this.#refused) {
      const error = new PasskeyError('last-passkey', hint`The last one has to stay.`);
      this.#host.element.dispatchEvent(new PasskeyErrorEvent(error));
    }
  }

  render(row?: Passkey): TemplateResult | undefined {
    const passkeys = this.#asked;
    const [first] = passkeys;
    if (row || !first) return undefined;
    const { removeQuestion, removeManyQuestion } = this.#text;
    const question = removeManyQuestion(passkeys.length);
    return html`<dialog
      part="dialog"
      aria-labelledby="question"
      aria-describedby="consequence warning"
      @close=${this.#closed}
    >
      <h2 id="question">
        ${passkeys.length > 1 ? question : removeQuestion(this.#host.nameOf(first))}
      </h2>
      ${this.#refused ? this.#refusal() : this.#question(passkeys, first)}
    </dialog>`;
  }

  /** The way back, beside the news of the removal. */
  get back(): TemplateResult | typeof nothing {
    return this.#restoration?.render() ?? nothing;
  }

  #refusal(): TemplateResult {
    const text = this.#text;
    return html`<p id="consequence">${text.removeLastRefused}</p>
      <div class="buttons">
        <button part="button" type="button" @click=${this.#close}>${text.close}</button>
      </div>`;
  }

  #question(passkeys: readonly Passkey[], first: Passkey): TemplateResult {
    const text = this.#text;
    const { busy } = this.#host.element['flow'];
    const confirm = (event: Event) => {
      if (busy) return;
      this.#close(event);
      void this.#remove(passkeys);
    };
    const consequence = text.removeConsequence(this.#host.list.providerOf(first));
    return html`${
        passkeys.length > 1 ? this.#names(passkeys) : html`<p id="consequence">${consequence}</p>`
      }
      ${this.#isLast ? this.#warning() : nothing}
      <p class="muted">${text.removeLeftover}</p>
      <div class="buttons">
        <button part="button" type="button" @click=${this.#close}>${text.cancel}</button>
        <button
          part="button danger"
          class="danger"
          type="button"
          aria-disabled=${busy ? 'true' : 'false'}
          @click=${confirm}
        >
          ${text.remove}
        </button>
      </div>`;
  }

  /** Each by its name: what is removed is not to be guessed. */
  #names(passkeys: readonly Passkey[]): TemplateResult {
    return html`<p id="names">${this.#text.removeManyConsequence}</p>
      <ol tabindex="0" aria-labelledby="names">
        ${passkeys.map((one) => html`<li><bdi>${this.#host.nameOf(one)}</bdi></li>`)}
      </ol>`;
  }

  #warning(): TemplateResult {
    const { removeLast, removeLastOfMany } = this.#text;
    return html`<p id="warning" class="warning">
      ${this.#others > 0 ? removeLastOfMany : removeLast}
    </p>`;
  }

  async #remove(passkeys: readonly Passkey[]): Promise<void> {
    const name = this.#host.nameOf(passkeys[0]!);
    const news = () => {
      const { removed, removedMany, removeLeftover } = this.#text;
      const gone = passkeys.length > 1 ? removedMany(passkeys.length) : removed(name);
      return canSignal() ? gone : `${gone} ${removeLeftover}`;
    };
    const owner = this.#host.list.current?.userHandle;
    let left = passkeys;
    let neighbour: Element | null | undefined;
    this.#restoration?.end(); // what came while the question was open
    const restoration = (this.#restoration = new Restoration(this.#host, this.#backend));
    await this.#host.change('removal', async (ceremony) => {
      for (const passkey of passkeys) {
        neighbour = await this.#removeOne(passkey, owner, restoration, ceremony);
        left = left.slice(1);
        if (left.length > 0) this.#host.element.dispatchEvent(new PasskeyRemovedEvent(passkey.id));
      }
      return { news, event: new PasskeyRemovedEvent(passkeys.at(-1)!.id) };
    });
    const control = '[data-action=remove]';
    const { list } = this.#host;
    if (list.current && list.passkeys.length === 0) void this.#host.begin('around'); // also where the list was not read again
    const heading = await this.#host.shown(left[0] ? control : 'h2', left[0]);
    const next = left[0] ? undefined : neighbour?.querySelector<HTMLElement>(control);
    leadFocus(this.#host, next ?? heading);
  }

  /** Gives the row that is in its place afterwards, in the order on screen. */
  async #removeOne(
    passkey: Passkey,
    owner: string | undefined,
    restoration: Restoration,
    ceremony: Ceremony,
  ): Promise<Element | null | undefined> {
    const { signal } = ceremony;
    const { list, element } = this.#host;
    const name = this.#host.nameOf(passkey);
    await element['permit'](new PasskeyBeforeRemoveEvent(passkey.id));
    signal.throwIfAborted();
    const gone = await freshly(this.#host, this.#backend, ceremony, () =>
      removePasskey(this.#backend, passkey, signal, owner),
    );
    if (gone) restoration.add({ passkey, name }, gone.restorableFor);
    const row = element.renderRoot.querySelector(`[data-id="${CSS.escape(passkey.id)}"]`);
    list.drop(passkey.id);
    if (this.#asked.some(({ id }) => id === passkey.id)) this.#leave(); // again, while it was removed
    if (list.reading) void element.refresh(); // that answer may be older than this one
    return row?.nextElementSibling ?? row?.previousElementSibling;
  }

  readonly #close = (event: Event): void => {
    (event.target as Element).closest('dialog')!.close();
    this.#end();
  };

  readonly #closed = (event: Event): void => {
    if (closedByEscape(event)) this.#end();
  };

  /** Who was asked, or the list it was about, is gone; the focus goes back before the dialog does. */
  readonly #leave = (): void => {
    this.#host.element.renderRoot.querySelector('dialog')?.close();
    this.#end();
  };

  /** Where the button that was clicked is gone by now, nobody has the focus. */
  #end(): void {
    if (this.#asked.length === 0) return;
    this.#asked = [];
    this.#host.element.requestUpdate();
    void this.#host.shown('h2').then((heading) => {
      if (document.activeElement === document.body) heading?.focus();
    });
  }

  /** One that is disabled signs nobody in. */
  get #isLast(): boolean {
    const { passkeys } = this.#host.list;
    const going = new Set(this.#asked.map(({ id }) => id));
    return !passkeys.some(({ id, enabled }) => !going.has(id) && enabled !== false);
  }

  /** Known to be the only way in, or the site has none that it counts. */
  get #refused(): boolean {
    const { keepLast } = this.#host.element;
    return this.#isLast && (this.#others === 0 || (keepLast && !this.#others));
  }

  /** Other ways in, where the site counts them. Some templates set a property to text. */
  get #others(): number {
    return parseInt(String(this.#host.element.otherMethods));
  }

  get #text() {
    return this.#host.localize.words({ ...sharedWords, ...removalWords });
  }
}

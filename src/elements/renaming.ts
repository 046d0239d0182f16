import { html, nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import { toPasskeyError } from '../core/errors.js';
import type { Passkey } from '../core/passkey.js';
import { nameFault, nameLimit, renamePasskey } from '../core/renaming.js';
import { renamingWords } from '../i18n/en/renaming.js';
import { sharedWords } from '../i18n/en/shared.js';
import { leadFocus } from './lead-focus.js';
import { PasskeyBeforeRenameEvent, PasskeyRenamedEvent } from './passkey-events.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { renamingStyles } from './renaming.styles.js';

/** A name being edited, and what is wrong with it, in words. */
interface Edit {
  readonly draft: string;
  readonly fault?: () => string;
  /** The name of another passkey, which the person has been told. */
  readonly taken?: string;
}

/** The name of a passkey as an input, in the place where the name stood. */
export class Renaming implements ManagerPart {
  static readonly styles = renamingStyles;

  #id: string | undefined;
  #edit: Edit = { draft: '' };
  /** The last name that is on its way, by passkey. */
  readonly #saving = new Map<
    string,
    { readonly name: string; readonly record: Promise<Passkey> }
  >();
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
  }

  begin(passkey: Passkey): void {
    void this.#edits(passkey, { draft: passkey.name ?? '' }).then((input) => input?.select());
  }

  render(row?: Passkey): TemplateResult | undefined {
    if (!row || row.id !== this.#id) return undefined;
    const text = this.#text;
    const { draft, fault } = this.#edit;
    const save = (event: SubmitEvent) => {
      event.preventDefault();
      const input = (event.target as HTMLFormElement).elements.namedItem('name');
      void this.#save(row, (input as HTMLInputElement).value);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault(); // it is used up: a dialog around the element stays open
      event.stopPropagation();
      this.#close(row);
    };
    const note = ({ target }: Event) => {
      this.#edit = { ...this.#edit, draft: (target as HTMLInputElement).value }; // the row may go and come
    };
    // The second click of two on “Rename” hits what has come in its place.
    const once = (event: UIEvent) => event.detail < 2 || event.preventDefault();
    const cancel = (event: UIEvent) => event.detail < 2 && this.#close(row);
    return html`<form class="rename" novalidate @submit=${save} @keydown=${escape} @click=${once}>
      <input
        part="input"
        name="name"
        .value=${draft}
        aria-label=${text.nameLabel}
        aria-invalid=${fault ? 'true' : 'false'}
        aria-describedby=${fault ? 'name-fault' : nothing}
        autocomplete="off"
        @input=${note}
      />
      <button part="button primary" class="primary" type="submit">${text.save}</button>
      <button part="button" type="button" @click=${cancel}>${text.cancel}</button>
      <p id="name-fault" class="fault" aria-live="polite">${fault?.()}</p>
    </form>`;
  }

  /** Shows the new name at once; if the backend refuses, the old name and the person's text return. */
  async #save(passkey: Passkey, draft: string): Promise<void> {
    const { list } = this.#host;
    const { signal } = list.life;
    const name = draft.normalize('NFC').trim();
    const fault = () => this.#faultOf(name)!;
    if (fault()) return void this.#edits(passkey, { draft, fault });
    if (name !== this.#edit.taken && this.#isTaken(name, passkey)) {
      const fault = () => this.#text.nameTaken;
      return void this.#edits(passkey, { draft, fault, taken: name });
    }
    this.#close(passkey);
    if (name === passkey.name) return;
    const shown = { ...passkey, name };
    list.replace(shown);
    const earlier = this.#saving.get(passkey.id)?.record;
    const saving = { name, record: this.#send(earlier ?? passkey, name, draft) };
    this.#saving.set(passkey.id, saving);
    const record = await saving.record;
    if (this.#saving.get(passkey.id) !== saving) return; // a later name is on screen
    this.#saving.delete(passkey.id);
    if (signal.aborted) return;
    // Refused: a list that was read meanwhile knows the old name better.
    if (record === passkey && !list.passkeys.includes(shown)) return;
    list.replace(record);
    if (list.reading) void this.#host.element.refresh(); // that answer may be older than this one
  }

  /** Gives the record as it is afterwards. A later name waits for the earlier one. */
  async #send(earlier: Passkey | Promise<Passkey>, name: string, draft: string): Promise<Passkey> {
    const { element, list } = this.#host;
    const { signal } = list.life;
    const known = await earlier;
    // What was removed meanwhile has no name any more.
    const isListed = () => list.passkeys.some(({ id }) => id === known.id);
    try {
      await element['permit'](new PasskeyBeforeRenameEvent(known.id, name));
      signal.throwIfAborted();
      const record = await renamePasskey(this.#backend, known, name, signal);
      if (signal.aborted) return known;
      const called = this.#host.nameOf({ ...known, name });
      if (isListed()) this.#host.say(() => this.#text.renamed(called));
      element.dispatchEvent(new PasskeyRenamedEvent(known.id));
      return record;
    } catch (cause) {
      if (signal.aborted || !isListed()) return known;
      const error = await toPasskeyError(cause);
      const gone = error.code === 'not-found'; // it was removed elsewhere
      const unsure = error.code === 'outcome-unknown'; // it may have happened
      if (gone || unsure || list.reading) await element.refresh(); // first: a list that is read takes back what was said
      if (signal.aborted) return known;
      this.#host.fail(error);
      const isLast = this.#saving.get(known.id)?.name === name;
      if (!gone && isLast && this.#id === undefined)
        void this.#open(known, { draft }).then((input) => leadFocus(this.#host, input)); // else another name is being typed
      return known;
    }
  }

  #isTaken(name: string, { id }: Passkey): boolean {
    const key = name.toLocaleLowerCase();
    return this.#host.list.passkeys.some(
      (one) => one.id !== id && one.name?.trim().toLocaleLowerCase() === key,
    );
  }

  #faultOf(name: string): string | undefined {
    const text = this.#text;
    switch (nameFault(name, this.#backend)) {
      case 'empty':
        return text.nameEmpty;
      case 'too-long':
        return text.nameTooLong(nameLimit(this.#backend));
      case 'invalid':
        return text.nameInvalid;
      default:
        return undefined;
    }
  }

  /** By the person's own click, or before anything was sent. */
  async #edits(passkey: Passkey, edit: Edit): Promise<HTMLInputElement | null> {
    const input = await this.#open(passkey, edit);
    input?.focus();
    return input;
  }

  #open({ id }: Passkey, edit: Edit): Promise<HTMLInputElement | null> {
    this.#id = id;
    this.#edit = edit;
    this.#host.element.requestUpdate();
    return this.#host.shown('.rename input');
  }

  #close(passkey: Passkey): void {
    this.#id = undefined;
    this.#host.say();
    void this.#host.shown('[data-action=rename]', passkey).then((control) => control?.focus());
  }

  get #text() {
    return this.#host.localize.words({ ...sharedWords, ...renamingWords });
  }
}

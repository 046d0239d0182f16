import { nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend, PasskeyList } from '../core/backend.js';
import { operation } from '../core/management.js';
import type { Passkey } from '../core/passkey.js';
import { signalRemoval } from '../core/removal.js';
import { removalWords } from '../i18n/en/removal.js';
import { freshly } from './fresh-sign-in.js';
import { leadFocus } from './lead-focus.js';
import type { ManagerHost } from './manager-part.js';
import { PasskeyRestoredEvent } from './passkey-events.js';
import { button } from './parts/button.js';

/** Seconds; an offer that never ends would keep the password managers from being told. */
const longest = 600;

/** One that has just been removed, and what it was called. */
interface Removed {
  readonly passkey: Passkey;
  readonly name: string;
}

/**
 * Offers to bring back what was removed, as long as the backend can. No password manager is told of
 * the removal before that time is over: what it has dropped, nobody brings back.
 */
export class Restoration {
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;
  readonly #known: PasskeyList | undefined;
  readonly #life: AbortController;
  #removed: readonly Removed[] = [];
  /** On their way back: what was clicked stays where it is, or a double click would hit “Cancel”. */
  #coming: readonly Removed[] = [];
  #endsAt = Infinity;
  /** Known to be gone; after a lost answer nobody knows, and silence does less harm. */
  #sure = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
    this.#known = host.list.current;
    this.#life = host.list.life;
  }

  /** One more; without `seconds` it is gone for good. */
  add(removed: Removed, seconds = 0): void {
    const time = Math.min(Number(seconds), longest);
    const { signal } = this.#life;
    if (signal.aborted || !(time > 0 && this.#backend.passkeys?.restore)) {
      void signalRemoval(removed.passkey, this.#known);
      return;
    }
    this.#host.list.held = this;
    signal.addEventListener('abort', this.end);
    window.addEventListener('pagehide', this.end, { signal });
    this.#removed = [...this.#removed, removed];
    this.#endsAt = Math.min(this.#endsAt, Date.now() + time * 1000);
    this.#wait();
  }

  /** They are gone for good. */
  readonly end = (): void => {
    const removed = this.#removed;
    if (removed.length === 0) return; // or one is just being brought back: nobody knows yet
    this.#settle();
    if (this.#sure) for (const { passkey } of removed) void signalRemoval(passkey, this.#known);
  };

  render(): TemplateResult | typeof nothing {
    const [first, ...others] = [...this.#coming, ...this.#removed];
    if (!first) return nothing;
    const { bringBack, bringBackMany } = this.#text;
    const text = others.length > 0 ? bringBackMany(others.length + 1) : bringBack(first.name);
    const blocked = this.#host.element['flow'].busy || this.#coming.length > 0;
    return button(text, { look: 'back', blocked, onClick: () => blocked || this.#restore() });
  }

  async #restore(): Promise<void> {
    const removed = this.#removed;
    const last = removed.at(-1)!;
    const { signal: life } = this.#life;
    this.#coming = removed;
    this.#removed = [];
    const done = await this.#host.change('restoration', async (ceremony) => {
      for (const { passkey } of removed) {
        await freshly(this.#host, this.#backend, ceremony, () =>
          operation(this.#backend, 'restore')({ id: passkey.id }, ceremony.signal),
        );
        if (passkey !== last.passkey) this.#tell(passkey);
      }
      this.#coming = [];
      this.#settle();
      const news = () =>
        removed.length > 1
          ? this.#text.restoredMany(removed.length)
          : this.#text.restored(last.name);
      return { news, event: new PasskeyRestoredEvent(last.passkey.id) };
    });
    if (!done && !life.aborted) return this.#look(removed, life);
    this.#coming = [];
    if (!done) return;
    leadFocus(this.#host, await this.#host.shown('[data-action=remove]', last.passkey));
  }

  /** A lost answer may have been good news. */
  async #look(removed: readonly Removed[], life: AbortSignal): Promise<void> {
    const { list, element } = this.#host;
    const before = list.current;
    await element.refresh();
    this.#coming = [];
    this.#sure = !!list.current && list.current !== before;
    const known = new Set(list.passkeys.map(({ id }) => id));
    this.#removed = removed.filter(({ passkey }) => !life.aborted && !known.has(passkey.id));
    if (this.#removed.length > 0) this.#wait();
    else this.#settle();
  }

  #tell({ id }: Passkey): void {
    this.#host.element.dispatchEvent(new PasskeyRestoredEvent(id));
  }

  #wait(): void {
    this.#host.element.requestUpdate();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.end, this.#endsAt - Date.now());
  }

  /** Nothing can be brought back any more. */
  #settle(): void {
    const { list, element } = this.#host;
    clearTimeout(this.#timer);
    this.#life.signal.removeEventListener('abort', this.end);
    window.removeEventListener('pagehide', this.end);
    if (list.held === this) list.held = undefined; // a later removal may be holding it
    this.#removed = [];
    element.requestUpdate();
  }

  get #text() {
    return this.#host.localize.words(removalWords);
  }
}

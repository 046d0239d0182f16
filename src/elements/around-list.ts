import { html, nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import type { Passkey } from '../core/passkey.js';
import { aroundListWords } from '../i18n/en/around-list.js';
import { sharedWords } from '../i18n/en/shared.js';
import { aroundListStyles } from './around-list.styles.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { button } from './parts/button.js';
import { emptyList } from './parts/empty-list.js';

const orders = ['usual', 'newest', 'used', 'name'] as const;
type Order = (typeof orders)[number];

/** What stands around the list: the way to a first passkey; search, order and more of a long one. */
export class AroundList implements ManagerPart {
  static readonly styles = aroundListStyles;

  #query = '';
  #order: Order = 'usual';
  #limit: number;
  #owner: string | undefined;
  /** Ids of what is to be removed together, while somebody chooses. */
  #chosen: Set<string> | undefined;
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;
  /** Each text that was looked at, as it is compared. */
  readonly #plain = new Map<string, string>();

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
    this.#limit = host.list.firstRows;
  }

  /** The list was read again. */
  begin(): void {
    const owner = this.#host.list.current?.userHandle;
    if (owner !== this.#owner) this.#query = ''; // what somebody looked for is not for the next
    this.#owner = owner;
    if (this.#chosen?.size && this.#choice.length === 0) this.#chosen = undefined; // they are gone
    this.#host.element.requestUpdate();
  }

  /** The rows to show. */
  get passkeys(): readonly Passkey[] {
    return this.#found().slice(0, this.#limit);
  }

  /** Before the list, or in its place; in a row, the box that chooses it. */
  render(row?: Passkey): TemplateResult | undefined {
    const { passkeys, isLong } = this.#host.list;
    if (row) return this.#chosen && isLong ? this.#box(row, this.#chosen) : undefined;
    if (passkeys.length === 0) return emptyList(this.#text, this.#host.addButton());
    return isLong ? this.#controls() : undefined;
  }

  /** After the list. */
  get more(): TemplateResult | typeof nothing {
    const hidden = this.#found().slice(this.#limit);
    if (hidden.length === 0) return this.#advice();
    const onClick = async () => {
      this.#limit += this.#host.list.firstRows;
      this.#host.element.requestUpdate();
      (await this.#host.shown('summary', hidden[0]))?.focus();
    };
    return button(this.#text.showMore(hidden.length), { onClick });
  }

  /** A lost device must not be a lost account. */
  #advice(): TemplateResult | typeof nothing {
    const { passkeys } = this.#host.list;
    const onOneDevice = passkeys.every(({ backupEligible }) => backupEligible === false);
    const canAdd = this.#host.addButton() !== nothing;
    if (!onOneDevice || !canAdd || passkeys.length === 0) return nothing;
    return html`<p class="muted">${this.#text.onOneDevice}</p>`;
  }

  #controls(): TemplateResult {
    const text = this.#text;
    const names = {
      usual: text.sortUsual,
      newest: text.sortNewest,
      used: text.sortUsed,
      name: text.sortName,
    };
    const search = ({ target }: Event) => {
      this.#query = (target as HTMLInputElement).value;
      this.#limit = this.#host.list.firstRows;
      this.#host.element.requestUpdate();
    };
    const sort = ({ target }: Event) => {
      this.#order = (target as HTMLSelectElement).value as Order;
      this.#host.element.requestUpdate();
    };
    return html`<div class="find" role="search">
      <input
        part="input"
        type="search"
        aria-label=${text.search}
        placeholder=${text.search}
        autocomplete="off"
        .value=${this.#query}
        @input=${search}
      />
      <select part="input" aria-label=${text.sort} @change=${sort}>
        ${orders.map(
          (order) =>
            html`<option value=${order} ?selected=${order === this.#order}>
              ${names[order]}
            </option>`,
        )}
      </select>
      ${this.#backend.passkeys?.remove ? this.#several() : nothing}
      <output class="muted">${this.#query && text.found(this.#found().length)}</output>
    </div>`;
  }

  /** Of a few, each is removed by its own button. */
  #several(): TemplateResult {
    const text = this.#text;
    const choice = this.#choice;
    const choose = (chosen?: Set<string>) => () => {
      this.#chosen = chosen;
      this.#host.element.requestUpdate();
      void this.#host.shown('.find button').then((control) => control?.focus());
    };
    if (!this.#chosen) return button(text.choose, { onClick: choose(new Set()) });
    return html`<button
        part="button danger"
        class="danger"
        type="button"
        aria-disabled=${choice.length === 0 ? 'true' : 'false'}
        @click=${() => choice.length > 0 && this.#host.begin('remove', ...choice)}
      >
        ${text.removeChosen(choice.length)}
      </button>
      ${button(text.cancel, { onClick: choose() })}`;
  }

  #box(row: Passkey, chosen: Set<string>): TemplateResult {
    const change = ({ target }: Event) => {
      if ((target as HTMLInputElement).checked) chosen.add(row.id);
      else chosen.delete(row.id);
      this.#host.element.requestUpdate();
    };
    return html`<label class="tile">
      <input
        type="checkbox"
        aria-label=${this.#text.chooseOf(this.#host.nameOf(row))}
        .checked=${chosen.has(row.id)}
        @change=${change}
      />
    </label>`;
  }

  get #choice(): readonly Passkey[] {
    return this.#host.list.passkeys.filter(({ id }) => this.#chosen?.has(id));
  }

  #found(): readonly Passkey[] {
    const { passkeys, isLong } = this.#host.list;
    if (!isLong) return passkeys;
    const words = plain(this.#query).split(/\s+/).filter(Boolean);
    const found = words.length
      ? passkeys.filter((one) => {
          const text = this.#textOf(one);
          return words.every((word) => text.includes(word));
        })
      : passkeys;
    return this.#order === 'usual' ? found : this.#sorted(found, this.#order);
  }

  #sorted(passkeys: readonly Passkey[], order: Exclude<Order, 'usual'>): readonly Passkey[] {
    const { compare } = new Intl.Collator(this.#host.localize.language, { numeric: true });
    const name = (one: Passkey) => this.#host.nameOf(one);
    const time = (date?: Date) => Number(new Date(date ?? 0)) || 0;
    const newest = (a?: Date, b?: Date) => time(b) - time(a);
    return {
      newest: () => passkeys.toSorted((a, b) => newest(a.createdAt, b.createdAt)),
      used: () => passkeys.toSorted((a, b) => newest(a.lastUsedAt, b.lastUsedAt)),
      name: () => passkeys.toSorted((a, b) => compare(name(a), name(b))),
    }[order]();
  }

  /** What a search looks at: what is on screen now, in the language of now. */
  #textOf(passkey: Passkey): string {
    const provider = this.#host.list.providerOf(passkey) ?? '';
    const text = `${this.#host.nameOf(passkey)} ${provider}`;
    if (!this.#plain.has(text)) this.#plain.set(text, plain(text));
    return this.#plain.get(text)!;
  }

  get #text() {
    return this.#host.localize.words({ ...sharedWords, ...aroundListWords });
  }
}

/** Without case and accents: nobody types those to find something. */
function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

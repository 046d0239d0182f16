import { html, nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import { toPasskeyError } from '../core/errors.js';
import { operation } from '../core/management.js';
import type { Passkey } from '../core/passkey.js';
import { readPublicKey, type PublicKeyForms } from '../core/public-key.js';
import { detailsWords } from '../i18n/en/details.js';
import { detailsStyles } from './details.styles.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { button } from './parts/button.js';
import { moment } from './parts/moment.js';

/** A form in which the public key can be copied. */
type Form = 'COSE' | 'JWK' | 'PEM';

/** What a passkey's card has no room for, and its public key for another platform or library. */
export class Details implements ManagerPart {
  static readonly styles = detailsStyles;

  /** What the backend tells of a single passkey, by id. */
  readonly #told = new Map<string, Passkey>();
  /** Ids that the backend has been asked about, and has not failed to answer. */
  readonly #asked = new Set<string>();
  /** The public key on screen: of which passkey, in which form. */
  #copied: { readonly id: string; readonly text: string; readonly byHand?: true } | undefined;
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
  }

  begin(passkey: Passkey): void {
    if (!this.#told.has(passkey.id)) this.#told.set(passkey.id, passkey);
    this.#host.element.requestUpdate();
    if (this.#backend.passkeys?.get && !this.#asked.has(passkey.id)) void this.#ask(passkey);
  }

  render(row?: Passkey): TemplateResult | undefined {
    const told = row && this.#told.get(row.id);
    if (!told) return undefined;
    // The list may leave out what the backend tells of a single one.
    const transports = row.transports?.length ? row.transports : told.transports;
    const signCount = row.signCount ?? told.signCount;
    const publicKey = row.publicKey ?? told.publicKey;
    const updatedAt = row.updatedAt ?? told.updatedAt;
    const key = publicKey ? readPublicKey(publicKey) : undefined;
    const language = this.#host.localize.language;
    const text = this.#text;
    return html`<dl>
        ${this.#line(text.provider, this.#host.list.providerOf(row) ?? text.providerUnknown)}
        ${this.#line(text.updated, updatedAt ? moment(updatedAt, language) : text.neverUpdated)}
        ${this.#line(text.transports, transports?.map((one) => this.#transport(one)).join(', '))}
        ${this.#line(text.signCount, signCount?.toLocaleString(language))}
        ${this.#line(text.algorithm, key?.algorithm)}
      </dl>
      ${key ? this.#key(row, key) : nothing}`;
  }

  #line(term: string, value: unknown) {
    return value
      ? html`<dt>${term}</dt>
          <dd><bdi>${value}</bdi></dd>`
      : nothing;
  }

  #transport(name: string): string {
    const text = this.#text;
    const known: Record<string, string> = {
      internal: text.transportInternal,
      hybrid: text.transportHybrid,
      'smart-card': text.transportSmartCard,
      usb: 'USB',
      nfc: 'NFC',
      ble: 'Bluetooth',
    };
    return Object.hasOwn(known, name) ? known[name]! : name;
  }

  #key(passkey: Passkey, { cose, jwk, pem }: PublicKeyForms): TemplateResult {
    const text = this.#text;
    const forms = { COSE: cose, JWK: jwk && JSON.stringify(jwk, null, 2), PEM: pem };
    const copies = Object.entries(forms) as [Form, string | undefined][];
    const copied = this.#copied?.id === passkey.id ? this.#copied : undefined;
    return html`<div class="key" role="group" aria-label=${text.publicKey}>
      ${copies.map(([form, key]) =>
        key
          ? button(text.copyAs(form), { onClick: () => this.#copy(passkey, form, key) })
          : nothing,
      )}
      ${
        copied
          ? html`<textarea
              part="input"
              readonly
              rows="5"
              dir="ltr"
              spellcheck="false"
              aria-label=${text.publicKey}
              aria-describedby=${copied.byHand ? 'by-hand' : nothing}
              .value=${copied.text}
            ></textarea>`
          : nothing
      }
      ${copied?.byHand ? html`<p id="by-hand">${text.copyByHand}</p>` : nothing}
    </div>`;
  }

  /** Copies the key, and shows it: a browser may refuse the one, and people check with the other. */
  async #copy(passkey: Passkey, form: Form, key: string): Promise<void> {
    const copying = copy(key); // at once, while it is still the click that does it
    this.#copied = { id: passkey.id, text: key };
    this.#host.say(); // the same words are only heard again where they were gone
    const copied = await copying;
    this.#host.say(copied ? () => this.#text.copied(form) : undefined);
    if (copied) return;
    this.#copied = { ...this.#copied, byHand: true };
    const field = await this.#host.shown<HTMLTextAreaElement>('textarea', passkey);
    field?.focus();
    field?.select();
  }

  async #ask(passkey: Passkey): Promise<void> {
    const { signal } = this.#host.list.life;
    this.#asked.add(passkey.id);
    try {
      this.#told.set(passkey.id, await operation(this.#backend, 'get')(passkey, signal));
      this.#host.element.requestUpdate();
    } catch (cause) {
      this.#asked.delete(passkey.id);
      const error = await toPasskeyError(cause);
      if (signal.aborted) return;
      if (error.code === 'not-found') await this.#host.element.refresh(); // it was removed elsewhere
      if (!signal.aborted) this.#host.fail(error);
    }
  }

  get #text() {
    return this.#host.localize.words(detailsWords);
  }
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // a frame without the permission, or a page without https
  }
}

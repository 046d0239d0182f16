import { html, nothing, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import type { Passkey } from '../core/passkey.js';
import type { Place } from '../core/registration.js';
import { addOfferWords } from '../i18n/en/add-offer.js';
import { managerWords } from '../i18n/en/manager.js';
import { sharedWords } from '../i18n/en/shared.js';
import { add } from './adding.js';
import { closedByEscape, closeOutOfReach, dialogStyles } from './dialog.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { button } from './parts/button.js';

/** Asks where a passkey is to be kept: somebody was sent here to add one, or has one here already. */
export class AddOffer implements ManagerPart {
  static readonly styles = dialogStyles;

  #places: readonly Place[] = [];
  readonly #host: ManagerHost;
  readonly #backend: PasskeyBackend;

  constructor(host: ManagerHost, backend: PasskeyBackend) {
    this.#host = host;
    this.#backend = backend;
    closeOutOfReach(host.element);
  }

  /** With the passkey that is here already, if that is why. */
  begin(...known: readonly Passkey[]): void {
    if (this.#host.addButton() === nothing) return; // none can be added
    this.#places = known.length > 0 ? elsewhere : ['client-device', ...elsewhere];
    this.#host.list.life.signal.addEventListener('abort', this.#leave);
    this.#host.element.requestUpdate();
    void this.#show();
  }

  render(row?: unknown): TemplateResult | undefined {
    const places = this.#places;
    if (row || places.length === 0) return undefined;
    const text = this.#host.localize.words({ ...sharedWords, ...managerWords, ...addOfferWords });
    const blocked = this.#host.element['flow'].busy;
    const names = {
      'client-device': text.placeHere,
      hybrid: text.placePhone,
      'security-key': text.placeKey,
    };
    return html`<dialog
      part="dialog"
      id="offer"
      aria-labelledby="offer-title"
      aria-describedby="offer-why"
      @close=${this.#closed}
    >
      <h2 id="offer-title">${text.add}</h2>
      <p id="offer-why">${places === elsewhere ? text.placeElsewhere : text.placeQuestion}</p>
      ${places.map((place, at) =>
        button(names[place], {
          look: at ? '' : 'primary',
          blocked,
          onClick: () => blocked || this.#add(place),
        }),
      )}
      ${button(text.cancel, { look: 'quiet', onClick: () => this.#close() })}
    </dialog>`;
  }

  /** As soon as it can be seen: a modal dialog in a closed panel would only lock the page around. */
  async #show(): Promise<void> {
    const { element, list } = this.#host;
    if (!element.checkVisibility()) await comesIntoView(element, list.life.signal);
    (await this.#dialog())?.showModal();
  }

  async #add(place: Place): Promise<void> {
    await this.#close();
    await this.#host.change('registration', (ceremony) =>
      add(this.#host, this.#backend, ceremony, place),
    );
  }

  async #close(): Promise<void> {
    (await this.#dialog())?.close();
    this.#end();
  }

  readonly #closed = (event: Event): void => {
    if (closedByEscape(event)) this.#end();
  };

  /** Who was asked is gone; the focus goes back before the dialog does. */
  readonly #leave = (): void => {
    this.#host.element.renderRoot.querySelector<HTMLDialogElement>('#offer')?.close();
    this.#end();
  };

  readonly #end = (): void => {
    this.#places = [];
    this.#host.element.requestUpdate();
  };

  #dialog(): Promise<HTMLDialogElement | null> {
    return this.#host.shown<HTMLDialogElement>('#offer');
  }
}

const elsewhere: readonly Place[] = ['hybrid', 'security-key'];

/** Fulfilled when an element that took no room takes some; never, once the signal is aborted. */
function comesIntoView(element: Element, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const observer = new ResizeObserver(() => {
      if (!element.checkVisibility()) return; // engines tell of the first size, even of none
      observer.disconnect();
      resolve();
    });
    observer.observe(element);
    signal.addEventListener('abort', () => observer.disconnect());
  });
}

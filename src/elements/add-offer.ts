import { html, type TemplateResult } from 'lit';
import { aroundListWords } from '../i18n/en/around-list.js';
import { managerWords } from '../i18n/en/manager.js';
import { sharedWords } from '../i18n/en/shared.js';
import type { ManagerHost, ManagerPart } from './manager-part.js';
import { button } from './parts/button.js';
import { removalStyles } from './removal.styles.js';

/** Asks somebody who was sent here to add a passkey whether they want to. */
export class AddOffer implements ManagerPart {
  static readonly styles = removalStyles;

  #open = false;
  readonly #host: ManagerHost;

  constructor(host: ManagerHost) {
    this.#host = host;
  }

  begin(): void {
    this.#open = true;
    this.#host.element.requestUpdate();
    void this.#host.shown<HTMLDialogElement>('#offer').then((dialog) => dialog?.showModal());
  }

  render(row?: unknown): TemplateResult | undefined {
    if (row || !this.#open) return undefined;
    const text = this.#host.localize.words({ ...sharedWords, ...managerWords, ...aroundListWords });
    const close = () => void this.#host.shown<HTMLDialogElement>('#offer').then((d) => d?.close());
    const end = () => {
      this.#open = false;
      this.#host.element.requestUpdate();
    };
    const add = () => {
      close();
      void this.#host.element.add();
    };
    return html`<dialog part="dialog" id="offer" aria-labelledby="offer-title" @close=${end}>
      <h2 id="offer-title">${text.add}</h2>
      <p>${text.emptyExplained}</p>
      <div class="buttons">
        ${button(text.cancel, { onClick: close })}
        ${button(text.add, { look: 'primary', onClick: add })}
      </div>
    </dialog>`;
  }
}

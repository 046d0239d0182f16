import { html, nothing, type TemplateResult } from 'lit';
import type { ManagerWords } from '../../i18n/en/manager.js';

export interface RemoveDialog {
  readonly text: ManagerWords;
  readonly name: string;
  readonly provider: string | undefined;
  /** `refused`: the site keeps the last one; `warned`: the person decides. */
  readonly last: 'refused' | 'warned' | undefined;
  onConfirm(): void;
  onClose(): void;
}

/** Asks before a passkey is removed, naming it and what will follow. */
export function removeDialog(dialog: RemoveDialog): TemplateResult {
  const { text, name, provider, last } = dialog;
  const close = (event: Event) => (event.target as Element).closest('dialog')!.close();
  return html`<dialog part="dialog" aria-labelledby="question" @close=${dialog.onClose}>
    <h2 id="question">${text.removeQuestion(name)}</h2>
    ${
      last === 'refused'
        ? html`<p>${text.removeLastRefused}</p>`
        : html`<p>${text.removeConsequence(provider)}</p>
            ${last ? html`<p class="warning">${text.removeLast}</p>` : nothing}
            <p class="muted">${text.removeLeftover}</p>`
    }
    <div class="buttons">
      <button part="button" type="button" @click=${close}>
        ${last === 'refused' ? text.close : text.cancel}
      </button>
      ${
        last === 'refused'
          ? nothing
          : html`<button
              part="button danger"
              class="danger"
              type="button"
              @click=${(event: Event) => {
                close(event);
                dialog.onConfirm();
              }}
            >
              ${text.remove}
            </button>`
      }
    </div>
  </dialog>`;
}

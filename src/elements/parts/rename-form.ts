import { html, nothing, type TemplateResult } from 'lit';
import type { ManagerWords } from '../../i18n/en/manager.js';

export interface RenameForm {
  readonly text: ManagerWords;
  /** What the input starts with. */
  readonly draft: string;
  /** What is wrong with the name, in words. */
  readonly fault: string | undefined;
  onSave(name: string): void;
  onCancel(): void;
}

/** The name of a passkey as an input, in the place where the name stood. Escape restores it. */
export function renameForm({ text, draft, fault, onSave, onCancel }: RenameForm): TemplateResult {
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    const input = (event.target as HTMLFormElement).elements.namedItem('name');
    onSave((input as HTMLInputElement).value);
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation(); // it is used up: a dialog around the element stays open
    onCancel();
  };
  return html`<form class="rename" novalidate @submit=${save} @keydown=${escape}>
    <input
      name="name"
      .value=${draft}
      aria-label=${text.nameLabel}
      aria-invalid=${fault ? 'true' : 'false'}
      aria-describedby=${fault ? 'name-fault' : nothing}
      autocomplete="off"
    />
    <button part="button primary" class="primary" type="submit">${text.save}</button>
    <button part="button" type="button" @click=${onCancel}>${text.cancel}</button>
    ${fault ? html`<p id="name-fault" class="fault">${fault}</p>` : nothing}
  </form>`;
}

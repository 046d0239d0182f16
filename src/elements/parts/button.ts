import { html, type TemplateResult } from 'lit';

export interface Button {
  readonly look?: '' | 'primary' | 'quiet' | 'choice' | 'choice primary' | 'back';
  /** Disabled for the eye and for assistive technology, but still focused. */
  readonly blocked?: boolean;
  /** Without it the button submits its form. */
  readonly onClick?: () => unknown;
}

/** A button; what a click means while it is blocked is the flow's business. */
export function button(content: unknown, { look = '', blocked, onClick }: Button): TemplateResult {
  return html`<button
    part=${look.includes('primary') ? 'button primary' : 'button'}
    class=${look}
    type=${onClick ? 'button' : 'submit'}
    aria-disabled=${!!blocked}
    @click=${onClick}
  >
    ${content}
  </button>`;
}

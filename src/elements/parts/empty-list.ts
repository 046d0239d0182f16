import { html, type TemplateResult } from 'lit';
import type { aroundListWords } from '../../i18n/en/around-list.js';
import { passkeyIcon } from './passkey-icon.js';

/** What a passkey is good for, and the way to the first one. The site may have words of its own. */
export function emptyList(text: typeof aroundListWords, add: unknown): TemplateResult {
  return html`<slot name="empty"
    ><div part="empty" class="empty">
      <div class="tile">${passkeyIcon}</div>
      <strong>${text.emptyTitle}</strong>
      <p class="muted">${text.emptyExplained}</p>
      ${add}
    </div></slot
  >`;
}

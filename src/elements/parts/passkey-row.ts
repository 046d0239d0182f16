import { html, nothing, type TemplateResult } from 'lit';
import type { Passkey } from '../../core/passkey.js';
import type { ManagerWords } from '../../i18n/en/manager.js';
import { removeIcon, renameIcon } from './icons.js';
import { passkeyIcon } from './passkey-icon.js';

export interface PasskeyRow {
  readonly passkey: Passkey;
  readonly name: string;
  readonly provider: string | undefined;
  readonly text: ManagerWords;
  date(date: Date): string;
  /** Absent where the backend cannot. */
  readonly onRename?: () => void;
  readonly onRemove?: () => void;
}

/** One passkey as people recognise it: its name, where it is, when it was made and used. */
export function passkeyRow(row: PasskeyRow): TemplateResult {
  const { passkey, name, provider, text } = row;
  return html`${tile(passkey)}
    <div class="about">
      <div class="heading">
        <bdi part="name">${name}</bdi>
        ${badges(passkey, text)}
      </div>
      <p part="meta" class="muted">
        ${provider && provider !== name ? html`<span>${provider}</span>` : nothing}
        ${time(text.created, passkey.createdAt, row)}
        ${
          passkey.lastUsedAt
            ? time(text.lastUsed, passkey.lastUsedAt, row)
            : html`<span>${text.neverUsed}</span>`
        }
      </p>
      <details>
        <summary>${text.details}</summary>
        <dl>
          <dt>${text.provider}</dt>
          <dd>${provider ?? text.providerUnknown}</dd>
          <dt>${text.updated}</dt>
          <dd>${passkey.updatedAt ? time('', passkey.updatedAt, row) : text.neverUpdated}</dd>
        </dl>
      </details>
    </div>
    <div class="actions">
      ${action('rename', text.renameOf(name), renameIcon, row.onRename)}
      ${action('remove', text.removeOf(name), removeIcon, row.onRemove)}
    </div>`;
}

/** A name fit for one line: cut, and without characters that would turn the text around it. */
export function shownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').trim();
  const letters = [...plain.slice(0, 400)];
  return letters.length > 100 ? `${letters.slice(0, 100).join('')}…` : plain;
}

/** Pictures only ever as `<img>`, so that nothing in them can run. */
export function tile({ provider }: Passkey): TemplateResult {
  const icon = provider?.icon;
  const safe = icon !== undefined && /^(https:|data:image\/)/.test(icon);
  return html`<div part="icon" class="tile">
    ${
      safe
        ? html`<img src=${icon} alt="" width="24" height="24" referrerpolicy="no-referrer" />`
        : passkeyIcon
    }
  </div>`;
}

function badges({ synced, backupEligible, enabled }: Passkey, text: ManagerWords) {
  const where = synced ? text.synced : backupEligible === false ? text.thisDeviceOnly : undefined;
  return html`${where ? html`<span part="badge" class="badge">${where}</span>` : nothing}
  ${enabled ? nothing : html`<span part="badge" class="badge">${text.disabled}</span>`}`;
}

function time(label: string, date: Date | undefined, { date: format }: PasskeyRow) {
  if (!date) return nothing;
  const iso = date.toISOString();
  return html`<span>${label} <time datetime=${iso} title=${iso}>${format(date)}</time></span>`;
}

function action(name: string, label: string, icon: unknown, run: (() => void) | undefined) {
  if (!run) return nothing;
  return html`<button
    part="button"
    class="icon"
    type="button"
    data-action=${name}
    aria-label=${label}
    title=${label}
    @click=${run}
  >
    ${icon}
  </button>`;
}

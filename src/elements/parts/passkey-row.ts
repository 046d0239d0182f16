import { html, nothing, svg, type TemplateResult } from 'lit';
import type { PasskeyBackend } from '../../core/backend.js';
import type { Passkey } from '../../core/passkey.js';
import type { ManagerWords } from '../../i18n/en/manager.js';
import { icon } from './icon.js';
import { moment } from './moment.js';

export interface PasskeyRow {
  readonly passkey: Passkey;
  readonly name: string;
  readonly provider: string | undefined;
  /** Whether the backend tells of any passkey when it was used. */
  readonly tellsUse: boolean;
  /** Whether it is known to have been made on this device. */
  readonly here: boolean | undefined;
  readonly text: ManagerWords;
  readonly language: string;
  /** What is in the details, once they have been opened. */
  readonly details: TemplateResult | undefined;
  /** What the backend can do with it. */
  readonly can: PasskeyBackend['passkeys'];
  readonly begin: (action: 'details' | 'rename' | 'remove') => void;
}

/** One passkey as people recognise it: its name, where it is, when it was made and used. */
export function passkeyRow(row: PasskeyRow): TemplateResult {
  const { passkey, name, provider, here, text } = row;
  const { synced, enabled, backupEligible, createdAt, lastUsedAt } = passkey;
  const bound = backupEligible === false;
  const onToggle = ({ target }: Event) =>
    (target as HTMLDetailsElement).open && row.begin('details');
  const created = moment(createdAt, row.language);
  const used = moment(lastUsedAt, row.language);
  const fact = (words: string | false | undefined, when?: TemplateResult) =>
    words ? html`<span>${words} ${when}</span>` : nothing;
  return html`<div class="card">
    <div class="about">
      <div class="heading">
        <bdi part="name">${name}</bdi>
        ${badge(synced && text.synced)}
        ${badge(bound ? (here ? text.hereOnly : text.oneDeviceOnly) : here && text.here)}
        ${badge(enabled === false && text.disabled)}
      </div>
      <p part="meta" class="muted">
        ${fact(provider && !name.startsWith(provider) && provider)}
        ${fact(created && text.created, created)}
        ${fact(lastUsedAt ? used && text.lastUsed : row.tellsUse && text.neverUsed, used)}
      </p>
      <details @toggle=${onToggle}>
        <summary>${text.details}</summary>
        ${row.details}
      </details>
    </div>
    <div class="actions">
      ${action(row, 'rename', text.renameOf(name), renameIcon)}
      ${action(row, 'remove', text.removeOf(name), removeIcon)}
    </div>
  </div>`;
}

const renameIcon = icon(svg`<path d="m4 20 1-4L16 5l3 3L8 19zM14 7l3 3"/>`);
const removeIcon = icon(svg`<path d="M4.5 7h15M10 4h4M6.5 7l1 13h9l1-13M10.5 11v5m3-5v5"/>`);

function badge(text: string | false | undefined) {
  return text ? html`<span part="badge" class="badge">${text}</span>` : nothing;
}

function action(row: PasskeyRow, name: 'rename' | 'remove', label: string, icon: unknown) {
  if (!row.can?.[name]) return nothing;
  return html`<button
    part="button"
    class="icon"
    type="button"
    data-action=${name}
    aria-label=${label}
    title=${label}
    @click=${({ detail }: UIEvent) => detail < 2 && row.begin(name)}
  >
    ${icon}
  </button>`;
}

import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { icon } from './icon.js';

export const doneIcon: SVGTemplateResult = icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`);
const alertIcon = icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7.5V13m0 3v.2"/>`);
const busyIcon = icon(svg`<path d="M12 3a9 9 0 1 0 9 9"/>`, 'spin');

export interface Message {
  readonly kind: 'busy' | 'done' | 'note' | 'alert';
  readonly text: string;
}

/**
 * The two live regions. They are always there, empty, because a screen reader only reads what
 * changes in a region it already knows; news are polite, errors are not.
 */
export function messageTemplate(message: Message | undefined): TemplateResult {
  const shown = message && content(message);
  const isAlert = message?.kind === 'alert';
  return html`<div part="status" role="status">${isAlert ? nothing : shown}</div>
    <div part="alert" role="alert">${isAlert ? shown : nothing}</div>`;
}

const icons: Partial<Record<Message['kind'], SVGTemplateResult>> = {
  busy: busyIcon,
  done: doneIcon,
  alert: alertIcon,
};

function content({ kind, text }: Message): TemplateResult {
  return html`${icons[kind]}<span>${text}</span>`;
}

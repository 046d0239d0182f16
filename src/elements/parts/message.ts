import { html, nothing, type TemplateResult } from 'lit';
import { alertIcon, busyIcon, doneIcon } from './icons.js';

export interface Message {
  readonly kind: 'busy' | 'done' | 'note' | 'alert';
  readonly text: string;
}

/**
 * The two live regions. They are always there, empty, because a screen reader only reads what
 * changes in a region it already knows; news are polite, errors are not.
 */
export function messageTemplate(message: Message | undefined): TemplateResult {
  const alert = message?.kind === 'alert' ? message : undefined;
  const status = alert ? undefined : message;
  return html`<div part="status" role="status">${status ? content(status) : nothing}</div>
    <div part="alert" role="alert">${alert ? content(alert) : nothing}</div>`;
}

const icons = { busy: busyIcon, done: doneIcon, note: nothing, alert: alertIcon };

function content({ kind, text }: Message): TemplateResult {
  return html`${icons[kind]}<span>${text}</span>`;
}

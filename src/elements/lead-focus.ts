import type { ManagerHost } from './manager-part.js';

/** Moves the focus on, after an answer that took its time: somebody who is typing elsewhere keeps it. */
export function leadFocus({ element }: ManagerHost, control: HTMLElement | null): void {
  const { activeElement } = element.renderRoot as ShadowRoot;
  const here = activeElement ?? (document.activeElement === document.body && document.body);
  if (here && !here.matches('input, select, textarea')) control?.focus();
}

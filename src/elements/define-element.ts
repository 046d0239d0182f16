import { hint } from '../core/errors.js';
import { warn } from './warn.js';

/** Registers an element once; a second copy of the package gives way to the first. */
export function defineElement(tag: string, element: CustomElementConstructor): void {
  if (typeof customElements === 'undefined' || customElements.get(tag) === element) return;
  if (customElements.get(tag)) {
    warn(hint`<${tag}> is defined already, by another copy of passkey-elements or other code.`);
    return;
  }
  customElements.define(tag, element);
}

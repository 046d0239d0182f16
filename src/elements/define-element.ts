import { hint } from '../core/errors.js';
import { version } from '../core/version.js';
import { readMore, warn } from './warn.js';

/** Registers an element once; a second copy of the package gives way to the first. */
export function defineElement(tag: string, element: CustomElementConstructor): void {
  if (typeof customElements === 'undefined') return;
  const first = customElements.get(tag) as { readonly version?: string } | undefined;
  if (!first) return customElements.define(tag, element);
  if (first === element) return;
  if (first.version === version) {
    warn(
      hint`<${tag}>: passkey-elements ${version} is here twice. Load it once, by a script tag or in the bundle. ${readMore('frameworks/html.md')}`,
    );
  } else {
    console.warn(
      `<${tag}> is ${first.version ?? 'taken'}; passkey-elements ${version} is not used.`,
    );
  }
}

import type { PropertyValues } from 'lit';
import { readMore } from './warn.js';

/** What an attribute may say, where not everything goes. */
const known: Readonly<Record<string, readonly string[]>> = {
  theme: ['light', 'dark'],
  credentials: ['omit', 'same-origin', 'include'],
  open: ['add'],
};

/** Words on an attribute that has just been set to what nobody knows; empty where there is none. */
export function unknownValue(element: HTMLElement, changed: PropertyValues): string {
  const values = element as unknown as Readonly<Record<string, unknown>>;
  const name = Object.keys(known).find(
    (name) => changed.has(name) && values[name] && !known[name]!.includes(String(values[name])),
  );
  if (!name) return '';
  const words = `“${String(values[name])}” is none of: ${known[name]!.join(', ')}.`;
  return `<${element.localName} ${name}>: ${words} ${readMore('reference.md#attributes-and-properties')}`;
}

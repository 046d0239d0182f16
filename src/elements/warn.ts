import { version } from '../core/version.js';

/**
 * Tells the developer what only they can mend: which element, what is wrong, how to mend it, and
 * where to read on. Production builds have no words for it.
 */
export function warn(words: string): void {
  if (words) console.warn(words);
}

/** The address of a page of the docs, as the release has it. */
export function readMore(page: string): string {
  return `https://cdn.jsdelivr.net/npm/passkey-elements@${version}/docs/${page}`;
}

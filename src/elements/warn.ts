/** Tells the developer what only they can mend; production builds have no words for it. */
export function warn(words: string): void {
  if (words) console.warn(words);
}

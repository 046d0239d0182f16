import { en, type Strings } from './en.js';

/** Languages beside English, each loaded when first asked for. */
const loaders: Record<string, () => Promise<Strings>> = {
  ar: async () => (await import('./ar.js')).ar,
  de: async () => (await import('./de.js')).de,
};

const loaded = new Map<string, Strings>([['en', en]]);

/** The texts for a language tag if they are here already, by its primary subtag. */
export function loadedStrings(language: string): Strings | undefined {
  return loaded.get(primary(language)) ?? (hasStrings(language) ? undefined : en);
}

/** Loads the texts for a language tag; English where there is no such language. */
export async function loadStrings(language: string): Promise<Strings> {
  const key = primary(language);
  const strings = (await loaders[key]?.()) ?? en;
  loaded.set(key, strings);
  return strings;
}

/** Adds a language of the site's own, or replaces one of ours. */
export function addLocale(language: string, strings: Strings): void {
  loaded.set(primary(language), strings);
}

function hasStrings(language: string): boolean {
  return primary(language) in loaders;
}

function primary(language: string): string {
  return language.toLowerCase().split('-', 1)[0]!;
}

import type { Strings } from './en.js';

/**
 * Languages beside English, each loaded when first asked for. English needs no loading: each part
 * of the view brings its own English words along.
 */
const loaders: Record<string, () => Promise<Strings>> = {
  ar: async () => (await import('./ar.js')).ar,
  de: async () => (await import('./de.js')).de,
};

const loaded = new Map<string, Strings>();

/** The translation for a language tag by its primary subtag, if it is here already. */
export function translationOf(language: string): Strings | undefined {
  return loaded.get(primary(language));
}

/** Loads the translation for a language tag; `undefined` where English has to do. */
export async function loadTranslation(language: string): Promise<Strings | undefined> {
  const key = primary(language);
  const load = Object.hasOwn(loaders, key) ? loaders[key] : undefined;
  const ours = await load?.();
  const strings = loaded.get(key) ?? ours; // the site may have added its own meanwhile
  if (strings) loaded.set(key, strings);
  return strings;
}

/** Adds a language of the site's own, or replaces one of ours. */
export function addLocale(language: string, strings: Strings): void {
  loaded.set(primary(language), strings);
}

/** Browsers have one tag where people have several: what a page calls `tl` is `fil` to them. */
function primary(language: string): string {
  return Intl.getCanonicalLocales(language.replace(/[-_].*/, ''))[0]!;
}

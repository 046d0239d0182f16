import { isServer, type ReactiveController, type ReactiveControllerHost } from 'lit';
import type { Strings } from '../i18n/en.js';
import { loadTranslation, translationOf } from '../i18n/locales.js';

/** A site's own words: any text, by its key. */
export type StringOverrides = Partial<Omit<Strings, 'errors' | 'createErrors'>> & {
  readonly errors?: Partial<Strings['errors']>;
  readonly createErrors?: Strings['createErrors'];
};

/** An element with the site's own words. */
type Host = ReactiveControllerHost & HTMLElement & { readonly strings?: StringOverrides };

/** The words and formats of the host's language: its own `lang`, else the nearest one around it. */
export class LocalizeController implements ReactiveController {
  #language = '';
  readonly #host: Host;
  #observer: MutationObserver | undefined;
  #translation: Strings | undefined;

  constructor(host: Host) {
    this.#host = host;
    host.addController(this);
  }

  /** The words of one part of the view: its English, the translation over it, the site's own last. */
  words<English extends Partial<Strings>>(english: English): English {
    const words = { ...english };
    for (const layer of this.layers as readonly (English | undefined)[]) {
      for (const key in words) {
        // What is of another kind fits nowhere; frameworks set `undefined` for what there is not.
        if (typeof layer?.[key] === typeof words[key]) words[key] = layer![key];
      }
    }
    return words;
  }

  /** What lies over the English words, the site's own last. */
  get layers(): readonly (StringOverrides | undefined)[] {
    return [this.#translation, this.#host.strings];
  }

  /** Of the words that are shown: where there are none in the host's language, English. */
  get language(): string {
    const known = this.#translation || this.#host.strings || /^en\b/i.test(this.#language);
    return known ? this.#language : 'en';
  }

  get direction(): 'ltr' | 'rtl' {
    return /^(ar|fa|he|ur)\b/i.test(this.language) ? 'rtl' : 'ltr';
  }

  hostConnected(): void {
    if (!isServer) this.#observer = new MutationObserver(() => this.#update());
    this.#update();
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #update(): void {
    const language = validLanguage(nearestLanguage(this.#host, this.#observer));
    if (language === this.#language) return;
    this.#language = language;
    this.#use(translationOf(language));
    if (!isServer && !this.#translation) void this.#load(language);
  }

  async #load(language: string): Promise<void> {
    const translation = await loadTranslation(language).catch(() => undefined);
    if (translation && language === this.#language) this.#use(translation);
  }

  #use(translation: Strings | undefined): void {
    this.#translation = translation;
    this.#host.requestUpdate();
  }
}

/** Watches each tree that it looks at: those further out matter once this one says nothing. */
function nearestLanguage(element: Element, observer?: MutationObserver): string {
  if (isServer) return element.getAttribute('lang') ?? 'en';
  const tree = element.getRootNode();
  observer?.observe(tree, { attributeFilter: ['lang'], subtree: true });
  const around = element.closest<HTMLElement>('[lang]')?.lang;
  if (around) return around;
  // A document would give as its host what the page has named so.
  return tree instanceof ShadowRoot ? nearestLanguage(tree.host, observer) : navigator.language;
}

/** `Intl` throws on a tag that is none, and a page's typo must not break signing in. */
function validLanguage(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

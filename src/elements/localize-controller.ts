import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { en, type Strings } from '../i18n/en.js';
import { loadedStrings, loadStrings } from '../i18n/locales.js';

/** A site's own words: any text, by its key. */
export type StringOverrides = Partial<Omit<Strings, 'errors' | 'createErrors'>> & {
  readonly errors?: Partial<Strings['errors']>;
  readonly createErrors?: Strings['createErrors'];
};

/** The words and formats of the host's language: its own `lang`, else the nearest one around it. */
export class LocalizeController implements ReactiveController {
  language = 'en';
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #overrides: () => StringOverrides | undefined;
  #observer: MutationObserver | undefined;
  #strings: Strings = en;

  constructor(
    host: ReactiveControllerHost & HTMLElement,
    overrides: () => StringOverrides | undefined,
  ) {
    this.#host = host;
    this.#overrides = overrides;
    host.addController(this);
  }

  /** Every text, with the site's own words over ours. */
  get text(): Strings {
    const own = this.#overrides();
    if (!own) return this.#strings;
    return {
      ...this.#strings,
      ...own,
      errors: { ...this.#strings.errors, ...own.errors },
      createErrors: { ...this.#strings.createErrors, ...own.createErrors },
    };
  }

  get direction(): 'ltr' | 'rtl' {
    return /^(ar|fa|he|ur)\b/i.test(this.language) ? 'rtl' : 'ltr';
  }

  /** A day as people of this language write it. */
  date(date: Date): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'medium' }).format(date);
  }

  hostConnected(): void {
    this.#observer = new MutationObserver(() => this.#update());
    this.#observer.observe(document.documentElement, {
      attributeFilter: ['lang'],
      subtree: true,
    });
    this.#observer.observe(this.#host, { attributeFilter: ['lang'] });
    this.#update();
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #update(): void {
    const language = nearestLanguage(this.#host);
    if (language === this.language && this.#strings === loadedStrings(language)) return;
    this.language = language;
    const ready = loadedStrings(language);
    if (ready) this.#use(ready);
    else void this.#load(language);
  }

  async #load(language: string): Promise<void> {
    const strings = await loadStrings(language).catch(() => en); // English is better than nothing
    if (language === this.language) this.#use(strings);
  }

  #use(strings: Strings): void {
    this.#strings = strings;
    this.#host.requestUpdate();
  }
}

function nearestLanguage(element: Element): string {
  const around = element.closest<HTMLElement>('[lang]')?.lang;
  if (around) return validLanguage(around);
  const root = element.getRootNode();
  if (root instanceof ShadowRoot) return nearestLanguage(root.host);
  return validLanguage(navigator.language);
}

/** `Intl` throws on a tag that is none, and a page's typo must not break signing in. */
function validLanguage(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

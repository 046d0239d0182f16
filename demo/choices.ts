const options = {
  backend: ['ssojet', 'rest'],
  lang: ['en', 'de', 'ar'],
  theme: ['system', 'light', 'dark'],
} as const;

type Options = typeof options;

/** What the visitor has chosen; the first of each is the default. */
export type Choices = { readonly [Name in keyof Options]: Options[Name][number] };

/** Reads the choices from the address of the page; what is none counts as the default. */
export function readChoices(): Choices {
  const query = new URLSearchParams(location.search);
  const read = <Option extends string>(name: string, known: readonly [Option, ...Option[]]) =>
    known.find((option) => option === query.get(name)) ?? known[0];
  return {
    backend: read('backend', options.backend),
    lang: read('lang', options.lang),
    theme: read('theme', options.theme),
  };
}

/** Shows the choices in the form, and keeps them in the address when they change. */
export function followChoices(form: HTMLFormElement, onChange: (choices: Choices) => void): void {
  for (const [name, value] of Object.entries(readChoices())) {
    (form.elements.namedItem(name) as RadioNodeList).value = value;
  }
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('change', ({ target }) => {
    const { name, value } = target as HTMLInputElement;
    const url = new URL(location.href);
    const isDefault = options[name as keyof Options][0] === value;
    if (isDefault && name !== 'backend') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
    history.replaceState(null, '', url);
    onChange(readChoices());
  });
}

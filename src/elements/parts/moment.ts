import { html, type TemplateResult } from 'lit';

const units = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long ago something was, as people say it; the exact date is in the `<time>`. Nothing of what is no date. */
export function moment(when: Date | undefined, language: string): TemplateResult | undefined {
  const time = new Date(when ?? NaN);
  if (isNaN(Number(time))) return undefined;
  const { ago, now, exact } = formatsFor(language);
  const seconds = (Date.now() - Number(time)) / 1000;
  const unit = units.find(([, length]) => seconds >= length);
  const text = unit ? ago.format(-Math.floor(seconds / unit[1]), unit[0]) : now;
  return html`<time datetime=${time.toISOString()} title=${exact.format(time)}>${text}</time>`;
}

let formats: ReturnType<typeof createFormats> | undefined;

/** Making a format takes longer than a row; a page has one language, or few. */
function formatsFor(language: string): ReturnType<typeof createFormats> {
  return formats?.language === language ? formats : (formats = createFormats(language));
}

function createFormats(language: string) {
  return {
    language,
    ago: new Intl.RelativeTimeFormat(language),
    now: new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'second'),
    exact: new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }),
  };
}

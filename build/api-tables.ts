import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import {
  readElements,
  type ElementDeclaration,
  type Member,
  type Named,
  type Typed,
} from './manifest.ts';

type Table = readonly (readonly string[])[];

/** The tables below each heading of an element: titles of the columns first. */
const tables: Readonly<Record<string, (element: ElementDeclaration) => Table>> = {
  'Attributes and properties': ({ attributes, members }) => [
    ['Attribute', 'Property', 'Type', 'Default', 'What it is'],
    ...attributes
      .filter(({ fieldName }) => !fieldName)
      .map((one) => [code(one.name), none, typeOf(one), none, words(one)]),
    ...members
      .filter(({ kind }) => kind === 'field')
      .map((one) => [
        code(one.attribute),
        code(one.name),
        typeOf(one),
        code(one.default),
        words(one),
      ]),
  ],
  Methods: ({ members }) => [
    ['Method', 'Result', 'What it does'],
    ...members
      .filter(({ kind }) => kind === 'method')
      .map((one) => [code(signature(one)), code(one.return?.type.text), words(one)]),
  ],
  Events: ({ events }) => [
    ['Event', 'Class', 'When'],
    ...events.map((one) => [code(one.name), typeOf(one), words(one)]),
  ],
  Slots: ({ slots }) => listed('Slot', 'What goes there', slots),
  'CSS parts': ({ cssParts }) => listed('Part', 'What it is', cssParts),
  'CSS custom properties': ({ cssProperties }) => [
    ['Property', 'Default', 'What it is'],
    ...cssProperties.map((one) => [code(one.name), code(one.default), words(one)]),
  ],
  'CSS states': ({ cssStates }) => listed('State', 'When', cssStates),
};

const none = '–';

function listed(title: string, about: string, entries: readonly Named[]): Table {
  return [[title, about], ...entries.map((one) => [code(one.name || '(default)'), words(one)])];
}

function signature({ name, parameters = [] }: Member): string {
  const names = parameters.map((one) => (one.optional ? `${one.name}?` : one.name));
  return `${name}(${names.join(', ')})`;
}

/** Everything that has no default may be left out, so that is not said of each. */
function typeOf({ type }: Typed): string {
  return code(type?.text.replace(/ \| undefined$/, '').replace(/^\((\(.*)\)$/, '$1'));
}

function words({ description }: Named): string {
  return description.replaceAll('\n', ' ').replaceAll('|', '\\|');
}

function code(text: string | undefined): string {
  return text ? `\`${text.replaceAll('|', '\\|')}\`` : none;
}

/** The reference with the tables of both elements as the manifest has them. */
export function withApiTables(page: string): string {
  let result = page;
  for (const element of readElements()) {
    for (const [title, rowsOf] of Object.entries(tables)) {
      const place = new RegExp(
        `(^## \`<${element.tagName}>\`\\n(?:(?!## ).*\\n)*?### ${title}\\n(?:(?!#).*\\n)*?)(\\|.*\\n)+`,
        'm',
      );
      if (!place.test(result)) throw new Error(`<${element.tagName}> has no table of ${title}.`);
      const [titles = [], ...rows] = rowsOf(element);
      const lines = [titles, titles.map(() => '---'), ...rows]
        .map((cells) => `| ${cells.join(' | ')} |\n`)
        .join('');
      result = result.replace(place, (_, before: string) => before + lines);
    }
  }
  return result;
}

if (argv[1] === import.meta.filename) {
  const reference = new URL('../docs/reference.md', import.meta.url);
  writeFileSync(reference, withApiTables(readFileSync(reference, 'utf8')));
}

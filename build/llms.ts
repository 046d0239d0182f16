import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { version } from '../vite.config.ts';

/*
 * `dist/llms.txt`: the package in one plain file for programs that read documentation. Nothing in it
 * is written for it: the words are those of the README, the docs and the manifest.
 */
interface Named {
  readonly name: string;
  readonly description?: string;
  readonly default?: string;
  readonly kind?: string;
  readonly attribute?: string;
  /** Of an attribute: the property that it sets, if any. */
  readonly fieldName?: string;
  readonly type?: { readonly text: string };
  readonly parameters?: readonly Named[];
}

interface Element {
  readonly tagName?: string;
  readonly description: string;
  readonly attributes: readonly Named[];
  readonly members: readonly Named[];
  readonly [kind: string]: unknown;
}

const readme = readFileSync('README.md', 'utf8');
const manifest = JSON.parse(readFileSync('custom-elements.json', 'utf8')) as {
  readonly modules: readonly { readonly declarations: readonly Element[] }[];
};
const elements = manifest.modules
  .flatMap(({ declarations }) => declarations)
  .filter(({ tagName }) => tagName);

const parts = [
  `# passkey-elements ${version}`,
  `> ${/^(?!#)\S.*$/m.exec(readme)![0]}`,
  ...['What the elements do', 'Use it by a script tag', 'Use it from npm'].map(readmePart),
  ...['Session or tokens', 'A backend of your own', 'Languages and look'].map(readmePart),
  ...elements.map(elementPart),
  `## CSS custom properties of both\n\n${list(elements[0]!.cssProperties)}`,
  `## Error codes\n\n${errorCodes()}`,
  `## Pages\n\n${pages()}`,
];
writeFileSync('dist/llms.txt', `${parts.join('\n\n')}\n`);

function readmePart(title: string): string {
  const [, part] = new RegExp(`^(## ${title}\n.*?)(?=^## )`, 'ms').exec(readme)!;
  return withoutLinks(part!).trim();
}

function elementPart(element: Element): string {
  const kinds = {
    'Attributes and properties': 'members',
    Events: 'events',
    Slots: 'slots',
    Parts: 'cssParts',
    States: 'cssStates',
  };
  const lone = element.attributes.filter(({ fieldName }) => !fieldName);
  const all: Element = { ...element, members: [...lone, ...element.members] };
  const lists = Object.entries(kinds).map(([title, kind]) => `${title}:\n${list(all[kind])}`);
  return [`## <${element.tagName}>`, element.description, ...lists].join('\n\n');
}

function list(entries: unknown): string {
  return (entries as readonly Named[]).map(line).join('\n');
}

function line({ name, description, type, kind, parameters = [], ...rest }: Named): string {
  const signature = kind === 'method' ? `(${parameters.map((one) => one.name).join(', ')})` : '';
  const typed = type && kind === 'field' ? `: ${type.text}` : '';
  const { attribute = name } = rest;
  const also = attribute === name ? '' : ` (attribute ${attribute})`;
  const usual = rest.default ? ` Default: ${rest.default}.` : '';
  return `- ${name || '(default)'}${signature}${also}${typed} – ${description}${usual}`;
}

/** Each code with what it wants to be done. */
function errorCodes(): string {
  const sections = readFileSync('docs/errors.md', 'utf8').split(/^## `/m).slice(1);
  return sections
    .map((section) => {
      const [, code] = /^([\w-]+)`/.exec(section)!;
      const [, when = ''] = /\*\*When:\*\* (.*?)\n\*\*/s.exec(section) ?? [];
      return `- ${code}: ${withoutLinks(when).replaceAll('\n', ' ')}`;
    })
    .join('\n');
}

function pages(): string {
  return globSync('docs/**/*.md')
    .sort()
    .map((file) => `- ${file}: ${/^# (.*)$/m.exec(readFileSync(file, 'utf8'))![1]}`)
    .join('\n');
}

function withoutLinks(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { version } from '../vite.config.ts';
import { readElements, type ElementDeclaration, type Member, type Named } from './manifest.ts';

/*
 * `dist/llms.txt`: the package in one plain file for programs that read documentation. Nothing in it
 * is written for it: the words are those of the README, the docs and the manifest.
 */
const readme = readFileSync('README.md', 'utf8');
const elements = readElements();

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

function elementPart(element: ElementDeclaration): string {
  const lone = element.attributes.filter(({ fieldName }) => !fieldName);
  const lists = Object.entries({
    'Attributes and properties': [...lone, ...element.members],
    Events: element.events,
    Slots: element.slots,
    Parts: element.cssParts,
    States: element.cssStates,
  }).map(([title, entries]) => `${title}:\n${list(entries)}`);
  return [`## <${element.tagName}>`, element.description, ...lists].join('\n\n');
}

function list(entries: readonly Entry[]): string {
  return entries.map(line).join('\n');
}

/** Anything of an element that has a name. */
type Entry = Named & Partial<Member>;

function line({ name, description, type, kind, parameters = [], ...rest }: Entry): string {
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

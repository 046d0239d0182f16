import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Snippet {
  /** Page and line, as editors open them. */
  readonly where: string;
  readonly language: string;
  readonly code: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The fenced code of a page, in order. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(`${root}${page}`, 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return { where: `${page}:${line}`, language: match[1] ?? '', code: match[2] ?? '' };
  });
}

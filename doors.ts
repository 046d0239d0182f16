import { readFileSync } from 'node:fs';

/** Backend dialects: the modules that the vocabulary of the `backend` attribute loads. */
export const dialects = (): string[] => loadedBy('src/backends/index.ts');

/** Languages beside English: the modules that the resolver loads. */
export const locales = (): string[] => loadedBy('src/i18n/locales.ts');

/** The public modules: name in `dist` → source file. All others are inner modules. */
export function doors(): Record<string, string> {
  return Object.fromEntries([
    ...['index', 'define', 'login', 'manager'].map((name) => [name, `src/${name}.ts`]),
    ...['http', ...dialects()].map((name) => [`backends/${name}`, `src/backends/${name}.ts`]),
    ...['en', ...locales()].map((name) => [`locales/${name}`, `src/i18n/${name}.ts`]),
  ]);
}

/** Where the build puts a source file, both relative to the project. */
export function publishedPath(source: string): string {
  const door = Object.entries(doors()).find(([, file]) => file === source);
  const inner = source.replace(/^src\//, 'inner/').replace(/\.ts$/, '');
  return `dist/${door?.[0] ?? inner}.js`;
}

function loadedBy(module: string): string[] {
  const imports = readFileSync(module, 'utf8').matchAll(/import\('\.\/([\w-]+)\.js'\)/g);
  return [...imports].map(([, name = '']) => name);
}

import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { dialects, locales } from '../doors.ts';

/*
 * What a visitor downloads, in bytes after gzip −9: everything inlined as in a site's own bundle,
 * minified, code splitting on. A first sign-in needs the entries, what they import, and the
 * default dialect, which loads lazily.
 */
const budgets = [
  {
    name: 'login',
    entries: ['src/login.ts'],
    limit: 16_000,
    lazy: [...dialects().map(dialect), ...locales().map(locale)],
  },
  {
    name: 'login + manager',
    entries: ['src/login.ts', 'src/manager.ts'],
    limit: 22_000,
    lazy: [{ module: 'src/core/provider-names.ts', limit: 2_000 }],
  },
];
const defaultDialect = 'src/backends/ssojet.ts';

const failures: string[] = [];
for (const { name, entries, limit, lazy } of budgets) {
  const chunks = await bundle(entries);
  const first = reachable(chunks, [...entries, defaultDialect]);
  check(`${name}, first sign-in`, first, limit);
  for (const part of lazy) {
    check(`  lazily: ${part.module}`, added(chunks, part.module, first), part.limit);
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

function dialect(name: string) {
  return { module: `src/backends/${name}.ts`, limit: 1_200 };
}

function locale(name: string) {
  return { module: `src/i18n/${name}.ts`, limit: 1_500 };
}

async function bundle(entries: string[]): Promise<Rolldown.OutputChunk[]> {
  const [{ output }] = (await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      target: 'es2022',
      write: false,
      lib: { entry: entries, formats: ['es'] }, // else Vite adds its own preloading code
      rolldownOptions: { preserveEntrySignatures: false, output: { minify: true } },
    },
  })) as [Rolldown.RolldownOutput];
  return output.filter((file) => file.type === 'chunk');
}

/** Fails where the module is not a chunk of its own: it would load with something else. */
function chunkOf(chunks: Rolldown.OutputChunk[], module: string): Rolldown.OutputChunk {
  const chunk = chunks.find(
    ({ facadeModuleId }) => facadeModuleId && relative('.', facadeModuleId) === module,
  );
  if (!chunk) throw new Error(`${module} is not a chunk of its own`);
  return chunk;
}

/** The chunks of these modules and all they import at once. */
function reachable(chunks: Rolldown.OutputChunk[], modules: string[]): Set<Rolldown.OutputChunk> {
  const found = new Set<Rolldown.OutputChunk>();
  const add = (chunk: Rolldown.OutputChunk): void => {
    if (found.has(chunk)) return;
    found.add(chunk);
    for (const chunkName of chunk.imports) {
      const imported = chunks.find(({ fileName }) => fileName === chunkName);
      if (!imported)
        throw new Error(`${chunk.fileName} imports ${chunkName}, which is not inlined`);
      add(imported);
    }
  };
  for (const module of modules) add(chunkOf(chunks, module));
  return found;
}

function added(
  chunks: Rolldown.OutputChunk[],
  module: string,
  loaded: Set<Rolldown.OutputChunk>,
): Set<Rolldown.OutputChunk> {
  return new Set([...reachable(chunks, [module])].filter((chunk) => !loaded.has(chunk)));
}

function check(title: string, chunks: Set<Rolldown.OutputChunk>, limit: number): void {
  const sizes = [...chunks].map((chunk) => ({ name: chunk.fileName, bytes: gzipped(chunk.code) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${title}: ${total} of ${limit} B`);
  if (sizes.length > 1) for (const { name, bytes } of sizes) console.log(`    ${bytes} B  ${name}`);
  if (total > limit) failures.push(`Too large: ${title.trim()} takes ${total} B, ${limit} allowed`);
}

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}

import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { dialects, dropHints, locales, minifyTemplates, packageVersion } from '../vite.config.ts';

/*
 * What a visitor downloads, in bytes after gzip −9: everything inlined as in a site's own bundle,
 * minified, code splitting on. A first sign-in needs the entries, what they import, the default
 * dialect, and every lazy chunk that is not named here as something for later.
 *
 * `login + manager` are two pages of one site: what they share is cut into chunks of its own, which
 * costs about 3.5 kB. `define` is one page with both elements.
 *
 * The goal is 16,000 B for login and 22,000 B for both. Until it is reached, these limits hold what
 * has been reached. They go down; only a new way in may cost something, or the end of a fault that
 * could cost somebody a passkey or show it to somebody else, and its commit says what.
 */
interface Part {
  readonly module: string;
  readonly limit?: number;
}

const otherDialects: Part[] = dialects()
  .slice(1)
  .map((name) => ({ module: `src/backends/${name}.ts`, limit: 1_000 }));
const otherLanguages: Part[] = locales().map((name) => ({
  module: `src/i18n/${name}.ts`,
  limit: 4_350,
}));
const others = [...otherDialects, ...otherLanguages];
const account: Part = { module: 'src/backends/ssojet-account.ts' };
const notForSignIn: Part[] = [
  { module: 'src/elements/sign-up.ts' },
  { module: 'src/elements/coach.ts' },
  { module: 'src/elements/immediate-mode.ts' },
  { module: 'src/core/status.ts' },
  { module: 'src/backends/ssojet-status.ts' },
  { module: 'src/elements/trouble.ts' },
  { module: 'src/core/foreign-errors.ts' },
  { module: 'src/backends/http-refusal.ts' },
  { module: 'src/elements/elsewhere.ts' },
  { module: 'src/elements/parts/qr-code.ts' },
  { module: 'src/backends/rest-handoff.ts' },
  { module: 'src/backends/auth0-account.ts' },
];
/** The manager reads records as soon as it is there. */
const records: Part = { module: 'src/backends/passkey-records.ts' };
/** What somebody does with the list comes when they are about to. */
const actions: Part[] = [
  'adding',
  'renaming',
  'removal',
  'details',
  'around-list',
  'add-offer',
].map((name) => ({
  module: `src/elements/${name}.ts`,
}));
/** The list is on screen, and gets its numbers; what else loads then depends on the passkeys. */
actions.push({ module: 'src/elements/recognition.ts' });
const providerNames: Part = { module: 'src/core/provider-names.ts', limit: 2_000 };

const failures: string[] = [];
const login = await measure(
  'login',
  19_350,
  ['src/login.ts'],
  [...others, ...notForSignIn, providerNames, account, records],
);
await measure(
  'login + manager',
  28_940,
  ['src/login.ts', 'src/manager.ts'],
  [...others, ...notForSignIn, ...actions, providerNames],
);
const both = await measure(
  'define',
  25_040,
  ['src/define.ts'],
  [...others, ...notForSignIn, ...actions, providerNames],
);
const manager = both - login;
console.log(`passkey-manager on top of passkey-login: ${manager} of 6000 B`);
if (manager > 6_000) failures.push(`Too large: passkey-manager adds ${manager} B, 6000 allowed`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

async function measure(
  name: string,
  limit: number,
  entries: string[],
  later: Part[],
): Promise<number> {
  const chunks = await bundle(entries);
  const postponed = later.map(({ module }) => chunkOf(chunks, module));
  const first = reachable(
    chunks,
    entries.map((entry) => chunkOf(chunks, entry)),
    postponed,
  );
  const total = check(`${name}, first sign-in`, first, limit);
  for (const part of later) {
    const all = reachable(chunks, [chunkOf(chunks, part.module)], postponed);
    check(
      `  later: ${part.module}`,
      new Set([...all].filter((chunk) => !first.has(chunk))),
      part.limit,
    );
  }
  return total;
}

async function bundle(entries: string[]): Promise<Rolldown.OutputChunk[]> {
  const [{ output }] = (await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [packageVersion(), minifyTemplates(), dropHints()], // as the published modules are
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

/** The chunks that these bring with them, at once or lazily, but for the postponed ones. */
function reachable(
  chunks: Rolldown.OutputChunk[],
  starts: Rolldown.OutputChunk[],
  postponed: Rolldown.OutputChunk[],
): Set<Rolldown.OutputChunk> {
  const found = new Set<Rolldown.OutputChunk>();
  const add = (chunk: Rolldown.OutputChunk): void => {
    if (found.has(chunk)) return;
    found.add(chunk);
    for (const name of new Set([...chunk.imports, ...chunk.dynamicImports])) {
      const next = chunks.find(({ fileName }) => fileName === name);
      if (!next) throw new Error(`${chunk.fileName} imports ${name}, which is not inlined`);
      if (chunk.imports.includes(name) || !postponed.includes(next)) add(next);
    }
  };
  starts.forEach(add);
  return found;
}

function check(title: string, chunks: Set<Rolldown.OutputChunk>, limit?: number): number {
  const sizes = [...chunks].map((chunk) => ({ name: chunk.fileName, bytes: gzipped(chunk.code) }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`${title}: ${total}${limit === undefined ? '' : ` of ${limit}`} B`);
  if (sizes.length > 1) for (const { name, bytes } of sizes) console.log(`    ${bytes} B  ${name}`);
  if (limit !== undefined && total > limit)
    failures.push(`Too large: ${title.trim()} takes ${total} B, ${limit} allowed`);
  return total;
}

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}

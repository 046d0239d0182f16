import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'vite';

const builds: Record<string, UserConfig> = { library: library(), script: script(), demo: demo() };

/** `vite build` makes the library, or what `--mode script` and `--mode demo` name. */
export default defineConfig(({ command, mode }) => {
  const build = builds[mode] ?? (command === 'serve' ? demo() : library());
  return { clearScreen: false, resolve: { tsconfigPaths: true }, ...build };
});

/** One ES module per source module; what a site may already have stays an import. */
function library(): UserConfig {
  return {
    publicDir: false,
    build: {
      target: 'es2022',
      sourcemap: true,
      minify: false, // the site's bundler does it, and better
      lib: { entry: doors(), formats: ['es'] },
      rolldownOptions: {
        external: [/^lit($|\/)/, /^@lit\//, '@simplewebauthn/browser', 'valibot'],
        output: {
          preserveModules: true,
          preserveModulesRoot: 'src',
          entryFileNames: ({ name }) => `${name.replace(/^_virtual\/.*\//, 'helpers/')}.js`,
        },
      },
    },
  };
}

/** The script-tag file: everything in one, nothing left to load. */
function script(): UserConfig {
  return {
    publicDir: false,
    build: {
      target: 'es2022',
      emptyOutDir: false,
      lib: {
        entry: 'src/define.ts',
        formats: ['iife'],
        name: 'passkeyElements',
        fileName: () => 'passkey-elements.min.js',
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  };
}

/** The playground, which imports `passkey-elements` as a customer does. */
function demo(): UserConfig {
  return {
    root: 'demo',
    build: { target: 'es2022', outDir: 'dist', emptyOutDir: true },
  };
}

/** Entry name → source file, one for each door of the `exports` map. */
function doors(): Record<string, string> {
  const closed = closedDoors();
  const names = [
    ...['index', 'define', 'login', 'manager'],
    ...modulesIn('backends').filter((name) => !closed.has(`./${name}`)),
    ...modulesIn('i18n').filter((name) => !closed.has(name.replace('i18n', './locales'))),
  ];
  return Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
}

function modulesIn(folder: string): string[] {
  return readdirSync(`src/${folder}`)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.replace(/\.ts$/, '')}`);
}

function closedDoors(): Set<string> {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  return new Set(Object.keys(exports).filter((door) => exports[door] === null));
}

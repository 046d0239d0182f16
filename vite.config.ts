import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig, type Plugin, type Rolldown, type UserConfig } from 'vite';

const builds: Record<string, () => UserConfig> = { development, demo };

/** `vite build` makes the library, or what `--mode` names of `builds`. */
export default defineConfig(({ command, mode }) => {
  const build = command === 'serve' ? demo : (builds[mode] ?? library);
  const { plugins = [], ...config } = build();
  const common = { clearScreen: false, resolve: { tsconfigPaths: true } };
  return { ...common, ...config, plugins: [packageVersion(), ...plugins] };
});

/** The version in package.json. */
export const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
};

/** One ES module per source module; what a site may already have stays an import. */
function library(): UserConfig {
  return modules('dist', [minifyTemplates(), dropHints(), themes()]);
}

/** The same with words for developers, behind the condition that bundlers set while one works. */
function development(): UserConfig {
  return modules('dist/development', [minifyTemplates()]);
}

function modules(outDir: string, plugins: Plugin[]): UserConfig {
  return {
    publicDir: false,
    plugins,
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      minify: false, // the site's bundler does it, and better; as it is, it needs no source maps
      lib: { entry: doors(), formats: ['es'] },
      rolldownOptions: {
        external: [/^lit($|\/)/, /^@lit\//, '@simplewebauthn/browser', 'react'],
        onLog(level, log, report) {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log); // it is kept; a test looks
        },
        output: {
          preserveModules: true,
          entryFileNames: fileInDist,
        },
      },
    },
  };
}

/** The playground, which imports `passkey-elements` as a customer does. */
function demo(): UserConfig {
  return {
    root: 'demo',
    plugins: [backend()],
    build: { target: 'es2022', outDir: 'dist', emptyOutDir: true },
  };
}

/** The backend of the playground, at the address of the development server. */
function backend(): Plugin {
  return {
    name: 'backend',
    apply: 'serve',
    async configureServer({ httpServer, middlewares }) {
      if (!httpServer) return; // a server for tests
      const { serveDemoBackend } = await import('./demo/server/development.ts');
      const { listener, close } = await serveDemoBackend();
      httpServer.once('close', () => void close());
      middlewares.use((request, response, next) =>
        /^\/(api|demo)\//.test(request.url ?? '') ? listener(request, response) : next(),
      );
    },
  };
}

function fileInDist({ name, facadeModuleId }: Rolldown.PreRenderedChunk): string {
  const source = facadeModuleId ? relative('.', facadeModuleId) : '';
  if (!source.startsWith('src/')) return `inner/${name.replace(/^.*\//, '')}.js`; // compiler helpers
  return publishedPath(source).replace('dist/', '');
}

/** What the `backend` attribute may say; all but the first load on demand. */
export const dialects = (): string[] => ['ssojet', ...loadedBy('src/backends/index.ts')];

/** Languages beside English: the modules that the resolver loads. */
export const locales = (): string[] => loadedBy('src/i18n/locales.ts');

/** Frameworks with a door of their own. */
const frameworks = ['react', 'preact', 'solid', 'vue', 'svelte'];

/** The public modules: name in `dist` → source file. All others are inner modules. */
export function doors(): Record<string, string> {
  return Object.fromEntries([
    ...['index', 'define', 'login', 'manager', 'hydrate', 'form', 'testing'].map((name) => [
      name,
      `src/${name}.ts`,
    ]),
    ...frameworks.map((name) => [name, `src/frameworks/${name}.ts`]),
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

/** Puts the version where the source asks for it; Vite's `define` does not reach tests. */
export function packageVersion(): Plugin {
  return {
    name: 'package-version',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/core\/version\.ts$/ },
      handler: (code) => code.replace('= PACKAGE_VERSION', `= '${version}'`),
    },
  };
}

/** Drops the white space that only readers of the source need from `css` and `html` templates. */
export function minifyTemplates(): Plugin {
  return {
    name: 'minify-templates',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/elements\/.*\.ts$/ },
      handler: (code) =>
        code
          .replace(/css`[^`]*`/g, minifyCss)
          .replace(/>\s*\n\s*</g, '><')
          .replace(/\n\s+(?=[@.\w-]+=)/g, ' ')
          .replace(/(?<=[>}])\n\s+(?=\$\{|[<>])/g, ' '),
    },
  };
}

/** The style sheets for sites, as they are, with types: TypeScript 6 looks for some behind every import. */
function themes(): Plugin {
  return {
    name: 'themes',
    generateBundle() {
      for (const file of globSync('src/themes/*.css')) {
        const fileName = file.replace('src/', '');
        this.emitFile({ type: 'asset', fileName, source: readFileSync(file) });
        this.emitFile({ type: 'asset', fileName: `${fileName}.d.ts`, source: 'export {};\n' });
      }
    },
  };
}

/** Leaves out what only developers read: an error keeps its code, and a warning is none. */
export function dropHints(): Plugin {
  return {
    name: 'drop-hints',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/.*\.ts$/ },
      handler: (code) =>
        code
          .replace(/\bwarn\(\s*hint`[^`]*`,?\s*\)/g, 'undefined')
          .replace(/,\s*hint`[^`]*`,?(?=\s*\))/g, '')
          .replace(/\bhint`[^`]*`/g, "''"),
    },
  };
}

function minifyCss(template: string): string {
  return template
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/([\w-]): /g, '$1:')
    .replace(/;}/g, '}')
    .replace(/\b0(\.\d)/g, '$1')
    .replace(/` | `/g, '`')
    .replace(/ !important/g, '!important');
}

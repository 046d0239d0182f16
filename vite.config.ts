import { relative } from 'node:path';
import { defineConfig, type Rolldown, type UserConfig } from 'vite';
import { doors, publishedPath } from './doors.ts';
import { minifyTemplates } from './minify-templates.ts';

const builds: Record<string, () => UserConfig> = { script, demo };

/** `vite build` makes the library, or what `--mode script` and `--mode demo` name. */
export default defineConfig(({ command, mode }) => {
  const build = command === 'serve' ? demo : (builds[mode] ?? library);
  return { clearScreen: false, resolve: { tsconfigPaths: true }, ...build() };
});

/** One ES module per source module; what a site may already have stays an import. */
function library(): UserConfig {
  return {
    publicDir: false,
    plugins: [minifyTemplates()],
    build: {
      target: 'es2022',
      sourcemap: true,
      minify: false, // the site's bundler does it, and better
      lib: { entry: doors(), formats: ['es'] },
      rolldownOptions: {
        external: [/^lit($|\/)/, /^@lit\//, '@simplewebauthn/browser'],
        output: {
          preserveModules: true,
          entryFileNames: fileInDist,
        },
      },
    },
  };
}

/** The script-tag file: everything in one, nothing left to load. */
function script(): UserConfig {
  return {
    publicDir: false,
    plugins: [minifyTemplates()],
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

function fileInDist({ name, facadeModuleId }: Rolldown.PreRenderedChunk): string {
  const source = facadeModuleId ? relative('.', facadeModuleId) : '';
  if (!source.startsWith('src/')) return `inner/${name.replace(/^.*\//, '')}.js`; // compiler helpers
  return publishedPath(source).replace('dist/', '');
}

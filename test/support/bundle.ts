import { build, type Rolldown } from 'vite';

/** A site's own module as its bundler makes it, with what it imports of the published package: name → code. */
export async function bundle(script: string): Promise<ReadonlyMap<string, string>> {
  const entry = 'page.js';
  const { output } = (await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    resolve: { alias: [{ find: /^passkey-elements\/(.*)$/, replacement: '/dist/$1.js' }] },
    plugins: [
      {
        name: 'site',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? script : null),
      },
    ],
    build: {
      target: 'es2022',
      write: false,
      minify: false,
      modulePreload: false,
      rolldownOptions: { input: entry, output: { entryFileNames: entry } },
    },
  })) as Rolldown.RolldownOutput;
  return new Map(
    output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file.code]] : [])),
  );
}

import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, type Plugin } from 'vite';
import { dropHints, minifyTemplates, packageVersion, version } from '../vite.config.ts';

/*
 * The files for a script tag: each holds everything it needs, so that one hash covers it. The hashes
 * go to `dist/sri.json` and into the pages where people copy them.
 */
const names = globSync('src/script/passkey-*.ts')
  .map((file) => basename(file, '.ts'))
  .sort();
for (const name of names) await buildScript(name);
const integrity = Object.fromEntries(names.map((name) => [`${name}.min.js`, hashOf(name)]));
writeFileSync('dist/sri.json', `${JSON.stringify(integrity, null, 2)}\n`);
for (const page of ['README.md', 'docs/frameworks/html.md']) {
  writeFileSync(page, withHashes(readFileSync(page, 'utf8')));
}

async function buildScript(name: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [packageVersion(), minifyTemplates(), dropHints(), ownNames(), plainLetters()],
    build: {
      target: 'es2022',
      emptyOutDir: false,
      lib: {
        entry: `src/script/${name}.ts`,
        formats: ['iife'],
        name: 'passkeyElements', // demanded, though the file exports nothing
        fileName: () => `${name}.min.js`,
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
}

/**
 * Rolldown makes a namespace of each lazy module with `for … in`: what a page has added to
 * `Object.prototype` would get in there, and no file would run.
 */
function ownNames(): Plugin {
  const inherited = 'for (var name in all)';
  return {
    name: 'own-names',
    transform: {
      filter: { id: /rolldown\/runtime\.js$/ },
      handler(code) {
        if (!code.includes(inherited)) this.error(`Rolldown no longer says “${inherited}”.`);
        return code.replace(inherited, 'for (var name of Object.keys(all))');
      },
    },
  };
}

/** A page that does not say how it is encoded would read any letter but those of ASCII as others. */
function plainLetters(): Plugin {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'plain-letters',
    generateBundle(_, files) {
      for (const file of Object.values(files)) {
        if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
      }
    },
  };
}

function hashOf(name: string): string {
  const file = readFileSync(`dist/${name}.min.js`);
  return `sha384-${createHash('sha384').update(file).digest('base64')}`;
}

/** Each script tag of one of our files, with the hash of that file as it is now. */
function withHashes(page: string): string {
  return page.replace(
    /(passkey-elements@)[^/]+(\/dist\/)([\w-]+\.min\.js)("\s+integrity=")[^"]*/g,
    (_, before: string, folder: string, file: string, between: string) =>
      `${before}${version}${folder}${file}${between}${integrity[file]}`,
  );
}

import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import {
  createCompilerHost,
  formatDiagnostics,
  performCompilation,
  readConfiguration,
} from '@angular/compiler-cli';
import { doors, publishedPath } from '../vite.config.ts';

/*
 * All the types, by Angular's compiler: it is TypeScript's, and writes into the types of directives
 * what the templates of a site are checked by. The module of the directives it makes as well, in the
 * form for libraries, which the compiler of the site completes.
 */
const { options, rootNames } = readConfiguration('tsconfig.build.json', {
  compilationMode: 'partial',
  emitDeclarationOnly: false,
});
const host = createCompilerHost({ options });
const writeTypes = host.writeFile;
host.writeFile = (path, text, ...rest) => {
  if (path.endsWith('.d.ts')) writeTypes(path, text, ...rest);
  else if (path.endsWith('/frameworks/angular.js')) {
    for (const folder of ['dist', 'dist/development'])
      writeFileSync(`${folder}/angular.js`, text.replace(/(?<= from ')\.\.\/[^']+/g, toPublished));
  }
};
const { diagnostics } = performCompilation({ rootNames, options, host });
if (diagnostics.length > 0) throw new Error(formatDiagnostics(diagnostics));

// Where a pattern of `exports` leads, types lie beside the doors alone: else every file there would be one.
for (const [name, source] of Object.entries(doors())) {
  if (!name.includes('/')) continue;
  const types = source.replace('src/', 'types/').replace('.ts', '');
  const hasDefault = readFileSync(`dist/${types}.d.ts`, 'utf8').includes('export default');
  const from = `'../${types}.js';\n`;
  const rest = hasDefault ? `export { default } from ${from}` : '';
  writeFileSync(`dist/${name}.d.ts`, `export * from ${from}${rest}`);
}

/** Where a module of ours is, seen from the module of the directives. */
function toPublished(specifier: string): string {
  const source = specifier.replace('..', 'src').replace(/\.js$/, '.ts');
  return `./${relative('dist', publishedPath(source))}`;
}

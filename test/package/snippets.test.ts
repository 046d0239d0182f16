import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { readElements, type ElementDeclaration } from '../../build/manifest.ts';
import { snippetsOf, type Snippet } from '../support/snippets.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const elements = readElements();
const names = (kind: Exclude<keyof ElementDeclaration, 'tagName' | 'description'>): Set<string> =>
  new Set(elements.flatMap((element) => element[kind].map(({ name }) => name)));

const snippets = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].flatMap((page) =>
  snippetsOf(page),
);
const written = (language: string) => snippets.filter((snippet) => snippet.language === language);

/** As sites have it that switch on more than `strict`, as a new one of Angular does. */
const strictest: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
};

describe('the snippets of the README and the docs', () => {
  it('are found', () => {
    for (const language of ['ts', 'tsx', 'html', 'css'])
      assert.notEqual(written(language).length, 0);
  });

  it('compile against the published types, as strict TypeScript', () => {
    const own = written('ts').filter(({ where }) => !where.startsWith('docs/servers.md'));
    assert.deepEqual(faultsOf(own, strictest), []);
  });

  it('compile beside the files of the server that they go with', () => {
    const own = written('ts').filter(({ where }) => where.startsWith('docs/servers.md'));
    assert.notEqual(own.length, 0);
    const page = readFileSync(`${root}docs/servers.md`, 'utf8');
    const [, ...named] = /the `lib` (\w+) and (\w+),/.exec(page)!;
    const lib = named.map((name) => `lib.${name.toLowerCase()}.d.ts`);
    const options = { ...strictest, allowImportingTsExtensions: true, types: ['node'], lib };
    const rest = { where: 'demo/server', code: "import '../main.ts'; import '../development.ts';" };
    assert.deepEqual(faultsOf([...own, rest], options, 'demo/server/mounts/'), []);
  });

  it('are in no language that is not read here', () => {
    const read = ['ts', 'tsx', 'html', 'css', 'vue', 'svelte', 'sh', 'json', 'text'];
    const other = snippets.filter(({ language }) => !read.includes(language));
    assert.deepEqual(
      other.map(({ where }) => where),
      [],
    );
  });

  it('compile where they are React components', () => {
    assert.deepEqual(faultsOf(written('tsx'), strictest), []);
  });

  it('compile where they are scripts in HTML', () => {
    const scripts = written('html').flatMap(({ where, code }) =>
      [...code.matchAll(/<script(?![^>]*\ssrc=)[^>]*>(.*?)<\/script>/gs)].map(
        ([, script = '']) => ({ where, code: script }),
      ),
    );
    assert.notEqual(scripts.length, 0);
    // Read as TypeScript, because in a `.js` file the compiler takes every assignment for a declaration.
    assert.deepEqual(faultsOf(scripts, { strict: false, noImplicitAny: true }), []);
  });

  it('use tags, attributes and slots that exist', () => {
    const usual = /^(id|class|hidden|lang|dir|slot)$/;
    for (const { where, code } of written('html')) {
      for (const [, tag = '', attributes = ''] of code.matchAll(/<(passkey-\w+)([^>]*)>/g)) {
        const element = elements.find(({ tagName }) => tagName === tag);
        assert.ok(element, `${where}: <${tag}>`);
        const known = new Set(element.attributes.map(({ name }) => name));
        for (const [, name = ''] of attributes.matchAll(/([\w-]+)(?:="[^"]*")?/g)) {
          assert.ok(known.has(name) || usual.test(name), `${where}: <${tag} ${name}>`);
        }
      }
      for (const [, name = ''] of code.matchAll(/\sslot="([^"]+)"/g)) {
        assert.ok(names('slots').has(name), `${where}: slot="${name}"`);
      }
    }
  });

  it('use custom properties, parts and states that exist', () => {
    const uses = {
      cssProperties: /(--passkey-[\w-]+)/g,
      cssParts: /::part\(([\w-]+)\)/g,
      cssStates: /:state\(([\w-]+)\)/g,
    } as const;
    for (const { where, code } of [...written('css'), ...written('html')]) {
      for (const [kind, pattern] of Object.entries(uses)) {
        const known = names(kind as keyof typeof uses);
        for (const [, name = ''] of code.matchAll(pattern)) {
          assert.ok(known.has(name), `${where}: ${name}`);
        }
      }
    }
  });
});

/** What the compiler says of modules that lie, in its eyes only, in a folder of the project. */
function faultsOf(
  modules: readonly Pick<Snippet, 'where' | 'code'>[],
  strictness: ts.CompilerOptions,
  folder = '',
): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
    jsx: ts.JsxEmit.ReactJSX,
    skipLibCheck: true,
    noEmit: true,
    ...strictness,
  };
  const files = new Map(
    modules.map(({ code }, at) => [
      `${root}${folder}snippet-${at}.tsx`,
      // A page that has the elements knows their tags and functions, whoever loaded them.
      `import 'passkey-elements/define'; import '${root}dist/types/script/offer.js'; ${code}`,
    ]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path);
    return code === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, code, version, true, ts.ScriptKind.TSX);
  };
  const paths = [...files.keys()];
  const program = ts.createProgram(paths, options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const where = file && modules[paths.indexOf(file.fileName)]?.where;
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${where ?? file?.fileName} +${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

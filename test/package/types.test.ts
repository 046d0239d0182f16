import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { PackedSite } from '../support/packed-site.ts';
import { snippetsOf } from '../support/snippets.ts';

/*
 * Each project uses the packed package rightly and, marked as expected errors, wrongly: a compiler
 * that does not object to wrong use objects to the mark.
 */
const site = new PackedSite();
after(() => site[Symbol.dispose]());
const require = createRequire(import.meta.url);
const native = join(folderOf('@typescript/native-preview'), 'bin/tsgo');

describe('TypeScript checks the published types, libraries included', () => {
  const compilers = {
    'as ours is': require.resolve('typescript/bin/tsc'),
    'of 2024': compilerOf('@custom-elements-manifest/analyzer'),
    'rewritten natively': native,
  };
  const versions = new Set<string>();
  for (const [kind, compiler] of Object.entries(compilers)) {
    const { version } = JSON.parse(
      readFileSync(join(dirname(dirname(compiler)), 'package.json'), 'utf8'),
    ) as { version: string };
    versions.add(version.split('.')[0]!);
    it(`in version ${version}, ${kind}`, () => {
      assert.deepEqual(check('plain', compiler), []);
    });
  }

  it('in all major versions that people use', () => {
    assert.deepEqual([...versions].sort(), ['5', '6', '7']);
  });
});

describe('right use compiles and wrong use does not', () => {
  const projects = {
    'React 19': ['react', { '@types/react': '@types/react', csstype: 'csstype', react: 'react' }],
    'React 18': ['react', { 'types-react-18': '@types/react', csstype: 'csstype', react: 'react' }],
    Preact: ['preact', { preact: 'preact' }],
    Solid: ['solid', { 'solid-js': 'solid-js', csstype: 'csstype' }],
  } as const;
  const lax = ['--strict', 'false', '--exactOptionalPropertyTypes', 'false'];
  for (const [framework, [project, packages]] of Object.entries(projects)) {
    it(`in a project with ${framework}, strict or not`, () => {
      assert.deepEqual(check(project, native, packages), []);
      assert.deepEqual(check(project, native, packages, lax), []);
    });
  }

  it('in the site made with Preact', () => {
    addSites('preact', 'preact-server');
    assert.deepEqual(check('preact', native, projects.Preact[1]), []);
  });

  it('in the sites made with React', () => {
    addSites('react', 'react', 'react-server', 'react-tags');
    const [, packages] = projects['React 19'];
    const dom = { '@types/react-dom': '@types/react-dom', 'react-dom': 'react-dom' };
    assert.deepEqual(check('react', native, { ...packages, ...dom }), []);
  });

  it('in a project with Vue, and so do the snippets of its page', () => {
    writeSnippets('vue');
    addSites('vue', 'vue', 'vue-server');
    assert.deepEqual(check('vue', require.resolve('vue-tsc/bin/vue-tsc.js'), { vue: 'vue' }), []);
  });

  it('in a project with Svelte, and so do the snippets of its page', () => {
    writeSnippets('svelte');
    addSites('svelte', 'svelte', 'svelte-server');
    const svelteCheck = join(folderOf('svelte-check'), 'bin/svelte-check');
    const faults = check('svelte', svelteCheck, { svelte: 'svelte' }, ['--output', 'machine']);
    const places = faults.flatMap(
      (line) => /ERROR "([^"]+)" (\d+):/.exec(line)?.slice(1).join(':') ?? [],
    );
    const wrong = [6, 7, 8, 9, 10, 11, 12, 13].map((line) => `Wrong.svelte:${line}`);
    assert.deepEqual([...new Set(places)], wrong, faults.join('\n'));
  });

  it('in a project with Angular, and so do the snippets of its page', () => {
    writeSnippets('angular', 'ts');
    addSites('angular', 'angular');
    const names = ['common', 'compiler', 'core', 'platform-browser'];
    const packages = ['rxjs', ...names.map((name) => `@angular/${name}`)];
    const ngc = join(folderOf('@angular/compiler-cli'), 'bundles/src/bin/ngc.js');
    const faults = check('angular', ngc, Object.fromEntries(packages.map((name) => [name, name])));
    const places = faults.flatMap((line) => /^(\S+:\d+):\d+ - error/.exec(line)?.[1] ?? []);
    const wrong = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17].map((line) => `wrong.ts:${line}`);
    assert.deepEqual(new Set(places), new Set(wrong), faults.join('\n'));
  });
});

/** Puts what the framework's page shows into its project. */
function writeSnippets(framework: string, language = framework): void {
  const snippets = snippetsOf(`docs/frameworks/${framework}.md`).filter(
    (snippet) => snippet.language === language,
  );
  assert.notEqual(snippets.length, 0);
  mkdirSync(join(site.folder, framework), { recursive: true });
  snippets.forEach(({ code }, at) =>
    writeFileSync(join(site.folder, framework, `Snippet${at}.${language}`), code),
  );
}

/** Puts sites that the whole-page tests build into a project. */
function addSites(project: string, ...names: string[]): void {
  for (const name of names) {
    const from = new URL(`../hosts/${name}`, import.meta.url);
    cpSync(from, join(site.folder, project, 'hosts', name), { recursive: true });
  }
}

/** What the compiler says of a project in which only these packages are installed. */
function check(
  project: string,
  compiler: string,
  packages: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): string[] {
  const folder = join(realpathSync(site.folder), project);
  cpSync(new URL(`types/${project}`, import.meta.url), folder, { recursive: true });
  for (const [name, as] of Object.entries(packages)) site.add(name, as);
  const { stdout, stderr, error } = spawnSync(process.execPath, [compiler, ...flags], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error) throw error;
  return stripVTControlCharacters(`${stdout}${stderr}`).trim().split('\n').filter(Boolean);
}

function folderOf(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));
}

/** The compiler that a tool of ours brings along. */
function compilerOf(tool: string): string {
  return join(folderOf(tool), 'node_modules/typescript/bin/tsc');
}

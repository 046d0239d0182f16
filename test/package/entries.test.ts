import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { installedAlong, PackedSite } from '../support/packed-site.ts';

interface PackageJson {
  readonly exports: Record<
    string,
    string | { types: string; development: string; default: string }
  >;
  readonly types: string;
  readonly unpkg: string;
  readonly jsdelivr: string;
  readonly customElements: string;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta: Record<string, { readonly optional: boolean }>;
  readonly scripts: Record<string, string>;
  readonly sideEffects: readonly string[];
}

/** One way into the package; a `*` in `exports` stands for every file that fits. */
interface Door {
  readonly name: string;
  readonly files: readonly string[];
  readonly isModule: boolean;
}

const site = new PackedSite();
const root = new URL(`file://${site.package}/`);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const json = JSON.parse(read('package.json')) as PackageJson;
const doors = Object.entries(json.exports).flatMap(([name, target]) => openDoors(name, target));
const modules = doors.filter(({ isModule }) => isModule);

// Two doors need more than a page.
for (const name of ['react', 'rxjs', '@angular/core', '@angular/compiler']) site.add(name);
after(() => site[Symbol.dispose]());

describe('the packed tarball', () => {
  it('brings few packages along, and none runs anything when it is installed', () => {
    const along = installedAlong();
    assert.ok(along.size + 1 <= 8, [...along.keys()].join(', '));
    assert.deepEqual(
      [...along].filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path),
      [],
    );
    // The tags work with any version, so none may keep a site from installing the package.
    for (const [peer, version] of Object.entries(json.peerDependencies)) {
      assert.ok(json.peerDependenciesMeta[peer]?.optional, peer);
      assert.equal(version, '*', peer);
    }
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    assert.deepEqual(
      hooks.filter((hook) => hook in json.scripts),
      [],
    );
  });

  it('shares its libraries with the site: a second Lit may be refused by the site’s policy', () => {
    for (const [name, range] of Object.entries(json.dependencies)) {
      assert.match(range, /^\^\d+\.\d+\.0$/, name);
    }
  });

  it('holds what it needs and nothing of the workshop', () => {
    const files = globSync('**', { cwd: site.package, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(relative(site.package, parentPath), name));
    const published = /^(dist\/|docs\/|(package|custom-elements)\.json$|README\.md$|LICENSE$)/;
    assert.deepEqual(
      files.filter((file) => !published.test(file)),
      [],
    );
    for (const file of ['LICENSE', 'docs/errors.md']) assert.ok(files.includes(file), file);
  });

  it('is clean in the eyes of publint', async () => {
    const { buffer, byteOffset, byteLength } = readFileSync(site.tarball);
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength);
    const { messages } = await publint({ pack: { tarball }, strict: true });
    assert.deepEqual(messages, []);
  });

  it('has types that fit its modules, however an ES module is resolved', async () => {
    const data = createPackageFromTarballData(readFileSync(site.tarball));
    const entrypoints = modules.map(({ name }) => name);
    const analysis = await checkPackage(data, { entrypoints });
    assert.ok(analysis.types, 'no types found');
    assert.deepEqual(Object.keys(analysis.entrypoints).sort(), entrypoints.sort());
    // There is no CommonJS here, and tools that know no `exports` find the main door only.
    const old = /"resolutionKind":"(node10|node16-cjs)"/;
    const problems = analysis.problems.map((problem) => JSON.stringify(problem));
    assert.deepEqual(
      problems.filter((problem) => !old.test(problem)),
      [],
    );
  });

  it('has the doors the README names', () => {
    const names = modules.map(({ name }) => name);
    for (const door of ['.', './define', './login', './manager', './backends/http']) {
      assert.ok(names.includes(door), door);
    }
    assert.ok(names.includes('./backends/ssojet'));
    assert.ok(names.includes('./locales/de'));
  });

  for (const { name, files } of doors) {
    it(`${name} leads to files that exist`, () => {
      for (const file of files) assert.ok(existsSync(new URL(file, root)), file);
    });
  }

  for (const condition of ['development', 'default']) {
    const flags = condition === 'default' ? [] : ['--conditions', condition];
    it(`can be imported where there is no page, under the condition ${condition}`, () => {
      const names = modules.map(({ name }) => `passkey-elements${name.slice(1)}`);
      const code = `
        await import('lit'); // brings a registry of elements, and globals of its own
        await import('@angular/compiler'); // completes directives where no compiler has
        await import('@angular/core');
        void fetch;
        const before = new Set(Reflect.ownKeys(globalThis));
        const imported = [];
        for (const name of ${JSON.stringify(names)}) {
          await import(name);
          imported.push([name, import.meta.resolve(name).includes('/dist/development/')]);
        }
        const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
        console.log(JSON.stringify({ imported, added, page: typeof document }));
      `;
      const { imported, added, page } = JSON.parse(site.run(code, ...flags)) as {
        imported: [string, boolean][];
        added: string[];
        page: string;
      };
      assert.equal(page, 'undefined');
      assert.deepEqual(
        imported,
        names.map((name) => [name, condition === 'development']),
      );
      assert.deepEqual(added, []);
    });
  }

  it('makes backends where there is no page, as a site may do outside of its components', () => {
    const code = `
      const { defineHttpBackend } = await import('passkey-elements');
      const row = { path: '/', read: () => ({}) };
      const table = { name: 'shop', baseUrl: '/passkeys', signIn: { begin: row, finish: row } };
      const made = [defineHttpBackend(table)()];
      for (const name of ['rest', 'fido2', 'better-auth', 'spring-security', 'passlock', 'hanko']) {
        const { default: create } = await import('passkey-elements/backends/' + name);
        made.push(create({ siteUrl: '/site' }));
      }
      console.log(made.map(({ name }) => name).join(' '));
    `;
    const names = 'shop rest fido2 better-auth spring-security passlock hanko';
    assert.equal(site.run(code).trim(), names);
  });

  it('is rendered where there is no page, whatever the attributes say', () => {
    site.add('@lit-labs/ssr');
    const manifest = JSON.parse(read(json.customElements)) as {
      modules: { declarations: { tagName?: string; attributes?: { name: string }[] }[] }[];
    };
    const elements = manifest.modules.flatMap(({ declarations }) => declarations);
    const tags = elements.flatMap(({ tagName = '', attributes = [] }) =>
      attributes.map(({ name }) => `<${tagName} ${name}="/rest"></${tagName}>`),
    );
    assert.ok(tags.length > 15);
    const code = `
      import { render } from '@lit-labs/ssr';
      import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
      import { html } from 'lit';
      import 'passkey-elements/define';
      ${tags.map((tag) => `await collectResult(render(html\`${tag}\`));`).join('\n')}
      await new Promise((resolve) => setTimeout(resolve, 200)); // for what loads meanwhile
      console.log('all');
    `;
    assert.equal(site.run(code, '--no-warnings').trim(), 'all');
  });

  it('asks for a framework in its own door only', () => {
    const name = new RegExp(`from ["'](${Object.keys(json.peerDependencies).join('|')})["'/]`);
    const asking = globSync('dist/**/*.{js,d.ts}', { cwd: root }).filter((file) =>
      name.test(withoutComments(read(file))),
    );
    const own = /^dist\/(types\/frameworks\/|(development\/)?(angular|react)\.js$)/;
    assert.deepEqual(
      asking.filter((file) => !own.test(file)),
      [],
    );
    for (const door of ['dist/angular.js', 'dist/react.js']) assert.ok(asking.includes(door));
  });

  it('tells servers that the React components are for the page', () => {
    for (const file of ['dist/react.js', 'dist/development/react.js']) {
      assert.match(read(file), /^["']use client["'];/);
    }
  });

  it('opens no other module', () => {
    const inner = ['backends/index', 'locales/locales', 'core/flow', 'inner/core/flow'];
    const code = `
      for (const name of ${JSON.stringify(inner)}) {
        const code = await import('passkey-elements/' + name).catch(({ code }) => code);
        console.log(code);
      }
    `;
    const refusals = site.run(code).trim().split('\n');
    const known = ['ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_MODULE_NOT_FOUND'];
    assert.equal(refusals.length, inner.length);
    assert.deepEqual(
      refusals.filter((code) => !known.includes(code)),
      [],
    );
  });

  it('has types for no other module either, so that no editor offers one', () => {
    const starsOf = (target: string): string[] => {
      const [before = '', after = ''] = target.slice(2).split('*');
      return globSync(`${before}**/*${after}`, { cwd: root })
        .map((path) => path.slice(before.length, path.length - after.length))
        .sort();
    };
    const patterns = Object.entries(json.exports).filter(([name]) => name.includes('*'));
    assert.notEqual(patterns.length, 0);
    for (const [name, target] of patterns) {
      assert.ok(typeof target === 'object');
      assert.deepEqual(starsOf(target.types), starsOf(target.default), name);
    }
  });

  it('points its other fields at files that exist', () => {
    for (const file of [json.types, json.unpkg, json.jsdelivr, json.customElements]) {
      assert.ok(existsSync(new URL(file, root)), file);
    }
  });

  it('imports nothing that is not a dependency, in code and in types', () => {
    const known = Object.keys({ ...json.dependencies, ...json.peerDependencies });
    const imports = /\b(?:from|import|import\()\s*["']([^"'.][^"']*)["']/g;
    for (const file of globSync('dist/**/*.{js,d.ts}', { cwd: root, exclude: ['**/*.min.js'] })) {
      for (const [, name = ''] of withoutComments(read(file)).matchAll(imports)) {
        assert.ok(
          known.some((dependency) => name === dependency || name.startsWith(`${dependency}/`)),
          `${file} imports ${name}`,
        );
      }
    }
  });

  it('marks exactly those modules that do something when imported', () => {
    const deeds = /^(defineElement|Object\.assign|PasskeyLogin\.addInitializer)\(/m;
    const doing = globSync('dist/**/*.js', { cwd: root }).filter(
      (file) => file.endsWith('.min.js') || deeds.test(read(file)),
    );
    const marked = json.sideEffects.filter((file) => /^\.\/dist\/.*\.js$/.test(file));
    assert.deepEqual(marked.map((file) => file.slice(2)).sort(), doing.sort());
    assert.ok(json.sideEffects.includes('./dist/themes/*.css')); // what nobody uses would be dropped
  });
});

describe('words for developers', () => {
  const words = /This browser has no WebAuthn/;
  const holding = (files: string, exclude: string[] = []): string[] =>
    globSync(files, { cwd: root, exclude }).filter((file) => words.test(read(file)));

  it('are in the development build alone', () => {
    assert.notDeepEqual(holding('dist/development/**/*.js'), []);
    assert.deepEqual(holding('dist/**/*.js', ['dist/development/**']), []);
  });

  it('come with the condition that bundlers set while one works', () => {
    const door = json.exports['./login'] as { development: string };
    assert.match(door.development, /^\.\/dist\/development\//);
    assert.deepEqual(Object.keys(door), ['types', 'development', 'default']);
  });
});

describe('the script-tag files', () => {
  const integrity = JSON.parse(read('dist/sri.json')) as Record<string, string>;
  const files = globSync('dist/*.min.js', { cwd: root }).sort();

  it('are three, each with its hash', () => {
    const names = ['passkey-elements.min.js', 'passkey-login.min.js', 'passkey-manager.min.js'];
    assert.deepEqual(
      files,
      names.map((name) => `dist/${name}`),
    );
    for (const name of names) {
      const hash = createHash('sha384')
        .update(read(`dist/${name}`))
        .digest('base64');
      assert.equal(integrity[name], `sha384-${hash}`);
    }
    assert.deepEqual(Object.keys(integrity), names);
  });

  it('have their hashes in the README that is published', () => {
    assert.ok(read('README.md').includes(`integrity="${integrity['passkey-elements.min.js']}"`));
  });

  for (const file of files) {
    it(`${file} needs nothing else`, () => {
      assert.doesNotMatch(read(file), /\bimport\s*\(|\bimport\s*["{*]|sourceMappingURL/);
    });

    it(`${file} holds Lit's production build`, () => {
      assert.doesNotMatch(read(file), /Lit is in dev mode/);
      assert.match(read(file), /litElementVersions/);
    });
  }
});

function openDoors(name: string, target: PackageJson['exports'][string]): Door[] {
  const files = typeof target === 'string' ? [target] : Object.values(target);
  const isModule = files.at(-1)!.endsWith('.js');
  const [before = '', after = ''] = files.at(-1)!.slice(2).split('*');
  if (!name.includes('*')) return [{ name, files, isModule }];
  return globSync(`${before}*${after}`, { cwd: root })
    .map((path) => path.slice(before.length, path.length - after.length))
    .map((star) => ({
      name: name.replace('*', star),
      files: files.map((file) => file.replace('*', star)),
      isModule,
    }));
}

const withoutComments = (code: string): string => code.replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');

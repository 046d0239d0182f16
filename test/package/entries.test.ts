import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

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
}

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const json = JSON.parse(read('package.json')) as PackageJson;
const doors = Object.entries(json.exports).flatMap(([door, target]) => openDoors(door, target));
const modules = doors.filter(({ file }) => file.endsWith('.js'));

describe('the published package', () => {
  it('has the doors the README names', () => {
    const names = modules.map(({ door }) => door);
    for (const door of ['.', './define', './login', './manager', './backends/http']) {
      assert.ok(names.includes(door), door);
    }
    assert.ok(names.includes('./backends/ssojet'));
    assert.ok(names.includes('./locales/de'));
  });

  for (const { door, file, types } of doors) {
    it(`${door} leads to files that exist`, () => {
      assert.ok(existsSync(new URL(file, root)), file);
      if (types) assert.ok(existsSync(new URL(types, root)), types);
    });
  }

  for (const { door } of modules) {
    it(`${door} can be imported where there is no page`, async () => {
      assert.equal(typeof globalThis.document, 'undefined');
      await import(`passkey-elements${door.slice(1)}`);
    });
  }

  it('opens no other module', async () => {
    for (const inner of ['backends/index', 'locales/locales', 'core/flow', 'inner/core/flow']) {
      await assert.rejects(import(`passkey-elements/${inner}`), inner);
    }
  });

  it('points its other fields at files that exist', () => {
    for (const file of [json.types, json.unpkg, json.jsdelivr, json.customElements]) {
      assert.ok(existsSync(new URL(file, root)), file);
    }
  });

  it('imports nothing that is not a dependency', () => {
    const known = Object.keys(json.dependencies);
    for (const file of globSync('dist/**/*.js', { cwd: root, exclude: ['dist/*.min.js'] })) {
      for (const [, name = ''] of read(file).matchAll(/^(?:import|export) .*?"([^".][^"]*)";$/gm)) {
        assert.ok(
          known.some((dependency) => name === dependency || name.startsWith(`${dependency}/`)),
          `${file} imports ${name}`,
        );
      }
    }
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

describe('the script-tag file', () => {
  const script = read(json.unpkg);

  it('needs nothing else', () => {
    assert.doesNotMatch(script, /\bimport\s*\(|\bimport\s*["{*]|sourceMappingURL/);
  });

  it("holds Lit's production build", () => {
    assert.doesNotMatch(script, /Lit is in dev mode/);
    assert.match(script, /litElementVersions/);
  });

  it('registers both tags', () => {
    assert.match(script, /passkey-login/);
    assert.match(script, /passkey-manager/);
  });
});

/** One row per door; a `*` in it stands for every file that fits. */
function openDoors(door: string, target: PackageJson['exports'][string]) {
  const { default: file, types } =
    typeof target === 'string' ? { default: target, types: undefined } : target;
  if (!file.includes('*')) return [{ door, file, types }];
  const [before = '', after = ''] = file.slice(2).split('*');
  return globSync(`${before}*${after}`, { cwd: root })
    .map((path) => path.slice(before.length, path.length - after.length))
    .map((name) => ({
      door: door.replace('*', name),
      file: file.replace('*', name),
      types: types?.replace('*', name),
    }));
}

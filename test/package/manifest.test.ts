import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { eventNames } from '../../src/frameworks/members.ts';

interface Named {
  readonly name: string;
  readonly description?: string;
}

interface Declaration extends Named {
  readonly tagName?: string;
  readonly attributes?: readonly Named[];
  readonly events?: readonly Named[];
  readonly slots?: readonly Named[];
  readonly cssParts?: readonly Named[];
  readonly cssProperties?: readonly Named[];
}

interface Manifest {
  readonly modules: readonly { readonly path: string; readonly declarations: Declaration[] }[];
}

const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(
  readFileSync(new URL('custom-elements.json', root), 'utf8'),
) as Manifest;
const elements = manifest.modules
  .flatMap(({ declarations }) => declarations)
  .filter(({ tagName }) => tagName);

const kinds = ['attributes', 'events', 'slots', 'cssParts', 'cssProperties'] as const;

describe('custom-elements.json', () => {
  it('describes both elements and no other', () => {
    assert.deepEqual(elements.map(({ tagName }) => tagName).sort(), [
      'passkey-login',
      'passkey-manager',
    ]);
  });

  for (const element of elements) {
    for (const kind of kinds) {
      it(`says what the ${kind} of <${element.tagName}> are for`, () => {
        const entries = element[kind] ?? [];
        assert.notEqual(entries.length, 0);
        assert.deepEqual(
          entries.filter(({ description }) => !description).map(({ name }) => name),
          [],
        );
      });
    }
  }

  it('gives each element the events that its types have', () => {
    const listed = elements.map(({ tagName, events = [] }) => [
      tagName,
      events.map(({ name }) => name).sort(),
    ]);
    const typed = Object.entries(eventNames).map(([tag, names]) => [tag, [...names].sort()]);
    assert.deepEqual(listed.sort(), typed.sort());
  });

  it('names modules that are published', () => {
    for (const { path } of manifest.modules) {
      assert.match(path, /^dist\//);
      assert.ok(existsSync(new URL(path, root)), path);
    }
  });

  // A name behind an interpolation cannot be found here: templates write parts and slots out.
  const uses = {
    cssProperties: /(--passkey-[a-z0-9-]+)/g,
    cssParts: /\spart="([^"$]+)"/g,
    slots: /<slot\s[^>]*?name="([^"$]+)"/g,
    events: /super\(\s*'(passkey-[a-z-]+)'/g,
  };
  for (const kind of Object.keys(uses) as (keyof typeof uses)[]) {
    it(`lists exactly the ${kind} found in the source`, () => {
      assert.deepEqual(documented(kind), used(uses[kind]));
    });
  }
});

function documented(kind: (typeof kinds)[number]): string[] {
  const names = elements.flatMap((element) => element[kind] ?? []).map(({ name }) => name);
  return sortedSet(names.filter((name) => name !== '')); // the default slot has no name
}

function used(pattern: RegExp): string[] {
  const names = globSync('src/elements/**/*.ts', { cwd: root })
    .map((path) => readFileSync(new URL(path, root), 'utf8').replaceAll(/\/\*.*?\*\//gs, ''))
    .flatMap((code) => [...code.matchAll(pattern)])
    .flatMap(([, names = '']) => names.trim().split(/\s+/));
  return sortedSet(names);
}

const sortedSet = (names: string[]): string[] => [...new Set(names)].sort();

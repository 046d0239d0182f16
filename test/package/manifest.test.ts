import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as library from 'passkey-elements';
import ts from 'typescript';
import { eventNames } from '../../src/frameworks/members.ts';
import { dialects } from '../../vite.config.ts';

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly default?: string;
  readonly type?: { readonly text: string };
}

interface Declaration extends Named {
  readonly tagName?: string;
  readonly attributes?: readonly Named[];
  readonly events?: readonly Named[];
  readonly slots?: readonly Named[];
  readonly cssParts?: readonly Named[];
  readonly cssProperties?: readonly Named[];
  readonly cssStates?: readonly Named[];
  readonly members?: readonly Named[];
}

interface Manifest {
  readonly modules: readonly { readonly path: string; readonly declarations: Declaration[] }[];
}

const { PasskeyLogin, PasskeyManager } = library;
const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(
  readFileSync(new URL('custom-elements.json', root), 'utf8'),
) as Manifest;
const elements = manifest.modules
  .flatMap(({ declarations }) => declarations)
  .filter(({ tagName }) => tagName);

const kinds = [
  ...(['attributes', 'members', 'events', 'slots'] as const),
  ...(['cssParts', 'cssProperties', 'cssStates'] as const),
];
const classes = { 'passkey-login': PasskeyLogin, 'passkey-manager': PasskeyManager };

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

  for (const [tag, type] of Object.entries(classes)) {
    const element = elements.find(({ tagName }) => tagName === tag)!;
    const names = (kind: (typeof kinds)[number]): string[] =>
      element[kind]!.map(({ name }) => name).sort();

    it(`lists exactly the attributes that <${tag}> observes`, () => {
      // `passkey-elements/form` reads the name of a `<passkey-login>`, and nobody else does.
      const more = tag === 'passkey-login' ? ['name'] : [];
      assert.deepEqual(names('attributes'), [...type.observedAttributes, ...more].sort());
    });

    it(`lists exactly the public properties and methods of <${tag}>`, () => {
      assert.deepEqual(names('members'), publicMembers(type.name).sort());
    });

    it(`types everything of <${tag}> that has a type`, () => {
      for (const { name, type } of [...element.attributes!, ...element.events!]) {
        assert.ok(type?.text, name);
      }
      for (const { name, type } of element.members!) {
        assert.doesNotMatch(
          type?.text ?? '',
          /undefined \| undefined$|=> unknown \| undefined$/,
          name,
        );
      }
      for (const { name, type } of element.events!) assert.ok(type!.text in library, name);
      for (const { name, default: value } of element.cssProperties!) assert.ok(value, name);
    });
  }

  it('names modules that are published', () => {
    for (const { path } of manifest.modules) {
      assert.match(path, /^dist\//);
      assert.ok(existsSync(new URL(path, root)), path);
    }
  });

  // A name behind an interpolation cannot be found here: templates write parts and slots out.
  const uses = {
    cssProperties: /(--passkey-[a-z0-9-]+)/g,
    cssParts: /\spart="([^"$]+)"|\.part\.add\('([\w-]+)'\)/g,
    slots: /<slot\s[^>]*?name="([^"$]+)"/g,
    cssStates: /toggleState(?:'\])?\('([a-z-]+)'/g,
    events: /super\(\s*'(passkey-[a-z-]+)'/g,
  };
  for (const kind of Object.keys(uses) as (keyof typeof uses)[]) {
    it(`lists exactly the ${kind} found in the source`, () => {
      assert.deepEqual(documented(kind), used(uses[kind]));
    });
  }
});

/** What the published types of a class add to Lit's, but for what only subclasses see. */
function publicMembers(name: string): string[] {
  const file = fileURLToPath(new URL('dist/types/index.d.ts', root));
  const options = { moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] };
  const program = ts.createProgram([file], { ...options, module: ts.ModuleKind.ESNext });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const exported = checker.getExportsOfModule(module).find((symbol) => symbol.name === name)!;
  return checker
    .getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported))
    .getProperties()
    .filter(({ declarations = [] }) =>
      declarations.some(
        (declaration) =>
          declaration.getSourceFile().fileName.includes('/dist/types/') &&
          !(
            ts.getCombinedModifierFlags(declaration) &
            ts.ModifierFlags.NonPublicAccessibilityModifier
          ),
      ),
    )
    .map((symbol) => symbol.name)
    .filter((name) => name !== '#private' && !lifecycle.has(name));
}

/** Public in Lit, and called by the browser or by Lit alone. */
const lifecycle = new Set(['connectedCallback', 'disconnectedCallback']);

function documented(kind: (typeof kinds)[number]): string[] {
  const names = elements.flatMap((element) => element[kind] ?? []).map(({ name }) => name);
  return sortedSet(names.filter((name) => name !== '')); // the default slot has no name
}

function used(pattern: RegExp): string[] {
  const names = globSync('src/elements/**/*.ts', { cwd: root })
    .map((path) => readFileSync(new URL(path, root), 'utf8').replaceAll(/\/\*.*?\*\//gs, ''))
    .flatMap((code) => [...code.matchAll(pattern)])
    .flatMap(([, names, name = '']) => (names ?? name).trim().split(/\s+/));
  return sortedSet(names);
}

const sortedSet = (names: string[]): string[] => [...new Set(names)].sort();

describe('what editors read', () => {
  const html = readJson('dist/vscode.html-custom-data.json') as {
    readonly tags: readonly (Named & {
      readonly attributes: readonly (Named & { readonly values?: readonly Named[] })[];
    })[];
  };
  const css = readJson('dist/vscode.css-custom-data.json') as {
    readonly properties: readonly Named[];
  };
  const webTypes = readJson('dist/web-types.json') as {
    readonly name: string;
    readonly version: string;
    readonly contributions: {
      readonly html: { readonly elements: readonly (Named & Pick<Declaration, 'attributes'>)[] };
    };
  };
  const json = readJson('package.json') as Record<string, string>;

  for (const { tagName, attributes = [] } of elements) {
    const expected = attributes.map(({ name }) => name).sort();

    it(`knows the attributes of <${tagName}>, in VS Code and in JetBrains`, () => {
      const code = html.tags.find(({ name }) => name === tagName)!;
      const jetBrains = webTypes.contributions.html.elements.find(({ name }) => name === tagName)!;
      assert.deepEqual(code.attributes.map(({ name }) => name).sort(), expected);
      assert.deepEqual(jetBrains.attributes!.map(({ name }) => name).sort(), expected);
    });

    it(`offers the values of attributes of <${tagName}>`, () => {
      const code = html.tags.find(({ name }) => name === tagName)!;
      const offered = (attribute: string) =>
        code.attributes.find(({ name }) => name === attribute)?.values?.map(({ name }) => name);
      assert.deepEqual(offered('theme'), ['light', 'dark']);
      assert.deepEqual(offered('backend'), dialects());
      assert.deepEqual(offered('credentials'), ['omit', 'same-origin', 'include']);
    });
  }

  it('knows the custom properties', () => {
    const names = css.properties.map(({ name }) => name);
    assert.deepEqual(sortedSet(names), documented('cssProperties'));
  });

  it('is named in package.json, with the same version', () => {
    assert.equal(json['web-types'], './dist/web-types.json');
    assert.deepEqual([webTypes.name, webTypes.version], [json.name, json.version]);
  });
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, root), 'utf8'));
}

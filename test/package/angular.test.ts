import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import linker from '@angular/compiler-cli/linker/babel';
import { transformSync } from '@babel/core';
import { readElements } from '../../build/manifest.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const elements = readElements();
const [, shared = '', login = '', manager = ''] = read('dist/angular.js').split(/^export class /m);

describe('the directives for Angular', () => {
  for (const [tag, code] of Object.entries({
    'passkey-login': login,
    'passkey-manager': manager,
  })) {
    it(`take every property of <${tag}> as an input`, () => {
      const { members } = elements.find(({ tagName }) => tagName === tag)!;
      const fields = members.filter(({ kind }) => kind === 'field').map(({ name }) => name);
      assert.deepEqual([...inputsIn(shared), ...inputsIn(code)].sort(), fields.sort());
    });
  }

  it('take a count that is not there yet for none, and not for 0', async () => {
    await import('@angular/compiler'); // completes the directives here, as that of a site does
    const { PasskeyManager } = (await import(new URL('dist/angular.js', root).href)) as {
      PasskeyManager: {
        ɵdir: { inputs: Record<string, [string, number, (value: unknown) => unknown]> };
      };
    };
    const [, , toCount] = PasskeyManager.ɵdir.inputs['otherMethods']!;
    assert.deepEqual([null, undefined, '0', 2].map(toCount), [undefined, undefined, 0, 2]);
  });

  for (const file of ['dist/angular.js', 'dist/development/angular.js']) {
    it(`${file} is completed by the compiler of the site`, () => {
      const code = read(file);
      assert.match(code, /ɵɵngDeclareDirective/);
      const made = transformSync(code, { filename: file, plugins: [linker], configFile: false });
      assert.doesNotMatch(made?.code ?? '', /ɵɵngDeclare/);
      assert.match(made?.code ?? '', /ɵɵdefineDirective.*passkey-manager/s);
    });
  }
});

/** The inputs of a class, as Angular's compiler wrote them down. */
function inputsIn(code: string): string[] {
  const [, inputs = ''] = /\binputs: \{(.*?)\}/.exec(code) ?? [];
  return [...inputs.matchAll(/(\w+): ["[]/g)].map(([, name = '']) => name);
}

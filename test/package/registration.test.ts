import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { build, type Rolldown } from 'vite';
import { PackedSite } from '../support/packed-site.ts';

const site = new PackedSite();
after(() => site[Symbol.dispose]());

const doors = {
  'passkey-elements': [],
  'passkey-elements/login': ['passkey-login'],
  'passkey-elements/manager': ['passkey-manager'],
  'passkey-elements/define': ['passkey-login', 'passkey-manager'],
};

describe('importing', () => {
  for (const [door, tags] of Object.entries(doors)) {
    it(`${door} registers ${tags.join(' and ') || 'nothing'}`, () => {
      assert.deepEqual(tagsAfter(door), tags);
    });
  }
});

describe('bundling', () => {
  for (const [door, tags] of Object.entries(doors)) {
    const outcome = tags.length > 0 ? `keeps ${tags.join(' and ')}` : 'leaves nothing behind';
    it(`a bare import of ${door} ${outcome}`, async () => {
      const code = await bundle(`import '${door}';`);
      if (tags.length === 0) assert.equal(code.trim(), '');
      for (const tag of tags) assert.match(code, new RegExp(tag));
    });
  }
});

// Lit brings a registry for Node; each import gets a process of its own, so that none hides another.
function tagsAfter(door: string): string[] {
  const code = `
    await import('lit');
    const tags = [];
    const define = customElements.define.bind(customElements);
    customElements.define = (tag, type) => { tags.push(tag); define(tag, type); };
    await import('${door}');
    console.log(JSON.stringify(tags.sort()));
  `;
  return JSON.parse(site.run(code)) as string[];
}

/** What a site's bundler makes of a module, with the `sideEffects` marks in force. */
async function bundle(code: string): Promise<string> {
  const entry = 'page';
  const page = {
    name: 'page',
    resolveId: (id: string) => (id === entry ? `${site.folder}/page.js` : undefined),
    load: (id: string) => (id.endsWith('/page.js') ? code : undefined),
  };
  const outcome = (await build({
    configFile: false,
    logLevel: 'error',
    root: site.folder,
    plugins: [page],
    build: { write: false, rolldownOptions: { input: entry } },
  })) as Rolldown.RolldownOutput;
  return outcome.output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
}

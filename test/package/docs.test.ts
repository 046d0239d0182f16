import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { passkeyErrorCodes } from 'passkey-elements';
import { en } from 'passkey-elements/locales/en';
import { locales } from '../../vite.config.ts';
import { withApiTables } from '../../build/api-tables.ts';
import { readElements, type Named } from '../../build/manifest.ts';
import { withBackendTable } from './backend-table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const elements = readElements();
const pages = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })];

describe('docs/reference.md', () => {
  it('has the tables of the manifest: `npm run readme` writes them', () => {
    const cells = (page: string): string[][] =>
      rows(page).map((row) => row.map((cell) => cell.trim()));
    const reference = read('docs/reference.md');
    assert.deepEqual(cells(reference), cells(withApiTables(reference)));
  });
});

describe('docs/errors.md', () => {
  const errors = read('docs/errors.md');

  it('has a section for every code, and for nothing else', () => {
    const titles = [...errors.matchAll(/^## `([^`]+)`$/gm)].map(([, code]) => code);
    assert.deepEqual(titles.sort(), [...passkeyErrorCodes].sort());
  });

  for (const code of passkeyErrorCodes) {
    it(`quotes the words for ${code}, and says when and what to do`, () => {
      const text = section(errors, `## \`${code}\``);
      assert.ok(text.includes(`“${en.errors[code]}”`), en.errors[code]);
      const creating = en.createErrors[code];
      if (creating) assert.ok(text.includes(`“${creating}”`), creating);
      for (const label of ['**When:**', '**What to do:**']) assert.ok(text.includes(label), label);
    });
  }
});

describe('docs/events.md', () => {
  it('has a section for every event, and for nothing else', () => {
    const titles = [...read('docs/events.md').matchAll(/^## `([^`]+)`$/gm)].map(([, name]) => name);
    const events = new Set(elements.flatMap((element) => element.events.map(({ name }) => name)));
    assert.deepEqual(titles.sort(), [...events].sort());
  });
});

describe('docs/theming.md', () => {
  it('gives every custom property the default it has in the source', () => {
    const source = read('src/elements/tokens.styles.ts');
    const defaults = [...source.matchAll(/var\((--passkey-[\w-]+), (.+)\);$/gm)].map(
      ([, name = '', value = '']) => [name, value],
    );
    const table = rows(section(read('docs/theming.md'), '## Custom properties'))
      .filter((cells) => nameIn(cells[0]))
      .map((cells) => [nameIn(cells[0]), nameIn(cells[1])]);
    assert.notEqual(defaults.length, 0);
    assert.deepEqual(table.sort(), defaults.sort());
  });
});

describe('the pictures', () => {
  it('name exactly the parts that there are', () => {
    const parts = elements.flatMap(({ tagName, cssParts }) =>
      cssParts.map(({ name }) => `${tagName} ${name}`),
    );
    const shown = [...read('docs/pictures/anatomy.svg').matchAll(/ data-part="([^"]+)"/g)];
    assert.deepEqual(shown.map(([, part]) => part).sort(), parts.sort());
  });

  it('are all shown somewhere, and load fast', () => {
    const text = pages.map(read).join('\n');
    for (const file of globSync('docs/pictures/*', { cwd: root })) {
      assert.ok(text.includes(file.replace('docs/', '')), file);
      assert.ok(statSync(join(root, file)).size < 60_000, file);
    }
  });
});

describe('the README', () => {
  const readme = read('README.md');

  it('is short', () => {
    assert.ok(readme.trimEnd().split('\n').length < 250);
  });

  it('says what each backend can do, as the backends do', async () => {
    const cells = (page: string): string[][] =>
      rows(section(page, '## Backends')).map((row) => row.map((cell) => cell.trim()));
    assert.deepEqual(cells(readme), cells(await withBackendTable(readme)));
  });

  it('promises no smaller files than are measured', () => {
    const { stdout } = spawnSync(process.execPath, ['test/size.ts'], {
      cwd: root,
      encoding: 'utf8',
    });
    const measured = [...stdout.matchAll(/^(\S.*), first sign-in: (\d+)/gm)];
    assert.equal(measured.length, 3);
    const promises = rows(section(readme, '## Size'));
    for (const [, entries = '', bytes] of measured) {
      const promise = promises.find(([first]) => first?.trim() === `\`${entries}\``);
      const kilobytes = Number(promise?.[1]?.match(/([\d.]+) kB/)?.[1]);
      assert.ok(kilobytes * 1000 >= Number(bytes) - 50, `${entries}: ${bytes} B`);
    }
  });
});

describe('docs/servers.md', () => {
  const shown = [...read('docs/servers.md').matchAll(/^```ts (\S+)\n(.*?)^```$/gms)];

  it('shows every file that the tests of the servers mount', () => {
    const files = globSync('demo/server/mounts/*.ts', { cwd: root });
    assert.deepEqual(shown.map(([, file]) => file).sort(), files.sort());
  });

  for (const [, file = '', code] of shown) {
    it(`shows ${file} as it is, in 15 lines`, () => {
      assert.equal(code, read(file));
      assert.ok(read(file).trimEnd().split('\n').filter(Boolean).length <= 15);
    });
  }
});

describe('what docs/servers.md installs', () => {
  it('is all that the copied files load before they know the database', () => {
    const [, line = ''] = /^npm install (.*)$/m.exec(read('docs/servers.md')) ?? [];
    const known = line.split(' ').filter((name) => name !== 'pg');
    assert.ok(known.includes('hono'));
    const missing = new Set<string>();
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const [, from = ''] of read(file).matchAll(/^import (?!type\b)[^;]*?from '([^']+)'/gm)) {
        if (from.startsWith('.')) follow(join(dirname(file), from));
        else if (
          !from.startsWith('node:') &&
          !known.some((name) => `${from}/`.startsWith(`${name}/`))
        )
          missing.add(`${file}: ${from}`);
      }
    };
    for (const file of globSync('demo/server/mounts/*.ts', { cwd: root })) follow(file);
    assert.ok(seen.has('demo/server/open-database.ts'));
    assert.deepEqual([...missing], []);
  });
});

describe('docs/languages.md', () => {
  it('lists the languages that are here', () => {
    const table = rows(section(read('docs/languages.md'), '# Languages'));
    const tags = table.map(([first]) => nameIn(first)).filter((name) => name !== undefined);
    assert.deepEqual(tags.sort(), locales().sort());
  });
});

describe('llms.txt', () => {
  const text = read('dist/llms.txt');

  it('is small enough to be read at once', () => {
    assert.ok(Buffer.byteLength(text) < 20_000, `${Buffer.byteLength(text)} B`);
  });

  it('names everything that is public, and every page', () => {
    const kinds = ['attributes', 'members', 'events', 'slots', 'cssParts', 'cssStates'] as const;
    for (const element of elements) {
      for (const { name } of kinds.flatMap((kind): readonly Named[] => element[kind])) {
        const spelled = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
        const line = name ? `(${name}|${spelled})\\b` : '\\(default\\)';
        assert.match(section(text, `## <${element.tagName}>`), new RegExp(`^- ${line}`, 'm'));
      }
    }
    for (const code of passkeyErrorCodes) assert.match(text, new RegExp(`^- ${code}: .`, 'm'));
    for (const page of globSync('docs/**/*.md', { cwd: root }))
      assert.ok(text.includes(page), page);
  });

  it('tells of this version', () => {
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    assert.ok(text.startsWith(`# passkey-elements ${version}\n`));
  });
});

describe('every page', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  for (const page of pages) {
    it(`${page} links to files and headings that exist`, () => {
      for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [path = '', anchor] = target.split('#');
        const file = path ? join(dirname(page), path) : page;
        assert.ok(existsSync(join(root, file)), target);
        if (anchor) assert.ok(anchors(read(file)).includes(anchor), target);
      }
    });

    it(`${page} shows pictures that exist`, () => {
      for (const [, target = ''] of read(page).matchAll(/ src(?:set)?="(docs\/[^"]+)"/g))
        assert.ok(existsSync(join(root, target)), target);
    });

    it(`${page} names npm scripts that exist`, () => {
      for (const [, name = ''] of read(page).matchAll(/npm run ([\w:-]+)/g)) {
        assert.ok(name in scripts, name);
      }
    });
  }
});

describe('warnings on the console', () => {
  const sources = globSync('src/**/*.ts', { cwd: root }).map(read).join('\n');

  for (const [, page = '', anchor] of sources.matchAll(/readMore\('([^'#]+)(?:#([^']+))?'/g)) {
    it(`lead to ${page}${anchor ? `#${anchor}` : ''}, which is published`, () => {
      const text = read(`docs/${page}`);
      if (anchor) assert.ok(anchors(text).includes(anchor), anchor);
    });
  }

  it('lead to a section for every error', () => {
    for (const code of passkeyErrorCodes) assert.ok(anchors(read('docs/errors.md')).includes(code));
  });

  it('can lead to docs, which are part of the package', () => {
    const { files } = JSON.parse(read('package.json')) as { readonly files: readonly string[] };
    assert.ok(files.includes('docs'));
  });
});

/** The text below a heading, up to the next one of the same rank or a higher one. */
function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  assert.notEqual(start, -1, `${heading} is missing`);
  const rank = heading.indexOf(' ');
  const above = new RegExp(`^#{1,${rank}} `);
  const end = lines.findIndex((line, at) => at > start && above.test(line));
  return lines.slice(start + 1, end === -1 ? undefined : end).join('\n');
}

/** The cells of the tables in a text, without the rows of headings. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines
    .filter(
      (_, at) => !/^[|\s:-]+$/.test(lines[at] ?? '') && !/^[|\s:-]+$/.test(lines[at + 1] ?? ''),
    )
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
}

/** The code that a cell begins with, without the parameters of a method. */
function nameIn(cell = ''): string | undefined {
  return cell.match(/^\s*`([^`]+)`/)?.[1]?.replace(/^(\w+)\(.*\)$/, '$1');
}

/** The headings of a page as the addresses its host makes of them. */
function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { traitsOf, type PasskeyBackend } from '../../src/core/backend.ts';
import { dialects } from '../../vite.config.ts';

/** What each built-in backend can do, read off the built backends themselves. */
export async function backendTable(): Promise<string> {
  const rows = await Promise.all(dialects().map(rowOf));
  const titles = ['`backend`', ...Object.keys(abilities)];
  return [titles, titles.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const abilities: Record<string, (backend: PasskeyBackend) => unknown> = {
  'sign in': ({ signIn }) => signIn,
  autofill: (backend) => traitsOf(backend).usernameless,
  'sign up': (backend) => backend.registration && traitsOf(backend).signUp,
  'e-mail code': ({ codes }) => codes,
  add: (backend) => backend.registration && traitsOf(backend).addPasskey,
  list: ({ passkeys }) => passkeys?.list,
  rename: ({ passkeys }) => passkeys?.rename,
  remove: ({ passkeys }) => passkeys?.remove,
  status: ({ status }) => status,
  'sign out': ({ signOut }) => signOut,
};

/** What an attribute can say, and what only a setting in code can. */
const attributes = { clientId: 'client', baseUrl: 'https://example.com' };
const more: Record<string, { readonly settings: object; readonly mark: string }> = {
  passlock: { settings: { siteUrl: 'https://example.com/site' }, mark: 'proxy' },
  hanko: { settings: { siteUrl: 'https://example.com/site' }, mark: 'proxy' },
  'spring-security': { settings: { listPath: '/list' }, mark: 'own list' },
  fido2: { settings: { accountName: () => 'ada', usernameless: true }, mark: 'setting' },
};

async function rowOf(name: string): Promise<string[]> {
  const create = await factoryOf(name);
  const plain = create(attributes);
  const extended = more[name] && create({ ...attributes, ...more[name].settings });
  const cells = Object.values(abilities).map((can) => {
    if (can(plain)) return '✓';
    return extended && can(extended) ? more[name]!.mark : '–';
  });
  return [`\`${name}\``, ...cells];
}

async function factoryOf(name: string): Promise<(settings: object) => PasskeyBackend> {
  const exports = (await import(`passkey-elements/backends/${name}`)) as Record<string, unknown>;
  return exports['default'] as (settings: object) => PasskeyBackend;
}

const begin = '<!-- what each backend can do: `npm run readme` writes this -->\n\n';
const end = '\n\n<!-- end -->';

/** A page with the table in the place that is marked for it. */
export async function withBackendTable(page: string): Promise<string> {
  const [before, rest] = page.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error('The page has no place for the table.');
  return before + begin + (await backendTable()) + end + after;
}

if (argv[1] === import.meta.filename) {
  const readme = new URL('../../README.md', import.meta.url);
  writeFileSync(readme, await withBackendTable(readFileSync(readme, 'utf8')));
}

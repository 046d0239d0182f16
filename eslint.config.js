import { defineConfig, globalIgnores } from 'eslint/config';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';
import { importDirections } from './test/lint/import-directions.js';

/** What one place alone may use, as entries of the `no-restricted-…` rules. */
const authenticator = {
  message: 'Only src/core/webauthn*.ts talks to the authenticator.',
  globals: ['PublicKeyCredential'],
  properties: [
    { object: 'navigator', property: 'credentials' },
    { object: 'globalThis', property: 'PublicKeyCredential' },
    { object: 'window', property: 'PublicKeyCredential' },
  ],
  packages: [{ group: ['@simplewebauthn/browser'], allowTypeImports: true }],
};
const network = {
  message: 'Only src/backends/http.ts uses the network.',
  globals: ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'],
  properties: [
    { object: 'globalThis', property: 'fetch' },
    { object: 'window', property: 'fetch' },
    { object: 'navigator', property: 'sendBeacon' },
  ],
  packages: [],
};
const view = {
  message: 'Only src/elements renders.',
  globals: [],
  properties: [],
  packages: [{ group: ['lit', 'lit/**', '@lit/**'] }],
};

function restrict(...restrictions) {
  const collect = (kind, toEntry) =>
    restrictions.flatMap((restriction) =>
      restriction[kind].map((entry) => ({ ...toEntry(entry), message: restriction.message })),
    );
  return {
    'no-restricted-globals': ['error', ...collect('globals', (name) => ({ name }))],
    'no-restricted-properties': ['error', ...collect('properties', (entry) => entry)],
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: collect('packages', (entry) => entry) },
    ],
  };
}

const withoutColours = {
  'no-restricted-syntax': [
    'error',
    {
      selector:
        'TaggedTemplateExpression[tag.name="css"] TemplateElement' +
        '[value.raw=/:[^;{}]*(#[0-9a-f]{3,8}\\b|\\b(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\\()/i]',
      message: 'Colours live in tokens.styles.ts.',
    },
  ],
};

/** What was caught, and the reason of an `AbortSignal`, go on as they are. */
const rethrown = { allowThrowingAny: true, allowThrowingUnknown: true };

const typescript = {
  ...Object.assign({}, ...tseslint.configs.recommended.map(({ rules }) => rules)),
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-deprecated': 'error',
  '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
  '@typescript-eslint/no-floating-promises': [
    'error',
    {
      allowForKnownSafeCalls: [
        { from: 'package', package: 'node:test', name: ['describe', 'it', 'test'] },
        'Equal', // chai's, which a plugin mistypes as a promise
      ],
    },
  ],
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-unnecessary-type-assertion': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }, // a `_` leaves a property out
  ],
  '@typescript-eslint/prefer-promise-reject-errors': ['error', rethrown],
  'no-console': ['error', { allow: ['warn'] }],
  eqeqeq: ['error', 'always', { null: 'ignore' }],
};

const tests = {
  '@typescript-eslint/no-unused-expressions': 'off', // chai asserts by reading a property
  'no-restricted-properties': [
    'error',
    ...['describe', 'it', 'test'].flatMap((object) =>
      ['only', 'skip'].map((property) => ({ object, property })),
    ),
  ],
};

export default defineConfig(
  globalIgnores([
    '**/dist/',
    'test/package/types/',
    'test/hosts/!(pages)/',
    'coverage/',
    'test-results/',
    'playwright-report/',
    'demo/data/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: {
      '@typescript-eslint': tseslint.plugin,
      project: { rules: { 'import-directions': importDirections } },
    },
    rules: typescript,
  },
  {
    files: ['src/**/*.ts', 'demo/*.ts'],
    extends: [
      lit.configs['flat/recommended'],
      wc.configs['flat/recommended'],
      litA11y.configs.recommended,
    ],
  },
  { files: ['src/**/*.ts', 'demo/**/*.ts'], rules: { 'project/import-directions': 'error' } },
  { files: ['src/**/*.ts'], rules: restrict(authenticator, network) },
  { files: ['src/{core,backends,i18n}/**/*.ts'], rules: restrict(authenticator, network, view) },
  { files: ['src/core/webauthn*.ts'], rules: restrict(network, view) },
  { files: ['src/testing/fake-authenticator.ts'], rules: restrict(network, view) },
  { files: ['src/backends/http.ts'], rules: restrict(authenticator, view) },
  { files: ['src/elements/**/*.ts'], ignores: ['**/tokens.styles.ts'], rules: withoutColours },
  {
    files: ['src/frameworks/*.ts'], // the frameworks' own types are in namespaces
    rules: { '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }] },
  },
  { files: ['demo/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**/*.ts'], rules: tests },
);

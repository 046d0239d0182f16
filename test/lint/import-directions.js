import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Which folder may import which. The longest matching key decides; a file may always import what
 * it is matched by.
 */
const allowed = {
  'src/core/': [],
  'src/backends/': ['src/core/'],
  'src/i18n/': ['src/core/'],
  'src/elements/': ['src/core/', 'src/i18n/', 'src/backends/index'],
  'src/define': ['src/elements/'],
  'src/login': ['src/elements/'],
  'src/manager': ['src/elements/'],
  'src/': ['src/'],
  'demo/': [],
};

/** Keeps each folder to the imports the design gives it. */
export const importDirections = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { direction: '{{from}} must not import {{to}}' },
  },
  create(context) {
    const file = projectPath(context.cwd, context.filename);
    const from = longestPrefix(file);
    if (!from) return {};

    function check(source) {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = resolve(dirname(context.filename), source.value);
      const to = projectPath(context.cwd, target);
      if ([from, ...allowed[from]].some((prefix) => to.startsWith(prefix))) return;
      context.report({ node: source, messageId: 'direction', data: { from: file, to } });
    }

    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source),
    };
  },
};

const projectPath = (root, file) => relative(root, file).split(sep).join('/');

function longestPrefix(file) {
  const fitting = Object.keys(allowed).filter((prefix) => file.startsWith(prefix));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

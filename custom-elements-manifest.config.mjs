import { publishedPath } from './vite.config.ts';

/** The manifest describes what is published: modules of `dist`, and nothing private. */
export default {
  globs: ['src/*.ts', 'src/elements/*.ts'],
  litelement: true,
  outdir: '.',
  packagejson: false,
  plugins: [publishedOnly()],
};

function publishedOnly() {
  return {
    name: 'published-only',
    packageLinkPhase({ customElementsManifest }) {
      for (const module of customElementsManifest.modules) {
        for (const declaration of module.declarations) {
          const { members } = declaration;
          const hidden = members
            ?.filter(({ privacy }) => isHidden(privacy))
            .map(({ name }) => name);
          declaration.members = members?.filter(
            (member) => !member.static && !hidden.includes(member.name),
          );
          declaration.attributes = declaration.attributes?.filter(
            ({ fieldName }) => !hidden.includes(fieldName),
          );
          // The analyzer also guesses events from `dispatchEvent`, and takes arguments for names.
          declaration.events = declaration.events?.filter(({ description }) => description);
        }
      }
      const modules = customElementsManifest.modules.filter(({ exports }) => exports.length > 0);
      customElementsManifest.modules = JSON.parse(JSON.stringify(modules, toPublishedPath));
    },
  };
}

const isHidden = (privacy) => privacy === 'private' || privacy === 'protected';

function toPublishedPath(key, value) {
  const isPath = (key === 'path' || key === 'module') && typeof value === 'string';
  const source = isPath && value.match(/^\/?(src\/.+)\.(ts|js)$/)?.[1];
  return source ? publishedPath(`${source}.ts`) : value;
}

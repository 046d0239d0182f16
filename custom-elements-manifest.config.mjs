import { readFileSync } from 'node:fs';
import { dialects, publishedPath } from './vite.config.ts';

/** The manifest describes what is published: modules of `dist`, and nothing private. */
export default {
  // A production build has no warnings, so their modules are not there.
  globs: ['src/*.ts', 'src/elements/*.ts', '!src/elements/{warn,unknown-value}.ts'],
  litelement: true,
  outdir: '.',
  packagejson: false,
  plugins: [publishedOnly(), spelledOut()],
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

/** Says what stands behind a name, for editors that offer values. */
function spelledOut() {
  const values = (...names) => names.map((name) => `'${name}'`).join(' | ');
  const attributeTypes = {
    backend: values(...dialects()),
    credentials: values('omit', 'same-origin', 'include'),
    theme: values('light', 'dark'),
  };
  const propertyTypes = {
    requestHeaders:
      '(request: { method: string; url: string }) => HeadersInit | undefined | Promise<HeadersInit | undefined>',
  };
  const tokens = readFileSync('src/elements/tokens.styles.ts', 'utf8');
  const defaults = new Map(
    [...tokens.matchAll(/var\((--passkey-[\w-]+), (.+)\);$/gm)].map(([, ...pair]) => pair),
  );
  return {
    name: 'spelled-out',
    packageLinkPhase({ customElementsManifest }) {
      for (const { declarations } of customElementsManifest.modules) {
        for (const { attributes = [], members = [], cssProperties = [] } of declarations) {
          for (const attribute of attributes) {
            const text = attributeTypes[attribute.name];
            if (text) attribute.type = { text };
          }
          for (const member of members) {
            const text = propertyTypes[member.name];
            if (text) member.type = { text };
          }
          // The analyzer adds it to what is optional, also where it is written already.
          for (const { type } of [...attributes, ...members]) {
            if (type) type.text = type.text.replace(/( \| undefined)+$/, ' | undefined');
          }
          for (const property of cssProperties) property.default = defaults.get(property.name);
        }
      }
    },
  };
}

const isHidden = (privacy) => privacy === 'private' || privacy === 'protected';

function toPublishedPath(key, value) {
  const isPath = (key === 'path' || key === 'module') && typeof value === 'string';
  const source = isPath && value.match(/^\/?(src\/.+)\.(ts|js)$/)?.[1];
  return source ? publishedPath(`${source}.ts`) : value;
}

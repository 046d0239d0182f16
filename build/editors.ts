import { readFileSync } from 'node:fs';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';

/* What editors read, from the manifest: tags, attributes with their values, parts and properties. */
const manifest = JSON.parse(readFileSync('custom-elements.json', 'utf8')) as Parameters<
  typeof generateJetBrainsWebTypes
>[0];
generateVsCodeCustomElementData(manifest, {
  outdir: 'dist',
  htmlFileName: 'vscode.html-custom-data.json',
  cssFileName: 'vscode.css-custom-data.json',
  hideLogs: true,
});
generateJetBrainsWebTypes(manifest, {
  outdir: 'dist',
  webTypesFileName: 'web-types.json',
  packageJson: false,
  hideLogs: true,
});

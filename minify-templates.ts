import type { Plugin } from 'vite';

/** Drops the white space that only readers of the source need from `css` and `html` templates. */
export function minifyTemplates(): Plugin {
  return {
    name: 'minify-templates',
    enforce: 'pre',
    transform: {
      filter: { id: /\/src\/elements\/.*\.ts$/ },
      handler: (code) => code.replace(/css`[^`]*`/g, minifyCss).replace(/>\s*\n\s*</g, '><'),
    },
  };
}

function minifyCss(template: string): string {
  return template
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/([\w-]): /g, '$1:')
    .replace(/;}/g, '}');
}

import { PackedSite } from './packed-site.ts';

/** What Lit's server renderer makes of templates, in a Node that has the published package and no page. */
export function renderOnServer<Name extends string>(
  templates: Readonly<Record<Name, string>>,
  prepare = '',
): Record<Name, string> {
  using site = new PackedSite();
  site.add('@lit-labs/ssr');
  const rendered = Object.entries(templates).map(
    ([name, template]) =>
      `[${JSON.stringify(name)}, await collectResult(render(html\`${template}\`))]`,
  );
  const printed = site.run(`
    import { render } from '@lit-labs/ssr';
    import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
    import { html } from 'lit';
    import 'passkey-elements/define';
    ${prepare}
    console.log(JSON.stringify(Object.fromEntries([${rendered}])));
  `);
  return JSON.parse(printed) as Record<Name, string>;
}

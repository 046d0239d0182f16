import { html, nothing, type TemplateResult } from 'lit';

/** What a screen is about. */
export function heading(title: string, explanation = ''): TemplateResult {
  return html`<div>
    <h2 part="title" tabindex="-1">${title}</h2>
    ${explanation ? html`<p class="muted">${explanation}</p>` : nothing}
  </div>`;
}

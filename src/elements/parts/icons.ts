import { svg, type SVGTemplateResult } from 'lit';

/** A head beside a key: the sign for a passkey. */
export const passkeyIcon =
  icon(svg`<circle cx="9" cy="7.5" r="3.5"/><path d="M2.5 20v-1a6 6 0 0 1 9-5.2"/>
  <circle cx="17" cy="12" r="3"/><path d="M17 15v6m0-1.5 2-1"/>`);
export const mailIcon = icon(
  svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
);
export const addIcon = icon(svg`<path d="M12 5v14M5 12h14"/>`);
export const renameIcon = icon(svg`<path d="m4 20 1-4L16 5l3 3L8 19zM14 7l3 3"/>`);
export const removeIcon = icon(svg`<path d="M4.5 7h15M10 4h4M6.5 7l1 13h9l1-13M10.5 11v5m3-5v5"/>`);
export const doneIcon = icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`);
export const alertIcon = icon(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7.5V13m0 3v.2"/>`);
export const busyIcon = icon(svg`<path d="M12 3a9 9 0 1 0 9 9"/>`, 'spin');

/** One stroke width, the colour of the text, and nothing to read out. */
function icon(shape: SVGTemplateResult, classes = ''): SVGTemplateResult {
  return svg`<svg class=${classes} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;
}

import { svg, type SVGTemplateResult } from 'lit';

/** One stroke width, the colour of the text, and nothing to read out. */
export function icon(shape: SVGTemplateResult, classes = ''): SVGTemplateResult {
  return svg`<svg class=${classes} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;
}

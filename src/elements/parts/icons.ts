import { svg, type SVGTemplateResult } from 'lit';
import { icon } from './icon.js';

export const mailIcon: SVGTemplateResult = icon(
  svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
);
export const addIcon: SVGTemplateResult = icon(svg`<path d="M12 5v14M5 12h14"/>`);
export const renameIcon: SVGTemplateResult = icon(
  svg`<path d="m4 20 1-4L16 5l3 3L8 19zM14 7l3 3"/>`,
);
export const removeIcon: SVGTemplateResult = icon(
  svg`<path d="M4.5 7h15M10 4h4M6.5 7l1 13h9l1-13M10.5 11v5m3-5v5"/>`,
);

import { svg, type SVGTemplateResult } from 'lit';
import { icon } from './icon.js';

/** A head beside a key: the sign for a passkey. */
export const passkeyIcon: SVGTemplateResult =
  icon(svg`<circle cx="9" cy="7.5" r="3.5"/><path d="M2.5 20v-1a6 6 0 0 1 9-5.2"/>
  <circle cx="17" cy="12" r="3"/><path d="M17 15v6m0-1.5 2-1"/>`);

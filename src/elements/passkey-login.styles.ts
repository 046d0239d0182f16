import { css } from 'lit';

export const loginStyles = css`
  :host {
    max-inline-size: 26rem;
  }
  ::slotted(label) {
    display: block !important;
    margin-block-end: 0.375em !important;
    font-weight: 550;
  }
  ::slotted(input) {
    display: block !important;
    box-sizing: border-box !important;
    inline-size: 100% !important;
    min-block-size: 2.75rem;
    margin: 0 !important;
    padding: 0.5em 0.75em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: 400 1rem/1.25 var(--_font);
  }
  ::slotted(input:focus-visible) {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  ::slotted(input[aria-invalid='true']) {
    border-color: var(--_danger);
  }
  ::slotted([slot='username-fault']:not(:empty)) {
    display: block;
    margin-block-start: 0.375em;
    color: var(--_danger);
  }
  /* News stand right under the main choice; the way back, and the site's own content, below. */
  .stack > button.quiet {
    order: 1;
  }
  ::slotted(:not([slot])),
  ::slotted([slot='fallback']) {
    order: 2;
  }
  .divider {
    display: flex;
    align-items: center;
    gap: 1em;
    color: var(--_muted);
  }
  .divider::before,
  .divider::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid var(--_line);
  }
  .hero {
    display: grid;
    place-items: center;
    inline-size: 3.5rem;
    block-size: 3.5rem;
    border-radius: 50%;
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
    color: var(--_accent);
    font-size: 1.5rem;
  }
  .hero.done {
    --_accent: var(--_success);
  }
`;

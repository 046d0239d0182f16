import { css } from 'lit';

export const loginStyles = css`
  :host {
    max-inline-size: 26rem;
  }
  /* What a page says about all its inputs shall not break these. */
  label,
  ::slotted(label) {
    display: block !important;
    margin-block-end: 0.375em !important;
    font-weight: 550;
  }
  ::slotted(input) {
    display: block !important;
    box-sizing: border-box !important;
    inline-size: 100% !important;
    margin: 0 !important;
  }
  ::slotted([slot='username-fault']:not(:empty)) {
    display: block;
    margin-block-start: 0.375em;
    color: var(--_danger);
  }
  /* News stand right under the main choice; the way back, and the site's own content, below. */
  .stack > .quiet,
  ::slotted(:not([slot])),
  ::slotted([slot='fallback']) {
    order: 1;
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
  /* Whoever is in needs no other way in, which is the slot below. */
  .hero ~ [name] {
    display: none;
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
  .done {
    --_accent: var(--_success);
  }
`;

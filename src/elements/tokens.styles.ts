import { css } from 'lit';

/**
 * The public look, read once with its defaults; everywhere else the private names are used.
 * `light-dark()` follows the `color-scheme` that the page gives the element.
 */
export const tokens = css`
  :host {
    --_accent: var(--passkey-accent, light-dark(#2f54d1, #a3b8ff));
    --_on-accent: var(--passkey-on-accent, light-dark(#fff, #10182f));
    --_surface: var(--passkey-surface, light-dark(#fff, #16181d));
    --_text: var(--passkey-text, light-dark(#191c24, #eceef4));
    --_muted: var(--passkey-muted, light-dark(#5b6170, #a4abbb));
    --_border: var(--passkey-border, light-dark(#8b91a0, #6d7485));
    --_line: var(--passkey-line, light-dark(#e3e6ec, #2c303a));
    --_danger: var(--passkey-danger, light-dark(#b3261e, #ffb4ab));
    --_success: var(--passkey-success, light-dark(#17693a, #8fd8a8));
    --_backdrop: #0008;
    --_radius: var(--passkey-radius, 12px);
    --_space: var(--passkey-space, 16px);
    --_font: var(--passkey-font, system-ui, sans-serif);
    --_shadow: var(--passkey-shadow, 0 4px 24px #0000001a);

    display: block;
    color: var(--_text);
    font: 400 1rem/1.5 var(--_font);
    text-align: start;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  * {
    box-sizing: border-box;
  }

  [part='base'] {
    padding: clamp(var(--_space), 5vw, calc(var(--_space) * 1.75));
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.5);
    background: var(--_surface);
    box-shadow: var(--_shadow);
    overflow-wrap: anywhere;
  }
  h2 {
    margin: 0;
    font-size: 1.375rem;
    font-weight: 650;
    line-height: 1.25;
    text-wrap: balance;
  }
  h2:focus {
    outline: none;
  }
  p {
    margin: 0;
  }
  h2 + p {
    margin-block-start: 0.375rem;
  }
  .muted,
  [part='status'] {
    color: var(--_muted);
  }
  .stack {
    display: grid;
    gap: var(--_space);
  }

  button,
  input,
  ::slotted(input) {
    min-block-size: 2.75rem;
    padding: 0.5em 0.75em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: 400 1rem/1.25 var(--_font);
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    background: none;
    font-weight: 550;
    cursor: pointer;
  }
  button:hover {
    background: color-mix(in srgb, currentColor 7%, transparent);
  }
  .primary,
  .quiet {
    border-color: transparent;
    color: var(--_accent);
  }
  .primary {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .primary:hover {
    background: color-mix(in srgb, var(--_accent) 88%, var(--_text));
  }
  button[aria-disabled='true'] {
    opacity: 0.6;
    cursor: default;
  }
  input {
    inline-size: 100%;
  }
  [aria-invalid='true'],
  ::slotted([aria-invalid='true']) {
    border-color: var(--_danger);
  }
  :focus-visible,
  ::slotted(:focus-visible) {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }

  [part='alert'] {
    color: var(--_danger);
  }
  [part='status'],
  [part='alert'] {
    display: flex;
    gap: 0.5em;
  }
  /* Takes no room while it is empty, and is known to screen readers all the same. */
  [part='status']:empty,
  [part='alert']:empty {
    position: absolute;
  }
  svg {
    flex: none;
    block-size: 1.25em; /* as wide as high by its view box */
  }
  .spin {
    animation: spin 0.9s linear infinite;
  }
  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spin {
      animation: none;
    }
  }
`;

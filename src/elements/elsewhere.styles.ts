import { css } from 'lit';

export const elsewhereStyles = css`
  :host {
    /* Scanners want dark on light, whatever the theme. */
    --_paper: white;
    --_ink: black;
  }
  .qr {
    justify-self: center;
    box-sizing: border-box;
    inline-size: min(14rem, 100%);
    block-size: auto;
    aspect-ratio: 1;
    border-radius: var(--_radius);
    background: var(--_paper);
    color: var(--_ink);
    forced-color-adjust: none;
  }
  .number {
    margin: 0;
    text-align: center;
    font: 700 2.5rem/1.1 var(--_font);
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.08em;
  }
  .link {
    min-inline-size: 0;
    text-overflow: ellipsis;
  }
  [role='timer'] {
    margin: 0;
    color: var(--_muted);
    font-variant-numeric: tabular-nums;
  }
  .numbers {
    margin: 0;
    padding: 0;
    border: 0;
  }
  .numbers legend {
    padding: 0;
    margin-block-end: 0.5em;
    font-weight: 550;
  }
  .numbers div {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: 0.5rem;
  }
  .numbers label {
    position: relative;
    display: grid !important; /* that of other labels is, too */
    place-items: center;
    min-block-size: 3.5rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    font: 650 1.375rem/1 var(--_font);
    font-variant-numeric: tabular-nums;
    cursor: pointer;
  }
  .numbers label:has(:checked) {
    outline: 2px solid var(--_accent);
    border-color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
  }
  .numbers label:has(:focus-visible) {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  .numbers input {
    position: absolute;
    inset: 0;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  @media (forced-colors: active) {
    .numbers label:has(:checked) {
      outline-color: Highlight;
    }
  }
`;

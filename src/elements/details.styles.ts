import { css } from 'lit';

export const detailsStyles = css`
  details {
    container-type: inline-size;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.125em 1em;
    margin: 0.25em 0 0;
  }
  dt {
    color: var(--_muted);
  }
  dd {
    margin: 0;
  }
  @container (max-width: 15rem) {
    dl {
      grid-template-columns: auto;
    }
    dd:not(:last-child) {
      margin-block-end: 0.375em;
    }
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-block-start: 0.75rem;
  }
  .key button {
    font-size: 0.875rem;
  }
  textarea {
    inline-size: 100%;
    padding: 0.5em 0.75em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: transparent;
    color: inherit;
    font:
      0.8125rem/1.4 ui-monospace,
      monospace;
    resize: vertical;
  }
`;

import { css } from 'lit';

export const managerStyles = css`
  :host {
    max-inline-size: 44rem;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75em;
  }
  ul {
    display: grid;
    gap: 0.75rem;
    margin: 0;
    padding: 0;
    list-style: ''; /* not none: Safari would no longer call it a list */
  }
  [part='row'] {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    gap: 0.875rem;
    padding: 0.875rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    min-inline-size: 0; /* off the screen a row keeps the width it had before */
    content-visibility: auto;
    contain-intrinsic-block-size: auto 7rem;
  }
  .tile {
    display: grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border-radius: var(--_radius);
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
    color: var(--_accent);
  }
  .tile img {
    object-fit: contain;
  }
  .tile img:not([hidden]) + * {
    display: none;
  }
  .monogram {
    display: grid;
    place-items: center;
    inline-size: 100%;
    block-size: 100%;
    border-radius: inherit;
    background: inherit;
    color: var(--_text);
    font-weight: 600;
  }
  /* The buttons go below where that leaves the words too little room, however wide the page is. */
  .card {
    display: flex;
    flex-wrap: wrap;
    align-items: start;
    gap: 0 0.875rem;
  }
  .about {
    display: grid;
    flex: 1 1 13rem;
    gap: 0.25rem;
    min-inline-size: 0;
  }
  .heading {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25em 0.6em;
  }
  [part='name'] {
    font-weight: 600;
  }
  .badge {
    padding: 0.1em 0.6em;
    border: 1px solid var(--_line);
    border-radius: 1em;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  [part='meta'] {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1em;
  }
  [part='meta'],
  details {
    font-size: 0.875rem;
  }
  summary {
    inline-size: fit-content;
    padding-block: 0.125rem;
    color: var(--_muted);
    cursor: pointer;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    margin-inline-start: -0.75rem;
  }
  .icon {
    min-inline-size: 2.75rem;
    padding: 0;
    border-color: transparent;
    color: var(--_muted);
  }
`;

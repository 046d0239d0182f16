import { css } from 'lit';

export const aroundListStyles = css`
  .find {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    min-inline-size: 0; /* the longest order may be wider than the room there is */
  }
  .find input {
    flex: 1 1 100%;
  }
  /* Stays in sight where that leaves room for the rest, and not over what has the focus. */
  @media (min-height: 30rem) {
    .find:has(.danger) {
      position: sticky;
      inset-block-start: 0;
      z-index: 1;
      padding-block: 0.5rem;
      background: var(--_surface);
    }
    .find:has(.danger) ~ ul * {
      scroll-margin-block-start: 15rem;
    }
  }
  .find .danger {
    border-color: transparent;
    background: var(--_danger);
    color: var(--_surface);
  }
  .find output:empty {
    position: absolute;
  }
  .find output {
    flex-basis: 100%;
  }
  [type='checkbox'] {
    inline-size: 1.25rem;
    min-block-size: 1.25rem;
    accent-color: var(--_accent);
  }
  select {
    flex: 1 1 9rem;
    min-block-size: 2.75rem;
    min-inline-size: 0;
    padding: 0.5em 0.75em;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: inherit;
    font: 400 1rem/1.25 var(--_font);
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.5rem;
    padding: 2rem 1rem;
    border: 1px dashed var(--_border);
    border-radius: var(--_radius);
    text-align: center;
    text-wrap: balance;
  }
`;

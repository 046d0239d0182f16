import { css } from 'lit';

export const renamingStyles = css`
  .rename {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    grid-column: 2 / -1;
    min-inline-size: 0;
  }
  .rename input {
    flex: 1 1 10rem;
    inline-size: auto;
    min-inline-size: 0;
  }
  .fault {
    flex-basis: 100%;
    color: var(--_danger);
  }
  .fault:empty {
    position: absolute;
  }
`;

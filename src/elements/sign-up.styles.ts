import { css } from 'lit';

export const signUpStyles = css`
  .choice {
    justify-content: start;
    padding-block: 0.75em;
    text-align: start;
  }
  .choice span {
    display: grid;
  }
  .choice small {
    font-weight: 400;
    font-size: 0.875rem;
    opacity: 0.85;
  }
  .code {
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.3em;
  }
`;

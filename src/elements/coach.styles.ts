import { css } from 'lit';

export const coachStyles = css`
  .steps {
    display: grid;
    gap: 0.5rem;
    justify-items: center;
    text-align: center;
  }
  .steps a {
    display: inline-flex;
    align-items: center;
    min-block-size: 1.5rem;
    color: var(--_accent);
    font-weight: 550;
  }
`;

import { css, isServer, type CSSResult } from 'lit';

/** For what a server has rendered, where no script comes: controls that would do nothing are not shown. */
export const withoutScript: CSSResult[] = isServer
  ? [
      css`
        @media (scripting: none) {
          button,
          .divider {
            display: none;
          }
        }
      `,
    ]
  : [];

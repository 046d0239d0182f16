import { css } from 'lit';
import type { PasskeyManager } from './passkey-manager.js';

/** How the questions of the manager look. */
export const dialogStyles = css`
  dialog {
    max-inline-size: min(26rem, calc(100vw - 2rem));
    padding: 1.5rem;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.5);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
  }
  dialog[open] {
    display: grid;
    gap: 0.75rem;
  }
  dialog::backdrop {
    background: var(--_backdrop);
  }
  dialog > button {
    inline-size: 100%;
  }
  ol {
    max-block-size: 30vh;
    margin: 0;
    overflow-y: auto;
  }
  .warning {
    color: var(--_danger);
    font-weight: 550;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 0.5rem;
    margin-block-start: 0.5rem;
  }
  /* The way back stays in sight, where that leaves room for the rest: it is there for a while only. */
  @media (min-height: 30rem) {
    .back:not(:has(~ .find .danger)) {
      position: sticky;
      inset-block-start: 0.5rem;
      z-index: 1;
      background: var(--_surface);
      box-shadow: 0 0 0 0.5rem var(--_surface);
    }
    .back:not(:has(~ .find .danger)):hover {
      background: color-mix(in srgb, currentColor 7%, var(--_surface));
    }
    .back ~ ul * {
      scroll-margin-block-start: 4rem;
    }
  }
  button.danger {
    border-color: transparent;
    background: var(--_danger);
    color: var(--_surface);
  }
`;

const watched = new WeakSet<PasskeyManager>();

/**
 * Closes the dialogs of an element when they are out of reach: one that comes back with its element
 * would no longer be modal, and one that is hidden with it would only lock the page around.
 */
export function closeOutOfReach(element: PasskeyManager): void {
  if (watched.has(element)) return;
  watched.add(element);
  const close = () => {
    for (const dialog of element.renderRoot.querySelectorAll('dialog'))
      if (!dialog.checkVisibility()) dialog.close();
  };
  element.addController({ hostDisconnected: close });
  new ResizeObserver(close).observe(element);
}

/**
 * Whether a `close` event means that Escape closed the dialog. One that we closed ourselves may be on
 * the page again before its event comes.
 */
export function closedByEscape({ target }: Event): boolean {
  const { isConnected, open } = target as HTMLDialogElement;
  return isConnected && !open;
}

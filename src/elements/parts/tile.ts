import { html, nothing, type TemplateResult } from 'lit';
import { passkeyIcon } from './passkey-icon.js';

/**
 * The picture of a passkey: the icon of its provider, else the first letters of that name, else the
 * sign of all passkeys; a name has the same colour everywhere. An icon is only ever an `<img>`, so that nothing in it can run.
 */
export function tile(provider = '', icon = ''): TemplateResult {
  const letters = provider.match(/(?<![\p{L}\p{M}\p{N}])[\p{L}\p{N}]/gu)?.slice(0, 2);
  return html`<div part="icon" class="tile">
    ${
      isPicture(icon)
        ? html`<img
            hidden
            src=${icon}
            alt=""
            width="24"
            height="24"
            referrerpolicy="no-referrer"
            @load=${show}
            @error=${show}
          />`
        : nothing
    }
    ${
      letters
        ? html`<span
            class="monogram"
            aria-hidden="true"
            .style=${`filter:hue-rotate(${provider.length * 67}deg)`}
            >${letters.join('\u200c').toUpperCase()}</span
          >`
        : passkeyIcon
    }
  </div>`;
}

/** From another origin only over https; on the page's own, a path from its root or its whole address. */
function isPicture(address: string): boolean {
  return /^(https:|data:image\/|\/[^\s/\\])/.test(address.replace(`${location.origin}/`, '/'));
}

/** Until the picture is here, and if it never is, the letters stand in its place. */
function show({ type, currentTarget }: Event): void {
  (currentTarget as HTMLImageElement).hidden = type === 'error';
}

import type { Choices } from './choices.js';
import { dialects, handOffPage } from './dialects.js';
import type { Words } from './words.js';

/** The HTML that brings both elements, as they are shown here, to any other page. */
export function snippetFor({ backend, lang, theme }: Choices, handOff: boolean): string {
  const { origin } = location;
  const attributes = Object.entries({
    ...dialects[backend],
    'base-url': origin + dialects[backend]['base-url'],
    ...(backend === 'rest' && { credentials: 'include' }),
    ...(lang !== 'en' && { lang }),
    ...(theme !== 'system' && { theme }),
  })
    .filter(([name, value]) => !(name === 'backend' && value === 'ssojet')) // the default
    .map(([name, value]) => `\n  ${name}="${value}"`)
    .join('');
  const elsewhere = handOff && backend === 'rest' ? `\n  hand-off="${origin}${handOffPage}"` : '';
  const page = [
    `<script src="${origin}/passkey-elements.min.js"></script>`,
    `<passkey-login${attributes}${elsewhere}\n></passkey-login>`,
    `<passkey-manager${attributes}\n></passkey-manager>`,
  ];
  return [...page, ...(backend === 'ssojet' ? [tokens] : [])].join('\n\n');
}

const tokens = `<script>
  const login = document.querySelector('passkey-login');
  const manager = document.querySelector('passkey-manager');
  login.receiveTokens = ({ accessToken }) => {
    manager.accessToken = accessToken;
  };
</script>`;

/** Copies a text and says on the button how it went. */
export async function copy(
  text: string,
  button: HTMLButtonElement,
  words: () => Words,
): Promise<void> {
  const copied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  button.textContent = copied ? words().copied : words().copyFailed;
  setTimeout(() => (button.textContent = words().copy), 2000);
}

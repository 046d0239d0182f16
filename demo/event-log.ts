const types = [
  ...(['passkey-ready', 'passkey-signed-in', 'passkey-registered', 'passkey-status'] as const),
  ...(['passkey-renamed', 'passkey-removed', 'passkey-restored'] as const),
  ...(['passkey-cancelled', 'passkey-error'] as const),
];

/** How many entries are kept. */
const most = 100;

/** Lists every event of the elements, the newest first, as text. */
export function logEvents(list: HTMLElement, clear: HTMLButtonElement): void {
  for (const type of types) {
    document.addEventListener(type, (event) => {
      list.prepend(entryOf(event));
      while (list.childElementCount > most) list.lastElementChild!.remove();
    });
  }
  clear.addEventListener('click', () => list.replaceChildren());
}

function entryOf(event: CustomEvent): HTMLLIElement {
  const entry = document.createElement('li');
  const now = new Date();
  const time = document.createElement('time');
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString('en-GB');
  const name = document.createElement('strong');
  name.textContent = event.type;
  name.className = event.type === 'passkey-error' ? 'bad' : '';
  const detail = document.createElement('code');
  const text = JSON.stringify(event.detail);
  detail.textContent = text === '{}' ? '' : text;
  const source = document.createElement('span');
  source.textContent = (event.target as Element).localName;
  entry.append(time, name, source, detail);
  return entry;
}

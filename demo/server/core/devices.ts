/** What a person may recognise a device by. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

// In this order, because most browsers also claim to be one that comes later.
const browsers: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Instagram', /Instagram/],
  ['Facebook', /FBAN|FBAV/],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Firefox', /Firefox\/|FxiOS\//],
  ['Chrome', /Chrome\/|CriOS\//],
  ['Safari', /Safari\//],
];

const systems: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['ChromeOS', /CrOS/],
  ['Mac', /Macintosh/],
  ['Linux', /Linux/],
];

/** Names a device in words of ours: what it says of itself is only looked at, never repeated. */
export function readDevice(userAgent = ''): Device {
  const find = (list: typeof browsers) =>
    list.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
  return { browser: find(browsers), system: find(systems) };
}

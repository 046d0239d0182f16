/**
 * The part of an address that belongs to one customer: an IPv4 address as it is, of an IPv6 address
 * the first half. A text that is no address stays as it is.
 */
export function networkOf(address: string): string {
  const groups = groupsOf(address);
  if (!groups) return address;
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (isMapped) return groups.slice(6).flatMap(twoBytes).join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] | undefined {
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address)) return undefined;
  const url = `http://[${address}]`;
  if (!URL.canParse(url)) return undefined;
  // The platform spells every address in one way: in lower case, with `::` for the longest zeros.
  const [before = '', after] = new URL(url).hostname.slice(1, -1).split('::');
  const start = split(before);
  const end = split(after ?? '');
  return [...start, ...Array<string>(8 - start.length - end.length).fill('0'), ...end];
}

const split = (groups: string) => (groups === '' ? [] : groups.split(':'));

function twoBytes(group: string): number[] {
  const number = parseInt(group, 16);
  return [number >> 8, number & 255];
}

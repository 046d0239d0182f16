/** The address if it is one of this site, written so that nobody can read it otherwise. */
export function ownUrl(address: string): string | undefined {
  const plain = /^\/(?![/\\])/.test(address) || address.startsWith(`${location.origin}/`);
  if (!plain) return undefined;
  const url = new URL(address, location.origin); // the parser drops tabs and line ends: look again
  return url.origin === location.origin ? url.href : undefined;
}

import { hint } from '../core/errors.js';
import { readMore, warn } from './warn.js';

/** Goes to an address if it is one of this site, written so that nobody can read it otherwise. */
export function goTo(address: string): void {
  // Of the type is what TypeScript sees to: a page without it may give a `URL`.
  const plain = /^\/(?![/\\])/.test(address) || `${address}/`.startsWith(`${location.origin}/`);
  const url = plain && new URL(address, location.origin); // it drops tabs and line ends: look again
  if (url && url.origin === location.origin) location.href = url.href;
  else
    warn(
      hint`<passkey-login success-url>: “${address}” is not of this site, so nobody is sent there. Give a path such as /account. ${readMore('reference.md#attributes-and-properties')}`,
    );
}

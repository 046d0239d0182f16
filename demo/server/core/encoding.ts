const text = new TextEncoder();

/** UTF-8 bytes of a text. */
export const utf8 = (value: string): Uint8Array<ArrayBuffer> => text.encode(value);

/** Base64url without padding, the form in which WebAuthn writes bytes. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Bytes of a base64url text; throws when it is padded or holds a foreign character. */
export function fromBase64Url(value: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(value)) throw new TypeError('not base64url');
  const binary = atob(value.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Lower-case hexadecimal digits of some bytes. */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Bytes nobody can guess. */
const randomBytes = (length: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(length));

/** A new identifier of 24 lower-case hexadecimal digits, the form of every id this server hands out. */
export const newId = (): string => toHex(randomBytes(12));

/** Tells whether a text could be one of our ids, so that nothing else reaches the database. */
export const isId = (value: string): boolean => /^[0-9a-f]{24}$/.test(value);

/** A new secret of 32 random bytes for a cookie or a token. */
export const newSecret = (): string => toBase64Url(randomBytes(32));

/** SHA-256 of a text in hexadecimal digits: how secrets rest in the database. */
export const hash = async (value: string): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(value))));

/** HMAC-SHA-256 of a text under the server's secret. */
export async function sign(
  secret: Uint8Array<ArrayBuffer>,
  value: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(value)));
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index % Math.max(other.length, 1));
  }
  return difference === 0;
}

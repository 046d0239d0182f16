/** Base64 or base64url, padded or not, as unpadded base64url; anything else is absent. */
export function toBase64Url(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  return /^[\w-]+$/.test(text) && text.length % 4 !== 1 ? text : undefined;
}

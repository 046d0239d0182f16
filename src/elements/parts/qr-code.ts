import { encode } from 'uqr';

/** A QR code as the path of an SVG picture that is `size` units wide and high. */
export interface QrCode {
  readonly size: number;
  readonly path: string;
}

/**
 * Encodes a text. It imports nothing that is loaded already: bundlers would put that in a file of its
 * own, for everybody.
 */
export function encodeQr(text: string): QrCode {
  const { data, size } = encode(text, { ecc: 'M', border: 3 });
  const square = (dark: boolean, x: number, y: number) => (dark ? `M${x} ${y}h1v1h-1z` : '');
  const path = data.map((row, y) => row.map((dark, x) => square(dark, x, y)).join('')).join('');
  return { size, path };
}

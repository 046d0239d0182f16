import decode from 'qr/decode.js';

/** What a phone reads from a QR code that is drawn as squares of one unit. */
export function readQrCode(picture: SVGElement): string {
  const scale = 4;
  const side = Number(picture.getAttribute('viewBox')!.split(' ')[2]) * scale;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  const path = picture.querySelector('path')!.getAttribute('d')!;
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let line = 0; line < scale; line++) {
      const start = (Number(y) * scale + line) * side + Number(x) * scale;
      data.fill(0, start * 4, (start + scale) * 4);
      for (let at = start; at < start + scale; at++) data[at * 4 + 3] = 255;
    }
  }
  return decode({ width: side, height: side, data }, { timeLimit: 5_000 });
}

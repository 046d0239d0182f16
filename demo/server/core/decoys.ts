import { sign, toBase64Url } from './encoding.ts';

/** Lengths of credential ids seen in the wild, as often as a stranger would expect them. */
const lengths = [32, 16, 20, 32, 20, 48, 32, 16];
const step = 4;
// Firefox refuses more than 20 descriptors.
const most = 20;

/**
 * The ids offered to someone who typed an identifier: the account's own, filled up with ids made from
 * the server's secret to a size that says nothing. A stranger sees the same shape for known, unknown
 * and keyless names, and the same ids each time.
 */
export async function offeredIds(
  secret: Uint8Array<ArrayBuffer>,
  identifier: string,
  own: readonly string[],
): Promise<string[]> {
  const kept = own.slice(0, most);
  const [chance = 0] = await sign(secret, `size:${identifier}`);
  // Some unknown names look as if they had more than four passkeys.
  const usual = chance < 16 ? 2 * step : step;
  const size = Math.max(usual, Math.ceil(kept.length / step) * step);
  const decoys = await Promise.all(
    Array.from({ length: size }, (_, index) => decoy(secret, identifier, index)),
  );
  // Sorted, so that the place of an id does not tell which kind it is.
  return [...kept, ...decoys.slice(0, size - kept.length)].sort();
}

async function decoy(
  secret: Uint8Array<ArrayBuffer>,
  identifier: string,
  index: number,
): Promise<string> {
  const bytes = await Promise.all(
    [0, 1].map((part) => sign(secret, `decoy:${index}:${part}:${identifier}`)),
  );
  const [first, second] = bytes as [Uint8Array, Uint8Array];
  const length = lengths[second[31]! % lengths.length]!;
  return toBase64Url(new Uint8Array([...first, ...second]).slice(0, length));
}

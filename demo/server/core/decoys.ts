import type { PasskeyRow } from '../database.ts';
import { fromBase64Url, sameText, sign, toBase64Url } from './encoding.ts';

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
  const bytes = await sign(secret, `decoy:${index}:${identifier}`);
  const length = lengths[bytes[31]! % lengths.length]!;
  return sealed(secret, bytes.slice(0, length / 2));
}

/** An id whose second half follows from its first one, for whoever has the secret. */
async function sealed(
  secret: Uint8Array<ArrayBuffer>,
  half: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const seal = await sign(secret, `decoy-seal:${toBase64Url(half)}`);
  return toBase64Url(new Uint8Array([...half, ...seal.slice(0, half.length)]));
}

/** Tells whether a credential id is one of ours that no authenticator made. */
export async function isDecoy(
  secret: Uint8Array<ArrayBuffer>,
  credentialId: string,
): Promise<boolean> {
  const length = lengths.find((bytes) => Math.ceil((bytes * 4) / 3) === credentialId.length);
  if (length === undefined) return false;
  const half = fromBase64Url(credentialId).slice(0, length / 2);
  // As texts, because that is how the ids of passkeys are compared: one spelling only is the id.
  return sameText(await sealed(secret, half), credentialId);
}

/**
 * A passkey that nobody has, to check an answer against that fails in any case: so it takes as long as
 * with one that somebody has.
 */
export const standIn = (credentialId: string, rpId: string): PasskeyRow => ({
  id: '',
  credential_id: credentialId,
  user_id: '',
  public_key: somePublicKey,
  sign_count: 0,
  name: null,
  aaguid: null,
  transports: '[]',
  backup_eligible: false,
  backed_up: false,
  rp_id: rpId,
  created_at: new Date(0),
  updated_at: null,
  last_used_at: null,
});

/** The base point of P-256 as a COSE key for ES256. */
const somePublicKey = fromBase64Url(
  'pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUX' +
    'YmMKWIlggT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
);

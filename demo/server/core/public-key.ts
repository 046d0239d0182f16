import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { toBase64Url } from './encoding.ts';

interface KeyForm {
  /** COSE key type and, where there is one, curve. */
  readonly type: number;
  readonly curve?: number;
  readonly algorithm: { name: string; namedCurve?: string; hash?: string };
  readonly jwk: (part: (label: number) => string) => JsonWebKey;
}

/** The keys that belong to the algorithms we offer, by COSE algorithm. */
const forms: Readonly<Record<number, KeyForm>> = {
  [-8]: {
    type: 1,
    curve: 6,
    algorithm: { name: 'Ed25519' },
    jwk: (part) => ({ kty: 'OKP', crv: 'Ed25519', x: part(-2) }),
  },
  [-7]: {
    type: 2,
    curve: 1,
    algorithm: { name: 'ECDSA', namedCurve: 'P-256' },
    jwk: (part) => ({ kty: 'EC', crv: 'P-256', x: part(-2), y: part(-3) }),
  },
  [-257]: {
    type: 3,
    algorithm: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    jwk: (part) => ({ kty: 'RSA', n: part(-1), e: part(-2) }),
  },
};

/** Throws unless a new public key is one that can verify signatures later; the library does not look. */
export async function checkPublicKey(cose: Uint8Array<ArrayBuffer>): Promise<void> {
  const key = decodeCredentialPublicKey(cose) as unknown as Map<number, unknown>;
  const form = forms[Number(key.get(3))];
  const fits =
    form && key.get(1) === form.type && (form.curve === undefined || key.get(-1) === form.curve);
  if (!fits) throw new Error('key type does not fit the algorithm');
  const part = (label: number) => {
    const bytes = key.get(label);
    if (!(bytes instanceof Uint8Array) || bytes.length > 512) throw new Error('malformed key');
    return toBase64Url(bytes);
  };
  const imported = await crypto.subtle.importKey('jwk', form.jwk(part), form.algorithm, false, [
    'verify',
  ]);
  const { modulusLength = 2048 } = imported.algorithm as RsaKeyAlgorithm;
  if (modulusLength < 2048) throw new Error('key too short');
}

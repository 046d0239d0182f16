/** A public key in the forms that servers and libraries keep. */
export interface PublicKeyForms {
  /** JOSE name of the algorithm, or the COSE number where it has none that we know. */
  readonly algorithm: string;
  /** COSE, base64url. */
  readonly cose: string;
  /** Absent, as `pem`, for a kind of key that we do not know. */
  readonly jwk?: JsonWebKey;
  /** SubjectPublicKeyInfo. */
  readonly pem?: string;
}

type Value = number | boolean | string | Bytes;
type Bytes = Uint8Array<ArrayBuffer>;
type Key = ReadonlyMap<Value, Value>;

/** IANA “COSE Algorithms”, by their JOSE names. */
const algorithms: Readonly<Record<string, string>> = {
  '-7': 'ES256',
  '-8': 'EdDSA',
  '-9': 'ES256', // ESP256
  '-19': 'EdDSA', // Ed25519
  '-35': 'ES384',
  '-36': 'ES512',
  '-37': 'PS256',
  '-38': 'PS384',
  '-39': 'PS512',
  '-47': 'ES256K',
  '-51': 'ES384', // ESP384
  '-52': 'ES512', // ESP512
  '-53': 'EdDSA', // Ed448
  '-257': 'RS256',
  '-258': 'RS384',
  '-259': 'RS512',
};

interface Curve {
  readonly type: number;
  readonly crv: string;
  /** Bytes per coordinate. */
  readonly size: number;
  /** AlgorithmIdentifier of the curve (RFC 5480, RFC 8410), DER in hexadecimal. */
  readonly identifier: string;
}

/** IANA “COSE Elliptic Curves”. */
const curves: Readonly<Record<string, Curve>> = {
  1: { type: 2, crv: 'P-256', size: 32, identifier: '301306072a8648ce3d020106082a8648ce3d030107' },
  2: { type: 2, crv: 'P-384', size: 48, identifier: '301006072a8648ce3d020106052b81040022' },
  3: { type: 2, crv: 'P-521', size: 66, identifier: '301006072a8648ce3d020106052b81040023' },
  6: { type: 1, crv: 'Ed25519', size: 32, identifier: '300506032b6570' },
  7: { type: 1, crv: 'Ed448', size: 57, identifier: '300506032b6571' },
  8: { type: 2, crv: 'secp256k1', size: 32, identifier: '301006072a8648ce3d020106052b8104000a' },
};
const rsaIdentifier = '300d06092a864886f70d0101010500';

/** Reads a COSE public key (base64url); `undefined` for what is none. */
export function readPublicKey(cose: string): PublicKeyForms | undefined {
  try {
    const key = readMap(fromBase64Url(cose));
    const number = key.get(3);
    const alg = algorithms[String(number)];
    const forms = formsOf(key);
    return {
      algorithm: alg ?? String(number),
      cose,
      ...(forms && {
        jwk: { ...forms.jwk, ...(alg && { alg }) },
        pem: toPem(forms.identifier, forms.subjectPublicKey),
      }),
    };
  } catch {
    return undefined;
  }
}

interface Forms {
  readonly jwk: JsonWebKey;
  readonly identifier: string;
  readonly subjectPublicKey: Bytes;
}

/** The kinds of keys of RFC 9053 §7 and RFC 8230 §4. */
function formsOf(key: Key): Forms | undefined {
  const type = key.get(1);
  if (type === 3) return rsaForms(integer(key, -1), integer(key, -2));
  const curve = curves[String(key.get(-1))];
  if (!curve || curve.type !== type) return undefined;
  const { crv, size, identifier } = curve;
  const x = coordinate(key, -2, size);
  if (type === 1) {
    const jwk = { kty: 'OKP', crv, x: toBase64Url(x) };
    return { jwk, identifier, subjectPublicKey: x };
  }
  const y = coordinate(key, -3, size);
  const jwk = { kty: 'EC', crv, x: toBase64Url(x), y: toBase64Url(y) };
  return { jwk, identifier, subjectPublicKey: join(Uint8Array.of(4), x, y) };
}

function rsaForms(n: Bytes, e: Bytes): Forms {
  const jwk = { kty: 'RSA', n: toBase64Url(n), e: toBase64Url(e) };
  const subjectPublicKey = der(0x30, unsigned(n), unsigned(e));
  return { jwk, identifier: rsaIdentifier, subjectPublicKey };
}

function bytesAt(key: Key, label: number): Bytes {
  const value = key.get(label);
  if (!(value instanceof Uint8Array)) throw new RangeError(`${label}: bytes wanted`);
  return value;
}

function coordinate(key: Key, label: number, size: number): Bytes {
  const bytes = bytesAt(key, label);
  if (bytes.length !== size) throw new RangeError(`${label}: ${size} bytes wanted`);
  return bytes;
}

/** A number of any length, without the zeros that some writers put in front. */
function integer(key: Key, label: number): Bytes {
  const bytes = bytesAt(key, label);
  const start = bytes.findIndex((byte) => byte !== 0);
  if (start < 0) throw new RangeError(`${label}: a number above zero wanted`);
  return bytes.subarray(start);
}

/** One CBOR map of plain values (RFC 8949), and nothing after it. */
function readMap(bytes: Bytes): Key {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const take = (length: number): Bytes => {
    if (at + length > bytes.length) throw new RangeError('cut off');
    return bytes.subarray(at, (at += length));
  };
  const count = (info: number): number => {
    if (info < 24) return info;
    const start = at;
    if (info > 26) throw new RangeError('too long');
    take(2 ** (info - 24));
    if (info === 24) return view.getUint8(start);
    return info === 25 ? view.getUint16(start) : view.getUint32(start);
  };
  const head = (): [kind: number, argument: number] => {
    const first = take(1)[0]!;
    return [first >> 5, count(first & 31)];
  };
  const value = (): Value => {
    const [kind, argument] = head();
    if (kind === 0) return argument;
    if (kind === 1) return -1 - argument;
    if (kind === 2) return take(argument);
    if (kind === 3) return new TextDecoder('utf-8', { fatal: true }).decode(take(argument));
    if (kind === 7 && (argument === 20 || argument === 21)) return argument === 21;
    throw new RangeError('not a plain value');
  };
  const [kind, size] = head();
  if (kind !== 5) throw new RangeError('not a map');
  const map = new Map<Value, Value>();
  for (let left = size; left > 0; left--) map.set(value(), value());
  if (at !== bytes.length || map.size !== size) throw new RangeError('more than one key');
  return map;
}

function toPem(identifier: string, subjectPublicKey: Bytes): string {
  const algorithm = Uint8Array.from(identifier.match(/../g)!, (hex) => parseInt(hex, 16));
  const info = der(0x30, algorithm, der(0x03, Uint8Array.of(0), subjectPublicKey));
  const lines = toBase64(info).match(/.{1,64}/g)!;
  return ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
}

function der(tag: number, ...parts: Bytes[]): Bytes {
  const content = join(...parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return join(Uint8Array.of(tag, ...size), content);
}

/** A leading zero keeps a number from being read as a negative one. */
function unsigned(bytes: Bytes): Bytes {
  return bytes[0]! < 0x80 ? der(0x02, bytes) : der(0x02, Uint8Array.of(0), bytes);
}

function join(...parts: Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function fromBase64Url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function toBase64(bytes: Bytes): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

function toBase64Url(bytes: Bytes): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

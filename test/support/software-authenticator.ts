/** What one answer may do differently from an honest authenticator and browser. */
export interface Overrides {
  /** Origin of the page; the authenticator's own unless said. */
  origin?: unknown;
  crossOrigin?: boolean;
  topOrigin?: string;
  /** `type` in the client data. */
  type?: string;
  challenge?: string;
  /** Members added to the client data. */
  clientData?: Record<string, unknown>;
  /** RP id whose hash is signed. */
  rpId?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  backupEligible?: boolean;
  backedUp?: boolean;
  counter?: number;
  /** User handle in the answer; `null` leaves it out. */
  userHandle?: string | null;
  /** Id of the new passkey; a random one unless said. */
  newId?: string;
  /** Id in the answer, other than the one signed with. */
  id?: string;
  rawId?: string;
  /** Flips a bit of the signature. */
  badSignature?: boolean;
  /** COSE algorithm to make a key for, offered or not. */
  algorithm?: -7 | -257;
  /** Length of the modulus of an RSA key. */
  modulusLength?: number;
  /** Number written into the COSE key in place of the true algorithm. */
  claimedAlgorithm?: number;
  /** Attestation format named; `packed` is self attestation. */
  format?: string;
  /** Bytes in place of the attestation object. */
  attestationObject?: Uint8Array;
  transports?: unknown;
}

/** A passkey in the software authenticator. */
export interface SoftwarePasskey {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly algorithm: -7 | -257;
  readonly keys: CryptoKeyPair;
  counter: number;
}

/** How an authenticator is built. */
export interface AuthenticatorSetup {
  origin?: string;
  aaguid?: string;
  transports?: string[];
  /** Synced passkeys count nothing: their counter stays 0. */
  counts?: boolean;
  backupEligible?: boolean;
  backedUp?: boolean;
  userVerified?: boolean;
}

/** A browser with an authenticator in it that signs for real, in Node and in pages. */
export class SoftwareAuthenticator {
  readonly passkeys: SoftwarePasskey[] = [];
  readonly #setup: Required<AuthenticatorSetup>;

  constructor(setup: AuthenticatorSetup = {}) {
    this.#setup = {
      origin: 'http://localhost',
      aaguid: '00000000-0000-0000-0000-000000000000',
      transports: ['internal'],
      counts: true,
      backupEligible: false,
      backedUp: false,
      userVerified: true,
      ...setup,
    };
  }

  /** Makes a passkey, as `navigator.credentials.create()` and `toJSON()` would. */
  async create(
    options: PublicKeyCredentialCreationOptionsJSON,
    overrides: Overrides = {},
  ): Promise<RegistrationResponseJSON> {
    const offered = options.pubKeyCredParams.map(({ alg }) => alg);
    const algorithm =
      overrides.algorithm ?? ([-7, -257] as const).find((alg) => offered.includes(alg));
    if (algorithm === undefined) throw new DOMException('no common algorithm', 'NotSupportedError');
    const known = this.passkeys.map(({ id }) => id);
    if (options.excludeCredentials?.some(({ id }) => known.includes(id))) {
      throw new DOMException('registered already', 'InvalidStateError');
    }
    const rpId = options.rp.id ?? 'localhost';
    const keys = await generateKeys(algorithm, overrides.modulusLength);
    const rawId =
      overrides.newId === undefined
        ? crypto.getRandomValues(new Uint8Array(32))
        : decode(overrides.newId);
    const id = encode(rawId);
    const passkey: SoftwarePasskey = {
      id,
      rpId,
      userHandle: options.user.id,
      algorithm,
      keys,
      counter: 0,
    };
    const clientData = this.#clientData('webauthn.create', options.challenge, overrides);
    const publicKey = await coseKey(
      keys.publicKey,
      algorithm,
      overrides.claimedAlgorithm ?? algorithm,
    );
    const authenticatorData = concat(
      await this.#header(passkey, overrides, 0x40),
      uuidBytes(this.#setup.aaguid),
      new Uint8Array([0, rawId.length]),
      rawId,
      publicKey,
    );
    const format = overrides.format ?? 'none';
    const statement = new Map<string, unknown>();
    if (format === 'packed') {
      const signature = await signBytes(passkey, authenticatorData, clientData);
      statement
        .set('alg', algorithm)
        .set('sig', overrides.badSignature ? flip(signature) : signature);
    }
    const object = new Map<string, unknown>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', authenticatorData],
    ]);
    this.passkeys.push(passkey);
    return {
      id: overrides.id ?? id,
      rawId: overrides.rawId ?? overrides.id ?? id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: encode(clientData),
        attestationObject: encode(overrides.attestationObject ?? cbor(object)),
        authenticatorData: encode(authenticatorData),
        publicKey: encode(new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey))),
        publicKeyAlgorithm: algorithm,
        transports: (overrides.transports ?? this.#setup.transports) as string[],
      },
    };
  }

  /** Signs in with a passkey, as `navigator.credentials.get()` and `toJSON()` would. */
  async get(
    options: PublicKeyCredentialRequestOptionsJSON,
    overrides: Overrides = {},
    passkey: SoftwarePasskey | undefined = this.#choose(options),
  ): Promise<AuthenticationResponseJSON> {
    if (!passkey) throw new DOMException('no passkey here', 'NotAllowedError');
    if (this.#setup.counts) passkey.counter += 1;
    const clientData = this.#clientData('webauthn.get', options.challenge, overrides);
    const authenticatorData = await this.#header(passkey, overrides, 0);
    const signature = await signBytes(passkey, authenticatorData, clientData);
    const userHandle =
      overrides.userHandle === undefined ? passkey.userHandle : overrides.userHandle;
    return {
      id: overrides.id ?? passkey.id,
      rawId: overrides.rawId ?? overrides.id ?? passkey.id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: encode(clientData),
        authenticatorData: encode(authenticatorData),
        signature: encode(overrides.badSignature ? flip(signature) : signature),
        ...(userHandle !== null && { userHandle }),
      },
    };
  }

  #choose(options: PublicKeyCredentialRequestOptionsJSON): SoftwarePasskey | undefined {
    const wanted = options.allowCredentials?.map(({ id }) => id) ?? [];
    const fits = ({ id, rpId }: SoftwarePasskey) =>
      rpId === options.rpId && (wanted.length === 0 || wanted.includes(id));
    return this.passkeys.findLast(fits);
  }

  #clientData(type: string, challenge: string, overrides: Overrides): Uint8Array<ArrayBuffer> {
    const data = {
      type: overrides.type ?? type,
      challenge: overrides.challenge ?? challenge,
      origin: overrides.origin ?? this.#setup.origin,
      crossOrigin: overrides.crossOrigin ?? false,
      ...(overrides.topOrigin !== undefined && { topOrigin: overrides.topOrigin }),
      ...overrides.clientData,
    };
    return new TextEncoder().encode(JSON.stringify(data));
  }

  async #header(passkey: SoftwarePasskey, overrides: Overrides, more: number): Promise<Uint8Array> {
    const rpId = new TextEncoder().encode(overrides.rpId ?? passkey.rpId);
    const setup = this.#setup;
    const flags =
      ((overrides.userPresent ?? true) ? 0x01 : 0) |
      ((overrides.userVerified ?? setup.userVerified) ? 0x04 : 0) |
      ((overrides.backupEligible ?? setup.backupEligible) ? 0x08 : 0) |
      ((overrides.backedUp ?? setup.backedUp) ? 0x10 : 0) |
      more;
    const tail = new Uint8Array(5);
    tail[0] = flags;
    new DataView(tail.buffer).setUint32(1, overrides.counter ?? passkey.counter);
    return concat(new Uint8Array(await crypto.subtle.digest('SHA-256', rpId)), tail);
  }
}

/** Base64url without padding. */
export const encode = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** Bytes of a base64url text. */
export const decode = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** The CBOR of numbers, texts, bytes, arrays and maps: what WebAuthn uses of it. */
export function cbor(value: unknown): Uint8Array {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return concat(head(3, bytes.length), bytes);
  }
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  if (Array.isArray(value)) return concat(head(4, value.length), ...value.map(cbor));
  if (value instanceof Map) {
    const entries = [...value].flatMap(([key, member]) => [cbor(key), cbor(member)]);
    return concat(head(5, value.size), ...entries);
  }
  throw new TypeError('no CBOR for this');
}

function head(major: number, argument: number): Uint8Array {
  if (argument < 24) return new Uint8Array([(major << 5) | argument]);
  if (argument < 0x100) return new Uint8Array([(major << 5) | 24, argument]);
  if (argument < 0x10000)
    return new Uint8Array([(major << 5) | 25, argument >> 8, argument & 0xff]);
  throw new RangeError('longer than any passkey');
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const uuidBytes = (uuid: string) =>
  Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (digits) => parseInt(digits, 16));

const flip = (bytes: Uint8Array) =>
  bytes.map((byte, index) => (index === bytes.length - 5 ? byte ^ 1 : byte));

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

function generateKeys(algorithm: -7 | -257, modulusLength = 2048): Promise<CryptoKeyPair> {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const parameters = algorithm === -7 ? ecdsa : { ...rsa, modulusLength, publicExponent };
  return crypto.subtle.generateKey(parameters, true, ['sign', 'verify']);
}

async function coseKey(key: CryptoKey, algorithm: -7 | -257, claimed: number): Promise<Uint8Array> {
  const jwk = await crypto.subtle.exportKey('jwk', key);
  const part = (name: 'x' | 'y' | 'n' | 'e') => decode(jwk[name] ?? '');
  const entries: [number, unknown][] =
    algorithm === -7
      ? [
          [1, 2],
          [3, claimed],
          [-1, 1],
          [-2, part('x')],
          [-3, part('y')],
        ]
      : [
          [1, 3],
          [3, claimed],
          [-1, part('n')],
          [-2, part('e')],
        ];
  return cbor(new Map(entries));
}

async function signBytes(
  { algorithm, keys }: SoftwarePasskey,
  authenticatorData: Uint8Array,
  clientData: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', clientData));
  const data = concat(authenticatorData, hash);
  const parameters = algorithm === -7 ? ecdsa : rsa;
  const signature = new Uint8Array(await crypto.subtle.sign(parameters, keys.privateKey, data));
  return algorithm === -7 ? toDer(signature) : signature;
}

// WebCrypto gives r and s side by side; WebAuthn wants them as an ASN.1 sequence.
function toDer(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const parts = [signature.slice(0, half), signature.slice(half)].map((bytes) => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start++;
    const digits = bytes.slice(start);
    const number = digits[0]! & 0x80 ? concat(new Uint8Array([0]), digits) : digits;
    return concat(new Uint8Array([0x02, number.length]), number);
  });
  const body = concat(...parts);
  return concat(new Uint8Array([0x30, body.length]), body);
}

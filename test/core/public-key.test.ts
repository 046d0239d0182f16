import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import { readPublicKey } from '../../src/core/public-key.js';
import seed from '../support/ssojet-credentials.json';
import { decode, encode } from '../support/software-authenticator.ts';

type Entries = readonly (readonly [label: number, value: number | boolean | Uint8Array])[];

/** A CBOR map, with every length in as few bytes as it takes. */
function cose(entries: Entries): string {
  const head = (kind: number, size: number) =>
    size < 24
      ? [(kind << 5) | size]
      : size < 256
        ? [(kind << 5) | 24, size]
        : [(kind << 5) | 25, size >> 8, size & 255];
  const item = (value: number | boolean | Uint8Array): number[] => {
    if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
    if (typeof value !== 'number') return [...head(2, value.length), ...value];
    return value < 0 ? head(1, -1 - value) : head(0, value);
  };
  const body = entries.flatMap(([label, value]) => [...item(label), ...item(value)]);
  return encode(Uint8Array.from([...head(5, entries.length), ...body]));
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const [, body] = pem.match(
    /^-----BEGIN PUBLIC KEY-----\n([\s\S]+)\n-----END PUBLIC KEY-----\n$/,
  )!;
  for (const line of body!.split('\n')) expect(line.length).to.be.within(1, 64);
  return Uint8Array.from(atob(body!.replaceAll('\n', '')), (letter) => letter.charCodeAt(0));
}

const secp256k1: Entries = [
  [1, 2],
  [3, -47],
  [-1, 8],
  [-2, decode('4JY6o2ZBk8-OJ88WognGm1BKkcEn_B2-mr9Yl7VxNAk')],
  [-3, decode('FmITgvoADXsVyCSUcgbZl6dasLQdhTyWidaGC5qIgVM')],
];
const secp256k1Pem = `-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE4JY6o2ZBk8+OJ88WognGm1BKkcEn/B2+
mr9Yl7VxNAkWYhOC+gANexXIJJRyBtmXp1qwtB2FPJaJ1oYLmoiBUw==
-----END PUBLIC KEY-----
`;
const ed448: Entries = [
  [1, 1],
  [3, -53],
  [-1, 7],
  [-2, decode('LmpNtpPGzrp7oI3dMbU6ILxgUumCvjqLeY8FcX4I-HcKOFGpGMQY94i9aHaM_OhrX3ZML7Ily18A')],
];
const ed448Pem = `-----BEGIN PUBLIC KEY-----
MEMwBQYDK2VxAzoALmpNtpPGzrp7oI3dMbU6ILxgUumCvjqLeY8FcX4I+HcKOFGp
GMQY94i9aHaM/OhrX3ZML7Ily18A
-----END PUBLIC KEY-----
`;

const zeros = new Uint8Array(32);
const point = { x: zeros.with(0, 4), y: zeros.with(31, 7) };

describe('a public key', () => {
  const kinds: {
    title: string;
    algorithm: string;
    generate: EcKeyGenParams | RsaHashedKeyGenParams | Algorithm;
    sign: EcdsaParams | Algorithm;
    entries: (part: (name: 'x' | 'y' | 'n' | 'e') => Uint8Array) => Entries;
  }[] = [
    ...(
      [
        ['P-256', 'ES256', -7, 1],
        ['P-384', 'ES384', -35, 2],
        ['P-521', 'ES512', -36, 3],
      ] as const
    ).map(([namedCurve, algorithm, alg, curve]) => ({
      title: namedCurve,
      algorithm,
      generate: { name: 'ECDSA', namedCurve },
      sign: { name: 'ECDSA', hash: 'SHA-256' },
      entries: (part: (name: 'x' | 'y') => Uint8Array): Entries => [
        [1, 2],
        [3, alg],
        [-1, curve],
        [-2, part('x')],
        [-3, part('y')],
      ],
    })),
    {
      title: 'Ed25519',
      algorithm: 'EdDSA',
      generate: { name: 'Ed25519' },
      sign: { name: 'Ed25519' },
      entries: (part) => [
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, part('x')],
      ],
    },
    ...([2048, 4096] as const).map((modulusLength) => ({
      title: `RSA of ${modulusLength} bits`,
      algorithm: 'RS256',
      generate: {
        name: 'RSASSA-PKCS1-v1_5',
        hash: 'SHA-256',
        modulusLength,
        publicExponent: Uint8Array.of(1, 0, 1),
      },
      sign: { name: 'RSASSA-PKCS1-v1_5' },
      entries: (part: (name: 'n' | 'e') => Uint8Array): Entries => [
        [1, 3],
        [3, -257],
        [-1, part('n')],
        [-2, part('e')],
      ],
    })),
  ];
  for (const { title, algorithm, generate, sign, entries } of kinds) {
    it(`${title}: as JWK and as PEM it verifies what the private key signed`, async () => {
      const keys = (await crypto.subtle.generateKey(generate, true, [
        'sign',
        'verify',
      ])) as CryptoKeyPair;
      const jwk = await crypto.subtle.exportKey('jwk', keys.publicKey);
      const text = cose(entries((name) => decode(jwk[name]!)));
      const forms = readPublicKey(text)!;
      expect(forms.algorithm).to.equal(algorithm);
      expect(forms.cose).to.equal(text);

      const data = crypto.getRandomValues(new Uint8Array(40));
      const signature = await crypto.subtle.sign(sign, keys.privateKey, data);
      const imported = [
        await crypto.subtle.importKey('jwk', forms.jwk!, generate, true, ['verify']),
        await crypto.subtle.importKey('spki', derOf(forms.pem!), generate, true, ['verify']),
      ];
      for (const key of imported) {
        expect(await crypto.subtle.verify(sign, key, signature, data)).to.equal(true);
      }
      const spki = new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey));
      expect(derOf(forms.pem!), 'the very bytes the browser writes').to.deep.equal(spki);
    });
  }

  it('SSOJet’s own example, of 272 bytes: the browser takes both forms', async () => {
    const text = seed[0]!.public_key;
    expect(decode(text)).to.have.length(272);
    const { algorithm, jwk, pem } = readPublicKey(text)!;
    expect(algorithm).to.equal('RS256');
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const fromJwk = await crypto.subtle.importKey('jwk', jwk!, rsa, true, ['verify']);
    const fromPem = await crypto.subtle.importKey('spki', derOf(pem!), rsa, true, ['verify']);
    expect((fromPem.algorithm as RsaHashedKeyAlgorithm).modulusLength).to.equal(2048);
    expect(await crypto.subtle.exportKey('jwk', fromPem)).to.deep.equal(
      await crypto.subtle.exportKey('jwk', fromJwk),
    );
  });

  for (const [title, crv, entries, pem] of [
    ['secp256k1', 'secp256k1', secp256k1, secp256k1Pem],
    ['Ed448', 'Ed448', ed448, ed448Pem],
  ] as const) {
    it(`${title}, which no browser knows: as OpenSSL writes it`, () => {
      const forms = readPublicKey(cose(entries))!;
      expect(forms.jwk!.crv).to.equal(crv);
      expect(derOf(forms.pem!)).to.deep.equal(derOf(pem));
    });
  }

  it('zeros in front of an RSA number are left out', () => {
    const n = Uint8Array.of(0, 0, ...decode(readPublicKey(seed[0]!.public_key)!.jwk!.n!));
    const text = cose([
      [1, 3],
      [3, -257],
      [-1, n],
      [-2, Uint8Array.of(0, 1, 0, 1)],
    ]);
    const { jwk, pem } = readPublicKey(seed[0]!.public_key)!;
    expect(readPublicKey(text)).to.deep.include({ jwk, pem });
  });

  it('of a kind that is not known, there is COSE alone, with its number', () => {
    const text = cose([
      [1, 7],
      [3, -48],
      [-1, new Uint8Array(1312)],
    ]);
    expect(readPublicKey(text)).to.deep.equal({ algorithm: '-48', cose: text });
  });

  const good: Entries = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, point.x],
    [-3, point.y],
  ];
  const change = (label: number, value: number | boolean | Uint8Array) =>
    cose(good.map(([key, old]) => [key, key === label ? value : old]));
  for (const [title, text] of [
    ['nothing', ''],
    ['no base64', '!'],
    ['a list', encode(Uint8Array.of(0x80))],
    ['a compressed point', change(-3, true)],
    ['a coordinate that is too short', change(-2, zeros.subarray(1))],
    ['a coordinate that is too long', change(-2, new Uint8Array(33))],
    ['a coordinate that is a number', change(-2, 5)],
    ['a key cut off', encode(decode(cose(good)).subarray(0, 60))],
    ['something after it', encode(Uint8Array.of(...decode(cose(good)), 0))],
    ['a label that comes twice', cose([...good, [-3, point.y]])],
    [
      'an RSA number of zeros',
      cose([
        [1, 3],
        [3, -257],
        [-1, zeros],
        [-2, zeros],
      ]),
    ],
  ] as const) {
    it(`${title} is none`, () => expect(readPublicKey(text)).to.equal(undefined));
  }

  it('whatever the bytes are, it never throws', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 90 }),
      fc
        .tuple(fc.nat(90), fc.nat(255))
        .map(([at, value]) => decode(cose(good)).with(at % decode(cose(good)).length, value)),
    );
    fc.assert(
      fc.property(bytes, (bytes) => {
        const forms = readPublicKey(encode(bytes));
        if (forms) expect(forms.cose).to.equal(encode(bytes));
      }),
      { numRuns: 500 },
    );
  });
});

import type { Core } from './core/core.ts';
import { fromBase64Url, hash, toBase64Url, utf8 } from './core/encoding.ts';
import { verificationFailed } from './core/errors.ts';

const rs256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const newKey = { ...rs256, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };

/** A public key as JWKS documents list it. */
export interface PublicJwk extends JsonWebKey {
  readonly kid: string;
}

/** A key that signs tokens; all instances over one database have the same. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: PublicJwk;
}

/** What a token may claim. */
export type Claims = Readonly<Record<string, unknown>>;

/** The signing key of that name, made when it is first asked for. */
export async function readSigningKey(core: Core, name: string): Promise<SigningKey> {
  const jwk = (await findKey(core, name)) ?? (await makeKey(core, name));
  const { n, e } = jwk as Required<JsonWebKey>;
  const kid = (await hash(n)).slice(0, 16);
  return {
    privateKey: await crypto.subtle.importKey('jwk', jwk, rs256, false, ['sign']),
    publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e },
  };
}

async function findKey(core: Core, name: string): Promise<JsonWebKey | undefined> {
  const row = await core.database
    .selectFrom('settings')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst();
  return row && (JSON.parse(new TextDecoder().decode(row.value)) as JsonWebKey);
}

async function makeKey(core: Core, name: string): Promise<JsonWebKey> {
  const { privateKey } = await crypto.subtle.generateKey(newKey, true, ['sign', 'verify']);
  const value = utf8(JSON.stringify(await crypto.subtle.exportKey('jwk', privateKey)));
  // Of two instances that start together, the first one's key is everybody's.
  await core.database
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return (await findKey(core, name))!;
}

/** A signed token (RS256). */
export async function signToken(key: SigningKey, claims: Claims): Promise<string> {
  const header = { alg: 'RS256', typ: 'JWT', kid: key.publicJwk.kid };
  const signed = [header, claims].map((part) => toBase64Url(utf8(JSON.stringify(part)))).join('.');
  const signature = await crypto.subtle.sign(rs256, key.privateKey, utf8(signed));
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
}

/** The claims of a token signed with one of these keys for this audience and not yet expired. */
export async function verifyToken(
  token: string,
  keys: readonly PublicJwk[],
  { audience, now }: { readonly audience: string; readonly now: Date },
): Promise<Claims> {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  const { alg, kid } = readPart(header);
  const jwk = keys.find((key) => key.kid === kid);
  // The algorithm is ours to choose, never the token's.
  if (more.length > 0 || alg !== 'RS256' || !jwk) throw verificationFailed('foreign token');
  const { kty, n, e } = jwk as Required<JsonWebKey>;
  const key = await crypto.subtle.importKey('jwk', { kty, n, e }, rs256, false, ['verify']);
  const signed = utf8(`${header}.${payload}`);
  if (!(await crypto.subtle.verify(rs256, key, bytesOf(signature), signed)))
    throw verificationFailed('bad signature of a token');
  const claims = readPart(payload);
  if (![claims['aud']].flat().includes(audience))
    throw verificationFailed('token for somebody else');
  if (typeof claims['exp'] !== 'number' || claims['exp'] * 1000 <= now.getTime())
    throw verificationFailed('expired token');
  return claims;
}

function readPart(part: string): Claims {
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytesOf(part)));
    if (typeof claims === 'object' && claims !== null) return claims as Claims;
  } catch {
    // Refused below like any other nonsense.
  }
  throw verificationFailed('malformed token');
}

function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64Url(part);
  } catch {
    throw verificationFailed('malformed token');
  }
}

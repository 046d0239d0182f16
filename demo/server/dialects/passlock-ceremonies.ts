import * as v from 'valibot';
import { verificationFailed, Refusal } from '../core/errors.ts';
import type { Binding, Core } from '../core/core.ts';
import { newId } from '../core/encoding.ts';
import { nameInRealm } from '../core/names.ts';
import type { AppContext } from '../http.ts';
import { readSigningKey, signToken } from '../jwt.ts';
import { json } from './passlock-answers.ts';
import {
  findPasskeys,
  issueToken,
  type PasslockPasskey,
  type UserVerification,
} from './passlock-store.ts';

/** How a request says which tenancy it is for, and how many of them there may be. */
export interface Access {
  /** The tenancy a page names. */
  tenancyOf(c: AppContext): { readonly id: string };
  /** The tenancy whose key the request has. */
  requireKey(c: AppContext): string;
  /** Refuses a visitor who tries too often. */
  limitTries(c: AppContext): Promise<void>;
}

/** What bodies of several requests have in common. */
export const fields = {
  // The database has no word for U+0000, and knows half a character from no other half.
  text: v.pipe(v.string(), v.maxLength(256), v.regex(/^[^\p{Cc}\p{Cs}]+$/u)),
  token: v.pipe(v.string(), v.maxLength(256)),
  rpId: v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,253}$/)),
};

/** Passkeys by their ids, as a list. */
export const ids = v.optional(v.pipe(v.array(fields.text), v.maxLength(64)));

/** What a request may ask of the ceremony. */
export const options = {
  userVerification: v.optional(v.picklist(['required', 'preferred', 'discouraged'])),
  timeout: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600_000))),
};

/** Tells the page that it worked, with a code for the customer's server. */
export async function succeed(
  core: Core,
  c: AppContext,
  tag: string,
  passkey: PasslockPasskey,
  userVerified: boolean,
): Promise<Response> {
  const { tenancy, owner, id } = passkey;
  const userAgent = c.req.header('user-agent') ?? '';
  const payload = { passkeyId: id, userVerified, userAgent };
  const { token, expiresAt } = await issueToken(core, tenancy, 'code', payload);
  const idToken = await signToken(await readSigningKey(core, 'passlock-key'), {
    jti: newId(),
    iss: 'passlock.dev',
    aud: tenancy,
    sub: owner,
    iat: Math.floor(core.now().getTime() / 1000),
    exp: Math.floor(expiresAt.getTime() / 1000),
    'a:id': id,
    'a:typ': 'passkey',
    'pk:uv': userVerified,
  });
  const principal = { authenticatorId: id, userId: owner };
  return json(c, { _tag: tag, principal, id_token: idToken, code: token });
}

const realmOf = (tenancy: string) => `passlock:${tenancy}`;

/** Whom ceremonies of a tenancy belong to; its users are apart from those of all others. */
export const bindingOf = (tenancy: string): Binding => ({
  client: `passlock:${tenancy}`,
  browser: '',
  realm: realmOf(tenancy),
});

/** How the account of a user of a tenancy is called among all accounts. */
export const accountOf = (tenancy: string, owner: string) => nameInRealm(realmOf(tenancy), owner);

/** Refuses a request for another site than ours. */
export function checkRpId(core: Core, rpId: string): void {
  if (rpId !== core.rpId) throw new Refusal('invalid-input', 'This is not our relying party.');
}

/** Whether the person was verified; refuses where that was asked for and did not happen. */
export function requireFlag(wanted: UserVerification | undefined, read: () => Uint8Array): boolean {
  let flags = 0;
  try {
    flags = read()[32] ?? 0;
  } catch {
    throw verificationFailed('malformed authenticator data');
  }
  const userVerified = (flags & 0x04) !== 0;
  if (wanted === 'required' && !userVerified) throw verificationFailed('user not verified');
  return userVerified;
}

/** Passkeys as the browser wants them named. */
export async function descriptors(core: Core, tenancy: string, ids: readonly string[]) {
  const passkeys = await findPasskeys(core, tenancy, ids);
  return passkeys.map(({ credential_id: id, transports }) => ({
    id,
    type: 'public-key',
    transports: JSON.parse(transports) as string[],
  }));
}

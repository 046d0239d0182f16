import { userHandle } from '../core/credentials.ts';
import type { Core } from '../core/core.ts';
import { toBase64Url } from '../core/encoding.ts';
import { Refusal, type RefusalCode } from '../core/errors.ts';
import { providerName } from '../core/providers.ts';
import type { AppContext } from '../http.ts';
import { findPasskey, type PasslockPasskey } from './passlock-store.ts';

const tags: Readonly<Record<RefusalCode, string>> = {
  'invalid-input': 'BadRequest',
  'challenge-expired': 'BadRequest',
  'verification-failed': 'BadRequest',
  unauthorized: 'Unauthorized',
  forbidden: 'Forbidden',
  'reauth-required': 'Forbidden',
  'not-found': 'NotFound',
  'unknown-credential': 'PasskeyNotFound',
  'already-registered': 'BadRequest',
  'last-passkey': 'BadRequest',
  conflict: 'BadRequest',
  'rate-limited': 'RateLimited',
  'server-error': 'Server',
};

/** The statuses this dialect answers with; any other is a 400. */
export const statuses = {
  400: 400,
  401: 401,
  403: 403,
  404: 404,
  429: 429,
  500: 500,
  503: 503,
} as const;

/** A refusal with a word or members of the vendor's that the core does not know. */
export class PasslockRefusal extends Refusal {
  readonly tag: string;
  readonly members: object;

  constructor(code: RefusalCode, message: string, tag: string, members = {}) {
    super(code, message, { status: code === 'unknown-credential' ? 400 : undefined });
    this.tag = tag;
    this.members = members;
  }
}

/** What is said of a refusal. */
export function describe(refusal: Refusal): object {
  const { code, message, retryAfter } = refusal;
  const own = refusal instanceof PasslockRefusal ? refusal : undefined;
  const _tag = `@error/${own?.tag ?? tags[code]}`;
  if (code === 'unauthorized' || code === 'forbidden') return { _tag };
  return { _tag, message, ...own?.members, ...(retryAfter && { retryAfterSeconds: retryAfter }) };
}

/** Refuses a token that is good no longer, or never was. */
export function usedUp(): never {
  throw new Refusal('challenge-expired', 'This token is not known, was used, or has expired.');
}

/** The WebAuthn user handle that a passkey was made with. */
export const handleOf = (passkey: PasslockPasskey) => userHandle({ id: passkey.user_id });

/** One passkey of a tenancy, which must be there. */
export async function requirePasskey(
  core: Core,
  tenancy: string,
  id: string,
): Promise<PasslockPasskey> {
  const passkey = await findPasskey(core, tenancy, id);
  if (!passkey) throw new Refusal('not-found', 'Passkey not found');
  return passkey;
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** A passkey as lists show it; times are in seconds. */
export const summary = (passkey: PasslockPasskey) => ({
  _tag: 'PasskeySummary',
  id: passkey.id,
  userId: passkey.owner,
  enabled: true,
  credential: { id: passkey.credential_id, userId: handleOf(passkey) },
  createdAt: seconds(passkey.created_at),
  lastUsed: passkey.last_used_at ? seconds(passkey.last_used_at) : undefined,
});

/** A passkey with all there is to tell. */
export function record(c: AppContext, passkey: PasslockPasskey) {
  const { aaguid } = passkey;
  const name = providerName(aaguid);
  const [base] = c.req.url.split(/(?:\/v2)?\/[^/]+\/(?:passkeys|users|principal)/);
  return {
    ...summary(passkey),
    _tag: 'Passkey',
    credential: {
      id: passkey.credential_id,
      userId: handleOf(passkey),
      username: passkey.username,
      aaguid: aaguid ?? '00000000-0000-0000-0000-000000000000',
      backedUp: passkey.backed_up,
      counter: passkey.sign_count,
      deviceType: passkey.backup_eligible ? 'multiDevice' : 'singleDevice',
      transports: JSON.parse(passkey.transports) as string[],
      publicKey: toBase64Url(passkey.public_key),
      rpId: passkey.rp_id,
    },
    ...(name && { platform: { name, icon: `${base}/aaguid/${aaguid}/icon.svg` } }),
    updatedAt: seconds(passkey.updated_at ?? passkey.created_at),
  };
}

/** JSON of the only type that the vendor's own client takes for it: without a charset. */
export const json = (
  c: AppContext,
  value: object,
  status: 200 | 202 | 400 | 401 | 403 | 404 | 429 | 500 | 503 = 200,
) => c.body(JSON.stringify(value), status, { 'Content-Type': 'application/json' });

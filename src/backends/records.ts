import { toDate } from '../core/dates.js';
import { asObject } from '../core/options.js';
import { hint, PasskeyError } from '../core/errors.js';
import type { Passkey, PasskeyFields } from '../core/passkey.js';

/** One foreign record, any field of which may be missing or odd. */
export type ForeignRecord = { readonly [field: string]: unknown };

/** JSON as a record to look into; whatever is none has no fields. */
export const asRecord: (json: unknown) => ForeignRecord = asObject;

/** Text that says something. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

/** The text that an answer must have under a name. */
export function readText(json: unknown, name: string): string {
  const text = asText(asRecord(json)[name]);
  if (text === undefined) throw new PasskeyError('bad-response', hint`${name}: must be text`);
  return text;
}

/** The tokens of an answer as OAuth writes it; it tells their life in seconds, some also their end. */
export function tokensIn(record: ForeignRecord, accessToken = readText(record, 'access_token')) {
  return {
    kind: 'tokens',
    accessToken,
    refreshToken: asText(record.refresh_token),
    idToken: asText(record.id_token),
    tokenType: asText(record.token_type),
    expiresAt:
      toDate(record.expires_at) ?? toDate(Date.now() + Number(record.expires_in || NaN) * 1000),
  } as const;
}

/** Which field of ours is which of theirs; a backend with our names needs none. */
export type FieldsOf = (record: ForeignRecord) => PasskeyFields;

const sameFields: FieldsOf = (record) => record;

/** Nobody needs it to sign in. */
const reading = () => import('./passkey-records.js');

/** The passkey in an answer that must hold one. */
export async function readPasskey(json: unknown, fieldsOf = sameFields): Promise<Passkey> {
  return (await reading()).readPasskey(json, fieldsOf);
}

/** The passkeys of an answer, and whether they are all of them. */
export async function readPasskeys(
  json: unknown,
  fieldsOf = sameFields,
): Promise<{ passkeys: readonly Passkey[]; complete: boolean }> {
  return (await reading()).readPasskeys(json, fieldsOf);
}

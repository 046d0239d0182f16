import { PasskeyError } from '../core/errors.js';
import type { Passkey, PasskeyFields } from '../core/passkey.js';

/** One foreign record, any field of which may be missing or odd. */
export type ForeignRecord = { readonly [field: string]: unknown };

/** JSON as a record to look into; whatever is none has no fields. */
export function asRecord(json: unknown): ForeignRecord {
  return typeof json === 'object' && json !== null ? (json as ForeignRecord) : {};
}

/** Text that says something. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text that an answer must have under a name. */
export function readText(json: unknown, name: string): string {
  const text = asText(asRecord(json)[name]);
  if (text === undefined) throw new PasskeyError('bad-response', `${name}: must be text`);
  return text;
}

/** Which field of ours is which of theirs; a backend with our names needs none. */
type FieldsOf = (record: ForeignRecord) => PasskeyFields;

const sameFields: FieldsOf = (record) => record;

/** The passkey in an answer that must hold one. */
export async function readPasskey(json: unknown, fieldsOf = sameFields): Promise<Passkey> {
  const { toPasskey } = await import('../core/passkey.js'); // nobody needs it to sign in
  const passkey = toPasskey(fieldsOf(asRecord(json)));
  if (passkey) return passkey;
  throw new PasskeyError('bad-response', 'the passkey has no id');
}

/**
 * The passkeys of an answer: a list, or a record with one under a usual name.
 * One without an id makes the list incomplete, so that it is never signalled as all there is.
 */
export async function readPasskeys(
  json: unknown,
  fieldsOf = sameFields,
): Promise<{ passkeys: readonly Passkey[]; complete: boolean }> {
  const { toPasskey } = await import('../core/passkey.js');
  const { credentials, data, passkeys: listed } = asRecord(json);
  const records = [json, credentials, data, listed].find((value) => Array.isArray(value));
  if (!records) throw new PasskeyError('bad-response', 'no list of passkeys');
  const passkeys = records.flatMap((record) => toPasskey(fieldsOf(asRecord(record))) ?? []);
  return { passkeys, complete: passkeys.length === records.length };
}

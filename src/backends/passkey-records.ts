import { hint, PasskeyError } from '../core/errors.js';
import { toPasskey, type Passkey } from '../core/passkey.js';
import { asRecord, type FieldsOf } from './records.js';

/** The passkey in an answer that must hold one. */
export function readPasskey(json: unknown, fieldsOf: FieldsOf): Passkey {
  const passkey = toPasskey(fieldsOf(asRecord(json)));
  if (passkey) return passkey;
  throw new PasskeyError('bad-response', hint`the passkey has no id`);
}

/**
 * The passkeys of an answer: a list, or a record with one under a usual name.
 * One without an id makes the list incomplete, so that it is never signalled as all there is.
 */
export function readPasskeys(
  json: unknown,
  fieldsOf: FieldsOf,
): { passkeys: readonly Passkey[]; complete: boolean } {
  const { credentials, data, passkeys: listed } = asRecord(json);
  const records = [json, credentials, data, listed].find((value) => Array.isArray(value));
  if (!records) throw new PasskeyError('bad-response', hint`no list of passkeys`);
  const passkeys = records.flatMap((record) => toPasskey(fieldsOf(asRecord(record))) ?? []);
  return { passkeys, complete: passkeys.length === records.length };
}

import type { RegistrationResult } from '../core/backend.js';
import type { PasskeyFields } from '../core/passkey.js';
import { readPasskey, readPasskeys } from './passkey-records.js';
import { asRecord, type ForeignRecord } from './records.js';

/** Some servers ask for this device only. */
export function withAnyAuthenticator(json: unknown): object {
  const options = asRecord(asRecord(json).publicKey);
  const selection = asRecord(options.authenticatorSelection);
  return {
    ...options,
    authenticatorSelection: { ...selection, authenticatorAttachment: undefined },
  };
}

export function readRegistered(json: unknown): RegistrationResult {
  return asRecord(json).public_key ? { passkey: readPasskey(json, fieldsOf) } : {};
}

export function readList(json: unknown) {
  return readPasskeys(json, fieldsOf);
}

/** Casing as on the wire; the older API of the same family writes all of it in lower case. */
function fieldsOf(record: ForeignRecord): PasskeyFields {
  return {
    id: record.id,
    credentialId: record.id,
    name: record.Name ?? record.name,
    aaguid: record.aaguid,
    createdAt: record.CreatedAt ?? record.created_at,
    updatedAt: record.UpdatedAt ?? record.updated_at,
    lastUsedAt: record.LastUsedAt ?? record.last_used_at,
    transports: record.transports,
    backupEligible: record.backup_eligible,
    synced: record.backup_state,
    signCount: record.SignCount ?? record.sign_count,
    publicKey: record.public_key,
  };
}

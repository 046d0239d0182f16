import { toBase64Url } from './base64url.js';
import { toDate } from './dates.js';

/** A passkey as every backend's record reads here. What a backend does not tell is absent. */
export interface Passkey {
  /** The backend's handle, for `get`, `rename` and `remove`. */
  readonly id: string;
  /** WebAuthn credential id, base64url. */
  readonly credentialId?: string;
  /** The name the person gave it. */
  readonly name?: string;
  /** Where it is stored, as the backend knows it. */
  readonly provider?: { readonly name: string; readonly icon?: string };
  /** Lower-case UUID of the authenticator model; a hint, not proof. */
  readonly aaguid?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
  readonly lastUsedAt?: Date;
  readonly transports: readonly string[];
  /** Whether a copy exists beside this device (the backup state flag). */
  readonly synced?: boolean;
  /** Whether it may be copied to other devices at all (the backup eligibility flag). */
  readonly backupEligible?: boolean;
  readonly deviceType?: 'single-device' | 'multi-device';
  readonly signCount?: number;
  /** COSE public key, base64url. */
  readonly publicKey?: string;
  readonly enabled: boolean;
  readonly rpId?: string;
  /** WebAuthn user handle, base64url. */
  readonly userHandle?: string;
  readonly userId?: string;
  /** The account name shown by the authenticator. */
  readonly username?: string;
}

/** A foreign record, field by field, before any of it is trusted. */
export type PasskeyFields = { readonly [field in keyof Passkey]?: unknown };

/**
 * Reads a foreign record. Odd values become absent; only a missing `id` makes it `undefined`.
 * The rules are those of the backend contracts, §2.2.
 */
export function toPasskey(fields: PasskeyFields): Passkey | undefined {
  const id = typeof fields.id === 'number' ? String(fields.id) : toText(fields.id);
  if (!id) return undefined;
  const deviceType = toDeviceType(fields.deviceType);
  const backupEligible =
    toBoolean(fields.backupEligible) ?? (deviceType ? deviceType === 'multi-device' : undefined);
  return withoutAbsent({
    id,
    credentialId: toBase64Url(fields.credentialId),
    name: toText(fields.name),
    provider: toProvider(fields.provider),
    aaguid: toAaguid(fields.aaguid),
    createdAt: toDate(fields.createdAt),
    updatedAt: toDate(fields.updatedAt),
    lastUsedAt: toDate(fields.lastUsedAt),
    transports: toTransports(fields.transports),
    synced: toBoolean(fields.synced),
    backupEligible,
    deviceType: deviceType ?? deviceTypeOf(backupEligible),
    signCount: Number.isSafeInteger(fields.signCount) ? (fields.signCount as number) : undefined,
    publicKey: toBase64Url(fields.publicKey),
    enabled: toBoolean(fields.enabled) ?? true,
    rpId: toText(fields.rpId),
    userHandle: toBase64Url(fields.userHandle),
    userId: toText(fields.userId),
    username: toText(fields.username),
  });
}

/** The authenticator model as a lower-case UUID; all zero, or anything that is no UUID, is absent. */
export function toAaguid(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const hex = /^[\w+/-]{22}(==)?$/.test(value)
    ? hexOf(value)
    : value.toLowerCase().replace(/^(.{8})-(.{4})-(.{4})-(.{4})-(.{12})$/, '$1$2$3$4$5');
  if (!/^[\da-f]{32}$/.test(hex) || /^0+$/.test(hex)) return undefined;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function hexOf(base64: string): string {
  const binary = atob(base64.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'));
  return Array.from(binary, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function toTransports(value: unknown): readonly string[] {
  const list: readonly unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return list.map((item) => String(item).trim()).filter(Boolean);
}

function toDeviceType(value: unknown): Passkey['deviceType'] {
  if (value === 'multiDevice' || value === 'multi-device') return 'multi-device';
  if (value === 'singleDevice' || value === 'single-device') return 'single-device';
  return undefined;
}

function deviceTypeOf(backupEligible: boolean | undefined): Passkey['deviceType'] {
  if (backupEligible === undefined) return undefined;
  return backupEligible ? 'multi-device' : 'single-device';
}

function toProvider(value: unknown): Passkey['provider'] {
  const { name, icon } = (value ?? {}) as { name?: unknown; icon?: unknown };
  const text = toText(name);
  return text === undefined ? undefined : withoutAbsent({ name: text, icon: toText(icon) });
}

function withoutAbsent<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

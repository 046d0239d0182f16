import { traitsOf, type PasskeyBackend } from './backend.js';
import { operation } from './management.js';
import type { Passkey } from './passkey.js';

/** Renames a passkey and gives its record as it is now. Rejects with a `PasskeyError`. */
export async function renamePasskey(
  backend: PasskeyBackend,
  passkey: Passkey,
  name: string,
  signal: AbortSignal,
): Promise<Passkey> {
  const renamed = await operation(backend, 'rename')({ id: passkey.id, name }, signal);
  return renamed ?? { ...passkey, name, updatedAt: new Date() };
}

/** What is wrong with a name for a passkey, if anything. The server repeats the check. */
export function nameFault(
  name: string,
  backend: PasskeyBackend,
): 'empty' | 'too-long' | 'invalid' | undefined {
  if (/^[\p{C}\p{Z}]*$/u.test(name)) return 'empty';
  if ([...name.trim()].length > nameLimit(backend)) return 'too-long';
  return /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(name) ? 'invalid' : undefined;
}

/** How long a name may be, in Unicode code points. */
export function nameLimit(backend: PasskeyBackend): number {
  return traitsOf(backend).maxNameLength ?? 64;
}

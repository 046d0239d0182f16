import type { PasskeyBackend, PasskeyList } from './backend.js';
import { hint, PasskeyError } from './errors.js';

/**
 * The person's passkeys, each once. Rejects with a `PasskeyError`.
 * A list that names one twice is no longer taken for complete: it may have lost another.
 */
export async function listPasskeys(
  backend: PasskeyBackend,
  signal: AbortSignal,
): Promise<PasskeyList & { readonly repeated: number }> {
  const list = await operation(backend, 'list')(signal);
  const byId = new Map(list.passkeys.map((passkey) => [passkey.id, passkey]));
  const repeated = list.passkeys.length - byId.size;
  return {
    ...list,
    passkeys: [...byId.values()],
    complete: list.complete && repeated === 0,
    repeated,
  };
}

type Operations = NonNullable<PasskeyBackend['passkeys']>;

/** What the backend does with passkeys, by name. Throws where it has no such operation. */
export function operation<Name extends keyof Operations>(
  backend: PasskeyBackend,
  name: Name,
): NonNullable<Operations[Name]> {
  const operations = backend.passkeys;
  const found = operations?.[name];
  if (!found) throw new PasskeyError('unsupported', hint`This backend has no passkeys.${name}.`);
  return found.bind(operations) as NonNullable<Operations[Name]>;
}

import { hint, PasskeyError } from '../core/errors.js';

/** A module that cannot be loaded is a connection that does not work. */
export function unreachable(cause: unknown): never {
  throw new PasskeyError('network', hint`A module of passkey-elements could not be loaded.`, {
    cause,
  });
}

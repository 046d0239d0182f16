import { isMadeHere } from '../core/made-here.js';
import type { Passkey } from '../core/passkey.js';

export { signalAccountName, signalList } from '../core/webauthn-accepted.js';

/** What the list alone does not tell of a passkey, so that people recognise theirs. */
export interface Recognition {
  providerOf(aaguid: string): string | undefined;
  /** Which of those that are called the same, by age: 1, 2, … */
  numberOf(passkey: Passkey, among: readonly Passkey[]): number;
  /** Whether it was made on this device. */
  isHere(passkey: Passkey): boolean;
}

/** Follows each reading of the list: what helps to recognise these is loaded. */
export async function recognise(
  passkeys: readonly Passkey[],
  nameOf: (passkey: Passkey) => string | undefined,
): Promise<Recognition> {
  /** Counted once per list. */
  const numbers = new WeakMap<readonly Passkey[], ReadonlyMap<string, number>>();
  const unnamed = passkeys.some(({ provider, aaguid }) => aaguid && !provider);
  // Without the names a passkey is called a passkey.
  const names = unnamed && (await import('../core/provider-names.js').catch(() => undefined));
  return {
    providerOf: (aaguid) => (names ? names.providerName(aaguid) : undefined),
    numberOf: ({ id }, among) => {
      const known = numbers.get(among) ?? count(among, nameOf);
      numbers.set(among, known);
      return known.get(id) ?? 1;
    },
    isHere: ({ credentialId }) => isMadeHere(credentialId),
  };
}

function count(
  passkeys: readonly Passkey[],
  nameOf: (passkey: Passkey) => string | undefined,
): ReadonlyMap<string, number> {
  const age = ({ createdAt }: Passkey) => Number(createdAt ?? 0);
  const counts = new Map<string | undefined, number>();
  const numbers = new Map<string, number>();
  for (const passkey of [...passkeys].sort((a, b) => age(a) - age(b))) {
    const name = nameOf(passkey);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    numbers.set(passkey.id, counts.get(name)!);
  }
  return numbers;
}

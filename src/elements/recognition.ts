import { isMadeHere } from '../core/made-here.js';
import type { Passkey } from '../core/passkey.js';

export { signalAccountName, signalList } from '../core/webauthn-accepted.js';

/** What the list alone does not tell of a passkey, so that people recognise theirs. */
export interface Recognition {
  providerOf(aaguid: string): string | undefined;
  /** Which of those that are called the same: 1, 2, … */
  numberOf(passkey: Passkey, among: readonly Passkey[]): number;
  /** As they are on screen. */
  readonly numbers: Numbers;
  /** Whether it was made on this device. */
  isHere(passkey: Passkey): boolean;
}

type NameOf = (passkey: Passkey) => string;

/** By id: what a passkey is called, where it has a name at all, and which of those it is. */
type Numbers = ReadonlyMap<string, { readonly name: string | undefined; readonly number: number }>;

/** Follows each reading of the list: what helps to recognise these is loaded. */
export async function recognise(
  passkeys: readonly Passkey[],
  list: { nameOf: NameOf },
  before?: Recognition,
): Promise<Recognition> {
  let numbers: Numbers = before?.numbers ?? new Map();
  let counted: readonly Passkey[] | undefined;
  const unnamed = passkeys.some(({ provider, aaguid }) => aaguid && !provider);
  // Without the names a passkey is called a passkey.
  const names = unnamed && (await import('../core/provider-names.js').catch(() => undefined));
  return {
    providerOf: (aaguid) => (names ? names.providerName(aaguid) : undefined),
    numberOf: ({ id }, among) => {
      if (among !== counted) numbers = count(among, (passkey) => list.nameOf(passkey), numbers);
      counted = among;
      return numbers.get(id)?.number ?? 1;
    },
    isHere: ({ credentialId }) => isMadeHere(credentialId),
    get numbers() {
      return numbers;
    },
  };
}

/**
 * By age; but who has a number on screen keeps it: with the first of two gone, the other must not be
 * called as that was.
 */
function count(passkeys: readonly Passkey[], nameOf: NameOf, known: Numbers): Numbers {
  const age = ({ createdAt }: Passkey) => Number(createdAt ?? 0);
  const taken = new Map<string, Set<number>>();
  const numbers = new Map(known);
  const called = new Set(passkeys.map(nameOf));
  const unnamed = nameOf({ id: '', transports: [], enabled: true }); // another word in each language
  // Somebody may have named another one just so.
  const isFree = (name: string, number: number) =>
    number === 1 || !called.has(`${name} (${number})`);
  const give = (id: string, name: string, number: number) => {
    numbers.set(id, { name: name === unnamed ? undefined : name, number });
    taken.set(name, (taken.get(name) ?? new Set()).add(number));
  };
  const others = [...passkeys]
    .sort((a, b) => age(a) - age(b))
    .filter((passkey) => {
      const name = nameOf(passkey);
      const kept = known.get(passkey.id);
      if (!kept || (kept.name ?? unnamed) !== name) return true;
      if (taken.get(name)?.has(kept.number)) return true;
      if (!isFree(name, kept.number)) return true;
      give(passkey.id, name, kept.number);
      return false;
    });
  for (const passkey of others) {
    const name = nameOf(passkey);
    let number = Math.max(0, ...(taken.get(name) ?? [])) + 1;
    while (!isFree(name, number)) number++;
    give(passkey.id, name, number);
  }
  return numbers;
}

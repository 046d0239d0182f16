import { Refusal } from './errors.ts';
import { policy } from './policy.ts';

// Control characters, line separators, lone surrogates, and the bidirectional overrides that can
// make one name read as another.
const forbidden = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const visible = /[^\p{C}\p{Z}]/u;
const mailAddress = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+\.[^\s@"(),:;<>[\]\\]+$/u;

/** A name as it is stored: NFC, trimmed, 1 to 64 code points, nothing that disturbs a page. */
export function normalizeName(name: string): string {
  const normal = name.length > 1024 ? '' : name.normalize('NFC').trim();
  if (
    [...normal].length > policy.maxNameLength ||
    !visible.test(normal) ||
    forbidden.test(normal)
  ) {
    throw new Refusal('invalid-input', 'A name has 1 to 64 characters and no control characters.');
  }
  return normal;
}

/** How an account is called whose owner proved no address; no address has a colon. */
export const nameInRealm = (realm: string, name: string): string => `${realm}:${name}`;

/** Whether an account is one of a realm, or without a realm one that is named by an address. */
export const isInRealm = (identifier: string, realm: string | undefined): boolean =>
  realm === undefined ? !identifier.includes(':') : identifier.startsWith(nameInRealm(realm, ''));

/** An e-mail address as it names an account: NFC, trimmed, lower case, its domain as mail programs read it. */
export function normalizeIdentifier(identifier: string): string {
  const tooLong = identifier.length > 2 * policy.maxIdentifierLength;
  const typed = tooLong ? '' : identifier.normalize('NFC').trim().toLowerCase().normalize('NFC');
  const normal = typed.replace(/(?<=@)[^@]*$/, readDomain);
  const fits = normal.length > 0 && normal.length <= policy.maxIdentifierLength;
  if (!fits || forbidden.test(typed) || !mailAddress.test(normal)) {
    throw new Refusal(
      'invalid-input',
      'An identifier is an e-mail address of at most 254 characters.',
    );
  }
  return normal;
}

// UTS #46: wide or circled letters are letters, the ideographic full stop is one, and what is not seen is
// not there. But the two joiners make another domain, as Persian and Sinhala spell some.
const readDomain = (domain: string): string =>
  domain
    .normalize('NFKC')
    .replaceAll('\u3002', '.')
    .replace(/(?![\u200C\u200D])\p{DI}/gu, '')
    .toLowerCase()
    .normalize('NFC');

import { fileURLToPath } from 'node:url';
import type { AppOptions } from './app.ts';

/** What the environment says about how the server is to run. */
export interface Settings {
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly origins: readonly string[];
  readonly rpId: string;
  readonly clientIds: readonly string[];
  readonly trustedProxies: number;
  readonly handoff: boolean;
  /** In seconds. */
  readonly restorableFor: number;
  readonly proxies: NonNullable<AppOptions['proxies']>;
}

/** A fault of the set-up that one sentence explains. */
export class SettingsError extends Error {}

/** One variable of the environment; an empty one is an absent one. */
interface Variable {
  readonly name: string;
  readonly text: string | undefined;
}

/** Reads the settings from the environment. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const variable = (name: string): Variable => ({
    name,
    text: environment[name]?.trim() || undefined,
  });
  const passlock = together(variable('PASSLOCK_TENANCY_ID'), variable('PASSLOCK_API_KEY'));
  const hanko = together(variable('HANKO_TENANT_ID'), variable('HANKO_API_KEY'));
  return {
    port: wholeNumber(variable('PORT'), { standard: 4321, most: 65_535 }),
    databaseUrl: url(variable('DATABASE_URL'), ['postgres:', 'postgresql:']),
    dataFolder: variable('DATA_DIR').text ?? fileURLToPath(new URL('../data', import.meta.url)),
    smtpUrl: url(variable('SMTP_URL'), ['smtp:', 'smtps:']),
    mailFrom: variable('MAIL_FROM').text ?? 'Passkey demo <demo@localhost>',
    origins: list(variable('ORIGINS'), 'http://localhost:*').map(checkOrigin),
    rpId: variable('RP_ID').text ?? 'localhost',
    clientIds: list(variable('CLIENT_IDS'), 'demo'),
    trustedProxies: wholeNumber(variable('TRUSTED_PROXIES'), { standard: 0, most: 9 }),
    handoff: wholeNumber(variable('HANDOFF'), { standard: 0, most: 1 }) === 1,
    restorableFor: wholeNumber(variable('RESTORABLE_FOR'), { standard: 0, most: 600 }),
    proxies: {
      passlock: passlock && {
        tenancyId: passlock[0],
        apiKey: passlock[1],
        apiVersion: oneOf(variable('PASSLOCK_API_VERSION'), ['v1', 'v2']),
        endpoint: upstream(variable('PASSLOCK_ENDPOINT')),
      },
      hanko: hanko && {
        tenantId: hanko[0],
        apiKey: hanko[1],
        endpoint: upstream(variable('HANKO_ENDPOINT')),
      },
    },
  };
}

/** What belongs together: both, or neither. */
function together(one: Variable, other: Variable): readonly [string, string] | undefined {
  if (one.text !== undefined && other.text !== undefined) return [one.text, other.text];
  if (one.text === undefined && other.text === undefined) return undefined;
  throw new SettingsError(`${one.name} and ${other.name} go together: one of them is missing.`);
}

function list({ name, text }: Variable, standard: string): readonly string[] {
  const items = (text ?? standard).split(',').map((item) => item.trim());
  if (items.some(Boolean)) return items.filter(Boolean);
  throw new SettingsError(`${name} names none: leave it out, or name one.`);
}

function wholeNumber(
  { name, text }: Variable,
  { standard, most }: { readonly standard: number; readonly most: number },
): number {
  const digits = text ?? String(standard);
  if (/^\d+$/.test(digits) && Number(digits) <= most) return Number(digits);
  throw new SettingsError(`${name} must be a whole number from 0 to ${most}.`);
}

/** One of these words; the first where nothing is said. */
function oneOf<const Known extends string>(
  { name, text }: Variable,
  known: readonly [Known, ...Known[]],
): Known {
  const found = text === undefined ? known[0] : known.find((one) => one === text);
  if (found) return found;
  throw new SettingsError(`${name} must be ${known.join(' or ')}.`);
}

/** Where a secret key goes: encrypted, or nowhere off this machine. */
function upstream({ name, text }: Variable): string | undefined {
  if (text === undefined) return undefined;
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : {};
  const local = protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1');
  if (protocol === 'https:' || local) return text.replace(/\/+$/, '');
  throw new SettingsError(`${name} must be a URL that begins with https://.`);
}

/** A URL of one of these protocols. It is never repeated: it may hold a password. */
function url({ name, text }: Variable, protocols: readonly string[]): string | undefined {
  if (text === undefined || (URL.canParse(text) && protocols.includes(new URL(text).protocol)))
    return text;
  throw new SettingsError(`${name} must be a URL that begins with ${protocols[0]}//.`);
}

function checkOrigin(origin: string): string {
  if (origin === 'http://localhost:*') return origin;
  // To the platform, an asterisk is a letter of a host's name like any other.
  const exact = URL.canParse(origin) && new URL(origin).origin === origin && !origin.includes('*');
  if (exact) return origin;
  throw new SettingsError(
    'ORIGINS must be a list of origins such as https://example.com, or http://localhost:*.',
  );
}

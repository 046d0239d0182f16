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

/** Reads the settings from the environment; an empty variable is an absent one. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  /** What belongs together: all of it, or none. */
  const together = (...names: [string, string]) => {
    const [first, second] = names.map(read);
    if (first !== undefined && second !== undefined) return [first, second] as const;
    if (first === undefined && second === undefined) return undefined;
    throw new SettingsError(`${names.join(' and ')} go together: one of them is missing.`);
  };
  const passlock = together('PASSLOCK_TENANCY_ID', 'PASSLOCK_API_KEY');
  const hanko = together('HANKO_TENANT_ID', 'HANKO_API_KEY');
  const list = (name: string, standard: string) => {
    const items = (read(name) ?? standard).split(',').map((item) => item.trim());
    if (items.some(Boolean)) return items.filter(Boolean);
    throw new SettingsError(`${name} names none: leave it out, or name one.`);
  };
  return {
    port: wholeNumber('PORT', read('PORT') ?? '4321', 65_535),
    databaseUrl: url('DATABASE_URL', read('DATABASE_URL'), ['postgres:', 'postgresql:']),
    dataFolder: read('DATA_DIR') ?? fileURLToPath(new URL('../data', import.meta.url)),
    smtpUrl: url('SMTP_URL', read('SMTP_URL'), ['smtp:', 'smtps:']),
    mailFrom: read('MAIL_FROM') ?? 'Passkey demo <demo@localhost>',
    origins: list('ORIGINS', 'http://localhost:*').map(checkOrigin),
    rpId: read('RP_ID') ?? 'localhost',
    clientIds: list('CLIENT_IDS', 'demo'),
    trustedProxies: wholeNumber('TRUSTED_PROXIES', read('TRUSTED_PROXIES') ?? '0', 9),
    handoff: wholeNumber('HANDOFF', read('HANDOFF') ?? '0', 1) === 1,
    restorableFor: wholeNumber('RESTORABLE_FOR', read('RESTORABLE_FOR') ?? '0', 600),
    proxies: {
      passlock: passlock && {
        tenancyId: passlock[0],
        apiKey: passlock[1],
        apiVersion: oneOf('PASSLOCK_API_VERSION', read('PASSLOCK_API_VERSION') ?? 'v1', [
          'v1',
          'v2',
        ]),
        endpoint: upstream('PASSLOCK_ENDPOINT', read('PASSLOCK_ENDPOINT')),
      },
      hanko: hanko && {
        tenantId: hanko[0],
        apiKey: hanko[1],
        endpoint: upstream('HANKO_ENDPOINT', read('HANKO_ENDPOINT')),
      },
    },
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new SettingsError(`${name} must be a whole number from 0 to ${most}.`);
}

function oneOf<const Known extends string>(
  name: string,
  text: string,
  known: readonly Known[],
): Known {
  const found = known.find((one) => one === text);
  if (found) return found;
  throw new SettingsError(`${name} must be ${known.join(' or ')}.`);
}

/** Where a secret key goes: encrypted, or nowhere off this machine. */
function upstream(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : {};
  const local = protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1');
  if (protocol === 'https:' || local) return text.replace(/\/+$/, '');
  throw new SettingsError(`${name} must be a URL that begins with https://.`);
}

// The value is never repeated: it may hold a password.
function url(name: string, text: string | undefined, protocols: string[]): string | undefined {
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

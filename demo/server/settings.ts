import { fileURLToPath } from 'node:url';

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
}

/** A fault of the set-up that one sentence explains. */
export class SettingsError extends Error {}

/** Reads the settings from the environment; an empty variable is an absent one. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const list = (name: string, standard: string) =>
    (read(name) ?? standard)
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
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
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new SettingsError(`${name} must be a whole number from 0 to ${most}.`);
}

// The value is never repeated: it may hold a password.
function url(name: string, text: string | undefined, protocols: string[]): string | undefined {
  if (text === undefined || (URL.canParse(text) && protocols.includes(new URL(text).protocol)))
    return text;
  throw new SettingsError(`${name} must be a URL that begins with ${protocols[0]}//.`);
}

function checkOrigin(origin: string): string {
  const exact = URL.canParse(origin) && new URL(origin).origin === origin;
  if (exact || origin === 'http://localhost:*') return origin;
  throw new SettingsError(
    'ORIGINS must be a list of origins such as https://example.com, or http://localhost:*.',
  );
}

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSettings, SettingsError } from '../../demo/server/settings.ts';

type Settings = ReturnType<typeof readSettings>;

const passlock = { PASSLOCK_TENANCY_ID: 'tenancy', PASSLOCK_API_KEY: 'canary' };
const hanko = { HANKO_TENANT_ID: 'tenant', HANKO_API_KEY: 'canary' };

describe('the settings', () => {
  it('of an empty environment are those of a server for this machine alone', () => {
    const { dataFolder, ...others } = readSettings({});
    assert.deepEqual(others, {
      port: 4321,
      databaseUrl: undefined,
      smtpUrl: undefined,
      mailFrom: 'Passkey demo <demo@localhost>',
      origins: ['http://localhost:*'],
      rpId: 'localhost',
      clientIds: ['demo'],
      trustedProxies: 0,
      handoff: false,
      restorableFor: 0,
      proxies: { passlock: undefined, hanko: undefined },
    });
    const demo = fileURLToPath(new URL('../../demo', import.meta.url));
    assert.equal(dataFolder, join(demo, 'data'));
    assert.ok(existsSync(dirname(dataFolder)), 'beside the server, wherever it was started');
  });

  const readings: readonly [environment: Record<string, string>, settings: Partial<Settings>][] = [
    [{ PORT: '8080' }, { port: 8080 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ PORT: ' \t' }, { port: 4321 }],
    [{ DATABASE_URL: 'postgres://db/x' }, { databaseUrl: 'postgres://db/x' }],
    [{ DATABASE_URL: 'postgresql://db/x' }, { databaseUrl: 'postgresql://db/x' }],
    [{ DATABASE_URL: '' }, { databaseUrl: undefined }],
    [{ DATA_DIR: ' /srv/data ' }, { dataFolder: '/srv/data' }],
    [{ SMTP_URL: 'smtp://mail' }, { smtpUrl: 'smtp://mail' }],
    [{ SMTP_URL: 'smtps://mail' }, { smtpUrl: 'smtps://mail' }],
    [{ MAIL_FROM: 'Shop <shop@example.com>' }, { mailFrom: 'Shop <shop@example.com>' }],
    [
      { ORIGINS: 'https://a.example, http://localhost:*,,' },
      { origins: ['https://a.example', 'http://localhost:*'] },
    ],
    [{ RP_ID: 'example.com' }, { rpId: 'example.com' }],
    [{ CLIENT_IDS: 'shop , blog' }, { clientIds: ['shop', 'blog'] }],
    [{ TRUSTED_PROXIES: '9' }, { trustedProxies: 9 }],
    [{ HANDOFF: '1' }, { handoff: true }],
    [{ HANDOFF: '0' }, { handoff: false }],
    [{ RESTORABLE_FOR: '600' }, { restorableFor: 600 }],
    [
      passlock,
      {
        proxies: {
          passlock: {
            tenancyId: 'tenancy',
            apiKey: 'canary',
            apiVersion: 'v1',
            endpoint: undefined,
          },
          hanko: undefined,
        },
      },
    ],
    [
      { ...passlock, PASSLOCK_API_VERSION: 'v2', PASSLOCK_ENDPOINT: 'https://passlock.example//' },
      {
        proxies: {
          passlock: {
            tenancyId: 'tenancy',
            apiKey: 'canary',
            apiVersion: 'v2',
            endpoint: 'https://passlock.example',
          },
          hanko: undefined,
        },
      },
    ],
    [
      { ...hanko, HANKO_ENDPOINT: 'http://127.0.0.1:8000/' },
      {
        proxies: {
          passlock: undefined,
          hanko: { tenantId: 'tenant', apiKey: 'canary', endpoint: 'http://127.0.0.1:8000' },
        },
      },
    ],
    [
      { ...hanko, HANKO_ENDPOINT: 'http://localhost:8000' },
      {
        proxies: {
          passlock: undefined,
          hanko: { tenantId: 'tenant', apiKey: 'canary', endpoint: 'http://localhost:8000' },
        },
      },
    ],
  ];
  for (const [environment, settings] of readings) {
    it(`take ${JSON.stringify(environment)}`, () => {
      const read = readSettings(environment);
      for (const name of Object.keys(settings) as (keyof Settings)[]) {
        assert.deepEqual(read[name], settings[name]);
      }
    });
  }

  const wholeNumber = (name: string, most: number) =>
    `${name} must be a whole number from 0 to ${most}.`;
  const origins =
    'ORIGINS must be a list of origins such as https://example.com, or http://localhost:*.';
  const secret = (name: string) => `${name} must be a URL that begins with https://.`;
  const faults: readonly [environment: Record<string, string>, sentence: string][] = [
    [{ PORT: '80a' }, wholeNumber('PORT', 65_535)],
    [{ PORT: '65536' }, wholeNumber('PORT', 65_535)],
    [{ PORT: '-1' }, wholeNumber('PORT', 65_535)],
    [{ PORT: '1e3' }, wholeNumber('PORT', 65_535)],
    [{ TRUSTED_PROXIES: '10' }, wholeNumber('TRUSTED_PROXIES', 9)],
    [{ HANDOFF: 'yes' }, wholeNumber('HANDOFF', 1)],
    [{ HANDOFF: '2' }, wholeNumber('HANDOFF', 1)],
    [{ RESTORABLE_FOR: '601' }, wholeNumber('RESTORABLE_FOR', 600)],
    [
      { DATABASE_URL: 'mysql://root:canary@localhost' },
      'DATABASE_URL must be a URL that begins with postgres://.',
    ],
    [{ SMTP_URL: 'mail.example.com' }, 'SMTP_URL must be a URL that begins with smtp://.'],
    [{ SMTP_URL: 'https://canary@mail' }, 'SMTP_URL must be a URL that begins with smtp://.'],
    [{ ORIGINS: ',' }, 'ORIGINS names none: leave it out, or name one.'],
    [{ CLIENT_IDS: ' , ' }, 'CLIENT_IDS names none: leave it out, or name one.'],
    [{ ORIGINS: 'https://example.com/' }, origins],
    [{ ORIGINS: 'https://a.example,b.example' }, origins],
    [{ ORIGINS: 'https://*.example.com' }, origins],
    [{ ORIGINS: '*' }, origins],
    [
      { PASSLOCK_API_KEY: 'canary' },
      'PASSLOCK_TENANCY_ID and PASSLOCK_API_KEY go together: one of them is missing.',
    ],
    [
      { PASSLOCK_TENANCY_ID: 'tenancy' },
      'PASSLOCK_TENANCY_ID and PASSLOCK_API_KEY go together: one of them is missing.',
    ],
    [
      { HANKO_TENANT_ID: 'tenant', HANKO_API_KEY: ' ' },
      'HANKO_TENANT_ID and HANKO_API_KEY go together: one of them is missing.',
    ],
    [{ ...passlock, PASSLOCK_API_VERSION: '3' }, 'PASSLOCK_API_VERSION must be v1 or v2.'],
    [{ ...passlock, PASSLOCK_ENDPOINT: 'passlock.example' }, secret('PASSLOCK_ENDPOINT')],
    [{ ...hanko, HANKO_ENDPOINT: 'http://hanko.example' }, secret('HANKO_ENDPOINT')],
    [{ ...hanko, HANKO_ENDPOINT: 'http://localhost.example' }, secret('HANKO_ENDPOINT')],
    [{ ...hanko, HANKO_ENDPOINT: 'ftp://localhost' }, secret('HANKO_ENDPOINT')],
  ];
  for (const [environment, sentence] of faults) {
    it(`refuse ${JSON.stringify(environment)} in one sentence that tells no secret`, () => {
      assert.throws(
        () => readSettings(environment),
        (error) => error instanceof SettingsError && error.message === sentence,
      );
      assert.doesNotMatch(sentence, /canary/);
    });
  }
});

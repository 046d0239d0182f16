import { expect } from '@open-wc/testing';
import { ssojet } from '../../src/backends/ssojet.js';
import { toBase64Url } from '../../src/core/base64url.js';
import { toDate } from '../../src/core/dates.js';
import { toAaguid, toPasskey, type Passkey, type PasskeyFields } from '../../src/core/passkey.js';
import passlockPasskey from '../support/passlock-passkey.json' with { type: 'json' };
import ssojetCredentials from '../support/ssojet-credentials.json' with { type: 'json' };

describe('a date', () => {
  for (const [value, iso] of [
    ['2024-07-15T06:07:12.022Z', '2024-07-15T06:07:12.022Z'],
    ['2024-07-15T06:07:12Z', '2024-07-15T06:07:12.000Z'],
    ['2024-07-15T08:07:12+02:00', '2024-07-15T06:07:12.000Z'],
    ['2024-07-15T06:07:12.123456789Z', '2024-07-15T06:07:12.123Z'],
    ['2024-07-15T06:07:12.123456+00:00', '2024-07-15T06:07:12.123Z'],
    [1_770_123_293, '2026-02-03T12:54:53.000Z'],
    [1_770_123_293.5, '2026-02-03T12:54:53.500Z'],
    [1_770_123_293_000, '2026-02-03T12:54:53.000Z'],
    [new Date(1_770_123_293_000), '2026-02-03T12:54:53.000Z'],
    ['0001-01-01T00:00:00Z', undefined],
    ['0001-01-01T00:00:00.000000000Z', undefined],
    [0, undefined],
    [-1, undefined],
    [NaN, undefined],
    [Infinity, undefined],
    [9e15, undefined],
    ['', undefined],
    ['yesterday', undefined],
    [null, undefined],
    [undefined, undefined],
    [true, undefined],
    [{}, undefined],
    [new Date(NaN), undefined],
  ] as const) {
    it(`${typeof value} ${show(value)} is ${iso ?? 'absent'}`, () =>
      expect(toDate(value)?.toISOString()).to.equal(iso));
  }
});

describe('an AAGUID', () => {
  const apple = 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd';
  for (const [value, uuid] of [
    [apple, apple],
    [apple.toUpperCase(), apple],
    [apple.replaceAll('-', ''), apple],
    ['-_wwBxVOTsyMC24CBVfXvQ', 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd'],
    ['+/wwBxVOTsyMC24CBVfXvQ==', 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd'],
    ['AAAAAAAAAAAAAAAAAAAAAA', undefined],
    ['00000000-0000-0000-0000-000000000000', undefined],
    ['0000-0000-0000-0000', undefined],
    [`${apple}0`, undefined],
    ['fbfc3007154e-4ecc-8c0b-6e020557d7bd', undefined],
    ['not an aaguid, at all!', undefined],
    ['', undefined],
    [null, undefined],
    [7, undefined],
  ] as const) {
    it(`${show(value)} is ${uuid ?? 'absent'}`, () => expect(toAaguid(value)).to.equal(uuid));
  }
});

describe('binary text', () => {
  for (const [value, text] of [
    ['-_-_-w', '-_-_-w'],
    ['+/+/+w==', '-_-_-w'],
    ['-_-_-w==', '-_-_-w'],
    ['AQ', 'AQ'],
    ['A', undefined],
    ['', undefined],
    ['==', undefined],
    ['AQ AQ', undefined],
    ['AQ\n', undefined],
    ['<img>', undefined],
    [null, undefined],
    [[1, 2], undefined],
  ] as const) {
    it(`${show(value)} is ${text ?? 'absent'}`, () => expect(toBase64Url(value)).to.equal(text));
  }
});

describe('a passkey record', () => {
  for (const id of [undefined, null, '', '  ', {}, true]) {
    it(`without an id is none: ${show(id)}`, () =>
      expect(toPasskey({ id, name: 'Mine' })).to.equal(undefined));
  }

  for (const [fields, expected] of [
    [{ id: 7 }, { id: '7', enabled: true, transports: [] }],
    [{ name: null }, { name: undefined }],
    [{ name: ' \t' }, { name: undefined }],
    [{ name: '<img onerror>' }, { name: '<img onerror>' }],
    [{ name: 'x'.repeat(5000) }, { name: 'x'.repeat(5000) }],
    [{ transports: 'usb, nfc,,hybrid' }, { transports: ['usb', 'nfc', 'hybrid'] }],
    [{ transports: null }, { transports: [] }],
    [{ transports: ['internal', 'smart-card'] }, { transports: ['internal', 'smart-card'] }],
    [{ backupEligible: true }, { backupEligible: true, deviceType: 'multi-device' }],
    [{ backupEligible: false }, { backupEligible: false, deviceType: 'single-device' }],
    [{ deviceType: 'multiDevice' }, { backupEligible: true, deviceType: 'multi-device' }],
    [{ deviceType: 'single-device' }, { backupEligible: false, deviceType: 'single-device' }],
    [{ deviceType: 'phone' }, { backupEligible: undefined, deviceType: undefined }],
    [{ synced: 'yes' }, { synced: undefined }],
    [{ signCount: 0 }, { signCount: 0 }],
    [{ signCount: '3' }, { signCount: undefined }],
    [{ signCount: 1.5 }, { signCount: undefined }],
    [{ enabled: false }, { enabled: false }],
    [{ enabled: 'no' }, { enabled: true }],
    [
      { provider: { name: 'Vault', icon: 'i.svg' } },
      { provider: { name: 'Vault', icon: 'i.svg' } },
    ],
    [{ provider: { name: 'Vault', icon: 7 } }, { provider: { name: 'Vault' } }],
    [{ provider: { icon: 'i.svg' } }, { provider: undefined }],
    [{ provider: 'Vault' }, { provider: undefined }],
    [{ publicKey: 'pQEC+/==' }, { publicKey: 'pQEC-_' }],
    [{ userHandle: 'not binary!' }, { userHandle: undefined }],
  ] satisfies [PasskeyFields, { [field in keyof Passkey]?: unknown }][]) {
    it(`${show(fields).slice(0, 60)} reads as it should`, () => {
      const passkey = toPasskey({ id: 'p1', ...fields })!;
      for (const [field, value] of Object.entries(expected)) {
        expect(passkey[field as keyof Passkey], field).to.deep.equal(value);
      }
    });
  }

  it('has no field for what is absent', () => {
    expect(toPasskey({ id: 'p1' })).to.have.all.keys('id', 'transports', 'enabled');
  });
});

describe('the example records', () => {
  it('of SSOJet: an unnamed Windows key that was never renamed', async () => {
    const answer = new Response(JSON.stringify(ssojetCredentials));
    const backend = ssojet({
      clientId: 'my-app',
      accessToken: () => 'token',
      fetch: async () => answer,
    });
    const list = await backend.passkeys!.list!(new AbortController().signal);
    expect(list.complete).to.equal(true);
    expect(list.passkeys).to.have.length(1);
    const [passkey] = list.passkeys;
    const id = 'VIkoK83YpqrxBOXR_o5f2GtDorzYnAxlkozY-Dya3Uc';
    expect(passkey).to.deep.equal({
      id,
      credentialId: id,
      createdAt: new Date('2024-07-15T06:07:12.022Z'),
      lastUsedAt: new Date('2024-07-15T06:07:12.022Z'),
      transports: ['internal'],
      synced: false,
      backupEligible: false,
      deviceType: 'single-device',
      signCount: 0,
      publicKey: ssojetCredentials[0]?.public_key,
      enabled: true,
    });
    const key = passkey!.publicKey!.replaceAll('-', '+').replaceAll('_', '/');
    expect(atob(key)).to.have.length(272);
  });

  it('of Passlock: an Apple passkey with dates in seconds', () => {
    const { id, userId, enabled, credential, platform, ...times } = passlockPasskey;
    const used = new Date(1_770_123_293_000);
    expect(
      toPasskey({
        id,
        credentialId: credential.id,
        provider: platform,
        username: credential.username,
        createdAt: times.createdAt,
        updatedAt: times.updatedAt,
        lastUsedAt: times.lastUsed,
        aaguid: credential.aaguid,
        transports: credential.transports,
        deviceType: credential.deviceType,
        synced: credential.backedUp,
        signCount: credential.counter,
        publicKey: credential.publicKey,
        rpId: credential.rpId,
        userHandle: credential.userId,
        userId,
        enabled,
      }),
    ).to.deep.equal({
      id: 'sewqeeqx69cr7axut7kat',
      credentialId: 'bW9wN3IzenE0enJ5OXVnZXoxOWF4',
      provider: { name: 'Apple Passwords', icon: platform.icon },
      username: 'jdoe@example.com',
      createdAt: used,
      updatedAt: used,
      lastUsedAt: used,
      transports: ['internal'],
      synced: true,
      backupEligible: true,
      deviceType: 'multi-device',
      signCount: 0,
      publicKey: 'dGhpcy1pcy1hLWNib3ItcHVibGljLWtleQ',
      rpId: 'example.com',
      userHandle: 'MTVkMTFmdHM1Yzg0bDN0anpieG9w',
      userId: 'puubifsmidah0f8c0y9bm',
      enabled: true,
    });
  });
});

function show(value: unknown): string {
  return typeof value === 'number' || value instanceof Date ? String(value) : JSON.stringify(value);
}

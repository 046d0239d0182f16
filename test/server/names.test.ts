import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from '../../demo/server/core/errors.ts';
import { isInRealm, normalizeIdentifier, normalizeName } from '../../demo/server/core/names.ts';

const refused = (error: unknown) => error instanceof Refusal && error.code === 'invalid-input';

describe('an address that names an account', () => {
  for (const [entered, kept] of [
    ['ada@example.com', 'ada@example.com'],
    ['  Ada@Example.COM\t', 'ada@example.com'],
    ['ZOE\u0308@example.com', 'zoë@example.com'],
    ['J\u030c@example.com', '\u01f0@example.com'], // composed in lower case only
    ['a@b.c'.padStart(254, 'a'), 'a@b.c'.padStart(254, 'a')],
    ['\uff41da@\uff45xam\u00adple\u3002com', '\uff41da@example.com'], // that is not Ada
    // Without the joiner that is another domain, with letter boxes of its own.
    [
      'ada@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com',
      'ada@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com',
    ],
    ['ada@\u0dc1\u0dca\u200d\u0dbb\u0dd3.com', 'ada@\u0dc1\u0dca\u200d\u0dbb\u0dd3.com'],
  ] as const) {
    it(`${JSON.stringify(entered.slice(-20))} is kept as one spelling`, () =>
      assert.equal(normalizeIdentifier(entered), kept));
  }

  for (const entered of [
    '',
    '   ',
    'ada',
    'ada@example',
    '@example.com',
    'ada\uff20example.com',
    'ada@.com@',
    'ada@@example.com',
    'ada lovelace@example.com',
    'ada@example.com, eve@example.com',
    'ada@example.com;eve@example.com',
    'Ada <ada@example.com>',
    '"ada"@example.com',
    'realm:ada@example.com',
    'ada\u202e@example.com',
    'ada\u0000@example.com',
    'ada\ud800@example.com',
    'a@b.c'.padStart(255, 'a'),
    'a'.repeat(10_240) + '@example.com',
  ]) {
    it(`${JSON.stringify(entered.slice(0, 40))} (${entered.length}) is refused`, () =>
      assert.throws(() => normalizeIdentifier(entered), refused));
  }

  it('belongs to nobody who proved no address', () => {
    assert.ok(isInRealm('ada@example.com', undefined));
    assert.ok(!isInRealm('fido2:ada@example.com', undefined));
    assert.ok(isInRealm('fido2:ada', 'fido2'));
    assert.ok(!isInRealm('fido2b:ada', 'fido2'));
  });
});

describe('a name', () => {
  for (const [entered, kept] of [
    [' My phone ', 'My phone'],
    ['Zoe\u0308', 'Zoë'],
    ['👩\u200d💻', '👩\u200d💻'],
    ['😀'.repeat(64), '😀'.repeat(64)],
  ] as const) {
    it(`${JSON.stringify(entered.slice(0, 20))} is kept composed and trimmed`, () =>
      assert.equal(normalizeName(entered), kept));
  }

  for (const entered of [
    '',
    ' ',
    '\u200b',
    '\u2060\u3000',
    'a\u0000b',
    'a\nb',
    'a\u2028b',
    'a\u202eb',
    'a\u2066b',
    'a\ud800',
    '😀'.repeat(65),
  ]) {
    it(`${JSON.stringify(entered.slice(0, 20))} (${entered.length}) is refused`, () =>
      assert.throws(() => normalizeName(entered), refused));
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCore } from '../support/emulators/core.ts';
import {
  createSupabaseEmulator,
  supabaseToken,
  type SupabaseSetup,
} from '../support/emulators/supabase.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { onEachDatabase, type Backend } from './harness.ts';
import type { Answer } from './openapi.ts';

const ada = 'ada@example.com';
const minute = 60_000;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const iCloud = 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd';

async function open(backend: Backend, setup: Partial<SupabaseSetup> = {}) {
  const origins = ['http://localhost'];
  const core = createCore({ store: backend.database, origins, now: backend.now });
  const browser = backend.browser(createSupabaseEmulator(core, setup));
  const apikey = 'sb_publishable_demo';

  async function as(identifier?: string) {
    const authorization = identifier && `Bearer ${await supabaseToken(core, identifier)}`;
    const send = (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string | undefined> = {},
    ) => browser.fetch(method, `/passkeys${path}`, body, { apikey, authorization, ...headers });

    async function create(overrides: Overrides = {}) {
      const { challenge_id, options } = (await send('POST', '/registration/options', {})).body;
      const given = { ...options, excludeCredentials: [] };
      return { challenge_id, credential: await browser.authenticator.create(given, overrides) };
    }
    async function answer(overrides: Overrides = {}) {
      const { challenge_id, options } = (await send('POST', '/authentication/options', {})).body;
      return { challenge_id, credential: await browser.authenticator.get(options, overrides) };
    }
    return {
      send,
      create,
      answer,
      register: async (overrides?: Overrides) =>
        send('POST', '/registration/verify', await create(overrides)),
      signIn: async (overrides?: Overrides) =>
        send('POST', '/authentication/verify', await answer(overrides)),
    };
  }
  return { as, browser };
}

function assertFault(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.body?.error_code], [status, code], answer.text);
  assert.equal(answer.body.code, status);
}

onEachDatabase((backend) => {
  describe('Supabase, emulated', () => {
    it('registers a passkey, signs in with it, lists, renames and deletes it', async () => {
      const { as, browser } = await open(backend);
      const { send, register, signIn } = await as(ada);
      const registered = (await register()).body;
      assert.deepEqual(Object.keys(registered), ['id', 'friendly_name', 'created_at']);
      assert.match(registered.id, uuid);
      const session = (await signIn()).body;
      assert.deepEqual([session.token_type, session.expires_in], ['bearer', 3600]);
      assert.equal(session.user.email, ada);
      const authorization = `Bearer ${session.access_token}`;
      const [listed] = (await send('GET', '', undefined, { authorization })).body;
      assert.equal(listed.id, registered.id);
      assert.ok(listed.last_used_at);
      const renamed = await send('PATCH', `/${listed.id}`, { friendly_name: 'Läptop' });
      assert.equal(renamed.body.friendly_name, 'Läptop');
      const removed = await send('DELETE', `/${listed.id}`);
      assert.deepEqual([removed.status, removed.text], [204, '']);
      assert.deepEqual((await send('GET', '')).body, []);
      assert.equal(browser.authenticator.passkeys.length, 1);
    });

    it('names a passkey after what made it', async () => {
      const { as, browser } = await open(backend);
      const { register } = await as(ada);
      assert.equal((await register()).body.friendly_name, 'Passkey');
      const { SoftwareAuthenticator } = await import('../support/software-authenticator.ts');
      browser.authenticator = new SoftwareAuthenticator({ aaguid: iCloud });
      assert.equal((await register()).body.friendly_name, 'iCloud Keychain');
    });

    it('wants the publishable key with every request', async () => {
      const { send } = await (await open(backend)).as(ada);
      for (const apikey of [undefined, 'wrong']) {
        const answer = await send('POST', '/authentication/options', {}, { apikey });
        assert.deepEqual([answer.status, Object.keys(answer.body)], [401, ['message']]);
      }
    });

    it('wants a token that is good: 401 for none, 403 for a bad one', async () => {
      const { send } = await (await open(backend)).as();
      assertFault(await send('GET', ''), 401, 'no_authorization');
      const authorization = 'Bearer bad';
      assertFault(await send('GET', '', undefined, { authorization }), 403, 'bad_jwt');
    });

    it('has two shapes of errors', async () => {
      const { send } = await (await open(backend)).as();
      const headers = { 'x-supabase-api-version': '2024-01-01' };
      const { status, body } = await send('GET', '', undefined, headers);
      assert.deepEqual([status, body], [401, { code: 'no_authorization', message: body.message }]);
    });

    it('may be switched off', async () => {
      const { send } = await (await open(backend, { enabled: false })).as();
      assertFault(await send('POST', '/authentication/options', {}), 404, 'passkey_disabled');
    });

    it('may want a captcha', async () => {
      const { send } = await (await open(backend, { captcha: 'solved' })).as();
      const path = '/authentication/options';
      assertFault(await send('POST', path, {}), 400, 'captcha_failed');
      const solved = { gotrue_meta_security: { captcha_token: 'solved' } };
      assert.equal((await send('POST', path, solved)).status, 200);
    });
  });

  describe('Supabase, emulated: registering', () => {
    it('is over after five minutes, and leaves out what there is', async () => {
      const { as, browser } = await open(backend);
      const { send, register } = await as(ada);
      await register();
      const { options, expires_at } = (await send('POST', '/registration/options', {})).body;
      assert.equal(options.excludeCredentials[0].id, browser.authenticator.passkeys[0]!.id);
      assert.ok(Math.abs(expires_at * 1000 - Date.now() - 5 * minute) < 2000);
    });

    it('takes an answer once, and a bad one uses the challenge up', async () => {
      const { as } = await open(backend);
      const { send, create } = await as(ada);
      const path = '/registration/verify';
      const good = await create();
      assert.equal((await send('POST', path, good)).status, 200);
      assertFault(await send('POST', path, good), 400, 'webauthn_challenge_not_found');
      const bad = await create({ challenge: 'AAAA' });
      assertFault(await send('POST', path, bad), 400, 'webauthn_verification_failed');
      assertFault(await send('POST', path, bad), 400, 'webauthn_challenge_not_found');
    });

    it('tells expired from unknown', async () => {
      const { as } = await open(backend);
      const { send, create } = await as(ada);
      const late = await create();
      backend.advance(6 * minute);
      const path = '/registration/verify';
      assertFault(await send('POST', path, late), 400, 'webauthn_challenge_expired');
    });

    it('does not take another person’s challenge', async () => {
      const { as } = await open(backend);
      const theirs = await (await as(ada)).create();
      const { send } = await as('eve@example.com');
      const answer = await send('POST', '/registration/verify', theirs);
      assertFault(answer, 400, 'webauthn_challenge_not_found');
    });

    it('does not take a passkey twice', async () => {
      const { as, browser } = await open(backend);
      const { send, register, create } = await as(ada);
      await register();
      const { id } = browser.authenticator.passkeys[0]!;
      const other = await create();
      await backend.database
        .updateTable('passkeys')
        .set({ credential_id: other.credential.id })
        .where('credential_id', '=', id)
        .execute();
      const answer = await send('POST', '/registration/verify', other);
      assertFault(answer, 422, 'webauthn_credential_exists');
    });

    for (const [title, setup, status, code] of [
      ['too many', { maxPasskeys: 0 }, 422, 'too_many_passkeys'],
      ['single sign-on', { singleSignOn: [ada] }, 422, 'validation_failed'],
      ['no second factor', { withoutSecondFactor: [ada] }, 403, 'insufficient_aal'],
    ] as const) {
      it(`refuses: ${title}`, async () => {
        const { send } = await (await open(backend, setup)).as(ada);
        assertFault(await send('POST', '/registration/options', {}), status, code);
        const body = { challenge_id: crypto.randomUUID(), credential: {} };
        assertFault(await send('POST', '/registration/verify', body), status, code);
      });
    }
  });

  describe('Supabase, emulated: signing in', () => {
    it('takes an answer once', async () => {
      const { as } = await open(backend);
      const { send, register, answer } = await as(ada);
      await register();
      const good = await answer();
      const path = '/authentication/verify';
      assert.equal((await send('POST', path, good)).status, 200);
      assertFault(await send('POST', path, good), 400, 'webauthn_challenge_not_found');
    });

    for (const [title, overrides] of [
      ['a bad signature', { badSignature: true }],
      ['another origin', { origin: 'https://evil.example' }],
      ['another challenge', { challenge: 'AAAA' }],
      ['an unknown passkey', { id: 'AAAA' }],
      ['somebody else’s handle', { userHandle: 'AAAA' }],
    ] as const) {
      it(`refuses ${title} with the same words`, async () => {
        const { register, signIn } = await (await open(backend)).as(ada);
        await register();
        assertFault(await signIn(overrides), 400, 'webauthn_verification_failed');
      });
    }

    it('tells expired from unknown', async () => {
      const { send, register, answer } = await (await open(backend)).as(ada);
      await register();
      const late = await answer();
      backend.advance(6 * minute);
      const expired = await send('POST', '/authentication/verify', late);
      assertFault(expired, 400, 'webauthn_challenge_expired');
    });

    it('does not take the challenge of a registration', async () => {
      const { send, register, answer } = await (await open(backend)).as(ada);
      await register();
      const { credential } = await answer();
      const { challenge_id } = (await send('POST', '/registration/options', {})).body;
      const crossed = await send('POST', '/authentication/verify', { challenge_id, credential });
      assertFault(crossed, 400, 'webauthn_challenge_not_found');
    });

    for (const [title, body, code] of [
      ['what is no JSON', '{', 'bad_json'],
      ['no credential', { challenge_id: crypto.randomUUID() }, 'validation_failed'],
      ['no UUID', { challenge_id: 'x', credential: {} }, 'validation_failed'],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const { send } = await (await open(backend)).as();
        assertFault(await send('POST', '/authentication/verify', body), 400, code);
      });
    }

    it('refuses whoever is banned', async () => {
      const { register, signIn } = await (await open(backend, { banned: [ada] })).as(ada);
      await register();
      assertFault(await signIn(), 403, 'user_banned');
    });
  });

  describe('Supabase, emulated: managing', () => {
    it('does not know what is unknown or another person’s', async () => {
      const { as } = await open(backend);
      const { id } = (await (await as(ada)).register()).body;
      const { send } = await as('eve@example.com');
      const name = { friendly_name: 'Mine' };
      for (const path of [`/${id}`, `/${crypto.randomUUID()}`, '/x']) {
        assertFault(await send('PATCH', path, name), 404, 'validation_failed');
        assertFault(await send('DELETE', path), 404, 'validation_failed');
      }
      assert.equal(await backend.count('passkeys'), 1);
    });

    it('counts the bytes of a name: 1 to 120', async () => {
      const { send, register } = await (await open(backend)).as(ada);
      const { id } = (await register()).body;
      const rename = (friendly_name: string) => send('PATCH', `/${id}`, { friendly_name });
      assert.equal((await rename('ä'.repeat(60))).status, 200);
      assertFault(await rename('ä'.repeat(60) + 'a'), 400, 'validation_failed');
      assertFault(await rename(''), 400, 'validation_failed');
    });
  });
});

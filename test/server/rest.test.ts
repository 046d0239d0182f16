import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { offeredIds } from '../../demo/server/core/decoys.ts';
import type { Overrides } from '../support/software-authenticator.ts';
import { assertRefused, onEachDatabase } from './harness.ts';
import { operations } from './openapi.ts';

const minute = 60_000;

onEachDatabase((backend) => {
  describe('rest: what the OpenAPI file describes is what is there', () => {
    it('routes every described operation, and nothing else', async () => {
      const browser = backend.browser();
      for (const operation of operations) {
        const [method = '', path = ''] = operation.split(' ');
        const body = ['POST', 'PATCH'].includes(method) ? {} : undefined;
        const { body: answer } = await browser.fetch(method, `/api/passkeys${path}`, body);
        assert.notEqual(answer?.error?.message, 'There is nothing at this address.', operation);
      }
      const nowhere = await browser.fetch('GET', '/api/passkeys/elsewhere');
      assertRefused(nowhere, 404, 'not-found');
    });
  });

  describe('rest: codes', () => {
    it('signs a newcomer in and makes the account', async () => {
      const browser = backend.browser();
      const { body } = await backend.signInByCode(browser, 'ada@example.com');
      assert.equal(body.user.identifier, 'ada@example.com');
      assert.deepEqual((await browser.rest('GET', '/session')).body, body);
    });

    it('finds the same account the next time', async () => {
      const first = await backend.signInByCode(backend.browser(), 'ada@example.com');
      const second = await backend.signInByCode(backend.browser(), 'ada@example.com');
      assert.equal(first.body.user.id, second.body.user.id);
    });

    it('keeps codes hashed', async () => {
      await backend.browser().rest('POST', '/codes/send', { identifier: 'ada@example.com' });
      const rows = await backend.database.selectFrom('codes').selectAll().execute();
      assert.equal(rows.length, 1);
      assert.match(backend.codes.get('ada@example.com')!, /^\d{6}$/);
      assert.ok(!JSON.stringify(rows).includes(backend.codes.get('ada@example.com')!));
    });

    it('takes a code once', async () => {
      const browser = backend.browser();
      const { handle } = (
        await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
      ).body;
      const request = { handle, code: backend.codes.get('ada@example.com') };
      assert.equal((await browser.rest('POST', '/codes/verify', request)).status, 200);
      assertRefused(await browser.rest('POST', '/codes/verify', request), 400, 'challenge-expired');
    });

    it('lets five guesses pass, then not even the right code', async () => {
      const browser = backend.browser();
      const { handle } = (
        await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
      ).body;
      const code = backend.codes.get('ada@example.com')!;
      const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
      for (let guess = 0; guess < 5; guess++) {
        const answer = await browser.rest('POST', '/codes/verify', { handle, code: wrong });
        assertRefused(answer, 400, 'verification-failed');
      }
      assertRefused(
        await browser.rest('POST', '/codes/verify', { handle, code }),
        400,
        'challenge-expired',
      );
    });

    it('lets a code die after ten minutes', async () => {
      const browser = backend.browser();
      const { handle } = (
        await browser.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
      ).body;
      const code = backend.codes.get('ada@example.com');
      backend.advance(10 * minute);
      assertRefused(
        await browser.rest('POST', '/codes/verify', { handle, code }),
        400,
        'challenge-expired',
      );
    });

    it('takes a code from the browser that asked for it, and from no other', async () => {
      const [asking, other] = [backend.browser(), backend.browser()];
      const { handle } = (
        await asking.rest('POST', '/codes/send', { identifier: 'ada@example.com' })
      ).body;
      await other.rest('POST', '/sign-in/begin', {});
      const request = { handle, code: backend.codes.get('ada@example.com') };
      assertRefused(await other.rest('POST', '/codes/verify', request), 400, 'challenge-expired');
      assert.equal((await asking.rest('POST', '/codes/verify', request)).status, 200);
    });

    it('knows no code by a handle that cannot be one', async () => {
      const request = { handle: '\u0000', code: '123456' };
      const refused = await backend.browser().rest('POST', '/codes/verify', request);
      assertRefused(refused, 400, 'challenge-expired');
    });

    it('answers alike for known and unknown addresses', async () => {
      await backend.signedIn('known@example.com');
      const known = await backend
        .browser()
        .rest('POST', '/codes/send', { identifier: 'known@example.com' });
      const unknown = await backend
        .browser()
        .rest('POST', '/codes/send', { identifier: 'other@example.com' });
      assert.deepEqual(Object.keys(known.body), Object.keys(unknown.body));
      assert.equal(known.text.length, unknown.text.length);
    });

    it('stops sending to an address after ten codes in ten minutes', async () => {
      const browsers = Array.from({ length: 11 }, () => backend.browser());
      const request = { identifier: 'ada@example.com' };
      const statuses = [];
      for (const browser of browsers)
        statuses.push((await browser.rest('POST', '/codes/send', request)).status);
      assert.deepEqual(statuses, [...Array(10).fill(202), 429]);
      assert.ok(!JSON.stringify(backend.log).includes('ada@example.com'), 'logged');
    });

    it('counts the codes of an address however it is spelt', async () => {
      const statuses = [];
      for (let codes = 0; codes < 11; codes++) {
        const identifier = ` ${'ADA'.slice(0, codes % 3)}${'ada'.slice(codes % 3)}@Example.com`;
        const sent = await backend.browser().rest('POST', '/codes/send', { identifier });
        statuses.push(sent.status);
      }
      assert.deepEqual(statuses, [...Array(10).fill(202), 429]);
    });

    it('stops sending to an address after thirty codes in a day, as each may be guessed at', async () => {
      const request = { identifier: 'ada@example.com' };
      const statuses = [];
      for (let codes = 0; codes < 31; codes++) {
        if (codes % 10 === 0) backend.advance(10 * minute);
        statuses.push((await backend.browser().rest('POST', '/codes/send', request)).status);
      }
      assert.deepEqual(statuses, [...Array(30).fill(202), 429]);
      backend.advance(24 * 60 * minute);
      assert.equal((await backend.browser().rest('POST', '/codes/send', request)).status, 202);
    });
  });

  describe('rest: registration', () => {
    it('registers a passkey and lists it', async () => {
      const browser = await backend.signedIn();
      const { status, body } = await browser.register({}, { name: ' Work  laptop ' });
      assert.equal(status, 201);
      assert.equal(body.passkey.name, 'Work  laptop');
      assert.equal(body.passkey.credentialId, browser.authenticator.passkeys[0]!.id);
      assert.deepEqual(body.passkey.transports, ['internal']);
      assert.deepEqual([body.passkey.aaguid, body.passkey.provider], [null, null]);
      const list = (await browser.rest('GET', '/passkeys')).body;
      assert.deepEqual(list.passkeys, [body.passkey]);
      assert.equal(list.userHandle, browser.authenticator.passkeys[0]!.userHandle);
      assert.deepEqual(
        (await browser.rest('GET', `/passkeys/${body.passkey.id}`)).body,
        body.passkey,
      );
    });

    it('registers an RSA passkey and signs in with it', async () => {
      const browser = await backend.signedIn();
      assert.equal((await browser.register({ algorithm: -257 })).status, 201);
      assert.equal((await browser.signIn()).status, 200);
    });

    it('accepts self attestation', async () => {
      const browser = await backend.signedIn();
      assert.equal((await browser.register({ format: 'packed' })).status, 201);
    });

    it('asks for what it demands, for five minutes, and names the passkeys there are', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      const { options, expiresAt } = (await browser.rest('POST', '/registration/begin', {})).body;
      assert.equal(options.timeout, 5 * minute);
      assert.deepEqual(
        options.pubKeyCredParams.map(({ alg }: { alg: number }) => alg),
        [-8, -7, -257],
      );
      assert.ok(Date.parse(expiresAt) - backend.now().getTime() <= 5 * minute);
      assert.deepEqual(
        options.excludeCredentials.map(({ id }: { id: string }) => id),
        browser.authenticator.passkeys.map(({ id }) => id),
      );
      const handle = Buffer.from(options.user.id, 'base64url');
      assert.match(handle.toString(), /^[0-9a-f]{24}$/);
    });

    it('keeps the display name the person chose', async () => {
      const browser = await backend.signedIn();
      const { challengeId, options } = (
        await browser.rest('POST', '/registration/begin', { displayName: 'Ada L.' })
      ).body;
      assert.equal(options.user.displayName, 'Ada L.');
      const answer = await browser.authenticator.create(options);
      await browser.rest('POST', '/registration/finish', { challengeId, answer });
      assert.equal((await browser.rest('GET', '/session')).body.user.displayName, 'Ada L.');
      const next = await browser.rest('POST', '/registration/begin', {});
      assert.equal(next.body.options.user.displayName, 'Ada L.');
    });

    it('gives the same result to the same request after a lost answer, and lists the key once', async () => {
      const browser = await backend.signedIn();
      const { challengeId, options } = (await browser.rest('POST', '/registration/begin', {})).body;
      const request = {
        challengeId,
        answer: await browser.authenticator.create(options),
        name: 'Phone',
      };
      const first = await browser.rest('POST', '/registration/finish', request);
      backend.advance(9 * minute);
      const again = await browser.rest('POST', '/registration/finish', request);
      assert.deepEqual([again.status, again.body], [201, first.body]);
      assert.equal((await browser.rest('GET', '/passkeys')).body.passkeys.length, 1);
      const other = await browser.rest('POST', '/registration/finish', {
        ...request,
        name: 'Other',
      });
      assertRefused(other, 400, 'verification-failed');
      backend.advance(2 * minute);
      assertRefused(
        await browser.rest('POST', '/registration/finish', request),
        400,
        'challenge-expired',
      );
    });

    it('gives that result to nobody else who signs in to the same browser', async () => {
      const browser = await backend.signedIn('ada@example.com');
      const { challengeId, options } = (await browser.rest('POST', '/registration/begin', {})).body;
      const request = { challengeId, answer: await browser.authenticator.create(options) };
      await browser.rest('POST', '/registration/finish', request);
      await backend.signInByCode(browser, 'eve@example.com');
      const refused = await browser.rest('POST', '/registration/finish', request);
      assertRefused(refused, 400, 'challenge-expired');
    });

    it('does not bring a deleted passkey back by a repeated request (I5)', async () => {
      const browser = await backend.signedIn();
      const { challengeId, options } = (await browser.rest('POST', '/registration/begin', {})).body;
      const request = { challengeId, answer: await browser.authenticator.create(options) };
      const { passkey } = (await browser.rest('POST', '/registration/finish', request)).body;
      assert.equal((await browser.rest('DELETE', `/passkeys/${passkey.id}`)).status, 204);
      assertRefused(
        await browser.rest('POST', '/registration/finish', request),
        400,
        'challenge-expired',
      );
      assert.deepEqual((await browser.rest('GET', '/passkeys')).body.passkeys, []);
    });

    it('leaves a passkey with its first owner (I4)', async () => {
      const ada = await backend.signedIn('ada@example.com');
      await ada.register();
      const eve = await backend.signedIn('eve@example.com');
      const { challengeId, options } = (await eve.rest('POST', '/registration/begin', {})).body;
      const honest = await eve.authenticator.create(options);
      const stolen = ada.authenticator.passkeys[0]!.id;
      const object = Buffer.from(honest.response.attestationObject, 'base64url');
      const at = object.indexOf(Buffer.from(honest.id, 'base64url'));
      Buffer.from(stolen, 'base64url').copy(object, at);
      const response = { ...honest.response, attestationObject: object.toString('base64url') };
      const answer = { ...honest, id: stolen, rawId: stolen, response };
      const refused = await eve.rest('POST', '/registration/finish', { challengeId, answer });
      assertRefused(refused, 409, 'already-registered');
      assert.equal((await ada.rest('GET', '/passkeys')).body.passkeys.length, 1);
      assert.equal((await ada.signIn()).body.user.identifier, 'ada@example.com');
    });

    it('needs a session, also where no key exists', async () => {
      const stranger = backend.browser();
      assertRefused(await stranger.rest('POST', '/registration/begin', {}), 401, 'unauthorized');
      const ada = await backend.signedIn();
      const { challengeId, options } = (await ada.rest('POST', '/registration/begin', {})).body;
      const request = { challengeId, answer: await ada.authenticator.create(options) };
      assertRefused(
        await stranger.rest('POST', '/registration/finish', request),
        401,
        'unauthorized',
      );
      assert.equal(await backend.count('passkeys'), 0);
    });

    it('needs a sign-in of the last five minutes, as deleting does', async () => {
      const browser = await backend.signedIn();
      const { passkey } = (await browser.register()).body;
      backend.advance(5 * minute + 1000);
      assertRefused(await browser.rest('POST', '/registration/begin', {}), 403, 'reauth-required');
      assertRefused(
        await browser.rest('DELETE', `/passkeys/${passkey.id}`),
        403,
        'reauth-required',
      );
      assert.equal((await browser.signIn()).status, 200);
      assert.equal((await browser.rest('POST', '/registration/begin', {})).status, 200);
      assert.equal((await browser.rest('DELETE', `/passkeys/${passkey.id}`)).status, 204);
    });

    it('allows a missing gesture for a conditional registration only', async () => {
      const browser = await backend.signedIn();
      const without = { userPresent: false, userVerified: false };
      assertRefused(await browser.register(without), 400, 'verification-failed');
      const begun = await browser.rest('POST', '/registration/begin', { mediation: 'conditional' });
      const { challengeId, options } = begun.body;
      const answer = await browser.authenticator.create(options, without);
      const finished = await browser.rest('POST', '/registration/finish', { challengeId, answer });
      assert.equal(finished.status, 201);
    });

    it('stores no nonsense as transports', async () => {
      const browser = await backend.signedIn();
      const transports = ['usb', 'usb', '<b>', 7, 'smart-card', 'x'.repeat(99)];
      const { body } = await browser.register({ transports });
      assert.deepEqual(body.passkey.transports, ['usb', 'smart-card']);
    });
  });

  describe('rest: sign-in', () => {
    it('signs in without a name, and with one', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      await browser.rest('POST', '/sign-out', {});
      assertRefused(await browser.rest('GET', '/session'), 401, 'unauthorized');
      assert.equal((await browser.signIn()).body.user.identifier, 'ada@example.com');
      assert.equal((await browser.signIn({}, { identifier: 'ADA@example.com ' })).status, 200);
      const [passkey] = (await browser.rest('GET', '/passkeys')).body.passkeys;
      assert.equal(passkey.signCount, 2);
      assert.notEqual(passkey.lastUsedAt, null);
    });

    it('makes a new session at each sign-in and kills the old one', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      const before = new Map(browser.cookies);
      await browser.signIn();
      assert.notEqual(browser.cookies.get('passkey-session'), before.get('passkey-session'));
      const old = backend.browser();
      for (const [name, value] of before) old.cookies.set(name, value);
      assertRefused(await old.rest('GET', '/session'), 401, 'unauthorized');
      assert.equal((await browser.rest('GET', '/session')).status, 200);
      await backend.signInByCode(browser, 'ada@example.com');
      assert.equal(await backend.count('sessions'), 1);
    });

    it('signs in the owner of the key, whoever was signed in before', async () => {
      const browser = await backend.signedIn('ada@example.com');
      await browser.register();
      await backend.signInByCode(browser, 'bob@example.com');
      assert.equal((await browser.signIn()).body.user.identifier, 'ada@example.com');
    });

    it("refuses another account's passkey for a typed name, known or not", async () => {
      await backend.signedIn('bob@example.com');
      const ada = await backend.signedIn('ada@example.com');
      await ada.register();
      for (const identifier of ['bob@example.com', 'nobody@example.com']) {
        const { challengeId, options } = (await ada.rest('POST', '/sign-in/begin', { identifier }))
          .body;
        const answer = await ada.authenticator.get({ ...options, allowCredentials: [] });
        const refused = await ada.rest('POST', '/sign-in/finish', { challengeId, answer });
        assertRefused(refused, 400, 'verification-failed');
      }
    });

    it('calls a deleted passkey unknown', async () => {
      const browser = await backend.signedIn();
      const { passkey } = (await browser.register()).body;
      await browser.rest('DELETE', `/passkeys/${passkey.id}`);
      assertRefused(await browser.signIn(), 404, 'unknown-credential');
    });

    it('offers alike for known, unknown and keyless names, and the same again', async () => {
      const withKeys = await backend.signedIn('known@example.com');
      await withKeys.register();
      await withKeys.register();
      await backend.signedIn('keyless@example.com');
      const stranger = backend.browser();
      const offers = new Map<string, string[]>();
      for (const name of ['known', 'keyless', 'unknown']) {
        const identifier = `${name}@example.com`;
        const first = await stranger.rest('POST', '/sign-in/begin', { identifier });
        const again = await stranger.rest('POST', '/sign-in/begin', { identifier });
        const list = first.body.options.allowCredentials;
        assert.deepEqual(again.body.options.allowCredentials, list);
        assert.ok([4, 8].includes(list.length), `${name}: ${list.length}`);
        for (const descriptor of list) assert.deepEqual(Object.keys(descriptor), ['id', 'type']);
        assert.deepEqual(Object.keys(first.body.options).length, 5);
        offers.set(
          name,
          list.map(({ id }: { id: string }) => id),
        );
      }
      for (const { id } of withKeys.authenticator.passkeys)
        assert.ok(offers.get('known')!.includes(id));
      const all = [...offers.values()].flat();
      assert.equal(new Set(all).size, all.length);
    });

    it('keeps the same of a known and an unknown name, so that it takes as long', async () => {
      await backend.signedIn('known@example.com');
      const stranger = backend.browser();
      for (const name of ['known', 'unknown'])
        await stranger.rest('POST', '/sign-in/begin', { identifier: `${name}@example.com` });
      const kept = await backend.database.selectFrom('challenges').selectAll().execute();
      assert.deepEqual(
        kept.map(({ user_id }) => user_id),
        [null, null],
      );
    });

    describe('an id that was offered and is made up', () => {
      const known = 'known@example.com';

      /** What a stranger is offered for two names. */
      async function offers() {
        const owner = await backend.signedIn(known);
        await owner.register();
        const real = owner.authenticator.passkeys[0]!.id;
        const offerFor = async (identifier: string): Promise<string[]> => {
          const begun = await backend.browser().rest('POST', '/sign-in/begin', { identifier });
          return begun.body.options.allowCredentials.map(({ id }: { id: string }) => id);
        };
        const all = [...(await offerFor(known)), ...(await offerFor('unknown@example.com'))];
        return { real, madeUp: all.filter((id) => id !== real) };
      }

      /** A browser with a passkey of its own, to answer with in the name of another. */
      async function stranger() {
        const browser = await backend.signedIn('eve@example.com');
        await browser.register();
        return browser;
      }

      /** What a stranger learns from an answer with this id, and what the server notes. */
      async function refusal(id: string, overrides: Overrides, request: object) {
        const browser = await stranger();
        const { challengeId, options } = (await browser.rest('POST', '/sign-in/begin', request))
          .body;
        const [own] = browser.authenticator.passkeys;
        const answer = await browser.authenticator.get(options, { id, ...overrides }, own);
        const { status, body } = await browser.rest('POST', '/sign-in/finish', {
          challengeId,
          answer,
        });
        return [status, body, backend.log.at(-1)!.reason];
      }

      const attempts: Record<string, Overrides> = {
        'a signature of another key': { userHandle: null },
        'the user handle of somebody else': {},
        'another challenge': { userHandle: null, challenge: 'AAAA' },
      };
      for (const [name, overrides] of Object.entries(attempts)) {
        it(`is refused like a real one, for ${name}`, async () => {
          const { real, madeUp } = await offers();
          for (const request of [{}, { identifier: known }]) {
            const expected = await refusal(real, overrides, request);
            assert.equal(expected[0], 400);
            for (const id of madeUp.slice(0, 3))
              assert.deepEqual(await refusal(id, overrides, request), expected);
          }
        });
      }

      it('is unknown in any other spelling, like a real one', async () => {
        const { real, madeUp } = await offers();
        const spare = madeUp.filter(({ length }) => length % 4 !== 0);
        for (const id of [real, ...spare.slice(0, 3)]) {
          const last = String.fromCharCode(id.charCodeAt(id.length - 1) + 1); // bits that say nothing
          const [status] = await refusal(id.slice(0, -1) + last, {}, {});
          assert.equal(status, 404);
        }
        assert.equal((await refusal('A'.repeat(65), {}, {}))[0], 404);
      });

      it('is refused like a real one, for a signature of the key it is checked with', async () => {
        // The base point of P-256 as a public key: the private one is 1.
        const jwk = {
          kty: 'EC',
          crv: 'P-256',
          x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
          y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
          d: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE',
        };
        const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
        const privateKey = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']);
        const { real, madeUp } = await offers();
        const answers = [];
        for (const id of [real, ...madeUp.slice(0, 3)]) {
          const browser = await stranger();
          const { challengeId, options } = (
            await browser.rest('POST', '/sign-in/begin', { identifier: known })
          ).body;
          const [own] = browser.authenticator.passkeys;
          const passkey = { ...own!, keys: { ...own!.keys, privateKey } };
          const answer = await browser.authenticator.get(
            options,
            { id, userHandle: null },
            passkey,
          );
          const { status, body } = await browser.rest('POST', '/sign-in/finish', {
            challengeId,
            answer,
          });
          answers.push([status, body]);
        }
        const [expected] = answers;
        assert.equal(expected![0], 400);
        for (const answer of answers) assert.deepEqual(answer, expected);
      });

      it('cannot be registered, like a real one', async () => {
        const { real, madeUp } = await offers();
        for (const id of [real, ...madeUp.slice(0, 3)]) {
          const refused = await (await stranger()).register({ newId: id, id });
          assertRefused(refused, 409, 'already-registered');
        }
      });
    });

    it('offers more than four passkeys when there are more', async () => {
      const browser = await backend.signedIn();
      for (let key = 0; key < 5; key++) await browser.register();
      const { body } = await browser.rest('POST', '/sign-in/begin', {
        identifier: 'ada@example.com',
      });
      const offered = body.options.allowCredentials.map(({ id }: { id: string }) => id);
      assert.equal(offered.length, 8);
      for (const { id } of browser.authenticator.passkeys) assert.ok(offered.includes(id));
    });

    it('offers more than four, and ids of several lengths, for some names nobody has', async () => {
      const names = Array.from({ length: 100 }, (_, index) => `nobody${index}@example.com`);
      const offers = await Promise.all(
        names.map((name) => offeredIds(new Uint8Array(32), name, [])),
      );
      assert.deepEqual(new Set(offers.map(({ length }) => length)), new Set([4, 8]));
      const lengths = offers.flat().map((id) => Buffer.from(id, 'base64url').length);
      assert.deepEqual([...new Set(lengths)].sort(), [16, 20, 32, 48]);
      for (const offer of offers) assert.deepEqual(offer, offer.toSorted());
    });

    it('offers the twenty passkeys that were used last', async () => {
      const browser = await backend.signedIn(undefined, backend.create({ triesPerMinute: 1000 }));
      for (let key = 0; key < 21; key++) {
        await browser.register();
        backend.advance(1000);
      }
      const [oldest, ...others] = browser.authenticator.passkeys.map(({ id }) => id);
      const offered = async (): Promise<string[]> => {
        const request = { identifier: 'ada@example.com' };
        const { options } = (await browser.rest('POST', '/sign-in/begin', request)).body;
        return options.allowCredentials.map(({ id }: { id: string }) => id);
      };
      assert.deepEqual(await offered(), others.toSorted());
      const { challengeId, options } = (await browser.rest('POST', '/sign-in/begin', {})).body;
      const [passkey] = browser.authenticator.passkeys;
      const answer = await browser.authenticator.get(options, {}, passkey);
      await browser.rest('POST', '/sign-in/finish', { challengeId, answer });
      assert.deepEqual(await offered(), [oldest!, ...others.slice(1)].toSorted());
    });

    it('has one account for all spellings of a name, and none for a letter of 10 kB', async () => {
      const first = await backend.signInByCode(backend.browser(), 'zoë@example.com');
      const browser = backend.browser();
      const spelling = '  ZOE\u0308@Example.com\t';
      const { handle } = (await browser.rest('POST', '/codes/send', { identifier: spelling })).body;
      const code = backend.codes.get('zoë@example.com');
      const second = await browser.rest('POST', '/codes/verify', { handle, code });
      assert.equal(second.body.user.id, first.body.user.id);
      const long = { identifier: `${'a'.repeat(10_240)}@example.com` };
      assertRefused(await browser.rest('POST', '/sign-in/begin', long), 400, 'invalid-input');
      assertRefused(await browser.rest('POST', '/codes/send', long), 400, 'invalid-input');
    });

    it('has one account, and one allowance of letters, for all spellings of a domain', async () => {
      const domains = [
        'example.com',
        '\uff45xample.com',
        '\u24d4xampl\u212f.com',
        'exam\u00adple.com',
        'exam\u200bple.com',
        'example\u3002com',
        'example\uff0ecom',
      ];
      const send = (domain: string) =>
        backend.browser().rest('POST', '/codes/send', { identifier: `ada@${domain}` });
      for (const domain of domains) assert.equal((await send(domain)).status, 202, domain);
      assert.deepEqual([...backend.codes.keys()], ['ada@example.com']);
      for (let more = domains.length; more < 10; more++) await send('example.com');
      for (const domain of domains) assertRefused(await send(domain), 429, 'rate-limited');
      const invisible = { identifier: 'a\u00adda@example.com' };
      await backend.browser().rest('POST', '/codes/send', invisible);
      assert.deepEqual([...backend.codes.keys()], ['ada@example.com', invisible.identifier]);
    });
  });

  describe('rest: status', () => {
    it('tells a browser where its own ceremony stands, and others nothing', async () => {
      const browser = await backend.signedIn();
      await browser.register();
      const request = await browser.answerSignIn();
      const { challengeId } = request;
      const state = async (who = browser) =>
        (await who.rest('POST', '/status', { challengeId })).body.state;
      assert.equal(await state(), 'pending');
      assert.equal(await state(backend.browser()), 'unknown');
      await browser.rest('POST', '/sign-in/finish', request);
      assert.equal(await state(), 'authenticated');
      assert.equal(await state(backend.browser()), 'unknown');
      const late = (await browser.rest('POST', '/sign-in/begin', {})).body.challengeId;
      backend.advance(5 * minute);
      await backend.browser().rest('POST', '/sign-in/begin', {}); // sweeps
      const expired = await browser.rest('POST', '/status', { challengeId: late });
      assert.equal(expired.body.state, 'expired');
      backend.advance(5 * minute);
      assert.equal(await state(), 'unknown');
    });

    it('knows nothing of a ceremony in another dialect', async () => {
      const browser = backend.browser();
      const begun = await browser.ssojet('GET', '/passkey/login');
      const { body } = await browser.rest('POST', '/status', { challengeId: begun.body.auth_code });
      assert.deepEqual(body, { state: 'unknown' });
      const owner = await backend.signedIn();
      await owner.register();
      const answer = await owner.authenticator.get(begun.body.publicKey);
      const finish = { query: { auth_code: begun.body.auth_code }, body: answer };
      assert.equal((await browser.ssojet('POST', '/passkey/login', finish)).status, 200);
      const request = { challengeId: begun.body.auth_code };
      assert.deepEqual((await browser.rest('POST', '/status', request)).body, { state: 'unknown' });
    });

    it('answers a guessed or incremented challenge like an unknown one', async () => {
      const browser = backend.browser();
      const { challengeId } = (await browser.rest('POST', '/sign-in/begin', {})).body;
      const next = (BigInt(`0x${challengeId}`) + 1n).toString(16).padStart(24, '0').slice(-24);
      for (const guess of [next, 'f'.repeat(24), "' or 1=1 --", '\u0000']) {
        const { status, body } = await browser.rest('POST', '/status', { challengeId: guess });
        assert.deepEqual([status, body], [200, { state: 'unknown' }]);
      }
    });

    it('reveals accounts only where the operator chose so', async () => {
      const browser = await backend.signedIn('ada@example.com');
      await browser.register();
      await backend.signedIn('keyless@example.com');
      const revealing = backend.browser(backend.create({ revealAccounts: true }));
      const states = {
        'ada@example.com': 'registered',
        ' ADA@Example.com': 'registered',
        'keyless@example.com': 'not-registered',
        'eve@example.com': 'not-registered',
      };
      for (const [identifier, state] of Object.entries(states)) {
        assert.deepEqual((await browser.rest('POST', '/status', { identifier })).body, {
          state: 'unknown',
        });
        assert.deepEqual((await revealing.rest('POST', '/status', { identifier })).body, { state });
      }
    });
  });

  describe('rest: managing passkeys', () => {
    it('renames a passkey, in NFC and trimmed', async () => {
      const browser = await backend.signedIn();
      const { passkey } = (await browser.register()).body;
      const renamed = await browser.rest('PATCH', `/passkeys/${passkey.id}`, {
        name: ' Zoe\u0308s key ',
      });
      assert.equal(renamed.body.name, 'Zoës key');
      assert.notEqual(renamed.body.updatedAt, null);
      assert.deepEqual((await browser.rest('GET', `/passkeys/${passkey.id}`)).body, renamed.body);
    });

    it('lists passkeys from the oldest to the newest', async () => {
      const browser = await backend.signedIn();
      for (let key = 0; key < 6; key++) {
        await browser.register();
        backend.advance(1000);
      }
      assert.deepEqual(
        (await browser.rest('GET', '/passkeys')).body.passkeys.map(
          ({ credentialId }: { credentialId: string }) => credentialId,
        ),
        browser.authenticator.passkeys.map(({ id }) => id),
      );
    });

    it('refuses names that are empty, too long or disturb a page', async () => {
      const browser = await backend.signedIn();
      const { passkey } = (await browser.register()).body;
      const bad = [
        '',
        '   ',
        'a'.repeat(65),
        '🔑'.repeat(65),
        'a\u0000b',
        'a\nb',
        'a\u202eb',
        '\u2066x',
        '\ud800',
        '\u200b',
      ];
      for (const name of bad) {
        const refused = await browser.rest('PATCH', `/passkeys/${passkey.id}`, { name });
        assertRefused(refused, 400, 'invalid-input');
        const begun = await browser.rest('POST', '/registration/begin', { displayName: name });
        assertRefused(begun, 400, 'invalid-input');
      }
      for (const name of ['🔑'.repeat(64), '<img onerror=alert(1)>', 'مفتاح', '👩‍👩‍👧']) {
        const { body } = await browser.rest('PATCH', `/passkeys/${passkey.id}`, { name });
        assert.equal(body.name, name);
      }
    });

    it("answers for someone else's passkey as for an unknown one and leaves it alone", async () => {
      const ada = await backend.signedIn('ada@example.com');
      const { passkey } = (await ada.register()).body;
      const eve = await backend.signedIn('eve@example.com');
      for (const id of [passkey.id, '0'.repeat(24), 'nonsense', '%00']) {
        assertRefused(await eve.rest('GET', `/passkeys/${id}`), 404, 'not-found');
        assertRefused(
          await eve.rest('PATCH', `/passkeys/${id}`, { name: 'Mine' }),
          404,
          'not-found',
        );
        assertRefused(await eve.rest('DELETE', `/passkeys/${id}`), 404, 'not-found');
        assertRefused(await eve.rest('PUT', `/passkeys/${id}`, {}), 404, 'not-found');
      }
      assert.deepEqual((await ada.rest('GET', '/passkeys')).body.passkeys, [passkey]);
    });

    it('deletes the last passkey or not, as the operator chose', async () => {
      const guarded = backend.create({ allowLastPasskeyRemoval: false });
      const browser = await backend.signedIn('ada@example.com', guarded);
      const { passkey: one } = (await browser.register()).body;
      const { passkey: two } = (await browser.register()).body;
      const both = await Promise.all(
        [one, two].map(({ id }) => browser.rest('DELETE', `/passkeys/${id}`)),
      );
      assert.deepEqual(both.map(({ status }) => status).sort(), [204, 409]);
      assertRefused(
        both.find(({ status }) => status === 409)!,
        409,
        'last-passkey',
      );
      browser.app = backend.app;
      const [left] = (await browser.rest('GET', '/passkeys')).body.passkeys;
      assert.equal((await browser.rest('DELETE', `/passkeys/${left.id}`)).status, 204);
    });

    it('needs a session for everything', async () => {
      const stranger = backend.browser();
      stranger.cookies.set('passkey-session', 'A'.repeat(43));
      assertRefused(await stranger.rest('GET', '/passkeys'), 401, 'unauthorized');
      assertRefused(await stranger.rest('GET', '/passkeys/x'), 401, 'unauthorized');
      assertRefused(
        await stranger.rest('PATCH', '/passkeys/x', { name: 'x' }),
        401,
        'unauthorized',
      );
      assertRefused(await stranger.rest('DELETE', '/passkeys/x'), 401, 'unauthorized');
      assertRefused(await stranger.rest('GET', '/session'), 401, 'unauthorized');
    });
  });

  describe('removed passkeys', () => {
    const signedIn = (identifier?: string) =>
      backend.signedIn(identifier, backend.create({ restorableFor: 30 }));

    it('brings a removed passkey back as it was, for a while', async () => {
      const browser = await signedIn();
      const { passkey } = (await browser.register()).body;
      await browser.signIn();
      const [before] = (await browser.rest('GET', '/passkeys')).body.passkeys;
      const removed = await browser.rest('DELETE', `/passkeys/${passkey.id}`);
      assert.deepEqual(removed.body, { restorableFor: 30 });
      assert.deepEqual((await browser.rest('GET', '/passkeys')).body.passkeys, []);
      backend.advance(30_000);
      const restored = await browser.rest('PUT', `/passkeys/${passkey.id}`, {});
      assert.deepEqual([restored.status, restored.body], [200, before]);
      assert.deepEqual((await browser.rest('GET', '/passkeys')).body.passkeys, [before]);
      assert.equal((await browser.signIn()).status, 200);
    });

    it('sign nobody in, and are called unknown only once they cannot come back', async () => {
      const browser = await signedIn();
      const { passkey } = (await browser.register()).body;
      await browser.rest('DELETE', `/passkeys/${passkey.id}`);
      backend.advance(30_000);
      assertRefused(await browser.signIn(), 400, 'verification-failed');
      backend.advance(15_000);
      assertRefused(await browser.signIn(), 404, 'unknown-credential');
    });

    it('leave the list incomplete while they can come back, for their owner alone', async () => {
      const [ada, eve] = [await signedIn('ada@example.com'), await signedIn('eve@example.com')];
      const complete = async (browser: typeof ada) =>
        (await browser.rest('GET', '/passkeys')).body.complete;
      const { passkey } = (await ada.register()).body;
      await ada.register();
      await ada.rest('DELETE', `/passkeys/${passkey.id}`);
      assert.deepEqual([await complete(ada), await complete(eve)], [false, true]);
      await ada.rest('PUT', `/passkeys/${passkey.id}`, {});
      assert.equal(await complete(ada), true);
      await ada.rest('DELETE', `/passkeys/${passkey.id}`);
      assert.equal(await complete(ada), false);
      backend.advance(minute);
      assert.equal(await complete(ada), true);
    });

    it('brings nothing back later, twice, for somebody else, or that was never removed', async () => {
      const ada = await signedIn('ada@example.com');
      const { passkey } = (await ada.register()).body;
      const restore = (browser: typeof ada) => browser.rest('PUT', `/passkeys/${passkey.id}`, {});
      assertRefused(await restore(ada), 404, 'not-found');
      await ada.rest('DELETE', `/passkeys/${passkey.id}`);
      const eve = await signedIn('eve@example.com');
      assertRefused(await restore(eve), 404, 'not-found');
      assertRefused(await restore(backend.browser()), 401, 'unauthorized');
      const parallel = await Promise.all(Array.from({ length: 8 }, () => restore(ada)));
      assert.deepEqual(parallel.map(({ status }) => status).sort(), [200, ...Array(7).fill(404)]);
      await ada.rest('DELETE', `/passkeys/${passkey.id}`);
      backend.advance(minute);
      assertRefused(await restore(ada), 404, 'not-found');
      assert.equal(await backend.count('passkeys'), 0);
    });

    it('stay their owner’s: nobody else can register them until they are gone', async () => {
      const [ada, eve] = [await signedIn('ada@example.com'), await signedIn('eve@example.com')];
      const { passkey } = (await ada.register()).body;
      await ada.rest('DELETE', `/passkeys/${passkey.id}`);
      const take = () => eve.register({ newId: passkey.credentialId });
      assertRefused(await take(), 409, 'already-registered');
      assert.equal((await ada.rest('PUT', `/passkeys/${passkey.id}`, {})).status, 200);
      assert.equal((await ada.signIn()).status, 200);
      await ada.rest('DELETE', `/passkeys/${passkey.id}`);
      backend.advance(minute);
      assert.equal((await take()).status, 201);
    });

    it('keeps nothing of a removed passkey for longer than it can be brought back', async () => {
      const browser = await signedIn();
      const { passkey } = (await browser.register()).body;
      await browser.rest('DELETE', `/passkeys/${passkey.id}`);
      assert.equal(await backend.count('removed_passkeys'), 1);
      backend.advance(2 * minute);
      await browser.rest('POST', '/registration/begin', {});
      assert.equal(await backend.count('removed_passkeys'), 0);
    });

    it('brings a passkey back only after a sign-in of the last five minutes', async () => {
      const browser = await signedIn();
      const { passkey } = (await browser.register()).body;
      backend.advance(5 * minute - 10_000);
      await browser.rest('DELETE', `/passkeys/${passkey.id}`);
      backend.advance(20_000);
      assertRefused(
        await browser.rest('PUT', `/passkeys/${passkey.id}`, {}),
        403,
        'reauth-required',
      );
    });

    it('are gone for good where the operator did not say for how long', async () => {
      const browser = await backend.signedIn();
      const { passkey } = (await browser.register()).body;
      assert.equal((await browser.rest('DELETE', `/passkeys/${passkey.id}`)).status, 204);
      assert.equal(await backend.count('removed_passkeys'), 0);
      assertRefused(await browser.rest('PUT', `/passkeys/${passkey.id}`, {}), 404, 'not-found');
    });
  });

  describe('rest: sessions and cookies', () => {
    it('signs out for good', async () => {
      const browser = await backend.signedIn();
      const cookie = browser.cookies.get('passkey-session')!;
      assert.equal((await browser.rest('POST', '/sign-out', {})).status, 204);
      assert.ok(!browser.cookies.has('passkey-session'));
      browser.cookies.set('passkey-session', cookie);
      assertRefused(await browser.rest('GET', '/session'), 401, 'unauthorized');
    });

    it('ends a session after twelve hours', async () => {
      const browser = await backend.signedIn();
      backend.advance(12 * 60 * minute);
      assertRefused(await browser.rest('GET', '/session'), 401, 'unauthorized');
    });

    it('keeps session secrets hashed', async () => {
      const browser = await backend.signedIn();
      const rows = JSON.stringify(
        await backend.database.selectFrom('sessions').selectAll().execute(),
      );
      assert.ok(!rows.includes(browser.cookies.get('passkey-session')!));
    });

    it('hides cookies from scripts, and guards them by prefix where the site has https', async () => {
      const app = backend.create({ origins: ['https://example.com'] });
      const headers = { origin: 'https://example.com' };
      const begun = await backend.browser(app).rest('POST', '/sign-in/begin', {}, headers);
      const line = begun.headers.get('set-cookie')!;
      assert.match(line, /^__Host-passkey-browser=[\w-]{43};/);
      for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
        assert.ok(line.includes(part));
      const plain = await backend.browser().rest('POST', '/sign-in/begin', {});
      assert.match(plain.headers.get('set-cookie')!, /^passkey-browser=.*HttpOnly; SameSite=Lax$/);
    });

    it('hides the session’s cookie likewise, for twelve hours, and takes it away again', async () => {
      const browser = backend.browser(backend.create({ origins: ['https://example.com'] }));
      const post = (path: string, body: object) =>
        browser.rest('POST', path, body, { origin: 'https://example.com' });
      const { handle } = (await post('/codes/send', { identifier: 'ada@example.com' })).body;
      const code = backend.codes.get('ada@example.com');
      const written = await post('/codes/verify', { handle, code });
      const cleared = await post('/sign-out', {});
      for (const [answer, age] of [
        [written, 'Max-Age=43200'],
        [cleared, 'Max-Age=0'],
      ] as const) {
        const line = answer.headers.get('set-cookie')!;
        assert.match(line, /^__Host-passkey-session=/);
        for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', age])
          assert.ok(line.includes(part), line);
      }
    });

    it('knows a browser by a secret of the server’s own, and by nothing else', async () => {
      const browser = backend.browser();
      browser.cookies.set('passkey-browser', 'weak');
      await browser.rest('POST', '/sign-in/begin', {});
      const secret = browser.cookies.get('passkey-browser')!;
      assert.match(secret, /^[\w-]{43}$/);
      await browser.rest('POST', '/sign-in/begin', {});
      assert.equal(browser.cookies.get('passkey-browser'), secret);
    });

    it('does not take a token of the other dialect for a session', async () => {
      const browser = backend.browser();
      const { state } = (
        await browser.ssojet('POST', '/email-otp/send', { body: { email: 'ada@example.com' } })
      ).body;
      const otp = backend.codes.get('ada@example.com');
      const { access_token } = (
        await browser.ssojet('POST', '/email-otp/verify', { body: { state, otp } })
      ).body;
      browser.cookies.set('passkey-session', access_token);
      assertRefused(await browser.rest('GET', '/session'), 401, 'unauthorized');
    });
  });
});

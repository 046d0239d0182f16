import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertRefused, onEachDatabase, type Browser } from './harness.ts';
import type { Answer } from './openapi.ts';

const username = 'ada@example.com';
const tenancies = ['one', 'two'].map((id) => ({ id, apiKey: `key of ${id}` }));

/** How a dialect is asked for a new passkey, and for a sign-in with whichever passkey there is. */
interface Door {
  register(browser: Browser): Promise<Answer>;
  signIn(browser: Browser): Promise<Answer>;
}

const post = (browser: Browser, path: string, body: object) =>
  browser.fetch('POST', `/api${path}`, body);

const rest: Door = {
  register: (browser) => browser.register(),
  signIn: (browser) => browser.signIn(),
};

const fido2: Omit<Door, 'signIn'> = {
  async register(browser) {
    const { body } = await post(browser, '/fido2/attestation/options', {
      username,
      displayName: 'Ada',
    });
    return post(browser, '/fido2/attestation/result', await browser.authenticator.create(body));
  },
};

const ssojet: Omit<Door, 'register'> = {
  async signIn(browser) {
    const { auth_code, publicKey } = (await browser.ssojet('GET', '/passkey/login')).body;
    const body = await browser.authenticator.get(publicKey);
    return browser.ssojet('POST', '/passkey/login', { query: { auth_code }, body });
  },
};

const passlock = (tenancy: string): Door => ({
  async register(browser) {
    const path = `/passlock/${tenancy}/passkey/registration`;
    const { optionsJSON, sessionToken } = (await post(browser, `${path}/options`, { username }))
      .body;
    const response = await browser.authenticator.create(optionsJSON);
    return post(browser, `${path}/verification`, { response, sessionToken });
  },
  async signIn(browser) {
    const path = `/passlock/${tenancy}/passkey/authentication`;
    const { optionsJSON, sessionToken } = (await post(browser, `${path}/options`, {})).body;
    const response = await browser.authenticator.get(optionsJSON);
    return post(browser, `${path}/verification`, { response, sessionToken });
  },
});

onEachDatabase((backend) => {
  /** A browser with a passkey that was made in one dialect. */
  async function holder(made: Pick<Door, 'register'>): Promise<Browser> {
    const app = backend.create({ passlock: { tenancies } });
    const browser = made === rest ? await backend.signedIn(username, app) : backend.browser(app);
    const answer = await made.register(browser);
    assert.ok(answer.status < 300, answer.text);
    browser.cookies.clear();
    return browser;
  }

  const makers = { fido2, passlock: passlock('one') };

  for (const [name, made] of Object.entries(makers)) {
    describe(`a passkey of ${name}, which anybody may make for any name`, () => {
      it('signs nobody in to rest, which does not call it unknown', async () => {
        const browser = await holder(made);
        assertRefused(await rest.signIn(browser), 400, 'verification-failed');
        assertRefused(await browser.rest('GET', '/session'), 401, 'unauthorized');
      });

      it('signs nobody in to ssojet, which does not call it unknown', async () => {
        const { status, body } = await ssojet.signIn(await holder(made));
        assert.deepEqual([status, body.error_code], [400, 1004]);
        assert.equal(await backend.count('outcomes'), 1, 'the registration alone');
      });

      it('signs nobody in to another tenancy of passlock, which does not call it unknown', async () => {
        const { status, body } = await passlock('two').signIn(await holder(made));
        assert.deepEqual([status, body._tag], [400, '@error/BadRequest']);
      });

      it('approves no hand-off', async () => {
        const [here, phone] = [backend.browser(), await holder(made)];
        const { handle, ticket, number } = (await here.rest('POST', '/handoffs', {})).body;
        const begun = await phone.rest('POST', '/handoffs/approval/begin', { ticket });
        const { challengeId, options } = begun.body;
        const answer = await phone.authenticator.get(options);
        const approval = { ticket, number, challengeId, answer };
        const refused = await phone.rest('POST', '/handoffs/approval/finish', approval);
        assertRefused(refused, 400, 'verification-failed');
        const { body } = await here.rest('POST', '/handoffs/status', { handle });
        assert.equal(body.state, 'pending');
      });
    });
  }

  describe('a passkey of somebody who proved an address', () => {
    it('signs in to rest and to ssojet, whose accounts are the same', async () => {
      const browser = await holder(rest);
      const { user } = (await rest.signIn(browser)).body;
      const { status, body } = await ssojet.signIn(browser);
      assert.deepEqual([status, body.profile?.id], [200, user.id]);
    });

    it('signs nobody in to passlock, which does not call it unknown', async () => {
      const { status, body } = await passlock('one').signIn(await holder(rest));
      assert.deepEqual([status, body._tag], [400, '@error/BadRequest']);
    });
  });

  describe('a name that anybody may ask a passkey for', () => {
    const hour = 60 * 60_000;
    const begins = {
      fido2: (browser: Browser) =>
        post(browser, '/fido2/attestation/options', { username, displayName: 'Ada' }),
      passlock: (browser: Browser) =>
        post(browser, '/passlock/one/passkey/registration/options', { username }),
    };

    for (const [name, begin] of Object.entries(begins)) {
      it(`is forgotten where none was made (${name})`, async () => {
        const browser = backend.browser(backend.create({ passlock: { tenancies } }));
        assert.equal((await begin(browser)).status, 200);
        assert.equal(await backend.count('users'), 1);
        backend.advance(hour + 1);
        await browser.rest('POST', '/sign-in/begin', {});
        assert.equal(await backend.count('users'), 0);
      });

      it(`can be asked for again when it is just about to be forgotten (${name})`, async () => {
        const browser = backend.browser(backend.create({ passlock: { tenancies } }));
        await begin(browser);
        backend.advance(hour + 1);
        assert.equal((await begin(browser)).status, 200);
      });
    }

    it('is all that is forgotten: who proved an address keeps the account', async () => {
      await backend.signedIn('ada@example.com');
      backend.advance(25 * hour);
      await backend.browser().rest('POST', '/sign-in/begin', {});
      assert.equal(await backend.count('users'), 1);
    });

    it('stays where one was made, or is being made', async () => {
      const made = await holder(fido2);
      const browser = backend.browser(made.app);
      const about = { username: 'eve', displayName: 'Eve' };
      await post(browser, '/fido2/attestation/options', about);
      backend.advance(hour - 1000);
      const { body } = await post(browser, '/fido2/attestation/options', about);
      backend.advance(70_000);
      await browser.rest('POST', '/sign-in/begin', {});
      const answer = await browser.authenticator.create(body);
      assert.equal((await post(browser, '/fido2/attestation/result', answer)).status, 200);
      assert.equal(await backend.count('users'), 2);
    });
  });

  it('a passkey of passlock signs in to its own tenancy', async () => {
    const answer = await passlock('one').signIn(await holder(passlock('one')));
    assert.equal(answer.status, 200, answer.text);
  });
});

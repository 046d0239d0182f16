import { expect, html } from '@open-wc/testing';
import { Hono } from 'hono';
import { setupWorker } from 'msw/browser';
import { emptyDatabase, type Database } from '../../demo/server/database.ts';
import type { AppEnv } from '../../demo/server/http.ts';
import { auth0, type Auth0Settings } from '../../src/backends/auth0.js';
import { springSecurity } from '../../src/backends/spring-security.js';
import { supabase } from '../../src/backends/supabase.js';
import type { PasskeyBackend } from '../../src/core/backend.js';
import { signIn } from '../../src/core/ceremonies.js';
import type { PasskeyManager } from '../../src/define.js';
import { listPasskeys } from '../../src/core/management.js';
import { removePasskey } from '../../src/core/removal.js';
import { renamePasskey } from '../../src/core/renaming.js';
import { register } from '../../src/core/registration.js';
import { rejection } from '../support/backend-contract.js';
import {
  allScopes,
  auth0Token,
  createAuth0Emulator,
  myAccount,
  type Auth0Setup,
} from '../support/emulators/auth0.ts';
import { createCore } from '../support/emulators/core.ts';
import { createSpringSecurityEmulator } from '../support/emulators/spring-security.ts';
import {
  createSupabaseEmulator,
  supabaseToken,
  type SupabaseSetup,
} from '../support/emulators/supabase.ts';
import { mountHono, type MountedServer } from '../support/mount-hono.ts';
import { place } from '../support/place.ts';
import { watchPrompts } from '../support/prompts.ts';
import { eventually, type } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';
import { memoryDatabase } from '../support/memory-database.ts';

const ada = 'ada@example.com';
const { signal } = new AbortController();
const ceremony = { signal, report: () => {} };

if (hasVirtualAuthenticators) {
  describe('against an emulator that verifies', () => {
    const worker = setupWorker();
    let database: Database;
    let authenticator: VirtualAuthenticator;

    before(async function () {
      this.timeout(30_000);
      database = await memoryDatabase();
      await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
    });
    beforeEach(async () => {
      authenticator = await addVirtualAuthenticator();
    });
    afterEach(async () => {
      await authenticator.remove();
      await emptyDatabase(database);
      worker.resetHandlers();
    });
    after(() => worker.stop());

    const core = () => createCore({ store: database, origins: ['http://localhost:*'] });

    function mount(path: string, emulator: Hono<AppEnv>): MountedServer {
      const mounted = mountHono(new Hono<AppEnv>().route(path, emulator), `${path}/*`);
      worker.resetHandlers(...mounted.handlers);
      return mounted;
    }

    describe('Spring Security', () => {
      const backend = springSecurity({
        baseUrl: '/app',
        listPath: '/webauthn/credentials',
        label: 'Laptop',
      });

      function start(csrf: 'session' | 'cookie', htmlLoginRedirect = false): MountedServer {
        const setup = { csrf, contextPath: '/app', listEndpoint: true, htmlLoginRedirect };
        return mount('/app', createSpringSecurityEmulator(core(), setup));
      }

      /** What the server puts into the head of a page of its own. */
      async function loadPage(): Promise<void> {
        forgetPage();
        const page = await (await fetch('/app/index.html')).text();
        const { head } = new DOMParser().parseFromString(page, 'text/html');
        document.head.append(...head.querySelectorAll('meta'));
      }

      async function signInByPassword(): Promise<void> {
        const body = JSON.stringify({ identifier: ada });
        const { status } = await fetch('/app/emulator/sign-in', { method: 'POST', body });
        expect(status).to.equal(204);
      }

      function forgetPage(): void {
        document.head.querySelectorAll('meta[name^="_csrf"]').forEach((meta) => meta.remove());
      }

      afterEach(() => {
        forgetPage();
        document.cookie = 'XSRF-TOKEN=; path=/; max-age=0';
      });

      for (const csrf of ['session', 'cookie'] as const) {
        it(`with the token in the ${csrf}: register, sign in, list, remove`, async () => {
          const server = start(csrf);
          await signInByPassword();
          await loadPage();
          const { passkey, signIn: session } = await register(backend, {}, ceremony);
          expect([passkey, session], 'the server says no more than yes').to.deep.equal([
            undefined,
            undefined,
          ]);
          server.forgetCookies();
          await loadPage();
          const result = await signIn(backend, {}, ceremony);
          expect(result).to.deep.equal({ kind: 'session', redirect: '/app/' });
          await loadPage();
          const { passkeys } = await listPasskeys(backend, signal);
          const [credential] = await authenticator.credentials();
          expect(passkeys).to.have.length(1);
          expect(passkeys[0]).to.include({ name: 'Laptop', id: credential!.credentialId });
          expect(passkeys[0]!.lastUsedAt).to.be.a('date');
          expect(await removePasskey(backend, passkeys[0]!, signal)).to.deep.equal({});
          expect((await listPasskeys(backend, signal)).passkeys).to.deep.equal([]);
        });
      }

      it('a cookie that changed at sign-in needs no new page', async () => {
        start('cookie');
        await signInByPassword();
        await register(backend, {}, ceremony);
        await signIn(backend, {}, ceremony);
        await signIn(backend, {}, ceremony);
      });

      it('without a token nothing is asked of the person', async () => {
        start('session');
        const prompts = watchPrompts();
        expect((await rejection(signIn(backend, {}, ceremony))).code).to.equal('forbidden');
        expect(prompts).to.deep.equal([]);
      });

      for (const htmlLoginRedirect of [false, true]) {
        it(`a stranger is told to sign in by the list, ${htmlLoginRedirect ? 'also where it is the login page' : 'which refuses'}`, async () => {
          start('cookie', htmlLoginRedirect);
          const { code } = await rejection(listPasskeys(backend, signal));
          expect(code).to.equal('unauthorized');
        });
      }

      it('a stranger is told to sign in, and sees no prompt', async () => {
        start('cookie');
        await loadPage();
        const prompts = watchPrompts();
        expect((await rejection(register(backend, {}, ceremony))).code).to.equal('unauthorized');
        expect(prompts).to.deep.equal([]);
      });

      it('a passkey that the server has forgotten does not sign in', async () => {
        start('cookie');
        await signInByPassword();
        await register(backend, {}, ceremony);
        await database.deleteFrom('passkeys').execute();
        document.cookie = 'XSRF-TOKEN=; path=/; max-age=0';
        start('cookie');
        await loadPage();
        const { code } = await rejection(signIn(backend, {}, ceremony));
        expect(code).to.equal('verification-failed');
      });

      it('the element needs no more than its attributes', async () => {
        start('cookie');
        await signInByPassword();
        await register(backend, {}, ceremony);
        const view = await place(html`
          <passkey-login backend="spring-security" base-url="/app" no-autofill></passkey-login>
        `);
        view.button('Sign in with a passkey').click();
        await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
      });
    });

    describe('Auth0', () => {
      let token: string | undefined;
      const create = (settings: Auth0Settings = {}): PasskeyBackend =>
        auth0({
          baseUrl: '/auth0',
          clientId: 'my-app',
          audience: myAccount,
          scope: allScopes,
          accessToken: () => token,
          ...settings,
        });
      const start = (setup?: Partial<Auth0Setup>) =>
        mount('/auth0', createAuth0Emulator(core(), setup));

      beforeEach(() => {
        token = undefined;
      });

      it('sign up, sign in, list, add, remove', async () => {
        start();
        const backend = create();
        const { signIn: signedUp } = await register(backend, { identifier: ada }, ceremony);
        expect(signedUp).to.include({ kind: 'tokens', tokenType: 'Bearer' });
        const result = await signIn(backend, {}, ceremony);
        token = result?.kind === 'tokens' ? result.accessToken : undefined;
        const [first] = (await listPasskeys(backend, signal)).passkeys;
        expect(first!.id).to.match(/^passkey\|dev_/);
        const [credential] = await authenticator.credentials();
        expect(first!.credentialId).to.equal(credential!.credentialId);
        expect(first!.userHandle).to.equal(credential!.userHandle);
        const { passkey: added } = await register(backend, { identifier: ada }, ceremony);
        const { passkeys } = await listPasskeys(backend, signal);
        expect(passkeys.map(({ id }) => id)).to.have.members([first!.id, added!.id]);
        expect(await backend.passkeys!.get!({ id: added!.id }, signal)).to.deep.equal(added);
        expect(await removePasskey(backend, added!, signal)).to.deep.equal({});
        expect(await removePasskey(backend, added!, signal)).to.equal(undefined);
        expect((await listPasskeys(backend, signal)).passkeys).to.have.length(1);
      });

      it('the element signs a newcomer up', async () => {
        start();
        const view = await place(html`
          <passkey-login backend="auth0" client-id="my-app" base-url="/auth0" no-autofill>
          </passkey-login>
        `);
        const tokens: unknown[] = [];
        view.element.receiveTokens = (result) => tokens.push(result.kind);
        type(view.field('E-mail address'), ada);
        view.button('Continue').click();
        (await eventually(() => view.button(/^Create a passkey/))).click();
        await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
        expect(tokens).to.deep.equal(['tokens']);
      });

      it('the second passkey of a name is a conflict, before any prompt', async () => {
        start();
        await register(create(), { identifier: ada }, ceremony);
        const prompts = watchPrompts();
        const again = register(create(), { identifier: ada }, ceremony);
        expect((await rejection(again)).code).to.equal('conflict');
        expect(prompts).to.deep.equal([]);
      });

      for (const [title, exposeLocation, held, code] of [
        ['a Location that is not shown', false, {}, 'bad-response'],
        ['another scope', true, { scope: 'openid' }, 'reauth-required'],
        ['another audience', true, { audience: 'https://api.example.com/' }, 'unauthorized'],
      ] as const) {
        it(`${title} is ${code}, before any prompt`, async () => {
          start({ exposeLocation });
          token = await auth0Token(core(), ada, held);
          const prompts = watchPrompts();
          expect((await rejection(register(create(), {}, ceremony))).code).to.equal(code);
          expect(prompts).to.deep.equal([]);
        });
      }

      it('a second factor is more than the element can ask for', async () => {
        start();
        await register(create(), { identifier: ada }, ceremony);
        start({ secondFactor: [ada] });
        expect((await rejection(signIn(create(), {}, ceremony))).code).to.equal('mfa-required');
      });

      it('an application that is not known is told so', async () => {
        start();
        const { code } = await rejection(signIn(create({ clientId: 'other' }), {}, ceremony));
        expect(code).to.equal('forbidden');
      });
    });

    describe('Supabase', () => {
      let token: string | undefined;
      const backend = supabase({
        baseUrl: '/auth/v1',
        clientId: 'sb_publishable_demo',
        accessToken: () => token,
      });
      const start = (setup?: Partial<SupabaseSetup>) =>
        mount('/auth/v1', createSupabaseEmulator(core(), setup));

      beforeEach(async () => {
        token = await supabaseToken(core(), ada);
      });

      it('register, sign in, list, rename, remove', async () => {
        start();
        const { passkey } = await register(backend, {}, ceremony);
        token = undefined;
        const result = await signIn(backend, {}, ceremony);
        expect(result).to.have.nested.property('user.identifier', ada);
        token = result?.kind === 'tokens' ? result.accessToken : undefined;
        const { passkeys } = await listPasskeys(backend, signal);
        expect(passkeys.map(({ id }) => id)).to.deep.equal([passkey!.id]);
        const renamed = await renamePasskey(backend, passkeys[0]!, 'Läptop', signal);
        expect(renamed.name).to.equal('Läptop');
        expect(await removePasskey(backend, renamed, signal)).to.deep.equal({});
        expect(await removePasskey(backend, renamed, signal)).to.equal(undefined);
      });

      it('the server counts the bytes of a name', async () => {
        start();
        const { passkey } = await register(backend, {}, ceremony);
        const name = 'ä'.repeat(60);
        expect((await renamePasskey(backend, passkey!, name, signal)).name).to.equal(name);
        const longer = renamePasskey(backend, passkey!, `${name}a`, signal);
        expect((await rejection(longer)).code).to.equal('invalid-input');
      });

      for (const [title, setup, code] of [
        ['passkeys switched off', { enabled: false }, 'forbidden'],
        ['too many passkeys', { maxPasskeys: 0 }, 'conflict'],
        ['single sign-on', { singleSignOn: [ada] }, 'forbidden'],
        ['a missing second factor', { withoutSecondFactor: [ada] }, 'reauth-required'],
        ['another key', { publishableKey: 'other' }, 'unauthorized'],
      ] as const) {
        it(`${title}: ${code}, before any prompt`, async () => {
          start(setup);
          const prompts = watchPrompts();
          expect((await rejection(register(backend, {}, ceremony))).code).to.equal(code);
          expect(prompts).to.deep.equal([]);
        });
      }

      it('a passkey that the server has forgotten does not sign in', async () => {
        start();
        await register(backend, {}, ceremony);
        await database.deleteFrom('passkeys').execute();
        const { code } = await rejection(signIn(backend, {}, ceremony));
        expect(code).to.equal('verification-failed');
      });

      it('the manager adds a passkey, which the server has named', async () => {
        start();
        const view = await place<PasskeyManager>(html`
          <passkey-manager
            backend="supabase"
            client-id="sb_publishable_demo"
            base-url="/auth/v1"
            .accessToken=${token}
          ></passkey-manager>
        `);
        (await eventually(() => view.button('Add a passkey'))).click();
        await eventually(() =>
          expect(view.rows.map(({ name }) => name)).to.deep.equal(['Passkey']),
        );
      });
    });
  });
}

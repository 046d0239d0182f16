import { expect, html } from '@open-wc/testing';
import { setupWorker } from 'msw/browser';
import { emptyDatabase, type Database } from '../../demo/server/database.ts';
import { hanko } from '../../src/backends/hanko.js';
import { passlock } from '../../src/backends/passlock.js';
import type { PasskeyBackend } from '../../src/core/backend.js';
import type { PasskeyLogin, PasskeyManager } from '../../src/define.js';
import type { TokenResult } from '../../src/index.js';
import { createHanko } from '../support/emulators/hanko.ts';
import { mountHono, type MountedServer } from '../support/mount-hono.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { startReferenceBackend, type ReferenceBackend } from '../support/reference-backend.ts';
import { eventually, submit, type, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';
import { memoryDatabase } from '../support/memory-database.ts';

const ada = 'ada@example.com';
const bob = 'bob@example.com';
const apiKey = 'key-canary';
const tenantId = '0b6e2f4e-3c4c-4f7e-9f0a-6a2f0d9f7a11';
const passlockUrl = `${location.origin}/api/passlock`;
const hankoUrl = 'https://passkeys.hanko.io';

async function call(path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

if (hasVirtualAuthenticators) {
  describe('backends of other companies, with the site’s own server between', () => {
    const worker = setupWorker();
    let reference: ReferenceBackend;
    let hankoDatabase: Database;
    let mounted: MountedServer;
    let authenticator: VirtualAuthenticator;

    before(async function () {
      this.timeout(30_000);
      hankoDatabase = await memoryDatabase();
      reference = await startReferenceBackend({ triesPerMinute: 1000 });
      await worker.start({ quiet: true, onUnhandledFrame: 'bypass' });
    });
    after(() => worker.stop());

    beforeEach(async () => {
      authenticator = await addVirtualAuthenticator();
    });
    afterEach(async () => {
      await authenticator.remove();
      await reference.reset();
      await emptyDatabase(hankoDatabase);
    });

    /** Puts the site, and the servers elsewhere, behind this page's network. */
    function mount(apiVersion: 'v1' | 'v2' = 'v1'): void {
      const passlockApp = reference.createApp({
        passlock: { tenancies: [{ id: 'tenancy', apiKey }], pageSize: 2 },
      });
      const hankoApp = createHanko({
        database: hankoDatabase,
        tenantId,
        apiKey,
        origins: [location.origin],
      });
      const app = reference.createApp({
        passlock: { tenancies: [{ id: 'tenancy', apiKey }] },
        proxies: {
          passlock: {
            tenancyId: 'tenancy',
            apiKey,
            apiVersion,
            endpoint: passlockUrl,
            fetch: (request) => passlockApp.fetch(request),
          },
          hanko: { tenantId, apiKey, fetch: (request) => hankoApp.fetch(request) },
        },
      });
      mounted = mountHono(app);
      worker.resetHandlers(...mounted.handlers, ...mountHono(hankoApp, `${hankoUrl}/*`).handlers);
    }

    async function signInByCode(identifier: string): Promise<void> {
      const { handle } = await call('/api/passkeys/codes/send', { identifier });
      const code = reference.codes.get(identifier);
      await call('/api/passkeys/codes/verify', { handle, code });
    }

    async function whoAmI(): Promise<unknown> {
      const { user } = await call('/api/passkeys/session');
      return (user as { identifier: string }).identifier;
    }

    const manager = (backend: PasskeyBackend) =>
      place<PasskeyManager>(
        html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
      );
    const login = (backend: PasskeyBackend) =>
      place<PasskeyLogin>(
        html`<passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>`,
      );

    async function add(view: View): Promise<void> {
      (await eventually(() => view.button('Add a passkey'))).click();
      await eventually(() => expect(view.status).to.equal('Passkey added.'));
    }

    for (const [name, apiVersion, create] of [
      ['passlock v1', 'v1', () => passlock({ siteUrl: '/api/site/passlock' })],
      ['passlock v2', 'v2', () => passlock({ siteUrl: '/api/site/passlock' })],
      ['hanko', 'v1', () => hanko({ siteUrl: '/api/site/hanko' })],
    ] as const) {
      it(`${name}: create, sign in, list, rename and remove are really done`, async () => {
        mount(apiVersion);
        await signInByCode(ada);
        const view = await manager(create());
        await add(view);
        expect(view.rows).to.have.length(1);
        expect(await authenticator.credentials()).to.have.length(1);

        view.button(/^Rename/).click();
        const field = await eventually(() => view.field('Name of the passkey'));
        type(field, 'My phone');
        submit(field);
        await eventually(() => expect(view.status).to.equal('Renamed to “My phone”.'));
        await view.element.refresh();
        await eventually(() => view.row('My phone'));

        mounted.forgetCookies();
        const signingIn = await login(create());
        const events = new PasskeyEvents();
        expect(await signingIn.element.signIn()).to.equal(true);
        expect(events.of('passkey-signed-in')[0]!.detail.kind).to.equal('session');
        expect(await whoAmI()).to.equal(ada);

        view.button('Remove “My phone”').click();
        (await eventually(() => view.dialog!.button('Remove'))).click();
        await eventually(() => expect(view.status).to.match(/^“My phone” was removed\./));
        const { passkeys } = await create().passkeys!.list!(new AbortController().signal);
        expect(passkeys).to.deep.equal([]);
        expect(await signingIn.element.signIn()).to.equal(false);
      });

      it(`${name}: nobody sees the passkeys of somebody else`, async () => {
        mount(apiVersion);
        await signInByCode(ada);
        const first = await manager(create());
        await add(first);
        mounted.forgetCookies();
        await signInByCode(bob);
        const view = await manager(create());
        await eventually(() => expect(view.text).to.contain('No passkeys yet'));
        expect(view.rows).to.deep.equal([]);
      });

      it(`${name}: a session that is over is said, and no passkey is made`, async () => {
        mount(apiVersion);
        const events = new PasskeyEvents();
        const view = await manager(create());
        await eventually(() => expect(view.status).to.contain('You are not signed in.'));
        expect(events.errors).to.deep.equal(['unauthorized']);
        expect(await authenticator.credentials()).to.deep.equal([]);
      });
    }

    for (const [name, apiVersion, create, exchange] of [
      [
        'passlock v1',
        'v1',
        () => passlock({ clientId: 'tenancy', baseUrl: passlockUrl }),
        (code: string) => call('/api/site/passlock/login', { code }),
      ],
      [
        'passlock v2',
        'v2',
        () =>
          passlock({
            clientId: 'tenancy',
            baseUrl: passlockUrl,
            authorize: (ceremony, { mediation }) =>
              call(`/api/site/passlock/passkey/${ceremony}/authorize`, { mediation }),
          }),
        (code: string) => call('/api/site/passlock/login', { code }),
      ],
      [
        'hanko',
        'v1',
        () => hanko({ clientId: tenantId }),
        (token: string) => call('/api/site/hanko/session', { token }),
      ],
    ] as const) {
      it(`${name}: without it in between, the page gets the proof and hands it over`, async () => {
        mount(apiVersion);
        await signInByCode(ada);
        const kind = name === 'hanko' ? hanko : passlock;
        const siteUrl = `/api/site/${name === 'hanko' ? 'hanko' : 'passlock'}`;
        await add(await manager(kind({ siteUrl })));
        mounted.forgetCookies();

        const proofs: TokenResult[] = [];
        const view = await login(create());
        view.element.receiveTokens = (result) => proofs.push(result);
        expect(await view.element.signIn()).to.equal(true);
        const [proof] = proofs;
        expect(proofs).to.have.length(1);
        await exchange(proof!.kind === 'code' ? proof!.code : '');
        expect(await whoAmI()).to.equal(ada);
      });
    }

    it('passlock v2: a passkey made without it in between is handed over likewise', async () => {
      mount('v2');
      await signInByCode(ada);
      const proofs: TokenResult[] = [];
      const view = await manager(
        passlock({
          clientId: 'tenancy',
          baseUrl: passlockUrl,
          authorize: (ceremony) => call(`/api/site/passlock/passkey/${ceremony}/authorize`, {}),
        }),
      );
      view.element.receiveTokens = (result) => proofs.push(result);
      expect(await view.element.add()).to.equal(true);
      const [proof] = proofs;
      const made = await call('/api/site/passlock/passkeys', {
        code: proof!.kind === 'code' ? proof!.code : '',
      });
      const site = passlock({ siteUrl: '/api/site/passlock' });
      const { passkeys } = await site.passkeys!.list!(new AbortController().signal);
      expect(passkeys.map(({ id }) => id)).to.deep.equal([made['id']]);
    });
  });
}

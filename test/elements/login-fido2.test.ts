import { aTimeout, expect, html } from '@open-wc/testing';
import type { AppOptions } from '../../demo/server/app.ts';
import { fido2, type Fido2Settings } from '../../src/backends/fido2.js';
import { signIn } from '../../src/core/ceremonies.js';
import type { FlowEvent } from '../../src/core/flow.js';
import { register } from '../../src/core/registration.js';
import { rejection } from '../support/backend-contract.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { watchPrompts } from '../support/prompts.ts';
import { json, openSite, page } from '../support/site.ts';
import { eventually, type, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';

const isChromium = 'userAgentData' in navigator;
const ada = 'ada@example.com';
const base = '/api/fido2';
const login = html`<passkey-login backend="fido2" base-url=${base}></passkey-login>`;
const accepted = { status: 'ok', errorMessage: '' };

const example = {
  optionsMethod: 'GET',
  paths: {
    attestationOptions: '/generate-registration-options',
    attestationResult: '/verify-registration',
    assertionOptions: '/generate-authentication-options',
    assertionResult: '/verify-authentication',
  },
} as const;

/** Servers that call themselves compatible, and what a site sets for them. */
const servers: Record<string, { fido2: AppOptions['fido2']; settings?: Fido2Settings }> = {
  'as the profile says': { fido2: {} },
  'like LINE’s': { fido2: { nested: true, failWith200: true } },
  'like LINE’s, without rp id': { fido2: { nested: true, failWith200: true, omitRpId: true } },
  'like SimpleWebAuthn’s for the conformance tests': { fido2: { omitStatusOnError: true } },
  'like SimpleWebAuthn’s example': { fido2: { plain: true }, settings: example },
  'like .NET’s sample': { fido2: { bareStringError: true } },
  'without rp id': { fido2: { omitRpId: true } },
};

if (hasVirtualAuthenticators) {
  describe('fido2 before a real server', () => {
    const site = openSite();
    let authenticator: VirtualAuthenticator;

    beforeEach(async () => {
      authenticator = await addVirtualAuthenticator();
    });
    afterEach(() => authenticator.remove());

    const create = (settings?: Fido2Settings) => fido2({ baseUrl: base, ...settings });

    function ceremony() {
      const steps: string[] = [];
      const report = ({ type }: FlowEvent) => steps.push(type);
      return { steps, signal: new AbortController().signal, report };
    }

    const registering = (settings?: Fido2Settings, identifier = ada) =>
      register(create(settings), { identifier }, ceremony());
    const signingIn = (settings?: Fido2Settings, identifier = ada) =>
      signIn(create(settings), { identifier }, ceremony());

    /** Lets the server see another body than the one that was sent. */
    function tamper(path: string, change: (body: Body) => void): void {
      site.intercept(path, async (request) => {
        const body = (await request.json()) as Body;
        change(body);
        const { method, url, headers } = request;
        const sent = new Request(url, { method, headers, body: JSON.stringify(body) });
        return site.answer(sent);
      });
    }

    for (const [name, { fido2, settings }] of Object.entries(servers)) {
      describe(`a server ${name}`, () => {
        beforeEach(() => site.configure({ fido2 }));

        it('registers, then signs in', async () => {
          expect(await registering(settings)).to.have.all.keys('aaguid');
          expect(await authenticator.credentials()).to.have.length(1);
          expect(site.cookies.has('passkey-session')).to.equal(false);
          const signed = ceremony();
          const result = await signIn(create(settings), { identifier: ada }, signed);
          expect({ ...result }).to.deep.equal({ kind: 'session' });
          expect(signed.steps).to.deep.equal(['challenged', 'answered']);
          expect(site.cookies.has('passkey-session')).to.equal(true);
        });

        it('adds no passkey to an account for a stranger', async () => {
          await registering(settings);
          site.forgetCookies();
          const other = await addVirtualAuthenticator({ transport: 'usb' });
          const { code } = await rejection(registering(settings));
          await other.remove();
          expect(code).to.equal(fido2?.failWith200 ? 'invalid-input' : 'unauthorized');
          expect(await authenticator.credentials()).to.have.length(1);
        });

        it('knows nobody who has not registered', async () => {
          const prompts = watchPrompts();
          expect((await rejection(signingIn(settings))).code).to.equal('invalid-input');
          expect(prompts).to.deep.equal([]);
        });

        it('does not take a signature with a bit flipped', async () => {
          await registering(settings);
          tamper(settings?.paths?.assertionResult ?? '/assertion/result', ({ response }) => {
            const { signature = '' } = response;
            response.signature = `${signature.slice(0, 9)}${signature[9] === 'A' ? 'B' : 'A'}${signature.slice(10)}`;
          });
          expect((await rejection(signingIn(settings))).code).to.equal('verification-failed');
          expect(site.cookies.has('passkey-session')).to.equal(false);
          site.heal();
          expect({ ...(await signingIn(settings)) }).to.deep.equal({ kind: 'session' });
        });
      });
    }

    it('an answer that comes too late is refused, and a fresh try works', async () => {
      await registering();
      site.intercept('/assertion/result', () => void site.setNow(new Date(Date.now() + 95_000)));
      expect((await rejection(signingIn())).code).to.equal('verification-failed');
      site.heal();
      expect({ ...(await signingIn()) }).to.deep.equal({ kind: 'session' });
    });

    it('an answer without its session is refused', async () => {
      await registering();
      site.intercept('/assertion/result', () => void site.forgetCookies());
      expect((await rejection(signingIn())).code).to.equal('verification-failed');
    });

    it('the same answer a second time is refused', async () => {
      await registering();
      let replayed: Response | undefined;
      site.intercept('/assertion/result', async (request) => {
        const first = await site.answer(request.clone());
        replayed = await site.answer(request);
        return first;
      });
      await signingIn();
      expect(replayed!.status).to.equal(400);
    });

    it('a passkey the server did not take leaves the authenticator again', async () => {
      tamper('/attestation/result', ({ response }) => (response.clientDataJSON = 'e30'));
      expect((await rejection(registering())).code).to.equal('verification-failed');
      if (isChromium) {
        await eventually(async () => expect(await authenticator.credentials()).to.deep.equal([]));
      }
    });

    it('who has a passkey here already is told so before the server hears of another', async () => {
      await registering();
      await signingIn();
      const { code } = await rejection(registering());
      expect(code).to.equal('already-registered');
      expect(site.wire.at(-1)).to.equal(`POST ${base}/attestation/options`);
    });

    describe('another server than that', () => {
      const rest = { challengeId: 'c1', options: {} };
      for (const [name, answer] of Object.entries<() => Response>({
        'a page': () => page(200),
        'a page that is missing': () => page(404),
        'an envelope without options': () => json(accepted),
        'options without a challenge': () => json({ ...accepted, rpId: 'localhost' }),
        'options of another kind': () => json(rest),
        'a challenge that is no base64url': () => json({ ...accepted, challenge: '{}' }),
        'half of an answer': () => new Response('{"status":"ok","chal'),
        nothing: () => new Response(null, { status: 204 }),
        'a list': () => json([accepted]),
      })) {
        it(`${name} in the place of options is bad-response`, async () => {
          const prompts = watchPrompts();
          site.intercept('/options', answer);
          expect((await rejection(signingIn())).code).to.equal('bad-response');
          expect((await rejection(registering())).code).to.equal('bad-response');
          expect(prompts).to.deep.equal([]);
        });
      }

      for (const [name, answer] of Object.entries<() => Response>({
        'a page': () => page(200),
        'an empty object': () => json({}),
        'another success': () => json({ success: true }),
        nothing: () => new Response(null, { status: 204 }),
      })) {
        it(`${name} in the place of a result signs nobody in`, async () => {
          await registering();
          site.intercept('/result', answer);
          expect((await rejection(signingIn())).code).to.equal('bad-response');
        });
      }
    });

    describe('in <passkey-login>', () => {
      async function enter(view: View, name = ada): Promise<void> {
        type(view.field('E-mail address'), name);
        view.button('Continue').click();
      }

      it('nothing is on offer before somebody gave an account name', async () => {
        const prompts = watchPrompts();
        await registering();
        prompts.length = site.wire.length = 0;
        const view = await place(login);
        await aTimeout(100);
        expect(view.offers('Sign in with a passkey')).to.equal(false);
        expect(view.element.matches(':state(autofill)')).to.equal(false);
        view.button('Continue').click();
        await aTimeout(100);
        expect(site.wire).to.deep.equal([]);
        expect(prompts).to.deep.equal([]);
      });

      it('somebody new creates a passkey, and signs in with it next time', async () => {
        const events = new PasskeyEvents();
        const view = await place(login);
        await enter(view);
        (await eventually(() => view.button(/^Create a passkey/))).click();
        await eventually(() => expect(view.headings).to.deep.equal(['Passkey created']));
        expect(site.wire).to.deep.equal([
          `POST ${base}/attestation/options`,
          `POST ${base}/attestation/result`,
        ]);
        expect(events.names).to.deep.equal(['passkey-registered']);

        const again = await place(login);
        await enter(again);
        (await eventually(() => again.button(/^Use my passkey/))).click();
        await eventually(() => expect(again.headings).to.deep.equal(['You are signed in.']));
        expect(events.of('passkey-signed-in')[0]!.detail).to.deep.equal({
          method: 'passkey',
          kind: 'session',
        });
        expect(site.cookies.has('passkey-session')).to.equal(true);
      });

      for (const [name, fido2] of Object.entries({
        'as the profile says it': {},
        'with HTTP 200': { nested: true, failWith200: true },
        'by a bare text': { bareStringError: true },
      })) {
        it(`a name nobody has, told ${name}, is answered in neutral words`, async () => {
          site.configure({ fido2 });
          const events = new PasskeyEvents();
          const view = await place(login);
          await enter(view);
          (await eventually(() => view.button(/^Use my passkey/))).click();
          await eventually(() => expect(view.alert).to.contain('was not accepted'));
          expect(view.text).not.to.contain('exist');
          expect(events.errors).to.deep.equal(['invalid-input']);
        });
      }
    });
  });
}

interface Body {
  readonly response: { signature?: string; clientDataJSON: string };
}

import { aTimeout, expect, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import type { TokenResult } from '../../src/index.js';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { watchPrompts } from '../support/prompts.ts';
import { baseUrls, openSite } from '../support/site.ts';
import { eventually, press, settle, type, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';

const isChromium = 'userAgentData' in navigator;
const ada = 'ada@example.com';

const rest = html`<passkey-login backend="rest" no-autofill></passkey-login>`;
const ssojet = html`<passkey-login
  client-id="demo"
  base-url=${baseUrls.ssojet}
  no-autofill
></passkey-login>`;

async function signedIn(view: View): Promise<void> {
  await eventually(() => expect(view.headings, view.text).to.deep.equal(['You are signed in.']));
}

if (hasVirtualAuthenticators) {
  describe('signing in with <passkey-login>', () => {
    const site = openSite();
    let authenticator: VirtualAuthenticator;

    beforeEach(async () => {
      authenticator = await addVirtualAuthenticator();
    });
    afterEach(() => authenticator.remove());

    it('one press of the button, and the site knows who it is', async () => {
      await site.account(ada, authenticator);
      const events = new PasskeyEvents();
      const view = await place(rest);
      view.button('Sign in with a passkey').click();
      await signedIn(view);
      expect(site.wire).to.deep.equal(['POST /sign-in/begin', 'POST /sign-in/finish']);
      expect(events.names).to.deep.equal(['passkey-signed-in']);
      expect(events.of('passkey-signed-in')[0]!.detail).to.deep.equal({
        method: 'passkey',
        kind: 'session',
      });
      expect(await site.whoAmI()).to.equal(ada);
    });

    it('SSOJet’s tokens go to the page’s own code, once', async () => {
      await site.account(ada, authenticator);
      const events = new PasskeyEvents();
      const tokens: TokenResult[] = [];
      const view = await place(ssojet);
      view.element.receiveTokens = (result) => tokens.push(result);
      view.button('Sign in with a passkey').click();
      await signedIn(view);
      expect(tokens).to.have.length(1);
      const [result] = tokens;
      expect(result!.kind === 'tokens' && result!.accessToken).to.be.a('string');
      expect(result!.user!.identifier).to.equal(ada);
      expect(events.of('passkey-signed-in')[0]!.detail).to.deep.equal({
        method: 'passkey',
        kind: 'tokens',
      });
    });

    it('tokens that the page refuses are good for nothing here either', async () => {
      await site.account(ada, authenticator);
      const view = await place(ssojet);
      view.element.receiveTokens = () => Promise.reject(new Error('not this one'));
      expect(await view.element.signIn()).to.equal(false);
      const before = site.requests.length;
      expect(await view.element.register()).to.equal(false);
      const sent = site.requests.slice(before).map(({ headers }) => headers.get('authorization'));
      expect(sent).to.deep.equal([]);
    });

    it('a session is kept by a cookie, and the page’s code gets nothing', async () => {
      await site.account(ada, authenticator);
      const tokens: TokenResult[] = [];
      const view = await place(rest);
      view.element.receiveTokens = (result) => tokens.push(result);
      view.button('Sign in with a passkey').click();
      await signedIn(view);
      expect(tokens).to.deep.equal([]);
    });

    it('the method does what the button does, and says whether it worked', async () => {
      await site.account(ada, authenticator);
      const view = await place(rest);
      expect(await view.element.signIn()).to.equal(true);
      await signedIn(view);
    });

    it('after signing out it starts over', async () => {
      await site.account(ada, authenticator);
      const view = await place(rest);
      await view.element.signIn();
      await view.element.signOut();
      await eventually(() => expect(view.headings).to.deep.equal(['Sign in or create an account']));
      expect(await site.whoAmI()).to.equal(undefined);
    });

    for (const [name, template] of Object.entries({ rest, ssojet })) {
      it(`${name}: Enter, then “Use my passkey”, without asking who has an account`, async () => {
        await site.account(ada, authenticator);
        const view = await place(template);
        view.element.receiveTokens = () => {};
        const field = view.field('E-mail address');
        type(field, ` ${ada} `);
        press(field, 'Enter');
        const use = await eventually(() => view.button(/^Use my passkey/));
        expect(site.wire, 'nothing is asked before').to.deep.equal([]);
        use.click();
        await signedIn(view);
        expect(site.wire).to.have.length(2);
      });
    }

    describe('with look-up', () => {
      const lookUp = html`<passkey-login backend="rest" no-autofill look-up></passkey-login>`;

      it('somebody with a passkey is asked for it at once', async () => {
        site.configure({ revealAccounts: true });
        await site.account(ada, authenticator);
        site.configure({ revealAccounts: true });
        const view = await place(lookUp);
        type(view.field('E-mail address'), ada);
        view.button('Continue').click();
        await signedIn(view);
        expect(site.wire[0]).to.equal('POST /status');
      });

      it('somebody without one gets a code at once', async () => {
        site.configure({ revealAccounts: true });
        const view = await place(lookUp);
        type(view.field('E-mail address'), 'new@example.com');
        view.button('Continue').click();
        await eventually(() => view.field('Code'));
        expect(site.wire).to.deep.equal(['POST /status', 'POST /codes/send']);
      });

      it('where the server will not tell, the person chooses', async () => {
        await site.account(ada, authenticator);
        const view = await place(lookUp);
        type(view.field('E-mail address'), ada);
        view.button('Continue').click();
        await eventually(() => view.button(/^Use my passkey/));
        view.button(/^E-mail me a code/);
      });

      it('a look-up that fails is said, and nothing else is sent', async () => {
        const events = new PasskeyEvents();
        const view = await place(lookUp);
        site.intercept('/status', () => new Response('', { status: 500 }));
        type(view.field('E-mail address'), ada);
        view.button('Continue').click();
        await eventually(() => expect(view.alert).to.contain('wrong on our side'));
        expect(events.errors).to.deep.equal(['server-error']);
        expect(site.wire.filter((line) => line !== 'POST /status')).to.deep.equal([]);
        expect(view.field('E-mail address').value).to.equal(ada);
      });
    });

    describe('where to go afterwards', () => {
      for (const address of [
        '//evil.example/x',
        '/\\evil.example/x',
        'https:evil.example',
        'https://evil.example/',
        'http://localhost.evil.example/',
        '/\t/evil.example/x',
        '\t//evil.example',
        ' //evil.example',
        'javascript:document.body.append("ran")',
        'data:text/html,ran',
      ]) {
        it(`${JSON.stringify(address)} is not followed`, async () => {
          await site.account(ada, authenticator);
          const events = new PasskeyEvents();
          const view = await place(rest);
          view.element.successUrl = address;
          const away: string[] = [];
          const onLeave = () => away.push('left');
          addEventListener('beforeunload', onLeave);
          const before = location.href;
          view.button('Sign in with a passkey').click();
          await signedIn(view);
          await aTimeout(50); // a navigation begins in a later task
          removeEventListener('beforeunload', onLeave);
          expect(away).to.deep.equal([]);
          expect(location.href).to.equal(before);
          expect(events.names).to.deep.equal(['passkey-signed-in']);
        });
      }

      it('an address of this site is followed, unless the page takes over', async () => {
        await site.account(ada, authenticator);
        const view = await place(rest);
        const away: string[] = [];
        const onLeave = () => away.push('left');
        addEventListener('beforeunload', onLeave);
        view.element.successUrl = '/account';
        view.element.addEventListener('passkey-signed-in', (event) => event.preventDefault());
        await view.element.signIn();
        await aTimeout(50);
        expect(away).to.deep.equal([]);
        // What is on this page already needs no navigation, so this one can be seen to be followed.
        const other = await place(rest);
        const target = `${location.href.split('#')[0]}#welcome`;
        other.element.successUrl = target;
        await other.element.signIn();
        await eventually(() => expect(location.href).to.equal(target));
        history.replaceState(null, '', target.split('#')[0]);
        removeEventListener('beforeunload', onLeave);
      });

      /** As one who was sent on, and has come back out of the back/forward cache. */
      async function backFromThere() {
        await site.account(ada, authenticator);
        const view = await place(rest);
        view.element.successUrl = `${location.href.split('#')[0]}#welcome`;
        await view.element.signIn();
        await signedIn(view);
        history.replaceState(null, '', location.pathname + location.search);
        comeBack();
        return view;
      }
      const comeBack = () =>
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));

      it('whoever comes back from there finds the form, also out of the back/forward cache', async () => {
        const view = await backFromThere();
        await eventually(() => view.button('Sign in with a passkey'));
      });

      it('whoever then fetches a code from their mail finds the field for it', async () => {
        const view = await backFromThere();
        type(await eventually(() => view.field('E-mail address')), 'bob@example.com');
        press(view.field('E-mail address'), 'Enter');
        (await eventually(() => view.button(/^E-mail me a code/))).click();
        await eventually(() => view.field('Code'));
        comeBack();
        await settle();
        view.field('Code');
      });

      it('so is one that the page gives as a URL', async () => {
        await site.account(ada, authenticator);
        const view = await place(rest);
        const target = new URL('#welcome', location.href);
        Object.assign(view.element, { successUrl: target });
        await view.element.signIn();
        await eventually(() => expect(location.href).to.equal(target.href));
        history.replaceState(null, '', location.pathname + location.search);
      });
    });

    describe('from the autofill list', () => {
      const autofill = html`<passkey-login backend="rest"></passkey-login>`;

      if (isChromium) {
        it('the person only picks a passkey; no button is pressed', async () => {
          await site.account(ada, authenticator);
          const events = new PasskeyEvents();
          const view = await place(autofill);
          await signedIn(view);
          expect(events.of('passkey-signed-in')[0]!.detail.method).to.equal('autofill');
          expect(await site.whoAmI()).to.equal(ada);
        });

        it('SSOJet’s tokens come this way too', async () => {
          await site.account(ada, authenticator);
          const tokens: TokenResult[] = [];
          const view = await place(
            html`<passkey-login
              client-id="demo"
              base-url=${baseUrls.ssojet}
              .receiveTokens=${(result: TokenResult) => tokens.push(result)}
            ></passkey-login>`,
          );
          await signedIn(view);
          expect(tokens).to.have.length(1);
        });

        it('the button works while autofill waits', async () => {
          await authenticator.setPresence(false);
          await site.account(ada, authenticator);
          const events = new PasskeyEvents();
          const prompts = watchPrompts();
          const view = await place(autofill);
          await eventually(() => expect(prompts).to.have.length(1));
          expect(prompts[0]!.mediation).to.equal('conditional');
          expect(site.wire).to.deep.equal(['POST /sign-in/begin']);
          expect(view.element.matches(':state(autofill)')).to.equal(true);
          await authenticator.setPresence(true);
          view.button('Sign in with a passkey').click();
          await signedIn(view);
          expect(events.names).to.deep.equal(['passkey-signed-in']);
          expect(events.of('passkey-signed-in')[0]!.detail.method).to.equal('passkey');
        });

        it('signed in, taken out and put back: nothing is on offer before signOut()', async () => {
          await site.account(ada, authenticator);
          const prompts = watchPrompts();
          const view = await place(autofill);
          await signedIn(view);
          await authenticator.setPresence(false);
          const { parentElement } = view.element;
          view.element.remove();
          await settle();
          parentElement!.append(view.element);
          await settle();
          await signedIn(view);
          expect(prompts).to.have.length(1);
          await view.element.signOut();
          await eventually(() => expect(prompts).to.have.length(2));
          expect(prompts[1]!.mediation).to.equal('conditional');
          expect(view.offers('Sign in with a passkey')).to.equal(true);
        });
      }

      it('with no-autofill nothing is asked before somebody acts', async () => {
        await site.account(ada, authenticator);
        const view = await place(rest);
        await aTimeout(100);
        expect(site.wire).to.deep.equal([]);
        expect(view.element.matches(':state(autofill)')).to.equal(false);
      });
    });

    it('a passkey the site has forgotten is explained, and the authenticator told', async () => {
      await site.account(ada, authenticator);
      await site.reset();
      const events = new PasskeyEvents();
      const view = await place(rest);
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(view.alert).to.contain('This passkey was removed'));
      expect(events.errors).to.deep.equal(['unknown-credential']);
      if (isChromium) {
        await eventually(async () => expect(await authenticator.credentials()).to.deep.equal([]));
      }
      view.button('Sign in with a passkey');
    });
  });
}

/** Compile-time only: the element is known by its tag. */
export const known = (): PasskeyLogin => document.createElement('passkey-login');

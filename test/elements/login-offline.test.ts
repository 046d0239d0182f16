import { expect, html } from '@open-wc/testing';
import type { PasskeyLogin } from '../../src/define.js';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { baseUrls, openSite } from '../support/site.ts';
import { hurry } from '../support/timers.ts';
import { eventually, press, type, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';

const ada = 'ada@example.com';
const noConnection = 'No connection. Check your internet and try again.';
const fast = 9_000;

if (hasVirtualAuthenticators)
  describe('the connection of <passkey-login> is cut', function () {
    this.timeout(20_000);
    const site = openSite({ handoff: true });
    let authenticator: VirtualAuthenticator;

    beforeEach(async () => (authenticator = await addVirtualAuthenticator()));
    afterEach(() => authenticator.remove());

    type Way = (view: View<PasskeyLogin>) => unknown;

    const signIn: Way = (view) => view.button(/^Sign in with a passkey/).click();
    const askForCode: Way = async (view) => {
      if (!view.offers(/^E-mail me a code/)) {
        type(view.field('E-mail address'), 'grace@example.com');
        press(view.field('E-mail address'), 'Enter');
      }
      (await eventually(() => view.button(/^E-mail me a code/))).click();
    };
    const enterCode: Way = async (view) => {
      if (!view.offers('Send a new code')) await askForCode(view);
      type(await eventually(() => view.field('Code')), site.codeFor('grace@example.com')!);
      view.button('Continue').click();
    };
    const create: Way = async (view) => {
      if (!view.offers('Create a passkey')) await enterCode(view);
      (await eventually(() => view.button('Create a passkey'))).click();
    };
    const lookUp: Way = (view) => {
      view.element.lookUp = true;
      type(view.field('E-mail address'), 'grace@example.com');
      press(view.field('E-mail address'), 'Enter');
    };
    const handOff: Way = async (view) =>
      (await eventually(() => view.button(/^(Use another device|Start again)$/))).click();

    /** The request that is lost → the way to it, its end, and what it is called when it is lost. */
    const steps: Record<string, [way: Way, end: RegExp, code?: string]> = {
      '/sign-in/begin': [signIn, /You are signed in/],
      '/sign-in/finish': [signIn, /You are signed in/],
      '/status': [lookUp, /How do you want to continue|Check your e-mail/],
      '/codes/send': [askForCode, /Check your e-mail/],
      '/codes/verify': [enterCode, /Sign in faster next time/],
      '/registration/begin': [create, /You are signed in/],
      '/registration/finish': [create, /You are signed in/, 'outcome-unknown'],
      '/handoffs': [handOff, /Link for the other device/],
    };

    for (const [path, [way, end, code = 'network']] of Object.entries(steps)) {
      it(`at ${path}: ${code}, in words, and the same again works`, async () => {
        await site.account(ada, authenticator);
        const events = new PasskeyEvents();
        const view = await place(
          html`<passkey-login
            lang="en"
            backend="rest"
            base-url=${baseUrls.rest}
            no-autofill
            hand-off=${location.pathname}
          ></passkey-login>`,
        );
        const known = path.startsWith('/registration');
        if (known) await authenticator.clear();
        site.intercept(path, () => Response.error());
        await way(view);
        await eventually(() => expect(events.errors).to.deep.equal([code]), fast);
        const words = code === 'network' ? noConnection : 'The connection broke off.';
        await eventually(() => expect(view.alert).to.contain(words));
        expect(view.element.matches(':state(busy)')).to.equal(false);
        site.heal();
        await way(view);
        await eventually(() => expect(view.text).to.match(end), fast);
        expect(events.errors).to.deep.equal([code]);
      });
    }

    /** The same for SSOJet, which tells some steps apart by the method alone. */
    const ssojetSteps: Record<string, [way: Way, end: RegExp, code?: string]> = {
      'GET /passkey/login': [signIn, /You are signed in/],
      'POST /passkey/login': [signIn, /You are signed in/],
      'POST /email-otp/send': [askForCode, /Check your e-mail/],
      'POST /email-otp/verify': [enterCode, /Sign in faster next time/],
      // It asks for an authenticator of this device, and Firefox's virtual one never counts as that.
      ...('userAgentData' in navigator && {
        'GET /passkey/register': [create, /You are signed in/],
        'POST /passkey/register': [create, /You are signed in/, 'outcome-unknown'],
      }),
    };

    for (const [step, [way, end, code = 'network']] of Object.entries(ssojetSteps)) {
      it(`at SSOJet's ${step}: ${code}, in words, and the same again works`, async () => {
        await site.account(ada, authenticator);
        const events = new PasskeyEvents();
        const view = await place(
          html`<passkey-login
            lang="en"
            client-id="demo"
            base-url=${baseUrls.ssojet}
            no-autofill
          ></passkey-login>`,
        );
        const [method, path] = step.split(' ') as [string, string];
        if (path.endsWith('/register')) await authenticator.clear();
        site.intercept(path, (request) =>
          request.method === method ? Response.error() : undefined,
        );
        await way(view);
        await eventually(() => expect(events.errors).to.deep.equal([code]), fast);
        const words = code === 'network' ? noConnection : 'The connection broke off.';
        await eventually(() => expect(view.alert).to.contain(words));
        site.heal();
        await way(view);
        await eventually(() => expect(view.text).to.match(end), fast);
        expect(events.errors).to.deep.equal([code]);
      });
    }

    it('at the questions of a hand-off: it goes on when the connection is back', async () => {
      hurry(1_500, 14_000); // two seconds to the first question, then twice the usual five after each error
      const phone = await site.otherDevice().setUp(ada);
      const events = new PasskeyEvents();
      const view = await place(
        html`<passkey-login
          lang="en"
          backend="rest"
          no-autofill
          hand-off=${location.pathname}
        ></passkey-login>`,
      );
      let lost = 0; // the first question, and its repeat
      site.intercept('/handoffs/status', () => (++lost > 2 ? undefined : Response.error()));
      await handOff(view);
      const link = await eventually(() => view.field('Link for the other device'));
      await eventually(() => expect(lost).to.be.greaterThan(2));
      const ticket = new URL(link.value).hash.replace('#passkey-hand-off=', '');
      await phone.approve(ticket, Number(view.all('.number')[0]!.textContent));
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']), fast);
      expect(events.errors).to.deep.equal([]);
    });

    it('options for a name that has been changed meanwhile are dropped', async () => {
      await site.account(ada, authenticator);
      const view = await place(
        html`<passkey-login lang="en" backend="rest" no-autofill></passkey-login>`,
      );
      const held = Promise.withResolvers<void>();
      site.intercept('/sign-in/begin', async (request) => {
        await held.promise;
        return site.answer(request);
      });
      const first = view.element.signIn('grace@example.com');
      await eventually(() => expect(site.wire).to.have.length(1));
      view.element.cancel();
      site.heal();
      const second = view.element.signIn(ada);
      held.resolve();
      expect(await Promise.all([first, second])).to.deep.equal([false, true]);
      expect(await site.whoAmI()).to.equal(ada);
    });
  });

import { expect, html } from '@open-wc/testing';
import { answerWith, assertion } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { baseUrls, openSite } from '../support/site.ts';
import { watchTimers } from '../support/timers.ts';
import { eventually, press, settle, type, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';

const ada = 'ada@example.com';

it('a wait tells the time that is left by the first answer that says when it ends', async () => {
  const timers = watchTimers();
  answerWith('get', async () => assertion());
  const backend = new OwnBackend().on('signIn.finish', () => ({ kind: 'pending', handle: 'h' }));
  const expiresAt = new Date(Date.now() + 60_000);
  backend.status = async () => ({ state: 'pending', expiresAt, raw: 'pending' });
  const view = await place(html`<passkey-login no-autofill .backend=${backend}></passkey-login>`);
  const timer = () => view.all('[role="timer"]')[0]!.textContent;
  view.button('Sign in with a passkey').click();
  await eventually(() => expect(timer()).to.match(/^Time left: (10:00|9:5\d)$/));
  timers.end(1_600, 2_400); // two seconds to the first question, give or take
  await eventually(() => expect(timer()).to.match(/^Time left: (1:00|0:5\d)$/));
});

if (hasVirtualAuthenticators) {
  describe('a sign-in that somebody has yet to approve', () => {
    let decision: 'pending' | 'approved' | 'rejected';
    const site = openSite({ ssojet: { approval: () => decision } });
    let authenticator: VirtualAuthenticator;

    beforeEach(async () => {
      decision = 'pending';
      authenticator = await addVirtualAuthenticator();
    });
    afterEach(() => authenticator.remove());

    /** As far as the server’s “not yet”. */
    async function waiting(): Promise<View> {
      await site.account(ada, authenticator);
      const view = await place(
        html`<passkey-login
          client-id="demo"
          base-url=${baseUrls.ssojet}
          no-autofill
        ></passkey-login>`,
      );
      type(view.field('E-mail address'), ada);
      press(view.field('E-mail address'), 'Enter');
      (await eventually(() => view.button(/^Use my passkey/))).click();
      await eventually(() =>
        expect(view.status).to.equal('Your sign-in still needs to be approved.'),
      );
      return view;
    }

    const questions = () => site.wire.filter((line) => line.endsWith('/passkey/status'));

    it('tells what is awaited and how long, and that it was approved', async () => {
      const events = new PasskeyEvents();
      const timers = watchTimers();
      const view = await waiting();
      const timer = await eventually(() => view.all('[role="timer"]')[0]!.textContent);
      expect(timer).to.match(/^Time left: [45]:\d\d$/);
      await eventually(() =>
        expect(view.all('[role="timer"]')[0]!.textContent).not.to.equal(timer),
      );
      timers.end(1_600, 2_400); // two seconds to the first question, give or take
      await eventually(() => expect(events.names).to.deep.equal(['passkey-status']));
      expect(questions()).to.have.length(1);
      decision = 'approved';
      await timers.untilPolled(() =>
        expect(view.headings).to.deep.equal(['Your sign-in was approved.']),
      );
      expect(events.of('passkey-status').map(({ detail }) => detail.state)).to.deep.equal([
        'pending',
        'authenticated',
      ]);
      expect(events.names, 'a status grants no session').not.to.include('passkey-signed-in');
      expect(view.all('[role="timer"]')).to.have.length(0);
    });

    it('says so when it was rejected, and can be repeated', async () => {
      const events = new PasskeyEvents();
      const timers = watchTimers();
      const view = await waiting();
      decision = 'rejected';
      await timers.untilPolled(() =>
        expect(view.alert).to.contain('The passkey could not be verified'),
      );
      expect(events.errors).to.deep.equal(['verification-failed']);
      view.button(/^Use my passkey/);
    });

    it('can be cancelled, and nothing is asked after that', async () => {
      const events = new PasskeyEvents();
      const view = await waiting();
      view.button('Cancel').click();
      await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
      await settle();
      expect(view.all('[role="timer"]')).to.have.length(0);
      expect(events.names).to.deep.equal(['passkey-cancelled']);
      expect(questions()).to.deep.equal([]);
    });
  });
}

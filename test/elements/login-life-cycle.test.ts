import { expect, fixtureSync, html } from '@open-wc/testing';
import { expectUsable, phases } from '../support/login-phases.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { eventually, settle } from '../support/view.ts';

/** What may change while something is under way and does not concern it. */
const harmless = [
  ['lang', 'de'],
  ['theme', 'dark'],
  ['for', '#nobody'],
  ['success-url', 'https://elsewhere.example/'],
  ['remember-skip', ''],
  ['look-up', ''],
  ['no-autofill', ''],
] as const;

/** What makes another backend of it. */
const fundamental = [
  ['client-id', 'other'],
  ['base-url', '/other'],
  ['credentials', 'include'],
] as const;

for (const phase of phases) {
  describe(`<passkey-login> while it waits for ${phase.title}`, () => {
    it('removed and put back: it is as new', async () => {
      const reached = await phase.reach();
      const { view, goOn } = reached;
      const events = new PasskeyEvents();
      const { parentElement } = view.element;
      view.element.remove();
      await settle();
      parentElement!.append(view.element);
      await settle();
      goOn();
      await settle();
      expect(view.status + view.alert, 'words').to.equal('');
      expect(events.names, 'nobody is told of what is over').to.deep.equal([]);
      await expectUsable(reached);
    });

    it('moved in one task, it goes on', async () => {
      const { view, goOn } = await phase.reach();
      fixtureSync<HTMLElement>(html`<div></div>`).append(view.element);
      await settle();
      goOn();
      await eventually(() => expect(view.text).to.match(phase.then));
    });

    it('the page goes into the back/forward cache and comes back: it goes on', async () => {
      const { view, goOn } = await phase.reach();
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      await settle();
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      await settle();
      goOn();
      await eventually(() => expect(view.text).to.match(phase.then));
    });

    it('attributes that do not concern it change: it goes on', async () => {
      const { view, goOn } = await phase.reach();
      for (const [name, value] of harmless) view.element.setAttribute(name, value);
      await settle();
      view.element.lang = 'en';
      goOn();
      await eventually(() => expect(view.text).to.match(phase.then));
    });

    const concerned = /look-up|codes/.test(phase.name);
    it(`another account name: ${concerned ? 'it is over' : 'it goes on'}`, async () => {
      const { view, goOn } = await phase.reach();
      view.element.setAttribute('identifier', 'grace@example.com');
      await settle();
      goOn();
      if (!concerned) return eventually(() => expect(view.text).to.match(phase.then));
      await settle();
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
      expect(view.field('E-mail address').value).to.equal('grace@example.com');
      expect(view.element.matches(':state(busy)')).to.equal(false);
    });

    for (const [name, value] of fundamental) {
      it(`${name} changes: it is over, said once, and the form works`, async () => {
        const reached = await phase.reach();
        const events = new PasskeyEvents();
        reached.view.element.setAttribute(name, value);
        await settle();
        reached.goOn();
        await settle();
        expect(events.names).to.deep.equal(['passkey-cancelled']);
        expect(reached.view.headings).to.deep.equal(['Sign in or create an account']);
        await expectUsable(reached);
      });
    }

    it('another backend takes its place: the old one is asked nothing more', async () => {
      const reached = await phase.reach();
      const { view, goOn, backend: old } = reached;
      const backend = new OwnBackend();
      const asked = old.calls.length;
      view.element.backend = backend;
      await settle();
      goOn();
      await settle();
      const withdrawn = old.calls.slice(asked);
      expect(withdrawn.filter((call) => call !== 'handoff.cancel')).to.deep.equal([]);
      await expectUsable({ ...reached, backend });
      expect(backend.calls).to.deep.equal(['signIn.begin', 'signIn.finish']);
    });

    it('cancel() ends it, said once, and it can be done again', async () => {
      const reached = await phase.reach();
      const events = new PasskeyEvents();
      reached.view.element.cancel();
      reached.view.element.cancel();
      reached.goOn();
      await eventually(() => expect(reached.view.status).to.equal('Stopped. You can try again.'));
      expect(events.names).to.deep.equal(['passkey-cancelled']);
      await expectUsable(reached);
    });
  });
}

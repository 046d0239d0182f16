import { expect, fixtureSync, html } from '@open-wc/testing';
import type { HandoffOperations } from '../../src/core/backend.js';
import { PasskeyError } from '../../src/core/errors.js';
import type { PasskeyLogin } from '../../src/define.js';
import { answerWith, assertion, never, requestOptions } from '../core/stand-ins.ts';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { readQrCode } from '../support/read-qr-code.ts';
import { replace } from '../support/replace.ts';
import { openSite } from '../support/site.ts';
import { watchTimers } from '../support/timers.ts';
import { nextTask } from '../support/turns.ts';
import { eventually, settle, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
} from '../support/virtual-authenticator.ts';

const ada = 'ada@example.com';
const page = location.pathname;
const withHandOff = html`<passkey-login
  backend="rest"
  no-autofill
  hand-off=${page}
></passkey-login>`;

const linkOf = (view: View) => view.field('Link for the other device').value;
const ticketOf = (view: View) => new URL(linkOf(view)).hash.replace('#passkey-hand-off=', '');
const numberOf = (view: View) => Number(view.all('.number')[0]!.textContent);

async function begin(view: View): Promise<void> {
  (await eventually(() => view.button('Use another device'))).click();
  await eventually(() => view.field('Link for the other device'));
}

describe('continuing on another device with <passkey-login>', () => {
  const site = openSite({ handoff: true });

  afterEach(() => history.replaceState(null, '', location.pathname + location.search));

  /** No connection for this step until it is healed. */
  function lose(path: string): { heal(): void } {
    let lost = true;
    site.intercept(path, () => (lost ? Response.error() : undefined));
    return { heal: () => void (lost = false) };
  }

  it('is offered only where the site asks for it', async () => {
    const view = await place(html`<passkey-login backend="rest" no-autofill></passkey-login>`);
    const other = await place(withHandOff);
    await eventually(() => other.button('Use another device'));
    expect(view.offers('Use another device')).to.equal(false);
    expect(site.wire).to.deep.equal([]);
  });

  it('tells that the link is copied, and after a while what it waits for', async () => {
    replace(navigator.clipboard, 'writeText', () => Promise.resolve());
    const view = await place(withHandOff);
    await begin(view);
    expect(view.status).to.equal('Waiting for your other device…');
    view.button('Copy the link').click();
    await eventually(() => expect(view.status).to.equal('The link is copied.'));
    const { now } = Date;
    replace(Date, 'now', () => now() + 6000);
    await eventually(() => expect(view.status).to.equal('Waiting for your other device…'));
  });

  it('says in the language of the moment that the link could not be copied', async () => {
    replace(navigator.clipboard, 'writeText', () => Promise.reject(new Error('x')));
    const view = await place(withHandOff);
    await begin(view);
    view.button('Copy the link').click();
    await eventually(() => expect(view.status).to.contain('Copying is not allowed'));
    view.element.lang = 'de';
    await eventually(() => expect(view.status).to.contain('Kopieren ist hier nicht erlaubt'));
  });

  it('is not offered by a backend that has none, nor for a page of another site', async () => {
    const own = await place(
      html`<passkey-login
        backend="rest"
        no-autofill
        hand-off="https://evil.example/"
      ></passkey-login>`,
    );
    const ssojet = await place(
      html`<passkey-login client-id="demo" no-autofill hand-off=${page}></passkey-login>`,
    );
    const right = await place(withHandOff);
    await eventually(() => right.button('Use another device'));
    expect(own.offers('Use another device')).to.equal(false);
    expect(ssojet.offers('Use another device')).to.equal(false);
  });

  it('shows a number, a picture and a link, none of which holds the handle', async () => {
    const view = await place(withHandOff);
    await begin(view);
    expect(view.headings).to.deep.equal(['Use another device']);
    expect(numberOf(view)).to.be.within(10, 99);
    const picture = await eventually(() => {
      const [picture] = view.all('svg.qr');
      expect(picture).to.be.ok;
      return picture!;
    });
    expect(picture.getAttribute('aria-label')).to.equal('QR code that holds the link');
    const { width, height } = picture.getBoundingClientRect();
    expect([height, width > 150], 'large enough for a camera').to.deep.equal([width, true]);
    const link = new URL(linkOf(view));
    expect([link.origin, link.pathname, link.search]).to.deep.equal([location.origin, page, '']);
    await eventually(() => expect(view.status).to.equal('Waiting for your other device…'));
    expect(view.all('[role="timer"]')[0]!.textContent).to.match(/^Time left: [45]:\d\d$/);
    const handle = await site.handoffHandle();
    expect(view.element.shadowRoot!.innerHTML).not.to.contain(handle);
    expect(link.href).not.to.contain(handle);
  });

  it('the picture holds the link, as a phone reads it', async () => {
    const view = await place(withHandOff);
    await begin(view);
    const picture = await eventually(() => {
      const [picture] = view.all('svg.qr');
      expect(picture).to.be.ok;
      return picture as unknown as SVGElement;
    });
    expect(readQrCode(picture)).to.equal(view.field('Link for the other device').value);
  });

  it('signs in here when it is approved there', async () => {
    const timers = watchTimers();
    const phone = await site.otherDevice().setUp(ada);
    const view = await place(withHandOff);
    const events = new PasskeyEvents();
    await begin(view);
    await phone.approve(ticketOf(view), numberOf(view));
    expect(await site.whoAmI()).to.equal(undefined);
    await timers.untilPolled(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(events.names).to.deep.equal(['passkey-status', 'passkey-signed-in']);
    expect(events.of('passkey-status')[0]!.detail).to.deep.equal({ state: 'authenticated' });
    expect(events.of('passkey-signed-in')[0]!.detail).to.deep.equal({
      method: 'hand-off',
      kind: 'session',
    });
    expect(await site.whoAmI()).to.equal(ada);
    expect(site.wire.filter((line) => line.endsWith('/exchange'))).to.have.length(1);
    expect(view.all('[role="timer"]')).to.have.length(0);
  });

  it('an exchange that loses its connection says so, and one can start again', async () => {
    const timers = watchTimers();
    const phone = await site.otherDevice().setUp(ada);
    const view = await place(withHandOff);
    await begin(view);
    const connection = lose('/handoffs/exchange');
    await phone.approve(ticketOf(view), numberOf(view));
    await timers.untilPolled(() => expect(view.alert).to.contain('No connection'));
    expect(await site.whoAmI()).to.equal(undefined);
    connection.heal();
    view.button('Start again').click();
    await eventually(() => view.field('Link for the other device'));
  });

  it('says so when it was refused there, and starts again with another number and link', async () => {
    const timers = watchTimers();
    const phone = site.otherDevice();
    const view = await place(withHandOff);
    await begin(view);
    const first = linkOf(view);
    await phone.post('/handoffs/refuse', { ticket: ticketOf(view) });
    await timers.untilPolled(() =>
      expect(view.alert).to.equal('The sign-in was not approved on the other device.'),
    );
    expect(view.all('.qr, .number')).to.have.length(0);
    view.button('Start again').click();
    await eventually(() => view.field('Link for the other device'));
    expect(linkOf(view)).not.to.equal(first);
    expect(view.alert).to.equal('');
  });

  it('can be called off; then nobody can approve it, and nothing is asked any more', async () => {
    const phone = site.otherDevice();
    const view = await place(withHandOff);
    const events = new PasskeyEvents();
    await begin(view);
    const ticket = ticketOf(view);
    view.button('Cancel').click();
    await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    await eventually(() => expect(site.wire.at(-1)).to.equal('POST /handoffs/cancel'));
    await eventually(async () => {
      const gone = await phone.post('/handoffs/inspect', { ticket }).catch(String);
      expect(gone).to.be.a('string').and.to.contain('404');
    });
    view.button('Sign in another way').click();
    await eventually(() => expect(view.headings).to.deep.equal(['Sign in or create an account']));
    expect(site.wire.slice(-2)).to.deep.equal(['POST /handoffs', 'POST /handoffs/cancel']);
  });

  it('says so where the operator does not allow it', async () => {
    site.configure({ handoff: false });
    const view = await place(withHandOff);
    (await eventually(() => view.button('Use another device'))).click();
    await eventually(() => expect(view.alert).to.contain('can’t use passkeys here'));
  });

  describe('the page of the link', () => {
    /** Somebody else’s screen, and this page opened by its link. */
    async function opened(template = withHandOff) {
      const other = site.otherDevice();
      const begun = await other.post('/handoffs', {});
      location.hash = `#passkey-hand-off=${String(begun.ticket)}`;
      const view = await place(template);
      const state = async () => {
        const { handle } = begun;
        return (await other.post('/handoffs/status', { handle })).state;
      };
      return { other, begun, view, state };
    }

    const choose = (view: View, number: unknown) => view.field(String(number)).click();
    const approveButton = (view: View) => view.button(/^Approve with a passkey/);

    it('names who asks, warns, and shows three numbers of which none is chosen', async () => {
      const { begun, view } = await opened();
      await eventually(() => approveButton(view));
      expect(view.headings).to.deep.equal(['Approve a sign-in?']);
      expect(view.text).to.contain('to your account: unknown device.');
      expect(view.text).to.contain('Go on only if you have just started this yourself.');
      const numbers = view.all<HTMLInputElement>('input[type="radio"]');
      expect(numbers.map(({ checked }) => checked)).to.deep.equal([false, false, false]);
      expect(numbers.map(({ value }) => value)).to.include(String(begun.number));
    });

    it('asks for no passkey before a number is chosen', async () => {
      const { begun, view, state } = await opened();
      (await eventually(() => approveButton(view))).click();
      await eventually(() =>
        expect(view.alert).to.equal('Choose the number that the other device shows.'),
      );
      expect(site.wire).to.deep.equal(['POST /handoffs/inspect']);
      expect(await state()).to.equal('pending');
      choose(view, begun.number);
      await eventually(() => expect(view.alert, 'one is chosen').to.equal(''));
    });

    it('“No” ends it at once, without a passkey', async () => {
      const { view, state } = await opened();
      (await eventually(() => view.button('No, that was not me'))).click();
      await eventually(() => expect(view.headings).to.deep.equal(['Refused']));
      expect(await state()).to.equal('failed');
      expect(location.hash).to.equal('');
    });

    it('of a link that is no longer good offers nothing to approve', async () => {
      location.hash = `#passkey-hand-off=${'f'.repeat(24)}`;
      const view = await place(withHandOff);
      await eventually(() =>
        expect(view.alert).to.equal(
          'This link is no longer good. Start again on the other device.',
        ),
      );
      expect(view.offers(/Approve/)).to.equal(false);
      expect(location.hash).to.equal('');
      view.button('Sign in another way').click();
      await eventually(() => view.field('E-mail address'));
    });

    it('does nothing where the site does not ask for it', async () => {
      const { view } = await opened(
        html`<passkey-login backend="rest" no-autofill></passkey-login>`,
      );
      view.field('E-mail address');
      expect(site.wire).to.deep.equal([]);
    });

    it('opened without a connection says so, and asks again', async () => {
      const connection = lose('/handoffs/inspect');
      const { view } = await opened();
      await eventually(() => expect(view.alert).to.contain('No connection'));
      expect(view.offers(/Approve/)).to.equal(false);
      connection.heal();
      view.button('Start again').click();
      await eventually(() => approveButton(view));
    });

    it('“No” without a connection says so, and can be said again', async () => {
      const { view, state } = await opened();
      const connection = lose('/handoffs/refuse');
      (await eventually(() => view.button('No, that was not me'))).click();
      await eventually(() => expect(view.alert).to.contain('No connection'));
      connection.heal();
      view.button('No, that was not me').click();
      await eventually(() => expect(view.headings).to.deep.equal(['Refused']));
      expect(await state()).to.equal('failed');
    });

    if (hasVirtualAuthenticators) {
      for (const step of ['begin', 'finish']) {
        it(`an approval that loses its connection at its ${step} says so, and can be repeated`, async () => {
          await using authenticator = await addVirtualAuthenticator();
          await site.account(ada, authenticator);
          const connection = lose(`/handoffs/approval/${step}`);
          const { begun, view, state } = await opened();
          await eventually(() => approveButton(view));
          choose(view, begun.number);
          approveButton(view).click();
          await eventually(() => expect(view.alert).to.contain('No connection'));
          expect(await state()).to.equal('pending');
          connection.heal();
          choose(view, begun.number);
          approveButton(view).click();
          await eventually(() => expect(view.headings).to.deep.equal(['Approved']));
          expect(await state()).to.equal('authenticated');
        });
      }

      it('approves with the right number and a passkey, and signs nobody in here', async () => {
        await using authenticator = await addVirtualAuthenticator();
        await site.account(ada, authenticator);
        const events = new PasskeyEvents();
        const { other, begun, view, state } = await opened();
        await eventually(() => approveButton(view));
        choose(view, begun.number);
        approveButton(view).click();
        await eventually(() => expect(view.headings).to.deep.equal(['Approved']));
        expect(await state()).to.equal('authenticated');
        expect(await site.whoAmI()).to.equal(undefined);
        expect(events.names).to.deep.equal([]);
        const { handle } = begun;
        const session = await other.post('/handoffs/exchange', { handle });
        expect((session.user as { identifier: string }).identifier).to.equal(ada);
        expect(location.hash).to.equal('');
      });

      it('a wrong number signs nobody in, and says what to do', async () => {
        await using authenticator = await addVirtualAuthenticator();
        await site.account(ada, authenticator);
        const { begun, view, state } = await opened();
        await eventually(() => approveButton(view));
        const numbers = view.all<HTMLInputElement>('input[type="radio"]');
        choose(view, numbers.find(({ value }) => value !== String(begun.number))!.value);
        approveButton(view).click();
        await eventually(() => expect(view.alert).to.match(/^That is another number/));
        expect(view.offers(/Approve/)).to.equal(false);
        expect(location.hash).to.equal('');
        expect(await state()).to.equal('failed');
      });
    }
  });
});

describe('continuing on another device, with a backend of the site’s own', () => {
  afterEach(() => history.replaceState(null, '', location.pathname + location.search));

  const started = { handle: 'h', ticket: 'ticket', number: 17 };
  const handingOff = (operations: Partial<HandoffOperations>) => {
    const handoff = { start: async () => started, status: () => never, ...operations };
    const backend = Object.assign(new OwnBackend(), { handoff: async () => handoff });
    return html`<passkey-login
      lang="en"
      no-autofill
      hand-off=${page}
      .backend=${backend}
    ></passkey-login>`;
  };
  const timeOf = (view: View) => view.all('[role="timer"]')[0]!.textContent;

  it('the site takes the offer back while it begins: what was begun is shown, and not again', async () => {
    const held = new Held<typeof started>();
    const view = await place(handingOff({ start: held.answer }));
    (await eventually(() => view.button('Use another device'))).click();
    await settle();
    view.element.handOff = undefined;
    await settle();
    held.release(started);
    await eventually(() => expect(linkOf(view)).to.contain('#passkey-hand-off=ticket'));
    expect(numberOf(view)).to.equal(17);
    view.button('Cancel').click();
    await eventually(() => view.button('Sign in another way'));
    expect(view.offers('Start again')).to.equal(false);
  });

  it('left while it begins again, it does not come back', async () => {
    const held = new Held<typeof started>();
    const starts = [async () => started, held.answer];
    const view = await place(handingOff({ start: () => starts.shift()!() }));
    await begin(view);
    view.button('Cancel').click();
    (await eventually(() => view.button('Start again'))).click();
    await settle();
    view.button('Sign in another way').click();
    await eventually(() => view.button('Sign in with a passkey'));
    held.release(started);
    await settle();
    await nextTask();
    expect(view.headings).to.deep.equal(['Sign in or create an account']);
    expect(view.button('Continue').getAttribute('aria-disabled')).to.equal('false');
  });

  it('cannot begin again as long as the server wants to be left alone, and does not look so', async () => {
    const tooMany = { retryAt: new Date(Date.now() + 60_000) };
    const starts = [
      async () => started,
      () => Promise.reject(new PasskeyError('rate-limited', 'x', tooMany)),
    ];
    const view = await place(handingOff({ start: () => starts.shift()!() }));
    await begin(view);
    view.button('Cancel').click();
    (await eventually(() => view.button('Start again'))).click();
    await eventually(() => expect(view.alert).to.match(/^Too many tries/));
    expect(view.button('Start again').getAttribute('aria-disabled')).to.equal('true');
  });

  for (const step of ['status', 'exchange'] as const) {
    for (const code of ['not-found', 'conflict'] as const) {
      it(`${code} from ${step}, as when another tab has begun one, is not about a passkey`, async () => {
        const timers = watchTimers();
        const view = await place(
          handingOff({
            status: async () => ({ state: 'authenticated', raw: 'authenticated' }),
            [step]: () => Promise.reject(new PasskeyError(code, 'x')),
          }),
        );
        await begin(view);
        await timers.untilPolled(() =>
          expect(view.alert).to.equal('The sign-in was not approved on the other device.'),
        );
        view.button('Start again');
      });
    }
  }

  it('refused there, no passkey has failed here: healed() offers none', async () => {
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({
      userVerifyingPlatformAuthenticator: true,
    }));
    const timers = watchTimers();
    const status = async () => ({ state: 'failed' as const, raw: 'failed' });
    const view = await place<PasskeyLogin>(handingOff({ status }));
    await begin(view);
    await timers.untilPolled(() => expect(view.alert).to.match(/^The sign-in was not approved/));
    let healed: boolean | undefined;
    void view.element.healed().then((created) => (healed = created));
    await settle();
    expect([healed, ...view.headings]).to.deep.equal([false, 'Use another device']);
  });

  it('an end that is no date is none: there is time, and it is told in numbers', async () => {
    const view = await place(
      handingOff({ start: async () => ({ ...started, expiresAt: new Date('soon') }) }),
    );
    await begin(view);
    await eventually(() => expect(timeOf(view)).to.match(/^Time left: (10:00|9:5\d)$/));
  });

  it('a link too long for a picture is there without one', async () => {
    const faults: unknown[] = [];
    const note = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      faults.push(event.reason);
    };
    addEventListener('unhandledrejection', note);
    const view = await place(
      handingOff({ start: async () => ({ ...started, ticket: 'x'.repeat(3000) }) }),
    );
    (await eventually(() => view.button('Use another device'))).click();
    await eventually(() => view.button('Copy the link'));
    await settle();
    await nextTask();
    removeEventListener('unhandledrejection', note);
    expect(faults).to.deep.equal([]);
  });

  it('moved within the page, the time goes on', async () => {
    const view = await place(handingOff({}));
    await begin(view);
    const elsewhere = fixtureSync<HTMLElement>(html`<div></div>`);
    view.element.remove();
    elsewhere.append(view.element);
    await settle();
    const before = timeOf(view);
    await eventually(() => expect(timeOf(view)).not.to.equal(before));
  });

  it('begun again, the time begins again', async () => {
    let minutes = 2;
    const start = async () => ({
      ...started,
      expiresAt: new Date(Date.now() + minutes++ * 60_000),
    });
    const view = await place(handingOff({ start }));
    await begin(view);
    await eventually(() => expect(timeOf(view)).to.match(/^Time left: (2:00|1:5\d)$/));
    view.button('Cancel').click();
    (await eventually(() => view.button('Start again'))).click();
    await eventually(() => expect(timeOf(view)).to.match(/^Time left: (3:00|2:5\d)$/));
  });

  it('a second link shows nothing of who asked by the first', async () => {
    const held = new Held<never>();
    const inspect = async ({ ticket }: { ticket: string }) =>
      ticket === 'first' ? { device: { browser: 'Firefox' }, numbers: [1, 2, 3] } : held.answer();
    location.hash = '#passkey-hand-off=first';
    const view = await place(handingOff({ inspect }));
    await eventually(() => expect(view.text).to.contain('Firefox'));
    location.hash = '#passkey-hand-off=second';
    await eventually(() => expect(view.text).not.to.contain('Firefox'));
    expect(view.offers(/^Approve with a passkey/)).to.equal(false);
  });

  it('over, the page keeps its address, but for the link, and what it remembers with it', async () => {
    const { search } = location;
    history.replaceState({ page: 7 }, '', '?step=2#passkey-hand-off=ticket');
    const inspect = async () => ({ device: {}, numbers: [1, 2, 3] });
    const view = await place(handingOff({ inspect, refuse: async () => undefined }));
    (await eventually(() => view.button('No, that was not me'))).click();
    await eventually(() => expect(view.headings).to.deep.equal(['Refused']));
    const { state } = history;
    const shown = location.search + location.hash;
    history.replaceState(null, '', location.pathname + search);
    expect(shown).to.equal('?step=2');
    expect(state).to.deep.equal({ page: 7 });
  });

  for (const [title, path, base] of [
    ['begins with two slashes', '//sign-in', undefined],
    ['is not the one of its <base>', '/sign-in?step=2', 'https://cdn.example/'],
  ] as const) {
    it(`over, a page whose address ${title} keeps it`, async () => {
      const before = location.href;
      history.replaceState(null, '', `${location.origin}${path}#passkey-hand-off=ticket`);
      const inspect = async () => ({ device: {}, numbers: [1, 2, 3] });
      const view = await place(handingOff({ inspect, refuse: async () => undefined }));
      const no = await eventually(() => view.button('No, that was not me'));
      const element = document.createElement('base');
      if (base) element.href = base;
      document.head.prepend(element);
      no.click();
      await settle();
      const { href, origin } = location;
      element.remove();
      history.replaceState(null, '', before);
      expect(view.headings).to.deep.equal(['Refused']);
      expect(href).to.equal(`${origin}${path}`);
    });
  }

  it('over, the page keeps where it has gone meanwhile', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const inspect = async () => ({ device: {}, numbers: [1, 2, 3] });
    const view = await place(handingOff({ inspect, refuse: async () => undefined }));
    const no = await eventually(() => view.button('No, that was not me'));
    location.hash = '#help';
    no.click();
    await eventually(() => expect(view.headings).to.deep.equal(['Refused']));
    expect(location.hash).to.equal('#help');
  });

  it('a security key that holds nothing here is not the end of a link, and another one approves', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const operations = {
      inspect: async () => ({ device: {}, numbers: [1, 2, 3] }),
      beginApproval: async () => ({ options: requestOptions }),
      approve: async () => undefined,
    };
    const view = await place(handingOff(operations));
    const approve = async () => {
      await eventually(() => view.button(/^Approve with a passkey/));
      view.field('2').click();
      view.button(/^Approve with a passkey/).click();
    };
    // Firefox's word for it.
    answerWith('get', () => Promise.reject(new DOMException('', 'InvalidStateError')));
    await approve();
    await eventually(() => expect(view.alert).to.equal('That passkey could not be found.'));
    expect(location.hash).to.equal('#passkey-hand-off=ticket');
    answerWith('get', async () => assertion());
    await approve();
    await eventually(() => expect(view.headings).to.deep.equal(['Approved']));
  });

  it('over, another link asks again', async () => {
    location.hash = '#passkey-hand-off=first';
    const inspect = async () => ({ device: {}, numbers: [1, 2, 3] });
    const view = await place(handingOff({ inspect, refuse: async () => undefined }));
    (await eventually(() => view.button('No, that was not me'))).click();
    await eventually(() => expect(view.headings).to.deep.equal(['Refused']));
    location.hash = '#passkey-hand-off=second';
    await eventually(() => view.button('No, that was not me'));
    expect(view.headings).to.deep.equal(['Approve a sign-in?']);
  });

  it('a link is asked for again where the page has set another backend meanwhile', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const view = await place(
      handingOff({ inspect: () => Promise.reject(new PasskeyError('bad-response', 'x')) }),
    );
    await eventually(() => view.button('Start again'));
    const handoff = { inspect: async () => ({ device: {}, numbers: [1, 2, 3] }) };
    const backend = Object.assign(new OwnBackend(), { handoff: async () => handoff });
    Object.assign(view.element, { backend });
    await eventually(() => view.button('No, that was not me'));
  });

  it('over, the same link says that it is no longer good', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const answers = [
      async () => ({ device: {}, numbers: [1, 2, 3] }),
      () => Promise.reject(new PasskeyError('not-found', 'x')),
    ];
    const inspect = () => answers.shift()!();
    const view = await place(handingOff({ inspect, refuse: async () => undefined }));
    (await eventually(() => view.button('No, that was not me'))).click();
    await eventually(() => expect(view.headings).to.deep.equal(['Refused']));
    view.button('Sign in another way').click();
    await eventually(() => view.field('E-mail address'));
    location.hash = '#passkey-hand-off=ticket';
    await eventually(() => expect(view.alert).to.match(/^This link is no longer good/));
    expect(location.hash).to.equal('');
  });

  it('removed while it is found out who asks, and put back, it can be asked again', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const answers = [() => never, async () => ({ device: {}, numbers: [1, 2, 3] })];
    const inspect = () => answers.shift()!();
    const view = await place(handingOff({ inspect }));
    await eventually(() => expect(answers).to.have.length(1));
    const { element } = view;
    const around = element.parentNode!;
    element.remove();
    await settle();
    around.append(element);
    (await eventually(() => view.button('Start again'))).click();
    await eventually(() => view.button('No, that was not me'));
  });

  it('over, removed and put back, it offers nothing to approve', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const inspect = async () => ({ device: {}, numbers: [1, 2, 3] });
    const refuse = () => Promise.reject(new PasskeyError('not-found', 'x'));
    const view = await place(handingOff({ inspect, refuse }));
    (await eventually(() => view.button('No, that was not me'))).click();
    await eventually(() => expect(view.alert).to.match(/^This link is no longer good/));
    const { element } = view;
    const around = element.parentNode!;
    element.remove();
    await settle();
    around.append(element);
    await eventually(() => expect(view.alert).to.equal(''));
    expect(view.offers(/^Approve/)).to.equal(false);
    view.button('Sign in another way');
  });

  it('another link, opened while the first one is answered, is not lost', async () => {
    const held = new Held<undefined>();
    location.hash = '#passkey-hand-off=first';
    const inspect = async ({ ticket }: { ticket: string }) => ({
      device: { browser: ticket },
      numbers: [1, 2, 3],
    });
    const view = await place(handingOff({ inspect, refuse: held.answer }));
    (await eventually(() => view.button('No, that was not me'))).click();
    await settle();
    location.hash = '#passkey-hand-off=second';
    await nextTask();
    held.release(undefined);
    await eventually(() => expect(view.text).to.contain('to your account: second.'));
  });

  it('a link whose time is over is no longer good, and not asked for again', async () => {
    location.hash = '#passkey-hand-off=ticket';
    const inspect = () => Promise.reject(new PasskeyError('challenge-expired', 'x'));
    const view = await place(handingOff({ inspect }));
    await eventually(() => expect(view.alert).to.match(/^This link is no longer good/));
    expect(view.offers('Start again')).to.equal(false);
    expect(location.hash).to.equal('');
  });

  for (const [sameNetwork, warned] of [
    [false, true],
    [true, false],
    [undefined, false],
  ] as const) {
    it(`another network is ${warned ? 'warned of' : 'no matter'} with sameNetwork: ${sameNetwork}`, async () => {
      location.hash = '#passkey-hand-off=ticket';
      const inspect = async () => ({ device: {}, sameNetwork, numbers: [1, 2, 3] });
      const view = await place(handingOff({ inspect }));
      await eventually(() => view.button('No, that was not me'));
      expect(/network/.test(view.text)).to.equal(warned);
    });
  }

  it('a link that cannot be copied is said to be, for as long as it is there', async () => {
    replace(navigator.clipboard, 'writeText', () => Promise.reject(new Error('denied')));
    const view = await place(handingOff({}));
    await begin(view);
    view.button('Copy the link').click();
    await eventually(() => expect(view.status).to.match(/^Copying is not allowed here/));
  });

  it('zero is a number like any other', async () => {
    const approved: unknown[] = [];
    answerWith('get', async () => assertion());
    location.hash = '#passkey-hand-off=ti-ck_et';
    const view = await place(
      handingOff({
        inspect: async () => ({ device: {}, numbers: [0, 17, 42] }),
        beginApproval: async () => ({ options: requestOptions }),
        approve: async ({ number }) => void approved.push(number),
      }),
    );
    (await eventually(() => view.field('0'))).click();
    view.button(/^Approve with a passkey/).click();
    await eventually(() => expect(view.headings).to.deep.equal(['Approved']));
    expect(approved).to.deep.equal([0]);
  });
});

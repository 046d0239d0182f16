import { expect, fixtureSync, html, nextFrame } from '@open-wc/testing';
import { render } from 'lit';
import type { PasskeyManager } from '../../src/define.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/index.js';
import { toPasskey, type PasskeyFields } from '../../src/core/passkey.js';
import { exclusively } from '../../src/core/coordinator.js';
import { answerWith, assertion, attestation, creationOptions, pending } from '../core/stand-ins.ts';
import { PasskeySignedInEvent } from '../../src/elements/events.js';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { replace } from '../support/replace.ts';
import { hurry } from '../support/timers.ts';
import { descriptionOf, eventually, press, settle, submit, type, View } from '../support/view.ts';
import { microtasks } from '../support/turns.ts';
import { watchSignals } from '../support/watch-signals.ts';

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}

const phone: PasskeyFields = {
  id: 'one',
  credentialId: 'b25l',
  name: 'My phone',
  provider: { name: 'iCloud Keychain' },
  createdAt: daysAgo(70),
  lastUsedAt: daysAgo(3),
  synced: true,
  backupEligible: true,
};
const laptop: PasskeyFields = { id: 'two', credentialId: 'dHdv', name: 'Laptop' };
const key: PasskeyFields = { id: 'three', credentialId: 'dGhyZWU', name: 'Key' };
/** The list of another person. */
const theirs = { passkeys: [toPasskey({ id: 't', name: 'Theirs' })], userHandle: 'Ym9i' };

async function manage(backend: OwnBackend, keepLast = false): Promise<View<PasskeyManager>> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" ?keep-last=${keepLast} .backend=${backend}></passkey-manager>`,
  );
  if (backend.passkeys?.list) await eventually(() => expect(backend.countOf('list')).to.equal(1));
  await settle();
  return view;
}

const names = (view: View) => view.rows.map(({ name }) => name);

describe('the list in <passkey-manager>', () => {
  it('names each passkey, where it is, when it was made and used', async () => {
    const view = await manage(new OwnBackend([phone, laptop]));
    expect(view.headings).to.deep.equal(['Passkeys']);
    expect(names(view)).to.deep.equal(['My phone', 'Laptop']);
    const [first, second] = view.rows;
    expect(first!.words).to.contain('iCloud Keychain');
    expect(first!.words).to.contain('Synced');
    expect(first!.words).to.contain('Created 2 months ago');
    expect(first!.words).to.contain('Last used 3 days ago');
    const dates = [phone.createdAt, phone.lastUsedAt] as Date[];
    expect(first!.dates).to.deep.equal(dates.map((date) => date.toISOString()));
    expect(second!.words).to.contain('Not used yet');
  });

  it('is announced while it comes', async () => {
    const held = new Held<unknown>();
    const backend = new OwnBackend([phone]).on('list', held.answer);
    const view = await place<PasskeyManager>(
      html`<passkey-manager .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(view.status).to.equal('Loading your passkeys…'));
    held.release({ passkeys: backend.records, complete: true });
    await eventually(() => expect(names(view)).to.deep.equal(['My phone']));
    expect(view.status).to.equal('');
  });

  it('empty, it says what a passkey is and offers one', async () => {
    const view = await manage(new OwnBackend());
    await eventually(() => expect(view.text).to.contain('No passkeys yet'));
    view.button('Add a passkey');
    expect(view.rows).to.deep.equal([]);
  });

  it('the author’s own words can stand for the empty list', async () => {
    const view = await place(
      html`<passkey-manager .backend=${new OwnBackend()}
        ><p slot="empty">Nothing here.</p></passkey-manager
      >`,
    );
    await eventually(() => expect(view.all('p[slot]')[0]!.checkVisibility()).to.equal(true));
    expect(view.text).not.to.contain('No passkeys yet');
  });

  for (const [code, words] of [
    ['server-error', 'Something is wrong on our side. Please try again later.'],
    ['network', 'No connection. Check your internet and try again.'],
    ['timeout', 'The answer took too long. Please try again.'],
  ] as const) {
    it(`${code}: it says so, and “Try again” reads it`, async () => {
      const backend = new OwnBackend([phone]).fail('list', code);
      const events = new PasskeyEvents();
      const view = await manage(backend);
      await eventually(() => expect(view.alert).to.equal(words));
      expect(events.errors).to.deep.equal([code]);
      expect(view.element.matches(':state(error)')).to.equal(true);
      expect(view.text).not.to.contain('canary');
      backend.heal('list');
      view.button('Try again').click();
      await eventually(() => expect(names(view)).to.deep.equal(['My phone']));
      expect(view.alert).to.equal('');
      expect(view.element.matches(':state(error)')).to.equal(false);
      expect(view.offers('Try again')).to.equal(false);
    });
  }

  it('“Try again” keeps the focus while the list is read by itself, and fails once more', async () => {
    const backend = new OwnBackend([phone]).fail('list', 'network');
    const view = await manage(backend);
    (await eventually(() => view.button('Try again'))).focus();
    const held = new Held<unknown>();
    backend.on('list', held.answer);
    const refreshed = view.element.refresh();
    await settle();
    expect(view.focus).to.equal('Try again');
    held.fail(new PasskeyError('network', 'x'));
    await refreshed;
    await settle();
    expect(view.focus).to.equal('Try again');
  });

  it('nobody signed in is told quietly', async () => {
    const events = new PasskeyEvents();
    const view = await manage(new OwnBackend([phone]).fail('list', 'unauthorized'));
    await eventually(() =>
      expect(view.status).to.equal('You are not signed in. Sign in and try again.'),
    );
    expect(view.alert).to.equal('');
    expect(events.errors).to.deep.equal(['unauthorized']);
    expect(view.rows).to.deep.equal([]);
  });

  it('a passkey that is listed twice is shown once, and the developer hears of it', async () => {
    const signals = watchSignals();
    const events = new PasskeyEvents();
    const view = await manage(new OwnBackend([phone, laptop, { ...phone, name: 'Again' }]));
    await eventually(() => expect(view.rows).to.have.length(2));
    await eventually(() => expect(events.errors).to.deep.equal(['bad-response']));
    expect(signals, 'a list with a doubt is not signalled').to.deep.equal([]);
  });

  describe('odd names', () => {
    for (const [title, name, shown] of [
      ['markup', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
      ['a template', '{{constructor}} ${7*7}', '{{constructor}} ${7*7}'],
      ['bidi controls', 'a\u202eevil\u2066', 'aevil'],
      ['line breaks', 'a\nb', 'ab'],
      ['nothing', '', 'Passkey'],
      ['null', null, 'Passkey'],
      ['blanks', '  ', 'Passkey'],
      ['only controls', '\u202e\u2066', 'Passkey'],
      ['only what nobody sees', '\u200b \u2060\u00ad', 'Passkey'],
    ] as const) {
      it(`${title}: shown as “${shown}”`, async () => {
        const view = await manage(new OwnBackend([{ ...laptop, name }]));
        await eventually(() => expect(names(view)).to.deep.equal([shown]));
        expect(view.all('li img, li script')).to.deep.equal([]);
        view.button(`Rename “${shown}”`);
      });
    }

    it('5,000 characters: cut, and the card is no wider than the page', async () => {
      const view = await manage(new OwnBackend([{ ...laptop, name: 'x'.repeat(5000) }]));
      await eventually(() => expect(names(view)[0]).to.match(/^x{20,200}…$/));
      expect(view.element.scrollWidth).to.be.at.most(document.documentElement.clientWidth);
    });

    it('a provider with markup or controls is text too', async () => {
      const provider = { name: '<b>Pro\u202evider</b>' };
      const view = await manage(new OwnBackend([{ ...laptop, provider }]));
      await eventually(() => expect(view.rows).to.have.length(1));
      expect(view.all('li b')).to.deep.equal([]);
      expect(view.rows[0]!.words).to.contain('<b>Pro');
      expect(view.rows[0]!.words, 'nothing turns the line around').not.to.contain('\u202e');
    });
  });

  describe('where a passkey is kept', () => {
    it('the server’s word counts first, then its model, and then nobody knows', async () => {
      const aaguid = 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4';
      const view = await manage(
        new OwnBackend([
          { id: 'a', provider: { name: 'House Vault' }, aaguid },
          { id: 'b', aaguid },
          { id: 'c', aaguid: '01020304-0506-0708-0102-030405060708' },
          { id: 'd' },
        ]),
      );
      await eventually(() =>
        expect(names(view)).to.deep.equal([
          'House Vault',
          'Google Password Manager',
          'Passkey',
          'Passkey (2)',
        ]),
      );
      await eventually(() => expect(view.rows[3]!.words).to.contain('Saved in Unknown'));
    });

    for (const [icon, shown] of [
      ['https://example.com/icon.svg', true],
      ['data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E', true],
      ['javascript:alert(1)', false],
      ['data:text/html,x', false],
      ['http://example.com/icon.svg', false],
      ['<svg onload=alert(1)>', false],
    ] as const) {
      it(`its picture ${icon.slice(0, 30)} is ${shown ? 'an <img>' : 'not shown'}`, async () => {
        const view = await manage(new OwnBackend([{ ...laptop, provider: { name: 'P', icon } }]));
        await eventually(() => expect(view.rows).to.have.length(1));
        const images = view.all<HTMLImageElement>('li img');
        expect(images.map((image) => image.getAttribute('src'))).to.deep.equal(shown ? [icon] : []);
        expect(images.every(({ alt }) => alt === '')).to.equal(true);
      });
    }
  });

  describe('what the backend cannot do is not offered', () => {
    for (const [missing, button] of [
      ['rename', /^Rename/],
      ['remove', /^Remove/],
    ] as const) {
      it(`without ${missing}`, async () => {
        const backend = new OwnBackend([phone]);
        backend.passkeys = { ...backend.passkeys, [missing]: undefined };
        const view = await manage(backend);
        await eventually(() => expect(view.rows).to.have.length(1));
        expect(view.offers(button)).to.equal(false);
      });
    }

    it('without registration', async () => {
      const backend = new OwnBackend([phone]);
      backend.registration = undefined;
      const view = await manage(backend);
      await eventually(() => expect(view.rows).to.have.length(1));
      expect(view.offers('Add a passkey')).to.equal(false);
    });

    it('without a list there is the heading, and no error', async () => {
      const backend = new OwnBackend([phone]);
      backend.passkeys = undefined;
      const events = new PasskeyEvents();
      const view = await manage(backend);
      await settle();
      expect(view.headings).to.deep.equal(['Passkeys']);
      expect(events.names).to.deep.equal([]);
      expect(view.status + view.alert).to.equal('');
    });
  });
});

describe('renaming in <passkey-manager>', () => {
  async function edit(backend = new OwnBackend([phone, laptop])) {
    const view = await manage(backend);
    (await eventually(() => view.button('Rename “Laptop”'))).click();
    const field = await eventually(() => view.field('Name of the passkey'));
    return { view, field, backend };
  }

  it('happens in place: the field has the focus and the old name, Enter saves it trimmed', async () => {
    const events = new PasskeyEvents();
    const { view, field, backend } = await edit();
    expect(field.value).to.equal('Laptop');
    await eventually(() => expect(view.focus).to.equal('Name of the passkey'));
    type(field, '  Work laptop ');
    submit(field);
    await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'Work laptop']));
    await eventually(() => expect(view.status).to.equal('Renamed to “Work laptop”.'));
    expect(backend.requests.at(-1)).to.deep.equal({ id: 'two', name: 'Work laptop' });
    expect(events.names).to.deep.equal(['passkey-renamed']);
    expect(events.of('passkey-renamed')[0]!.detail).to.deep.equal({ id: 'two' });
    expect(view.focus).to.equal('Rename “Work laptop”');
  });

  it('what is wrong with a name is said in a region that was there before', async () => {
    const { view, field } = await edit();
    const [region] = view.all('.rename [aria-live="polite"]');
    expect(region!.textContent).to.equal('');
    type(field, ' ');
    submit(field);
    await eventually(() => expect(region!.textContent).to.equal('Enter a name.'));
    expect(region!.isConnected).to.equal(true);
  });

  it('begun by a double click is not ended by the second one', async () => {
    const view = await manage(new OwnBackend([phone, laptop]));
    const pencil = view.button('Rename “Laptop”');
    const { x, y, width, height } = pencil.getBoundingClientRect();
    pencil.click();
    const field = await eventually(() => view.field('Name of the passkey'));
    const hit = view.element.shadowRoot!.elementFromPoint(x + width / 2, y + height / 2);
    const options = { detail: 2, bubbles: true, cancelable: true };
    for (const node of [hit!, view.button('Save')])
      node.dispatchEvent(new MouseEvent('click', options));
    await settle();
    expect(field.isConnected).to.equal(true);
  });

  it('ended by a double click, the second one begins nothing else', async () => {
    const { view } = await edit();
    const cancel = view.button('Cancel');
    const { x, y, width, height } = cancel.getBoundingClientRect();
    cancel.click();
    await eventually(() => expect(view.all('.rename')).to.deep.equal([]));
    for (const at of [0.2, 0.5, 0.8]) {
      const hit = view.element.shadowRoot!.elementFromPoint(x + width * at, y + height / 2);
      hit!.dispatchEvent(new MouseEvent('click', { detail: 2, bubbles: true }));
    }
    await settle();
    expect(view.dialog?.headings).to.equal(undefined);
    expect(view.all('.rename')).to.have.length(0);
  });

  it('the new name is there before the server has answered', async () => {
    const held = new Held<unknown>();
    const { view, field, backend } = await edit();
    backend.on('rename', held.answer);
    type(field, 'Quick');
    submit(field);
    await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'Quick']));
    held.release(undefined);
    await eventually(() => expect(view.status).to.equal('Renamed to “Quick”.'));
    expect(names(view)).to.deep.equal(['My phone', 'Quick']);
  });

  for (const how of ['Escape', 'Cancel'] as const) {
    it(`${how} leaves the name alone, and the focus returns`, async () => {
      const { view, field, backend } = await edit();
      type(field, 'Other');
      if (how === 'Escape') press(field, 'Escape');
      else view.button('Cancel').click();
      await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'Laptop']));
      await eventually(() => expect(view.focus).to.equal('Rename “Laptop”'));
      expect(backend.countOf('rename')).to.equal(0);
    });
  }

  it('Escape that ends a composition ends nothing else', async () => {
    const { view, field } = await edit();
    type(field, 'ラップ');
    const options = { key: 'Escape', isComposing: true, bubbles: true, cancelable: true };
    field.dispatchEvent(new KeyboardEvent('keydown', options));
    await settle();
    expect(view.field('Name of the passkey').value).to.equal('ラップ');
  });

  it('Escape is used up: a dialog around the element stays open', async () => {
    const { view, field } = await edit();
    const heard: Event[] = [];
    view.element.addEventListener('keydown', (event) => heard.push(event));
    expect(press(field, 'Escape')).to.equal(false);
    expect(heard, 'by the page').to.deep.equal([]);
  });

  it('letters and their accents go to the server as one', async () => {
    const { view, field, backend } = await edit();
    type(field, 'Cafe\u0301');
    submit(field);
    await eventually(() => expect(view.status).to.contain('Renamed'));
    expect(backend.requests.at(-1)).to.deep.equal({ id: 'two', name: 'Caf\u00e9' });
  });

  it('is nobody’s news once the element has gone, however it ends', async () => {
    for (const end of ['release', 'fail'] as const) {
      const held = new Held<undefined>();
      const { view, field } = await edit(new OwnBackend([phone, laptop]).on('rename', held.answer));
      const heard: string[] = [];
      for (const name of ['passkey-renamed', 'passkey-error'])
        view.element.addEventListener(name, () => heard.push(name));
      type(field, 'Work laptop');
      submit(field);
      await settle();
      view.element.remove();
      await settle();
      if (end === 'fail') held.fail(new PasskeyError('server-error', 'canary'));
      else held.release(undefined);
      await settle();
      expect(heard).to.deep.equal([]);
    }
  });

  it('refused while another name is being typed, it leaves that alone', async () => {
    const held = new Held<undefined>();
    const { view, field } = await edit(new OwnBackend([phone, laptop]).on('rename', held.answer));
    type(field, 'Work laptop');
    submit(field);
    (await eventually(() => view.button('Rename “My phone”'))).click();
    type(await eventually(() => view.field('Name of the passkey')), 'Ours');
    held.fail(new PasskeyError('server-error', 'canary'));
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
    await settle();
    expect(view.field('Name of the passkey').value).to.equal('Ours');
    expect(names(view)).to.include('Laptop');
  });

  for (const code of ['', 'server-error', 'not-found'] satisfies ('' | PasskeyErrorCode)[]) {
    it(`of one that is removed meanwhile is no news any more: ${code || 'done'}`, async () => {
      const held = new Held<undefined>();
      const { view, field, backend } = await edit();
      backend.on('rename', held.answer);
      type(field, 'New');
      submit(field);
      await eventually(() => expect(backend.countOf('rename')).to.equal(1));
      view.button('Remove “New”').click();
      const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
      dialog.button('Remove').click();
      await eventually(() => expect(view.status).to.contain('“New” was removed.'));
      if (code) held.fail(new PasskeyError(code, 'canary'));
      else held.release(undefined);
      await settle();
      expect(view.status).to.contain('“New” was removed.');
      expect(view.alert).to.equal('');
    });
  }

  it('refused while a later name is on its way, it brings no field back', async () => {
    const held = new Held<never>();
    const { view, field, backend } = await edit();
    backend.on('rename', held.answer);
    type(field, 'First');
    submit(field);
    (await eventually(() => view.button('Rename “First”'))).click();
    type(await eventually(() => view.field('Name of the passkey')), 'Second');
    submit(view.field('Name of the passkey'));
    await eventually(() => expect(names(view)).to.contain('Second'));
    backend.heal('rename');
    held.fail(new PasskeyError('server-error', 'canary'));
    await eventually(() => expect(view.status).to.equal('Renamed to “Second”.'));
    await settle();
    expect(names(view)).to.contain('Second');
    expect(view.all('.rename')).to.deep.equal([]);
  });

  it('the same name again asks nothing of the server', async () => {
    const { view, field, backend } = await edit();
    submit(field);
    await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'Laptop']));
    expect(backend.countOf('rename')).to.equal(0);
  });

  for (const [title, name, words] of [
    ['no name', '   ', 'Enter a name.'],
    ['a name of 65 letters', 'x'.repeat(65), 'Use at most 64 characters.'],
    [
      'controls that turn the text',
      'a\u202eb',
      'This name contains characters that cannot be shown.',
    ],
    ['a line break', 'a\u0007b', 'This name contains characters that cannot be shown.'],
  ] as const) {
    it(`${title}: refused beside the field, and what was typed is still there`, async () => {
      const { view, field, backend } = await edit();
      type(field, name);
      submit(field);
      await eventually(() =>
        expect(descriptionOf(view.field('Name of the passkey'))).to.equal(words),
      );
      const again = view.field('Name of the passkey');
      expect(again.getAttribute('aria-invalid')).to.equal('true');
      expect(again.value).to.equal(name);
      await eventually(() => expect(view.focus).to.equal('Name of the passkey'));
      expect(backend.countOf('rename')).to.equal(0);
    });
  }

  it('64 letters beyond the basic plane are not too long', async () => {
    const { view, field } = await edit();
    type(field, '🔑'.repeat(64));
    submit(field);
    await eventually(() => expect(names(view)[1]).to.equal('🔑'.repeat(64)));
  });

  it('refused by the server, the old name is back and the person’s text is kept', async () => {
    const events = new PasskeyEvents();
    const { view, field, backend } = await edit();
    backend.fail('rename', 'server-error');
    type(field, 'Work laptop');
    submit(field);
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
    expect(view.field('Name of the passkey').value).to.equal('Work laptop');
    expect(events.errors).to.deep.equal(['server-error']);
    expect(view.offers('Try again'), 'that would only read the list').to.equal(false);
    await eventually(() => expect(view.focus).to.equal('Name of the passkey'));
    press(view.field('Name of the passkey'), 'Escape');
    await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'Laptop']));
    expect(view.alert, 'what was said of the last try is over').to.equal('');
  });

  for (const [title, code, read] of [
    ['refused after the list was read again', 'server-error', true],
    ['whose answer is lost', 'outcome-unknown', false],
  ] as const) {
    it(`${title}, it shows what the backend has by now`, async () => {
      const held = new Held<never>();
      const { view, field, backend } = await edit();
      backend.on('rename', held.answer);
      type(field, 'Refused');
      submit(field);
      await eventually(() => expect(backend.countOf('rename')).to.equal(1));
      backend.records = [backend.records[0]!, toPasskey({ ...laptop, name: 'By now' })!];
      if (read) await view.element.refresh();
      held.fail(new PasskeyError(code, 'canary'));
      await eventually(() => view.field('Name of the passkey'));
      expect(view.alert).not.to.equal('');
      await settle();
      view.button('Cancel').click();
      await settle();
      expect(names(view)).to.deep.equal(['My phone', 'By now']);
    });
  }

  it('refused while somebody is typing elsewhere on the page, it leaves them the focus', async () => {
    const around = fixtureSync<HTMLInputElement>(html`<input />`);
    const held = new Held<undefined>();
    const { view, field, backend } = await edit();
    backend.on('rename', held.answer);
    type(field, 'Work laptop');
    submit(field);
    await eventually(() => expect(backend.countOf('rename')).to.equal(1));
    around.focus();
    held.fail(new PasskeyError('server-error', 'canary'));
    const again = await eventually(() => view.field('Name of the passkey'));
    await settle();
    expect(again.value).to.equal('Work laptop');
    expect(document.activeElement === around).to.equal(true);
  });

  it('of one that was removed elsewhere takes it off the list, and says so', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const events = new PasskeyEvents();
    const { view, field } = await edit(backend);
    backend.fail('rename', 'not-found');
    backend.records = backend.records.filter(({ id }) => id !== 'two');
    type(field, 'Gone');
    submit(field);
    await eventually(() => expect(names(view)).to.deep.equal(['My phone']));
    expect(view.all('.rename')).to.deep.equal([]);
    expect(events.names).to.deep.equal(['passkey-error']);
  });

  for (const [title, code, words] of [
    ['of one that was removed elsewhere', 'not-found', 'could not be found'],
    ['in vain while the list is read', 'server-error', 'wrong on our side'],
  ] as const) {
    it(`${title}: that is still on screen when the list is`, async () => {
      const { view, field, backend } = await edit();
      const late = new Held<unknown>();
      const before = { passkeys: backend.records, complete: true };
      backend.fail('rename', code).on('list', late.answer);
      void view.element.refresh();
      await eventually(() => expect(backend.countOf('list')).to.equal(2));
      backend.heal('list');
      if (code === 'not-found') backend.records = backend.records.slice(0, 1);
      type(field, 'Gone');
      submit(field);
      await eventually(() => expect(view.alert).to.contain(words));
      late.release(before);
      await eventually(() => expect(view.rows).to.have.length(backend.records.length));
      await settle();
      expect(view.alert).to.contain(words);
    });
  }

  it('whose session is lost keeps what was typed; signed in again, it goes through', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const { view, field } = await edit(backend);
    backend.fail('rename', 'unauthorized');
    type(field, 'Work laptop');
    submit(field);
    await eventually(() => expect(view.status + view.alert).to.contain('You are not signed in'));
    const again = await eventually(() => view.field('Name of the passkey'));
    expect(again.value).to.equal('Work laptop');
    backend.heal('rename');
    document.body.dispatchEvent(new PasskeySignedInEvent('passkey', 'session'));
    await eventually(() => expect(backend.countOf('list')).to.equal(2));
    await settle();
    submit(view.field('Name of the passkey'));
    await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'Work laptop']));
  });

  it('is no news for somebody else, whose list comes next', async () => {
    const { view, field, backend } = await edit();
    type(field, 'Work laptop');
    submit(field);
    await eventually(() => expect(view.status).to.equal('Renamed to “Work laptop”.'));
    backend.on('list', () => theirs);
    await view.element.refresh();
    expect(names(view)).to.deep.equal(['Theirs']);
    expect(view.text).not.to.contain('Work laptop');
  });

  it('after a refusal the same text can simply be saved again', async () => {
    const { view, field, backend } = await edit();
    backend.fail('rename', 'network');
    type(field, 'Work laptop');
    submit(field);
    await eventually(() => expect(view.alert).to.contain('No connection'));
    backend.heal('rename');
    submit(view.field('Name of the passkey'));
    await eventually(() => expect(view.status).to.equal('Renamed to “Work laptop”.'));
    expect(view.alert).to.equal('');
  });
});

describe('removing in <passkey-manager>', () => {
  async function ask(
    backend = new OwnBackend([phone, laptop, key]),
    row = 'My phone',
    keepLast = false,
  ) {
    const view = await manage(backend, keepLast);
    const remove = await eventually(() => view.button(`Remove “${row}”`));
    remove.focus();
    remove.click();
    const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    return { view, dialog, backend };
  }

  it('asks first, naming the passkey and where it is', async () => {
    const { dialog, backend } = await ask();
    expect(dialog.headings).to.deep.equal(['Remove “My phone”?']);
    expect(dialog.text).to.contain(
      'You can no longer sign in with this passkey (iCloud Keychain).',
    );
    expect(dialog.text).to.contain('delete it there too');
    expect(backend.countOf('remove')).to.equal(0);
  });

  it('Cancel changes nothing, and the focus goes back to the button', async () => {
    const { view, dialog, backend } = await ask();
    dialog.button('Cancel').click();
    await eventually(() => expect(view.dialog).to.equal(undefined));
    await eventually(() => expect(view.focus).to.equal('Remove “My phone”'));
    expect(backend.countOf('remove')).to.equal(0);
  });

  it('confirmed, the row is gone, the list is read again, and the next row has the focus', async () => {
    const signals = watchSignals();
    const events = new PasskeyEvents();
    const { view, dialog, backend } = await ask();
    signals.length = 0;
    dialog.button('Remove').click();
    await eventually(() => expect(view.status).to.contain('“My phone” was removed.'));
    expect(names(view)).to.deep.equal(['Laptop', 'Key']);
    expect(backend.countOf('list')).to.equal(2);
    expect(events.names).to.deep.equal(['passkey-removed']);
    expect(events.of('passkey-removed')[0]!.detail).to.deep.equal({ id: 'one' });
    await eventually(() => expect(view.focus).to.equal('Remove “Laptop”'));
    await eventually(() =>
      expect(signals, '93').to.deep.include({
        name: 'signalAllAcceptedCredentials',
        details: {
          rpId: 'localhost',
          userId: 'dXNlcg',
          allAcceptedCredentialIds: ['dHdv', 'dGhyZWU'],
        },
      }),
    );
  });

  it('two clicks on Remove remove once', async () => {
    const { view, dialog, backend } = await ask();
    const confirm = dialog.button('Remove');
    confirm.click();
    confirm.click();
    await eventually(() => expect(view.status).to.contain('was removed'));
    expect(backend.countOf('remove')).to.equal(1);
  });

  it('the question ends with its element, and can be asked again when that comes back', async () => {
    for (const away of [true, false]) {
      const { view } = await ask();
      const { parentElement } = view.element;
      view.element.remove();
      if (away) await settle(); // else it is moved, as frameworks do it: all in one task
      parentElement!.append(view.element);
      await settle();
      expect(view.dialog?.headings).to.equal(undefined);
      (await eventually(() => view.button('Remove “Laptop”'))).click();
      const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
      expect(dialog.headings).to.deep.equal(['Remove “Laptop”?']);
      expect(dialog.element.matches(':modal')).to.equal(true);
    }
  });

  it('the question ends when its element is hidden: it would lock the page around', async () => {
    const around = fixtureSync<HTMLButtonElement>(html`<button>Elsewhere</button>`);
    const { view } = await ask();
    if (document.hidden) return; // WebKit's tab is in the background, where nothing goes out of sight
    view.element.hidden = true;
    await eventually(() => {
      around.focus();
      expect(document.activeElement === around).to.equal(true);
    });
    view.element.hidden = false;
    await settle();
    expect(view.dialog?.headings).to.equal(undefined);
  });

  it('the next question stays, however late the browser tells that the last one was closed', async () => {
    const { view, dialog } = await ask(new OwnBackend([phone, laptop]));
    dialog.button('Cancel').click();
    await view.element.updateComplete;
    view.button('Remove “Laptop”').click();
    await eventually(() => expect(view.dialog?.headings).to.deep.equal(['Remove “Laptop”?']));
    await settle();
    expect(view.dialog?.headings).to.deep.equal(['Remove “Laptop”?']);
  });

  it('the question goes with the session, and the focus to the heading', async () => {
    const { view, backend } = await ask();
    backend.fail('list', 'unauthorized');
    await view.element.refresh();
    await eventually(() => expect(view.status).to.contain('You are not signed in.'));
    expect(view.dialog?.headings).to.equal(undefined);
    expect(view.text).not.to.contain('My phone');
    expect(view.focus).to.equal('Passkeys');
    backend.heal('list');
    await view.element.refresh();
    (await eventually(() => view.button('Remove “Laptop”'))).click();
    const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    expect(dialog.headings).to.deep.equal(['Remove “Laptop”?']);
  });

  it('while one is being removed the next one waits, and nothing is confirmed in vain', async () => {
    const held = new Held<undefined>();
    const { view, dialog, backend } = await ask();
    backend.on('remove', held.answer);
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    view.button('Remove “Laptop”').click();
    const next = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    const confirm = next.button('Remove');
    expect(confirm.getAttribute('aria-disabled')).to.equal('true');
    confirm.click();
    await settle();
    expect(next.headings, 'it still asks').to.deep.equal(['Remove “Laptop”?']);
    backend.heal('remove');
    held.release(undefined);
    await eventually(() => expect(confirm.getAttribute('aria-disabled')).to.equal('false'));
    confirm.click();
    await eventually(() => expect(view.status).to.contain('“Laptop” was removed.'));
    expect(backend.countOf('remove')).to.equal(2);
  });

  it('the same question, asked again while the first answer is on its way, ends with it', async () => {
    const held = new Held<undefined>();
    const { view, dialog, backend } = await ask();
    backend.on('remove', held.answer);
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    view.button('Remove “My phone”').click();
    await eventually(() => expect(view.dialog?.headings).to.deep.equal(['Remove “My phone”?']));
    backend.records = backend.records.slice(1);
    held.release(undefined);
    await eventually(() => expect(names(view)).to.deep.equal(['Laptop', 'Key']));
    await eventually(() => expect(view.focus).to.equal('Remove “Laptop”'));
    expect(view.dialog?.headings).to.equal(undefined);
  });

  for (const way of ['Cancel', 'Escape']) {
    it(`${way}, when it was removed elsewhere meanwhile, leaves the focus on the heading`, async () => {
      const { view, dialog, backend } = await ask();
      backend.records = backend.records.slice(1);
      await view.element.refresh();
      if (way === 'Cancel') dialog.button('Cancel').click();
      else (dialog.element as HTMLDialogElement).close();
      await eventually(() => expect(view.focus).to.equal('Passkeys'));
      await settle();
      expect(view.focus).to.equal('Passkeys');
    });
  }

  for (const [title, after] of [
    ['its answer is lost', () => Promise.reject(new PasskeyError('outcome-unknown', 'canary'))],
    ['the list cannot be read', () => undefined],
  ] as const) {
    it(`the last one is gone, and ${title}: another can be added all the same`, async () => {
      const { view, dialog, backend } = await ask(
        new OwnBackend([{ ...laptop, synced: true }]),
        'Laptop',
      );
      if (title.startsWith('the list')) backend.fail('list', 'forbidden');
      backend.on('remove', () => {
        backend.records = [];
        return after();
      });
      dialog.button('Remove').click();
      await eventually(() => expect(view.text).to.contain('No passkeys yet'));
      expect(view.offers('Add a passkey')).to.equal(true);
      expect(view.text).to.match(/The connection broke off|the list could not be refreshed/);
    });
  }

  it('where the site wants a fresh sign-in, it says what it waits for', async () => {
    const { view, dialog, backend } = await ask();
    answerWith('get', pending);
    backend.fail('remove', 'reauth-required');
    dialog.button('Remove').click();
    await eventually(() => expect(view.status).to.equal('Waiting for your passkey…'));
  });

  it('where a fresh sign-in has to be approved, the page hears of the removal alone', async () => {
    hurry(1_600, 2_400); // two seconds to each question, give or take
    const { dialog, backend } = await ask();
    answerWith('get', () => Promise.resolve(assertion()));
    backend.on('signIn.finish', () => ({ kind: 'pending', handle: 'h' }));
    backend.fail('remove', 'reauth-required');
    let asked = 0;
    backend.status = async () => {
      if (++asked === 1) return { state: 'pending', interval: 2, raw: 'canary' };
      backend.heal('remove');
      return { state: 'authenticated', raw: 'canary' };
    };
    const events = new PasskeyEvents();
    dialog.button('Remove').click();
    await eventually(() => expect(events.names).to.deep.equal(['passkey-removed']));
  });

  it('the question stays where the site gives the element no box of its own', async () => {
    const { view } = await ask();
    if (document.hidden) return; // WebKit's tab is in the background, where no size changes
    view.element.style.display = 'contents';
    for (let frames = 0; frames < 3; frames++) await nextFrame();
    expect(view.dialog?.headings).to.deep.equal(['Remove “My phone”?']);
  });

  it('somebody who has gone on to a field keeps the focus there', async () => {
    const around = fixtureSync<HTMLInputElement>(html`<input />`);
    const held = new Held<undefined>();
    const { view, dialog, backend } = await ask();
    backend.on('remove', held.answer);
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    around.focus();
    held.release(undefined);
    await eventually(() => expect(view.status).to.contain('“My phone” was removed.'));
    await settle();
    expect(document.activeElement === around).to.equal(true);
  });

  it('the last one warns', async () => {
    const { view, dialog } = await ask(new OwnBackend([phone]));
    expect(dialog.text).to.contain('This is your last passkey. Make sure you have another way');
    dialog.button('Remove').click();
    await eventually(() => expect(view.text).to.contain('No passkeys yet'));
    await eventually(() => expect(view.focus).to.equal('Passkeys'));
  });

  it('with keep-last the last one cannot be removed', async () => {
    const events = new PasskeyEvents();
    const { view, dialog, backend } = await ask(new OwnBackend([phone]), 'My phone', true);
    expect(dialog.text).to.contain('This is your last passkey. Add another one before');
    expect(dialog.offers('Remove')).to.equal(false);
    expect(events.errors).to.deep.equal(['last-passkey']);
    dialog.button('Close').click();
    await eventually(() => expect(view.dialog).to.equal(undefined));
    expect(backend.countOf('remove')).to.equal(0);
    expect(names(view)).to.deep.equal(['My phone']);
  });

  it('one that is gone already is simply gone', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const { view, dialog } = await ask(backend);
    backend.records = backend.records.slice(1);
    backend.fail('remove', 'not-found');
    const events = new PasskeyEvents();
    dialog.button('Remove').click();
    await eventually(() => expect(names(view)).to.deep.equal(['Laptop']));
    expect(events.errors).to.deep.equal([]);
    expect(view.alert).to.equal('');
  });

  it('one that is not found, but still in the list, is not called removed', async () => {
    const events = new PasskeyEvents();
    const { view, dialog, backend } = await ask();
    backend.fail('remove', 'not-found');
    dialog.button('Remove').click();
    await eventually(() => expect(view.alert).to.contain('could not be found'));
    expect(names(view)).to.deep.equal(['My phone', 'Laptop', 'Key']);
    expect(view.status).to.equal('');
    expect(events.names).to.deep.equal(['passkey-error']);
  });

  it('one that is not found as somebody else is signed in by now is not called removed', async () => {
    const events = new PasskeyEvents();
    const { view, dialog, backend } = await ask();
    backend.fail('remove', 'not-found').on('list', () => theirs);
    dialog.button('Remove').click();
    await eventually(() => expect(view.alert).to.contain('could not be found'));
    expect(events.names).to.deep.equal(['passkey-error']);
  });

  it('stopped when the backend has done it already, it is off the list', async () => {
    const signals = watchSignals();
    const { view, dialog, backend } = await ask();
    await eventually(() => expect(signals).to.have.length(1));
    const late = new Held<never>();
    backend.on('remove', (_, signal) => {
      backend.records = backend.records.slice(1);
      signal.onabort = () => late.fail(signal.reason as Error);
      return late.answer();
    });
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    (await eventually(() => view.button('Cancel'))).click();
    await eventually(() => expect(names(view)).to.deep.equal(['Laptop', 'Key']));
    await settle();
    expect(view.status).to.equal('Stopped. You can try again.');
    expect(signals, 'nobody knows what is still to come').to.have.length(1);
  });

  for (const [title, answer] of [
    ['it says so', (late: Held<undefined>) => late.release(undefined)],
    [
      'its answer is lost',
      (late: Held<undefined>) => late.fail(new PasskeyError('outcome-unknown', 'canary')),
    ],
  ] as const) {
    it(`stopped while a backend that cannot stop does it, it is off the list: ${title}`, async () => {
      const { view, dialog, backend } = await ask();
      const late = new Held<undefined>();
      backend.on('remove', late.answer);
      const events = new PasskeyEvents();
      dialog.button('Remove').click();
      await eventually(() => expect(backend.countOf('remove')).to.equal(1));
      (await eventually(() => view.button('Cancel'))).click();
      await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
      backend.records = backend.records.slice(1);
      answer(late);
      await eventually(() => expect(names(view)).to.deep.equal(['Laptop', 'Key']));
      expect(view.status).to.equal('Stopped. You can try again.');
      expect(events.names).to.deep.equal(['passkey-cancelled']);
    });
  }

  for (const code of [
    'server-error',
    'outcome-unknown',
    'last-passkey',
    'forbidden',
  ] satisfies PasskeyErrorCode[]) {
    it(`${code}: the row stays, it is said, nothing is signalled, and the button has the focus`, async () => {
      const signals = watchSignals();
      const { view, dialog, backend } = await ask();
      backend.fail('remove', code);
      signals.length = 0;
      const events = new PasskeyEvents();
      dialog.button('Remove').click();
      await eventually(() => expect(view.alert).not.to.equal(''));
      expect(names(view)).to.deep.equal(['My phone', 'Laptop', 'Key']);
      expect(events.errors).to.deep.equal([code]);
      expect(view.text).not.to.contain('canary');
      await eventually(() => expect(view.focus).to.equal('Remove “My phone”'));
      expect(signals.filter(({ name }) => name === 'signalUnknownCredential')).to.deep.equal([]);
    });
  }

  it('is no news for somebody else, whose list comes in its place', async () => {
    const { view, dialog, backend } = await ask();
    const events = new PasskeyEvents();
    backend.on('list', () => theirs);
    dialog.button('Remove').click();
    await eventually(() => expect(events.of('passkey-removed')).to.have.length(1));
    expect(names(view)).to.deep.equal(['Theirs']);
    expect(view.text).not.to.contain('My phone');
  });

  it('is no news for somebody else either, whose list came meanwhile', async () => {
    const { view, dialog, backend } = await ask();
    const events = new PasskeyEvents();
    const late = new Held<unknown>();
    backend.on('remove', late.answer);
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    backend.on('list', () => theirs);
    await view.element.refresh();
    expect(names(view)).to.deep.equal(['Theirs']);
    late.release(undefined);
    await eventually(() => expect(events.of('passkey-removed')).to.have.length(1));
    await settle();
    expect(view.text).not.to.contain('My phone');
  });

  it('is no news of another backend, that comes while the list is read again', async () => {
    const { view, dialog, backend } = await ask();
    const events = new PasskeyEvents();
    const late = new Held<never>();
    backend.on('list', late.answer);
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('list')).to.equal(2));
    view.element.backend = new OwnBackend([{ id: 't', name: 'Theirs' }]);
    await eventually(() => expect(names(view)).to.deep.equal(['Theirs']));
    late.fail(new PasskeyError('aborted', ''));
    await eventually(() => expect(events.of('passkey-removed')).to.have.length(1));
    expect(view.text).not.to.contain('My phone');
  });

  it('removed, but the list cannot be read: the row stays gone, and that is said', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const { view, dialog } = await ask(backend);
    backend.fail('list', 'server-error');
    const events = new PasskeyEvents();
    dialog.button('Remove').click();
    await eventually(() => expect(events.of('passkey-removed')).to.have.length(1));
    expect(names(view)).to.deep.equal(['Laptop']);
    await eventually(() =>
      expect(view.text).to.contain('Done, but the list could not be refreshed.'),
    );
    view.button('Try again');
  });

  it('removed, but the session is lost: that is said, as the list is gone', async () => {
    const { view, dialog, backend } = await ask();
    backend.fail('list', 'unauthorized');
    const events = new PasskeyEvents();
    dialog.button('Remove').click();
    await eventually(() => expect(events.of('passkey-removed')).to.have.length(1));
    await eventually(() => expect(view.status).to.contain('You are not signed in.'));
  });
});

describe('adding in <passkey-manager>', () => {
  it('one press, one prompt, no name to fail on, and the passkey is in the list', async () => {
    const calls = answerWith('create', () => Promise.resolve(attestation()));
    const events = new PasskeyEvents();
    const backend = new OwnBackend([phone]);
    const view = await manage(backend);
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(names(view)).to.deep.equal(['My phone', 'Passkey']);
    expect(calls).to.have.length(1);
    expect(calls[0]!.publicKey.excludeCredentials, 'those that are here already').to.have.length(1);
    expect(events.names).to.deep.equal(['passkey-registered']);
    expect(events.of('passkey-registered')[0]!.detail).to.deep.equal({ id: 'new' });
  });

  it('inside an element of the site’s own, the list is read once afterwards', async () => {
    answerWith('create', () => Promise.resolve(attestation()));
    const backend = new OwnBackend([phone]);
    const inside = fixtureSync(html`<div></div>`).attachShadow({ mode: 'open' });
    render(html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`, inside);
    const view = new View(inside.querySelector('passkey-manager')!);
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    await settle();
    expect(backend.countOf('list'), 'at first, and after it').to.equal(2);
  });

  it('two clicks are one prompt', async () => {
    const calls = answerWith('create', pending);
    const view = await manage(new OwnBackend([phone]));
    const add = await eventually(() => view.button('Add a passkey'));
    add.click();
    add.click();
    await eventually(() => expect(calls).to.have.length(1));
    add.click();
    await settle();
    expect(calls).to.have.length(1);
    expect(add.getAttribute('aria-disabled')).to.equal('true');
    view.button('Cancel').click();
    await eventually(() => expect(add.getAttribute('aria-disabled')).to.equal('false'));
  });

  for (const [title, name, words, event] of [
    [
      'dismissed',
      'NotAllowedError',
      'No passkey was created. You may have cancelled, or it took too long.',
      'passkey-cancelled',
    ],
    [
      'one is there already',
      'InvalidStateError',
      'You already have a passkey on this device or in this password manager. You can sign in with it.',
      'passkey-error',
    ],
  ] as const) {
    it(`${title}: said politely, the list is as it was`, async () => {
      answerWith('create', () => Promise.reject(new DOMException('canary', name)));
      const events = new PasskeyEvents();
      const view = await manage(new OwnBackend([phone]));
      (await eventually(() => view.button('Add a passkey'))).click();
      await eventually(() => expect(view.status).to.equal(words));
      expect(view.alert).to.equal('');
      expect(events.names).to.deep.equal([event]);
      expect(names(view)).to.deep.equal(['My phone']);
    });
  }

  it('whose answer is lost: the list is read before anybody is sent to it, and nobody else is told', async () => {
    answerWith('create', () => Promise.resolve(attestation()));
    const signals = watchSignals();
    const events = new PasskeyEvents();
    const backend = new OwnBackend([phone]);
    const view = await manage(backend);
    await eventually(() => expect(signals).to.have.length(1));
    backend.on('registration.finish', () => {
      backend.records = [...backend.records, { ...backend.records[0]!, id: 'new', name: 'New' }];
      throw new PasskeyError('outcome-unknown', 'canary');
    });
    view.button('Add a passkey').click();
    await eventually(() => expect(view.alert).to.contain('look at your list'));
    expect(names(view)).to.deep.equal(['My phone', 'New']);
    await settle();
    expect(signals, 'it may come into being later').to.have.length(1);
    expect(events.names).to.deep.equal(['passkey-error']);
  });

  it('stopped when the backend has it already: it is in the list, and nobody else is told', async () => {
    answerWith('create', () => Promise.resolve(attestation()));
    const signals = watchSignals();
    const backend = new OwnBackend([phone]);
    const view = await manage(backend);
    await eventually(() => expect(signals).to.have.length(1));
    backend.on('registration.finish', () => {
      backend.records = [...backend.records, { ...backend.records[0]!, id: 'new', name: 'New' }];
      return new Promise(() => {});
    });
    view.button('Add a passkey').click();
    await eventually(() => expect(backend.countOf('registration.finish')).to.equal(1));
    view.button('Cancel').click();
    await eventually(() => expect(names(view)).to.deep.equal(['My phone', 'New']));
    await settle();
    expect(signals, 'it may come into being later').to.have.length(1);
  });

  it('stopped after the session was lost: that is said, as the list is gone', async () => {
    answerWith('get', pending);
    const backend = new OwnBackend([phone]).fail('registration.begin', 'unauthorized');
    const view = await manage(backend);
    view.button('Add a passkey').click();
    await eventually(() => expect(backend.countOf('signIn.begin')).to.equal(1));
    backend.fail('list', 'unauthorized');
    view.button('Cancel').click();
    await eventually(() => expect(view.rows).to.deep.equal([]));
    await eventually(() => expect(view.status).to.contain('Sign in and try again'));
  });

  it('whose answer is lost with the connection: that is still what is said', async () => {
    answerWith('create', () => Promise.resolve(attestation()));
    const events = new PasskeyEvents();
    const view = await manage(
      new OwnBackend([phone]).fail('registration.finish', 'outcome-unknown'),
    );
    (view.element.backend as OwnBackend).fail('list', 'network');
    view.button('Add a passkey').click();
    await eventually(() => expect(view.alert).to.contain('look at your list'));
    expect(events.errors).to.deep.equal(['outcome-unknown']);
  });

  it('where the site wants a fresh sign-in: one prompt for that, then the passkey', async () => {
    const backend = new OwnBackend([phone]);
    let fresh = false;
    backend.on('registration.begin', () =>
      fresh
        ? {
            options: {
              challenge: 'AQID',
              rp: { name: 'S' },
              user: { id: 'dXNlcg', name: 'a' },
              pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
            },
          }
        : ((fresh = true),
          Promise.reject(
            Object.assign(new Error('stale'), { name: 'PasskeyError', code: 'reauth-required' }),
          )),
    );
    const tokens = { kind: 'tokens', accessToken: 'fresh' } as const;
    backend.on('signIn.finish', () => tokens);
    const gets = answerWith('get', () => Promise.resolve(assertion()));
    const creates = answerWith('create', () => Promise.resolve(attestation()));
    const events = new PasskeyEvents();
    const view = await manage(backend);
    const received: unknown[] = [];
    view.element.receiveTokens = (result) => received.push(result);
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(received).to.deep.equal([tokens]);
    expect(gets).to.have.length(1);
    expect(gets[0]!.publicKey.allowCredentials, 'only their own').to.have.length(1);
    expect(creates).to.have.length(1);
    expect(events.errors).to.deep.equal([]);
  });

  it('where the site wants a fresh sign-in, it says what it waits for', async () => {
    const backend = new OwnBackend([phone]).fail('registration.begin', 'reauth-required');
    answerWith('get', pending);
    const view = await manage(backend);
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.equal('Waiting for your passkey…'));
  });

  it('to 70 others: no browser is asked about more than the 64 that Chromium takes', async () => {
    const creates = answerWith('create', () => Promise.resolve(attestation()));
    const gets = answerWith('get', () => Promise.resolve(assertion()));
    const backend = new OwnBackend(
      Array.from({ length: 70 }, (_, at) => ({
        id: `id-${at}`,
        credentialId: btoa(`id-${at}`).replace(/=+$/, ''),
        lastUsedAt: at === 69 ? daysAgo(1) : undefined,
      })),
    );
    const view = await manage(backend);
    let fresh = false;
    backend.on('signIn.finish', () => {
      fresh = true;
      return { kind: 'session' };
    });
    const answer = (): unknown => {
      if (!fresh) throw new PasskeyError('reauth-required', 'canary');
      return { options: creationOptions };
    };
    backend.on('registration.begin', answer);
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(creates[0]!.publicKey.excludeCredentials).to.have.length(64);
    const allowed = gets[0]!.publicKey.allowCredentials!;
    expect(allowed).to.have.length(64);
    const last = new TextDecoder().decode(allowed[0]!.id);
    expect(last, 'the one that was used last is among them').to.equal('id-69');
  });

  it('a site that is never satisfied is asked twice, not for ever', async () => {
    const backend = new OwnBackend([phone]).fail('registration.begin', 'reauth-required');
    const gets = answerWith('get', () => Promise.resolve(assertion()));
    const events = new PasskeyEvents();
    const view = await manage(backend);
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(events.errors).to.deep.equal(['reauth-required']));
    expect(gets).to.have.length(1);
    expect(backend.countOf('registration.begin')).to.equal(2);
    await eventually(() => expect(view.alert).to.equal('Confirm it’s you to continue.'));
  });
});

describe('what <passkey-manager> says last', () => {
  it('is of what was done last, even after an Add that was dismissed', async () => {
    answerWith('create', () => Promise.reject(new DOMException('canary', 'NotAllowedError')));
    const view = await manage(new OwnBackend([phone, laptop]));
    (await eventually(() => view.button('Add a passkey'))).click();
    await eventually(() => expect(view.status).to.contain('No passkey was created.'));
    view.button('Remove “Laptop”').click();
    const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    dialog.button('Remove').click();
    await eventually(() => expect(view.status).to.match(/^“Laptop” was removed\./));
    const backend = view.element.backend as OwnBackend;
    backend.fail('list', 'server-error');
    await view.element.refresh();
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
  });

  it('is of what was done last, also once the list is read again', async () => {
    const prompt = new Held<Credential>();
    const prompts = answerWith('create', prompt.answer);
    const backend = new OwnBackend([phone, laptop]);
    const view = await manage(backend);
    const renamed = new Held<undefined>();
    backend.on('rename', renamed.answer);
    view.button('Rename “Laptop”').click();
    const field = await eventually(() => view.field('Name of the passkey'));
    type(field, 'Work');
    submit(field);
    view.button('Add a passkey').click();
    await eventually(() => expect(prompts).to.have.length(1));
    renamed.release(undefined);
    await settle();
    prompt.fail(new DOMException('canary', 'NotAllowedError'));
    await eventually(() => expect(view.status).to.contain('No passkey was created.'));
    await view.element.refresh();
    await settle();
    expect(view.status).to.contain('No passkey was created.');
  });

  it('is what failed last, also once the list of an earlier success is read', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const view = await manage(backend);
    const remove = async (name: string) => {
      view.button(`Remove “${name}”`).click();
      (await eventually(() => view.dialog ?? expect.fail('no dialog'))).button('Remove').click();
    };
    const late = new Held<unknown>();
    backend.on('list', late.answer);
    await remove('My phone');
    await eventually(() => expect(backend.countOf('list')).to.equal(2));
    backend.fail('remove', 'server-error');
    await remove('Laptop');
    const { alert } = await eventually(() => (expect(view.alert).not.to.equal(''), view));
    late.release({ passkeys: backend.records, userHandle: 'dXNlcg' });
    await settle();
    expect(view.alert).to.equal(alert);
    expect(view.status).to.equal('');
  });

  for (const [title, said, begin] of [
    [
      'news',
      'My phone',
      async (view: View) => {
        view.button('Remove “My phone”').click();
        (await eventually(() => view.dialog ?? expect.fail('no dialog'))).button('Remove').click();
      },
    ],
    [
      'a failure',
      'No connection.',
      async (view: View<PasskeyManager>, backend: OwnBackend) => {
        backend.fail('list', 'network');
        await view.element.refresh();
      },
    ],
  ] as const) {
    it(`ends with its element: ${title} of the last person is not there when that comes back`, async () => {
      const backend = new OwnBackend([phone, laptop]);
      const view = await manage(backend);
      await begin(view, backend);
      await eventually(() => expect(view.status + view.alert).to.contain(said));
      const { parentNode } = view.element;
      view.element.remove();
      await settle();
      const late = new Held<unknown>();
      backend.on('list', late.answer);
      parentNode!.append(view.element);
      await settle();
      expect(view.text).not.to.contain(said);
      late.release(theirs);
      await eventually(() => expect(names(view)).to.deep.equal(['Theirs']));
      expect(view.text).not.to.contain(said);
    });
  }

  it('is said in the language of the moment', async () => {
    const view = await manage(new OwnBackend([phone, laptop]));
    view.button('Rename “Laptop”').click();
    type(await eventually(() => view.field('Name of the passkey')), 'Other');
    submit(view.field('Name of the passkey'));
    await eventually(() => expect(view.status).to.equal('Renamed to “Other”.'));
    view.element.lang = 'de';
    await eventually(() => expect(view.status).to.equal('In „Other“ umbenannt.'));

    view.button('„Other“ umbenennen').click();
    const field = await eventually(() => view.field('Name des Passkeys'));
    type(field, '');
    submit(field);
    await eventually(() => expect(descriptionOf(field)).to.equal('Geben Sie einen Namen ein.'));
    view.element.lang = 'en';
    await eventually(() => expect(descriptionOf(field)).to.equal('Enter a name.'));
  });

  it('is of the backend of now: one that arrives after another took its place is asked nothing', async () => {
    const asked: string[] = [];
    replace(globalThis, 'fetch', async (url: string) => {
      asked.push(url);
      return Response.json([]);
    });
    const view = await manage(new OwnBackend([phone]));
    view.element.backend = 'rest';
    await view.element.updateComplete;
    const refreshed = view.element.refresh();
    await microtasks(9); // it waits for a module
    view.element.backend = new OwnBackend([laptop]);
    await eventually(() => expect(names(view)).to.deep.equal(['Laptop']));
    await refreshed;
    await settle();
    expect(names(view)).to.deep.equal(['Laptop']);
    expect(asked).to.deep.equal([]);
  });

  it('is of the last reading: one that was overtaken is not heard', async () => {
    const slow = new Held<unknown>();
    const backend = new OwnBackend([phone]).on('list', slow.answer);
    const events = new PasskeyEvents();
    const view = await manage(backend);
    backend.fail('list', 'server-error');
    await view.element.refresh();
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
    slow.release({ passkeys: backend.records, complete: true });
    await settle();
    expect(view.alert).to.contain('wrong on our side');
    expect(events.errors).to.deep.equal(['server-error']);
  });

  it('is of the last reading: what failed before it, or with the element gone, is not said', async () => {
    for (const gone of [false, true]) {
      const slow = new Held<never>();
      const backend = new OwnBackend([phone]).on('list', slow.answer);
      const view = await manage(backend);
      const errors: Event[] = [];
      view.element.addEventListener('passkey-error', (event) => errors.push(event));
      backend.heal('list');
      if (gone) view.element.remove();
      else await view.element.refresh();
      await settle();
      slow.fail(new PasskeyError('server-error', 'canary'));
      await settle();
      expect(view.alert).to.equal('');
      expect(errors).to.deep.equal([]);
    }
  });
});

describe('the access token of <passkey-manager>', () => {
  const tokenOf = (view: View<PasskeyManager>) => view.element['settings'].accessToken!();
  const own = { kind: 'tokens', accessToken: 'own' } as const;

  it('is the page’s word at that moment, before one from a sign-in here', async () => {
    const view = await manage(new OwnBackend([phone]));
    let token: string | undefined = 'first';
    view.element.accessToken = async () => token;
    await view.element.updateComplete;
    view.element['keepToken'](own);
    expect(await tokenOf(view)).to.equal('first');
    token = 'of the next person';
    expect(await tokenOf(view)).to.equal('of the next person');
    token = undefined;
    expect(await tokenOf(view)).to.equal('own');
  });

  it('is that of a sign-in here, until the page sets another', async () => {
    const view = await manage(new OwnBackend([phone]));
    view.element.accessToken = 'old';
    await view.element.updateComplete;
    view.element['keepToken'](own);
    expect(await tokenOf(view)).to.equal('own');
    view.element.accessToken = 'new';
    await view.element.updateComplete;
    expect(await tokenOf(view)).to.equal('new');
  });
});

describe('what <passkey-manager> tells the authenticator', () => {
  const all = (signals: ReturnType<typeof watchSignals>) =>
    signals.filter(({ name }) => name === 'signalAllAcceptedCredentials');

  it('the account’s new name, when the page says so, and the same name once', async () => {
    const signals = watchSignals();
    const view = await manage(new OwnBackend([phone]));
    const details = { name: 'grace@example.com', displayName: 'Grace' };
    await view.element.accountRenamed(details);
    await view.element.accountRenamed(details);
    const told = signals.filter(({ name }) => name === 'signalCurrentUserDetails');
    expect(told.map(({ details }) => details)).to.deep.equal([
      { rpId: 'localhost', userId: 'dXNlcg', ...details },
    ]);
  });

  it('a browser without signals: the person is told what to do themselves', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const view = await manage(backend);
    view.button('Remove “Laptop”').click();
    const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    expect(dialog.text).to.contain('Whatever your password manager still shows');
    dialog.button('Remove').click();
    await eventually(() => expect(view.status).to.match(/^“Laptop” was removed\./));
    const can = 'signalUnknownCredential' in PublicKeyCredential;
    expect(view.status.includes('password manager')).to.equal(!can);
  });

  it('a complete list, once, and never anybody’s details', async () => {
    const signals = watchSignals();
    const view = await manage(new OwnBackend([phone, laptop]));
    await eventually(() => expect(view.rows).to.have.length(2));
    await eventually(() => expect(all(signals)).to.have.length(1));
    await settle();
    expect(signals).to.have.length(1);
  });

  it('nothing once its element has gone, in whatever moment after the list came', async () => {
    for (let moment = 0; moment < 30; moment++) {
      const signals = watchSignals();
      const held = new Held<unknown>();
      const backend = new OwnBackend([phone, laptop]).on('list', held.answer);
      const { element } = await manage(backend);
      held.release({
        passkeys: backend.records,
        complete: true,
        rpId: 'localhost',
        userHandle: 'dXNlcg',
      });
      await microtasks(moment);
      element.remove();
      await microtasks(1);
      const before = signals.length;
      await settle();
      expect(signals, `after ${moment} microtasks`).to.have.length(before);
    }
  });

  for (const [title, during] of [
    ['while a passkey came into being', false],
    ['while one is coming into being', true],
  ] as const) {
    it(`nothing of a list that was read ${title}: it may lack that one`, async () => {
      const signals = watchSignals();
      const held = new Held<unknown>();
      const backend = new OwnBackend([phone, laptop]).on('list', held.answer);
      const view = await manage(backend);
      const creation = new Held<void>();
      const { signal } = new AbortController();
      const creating = exclusively('modal', signal, creation.answer);
      if (!during) creation.release();
      if (!during) await creating;
      held.release({ passkeys: backend.records, complete: true, rpId: 'r', userHandle: 'dXNlcg' });
      await eventually(() => expect(view.rows).to.have.length(2));
      await settle();
      expect(signals).to.deep.equal([]);
      creation.release();
      await creating;
      await view.element.refresh();
      await eventually(() => expect(all(signals), 'the next one is told').to.have.length(1));
    });
  }

  const doubts: readonly (readonly [string, (backend: OwnBackend) => void])[] = [
    ['a list that may not be complete', (backend) => void (backend.complete = false)],
    ['an empty list', (backend) => void (backend.records = [])],
    [
      'a backend that does not vouch for its list',
      (backend) => void (backend.traits = { signals: false }),
    ],
    [
      'a passkey without credential id',
      (backend) =>
        void (backend.records = backend.records.map((one) => ({
          ...one,
          credentialId: undefined,
        }))),
    ],
    ['a list that failed', (backend) => void backend.fail('list', 'server-error')],
  ];
  for (const [title, prepare] of doubts) {
    it(`nothing of ${title}`, async () => {
      const signals = watchSignals();
      const backend = new OwnBackend([phone, laptop]);
      prepare(backend);
      await manage(backend);
      await eventually(() => expect(backend.countOf('list')).to.equal(1));
      await settle();
      expect(signals).to.deep.equal([]);
    });
  }
});

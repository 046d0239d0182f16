import { expect, fixtureSync, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import type { Passkey } from '../../src/core/passkey.js';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { replace } from '../support/replace.ts';
import { watchTimers } from '../support/timers.ts';
import { eventually, settle, type View } from '../support/view.ts';
import { watchSignals } from '../support/watch-signals.ts';

const aMinute = { restorableFor: 60 };

/** A backend that can bring back what it removed. */
class ForgivingBackend extends OwnBackend {
  removed: Passkey[] = [];

  constructor(answer: unknown, count = 3) {
    super(
      Array.from({ length: count }, (_, at) => ({
        id: `id-${at}`,
        credentialId: ['YQ', 'Yg', 'Yw'][at % 3],
        name: `Key ${at}`,
      })),
    );
    this.on<{ id: string }>('remove', ({ id }) => {
      this.removed = this.records.filter((record) => record.id === id);
      this.records = this.records.filter((record) => record.id !== id);
      return answer;
    });
    this.on<{ id: string }>('restore', ({ id }) => {
      const [record] = this.removed;
      if (record?.id !== id) throw new Error('never removed');
      this.records = [...this.records, record];
      return record;
    });
    const ask = this.operation('restore');
    this.passkeys = {
      ...this.passkeys,
      restore: async (...request) => void (await ask(...request)),
    };
  }
}

const list = async (backend: OwnBackend) => {
  const signals = watchSignals();
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
  );
  await eventually(() => expect(view.rows.length).to.be.above(0));
  await eventually(() => expect(signals, 'the whole list is told').to.have.length(1));
  signals.length = 0;
  return { view, signals };
};

async function remove(view: View, name: string): Promise<void> {
  view.button(`Remove “${name}”`).click();
  const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
  dialog.button('Remove').click();
  await eventually(() => expect(view.status).to.contain(`“${name}” was removed.`));
}

/** “Key 0” is removed, and bringing it back fails, as do the other operations named. */
async function triedInVain(faults: Record<string, PasskeyErrorCode>) {
  const backend = new ForgivingBackend(aMinute);
  const { view, signals } = await list(backend);
  await remove(view, 'Key 0');
  for (const [name, code] of Object.entries(faults)) backend.fail(name, code);
  view.button('Bring back “Key 0”').click();
  await eventually(() => expect(view.alert).not.to.equal(''));
  return { view, backend, signals };
}

const names = (view: View) => view.rows.map(({ name }) => name);
const offered = (view: View) => view.offers(/^Bring back/);
const gone = (credentialId: string) => ({
  name: 'signalUnknownCredential',
  details: { rpId: 'localhost', credentialId },
});

describe('bringing a removed passkey back', () => {
  it('is offered by its name, and until then no password manager hears of the removal', async () => {
    const events = new PasskeyEvents();
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    expect(names(view)).to.deep.equal(['Key 1', 'Key 2']);
    await view.element.refresh();
    await settle();
    expect(signals, 'nothing is dropped that may come back').to.deep.equal([]);

    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(view.status).to.contain('“Key 0” is back.'));
    expect(names(view)).to.deep.equal(['Key 1', 'Key 2', 'Key 0']);
    expect(events.names).to.deep.equal(['passkey-removed', 'passkey-restored']);
    expect(events.of('passkey-restored')[0]!.detail).to.deep.equal({ id: 'id-0' });
    await eventually(() => expect(view.focus).to.equal('Remove “Key 0”'));
    expect(offered(view)).to.equal(false);
    await eventually(() => expect(signals).to.have.length(1));
    expect(signals[0]!.details).to.deep.include({ allAcceptedCredentialIds: ['Yg', 'Yw', 'YQ'] });
  });

  it('is in sight wherever in a long list it was removed, and covers nothing that has the focus', async () => {
    const { view } = await list(new ForgivingBackend(aMinute, 30));
    await remove(view, 'Key 20');
    await eventually(() => expect(view.focus).to.equal('Remove “Key 21”'));
    const inSight = (name: string) => {
      const button = view.button(name);
      const { x, y, width, height } = button.getBoundingClientRect();
      const top = view.element.shadowRoot!.elementFromPoint(x + width / 2, y + height / 2);
      return button.contains(top);
    };
    expect(inSight('Bring back “Key 20”')).to.equal(true);
    for (const name of ['Remove “Key 19”', 'Remove “Key 5”']) {
      view.button(name).focus();
      await eventually(() => expect(inSight(name), name).to.equal(true));
    }
  });

  it('is offered for as long as the backend says; then password managers are told', async () => {
    const timers = watchTimers();
    const { view, signals } = await list(new ForgivingBackend(aMinute));
    await remove(view, 'Key 0');
    await settle();
    expect(signals).to.deep.equal([]);
    expect(offered(view)).to.equal(true);
    timers.end(59_000);
    expect(signals).to.deep.equal([gone('YQ')]);
    await eventually(() => expect(offered(view)).to.equal(false));
    await view.element.refresh();
    await eventually(() =>
      expect(signals.at(-1)!.details).to.deep.include({ allAcceptedCredentialIds: ['Yg', 'Yw'] }),
    );
  });

  it('is offered for ten minutes at most', async () => {
    const timers = watchTimers();
    const { view } = await list(new ForgivingBackend({ restorableFor: 86_400 }));
    await remove(view, 'Key 0');
    expect(Math.max(...timers.delays())).to.be.within(599_000, 600_000);
  });

  it('is over as soon as another one shall be removed', async () => {
    const { view, signals } = await list(new ForgivingBackend(aMinute));
    await remove(view, 'Key 0');
    view.button('Remove “Key 1”').click();
    await eventually(() => view.dialog ?? expect.fail('no dialog'));
    expect(signals).to.deep.equal([gone('YQ')]);
    expect(offered(view)).to.equal(false);
  });

  it('that came while the next question was open is over too, and ends no later offer', async () => {
    const timers = watchTimers();
    const backend = new ForgivingBackend(undefined);
    const { view, signals } = await list(backend);
    const late = Promise.withResolvers<unknown>();
    backend.on('remove', () => late.promise);
    view.button('Remove “Key 0”').click();
    (await eventually(() => view.dialog ?? expect.fail('no dialog'))).button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    view.button('Remove “Key 1”').click();
    const next = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    expect(next.headings).to.deep.equal(['Remove “Key 1”?']);
    backend.records = backend.records.slice(1);
    late.resolve({ restorableFor: 300 });
    await eventually(() => expect(view.status).to.contain('“Key 0” was removed.'));
    backend.on('remove', () => {
      backend.records = backend.records.slice(1);
      return aMinute;
    });
    next.button('Remove').click();
    await eventually(() => expect(view.status).to.contain('“Key 1” was removed.'));
    expect(signals).to.deep.equal([gone('YQ')]);
    timers.end(299_000);
    await view.element.refresh();
    await settle();
    expect(offered(view)).to.equal(true);
    expect(signals, 'nothing is dropped that may come back').to.deep.equal([gone('YQ')]);
  });

  it('is over when the element goes; when it is moved, it is not', async () => {
    const { view, signals } = await list(new ForgivingBackend(aMinute));
    await remove(view, 'Key 0');
    const { parentElement } = view.element;
    parentElement!.append(view.element);
    await settle();
    expect(offered(view)).to.equal(true);
    expect(signals).to.deep.equal([]);
    view.element.remove();
    await eventually(() => expect(signals).to.deep.equal([gone('YQ')]));
  });

  it('is over when the page is left', async () => {
    const { view, signals } = await list(new ForgivingBackend(aMinute));
    await remove(view, 'Key 0');
    dispatchEvent(new PageTransitionEvent('pagehide'));
    expect(signals).to.deep.equal([gone('YQ')]);
    await eventually(() => expect(offered(view)).to.equal(false));
  });

  it('that is on its way is nobody’s removal, whatever happens meanwhile', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    const late = Promise.withResolvers<undefined>();
    backend.on('restore', () => late.promise);
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(backend.countOf('restore')).to.equal(1));
    view.button('Remove “Key 1”').click();
    const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
    dialog.button('Cancel').click();
    dispatchEvent(new PageTransitionEvent('pagehide'));
    await view.element.refresh();
    await settle();
    expect(signals).to.deep.equal([]);
    backend.records = [...backend.records, ...backend.removed];
    late.resolve(undefined);
    await eventually(() => expect(names(view)).to.deep.equal(['Key 1', 'Key 2', 'Key 0']));
    await eventually(() => expect(signals).to.have.length(1));
    expect(signals[0]!.details).to.deep.include({ allAcceptedCredentialIds: ['Yg', 'Yw', 'YQ'] });
  });

  it('asked for by a double click is not stopped by the second one', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view } = await list(backend);
    await remove(view, 'Key 0');
    const late = Promise.withResolvers<undefined>();
    backend.on('restore', () => late.promise);
    const { x, y, width, height } = view.button('Bring back “Key 0”').getBoundingClientRect();
    view.button('Bring back “Key 0”').click();
    await eventually(() => view.button('Cancel'));
    const { shadowRoot } = view.element;
    (shadowRoot!.elementFromPoint(x + width / 2, y + height / 2) as HTMLElement).click();
    backend.records = [...backend.records, ...backend.removed];
    late.resolve(undefined);
    await eventually(() => expect(view.status).to.contain('“Key 0” is back.'));
    expect(backend.countOf('restore')).to.equal(1);
    expect(offered(view)).to.equal(false);
  });

  it('that the element did not live to see leaves no listener behind', async () => {
    const heard: (boolean | AddEventListenerOptions | undefined)[] = [];
    const { addEventListener } = window;
    replace(window, 'addEventListener', (...given: Parameters<typeof addEventListener>) => {
      if (given[0] === 'pagehide') heard.push(given[2]);
      addEventListener.apply(window, given);
    });
    const backend = new ForgivingBackend(aMinute);
    const { view } = await list(backend);
    await remove(view, 'Key 0');
    backend.on('restore', () => new Promise(() => {}));
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(backend.countOf('restore')).to.equal(1));
    view.element.remove();
    await settle();
    const [options] = heard as AddEventListenerOptions[];
    expect(options?.signal?.aborted).to.equal(true);
  });

  it('whose answer was lost has happened: the list shows it', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    backend.on('restore', () => {
      backend.records = [...backend.records, ...backend.removed];
      throw new PasskeyError('outcome-unknown', 'canary');
    });
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(names(view)).to.deep.equal(['Key 1', 'Key 2', 'Key 0']));
    await eventually(() => expect(offered(view)).to.equal(false));
    expect(signals.filter(({ name }) => name === 'signalUnknownCredential')).to.deep.equal([]);
    await view.element.refresh();
    await eventually(() => expect(signals, 'the whole list is told again').to.have.length(1));
  });

  it('done while somebody is typing elsewhere on the page, it leaves them the focus', async () => {
    const around = fixtureSync<HTMLInputElement>(html`<input />`);
    const backend = new ForgivingBackend(aMinute);
    const { view } = await list(backend);
    await remove(view, 'Key 0');
    view.button('Bring back “Key 0”').click();
    around.focus();
    await eventually(() => expect(view.status).to.contain('“Key 0” is back.'));
    await settle();
    expect(document.activeElement === around).to.equal(true);
  });

  it('is over when the session is, and the name is off the screen', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    backend.fail('list', 'unauthorized');
    await view.element.refresh();
    await eventually(() => expect(view.status).to.contain('You are not signed in.'));
    expect(view.text).not.to.contain('Key');
    expect(signals).to.deep.equal([gone('YQ')]);
  });

  it('is over when the list is somebody else’s, and so is what was asked and said', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    const others = [{ id: 'other', credentialId: 'eA', name: 'Theirs' }, ...backend.records];
    backend.on('list', () => ({
      passkeys: others,
      complete: true,
      rpId: 'localhost',
      userHandle: 'c29tZWJvZHk',
    }));
    await view.element.refresh();
    await eventually(() => expect(offered(view)).to.equal(false));
    expect(view.text).not.to.contain('Key 0');
    expect(signals.slice(0, 1)).to.deep.equal([gone('YQ')]);
    await remove(view, 'Theirs');
    expect(offered(view), 'their own').to.equal(true);
  });

  it('is not offered to somebody else, whose list came before the removal was answered', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    const late = new Held<unknown>();
    backend.on('remove', late.answer);
    view.button('Remove “Key 0”').click();
    (await eventually(() => view.dialog ?? expect.fail('no dialog'))).button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    backend.on('list', () => ({ passkeys: [], userHandle: 'Ym9i' }));
    await view.element.refresh();
    late.release(aMinute);
    await eventually(() => expect(signals).to.deep.equal([gone('YQ')]));
    await settle();
    expect(view.text).not.to.contain('Key 0');
  });

  for (const [title, answer] of [
    ['the session is', () => Promise.reject(new PasskeyError('unauthorized', 'canary'))],
    ['the list is somebody else’s', () => ({ passkeys: [], userHandle: 'Ym9i' })],
  ] as const) {
    it(`that failed is over as well when ${title}`, async () => {
      const backend = new ForgivingBackend(aMinute);
      const { view, signals } = await list(backend);
      await remove(view, 'Key 0');
      backend.fail('restore', 'server-error').on('list', answer);
      view.button('Bring back “Key 0”').click();
      await eventually(() => expect(view.rows).to.deep.equal([]));
      await settle();
      expect(view.text).not.to.contain('Key 0');
      expect(signals).to.deep.equal([]);
    });
  }

  it('is over when another backend takes the place of this one', async () => {
    const { view, signals } = await list(new ForgivingBackend(aMinute));
    await remove(view, 'Key 0');
    view.element.backend = new OwnBackend([{ id: 'other', name: 'Other' }]);
    await eventually(() => expect(names(view)).to.deep.equal(['Other']));
    expect(offered(view)).to.equal(false);
    expect(signals).to.deep.include(gone('YQ'));
  });

  it('that failed can be tried again', async () => {
    const events = new PasskeyEvents();
    const { view, backend, signals } = await triedInVain({ restore: 'network' });
    expect(events.errors).to.deep.equal(['network']);
    expect(signals).to.deep.equal([]);
    backend.on('restore', () => void (backend.records = [...backend.records, ...backend.removed]));
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(view.status).to.contain('“Key 0” is back.'));
    expect(view.alert).to.equal('');
  });

  it('that failed keeps the focus on its button', async () => {
    const backend = new ForgivingBackend(aMinute);
    const { view } = await list(backend);
    await remove(view, 'Key 0');
    backend.fail('restore', 'network');
    const reads = backend.countOf('list');
    view.button('Bring back “Key 0”').focus();
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(backend.countOf('list')).to.equal(reads + 1));
    await settle();
    expect(view.alert).not.to.equal('');
    expect(view.focus).to.equal('Bring back “Key 0”');
  });

  it('that failed, and was not tried again, is a removal once its time is over', async () => {
    const timers = watchTimers();
    const { view, signals } = await triedInVain({ restore: 'network' });
    await eventually(() => expect(offered(view)).to.equal(true));
    expect(signals).to.deep.equal([]);
    timers.end(59_000);
    expect(signals).to.deep.equal([gone('YQ')]);
  });

  it('that failed, while another one was removed, does not end the later offer', async () => {
    const timers = watchTimers();
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    const late = Promise.withResolvers<unknown>();
    backend.fail('restore', 'server-error').on('list', () => late.promise);
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(view.alert).not.to.equal(''));
    await eventually(() => expect(backend.countOf('list')).to.equal(3));
    backend.heal('list').on('remove', () => {
      backend.records = backend.records.slice(1);
      return { restorableFor: 300 };
    });
    await remove(view, 'Key 1');
    late.resolve({ passkeys: backend.records, complete: true });
    await settle();
    timers.end(50_000, 60_000);
    await view.element.refresh();
    await settle();
    expect(offered(view)).to.equal(true);
    expect(signals, 'nothing is dropped that may come back').to.deep.equal([gone('YQ')]);
  });

  it('of which nobody knows whether it happened is no removal either', async () => {
    const timers = watchTimers();
    const { view, signals } = await triedInVain({ restore: 'outcome-unknown', list: 'network' });
    await eventually(() => expect(offered(view)).to.equal(true));
    timers.end(59_000);
    await eventually(() => expect(offered(view)).to.equal(false));
    await settle();
    expect(signals).to.deep.equal([]);
  });

  it('that takes longer than it was offered is not taken for a removal', async () => {
    const timers = watchTimers();
    const backend = new ForgivingBackend(aMinute);
    const { view, signals } = await list(backend);
    await remove(view, 'Key 0');
    const late = Promise.withResolvers<undefined>();
    backend.on('restore', () => late.promise);
    view.button('Bring back “Key 0”').click();
    await eventually(() => expect(backend.countOf('restore')).to.equal(1));
    timers.end(59_000);
    backend.records = [...backend.records, ...backend.removed];
    late.resolve(undefined);
    await eventually(() => expect(view.status).to.contain('“Key 0” is back.'));
    expect(signals.filter(({ name }) => name === 'signalUnknownCredential')).to.deep.equal([]);
  });

  for (const answer of [undefined, {}, { restorableFor: 0 }, { restorableFor: -5 }]) {
    it(`is not offered where the backend answers ${JSON.stringify(answer)}`, async () => {
      const { view, signals } = await list(new ForgivingBackend(answer));
      await remove(view, 'Key 0');
      expect(offered(view)).to.equal(false);
      expect(signals).to.deep.include(gone('YQ'));
    });
  }

  for (const answer of [{ restorableFor: 'soon' }, { restorableFor: Number.NaN }, 'no']) {
    it(`is not offered where the answer is no number: ${JSON.stringify(answer)}`, async () => {
      const { view } = await list(new ForgivingBackend(answer));
      await remove(view, 'Key 0');
      expect(offered(view)).to.equal(false);
    });
  }

  it('is not offered where the backend has no such operation', async () => {
    const backend = new ForgivingBackend(aMinute);
    backend.passkeys = { ...backend.passkeys, restore: undefined };
    const { view } = await list(backend);
    await remove(view, 'Key 0');
    expect(offered(view)).to.equal(false);
  });

  /** Asks for two passkeys at once to be removed. */
  async function removeTwo(backend: ForgivingBackend) {
    const { view } = await list(backend);
    (await eventually(() => view.button('Choose several'))).click();
    for (const name of ['Key 3', 'Key 5']) {
      (await eventually(() => view.field(`Choose “${name}”`))).click();
    }
    (await eventually(() => view.button('Remove (2)'))).click();
    (await eventually(() => view.dialog ?? expect.fail('no dialog'))).button('Remove').click();
    return view;
  }

  it('works for several at once', async () => {
    const events = new PasskeyEvents();
    const backend = new ForgivingBackend(undefined, 12);
    const all = backend.records;
    backend.on<{ id: string }>('remove', ({ id }) => {
      backend.records = backend.records.filter((record) => record.id !== id);
      return { restorableFor: 60 };
    });
    backend.on<{ id: string }>('restore', ({ id }) => {
      backend.records = [...backend.records, all.find((record) => record.id === id)!];
    });
    const view = await removeTwo(backend);
    (await eventually(() => view.button('Bring back 2 passkeys'))).click();
    await eventually(() => expect(view.status).to.contain('2 passkeys are back.'));
    expect(view.rows).to.have.length(12);
    expect(events.of('passkey-restored').map(({ detail }) => detail.id)).to.deep.equal([
      'id-3',
      'id-5',
    ]);
  });

  for (const [first, second] of [
    [30, 60],
    [60, 30],
  ] as const) {
    it(`of several ends with the first: after ${first} and ${second} seconds`, async () => {
      const timers = watchTimers();
      const backend = new ForgivingBackend(undefined, 12);
      backend.on<{ id: string }>('remove', ({ id }) => {
        backend.records = backend.records.filter((record) => record.id !== id);
        return { restorableFor: id === 'id-3' ? first : second };
      });
      const view = await removeTwo(backend);
      await eventually(() => view.button('Bring back 2 passkeys'));
      const longest = Math.max(...timers.delays().filter((delay) => delay <= 60_000));
      expect(longest).to.be.within(29_000, 30_000);
    });
  }

  it('of several waits until all are removed, and forgets none', async () => {
    const backend = new ForgivingBackend(undefined, 12);
    const late = Promise.withResolvers<unknown>();
    backend.on<{ id: string }>('remove', async ({ id }) => {
      if (id === 'id-5') await late.promise;
      backend.records = backend.records.filter((record) => record.id !== id);
      return aMinute;
    });
    const view = await removeTwo(backend);
    const early = await eventually(() => view.button('Bring back “Key 3”'));
    expect(early.getAttribute('aria-disabled')).to.equal('true');
    early.click();
    await settle();
    late.resolve(undefined);
    const offer = await eventually(() => view.button('Bring back 2 passkeys'));
    expect(offer.getAttribute('aria-disabled')).to.equal('false');
    expect(backend.countOf('restore')).to.equal(0);
  });
});

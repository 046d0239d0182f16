import { expect, html } from '@open-wc/testing';
import fc from 'fast-check';
import type { PasskeyManager } from '../../src/define.js';
import type { PasskeyFields } from '../../src/core/passkey.js';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, settle, type, type View } from '../support/view.ts';

/** The first is the oldest, and was used last. */
const many = (count: number): PasskeyFields[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `id-${at}`,
    name: `Key ${at}`,
    provider: { name: at % 2 ? 'Étui' : 'House Vault' },
    createdAt: new Date(Date.UTC(2020, 0, 1 + at)),
    lastUsedAt: new Date(Date.UTC(2026, 0, 1) - at * 86_400_000),
  }));

async function list(backend: OwnBackend, rows: number): Promise<View<PasskeyManager>> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
  );
  await eventually(() => expect(view.rows).to.have.length(rows));
  return view;
}

const names = (view: View) => view.rows.map(({ name }) => name);
const searchField = (view: View) => eventually(() => view.field('Search your passkeys'));

async function order(view: View, value: string): Promise<void> {
  await searchField(view);
  const select = view.all<HTMLSelectElement>('select')[0]!;
  expect(select.getAttribute('aria-label')).to.equal('Order');
  select.value = value;
  select.dispatchEvent(new Event('change'));
  await settle();
}

/** What is said of a search; an `<output>` is a live region. */
const found = (view: View) => view.all('output')[0]!.textContent;

describe('a long list', () => {
  it('of nine has nothing to search, of ten it has', async () => {
    const short = await list(new OwnBackend(many(9)), 9);
    await settle();
    expect(short.all('[role="search"]')).to.deep.equal([]);
    await searchField(await list(new OwnBackend(many(10)), 10));
  });

  it('becomes as narrow as the room for it, in long words and with the spacing that somebody needs', async () => {
    const view = await list(new OwnBackend(many(12)), 12);
    view.element.lang = 'de';
    Object.assign(view.element.style, {
      inlineSize: '20rem',
      letterSpacing: '0.12em',
      wordSpacing: '0.16em',
    });
    const select = (await eventually(() => view.field('Ihre Passkeys durchsuchen')))
      .closest('[role="search"]')!
      .querySelector('select')!;
    select.style.letterSpacing = '0.12em';
    const room = view.element.getBoundingClientRect();
    // A row has no layout before a frame has shown it (content-visibility).
    await eventually(() => {
      for (const one of view.all('[role="search"] > *, [part~="row"]'))
        expect(one.getBoundingClientRect().right, one.outerHTML).to.be.at.most(room.right);
    });
  });

  it('a search finds words of name and provider, whatever their case and accents', async () => {
    const view = await list(new OwnBackend(many(12)), 12);
    const field = await searchField(view);
    type(field, 'key ETUI');
    await eventually(() =>
      expect(names(view)).to.deep.equal(['Key 1', 'Key 3', 'Key 5', 'Key 7', 'Key 9', 'Key 11']),
    );
    expect(found(view)).to.equal('6 passkeys found.');
    expect(view.focus).to.equal('Search your passkeys');
    type(field, 'key 11');
    await eventually(() => expect(found(view)).to.equal('1 passkey found.'));
    type(field, 'nothing of the kind');
    await eventually(() => expect(found(view)).to.equal('0 passkeys found.'));
    expect(view.rows).to.deep.equal([]);
    expect(view.text).not.to.contain('No passkeys yet');
    type(field, '');
    await eventually(() => expect(view.rows).to.have.length(12));
  });

  it('can be ordered by name, by age and by last use', async () => {
    const view = await list(new OwnBackend(many(11).reverse()), 11);
    const ascending = many(11).map(({ name }) => name);
    await order(view, 'name');
    expect(names(view)).to.deep.equal(ascending);
    await order(view, 'newest');
    expect(names(view)).to.deep.equal(ascending.toReversed());
    await order(view, 'used');
    expect(names(view)).to.deep.equal(ascending);
    await order(view, 'usual');
    expect(names(view)).to.deep.equal(ascending.toReversed());
  });

  it('a search finds what is on screen now, in whatever words', async () => {
    const backend = new OwnBackend(many(12).map(({ id }) => ({ id })));
    const view = await list(backend, 12);
    const field = await searchField(view);
    type(field, 'passkey');
    await eventually(() => expect(found(view)).to.equal('12 passkeys found.'));
    view.element.strings = { passkey: 'Schlüssel' };
    type(field, 'schlussel');
    await settle();
    await eventually(() => expect(found(view)).to.equal('12 passkeys found.'));
  });

  it('is ordered by dates that a site’s own backend gives as text', async () => {
    const backend = new OwnBackend(many(12));
    backend.records = backend.records.map((record, at) => ({
      ...record,
      createdAt: (at === 5 ? 'soon' : record.createdAt!.toISOString()) as never,
    }));
    const view = await list(backend, 12);
    await order(view, 'newest');
    expect(names(view).slice(0, 2)).to.deep.equal(['Key 11', 'Key 10']);
    expect(names(view).at(-1)).to.equal('Key 5');
  });

  it('shows 50 rows first, and more each time somebody asks; the first new one has the focus', async () => {
    const view = await list(new OwnBackend(many(130)), 50);
    const more = await eventually(() => view.button('Show more (80)'));
    more.focus();
    more.click();
    await eventually(() => expect(view.rows).to.have.length(100));
    await eventually(() => expect(view.focus).to.equal('Details'));
    expect(view.rows[50]!.element.matches(':focus-within')).to.equal(true);
    view.button('Show more (30)').click();
    await eventually(() => expect(view.rows).to.have.length(130));
    expect(view.offers(/^Show more/)).to.equal(false);
  });

  for (const [title, prepare, gone, next] of [
    [
      'in a search',
      async (view: View) => {
        type(await searchField(view), 'Key 1');
        await eventually(() => expect(view.rows).to.have.length(3));
      },
      'Key 1',
      'Key 10',
    ],
    ['in another order', (view: View) => order(view, 'newest'), 'Key 5', 'Key 4'],
  ] as const) {
    it(`${title} the row that follows on screen has the focus after a removal`, async () => {
      const view = await list(new OwnBackend(many(12)), 12);
      await prepare(view);
      const button = view.button(`Remove “${gone}”`);
      button.focus();
      button.click();
      const dialog = await eventually(() => view.dialog ?? expect.fail('no dialog'));
      dialog.button('Remove').click();
      await eventually(() => expect(view.status).to.contain('was removed.'));
      await eventually(() => expect(view.focus).to.equal(`Remove “${next}”`), 500);
    });
  }

  it('a search looks at those not on screen too', async () => {
    const view = await list(new OwnBackend(many(130)), 50);
    type(await searchField(view), 'key 129');
    await eventually(() => expect(names(view)).to.deep.equal(['Key 129']));
  });

  it('rows out of sight cost no layout', async () => {
    const view = await list(new OwnBackend(many(50)), 50);
    const [row] = view.all('li');
    expect(getComputedStyle(row!).contentVisibility).to.equal('auto');
  });

  it('what is typed in the search stays when the list is read again', async () => {
    const backend = new OwnBackend(many(12));
    const view = await list(backend, 12);
    const field = await searchField(view);
    type(field, 'key 1');
    field.setSelectionRange(2, 4);
    backend.records = backend.records.slice(1);
    await view.element.refresh();
    await eventually(() => expect(names(view)).to.deep.equal(['Key 1', 'Key 10', 'Key 11']));
    expect(field.value).to.equal('key 1');
    expect([field.selectionStart, field.selectionEnd]).to.deep.equal([2, 4]);
    expect(view.focus).to.equal('Search your passkeys');
  });

  it('searched while a name is being typed, keeps what was typed', async () => {
    const view = await list(new OwnBackend(many(12)), 12);
    view.button('Rename “Key 3”').click();
    type(await eventually(() => view.field('Name of the passkey')), 'Half a na');
    type(await searchField(view), 'key 5');
    await eventually(() => expect(names(view)).to.deep.equal(['Key 5']));
    type(await searchField(view), '');
    const field = await eventually(() => view.field('Name of the passkey'));
    expect(field.value).to.equal('Half a na');
  });

  it('of somebody else is not searched for what the one before looked for', async () => {
    const backend = new OwnBackend(many(12));
    const view = await list(backend, 12);
    type(await searchField(view), 'key 11');
    await eventually(() => expect(view.rows).to.have.length(1));
    backend.on('list', () => ({ passkeys: backend.records, userHandle: 'Ym9i' }));
    await view.element.refresh();
    await eventually(() => expect(view.rows).to.have.length(12));
    expect((await searchField(view)).value).to.equal('');
  });

  it('that was short for a while shows what it is searched for, and its order', async () => {
    const backend = new OwnBackend(many(10));
    const all = backend.records;
    const view = await list(backend, 10);
    await order(view, 'newest');
    type(await searchField(view), 'key 3');
    await eventually(() => expect(names(view)).to.deep.equal(['Key 3']));
    backend.records = all.slice(1);
    await view.element.refresh();
    await eventually(() => expect(view.rows).to.have.length(9));
    backend.records = all;
    await view.element.refresh();
    expect((await searchField(view)).value).to.equal('key 3');
    expect(view.all<HTMLSelectElement>('select')[0]!.value).to.equal('newest');
    expect(names(view)).to.deep.equal(['Key 3']);
  });
});

describe('a list that is read again while somebody types a name', () => {
  it('keeps the field, its text, the caret and the focus, wherever the rows go', async () => {
    const records = many(8);
    const backend = new OwnBackend(records);
    const view = await list(backend, 8);
    view.button('Rename “Key 3”').click();
    const field = await eventually(() => view.field('Name of the passkey'));
    await eventually(() => expect(view.focus).to.equal('Name of the passkey'));
    type(field, 'Half-ty');
    field.setSelectionRange(4, 4);
    let blurs = 0;
    field.addEventListener('blur', () => blurs++);
    const others = new OwnBackend(many(12)).records.filter(({ id }) => id !== 'id-3');
    const mine = backend.records[3]!;
    const shuffles = fc
      .shuffledSubarray(others)
      .chain((some) =>
        fc.nat(some.length).map((at) => [...some.slice(0, at), mine, ...some.slice(at)]),
      );
    await fc.assert(
      fc.asyncProperty(shuffles, async (shuffled) => {
        backend.records = shuffled;
        await view.element.refresh();
        await view.element.updateComplete;
        const ids = view.all('li').map(({ dataset }) => dataset['id']);
        expect(ids).to.deep.equal(shuffled.map(({ id }) => id));
        expect(view.field('Name of the passkey')).to.equal(field);
        expect(field.value).to.equal('Half-ty');
        expect([field.selectionStart, field.selectionEnd]).to.deep.equal([4, 4]);
        expect(blurs).to.equal(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a broken list', () => {
  it('of a site’s own records, with fields that are missing, null or unknown, is shown', async () => {
    const backend = new OwnBackend();
    backend.records = [
      { id: 'a' },
      { id: 'b', name: null, provider: null, transports: null, aaguid: null, enabled: true },
      { id: 'c', name: 'Known', colour: 'red', nested: { deep: [1] } },
      { id: 'd', name: undefined, username: 'ada', createdAt: null, lastUsedAt: null },
    ] as never;
    const view = await list(backend, 4);
    await eventually(() =>
      expect(names(view)).to.deep.equal(['Passkey', 'Passkey (2)', 'Known', 'ada']),
    );
    for (const row of view.rows) expect(row.words).not.to.match(/undefined|null|NaN|Disabled/);
  });
});

import { expect, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import type { PasskeyFields } from '../../src/core/passkey.js';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import {
  descriptionOf,
  eventually,
  press,
  settle,
  submit,
  type,
  type View,
} from '../support/view.ts';

const phone: PasskeyFields = { id: 'one', name: 'My phone' };
const laptop: PasskeyFields = { id: 'two', name: 'Laptop' };

async function manage(
  backend: OwnBackend,
  settings: { readonly keepLast?: boolean; readonly others?: string } = {},
): Promise<View<PasskeyManager>> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
  );
  view.element.keepLast = settings.keepLast ?? false;
  if (settings.others !== undefined) view.element.setAttribute('other-methods', settings.others);
  await eventually(() => expect(view.rows).to.have.length(backend.records.length));
  return view;
}

async function askToRemove(view: View, name: string): Promise<View> {
  view.button(`Remove “${name}”`).click();
  return eventually(() => view.dialog ?? expect.fail('no dialog'));
}

const plea = 'This is your last passkey. Make sure you have another way to sign in before';
const calm = 'This is your last passkey. You will have to sign in another way.';

describe('the last passkey', () => {
  for (const [keepLast, others, words, refused] of [
    [false, undefined, plea, false],
    [false, '0', 'Add another one before', true],
    [false, '2', calm, false],
    [true, undefined, 'Add another one before', true],
    [true, '0', 'Add another one before', true],
    [true, '1', calm, false],
    [true, 'some', 'Add another one before', true],
    [false, 'some', plea, false],
  ] as const) {
    const title = `keep-last ${keepLast ? 'set' : 'not set'}, other-methods ${others}`;
    it(`${title}: ${refused ? 'has to stay' : 'may go, with a warning'}`, async () => {
      const events = new PasskeyEvents();
      const view = await manage(new OwnBackend([phone]), { keepLast, others });
      const dialog = await askToRemove(view, 'My phone');
      expect(dialog.text).to.contain(words);
      expect(descriptionOf(dialog.element), 'heard as it opens').to.contain(words);
      expect(dialog.offers('Remove')).to.equal(!refused);
      expect(events.errors).to.deep.equal(refused ? ['last-passkey'] : []);
    });
  }

  it('the number of other ways in may be text, as templates of Vue set it', async () => {
    const view = await manage(new OwnBackend([phone]));
    Object.assign(view.element, { otherMethods: '0' });
    expect((await askToRemove(view, 'My phone')).offers('Remove')).to.equal(false);
  });

  it('the number of other ways in is unknown where it is empty, as Preact leaves it', async () => {
    const view = await manage(new OwnBackend([phone]));
    Object.assign(view.element, { otherMethods: '' });
    expect((await askToRemove(view, 'My phone')).text).to.contain(plea);
  });

  it('a disabled one beside it does not count', async () => {
    const view = await manage(new OwnBackend([phone, { ...laptop, enabled: false }]));
    expect((await askToRemove(view, 'My phone')).text).to.contain(plea);
  });

  it('one of which the site’s own backend does not say so is not disabled', async () => {
    const backend = new OwnBackend([phone, laptop]);
    backend.records = backend.records.map((record) => ({ ...record, enabled: undefined as never }));
    const view = await manage(backend);
    expect((await askToRemove(view, 'My phone')).text).not.to.contain('last passkey');
  });

  it('one of two is not the last', async () => {
    const view = await manage(new OwnBackend([phone, laptop]), { keepLast: true, others: '0' });
    const dialog = await askToRemove(view, 'My phone');
    expect(dialog.text).not.to.contain('last passkey');
    const heard = descriptionOf(dialog.element).trim();
    expect(heard).to.equal('You can no longer sign in with this passkey.');
    expect(dialog.offers('Remove')).to.equal(true);
  });
});

describe('passkeys that are all on one device', () => {
  const advice = 'Add one in a password manager or on another device';
  const bound = { backupEligible: false };

  it('come with the advice to add another', async () => {
    const view = await manage(
      new OwnBackend([
        { ...phone, ...bound },
        { ...laptop, ...bound },
      ]),
    );
    await eventually(() => expect(view.text).to.contain(advice));
  });

  for (const [title, records] of [
    [
      'one is synced',
      [
        { ...phone, ...bound },
        { ...laptop, backupEligible: true },
      ],
    ],
    ['nobody knows', [phone, laptop]],
    ['there is none', []],
  ] as [string, PasskeyFields[]][]) {
    it(`not when ${title}`, async () => {
      const view = await manage(new OwnBackend(records));
      await settle();
      expect(view.text).not.to.contain(advice);
    });
  }

  it('not where none can be added', async () => {
    const backend = new OwnBackend([{ ...phone, ...bound }]);
    backend.registration = undefined;
    const view = await manage(backend);
    await settle();
    expect(view.text).not.to.contain(advice);
  });
});

describe('a name that another passkey has', () => {
  async function rename(backend: OwnBackend, name: string) {
    const view = await manage(backend);
    view.button('Rename “Laptop”').click();
    const field = await eventually(() => view.field('Name of the passkey'));
    type(field, name);
    submit(field);
    return view;
  }

  it('is warned of, whatever its case; saved again it is kept', async () => {
    const backend = new OwnBackend([phone, laptop]);
    const view = await rename(backend, ' my PHONE ');
    const field = await eventually(() => {
      const field = view.field('Name of the passkey');
      expect(descriptionOf(field)).to.equal(
        'Another passkey has this name. Save again to keep it.',
      );
      return field;
    });
    expect(backend.countOf('rename')).to.equal(0);
    await eventually(() => expect(view.focus).to.equal('Name of the passkey'));
    submit(field);
    await eventually(() => expect(view.status).to.equal('Renamed to “my PHONE”.'));
    expect(backend.requests.at(-1)).to.deep.equal({ id: 'two', name: 'my PHONE' });
  });

  it('another such name is warned of again', async () => {
    const backend = new OwnBackend([phone, laptop, { id: 'three', name: 'Key' }]);
    const view = await rename(backend, 'My phone');
    await eventually(() => expect(view.text).to.contain('Another passkey'));
    const field = view.field('Name of the passkey');
    type(field, 'Key');
    submit(field);
    await settle();
    expect(backend.countOf('rename')).to.equal(0);
    press(field, 'Escape');
    await eventually(() => view.button('Rename “Laptop”'));
  });

  it('its own old name is none', async () => {
    const view = await rename(new OwnBackend([phone, laptop]), 'laptop');
    await eventually(() => expect(view.status).to.equal('Renamed to “laptop”.'));
  });
});

describe('the page is asked', () => {
  const steps = {
    'passkey-before-rename': async (view: View) => {
      view.button('Rename “Laptop”').click();
      const field = await eventually(() => view.field('Name of the passkey'));
      type(field, 'Work');
      submit(field);
    },
    'passkey-before-remove': async (view: View) =>
      (await askToRemove(view, 'Laptop')).button('Remove').click(),
  };
  const operations = {
    'passkey-before-rename': ['rename', { id: 'two', name: 'Work' }],
    'passkey-before-remove': ['remove', { id: 'two' }],
  } as const;

  /** A page that makes the change wait. */
  async function heldBy(name: keyof typeof steps) {
    const backend = new OwnBackend([phone, laptop]);
    const view = await manage(backend);
    const held = new Held<void>();
    view.element.addEventListener(name, (event) => event.waitUntil(held.answer()));
    await steps[name](view);
    await settle();
    return { backend, view, held };
  }

  for (const name of ['passkey-before-rename', 'passkey-before-remove'] as const) {
    const [operation, detail] = operations[name];

    it(`${name}: cancelled, nothing happens, and it is said politely`, async () => {
      const backend = new OwnBackend([phone, laptop]);
      const view = await manage(backend);
      const events = new PasskeyEvents();
      view.element.addEventListener(name, (event) => {
        expect(event.detail).to.deep.equal(detail);
        event.preventDefault();
      });
      await steps[name](view);
      await eventually(() => expect(view.status).to.equal('Stopped. You can try again.'));
      expect(view.alert).to.equal('');
      expect(backend.countOf(operation)).to.equal(0);
      expect(events.of('passkey-cancelled')[0]!.detail).to.deep.equal({ code: 'aborted' });
      expect(view.text).to.contain('My phone');
      expect(backend.records).to.have.length(2);
    });

    it(`${name}: it waits for what the page waits for`, async () => {
      const { backend, held } = await heldBy(name);
      expect(backend.countOf(operation)).to.equal(0);
      held.release();
      await eventually(() => expect(backend.countOf(operation)).to.equal(1));
    });

    it(`${name}: nothing happens where the element has gone meanwhile`, async () => {
      const { backend, view, held } = await heldBy(name);
      view.element.remove();
      await settle();
      held.release();
      await settle();
      expect(backend.countOf(operation)).to.equal(0);
    });

    it(`${name}: a promise that rejects stops it`, async () => {
      const backend = new OwnBackend([phone, laptop]);
      const view = await manage(backend);
      const events = new PasskeyEvents();
      view.element.addEventListener(name, (event) =>
        event.waitUntil(Promise.reject(new Error('canary'))),
      );
      await steps[name](view);
      await eventually(() => expect(events.errors).to.deep.equal(['unknown']));
      expect(backend.countOf(operation)).to.equal(0);
      expect(view.text).not.to.contain('canary');
    });
  }

  it('a rename that the page refuses leaves what was typed, and the old name returns', async () => {
    const view = await manage(new OwnBackend([phone, laptop]));
    view.element.addEventListener('passkey-before-rename', (event) => event.preventDefault());
    await steps['passkey-before-rename'](view);
    await eventually(() => expect(view.field('Name of the passkey').value).to.equal('Work'));
    press(view.field('Name of the passkey'), 'Escape');
    await eventually(() => view.button('Rename “Laptop”'));
  });
});

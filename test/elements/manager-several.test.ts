import { expect, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import { toPasskey, type PasskeyFields } from '../../src/core/passkey.js';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { eventually, settle, type View } from '../support/view.ts';

function many(count: number): PasskeyFields[] {
  return Array.from({ length: count }, (_, at) => ({ id: `id-${at}`, name: `Key ${at}` }));
}

/** A list in which somebody is choosing. */
async function choosing(backend: OwnBackend): Promise<View<PasskeyManager>> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
  );
  (await eventually(() => view.button('Choose several'))).click();
  await eventually(() => view.field('Choose “Key 0”'));
  return view;
}

async function ask(view: View, ...names: string[]): Promise<View> {
  for (const name of names) view.field(`Choose “${name}”`).click();
  (await eventually(() => view.button(`Remove (${names.length})`))).click();
  return eventually(() => view.dialog ?? expect.fail('no dialog'));
}

describe('removing several passkeys', () => {
  it('is not offered for a few: each has its own button', async () => {
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${new OwnBackend(many(9))}></passkey-manager>`,
    );
    await eventually(() => expect(view.rows).to.have.length(9));
    await settle();
    expect(view.offers('Choose several')).to.equal(false);
  });

  it('is not offered where the backend removes none', async () => {
    const backend = new OwnBackend(many(12));
    backend.passkeys = { ...backend.passkeys, remove: undefined };
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => view.field('Search your passkeys'));
    expect(view.offers('Choose several')).to.equal(false);
  });

  it('nothing chosen, nothing happens; Cancel ends it', async () => {
    const view = await choosing(new OwnBackend(many(12)));
    const remove = view.button('Remove (0)');
    expect(remove.getAttribute('aria-disabled')).to.equal('true');
    remove.click();
    await settle();
    expect(view.dialog).to.equal(undefined);
    view.button('Cancel').click();
    await eventually(() => view.button('Choose several'));
    expect(view.all('[type=checkbox]')).to.deep.equal([]);
  });

  it('its button looks like what it does, before anything was asked and after', async () => {
    const view = await choosing(new OwnBackend(many(12)));
    const look = () => getComputedStyle(view.all('.find .danger')[0]!).backgroundColor;
    const before = look();
    const dialog = await ask(view, 'Key 2', 'Key 5');
    const danger = dialog.button('Remove');
    expect(getComputedStyle(danger).backgroundColor).to.equal(before);
    expect(look()).to.equal(before);
  });

  it('what has the focus is not under the buttons that stay in sight', async () => {
    const view = await choosing(new OwnBackend(many(40)));
    const [buttons] = view.all('.find');
    for (const box of view.all('[type=checkbox]').slice(-30).reverse()) {
      box.focus();
      await eventually(() => {
        const { top } = box.getBoundingClientRect();
        expect(top).to.be.above(buttons!.getBoundingClientRect().bottom);
      });
    }
  });

  it('asks once, naming each; then each is removed, and each is told', async () => {
    const backend = new OwnBackend(many(12));
    const view = await choosing(backend);
    const events = new PasskeyEvents();
    const dialog = await ask(view, 'Key 2', 'Key 5', 'Key 11');
    expect(dialog.headings).to.deep.equal(['Remove 3 passkeys?']);
    for (const name of ['Key 2', 'Key 5', 'Key 11']) expect(dialog.text).to.contain(name);
    dialog.button('Remove').click();
    await eventually(() => expect(view.status).to.contain('3 passkeys were removed.'));
    expect(view.rows).to.have.length(9);
    const removed = events.of('passkey-removed').map(({ detail }) => detail.id);
    expect(removed).to.deep.equal(['id-2', 'id-5', 'id-11']);
    expect(events.of('passkey-before-remove')).to.have.length(3);
    await eventually(() => expect(view.focus).to.match(/^Remove “/));
  });

  it('afterwards nobody is choosing any more', async () => {
    const view = await choosing(new OwnBackend(many(14)));
    (await ask(view, 'Key 2', 'Key 5')).button('Remove').click();
    await eventually(() => view.button('Choose several'));
  });

  it('stops at the first that fails: those before it are gone, the others stay', async () => {
    const backend = new OwnBackend(many(12));
    const view = await choosing(backend);
    const events = new PasskeyEvents();
    const dialog = await ask(view, 'Key 2', 'Key 5', 'Key 11');
    view.element.addEventListener('passkey-removed', () => backend.fail('remove', 'server-error'));
    dialog.button('Remove').click();
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
    expect(view.rows.map(({ name }) => name)).to.include.members(['Key 5', 'Key 11']);
    expect(view.rows).to.have.length(11);
    expect(events.of('passkey-removed').map(({ detail }) => detail.id)).to.deep.equal(['id-2']);
    await eventually(() => expect(view.focus).to.equal('Remove “Key 5”'));
  });

  it('is not called done because somebody else is signed in by now', async () => {
    const backend = new OwnBackend(many(12));
    const view = await choosing(backend);
    const dialog = await ask(view, 'Key 3', 'Key 4');
    const events = new PasskeyEvents();
    const late = new Held<never>();
    backend.on('remove', late.answer);
    dialog.button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    backend.on('list', () => ({ passkeys: [toPasskey({ id: 't' })], userHandle: 'Ym9i' }));
    await view.element.refresh();
    backend.fail('remove', 'not-found');
    late.release(undefined as never);
    await eventually(() => expect(events.names).to.include('passkey-error'));
    expect(events.of('passkey-removed')).to.have.length(1);
  });

  it('one that is gone stays gone, however late an older list comes', async () => {
    const backend = new OwnBackend(many(12));
    const view = await choosing(backend);
    const dialog = await ask(view, 'Key 2', 'Key 5');
    const late = new Held<unknown>();
    const before = { passkeys: backend.records, complete: true };
    backend.on('list', late.answer);
    void view.element.refresh();
    await eventually(() => expect(backend.countOf('list')).to.equal(2));
    backend.heal('list');
    view.element.addEventListener('passkey-removed', () => backend.fail('remove', 'server-error'));
    dialog.button('Remove').click();
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
    late.release(before);
    await settle();
    expect(view.rows).to.have.length(11);
  });

  it('all of them are the last ones', async () => {
    const view = await choosing(new OwnBackend(many(10)));
    view.element.keepLast = true;
    const dialog = await ask(view, ...many(10).map(({ name }) => name as string));
    expect(dialog.text).to.contain('Add another one before');
    expect(dialog.offers('Remove')).to.equal(false);
  });

  it('what is chosen stays chosen while somebody searches, and when the list is read again', async () => {
    const backend = new OwnBackend(many(12));
    const view = await choosing(backend);
    view.field('Choose “Key 3”').click();
    await view.element.refresh();
    await eventually(() => view.button('Remove (1)'));
    expect(view.field('Choose “Key 3”').checked).to.equal(true);
  });
});

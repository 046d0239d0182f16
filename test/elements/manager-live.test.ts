import { expect, fixtureSync, html } from '@open-wc/testing';
import { render } from 'lit';
import type { PasskeyManager } from '../../src/define.js';
import { answerWith, attestation, replace } from '../core/stand-ins.ts';
import { PasskeySignedInEvent } from '../../src/elements/events.js';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { descriptionOf, eventually, settle, View } from '../support/view.ts';

async function manage(backend: OwnBackend, open?: string): Promise<View<PasskeyManager>> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .open=${open} .backend=${backend}></passkey-manager>`,
  );
  await eventually(() => expect(backend.countOf('list')).to.equal(1));
  await settle();
  return view;
}

describe('somebody who comes back to the page', () => {
  const focus = () => window.dispatchEvent(new FocusEvent('focus'));
  const pass = (seconds: number) => {
    const later = Date.now() + seconds * 1000;
    replace(Date, 'now', () => later);
  };

  it('sees what they did elsewhere', async () => {
    const backend = new OwnBackend([{ id: 'a', name: 'Key' }]);
    const view = await manage(backend);
    backend.records = [...backend.records, { ...backend.records[0]!, id: 'b', name: 'Phone' }];
    pass(61);
    focus();
    await eventually(() => expect(view.rows).to.have.length(2));
  });

  it('costs one request a minute, however often they come', async () => {
    const backend = new OwnBackend([{ id: 'a' }]);
    await manage(backend);
    focus();
    focus();
    await settle();
    expect(backend.countOf('list')).to.equal(1);
    pass(61);
    for (let times = 5; times--;) focus();
    await settle();
    expect(backend.countOf('list')).to.equal(2);
  });

  it('costs none once the element is gone', async () => {
    const backend = new OwnBackend([{ id: 'a' }]);
    const view = await manage(backend);
    view.element.remove();
    pass(61);
    focus();
    await settle();
    expect(backend.countOf('list')).to.equal(1);
  });
});

describe('a list that the page adds when it hears of a sign-in', () => {
  it('is read once', async () => {
    const backend = new OwnBackend([{ id: 'a' }]);
    const manager = document.createElement('passkey-manager');
    manager.backend = backend;
    const page = fixtureSync(html`<main></main>`);
    const add = () => page.append(manager);
    document.addEventListener('passkey-signed-in', add, { once: true });
    page.dispatchEvent(new PasskeySignedInEvent('passkey', 'session'));
    await eventually(() => expect(manager.shadowRoot!.querySelectorAll('li')).to.have.length(1));
    await settle();
    expect(backend.countOf('list')).to.equal(1);
  });
});

describe('the offer to add a passkey', () => {
  const dialogOf = (view: View) => eventually(() => view.dialog ?? expect.fail('no dialog'));

  /** A link within the page. */
  function follow(hash: string): void {
    history.replaceState(null, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  }

  afterEach(() => history.replaceState(null, '', location.pathname + location.search));

  it('open="add" asks first where it is to be kept; a click adds', async () => {
    const calls = answerWith('create', () => Promise.resolve(attestation()));
    const view = await manage(new OwnBackend([{ id: 'a', name: 'Key' }]), 'add');
    const dialog = await dialogOf(view);
    expect(dialog.headings).to.deep.equal(['Add a passkey']);
    await settle();
    expect(calls, 'never without a click').to.deep.equal([]);
    dialog.button('On this device').click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(view.dialog).to.equal(undefined);
    expect(calls).to.have.length(1);
  });

  for (const [name, hint, attachment] of [
    ['On this device', 'client-device', 'platform'],
    ['On a phone or tablet', 'hybrid', 'cross-platform'],
    ['On a security key', 'security-key', 'cross-platform'],
  ] as const) {
    it(`“${name}” asks the browser for that, and still names what is there`, async () => {
      const calls = answerWith('create', () => Promise.resolve(attestation()));
      const view = await manage(new OwnBackend([{ id: 'a', credentialId: 'YQ' }]), 'add');
      (await dialogOf(view)).button(name).click();
      await eventually(() => expect(view.status).to.equal('Passkey added.'));
      const { authenticatorSelection, excludeCredentials } = calls[0]!.publicKey;
      expect(calls[0]!.publicKey).to.have.deep.property('hints', [hint]);
      expect(authenticatorSelection!.authenticatorAttachment).to.equal(attachment);
      expect(excludeCredentials).to.have.length(1);
    });
  }

  it('the plain button leaves the place to the browser', async () => {
    const calls = answerWith('create', () => Promise.resolve(attestation()));
    const view = await manage(new OwnBackend([{ id: 'a' }]));
    view.button('Add a passkey').click();
    await eventually(() => expect(calls).to.have.length(1));
    expect(calls[0]!.publicKey).not.to.have.property('hints');
  });

  it('one that is here already is good news, and other places are offered', async () => {
    const taken = () => Promise.reject(new DOMException('canary', 'InvalidStateError'));
    answerWith('create', taken);
    const view = await manage(new OwnBackend([{ id: 'a', credentialId: 'YQ' }]));
    view.button('Add a passkey').click();
    const dialog = await dialogOf(view);
    expect(descriptionOf(dialog.element)).to.contain('You have one on this device already.');
    expect(dialog.offers('On this device')).to.equal(false);
    await eventually(() => expect(view.status).to.contain('You already have a passkey'));
    const calls = answerWith('create', () => Promise.resolve(attestation()));
    dialog.button('On a security key').click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(calls[0]!.publicKey).to.have.deep.property('hints', ['security-key']);
  });

  it('one that is here already, though the list does not name it, is not offered a place here', async () => {
    answerWith('create', () => Promise.reject(new DOMException('canary', 'InvalidStateError')));
    const view = await manage(new OwnBackend());
    (await eventually(() => view.button('Add a passkey'))).click();
    const dialog = await dialogOf(view);
    expect(dialog.text).to.contain('You have one on this device already.');
    expect(dialog.offers('On this device')).to.equal(false);
  });

  it('#add-passkey does the same', async () => {
    history.replaceState(null, '', '#add-passkey');
    await dialogOf(await manage(new OwnBackend()));
  });

  it('a link to #add-passkey on the page does it again and again', async () => {
    const view = await manage(new OwnBackend([{ id: 'a' }]));
    expect(view.dialog).to.equal(undefined);
    for (const hash of ['#add-passkey', '#', '#add-passkey']) {
      follow(hash);
      if (hash === '#') await settle();
      else (await dialogOf(view)).button('Cancel').click();
      await eventually(() => expect(view.dialog).to.equal(undefined));
    }
  });

  it('told late that it was closed, it stays when it is open again; Escape closes it', async () => {
    const view = await manage(new OwnBackend([{ id: 'a' }]));
    const opened = async () => (await dialogOf(view)).element;
    follow('#add-passkey');
    const first = await opened();
    view.dialog!.button('Cancel').click();
    await settle();
    follow('#');
    await settle();
    follow('#add-passkey');
    const second = (await opened()) as HTMLDialogElement;
    first.dispatchEvent(new Event('close'));
    await settle();
    expect(view.dialog?.element === second).to.equal(true);
    second.close(); // as the browser does
    await eventually(() => expect(view.all('dialog')).to.have.length(0));
  });

  it('Cancel closes it, and it does not come back with the next reading', async () => {
    const calls = answerWith('create', () => Promise.resolve(attestation()));
    const view = await manage(new OwnBackend([{ id: 'a' }]), 'add');
    (await dialogOf(view)).button('Cancel').click();
    await eventually(() => expect(view.dialog).to.equal(undefined));
    await view.element.refresh();
    await settle();
    expect(view.dialog).to.equal(undefined);
    expect(calls).to.deep.equal([]);
  });

  it('nothing is chosen in vain while something else is under way', async () => {
    answerWith('create', () => Promise.resolve(attestation()));
    const backend = new OwnBackend([{ id: 'a', name: 'Key' }, { id: 'b' }]);
    const view = await manage(backend);
    const removed = new Held<unknown>();
    backend.on('remove', removed.answer);
    view.button('Remove “Key”').click();
    (await dialogOf(view)).button('Remove').click();
    await eventually(() => expect(backend.countOf('remove')).to.equal(1));
    view.element.open = 'add';
    const dialog = await dialogOf(view);
    const here = dialog.button('On this device');
    here.click();
    await settle();
    expect(here.getAttribute('aria-disabled')).to.equal('true');
    removed.release(undefined);
    await eventually(() => expect(here.getAttribute('aria-disabled')).to.equal('false'));
    here.click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
  });

  it('nobody signed in is not asked; once they are, they are', async () => {
    const backend = new OwnBackend([{ id: 'a' }]).fail('list', 'unauthorized');
    const view = await manage(backend, 'add');
    expect(view.dialog).to.equal(undefined);
    backend.heal('list');
    await view.element.refresh();
    await dialogOf(view);
  });

  it('where none can be added, nobody is asked', async () => {
    const backend = new OwnBackend([{ id: 'a' }]);
    backend.registration = undefined;
    const events = new PasskeyEvents();
    const view = await manage(backend, 'add');
    await settle();
    expect(view.dialog).to.equal(undefined);
    expect(events.errors).to.deep.equal([]);
  });

  it('waits while nobody can see it: it would lock the page around', async () => {
    const around = fixtureSync<HTMLElement>(html`<div><button>Elsewhere</button></div>`);
    const panel = document.createElement('div');
    panel.hidden = true;
    around.append(panel);
    const backend = new OwnBackend([{ id: 'a' }]);
    render(
      html`<passkey-manager lang="en" open="add" .backend=${backend}></passkey-manager>`,
      panel,
    );
    await eventually(() => expect(backend.countOf('list')).to.equal(1));
    await import('../../src/elements/add-offer.js');
    if (!document.hidden) await new Promise((frame) => requestAnimationFrame(frame));
    await settle();
    const elsewhere = around.querySelector('button')!;
    elsewhere.focus();
    expect(document.activeElement === elsewhere).to.equal(true);
    if (document.hidden) return; // WebKit's tab is in the background, where nothing comes into view
    panel.hidden = false;
    await dialogOf(new View(panel.querySelector('passkey-manager')!));
  });

  it('ends with its element, and is no dialog of the page when that comes back', async () => {
    const view = await manage(new OwnBackend([{ id: 'a' }]), 'add');
    await dialogOf(view);
    const { parentElement } = view.element;
    view.element.remove();
    await settle();
    parentElement!.append(view.element);
    await eventually(() => expect(view.rows).to.have.length(1));
    expect(view.dialog?.headings).to.equal(undefined);
  });

  it('asked again with each backend, it watches its element by one observer', async () => {
    const observed: Element[] = [];
    const { observe } = ResizeObserver.prototype;
    replace(ResizeObserver.prototype, 'observe', function (this: ResizeObserver, target: Element) {
      observed.push(target);
      observe.call(this, target);
    });
    const view = await manage(new OwnBackend([{ id: 'a' }]), 'add');
    await dialogOf(view);
    expect(observed).to.deep.equal([view.element]);
    for (const id of ['b', 'c']) {
      view.element.open = undefined;
      view.element.backend = new OwnBackend([{ id }]);
      await eventually(() =>
        expect(view.element.renderRoot.querySelector('dialog')).to.equal(null),
      );
      view.element.open = 'add';
      await dialogOf(view);
    }
    expect(observed).to.deep.equal([view.element]);
  });

  it('beside the question of a removal: neither stays open when the element is hidden', async () => {
    const view = await manage(new OwnBackend([{ id: 'a', name: 'A' }]));
    const open = () => view.element.renderRoot.querySelectorAll('dialog[open]');
    view.button('Remove “A”').click();
    await eventually(() => expect(open()).to.have.length(1));
    view.element.open = 'add';
    await eventually(() => expect(open()).to.have.length(2));
    view.element.style.display = 'none';
    await eventually(() => expect(open()).to.have.length(0));
  });

  it('setting the property later asks too', async () => {
    const view = await manage(new OwnBackend([{ id: 'a' }]));
    view.element.open = 'add';
    await dialogOf(view);
  });
});

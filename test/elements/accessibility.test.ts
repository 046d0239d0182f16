import { expect, html } from '@open-wc/testing';
import type { PasskeyLogin, PasskeyManager } from '../../src/define.js';
import type { HandoffOperations } from '../../src/index.js';
import { answerWith, attestation, pending } from '../core/stand-ins.ts';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, settle, submit, type, type View } from '../support/view.ts';

const fallback = html`<a slot="fallback" href="#password">Use a password</a>`;
const login = (backend = new OwnBackend()) =>
  html`<passkey-login lang="en" no-autofill .backend=${backend}>${fallback}</passkey-login>`;
const records = [
  {
    ...{ id: 'one', name: 'Phone', synced: true, createdAt: '2026-03-01T08:00:00Z' },
    provider: { name: 'House Vault' },
  },
  { id: 'two', name: 'Key', backupEligible: false, enabled: false },
];
const manager = (backend = new OwnBackend(records)) =>
  html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`;
const refuse = () =>
  answerWith('get', () => Promise.reject(new DOMException('x', 'SecurityError')));

async function toChoose(view: View) {
  type(view.field('E-mail address'), 'ada@example.com');
  view.button('Continue').focus();
  view.button('Continue').click();
  await eventually(() => view.button(/^E-mail me a code/));
}

async function toCode(view: View) {
  await toChoose(view);
  view.button(/^E-mail me a code/).focus();
  view.button(/^E-mail me a code/).click();
  await eventually(() => view.field('Code'));
}

async function toCreate(view: View) {
  await toCode(view);
  type(view.field('Code'), '123456');
  submit(view.field('Code'));
  await eventually(() => view.button('Create a passkey'));
}

/** Any answer of the operations will do: nothing is approved here. */
function setUpHandOff(view: View) {
  const nothing = () => Promise.resolve();
  const operations: HandoffOperations = {
    start: () => Promise.resolve({ handle: 'handle', ticket: 'ticket', number: 42 }),
    status: () => Promise.resolve({ state: 'pending' }),
    exchange: () => Promise.resolve({ kind: 'session' }),
    inspect: () =>
      Promise.resolve({ device: { browser: 'Chrome' }, sameNetwork: false, numbers: [12, 42, 77] }),
    beginApproval: () => Promise.resolve({ options: {} }),
    ...{ approve: nothing, refuse: nothing },
  };
  const element = view.element as PasskeyLogin;
  (element.backend as OwnBackend).handoff = () => Promise.resolve(operations);
  element.handOff = '/';
}

const loginStates: Record<string, (view: View) => Promise<void>> = {
  'the first screen': async () => {},
  'an empty field': async (view) => view.button('Continue').click(),
  'the prompt is open': async (view) => {
    answerWith('get', pending);
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.status).to.contain('Waiting'));
  },
  'an error': async (view) => {
    refuse();
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.alert).to.contain('this address'));
  },
  'the choice': toChoose,
  'the code': toCode,
  'the offer of a passkey': toCreate,
  'the hand-off that was begun': async (view) => {
    setUpHandOff(view);
    (await eventually(() => view.button('Use another device'))).click();
    await eventually(() => expect(view.all('.qr')).to.have.length(1));
  },
  'the hand-off to approve': async (view) => {
    location.hash = '#passkey-hand-off=ticket';
    setUpHandOff(view);
    await eventually(() => view.button(/^Approve with a passkey/));
    history.replaceState(null, '', location.pathname + location.search);
  },
  'the last screen': async (view) => {
    await toCreate(view);
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  },
};

const managerStates: Record<string, (view: View, backend: OwnBackend) => Promise<void>> = {
  'the list': async () => {},
  'the details': async (view) => {
    for (const row of view.rows) await eventually(() => expect(row.words).to.contain('Saved in'));
  },
  'a name being edited': async (view) => {
    view.button('Rename “Key”').click();
    await eventually(() => view.field('Name of the passkey'));
  },
  'a name that is refused': async (view) => {
    view.button('Rename “Key”').click();
    type(await eventually(() => view.field('Name of the passkey')), '');
    submit(view.field('Name of the passkey'));
    await eventually(() => expect(view.text).to.contain('Enter a name.'));
  },
  'the question before a removal': async (view) => {
    view.button('Remove “Key”').click();
    await eventually(() => expect(view.dialog).not.to.equal(undefined));
  },
  'the places for a new one': async (view) => {
    (view.element as PasskeyManager).open = 'add';
    await eventually(() => expect(view.dialog).not.to.equal(undefined));
  },
  'the list on its way': async (view) => {
    const slow = new OwnBackend().on('list', () => new Held<never>().answer());
    (view.element as PasskeyManager).backend = slow;
    await eventually(() => expect(view.status).to.contain('Loading'));
  },
  'a long list with a search, while several are chosen': async (view, backend) => {
    const many = Array.from({ length: 60 }, (_, at) => ({ id: `id-${at}`, name: `Key ${at}` }));
    backend.records = new OwnBackend(many).records;
    await (view.element as PasskeyManager).refresh();
    (await eventually(() => view.button('Choose several'))).click();
    (await eventually(() => view.field('Choose “Key 11”'))).click();
    type(view.field('Search your passkeys'), 'key 1');
    await eventually(() => view.button('Remove (1)'));
  },
  'the question before several are removed': async (view, backend) => {
    const many = Array.from({ length: 12 }, (_, at) => ({ id: `id-${at}`, name: `Key ${at}` }));
    backend.records = new OwnBackend(many).records;
    await (view.element as PasskeyManager).refresh();
    (await eventually(() => view.button('Choose several'))).click();
    for (const name of ['Key 1', 'Key 3'])
      (await eventually(() => view.field(`Choose “${name}”`))).click();
    (await eventually(() => view.button('Remove (2)'))).click();
    await eventually(() => expect(view.dialog).not.to.equal(undefined));
  },
  'an empty list': async (view, backend) => {
    backend.records = [];
    await (view.element as PasskeyManager).refresh();
  },
  'a list that failed': async (view, backend) => {
    backend.fail('list', 'server-error');
    await (view.element as PasskeyManager).refresh();
    await eventually(() => view.button('Try again'));
  },
  'the prompt is open': async (view) => {
    answerWith('create', pending);
    view.button('Add a passkey').click();
    await eventually(() => view.button('Cancel'));
  },
};

describe('accessibility of <passkey-login>', () => {
  for (const [name, go] of Object.entries(loginStates)) {
    it(`${name}: no rule of axe is broken`, async () => {
      const view = await place(login());
      await go(view);
      await expect(view.element).to.be.accessible();
    });
  }

  for (const theme of ['light', 'dark'] as const) {
    it(`${theme}: text has contrast`, async () => {
      refuse();
      const view = await place(
        html`<passkey-login
          lang="en"
          no-autofill
          theme=${theme}
          .backend=${new OwnBackend()}
        ></passkey-login>`,
      );
      view.button('Sign in with a passkey').click();
      await eventually(() => expect(view.alert).not.to.equal(''));
      await expect(view.element).to.be.accessible();
    });
  }

  it('its live regions are there, empty, before anything is said, and stay', async () => {
    const view = await place(login());
    const regions = [view.region('status'), view.region('alert')];
    expect(regions.map(({ textContent }) => textContent.trim())).to.deep.equal(['', '']);
    await toCode(view);
    expect([view.region('status'), view.region('alert')]).to.deep.equal(regions);
  });

  it('an empty live region is still known to a screen reader', async () => {
    const view = await place(login());
    for (const role of ['status', 'alert'] as const) {
      expect(getComputedStyle(view.region(role)).display, role).not.to.equal('none');
    }
  });

  it('each step takes the focus along', async () => {
    const view = await place(login());
    await toChoose(view);
    await eventually(() => expect(view.focus).to.equal('How do you want to continue?'));
    view.button(/^E-mail me a code/).focus();
    view.button(/^E-mail me a code/).click();
    await eventually(() => expect(view.focus).to.match(/^(Check your e-mail|Code)$/));
    type(view.field('Code'), '123456');
    submit(view.field('Code'));
    await eventually(() => expect(view.focus).to.equal('Sign in faster next time'));
    view.button('Not now').focus();
    view.button('Not now').click();
    await eventually(() => expect(view.focus).to.equal('You are signed in.'));
  });

  it('back to the first screen, the field has the focus', async () => {
    const view = await place(login());
    await toCode(view);
    view.button('Use another e-mail address').focus();
    view.button('Use another e-mail address').click();
    await eventually(() => expect(view.focus).to.equal('E-mail address'));
  });

  it('somebody who is elsewhere on the page is left there', async () => {
    const root = await place(html`<div>${login()}<button id="else">Elsewhere</button></div>`);
    const view = root;
    answerWith('get', pending);
    view.element.parentElement!.querySelector<HTMLElement>('#else')!.focus();
    void view.element.signIn();
    await settle();
    view.element.cancel();
    await settle();
    expect(document.activeElement!.id).to.equal('else');
  });

  it('while it is busy its buttons can still be reached, and say that they are not for use', async () => {
    const held = new Held();
    const view = await place(login(new OwnBackend().on('signIn.begin', held.answer)));
    const button = view.button('Sign in with a passkey');
    button.focus();
    button.click();
    await eventually(() => expect(button.getAttribute('aria-disabled')).to.equal('true'));
    expect(button.disabled).to.equal(false);
    expect(view.focus).to.equal('Sign in with a passkey');
  });

  it('focus() on the element goes to its field or first control', async () => {
    const view = await place(login());
    view.element.focus();
    expect(view.element.matches(':focus-within')).to.equal(true);
  });
});

describe('accessibility of <passkey-manager>', () => {
  for (const [name, go] of Object.entries(managerStates)) {
    it(`${name}: no rule of axe is broken`, async () => {
      const backend = new OwnBackend(records);
      const view = await place<PasskeyManager>(manager(backend));
      await eventually(() => expect(view.rows).to.have.length(2));
      await go(view, backend);
      await expect(view.element).to.be.accessible();
    });
  }

  it('its live regions are there, empty, before anything is said', async () => {
    const view = await place<PasskeyManager>(manager());
    await eventually(() => expect(view.rows).to.have.length(2));
    expect(view.status + view.alert).to.equal('');
    for (const role of ['status', 'alert'] as const) {
      expect(getComputedStyle(view.region(role)).display, role).not.to.equal('none');
    }
  });

  it('its section is named', async () => {
    const view = await place<PasskeyManager>(manager());
    expect(view.all('section')[0]!.getAttribute('aria-label')).to.equal('Passkeys');
  });

  it('each button says which passkey it is about', async () => {
    const view = await place<PasskeyManager>(manager());
    await eventually(() => expect(view.rows).to.have.length(2));
    for (const name of ['Phone', 'Key']) {
      view.button(`Rename “${name}”`);
      view.button(`Remove “${name}”`);
    }
  });

  it('Escape closes the question, and the focus is where it was', async () => {
    const view = await place<PasskeyManager>(manager());
    const remove = await eventually(() => view.button('Remove “Key”'));
    remove.focus();
    remove.click();
    await eventually(() => expect(view.dialog).not.to.equal(undefined));
    const dialog = view.all<HTMLDialogElement>('dialog')[0]!;
    expect(dialog.matches(':modal')).to.equal(true);
    dialog.requestClose();
    await eventually(() => expect(view.dialog).to.equal(undefined));
    await eventually(() => expect(view.focus).to.equal('Remove “Key”'));
  });

  it('after adding, the focus is still in the element', async () => {
    answerWith('create', () => Promise.resolve(attestation()));
    const view = await place<PasskeyManager>(manager(new OwnBackend()));
    const add = await eventually(() => view.button('Add a passkey'));
    add.focus();
    add.click();
    await eventually(() => expect(view.status).to.equal('Passkey added.'));
    expect(view.focus, 'the button of the empty list is gone').not.to.equal('');
  });

  it('after “Try again” worked, the focus is still in the element', async () => {
    const backend = new OwnBackend(records).fail('list', 'network');
    const view = await place<PasskeyManager>(manager(backend));
    const again = await eventually(() => view.button('Try again'));
    backend.heal('list');
    again.focus();
    again.click();
    await eventually(() => expect(view.rows).to.have.length(2));
    expect(view.focus).not.to.equal('');
  });
});

import { expect, html } from '@open-wc/testing';
import '../../src/form.js';
import type { PasskeyLogin } from '../../src/define.js';
import { answerWith, assertion, attestation } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, press, settle, submit, type, View } from '../support/view.ts';

describe('a form around <passkey-login name>', () => {
  beforeEach(() => answerWith('get', async () => assertion()));
  const backend = () =>
    new OwnBackend().on('signIn.finish', () => ({ kind: 'tokens', accessToken: 'canary' }));
  /** What the form would post for the element. */
  const posted = ({ element }: View) => new FormData(element.closest('form')!).get('passkey');
  /** Somebody is signed in, and the form around the element holds their token. */
  const signedIn = async () => {
    const view = await place<PasskeyLogin>(html`
      <form method="post">
        <passkey-login name="passkey" no-autofill .backend=${backend()}></passkey-login>
      </form>
    `);
    await view.element.signIn();
    await eventually(() => expect(posted(view)).to.equal('canary'));
    return view;
  };

  it('holds the token whatever its fields are called', async () => {
    const view = await place<PasskeyLogin>(html`
      <form method="POST">
        <input name="method" />
        <passkey-login name="passkey" no-autofill .backend=${backend()}></passkey-login>
      </form>
    `);
    await view.element.signIn();
    await eventually(() => expect(posted(view)).to.equal('canary'));
  });

  it('holds the token where the element gets its name once it is there', async () => {
    const view = await place<PasskeyLogin>(html`
      <form method="post">
        <passkey-login no-autofill .backend=${backend()}></passkey-login>
      </form>
    `);
    view.element.setAttribute('name', 'passkey');
    await view.element.signIn();
    await eventually(() => expect(posted(view)).to.equal('canary'));
  });

  it('holds the token no longer once the person has signed out', async () => {
    const view = await signedIn();
    await view.element.signOut();
    await settle();
    expect(posted(view)).to.equal(null);
  });

  it('holds no token of before in a copy of the page, as Turbo keeps one', async () => {
    const view = await signedIn();
    const copy = view.element.cloneNode(true) as PasskeyLogin;
    copy.backend = new OwnBackend().on('signIn.finish', () => ({
      kind: 'tokens',
      accessToken: 'the next',
    }));
    view.element.replaceWith(copy);
    await settle();
    expect(posted(new View(copy))).to.equal(null);
    await copy.signIn();
    await eventually(() => expect(posted(new View(copy))).to.equal('the next'));
  });
});

describe('a form around <passkey-login>', () => {
  it('that is reset on the way changes nothing about whom it is', async () => {
    const backend = new OwnBackend();
    const view = await place(html`
      <form>
        <passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>
      </form>
    `);
    type(view.field('E-mail address'), 'ada@example.com');
    press(view.field('E-mail address'), 'Enter');
    const send = await eventually(() => view.button(/^E-mail me a code/));
    view.element.closest('form')!.reset();
    send.click();
    await eventually(() => view.field('Code'));
    expect(backend.requests).to.deep.equal([{ identifier: 'ada@example.com' }]);
    expect(view.text).to.contain('ada@example.com');
  });

  it('that is reset once somebody is in changes nothing about whose the passkey is', async () => {
    const backend = new OwnBackend();
    answerWith('create', async () => attestation());
    const view = await place(html`
      <form>
        <passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>
      </form>
    `);
    type(view.field('E-mail address'), 'ada@example.com');
    press(view.field('E-mail address'), 'Enter');
    (await eventually(() => view.button(/^E-mail me a code/))).click();
    const code = await eventually(() => view.field('Code'));
    type(code, '123456');
    submit(code);
    const create = await eventually(() => view.button('Create a passkey'));
    view.element.closest('form')!.reset();
    create.click();
    await eventually(() => expect(backend.calls).to.contain('registration.begin'));
    const begun = backend.requests[backend.calls.indexOf('registration.begin')];
    expect(begun).to.deep.equal({ identifier: 'ada@example.com', mediation: 'modal' });
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });
});

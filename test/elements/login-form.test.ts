import { expect, html } from '@open-wc/testing';
import '../../src/form.js';
import type { PasskeyLogin } from '../../src/define.js';
import { answerWith, assertion } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, settle } from '../support/view.ts';

describe('a form around <passkey-login name>', () => {
  it('holds the token whatever its fields are called', async () => {
    const backend = new OwnBackend().on('signIn.finish', () => ({
      kind: 'tokens',
      accessToken: 'canary',
    }));
    answerWith('get', async () => assertion());
    const view = await place<PasskeyLogin>(html`
      <form method="POST">
        <input name="method" />
        <passkey-login name="passkey" no-autofill .backend=${backend}></passkey-login>
      </form>
    `);
    await view.element.signIn();
    const posted = () => new FormData(view.element.closest('form')!).get('passkey');
    await eventually(() => expect(posted()).to.equal('canary'));
  });

  it('holds the token no longer once the person has signed out', async () => {
    const backend = new OwnBackend().on('signIn.finish', () => ({
      kind: 'tokens',
      accessToken: 'canary',
    }));
    answerWith('get', async () => assertion());
    const view = await place<PasskeyLogin>(html`
      <form method="post">
        <passkey-login name="passkey" no-autofill .backend=${backend}></passkey-login>
      </form>
    `);
    const posted = () => new FormData(view.element.closest('form')!).get('passkey');
    await view.element.signIn();
    await eventually(() => expect(posted()).to.equal('canary'));
    await view.element.signOut();
    await settle();
    expect(posted()).to.equal(null);
  });
});

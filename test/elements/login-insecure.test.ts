import { expect, html } from '@open-wc/testing';
import { replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { eventually } from '../support/view.ts';

// In a page of its own: once a function is hot, WebKit remembers what it has read of `isSecureContext`.
describe('<passkey-login> on a page without https', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    replace(console, 'warn', (words: string) => warnings.push(words));
    replace(globalThis, 'isSecureContext', false);
  });

  it('says so, and asks to find another way', async () => {
    const events = new PasskeyEvents();
    const view = await place(
      html`<passkey-login .backend=${new OwnBackend()}
        ><a slot="fallback" href="#x">Password</a></passkey-login
      >`,
    );
    expect(events.errors).to.deep.equal(['insecure-context']);
    await eventually(() =>
      expect(view.status).to.match(/^Passkeys need a secure \(https\) page\./),
    );
    expect(view.offers('Sign in with a passkey')).to.equal(false);
    expect(view.element.querySelector('a')!.checkVisibility()).to.equal(true);
  });

  it('leads on, and tells the developer once', async () => {
    const view = await place(
      html`<passkey-login lang="en" no-autofill .backend=${new OwnBackend()}></passkey-login>`,
    );
    await eventually(() => expect(view.status).to.contain('Go to the secure address'));
    const [link, ...others] = view.all<HTMLAnchorElement>('.steps a');
    expect(others).to.deep.equal([]);
    expect(link!.textContent).to.equal('Go to the secure page');
    expect(link!.href).to.equal(location.href.replace('http:', 'https:'));
    view.element.identifier = 'ada@example.com';
    await view.element.updateComplete;
    expect(warnings.filter((words) => words.includes('https'))).to.have.length(1);
  });
});

import { expect, html } from '@open-wc/testing';
import type { TokenResult } from '../../src/index.js';
import type { PasskeyLogin } from '../../src/define.js';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { watchPrompts } from '../support/prompts.ts';
import { baseUrls, json, openSite } from '../support/site.ts';
import { eventually, press, settle, submit, type, type View } from '../support/view.ts';
import {
  addVirtualAuthenticator,
  hasVirtualAuthenticators,
  type VirtualAuthenticator,
} from '../support/virtual-authenticator.ts';

const newcomer = 'new@example.com';
const ready =
  'Your passkey is in your password manager or on this device. Next time you can sign in with it.';

const dialects = {
  rest: html`<passkey-login backend="rest" no-autofill></passkey-login>`,
  ssojet: html`<passkey-login
    client-id="demo"
    base-url=${baseUrls.ssojet}
    no-autofill
  ></passkey-login>`,
};

// SSOJet asks for an authenticator of this device, and Firefox's virtual one never counts as that.
const creating = Object.entries(dialects).filter(
  ([name]) => name !== 'ssojet' || 'userAgentData' in navigator,
);

describe('signing up with <passkey-login>', () => {
  const site = openSite();

  /** From the first screen to the one that asks for the code. */
  async function askForCode(view: View<PasskeyLogin>): Promise<HTMLInputElement> {
    type(view.field('E-mail address'), newcomer);
    view.button('Continue').click();
    // Without WebAuthn there is nothing to choose.
    if (hasVirtualAuthenticators) {
      (await eventually(() => view.button(/^E-mail me a code/))).click();
    }
    return eventually(() => view.field('Code'));
  }

  async function enterCode(view: View<PasskeyLogin>, code = site.codeFor(newcomer)!) {
    const field = view.field('Code');
    type(field, code);
    submit(field);
  }

  const tooMany = () =>
    json({ error: { code: 'rate-limited', message: 'canary' } }, 429, { 'Retry-After': '60' });

  describe('the code', () => {
    for (const [name, template] of Object.entries(dialects)) {
      it(`${name}: the screen says where it was sent, and takes it with blanks in between`, async () => {
        const view = await place(template);
        view.element.receiveTokens = () => {};
        await askForCode(view);
        expect(view.headings).to.deep.equal(['Check your e-mail']);
        expect(view.text).to.contain(`We sent a code to ${newcomer}.`);
        const code = site.codeFor(newcomer)!;
        await enterCode(view, ` ${code.slice(0, 3)} ${code.slice(3)} `);
        await eventually(() => expect(view.headings).not.to.include('Check your e-mail'));
      });

      it(`${name}: a wrong one is said in our words, and the right one still works`, async () => {
        const view = await place(template);
        view.element.receiveTokens = () => {};
        const events = new PasskeyEvents();
        await askForCode(view);
        const right = site.codeFor(newcomer)!;
        await enterCode(view, right === '000000' ? '111111' : '000000');
        await eventually(() =>
          expect(view.alert).to.equal('That code is not right. Look again, or ask for a new one.'),
        );
        const field = view.field('Code');
        expect(field.getAttribute('aria-invalid')).to.equal('true');
        const selected = () => [field.selectionStart, field.selectionEnd];
        await eventually(() => expect(selected(), 'typing replaces it').to.deep.equal([0, 6]));
        expect(events.names).to.deep.equal(['passkey-error']);
        await enterCode(view, right);
        await eventually(() => expect(view.headings).not.to.include('Check your e-mail'));
      });
    }

    for (const [script, zero] of [
      ['Arabic', '٠'],
      ['Persian', '۰'],
      ['full-width', '０'],
    ] as const) {
      it(`is taken in ${script} digits, and with the marks that come along from a mail`, async () => {
        const view = await place(dialects.rest);
        await askForCode(view);
        const foreign = [...site.codeFor(newcomer)!].map((digit) =>
          String.fromCharCode(zero.charCodeAt(0) + Number(digit)),
        );
        await enterCode(view, `\u200f${foreign.join('')}\u200f`);
        await eventually(() => expect(view.headings).not.to.include('Check your e-mail'));
      });
    }

    it('is taken whole when it is pasted, with all that came along from a mail', async () => {
      const view = await place(dialects.rest);
      const field = await askForCode(view);
      field.focus();
      const pasted = `\u200e ${[...site.codeFor(newcomer)!].join(' ')} \u200e`;
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- as a person does, unlike `value`
      document.execCommand('insertText', false, pasted);
      submit(field);
      await eventually(() => expect(view.headings).not.to.include('Check your e-mail'));
    });

    it('missing, it is asked for and nothing is sent', async () => {
      const view = await place(dialects.rest);
      await askForCode(view);
      const before = site.wire.length;
      expect(view.field('Code').getAttribute('aria-invalid')).to.equal('false');
      await enterCode(view, '');
      await eventually(() => expect(view.alert).to.equal('Enter the code from the e-mail.'));
      expect(view.field('Code').getAttribute('aria-invalid')).to.equal('true');
      expect(site.wire).to.have.length(before);
      type(view.field('Code'), '1');
      await eventually(() => expect(view.alert, 'no longer true').to.equal(''));
      expect(view.field('Code').getAttribute('aria-invalid')).to.equal('false');
    });

    it('another one can be asked for, and then counts', async () => {
      const view = await place(dialects.rest);
      await askForCode(view);
      view.button('Send a new code').click();
      await eventually(() => expect(view.status).to.equal('A new code is on its way.'));
      await enterCode(view);
      await eventually(() => expect(view.headings).not.to.include('Check your e-mail'));
    });

    it('of the first mail is taken while the next one has to wait', async () => {
      const view = await place(dialects.rest);
      await askForCode(view);
      site.intercept('/codes/send', tooMany);
      view.button('Send a new code').click();
      await eventually(() => expect(view.text).to.contain('Try again in 60 s'));
      const blocked = (name: string) => view.button(name).getAttribute('aria-disabled');
      expect(blocked('Send a new code')).to.equal('true');
      expect(blocked('Continue')).to.equal('false');
      await enterCode(view);
      await eventually(() => expect(view.headings).not.to.include('Check your e-mail'));
    });

    it('one that is too old, or was guessed at too often, leads to a new one', async () => {
      const view = await place(dialects.rest);
      await askForCode(view);
      site.intercept('/codes/verify', () =>
        Response.json({ error: { code: 'challenge-expired', message: 'canary' } }, { status: 400 }),
      );
      await enterCode(view);
      await eventually(() => expect(view.alert).to.contain('ask for a new one'));
      expect(view.field('Code').getAttribute('aria-invalid')).to.equal('true');
    });

    it('too many wrong ones have to wait', async () => {
      const view = await place(dialects.rest);
      await askForCode(view);
      site.intercept('/codes/verify', tooMany);
      await enterCode(view);
      await eventually(() => expect(view.text).to.contain('Try again in 60 s'));
      const before = site.wire.length;
      await enterCode(view);
      await settle();
      expect(view.text).to.contain('Try again in');
      expect(view.button('Continue').getAttribute('aria-disabled')).to.equal('true');
      expect(site.wire).to.have.length(before);
    });

    it('another address can be used; the first one is still there to be corrected', async () => {
      const view = await place(dialects.rest);
      await askForCode(view);
      view.button('Use another e-mail address').click();
      const field = await eventually(() => view.field('E-mail address'));
      expect(field.value).to.equal(newcomer);
    });
  });

  if (!hasVirtualAuthenticators) {
    it('a browser without WebAuthn says so, once, and offers only what works in it', async () => {
      const events = new PasskeyEvents();
      const view = await place(dialects.rest);
      await eventually(() => expect(view.status).to.contain('can’t use passkeys here'));
      expect(view.element.matches(':state(unsupported)')).to.equal(true);
      expect(view.offers('Sign in with a passkey')).to.equal(false);
      view.button('Continue');
      expect(events.errors).to.deep.equal(['unsupported']);
      expect(site.wire).to.deep.equal([]);
    });

    it('where there are no passkeys the code alone signs in', async () => {
      const events = new PasskeyEvents();
      const view = await place(dialects.rest);
      await askForCode(view);
      await enterCode(view);
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
      expect(events.of('passkey-signed-in')[0]!.detail).to.deep.equal({
        method: 'code',
        kind: 'session',
      });
      expect(await site.whoAmI()).to.equal(newcomer);
    });
    return;
  }

  let authenticator: VirtualAuthenticator;
  beforeEach(async () => {
    authenticator = await addVirtualAuthenticator();
  });
  afterEach(() => authenticator.remove());

  for (const [name, template] of creating) {
    it(`${name}: address, code, passkey, signed in; and the passkey works next time`, async () => {
      const events = new PasskeyEvents();
      const tokens: TokenResult[] = [];
      const view = await place(template);
      view.element.receiveTokens = (result) => tokens.push(result);
      await askForCode(view);
      await enterCode(view);
      const create = await eventually(() => view.button('Create a passkey'));
      expect(view.headings).to.deep.equal(['Sign in faster next time']);
      expect(events.names, 'not before the person has a passkey').to.deep.equal([]);
      create.click();
      await eventually(() =>
        expect(view.headings, view.text).to.deep.equal(['You are signed in.']),
      );
      expect(view.status).to.equal(ready);
      expect(events.names).to.deep.equal(['passkey-registered', 'passkey-signed-in']);
      expect(tokens).to.have.length(name === 'ssojet' ? 1 : 0);
      expect(await authenticator.credentials()).to.have.length(1);

      site.forgetCookies();
      const again = await place(template);
      again.element.receiveTokens = () => {};
      again.button('Sign in with a passkey').click();
      await eventually(() => expect(again.headings).to.deep.equal(['You are signed in.']));
    });

    it(`${name}: “Not now” signs in without a passkey`, async () => {
      const events = new PasskeyEvents();
      const tokens: TokenResult[] = [];
      const view = await place(template);
      view.element.receiveTokens = (result) => tokens.push(result);
      await askForCode(view);
      await enterCode(view);
      (await eventually(() => view.button('Not now'))).click();
      await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
      expect(events.names).to.deep.equal(['passkey-signed-in']);
      expect(events.of('passkey-signed-in')[0]!.detail.method).to.equal('code');
      expect(tokens).to.have.length(name === 'ssojet' ? 1 : 0);
      expect(await authenticator.credentials()).to.deep.equal([]);
    });
  }

  it('a cancelled creation can be tried again, or left', async () => {
    await authenticator.setUserVerified(false);
    const events = new PasskeyEvents();
    const view = await place(dialects.rest);
    await askForCode(view);
    await enterCode(view);
    (await eventually(() => view.button('Create a passkey'))).click();
    await eventually(() =>
      expect(view.status).to.equal(
        'No passkey was created. You may have cancelled, or it took too long.',
      ),
    );
    expect(events.names).to.deep.equal(['passkey-cancelled']);
    await authenticator.setUserVerified(true);
    view.button('Create a passkey').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(await site.passkeys()).to.have.length(1);
  });

  it('a passkey that the server refuses leaves no orphan, and the person can go on', async () => {
    const events = new PasskeyEvents();
    const view = await place(dialects.rest);
    await askForCode(view);
    await enterCode(view);
    site.intercept('/registration/finish', () =>
      Response.json({ error: { code: 'verification-failed', message: 'canary' } }, { status: 400 }),
    );
    (await eventually(() => view.button('Create a passkey'))).click();
    await eventually(() =>
      expect(view.alert).to.equal('The new passkey was not accepted. Please try again.'),
    );
    expect(events.errors).to.deep.equal(['verification-failed']);
    if ('userAgentData' in navigator) {
      await eventually(async () => expect(await authenticator.credentials()).to.deep.equal([]));
    }
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });

  it('an answer that gets lost costs nothing: the passkey is there, once', async () => {
    const view = await place(dialects.rest);
    await askForCode(view);
    await enterCode(view);
    const create = await eventually(() => view.button('Create a passkey'));
    let lost = false;
    site.intercept('/registration/finish', async (request) => {
      if (lost) return undefined;
      lost = true;
      await site.answer(request.clone());
      return Response.error();
    });
    create.click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(lost).to.equal(true);
    expect(await site.passkeys()).to.have.length(1);
  });

  describe('for somebody who is signed in already', () => {
    it('rest: register() creates a passkey', async () => {
      await site.signIn(newcomer);
      const events = new PasskeyEvents();
      const view = await place(dialects.rest);
      expect(await view.element.register()).to.equal(true);
      expect(events.names).to.deep.equal(['passkey-registered']);
      expect(await site.passkeys()).to.have.length(1);
      await eventually(() => expect(view.text).to.contain(ready));
    });

    const { ssojet } = Object.fromEntries(creating);
    if (ssojet)
      it('ssojet: an access token brings the screen that offers a passkey', async () => {
        const accessToken = await site.accessToken(newcomer);
        const events = new PasskeyEvents();
        const view = await place(ssojet);
        view.element.accessToken = accessToken;
        const create = await eventually(() => view.button('Create a passkey'));
        expect(view.offers('Not now'), 'there is nothing to skip to').to.equal(false);
        create.click();
        await eventually(() => expect(view.text).to.contain(ready));
        expect(events.names).to.deep.equal(['passkey-registered']);
        const [credential] = await authenticator.credentials();
        expect(credential!.rpId).to.equal('localhost');
      });

    it('somebody who has one already is told so, as good news', async () => {
      await site.signIn(newcomer);
      const view = await place(dialects.rest);
      await view.element.register();
      const events = new PasskeyEvents();
      const again = await place(dialects.rest);
      expect(await again.element.register()).to.equal(false);
      await eventually(() => expect(again.status).to.contain('You already have a passkey'));
      expect(again.alert).to.equal('');
      expect(events.errors).to.deep.equal(['already-registered']);
      expect(await site.passkeys()).to.have.length(1);
    });
  });

  it('Enter in the code field goes on', async () => {
    const view = await place(dialects.rest);
    const field = await askForCode(view);
    expect(press(field, 'Enter'), 'left to the form of its own').to.equal(true);
    expect(field.getAttribute('autocomplete')).to.equal('one-time-code');
    expect(field.inputMode).to.equal('numeric');
    expect(field.form).not.to.equal(null);
  });

  it('nobody is asked twice: one prompt for the whole way', async () => {
    const prompts = watchPrompts();
    const view = await place(dialects.rest);
    await askForCode(view);
    await enterCode(view);
    (await eventually(() => view.button('Create a passkey'))).click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect(prompts.map(({ ceremony }) => ceremony)).to.deep.equal(['create']);
  });
});

import { expect, fixtureSync, html } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import type { PasskeyLogin } from '../../src/define.js';
import '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { descriptionOf, eventually, nameOf, press, settle, type, View } from '../support/view.ts';

const isChromium = 'userAgentData' in navigator;
const withBackend = (backend = new OwnBackend()) =>
  html`<passkey-login no-autofill .backend=${backend}></passkey-login>`;

/** How scripts that swap pages, such as Turbo and htmx, keep one and bring it back. */
const copying: readonly [string, (element: Element) => Node][] = [
  ['a copy of the nodes that comes back later', (element) => element.cloneNode(true)],
  [
    'a copy of the markup that comes back later',
    (element) => document.createRange().createContextualFragment(element.outerHTML).firstChild!,
  ],
];

/** The copy in the place of the element. */
async function swapped({ element }: View<PasskeyLogin>, copy: (typeof copying)[0][1], name = '') {
  const copied = copy(element) as PasskeyLogin;
  copied.backend = new OwnBackend();
  if (name) copied.setAttribute('identifier', name);
  element.replaceWith(copied);
  await settle();
  return new View(copied);
}

describe('the account name in <passkey-login>', () => {
  it('is an input of the page itself, written so that password managers fill it', async () => {
    const { element } = await place(withBackend());
    const inputs = element.querySelectorAll('input');
    expect(inputs).to.have.length(1);
    expect(inputs[0]!.getAttribute('autocomplete')).to.equal('username webauthn');
    expect(inputs[0]!.name).to.equal('username');
    expect(inputs[0]!.getRootNode()).to.equal(document);
  });

  it('has its label beside it, and a click on the label goes to it', async () => {
    const view = await place(withBackend());
    const field = view.field('E-mail address');
    field.labels![0]!.click();
    expect(document.activeElement).to.equal(field);
  });

  it('the attribute fills it, and a later one again', async () => {
    const view = await place(
      html`<passkey-login
        no-autofill
        identifier="ada@example.com"
        .backend=${new OwnBackend()}
      ></passkey-login>`,
    );
    expect(view.field('E-mail address').value).to.equal('ada@example.com');
    view.element.setAttribute('identifier', 'bob@example.com');
    await view.element.updateComplete;
    expect(view.field('E-mail address').value).to.equal('bob@example.com');
  });

  it('empty, it says so beside the field, and the field has the focus', async () => {
    const backend = new OwnBackend();
    const view = await place(withBackend(backend));
    view.button('Continue').click();
    const field = view.field('E-mail address');
    expect(field.getAttribute('aria-invalid')).to.equal('true');
    expect(descriptionOf(field)).to.equal('Enter your e-mail address.');
    expect(document.activeElement).to.equal(field);
    expect(view.text).to.contain('Enter your e-mail address.');
    expect(backend.calls).to.deep.equal([]);
    type(field, 'a');
    expect(field.getAttribute('aria-invalid')).not.to.equal('true');
    expect(descriptionOf(field)).to.equal('');
    expect(view.text).not.to.contain('Enter your e-mail address.');
  });

  it('filled by the page after that, it says so no longer', async () => {
    const view = await place(withBackend());
    view.button('Continue').click();
    view.element.identifier = 'ada@example.com';
    await settle();
    expect(view.text).not.to.contain('Enter your e-mail address.');
    expect(view.field('E-mail address').getAttribute('aria-invalid')).to.equal('false');
  });

  it('blanks are no account name', async () => {
    const view = await place(withBackend());
    type(view.field('E-mail address'), '   ');
    press(view.field('E-mail address'), 'Enter');
    expect(descriptionOf(view.field('E-mail address'))).to.equal('Enter your e-mail address.');
  });

  it('Enter continues; while letters are being composed it does not', async () => {
    const view = await place(withBackend());
    const field = view.field('E-mail address');
    type(field, 'ada@example.com');
    const composing = { key: 'Enter', isComposing: true, bubbles: true, cancelable: true };
    const left = field.dispatchEvent(new KeyboardEvent('keydown', composing));
    expect(left, 'to whoever composes').to.equal(true);
    press(field, 'Enter');
    await eventually(() => view.button(/^Use my passkey/));
  });

  describe('inside a form of the page', () => {
    const form = (backend: OwnBackend, submitted: string[]) => html`
      <form
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          submitted.push('submit');
        }}
        @reset=${() => submitted.push('reset')}
      >
        <input name="coupon" value="7" />
        <passkey-login no-autofill .backend=${backend}></passkey-login>
        <button>Order</button>
      </form>
    `;

    it('Enter continues and the form is not sent', async () => {
      const submitted: string[] = [];
      const view = await place<PasskeyLogin>(form(new OwnBackend(), submitted));
      const field = view.field('E-mail address');
      type(field, 'ada@example.com');
      expect(press(field, 'Enter'), 'the browser may not send the form').to.equal(false);
      await eventually(() => view.button(/^Use my passkey/));
      expect(submitted).to.deep.equal([]);
    });

    it('no button of ours sends it either', async () => {
      const submitted: string[] = [];
      const view = await place<PasskeyLogin>(form(new OwnBackend(), submitted));
      type(view.field('E-mail address'), 'ada@example.com');
      view.button('Continue').click();
      (await eventually(() => view.button(/^E-mail me a code/))).click();
      const code = await eventually(() => view.field('Code'));
      code.value = '123456';
      code.form!.requestSubmit();
      await settle();
      expect(submitted).to.deep.equal([]);
    });

    it('its own button and other fields work as ever', async () => {
      const submitted: string[] = [];
      const view = await place<PasskeyLogin>(form(new OwnBackend(), submitted));
      const outer = view.element.closest('form')!;
      outer.querySelector<HTMLButtonElement>(':scope > button')!.click();
      expect(submitted).to.deep.equal(['submit']);
      expect(press(outer.querySelector('input')!, 'Enter')).to.equal(true);
    });

    if (isChromium) {
      it('a real Enter key does the same', async () => {
        const submitted: string[] = [];
        const view = await place<PasskeyLogin>(form(new OwnBackend(), submitted));
        view.field('E-mail address').focus();
        await sendKeys({ type: 'ada@example.com' });
        await sendKeys({ press: 'Enter' });
        await eventually(() => view.button(/^Use my passkey/));
        expect(submitted).to.deep.equal([]);
      });
    }
  });

  describe('given by the author', () => {
    const own = (backend: OwnBackend) => html`
      <passkey-login no-autofill .backend=${backend}>
        <label slot="username-label" for="mine">Member number</label>
        <input slot="username" id="mine" name="member" autocomplete="section-a username webauthn" />
      </passkey-login>
    `;

    it('is the one that is used, with its own name, label and autocomplete', async () => {
      const backend = new OwnBackend();
      const view = await place(own(backend));
      expect(view.element.querySelectorAll('input')).to.have.length(1);
      const field = view.field('Member number');
      expect(field.name).to.equal('member');
      expect(field.getAttribute('autocomplete')).to.equal('section-a username webauthn');
      type(field, '4711');
      press(field, 'Enter');
      (await eventually(() => view.button(/^E-mail me a code/))).click();
      await eventually(() => expect(backend.requests).to.deep.equal([{ identifier: '4711' }]));
    });

    it('inside another element it is found too, and gets autocomplete if it has none', async () => {
      const view = await place(
        html`<passkey-login no-autofill .backend=${new OwnBackend()}>
          <label slot="username">Login <input name="login" /></label>
        </passkey-login>`,
      );
      expect(view.element.querySelectorAll('input')).to.have.length(1);
      expect(view.element.querySelector('input')!.getAttribute('autocomplete')).to.equal(
        'username webauthn',
      );
    });

    it('is not one that nobody sees, which some components have beside it', async () => {
      const view = await place(
        html`<passkey-login no-autofill .backend=${new OwnBackend()}>
          <div slot="username">
            <input type="hidden" name="token" value="canary" /><input aria-label="Login" />
          </div>
        </passkey-login>`,
      );
      view.button('Continue').click();
      expect(descriptionOf(view.field('Login'))).to.equal('Enter your e-mail address.');
    });

    it('when it comes later, it takes the place of ours', async () => {
      const view = await place(withBackend());
      view.field('E-mail address');
      const late = document.createElement('input');
      late.slot = 'username';
      late.setAttribute('aria-label', 'Member number');
      view.element.append(late);
      await eventually(() =>
        expect([...view.element.querySelectorAll('input')].map(nameOf)).to.deep.equal([
          'Member number',
        ]),
      );
      type(late, '4711');
      press(late, 'Enter');
      await eventually(() => view.button(/^Use my passkey/));
    });

    it('when it comes later, it gets the account name that was there', async () => {
      const view = await place(
        html`<passkey-login
          no-autofill
          identifier="ada"
          .backend=${new OwnBackend()}
        ></passkey-login>`,
      );
      const late = Object.assign(document.createElement('input'), { slot: 'username' });
      view.element.append(late);
      await eventually(() => expect(late.value).to.equal('ada'));
      type(late, '');
      view.button('Continue').click();
      await settle();
      expect(late.value, 'what the person cleared stays cleared').to.equal('');
    });

    it('when it comes later into an element that is there, ours goes with the next change', async () => {
      const view = await place(
        html`<passkey-login no-autofill .backend=${new OwnBackend()}>
          <div slot="username"></div>
        </passkey-login>`,
      );
      const late = document.createElement('input');
      view.element.querySelector('div')!.append(late);
      view.element.identifier = 'ada';
      await settle();
      expect([...view.element.querySelectorAll('input')]).to.deep.equal([late]);
      expect(late.value).to.equal('ada');
    });

    it('says what is wrong by its own description', async () => {
      const view = await place(own(new OwnBackend()));
      view.button('Continue').click();
      const field = view.field('Member number');
      expect(descriptionOf(field)).to.equal('Enter your e-mail address.');
      expect(field.getAttribute('aria-invalid')).to.equal('true');
    });

    it('keeps an Enter that the page has taken, for example to pick a suggestion', async () => {
      const view = await place(html`
        <passkey-login no-autofill .backend=${new OwnBackend()}>
          <input slot="username" aria-label="Member number" value="ada" />
        </passkey-login>
      `);
      const field = view.field('Member number');
      field.addEventListener('keydown', (event) => event.preventDefault());
      press(field, 'Enter');
      await settle();
      expect(view.headings).to.deep.equal(['Sign in or create an account']);
    });

    it('keeps the description that it has', async () => {
      const view = await place(html`
        <passkey-login no-autofill .backend=${new OwnBackend()}>
          <p id="hint">As on your card.</p>
          <input slot="username" aria-label="Member number" aria-describedby="hint" />
        </passkey-login>
      `);
      const field = view.field('Member number');
      view.button('Continue').click();
      expect(descriptionOf(field)).to.equal('As on your card. Enter your e-mail address.');
      type(field, 'ada');
      view.button('Continue').click();
      expect(descriptionOf(field).trim()).to.equal('As on your card.');
    });
  });

  it('is there again when the page has put other things in its place meanwhile', async () => {
    const view = await place(withBackend());
    type(view.field('E-mail address'), 'ada@example.com');
    view.button('Continue').click();
    const back = await eventually(() => view.button('Use another e-mail address'));
    view.element.innerHTML = '<a slot="fallback" href="#x">Other ways</a>';
    await settle();
    back.click();
    await eventually(() => expect(view.field('E-mail address').value).to.equal('ada@example.com'));
  });

  it('is not any other field inside it: Enter there, and what is typed, are the site’s', async () => {
    const backend = new OwnBackend();
    const view = await place(html`
      <passkey-login no-autofill .backend=${backend}>
        <input slot="fallback" aria-label="Password" />
      </passkey-login>
    `);
    view.button('Continue').click();
    const password = view.field('Password');
    type(password, 'secret');
    expect(view.text).to.contain('Enter your e-mail address.');
    type(view.field('E-mail address'), 'ada@example.com');
    expect(press(password, 'Enter'), 'is left alone').to.equal(true);
    await settle();
    expect(view.offers('Continue')).to.equal(true);
    expect(backend.calls).to.deep.equal([]);
  });

  it('two on one page do not share ids', async () => {
    const root = fixtureSync(html`<div>${withBackend()}${withBackend()}</div>`);
    await settle();
    const ids = [...root.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('what the person typed is still there after moving the element', async () => {
    const view = await place(withBackend());
    type(view.field('E-mail address'), 'ada@');
    const { element } = view;
    const box = document.createElement('div');
    element.after(box);
    box.append(element);
    await settle();
    expect(new View(element).field('E-mail address').value).to.equal('ada@');
  });

  it('takes over nothing from a field of the site, which has the text of its own', async () => {
    const view = await place(html`
      <passkey-login no-autofill lang="en" .backend=${new OwnBackend()}>
        <input slot="username" aria-label="Number" value="first" />
      </passkey-login>
    `);
    view.element.querySelector('input')!.remove();
    const own = await eventually(() => view.field('E-mail address'));
    expect(own.value).to.equal('');
  });

  for (const [kind, swap] of copying) {
    describe(kind, () => {
      it('has one field, and what is wrong is said once, and no longer than it is true', async () => {
        const view = await place(withBackend());
        view.button('Continue').click();
        const copy = await swapped(view, swap);
        expect(copy.text).not.to.contain('Enter your e-mail address.');
        copy.button('Continue').click();
        await copy.element.updateComplete;
        expect(copy.text.match(/Enter your e-mail address\./g)).to.have.length(1);
        type(copy.field('E-mail address'), 'a');
        expect(copy.text).not.to.contain('Enter your e-mail address.');
        expect(copy.element.querySelectorAll('input')).to.have.length(1);
      });

      it('speaks the language of the page it is in by then', async () => {
        const view = await place(withBackend());
        const copy = await swapped(view, swap);
        copy.element.lang = 'de';
        await eventually(() => copy.field('E-Mail-Adresse'));
      });

      it('with a field of the site keeps that one', async () => {
        const view = await place(html`
          <passkey-login no-autofill .backend=${new OwnBackend()}>
            <label slot="username-label" for="site-s-own">Customer number</label>
            <input slot="username" id="site-s-own" />
          </passkey-login>
        `);
        view.button('Continue').click();
        const copy = await swapped(view, swap);
        expect(copy.element.querySelectorAll('input')).to.have.length(1);
        expect(copy.field('Customer number').id).to.equal('site-s-own');
        expect(copy.text).not.to.contain('Enter your e-mail address.');
      });

      it('has the account name that the page gives it', async () => {
        const view = await place(withBackend());
        const copy = await swapped(view, swap, 'ada@example.com');
        expect(copy.field('E-mail address').value).to.equal('ada@example.com');
      });
    });
  }

  it('what the person typed is in a copy of the page too', async () => {
    const view = await place(withBackend());
    type(view.field('E-mail address'), 'ada@');
    const copy = await swapped(view, (element) => element.cloneNode(true));
    expect(copy.field('E-mail address').value).to.equal('ada@');
  });

  it('a copy beside it shares no ids with it', async () => {
    const view = await place(withBackend());
    const copy = view.element.cloneNode(true) as PasskeyLogin;
    view.element.after(copy);
    await settle();
    const ids = [...copy.parentElement!.querySelectorAll('[id]')].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(new View(copy).field('E-mail address')).not.to.equal(view.field('E-mail address'));
  });

  it('an account name is never part of an event', async () => {
    const events = new PasskeyEvents();
    const view = await place(withBackend());
    type(view.field('E-mail address'), 'canary@example.com');
    press(view.field('E-mail address'), 'Enter');
    (await eventually(() => view.button(/^E-mail me a code/))).click();
    await eventually(() => view.field('Code'));
    expect(JSON.stringify(events.all.map(({ detail }) => detail as unknown))).not.to.contain(
      'canary',
    );
  });
});

import { expect, fixtureSync, html } from '@open-wc/testing';
import type { PasskeyLogin, PasskeyManager } from '../../src/define.js';
import { answerWith, attestation } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { replace } from '../support/replace.ts';
import { eventually, press, settle, type, View } from '../support/view.ts';

const backend = () => new OwnBackend([{ id: 'a', createdAt: '2026-03-01T08:00:00Z' }]);
const login = (lang: string) =>
  html`<passkey-login lang=${lang} no-autofill .backend=${backend()}></passkey-login>`;
const manager = (lang: string) =>
  html`<passkey-manager lang=${lang} .backend=${backend()}></passkey-manager>`;
const fail = () =>
  answerWith('get', () => Promise.reject(new DOMException('x', 'NotAllowedError')));

/** The language and direction that a screen reader hears of the element's own text. */
function spoken(view: View) {
  const [base] = view.all('[part~="base"]');
  return { lang: base!.lang, dir: base!.dir };
}

describe('the language of the elements', () => {
  it('German: buttons, label and list', async () => {
    const view = await place(login('de'));
    await eventually(() => view.button('Mit Passkey anmelden'));
    view.field('E-Mail-Adresse');
    expect(spoken(view)).to.deep.equal({ lang: 'de', dir: 'ltr' });
    const list = await place<PasskeyManager>(manager('de'));
    await eventually(() => expect(list.rows).to.have.length(1));
    await eventually(() => expect(list.rows[0]!.words).to.match(/Erstellt vor \d+ (Monaten|Jahr)/));
  });

  it('German errors too', async () => {
    fail();
    const view = await place(login('de'));
    (await eventually(() => view.button('Mit Passkey anmelden'))).click();
    await eventually(() => expect(view.status).to.match(/Passkey/));
    await eventually(() => expect(view.status).not.to.match(/No passkey|That did/));
  });

  it('Arabic runs from right to left, inside the element', async () => {
    const view = await place(login('ar'));
    await eventually(() => expect(view.headings[0]).to.match(/[\u0600-\u06ff]/));
    expect(spoken(view)).to.deep.equal({ lang: 'ar', dir: 'rtl' });
    const [base] = view.all('[part~="base"]');
    expect(getComputedStyle(base!).direction).to.equal('rtl');
    expect(getComputedStyle(view.field(/[\u0600-\u06ff]/)).direction, 'an e-mail address').to.be.a(
      'string',
    );
  });

  it('an account name keeps its own direction there', async () => {
    const view = await place(login('ar'));
    const field = view.all<HTMLInputElement>('input')[0]!;
    field.type = 'text';
    type(field, '+49 170 555');
    press(field, 'Enter');
    const text = await eventually(() => {
      const [node] = [...view.all('p')[0]!.childNodes].filter((node) => node instanceof Text);
      expect(node!.data).to.contain('+49');
      return node!;
    });
    const left = (letter: string) => {
      const range = document.createRange();
      range.setStart(text, text.data.indexOf(letter));
      range.setEnd(text, text.data.indexOf(letter) + 1);
      return range.getBoundingClientRect().left;
    };
    expect(left('+')).to.be.lessThan(left('4'));
    expect(left('4')).to.be.lessThan(left('7'));
  });

  for (const lang of ['de-AT', 'DE', 'de-x-mine']) {
    it(`${lang} is German`, async () => {
      const view = await place(login(lang));
      await eventually(() => view.button('Mit Passkey anmelden'));
    });
  }

  for (const lang of ['tlh', 'xx-invalid-tag-!', 'constructor', '__proto__', 'en-GB']) {
    it(`${lang}: English, and nothing breaks`, async () => {
      const view = await place(login(lang));
      view.button('Sign in with a passkey');
      const list = await place<PasskeyManager>(manager(lang));
      await eventually(() => expect(list.rows).to.have.length(1));
    });
  }

  for (const [lang, heard] of [
    ['fr', 'en'],
    ['he', 'en'],
    ['en-GB', 'en-GB'],
  ] as const) {
    it(`${lang}: English words are read as English, from left to right`, async () => {
      expect(spoken(await place(login(lang)))).to.deep.equal({ lang: heard, dir: 'ltr' });
    });
  }

  for (const [lang, word] of [
    ['fa', 'ادامه'],
    ['he', 'המשך'],
    ['ur', 'جاری رکھیں'],
  ] as const) {
    it(`is the page’s where the words are the site’s own: ${lang}`, async () => {
      const view = await place<PasskeyLogin>(login(lang));
      view.element.strings = { continue: word };
      await view.element.updateComplete;
      expect(spoken(view)).to.deep.equal({ lang, dir: 'rtl' });
    });
  }

  it('is said of the label, too, where the words are English for want of better ones', async () => {
    const view = await place(login('tlh'));
    const field = view.field('E-mail address');
    view.button('Continue').click();
    const label = field.labels![0]!;
    const [fault] = [...view.element.children].filter(({ slot }) => slot === 'username-fault');
    expect(fault!.textContent).to.equal('Enter your e-mail address.');
    const heard = [label, field, fault!].map((node) => node.closest<HTMLElement>('[lang]')!.lang);
    expect(heard).to.deep.equal(['en', 'en', 'en']);
  });

  it('is the browser’s where the page names none', async () => {
    const { documentElement } = document;
    const lang = documentElement.getAttribute('lang');
    documentElement.removeAttribute('lang');
    replace(navigator, 'language', 'de-AT');
    const view = await place(
      html`<passkey-login no-autofill .backend=${backend()}></passkey-login>`,
    );
    await eventually(() => view.button('Mit Passkey anmelden'));
    if (lang) documentElement.lang = lang;
  });

  it('comes from the nearest element around, and changes with it', async () => {
    const root = fixtureSync<HTMLElement>(html`
      <div lang="en">
        <section lang="de">
          <passkey-login no-autofill .backend=${backend()}></passkey-login>
        </section>
      </div>
    `);
    const view = new View(root.querySelector('passkey-login')!);
    await eventually(() => view.button('Mit Passkey anmelden'));
    root.querySelector('section')!.lang = 'en';
    await eventually(() => view.button('Sign in with a passkey'));
    root.querySelector('section')!.removeAttribute('lang');
    root.lang = 'de';
    await eventually(() => view.button('Mit Passkey anmelden'));
    view.element.lang = 'en';
    await eventually(() => view.button('Sign in with a passkey'));
  });

  it('comes through shadow roots, and follows a change there too', async () => {
    const host = fixtureSync<HTMLElement>(html`<div lang="de"></div>`);
    const root = host.attachShadow({ mode: 'open' });
    const around = document.createElement('div');
    const element = document.createElement('passkey-login');
    element.noAutofill = true;
    element.backend = backend();
    around.append(element);
    root.append(around);
    const view = new View(element);
    await eventually(() => view.button('Mit Passkey anmelden'));
    host.lang = 'en';
    await eventually(() => view.button('Sign in with a passkey'));
    around.lang = 'de';
    await eventually(() => view.button('Mit Passkey anmelden'));
  });

  for (const tag of ['iframe', 'form', 'img'] as const) {
    it(`is that of the page also where its ${tag} is called “host”`, async () => {
      const { lang } = document.documentElement;
      const named = document.body.appendChild(document.createElement(tag));
      named.setAttribute('name', 'host');
      document.documentElement.removeAttribute('lang');
      try {
        const view = await place(html`<passkey-login .backend=${backend()}></passkey-login>`);
        await eventually(() => view.button('Sign in with a passkey'));
        document.documentElement.lang = 'de';
        await eventually(() => view.button('Mit Passkey anmelden'));
      } finally {
        document.documentElement.lang = lang;
        named.remove();
      }
    });
  }

  /** What is on screen, and what it says there in German. */
  async function inGerman(view: View): Promise<string> {
    const before = view.text;
    view.element.lang = 'de';
    await eventually(() => expect(view.text).not.to.equal(before));
    await settle();
    return view.text;
  }

  it('what is wrong with the account name changes with it', async () => {
    const view = await place(login('en'));
    view.button('Continue').click();
    const fault = [...view.element.children].find(({ slot }) => slot === 'username-fault')!;
    expect(fault.textContent).to.equal('Enter your e-mail address.');
    await inGerman(view);
    expect(fault.textContent).to.equal('Geben Sie Ihre E-Mail-Adresse ein.');
  });

  it('the last screen changes with it', async () => {
    answerWith('create', async () => attestation());
    const view = await place<PasskeyLogin>(login('en'));
    await view.element.register();
    await eventually(() => expect(view.status).to.contain('Your passkey is in'));
    const words = await inGerman(view);
    expect(view.headings).to.deep.equal(['Passkey erstellt']);
    expect(words).not.to.contain('Your passkey');
  });

  it('what is asked for on the way changes with it', async () => {
    const view = await place(login('en'));
    type(view.field('E-mail address'), 'ada@example.com');
    press(view.field('E-mail address'), 'Enter');
    (await eventually(() => view.button(/^E-mail me a code/))).click();
    await eventually(() => view.field('Code'));
    view.button('Continue').click();
    await eventually(() => expect(view.alert).to.equal('Enter the code from the e-mail.'));
    await inGerman(view);
    expect(view.alert).to.equal('Geben Sie den Code aus der E-Mail ein.');
    expect(view.field('Code').getAttribute('aria-invalid')).to.equal('true');
  });

  it('what is on screen changes with it: an error, an open list', async () => {
    fail();
    const view = await place(login('en'));
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.status).to.contain('No passkey was used.'));
    view.element.lang = 'de';
    await eventually(() => view.button('Mit Passkey anmelden'));
    await eventually(() => expect(view.status).to.match(/Passkey/));
    expect(view.status).not.to.contain('No passkey');
  });
});

describe('the site’s own words', () => {
  it('replace one text and leave the others', async () => {
    const view = await place<PasskeyLogin>(
      html`<passkey-login
        lang="de"
        no-autofill
        .backend=${backend()}
        .strings=${{ signIn: 'Rein ins Vergnügen', identifierLabel: 'Kundennummer' }}
      ></passkey-login>`,
    );
    view.button('Rein ins Vergnügen');
    view.field('Kundennummer');
    await eventually(() => view.button('Weiter'));
  });

  it('that are none, or of another kind, replace nothing and break nothing', async () => {
    const view = await place<PasskeyLogin>(
      html`<passkey-login
        lang="en"
        no-autofill
        .backend=${backend()}
        .strings=${{ signIn: undefined, continue: null, or: () => 'or', passkeyCreated: 'Done!' }}
      ></passkey-login>`,
    );
    view.button('Sign in with a passkey');
    view.button('Continue');
    expect(view.all('.divider')[0]!.textContent).to.equal('or');
    answerWith('create', async () => attestation());
    expect(await view.element.register()).to.equal(true);
    await eventually(() => expect(view.status).to.contain('Your passkey is in'));
  });

  it('replace the words of one error, in any language', async () => {
    fail();
    const view = await place<PasskeyLogin>(
      html`<passkey-login
        lang="de"
        no-autofill
        .backend=${backend()}
        .strings=${{ errors: { cancelled: 'Na gut.' } }}
      ></passkey-login>`,
    );
    (await eventually(() => view.button('Mit Passkey anmelden'))).click();
    await eventually(() => expect(view.status).to.equal('Na gut.'));
    view.element.strings = undefined;
    await eventually(() => expect(view.status).not.to.equal('Na gut.'));
  });

  it('are text, whatever is in them', async () => {
    const view = await place<PasskeyLogin>(
      html`<passkey-login
        no-autofill
        .backend=${backend()}
        .strings=${{ signIn: '<img src=x onerror=alert(1)>' }}
      ></passkey-login>`,
    );
    await settle();
    view.button('<img src=x onerror=alert(1)>');
    expect(view.all('img')).to.deep.equal([]);
  });
});

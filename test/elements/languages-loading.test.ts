import { fixtureSync, html } from '@open-wc/testing';
import { en } from '../../src/i18n/en.js';
import { addLocale } from '../../src/index.js';
import type { PasskeyLogin } from '../../src/define.js';
import '../../src/define.js';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { settle, View } from '../support/view.ts';

/** Each of our languages is loaded once in a page, and here in this order: German, then Arabic. */
describe('a language that is still loading', () => {
  const login = (lang: string) =>
    html`<passkey-login lang=${lang} no-autofill .backend=${new OwnBackend()}></passkey-login>`;

  it('does not come over the one that was asked for after it', async () => {
    addLocale('pl-PL', { ...en, signIn: 'Zaloguj się' });
    const element = fixtureSync<PasskeyLogin>(login('de'));
    const view = new View(element);
    element.lang = 'pl';
    await import('../../src/i18n/de.js');
    await settle();
    view.button('Zaloguj się');
  });

  it('does not come over the site’s own words for it', async () => {
    const view = new View(fixtureSync<PasskeyLogin>(login('ar')));
    addLocale('ar', { ...en, signIn: 'أهلاً' });
    await import('../../src/i18n/ar.js');
    await settle();
    view.button('أهلاً');
    const next = await place(login('ar'));
    next.button('أهلاً');
  });
});

describe('a language of the site’s own', () => {
  for (const [added, lang] of [
    ['tl', 'tl'], // to browsers `fil`
    ['iw', 'he-IL'],
    ['pt_BR', 'pt-BR'],
  ] as const) {
    it(`that is added as ${added} is that of a page in ${lang}`, async () => {
      addLocale(added, { ...en, signIn: `In ${added}` });
      const element = html`<passkey-login
        lang=${lang}
        no-autofill
        .backend=${new OwnBackend()}
      ></passkey-login>`;
      (await place(element)).button(`In ${added}`);
    });
  }
});

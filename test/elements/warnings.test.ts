import { expect, html } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import { version } from '../../src/core/version.js';
import { answerWith, assertion, replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, settle } from '../support/view.ts';

const docs = `https://cdn.jsdelivr.net/npm/passkey-elements@${version}/docs/`;

/** What the developer reads: element, attribute, cause, cure, and where to read on. */
const mistakes: Readonly<Record<string, [TemplateResult, warning: RegExp, page: string]>> = {
  'a backend that does not exist': [
    html`<passkey-login backend="acme"></passkey-login>`,
    /^<passkey-login>: backend “acme” is none of: ssojet, rest, .+\.$/,
    'errors.md#invalid-config',
  ],
  'an address that is not safe': [
    html`<passkey-manager backend="rest" base-url="http://example.com"></passkey-manager>`,
    /^<passkey-manager>: base-url must use https: on example\.com .+\.$/,
    'errors.md#invalid-config',
  ],
  'a theme that does not exist': [
    html`<passkey-login theme=${'blue'} .backend=${new OwnBackend()}></passkey-login>`,
    /^<passkey-login theme>: “blue” is none of: light, dark\.$/,
    'reference.md#attributes-and-properties',
  ],
  'credentials that fetch does not know': [
    html`<passkey-manager backend="rest" credentials="yes"></passkey-manager>`,
    /^<passkey-manager credentials>: “yes” is none of: omit, same-origin, include\.$/,
    'reference.md#attributes-and-properties',
  ],
  'no client id': [
    html`<passkey-login></passkey-login>`,
    /^<passkey-login>: client-id is missing; ssojet needs it\.$/,
    'errors.md#invalid-config',
  ],
};

let warnings: string[];

beforeEach(() => {
  warnings = [];
  replace(console, 'warn', (words: string) => warnings.push(words));
});

async function expectWarning(words: RegExp, page: string): Promise<void> {
  await eventually(() => expect(warnings).to.have.length(1));
  const [warning = ''] = warnings;
  const at = warning.indexOf(docs);
  expect(warning.slice(0, at - 1)).to.match(words);
  expect(warning.slice(at)).to.equal(docs + page);
}

describe('what the console tells the developer', () => {
  for (const [mistake, [page, words, chapter]] of Object.entries(mistakes)) {
    it(`${mistake}: once, with where to read on`, async () => {
      await place(page);
      await expectWarning(words, chapter);
    });
  }

  it('tokens that nobody takes', async () => {
    answerWith('get', async () => assertion());
    const backend = new OwnBackend().on('signIn.finish', () => ({
      kind: 'tokens',
      accessToken: 'canary',
    }));
    const view = await place(html`<passkey-login no-autofill .backend=${backend}></passkey-login>`);
    expect(await view.element.signIn()).to.equal(true);
    await expectWarning(
      /^<passkey-login>: .*receiveTokens is not set.* Set it before somebody signs in\.$/,
      'security.md#where-tokens-go',
    );
    expect(warnings.join()).not.to.contain('canary');
  });

  it('a success-url of another site', async () => {
    answerWith('get', async () => assertion());
    const view = await place(
      html`<passkey-login
        no-autofill
        success-url="https://elsewhere.example/"
        .backend=${new OwnBackend()}
      ></passkey-login>`,
    );
    await view.element.signIn();
    await expectWarning(
      /^<passkey-login success-url>: “https:\/\/elsewhere\.example\/” is not of this site.* Give a path/,
      'reference.md#attributes-and-properties',
    );
  });

  it('a for that is no selector, at the first click and at no other', async () => {
    const faults: unknown[] = [];
    const onError = (event: Event) => faults.push(event);
    for (const name of ['error', 'unhandledrejection']) addEventListener(name, onError);
    await place(
      html`<passkey-login no-autofill for="#1" .backend=${new OwnBackend()}></passkey-login>`,
    );
    await eventually(() => {
      document.body.click();
      expect(warnings).to.have.length(1);
    });
    document.body.click();
    await settle();
    await expectWarning(
      /^<passkey-login for>: “#1” is no CSS selector\. Write for="#id"\.$/,
      'reference.md#attributes-and-properties',
    );
    for (const name of ['error', 'unhandledrejection']) removeEventListener(name, onError);
    expect(faults).to.deep.equal([]);
  });
});

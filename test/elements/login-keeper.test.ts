import { expect, html } from '@open-wc/testing';
import { answerWith, attestation, replace } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, submit, type } from '../support/view.ts';

const key = 'passkey-elements.skipped';
const bitwarden = 'd548826e-79b4-db40-a3d8-11116f7e8349';
const anywhere =
  'Your passkey is in your password manager or on this device. Next time you can sign in with it.';
const inBitwarden = 'Your passkey is in Bitwarden. Next time you can sign in with it.';

/** Authenticator data up to the model: hash, flags, counter, AAGUID. */
function dataOf(aaguid: string): ArrayBuffer {
  const hex = aaguid.replaceAll('-', '').match(/../g) ?? [];
  return Uint8Array.from([
    ...Array<number>(37).fill(0xff),
    ...hex.map((byte) => parseInt(byte, 16)),
    7,
  ]).buffer;
}

function creates(data: () => ArrayBuffer): void {
  answerWith('create', async () => attestation({}, { getAuthenticatorData: data }));
}

async function skipping(rememberSkip: boolean, backend = new OwnBackend()) {
  const view = await place(html`
    <passkey-login
      lang="en"
      no-autofill
      ?remember-skip=${rememberSkip}
      .backend=${backend}
    ></passkey-login>
  `);
  type(view.field('E-mail address'), 'ada@example.com');
  view.button('Continue').click();
  (await eventually(() => view.button(/^E-mail me a code/))).click();
  const code = await eventually(() => view.field('Code'));
  type(code, '123456');
  submit(code);
  await eventually(() => expect(view.headings).not.to.deep.equal(['Check your e-mail']));
  return view;
}

describe('where a new passkey is, as <passkey-login> says it', () => {
  const login = (backend: OwnBackend) =>
    html`<passkey-login lang="en" no-autofill .backend=${backend}></passkey-login>`;

  const cases: [
    name: string,
    record: object | undefined,
    data: () => ArrayBuffer,
    words: string,
  ][] = [
    ['by the answer of the browser', undefined, () => dataOf(bitwarden), inBitwarden],
    [
      'by the record of the backend, which goes first',
      { id: 'n', transports: [], enabled: true, provider: { name: 'Acme Vault' } },
      () => dataOf(bitwarden),
      'Your passkey is in Acme Vault. Next time you can sign in with it.',
    ],
    [
      'by the model in the record',
      { id: 'n', transports: [], enabled: true, aaguid: bitwarden },
      () => dataOf('00000000-0000-0000-0000-000000000000'),
      inBitwarden,
    ],
    [
      'of no known model',
      undefined,
      () => dataOf('00000000-0000-0000-0000-000000000000'),
      anywhere,
    ],
    ['that came without data', undefined, () => new ArrayBuffer(0), anywhere],
    [
      'whose extension throws',
      undefined,
      () => {
        throw new TypeError('canary');
      },
      anywhere,
    ],
  ];
  for (const [name, passkey, data, words] of cases) {
    it(`${name}`, async () => {
      creates(data);
      const backend = new OwnBackend().on('registration.finish', () => ({ passkey }));
      const view = await place(login(backend));
      expect(await view.element.register()).to.equal(true);
      await eventually(() => expect(view.status).to.equal(words));
      expect(view.headings).to.deep.equal(['Passkey created']);
    });
  }
});

describe('“Not now” in <passkey-login>', () => {
  beforeEach(() => localStorage.removeItem(key));
  afterEach(() => localStorage.removeItem(key));

  it('is kept nowhere, and nothing is read, unless the site asks for it', async () => {
    localStorage.setItem(key, String(Date.now()));
    const view = await skipping(false);
    localStorage.removeItem(key);
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    expect({ ...localStorage }).to.deep.equal({});
  });

  it('with remember-skip is remembered for a week, by its time alone', async () => {
    const view = await skipping(true);
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
    const stored = Number(localStorage.getItem(key));
    expect(Object.keys(localStorage)).to.deep.equal([key]);
    expect(stored).to.be.closeTo(Date.now(), 60_000);

    const again = await skipping(true);
    await eventually(() => expect(again.headings).to.deep.equal(['You are signed in.']));

    localStorage.setItem(key, String(stored - 7 * 24 * 3600_000));
    const later = await skipping(true);
    expect(later.headings).to.deep.equal(['Sign in faster next time']);
  });

  for (const value of ['soon', '', '9e99', String(Date.now() + 1e10)]) {
    it(`a stored “${value}” is no time in the last week: the question comes`, async () => {
      localStorage.setItem(key, value);
      const view = await skipping(true);
      expect(view.headings).to.deep.equal(['Sign in faster next time']);
    });
  }

  it('where storage is forbidden the question comes, and “Not now” works', async () => {
    const forbidden = () => {
      throw new DOMException('canary', 'SecurityError');
    };
    replace(Storage.prototype, 'getItem', forbidden);
    replace(Storage.prototype, 'setItem', forbidden);
    const view = await skipping(true);
    view.button('Not now').click();
    await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
  });
});

import { expect, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import { PasskeyError } from '../../src/core/errors.js';
import { toPasskey, type PasskeyFields } from '../../src/core/passkey.js';
import { replace } from '../core/stand-ins.ts';
import { Held, OwnBackend } from '../support/own-backend.ts';
import { PasskeyEvents } from '../support/passkey-events.ts';
import { place } from '../support/place.ts';
import { openSite } from '../support/site.ts';
import { descriptionOf, eventually, settle, type Row, type View } from '../support/view.ts';
import seed from '../support/ssojet-credentials.json';

const key: PasskeyFields = {
  id: 'one',
  name: 'Key',
  transports: ['usb', 'nfc', 'warp'],
  signCount: 1234,
  publicKey: seed[0]!.public_key,
};

/** Gives `get` to a backend that has none. */
function withGet(backend: OwnBackend, get: () => unknown): OwnBackend {
  backend.passkeys = { ...backend.passkeys, get: async () => get() as never };
  return backend;
}

async function open(backend: OwnBackend): Promise<{ view: View<PasskeyManager>; row: Row }> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
  );
  await eventually(() => expect(view.rows).not.to.deep.equal([]));
  const row = view.rows[0]!;
  row.all('summary')[0]!.click();
  await eventually(() => expect(row.text).to.contain('Saved in'));
  return { view, row };
}

/** Stands in for the clipboard, which a test page may not use. */
function watchClipboard(refuse = false): string[] {
  const texts: string[] = [];
  replace(navigator.clipboard, 'writeText', async (text: string) => {
    if (refuse) throw new DOMException('canary', 'NotAllowedError');
    texts.push(text);
  });
  return texts;
}

describe('the details of a passkey', () => {
  it('are not there before somebody opens them', async () => {
    const view = await place(
      html`<passkey-manager lang="en" .backend=${new OwnBackend([key])}></passkey-manager>`,
    );
    await eventually(() => expect(view.rows).to.have.length(1));
    expect(view.all('dl')).to.deep.equal([]);
  });

  it('say how it is used, how often, and with which algorithm', async () => {
    const { row } = await open(new OwnBackend([key]));
    expect(row.words).to.contain('Used over USB, NFC, warp');
    expect(row.words).to.contain('Uses counted 1,234');
    expect(row.words).to.contain('Algorithm RS256');
    expect(row.words).to.contain('Saved in Unknown');
    expect(row.words).to.contain('Never updated');
  });

  it('leave out what nobody knows', async () => {
    const { row } = await open(new OwnBackend([{ id: 'one', name: 'Key' }]));
    expect(row.words).not.to.match(/Used over|Uses counted|Algorithm/);
    expect(row.buttons.map(({ textContent }) => textContent.trim())).to.deep.equal(['', '']);
  });

  it('a public key that cannot be read is not offered', async () => {
    const { row } = await open(new OwnBackend([{ ...key, publicKey: 'AAAA' }]));
    expect(row.offers(/Copy/)).to.equal(false);
  });

  it('transports that are words for people', async () => {
    const transports = ['internal', 'hybrid', 'smart-card', 'ble', 'constructor', '<b>'];
    const { row } = await open(new OwnBackend([{ ...key, transports }]));
    expect(row.words).to.contain(
      'Used over This device, Phone or tablet nearby, Smart card, Bluetooth, constructor, <b>',
    );
  });

  it('a site’s own record without transports breaks nothing', async () => {
    const backend = new OwnBackend();
    backend.records = [{ ...toPasskey(key)!, transports: undefined as never }];
    const { row } = await open(backend);
    expect(row.words).not.to.contain('Used over');
  });

  it('where the backend can tell more of one passkey, it is asked once', async () => {
    const { publicKey, signCount, transports, ...brief } = key;
    let asked = 0;
    const backend = withGet(new OwnBackend([brief]), () => {
      asked++;
      return toPasskey({ ...brief, publicKey, signCount, transports, name: 'Old name' });
    });
    const { view, row } = await open(backend);
    await eventually(() => expect(row.words).to.contain('Algorithm RS256'));
    expect(row.words).to.contain('Used over USB');
    expect(row.name).to.equal('Key');
    row.all('summary')[0]!.click();
    row.all('summary')[0]!.click();
    await view.element.refresh();
    expect(row.words).to.contain('Algorithm RS256');
    expect(asked).to.equal(1);
  });

  it('when that fails it is said, and what the list told is there', async () => {
    const events = new PasskeyEvents();
    const held = new Held<never>();
    const { view, row } = await open(withGet(new OwnBackend([key]), held.answer));
    held.fail(Object.assign(new Error('canary'), { name: 'PasskeyError', code: 'server-error' }));
    await eventually(() => expect(view.alert).to.contain('wrong on our side'));
    expect(events.errors).to.deep.equal(['server-error']);
    expect(row.words).to.contain('Algorithm RS256');
  });

  it('of one that was removed elsewhere it is off the list, and that is said', async () => {
    const held = new Held<never>();
    const backend = withGet(new OwnBackend([key]), held.answer);
    const { view } = await open(backend);
    backend.records = [];
    held.fail(new PasskeyError('not-found', 'canary'));
    await eventually(() => expect(view.alert).to.equal('That passkey could not be found.'));
    expect(view.rows).to.deep.equal([]);
  });

  it('after that the backend is asked again when they are opened again', async () => {
    let answer: () => unknown = () => Promise.reject(new PasskeyError('network', 'canary'));
    const backend = withGet(new OwnBackend([key]), () => answer());
    const { view, row } = await open(backend);
    await eventually(() => expect(view.alert).to.contain('No connection'));
    answer = () => toPasskey({ ...key, updatedAt: new Date() });
    const [details] = row.all<HTMLDetailsElement>('details');
    details!.open = false;
    await settle();
    details!.open = true;
    await eventually(() => expect(row.text).not.to.contain('Never updated'));
    expect(view.alert).to.equal('');
  });

  it('stay open when the list is read again', async () => {
    const { view, row } = await open(new OwnBackend([key]));
    await view.element.refresh();
    expect(view.rows[0]!.element).to.equal(row.element);
    expect(row.all<HTMLDetailsElement>('details')[0]!.open).to.equal(true);
    expect(row.text).to.contain('Saved in');
  });
});

describe('copying the public key', () => {
  it('COSE is what the server keeps', async () => {
    const texts = watchClipboard();
    const { view, row } = await open(new OwnBackend([key]));
    row.button('Copy as COSE').click();
    await eventually(() => expect(view.status).to.equal('Copied as COSE.'));
    expect(texts).to.deep.equal([key.publicKey]);
  });

  it('JWK is JSON that the browser imports', async () => {
    const texts = watchClipboard();
    const { view, row } = await open(new OwnBackend([key]));
    row.button('Copy as JWK').click();
    await eventually(() => expect(view.status).to.equal('Copied as JWK.'));
    const jwk = JSON.parse(texts[0]!) as JsonWebKey;
    const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    await crypto.subtle.importKey('jwk', jwk, rsa, true, ['verify']);
  });

  it('PEM is shown too, and keeps its lines', async () => {
    const texts = watchClipboard();
    const { view, row } = await open(new OwnBackend([key]));
    row.button('Copy as PEM').click();
    await eventually(() => expect(view.status).to.equal('Copied as PEM.'));
    expect(texts[0]).to.match(/^-----BEGIN PUBLIC KEY-----\n/);
    const [field] = row.all<HTMLTextAreaElement>('textarea');
    expect(field!.value).to.equal(texts[0]);
    expect(field!.readOnly).to.equal(true);
  });

  it('twice is heard twice', async () => {
    watchClipboard();
    const { view, row } = await open(new OwnBackend([key]));
    row.button('Copy as PEM').click();
    await eventually(() => expect(view.status).to.equal('Copied as PEM.'));
    const copied = new Held<void>();
    replace(navigator.clipboard, 'writeText', copied.answer);
    row.button('Copy as PEM').click();
    await eventually(() => expect(view.status).to.equal(''));
    copied.release();
    await eventually(() => expect(view.status).to.equal('Copied as PEM.'));
  });

  it('where the browser refuses, the key is selected, and the person is told', async () => {
    watchClipboard(true);
    const { view, row } = await open(new OwnBackend([key]));
    row.button('Copy as PEM').click();
    await eventually(() => expect(view.focus).to.equal('Public key'));
    const [field] = row.all<HTMLTextAreaElement>('textarea');
    expect(descriptionOf(field!)).to.contain('copy it yourself');
    expect([field!.selectionStart, field!.selectionEnd]).to.deep.equal([0, field!.value.length]);
  });

  it('that is said at that key, and at no other whose details are open', async () => {
    watchClipboard(true);
    const { view, row } = await open(new OwnBackend([key, { ...key, id: 'two', name: 'Other' }]));
    const other = view.row('Other');
    other.all('summary')[0]!.click();
    await eventually(() => other.button('Copy as PEM'));
    row.button('Copy as PEM').click();
    await eventually(() => expect(row.text).to.contain('copy it yourself'));
    expect(other.text).not.to.contain('copy it yourself');
  });
});

describe('the details before the real server', () => {
  const site = openSite();

  it('the key that was registered verifies what the passkey signs', async () => {
    await site.signIn('ada@example.com');
    const passkey = await site.addPasskey();
    const texts = watchClipboard();
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" backend="rest"></passkey-manager>`,
    );
    await eventually(() => expect(view.rows).to.have.length(1));
    view.rows[0]!.all('summary')[0]!.click();
    (await eventually(() => view.button('Copy as JWK'))).click();
    await eventually(() => expect(texts).to.have.length(1));
    await eventually(() => expect(site.wire.join()).to.contain('GET /passkeys/'));
    const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const jwk = JSON.parse(texts[0]!) as JsonWebKey;
    const imported = await crypto.subtle.importKey('jwk', jwk, ecdsa, true, ['verify']);
    const data = crypto.getRandomValues(new Uint8Array(32));
    const signature = await crypto.subtle.sign(ecdsa, passkey.keys.privateKey, data);
    expect(await crypto.subtle.verify(ecdsa, imported, signature, data)).to.equal(true);
  });
});

import { expect, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import { toPasskey, type PasskeyFields } from '../../src/core/passkey.js';
import { answerWith, attestation } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, settle, type View } from '../support/view.ts';

const picture = 'data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E';
const vault: PasskeyFields = { id: 'one', provider: { name: 'House Vault' } };

async function cards(
  records: PasskeyFields[],
  providerIcon?: PasskeyManager['providerIcon'],
  lang = 'en',
): Promise<View<PasskeyManager>> {
  const view = await place<PasskeyManager>(
    html`<passkey-manager
      lang=${lang}
      .backend=${new OwnBackend(records)}
      .providerIcon=${providerIcon}
    ></passkey-manager>`,
  );
  await eventually(() => expect(view.rows).to.have.length(records.length));
  return view;
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
const names = (view: View) => view.rows.map(({ name }) => name);

describe('when a passkey was created', () => {
  for (const [seconds, words] of [
    [-500, 'now'],
    [20, 'now'],
    [90, '1 minute ago'],
    [3 * 3600 + 5, '3 hours ago'],
    [86_400 + 5, '1 day ago'],
    [29 * 86_400, '29 days ago'],
    [40 * 86_400, '1 month ago'],
    [800 * 86_400, '2 years ago'],
  ] as const) {
    it(`${seconds} s ago: “${words}”`, async () => {
      const view = await cards([{ ...vault, createdAt: ago(seconds) }]);
      expect(view.rows[0]!.words).to.contain(`Created ${words}`);
    });
  }

  it('the exact date and time are in the title, in the language of the element', async () => {
    const createdAt = new Date('2024-05-06T12:00:00Z');
    const view = await cards([{ ...vault, createdAt }], undefined, 'de');
    const [time] = view.all<HTMLTimeElement>('time');
    expect(time!.dateTime).to.equal('2024-05-06T12:00:00.000Z');
    await eventually(() => expect(time!.title).to.match(/^6\. Mai 2024 um \d\d:\d\d$/));
    expect(time!.textContent).to.match(/^vor \d+ Jahren$/);
  });

  it('Arabic says it in Arabic', async () => {
    const view = await cards([{ ...vault, createdAt: ago(3 * 86_400) }], undefined, 'ar');
    await eventually(() => expect(view.rows[0]!.words).to.match(/قبل \S+ أيام/));
  });

  it('a site’s own backend whose dates are text, or none, breaks nothing', async () => {
    const backend = new OwnBackend();
    backend.records = [
      { ...toPasskey({ id: 'a', name: 'Text' })!, createdAt: '2024-05-06T12:00:00Z' as never },
      { ...toPasskey({ id: 'b', name: 'None' })!, createdAt: 'soon' as never },
    ];
    const view = await place(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(names(view)).to.deep.equal(['Text', 'None']));
    expect(view.rows[0]!.dates).to.deep.equal(['2024-05-06T12:00:00.000Z']);
    expect(view.rows[1]!.dates).to.deep.equal([]);
    expect(view.rows[1]!.words, 'nothing is said of a date that is none').to.equal('None Details');
  });
});

describe('when a passkey was last used', () => {
  const use = { id: 'b', name: 'Used', lastUsedAt: new Date() };

  for (const [title, records, words] of [
    ['where the backend tells that of another, this one never was', [use], true],
    ['where the backend tells it of none, nobody knows', [{ id: 'b', name: 'Other' }], false],
  ] as const) {
    it(title, async () => {
      const backend = new OwnBackend([{ id: 'a', name: 'Key' }, ...records]);
      const view = await place<PasskeyManager>(
        html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
      );
      await eventually(() => expect(view.rows).to.have.length(2));
      expect(view.row('Key').words.includes('Not used yet')).to.equal(words);
    });
  }
});

describe('several passkeys of one name', () => {
  it('are numbered by age, whatever their order, and the buttons say which', async () => {
    const { provider } = vault;
    const view = await cards([
      { id: 'c', provider, createdAt: ago(10) },
      { id: 'a', provider, createdAt: ago(1000) },
      { id: 'b', name: 'My phone', provider, createdAt: ago(500) },
    ]);
    await eventually(() =>
      expect(names(view)).to.deep.equal(['House Vault (2)', 'House Vault', 'My phone']),
    );
    view.button('Rename “House Vault (2)”');
    view.button('Remove “House Vault (2)”');
  });

  it('are not numbered like one that somebody named so', async () => {
    const named = ['Key', 'Key', 'Key (2)'].map((name, at) => ({ id: `id-${at}`, name }));
    const view = await cards(named);
    await eventually(() => expect(names(view)).to.deep.equal(['Key', 'Key (3)', 'Key (2)']));
  });

  it('are not numbered like one that somebody named so, though they have no name at all', async () => {
    const view = await cards([
      { id: 'a' },
      { id: 'b' },
      { id: 'c', name: 'Passkey' },
      { id: 'd', name: 'Passkey (2)' },
    ]);
    await eventually(() => expect(new Set(names(view)).size).to.equal(4));
  });

  it('keep their numbers when one of them goes: the other must not be called as that was', async () => {
    const backend = new OwnBackend([{ id: 'a' }, { id: 'b' }]);
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(names(view)).to.deep.equal(['Passkey', 'Passkey (2)']));
    const [first, second] = backend.records;
    backend.records = [second!];
    await view.element.refresh();
    await settle(); // the old numbers were right as well
    await eventually(() => expect(names(view)).to.deep.equal(['Passkey (2)']));
    backend.records = [second!, { ...second!, id: 'c' }];
    await view.element.refresh();
    await settle();
    await eventually(() => expect(names(view)).to.deep.equal(['Passkey (2)', 'Passkey (3)']));
    backend.records = [first!, second!];
    await view.element.refresh();
    await eventually(() => expect(names(view)).to.deep.equal(['Passkey', 'Passkey (2)']));
  });

  it('without a name, keep their numbers in another language too', async () => {
    const backend = new OwnBackend([{ id: 'a' }, { id: 'b' }]);
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(names(view)).to.deep.equal(['Passkey', 'Passkey (2)']));
    view.element.lang = 'ar';
    await eventually(() => expect(names(view)).to.deep.equal(['مفتاح مرور', 'مفتاح مرور (2)']));
    backend.records = backend.records.slice(1);
    await view.element.refresh();
    await settle();
    expect(names(view)).to.deep.equal(['مفتاح مرور (2)']);
  });

  it('lose their number with that name', async () => {
    const [name, createdAt] = ['Phone', new Date(1)];
    const backend = new OwnBackend([
      { id: 'a', name, createdAt },
      { id: 'b', name },
    ]);
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(names(view)).to.deep.equal(['Phone (2)', 'Phone']));
    backend.records = backend.records.map((one) =>
      one.id === 'a' ? { ...one, name: 'Old' } : one,
    );
    await view.element.refresh();
    await settle();
    expect(names(view)).to.deep.equal(['Old', 'Phone']);
  });
});

describe('the buttons of a card', () => {
  it('stay in it where letters are twice as large and room is scarce', async () => {
    const root = document.documentElement;
    root.style.fontSize = '200%';
    const view = await cards([{ id: 'a', name: 'Key' }]);
    view.element.style.inlineSize = '320px';
    try {
      await eventually(() => {
        const [row] = view.rows;
        expect(row).not.to.equal(undefined);
        const { right } = view.all('li')[0]!.getBoundingClientRect();
        for (const button of view.all('li button'))
          expect(button.getBoundingClientRect().right).to.be.at.most(right);
      });
    } finally {
      root.style.fontSize = '';
    }
  });
});

describe('the words of a card', () => {
  it('have room in a narrow column of a wide page, those of the details too', async () => {
    const view = await cards([{ ...vault, name: 'Telephone', backupEligible: false }]);
    view.element.style.inlineSize = '300px';
    expect(innerWidth, 'the page is wide').to.be.above(480);
    view.all('summary')[0]!.click();
    await eventually(() => expect(view.all('dd')).not.to.have.length(0));
    const lines = (node: Element) =>
      Math.round(
        node.getBoundingClientRect().height / parseFloat(getComputedStyle(node).lineHeight),
      );
    await eventually(() => {
      for (const node of view.all('li :is(.heading > *, dt, dd)'))
        expect(lines(node), node.textContent).to.equal(1);
    });
  });
});

describe('the picture of a passkey', () => {
  for (const [name, letters] of [
    ['Google Password Manager', 'G\u200cP'],
    ['1Password', '1'],
    ['iCloud Keychain', 'I\u200cK'],
    ['Sésame', 'S'],
    ['<b>', 'B'],
  ] as const) {
    it(`${name}: “${letters}”, and nothing to read out`, async () => {
      const view = await cards([{ id: 'a', provider: { name } }]);
      const [monogram] = view.all('li .monogram');
      expect(monogram!.textContent).to.equal(letters);
      expect(monogram!.getAttribute('aria-hidden')).to.equal('true');
    });
  }

  it('where nobody knows the provider it is the sign of all passkeys', async () => {
    const view = await cards([
      { id: 'a', name: 'Key' },
      { id: 'b', provider: { name: '★' } },
    ]);
    expect(view.all('li .monogram')).to.deep.equal([]);
    expect(view.all('li [part~="icon"] svg')).to.have.length(2);
  });

  it('the site’s own icon stands in place of the letters', async () => {
    const asked: unknown[] = [];
    const aaguid = 'd548826e-79b4-db40-a3d8-11116f7e8349';
    const view = await cards([{ id: 'a', aaguid }, { id: 'b' }], (...about) => {
      asked.push(about);
      return picture;
    });
    await eventually(() => {
      const [image] = view.all<HTMLImageElement>('li img');
      expect(image!.checkVisibility()).to.equal(true);
      expect(view.all('li .monogram')[0]!.checkVisibility()).to.equal(false);
    });
    expect(asked).to.deep.include([aaguid, 'Bitwarden']);
    expect(asked).to.deep.include([undefined, undefined]);
    expect(view.all<HTMLImageElement>('li img').every(({ alt }) => alt === '')).to.equal(true);
  });

  it('one that does not load is never seen', async () => {
    const view = await cards([vault], () => 'data:image/png,broken');
    const [image] = view.all<HTMLImageElement>('li img');
    await eventually(() => expect(image!.complete).to.equal(true));
    expect(image!.checkVisibility()).to.equal(false);
    expect(view.all('li .monogram')[0]!.checkVisibility()).to.equal(true);
  });

  for (const [icon, shown] of [
    ['/icons/vault.svg', true],
    [`${location.origin}/icons/vault.svg`, true],
    ['https://example.com/icon.svg', true],
    ['//example.com/icon.svg', false],
    ['/\\example.com/icon.svg', false],
    ['/\t/example.com/icon.svg', false],
    ['http://example.com/icon.svg', false],
    [`${location.origin}.example.com/icon.svg`, false],
    ['data:text/html,x', false],
    ['blob:https://example.com/1', false],
    ['javascript:alert(1)', false],
    ['', false],
  ] as const) {
    it(`${JSON.stringify(icon)} is ${shown ? 'an <img>' : 'not asked for'}`, async () => {
      const view = await cards([vault], () => icon);
      expect(view.all('li img')).to.have.length(shown ? 1 : 0);
    });
  }
});

it('one that was made here since the page was loaded is marked', async () => {
  const here = {
    id: 'bmV3',
    rawId: new TextEncoder().encode('new').buffer,
    authenticatorAttachment: 'platform',
  };
  answerWith('create', () => Promise.resolve(attestation(here)));
  const view = await place<PasskeyManager>(
    html`<passkey-manager lang="en" .backend=${new OwnBackend([{ id: 'a' }])}></passkey-manager>`,
  );
  (await eventually(() => view.button('Add a passkey'))).click();
  await eventually(() => expect(view.rows.at(-1)!.text).to.contain('On this device'));
  expect(view.rows[0]!.text).not.to.contain('device');
});

it('a disabled passkey is marked', async () => {
  const view = await cards([
    { id: 'a', name: 'Off', enabled: false },
    { id: 'b', name: 'On' },
  ]);
  expect(view.row('Off').words).to.contain('Disabled');
  expect(view.row('On').words).not.to.contain('Disabled');
});

import { expect, html } from '@open-wc/testing';
import type { PasskeyManager } from '../../src/define.js';
import type { Passkey } from '../../src/core/passkey.js';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, type, type View } from '../support/view.ts';

/*
 * 10,000 passkeys in <passkey-manager>, beside the same texts in plain nodes in the same run. Only the
 * ratios say something: the times are those of this machine.
 */

const count = 10_000;
const pages = 20;

function manyPasskeys(): Passkey[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `id-${at}`,
    name: `Key ${at}`,
    provider: { name: `Provider ${at % 40}` },
    createdAt: new Date(Date.UTC(2020, 0, 1) + at * 3_600_000),
    lastUsedAt: new Date(Date.UTC(2026, 0, 1) - at * 3_600_000),
    transports: [],
    enabled: true,
  }));
}

/** What a card has, made by hand: the least that any list of as many costs. */
function plainRows(passkeys: readonly Passkey[]): number {
  const list = document.createElement('ul');
  document.body.append(list);
  const time = measure(() => {
    for (const { name, provider, createdAt, lastUsedAt } of passkeys) {
      const row = document.createElement('li');
      const texts = [name, provider!.name, createdAt!.toISOString(), lastUsedAt!.toISOString()];
      for (const text of texts) row.appendChild(document.createElement('p')).textContent = text!;
      for (const label of ['Details', 'Rename', 'Remove']) {
        row.appendChild(document.createElement('button')).textContent = label;
      }
      list.append(row);
    }
    list.getBoundingClientRect();
  });
  list.remove();
  return time;
}

function measure(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

async function untilShown(view: View<PasskeyManager>, change: () => void): Promise<number> {
  const start = performance.now();
  change();
  await view.element.updateComplete;
  view.element.getBoundingClientRect();
  return performance.now() - start;
}

/** Found without a look at every button there is: that would take longer than what is measured. */
function moreOf(view: View): HTMLButtonElement | undefined {
  const buttons = view.all<HTMLButtonElement>('section > button');
  return buttons.find(({ textContent }) => textContent.includes('Show more'));
}

function report(what: string, time: number, floor: number): void {
  const ratio = (time / floor).toFixed(1);
  console.log(`${what}: ${ratio} × plain nodes (${time.toFixed(0)} ms : ${floor.toFixed(0)} ms)`);
}

describe(`${count} passkeys`, function () {
  this.timeout(60_000);

  it('the first screen, a search, and page after page', async () => {
    const backend = new OwnBackend();
    backend.traits = { signals: false };
    const passkeys = manyPasskeys();
    plainRows(passkeys.slice(0, 500)); // warms up
    const view = await place<PasskeyManager>(
      html`<passkey-manager lang="en" .backend=${backend}></passkey-manager>`,
    );
    await eventually(() => expect(backend.countOf('list')).to.equal(1));

    backend.records = passkeys;
    const start = performance.now();
    await view.element.refresh();
    await view.element.updateComplete;
    view.element.getBoundingClientRect();
    report('First screen', performance.now() - start, plainRows(passkeys.slice(0, 50)));
    expect(view.all('li')).to.have.length(50);

    const field = await eventually(() => view.field('Search your passkeys'));
    for (const query of ['k', 'ke', 'key 99', '']) {
      const time = await untilShown(view, () => type(field, query));
      report(`Typing “${query}”`, time, plainRows(passkeys.slice(0, 50)));
    }

    let slowest = 0;
    for (let page = 2; page <= pages; page++) {
      slowest = Math.max(slowest, await untilShown(view, () => moreOf(view)!.click()));
    }
    const shown = passkeys.slice(0, 50 * pages);
    expect(view.all('li')).to.have.length(shown.length);
    report(`The slowest of ${pages} pages`, slowest, plainRows(passkeys.slice(0, 50)));
    const again = await untilShown(view, () => view.element.requestUpdate());
    report(`Nothing new, with ${pages} pages there`, again, plainRows(shown));
    const narrowed = await untilShown(view, () => type(field, 'key 1'));
    report(`Typing, with ${pages} pages there`, narrowed, plainRows(passkeys.slice(0, 50)));
  });
});

import { expect, html } from '@open-wc/testing';
import axe from 'axe-core';
import type { PasskeyManager } from '../../src/define.js';
import { answerWith } from '../core/stand-ins.ts';
import { OwnBackend } from '../support/own-backend.ts';
import { place } from '../support/place.ts';
import { eventually, type View } from '../support/view.ts';

const records = [
  { id: 'one', name: 'Phone', synced: true, createdAt: '2026-03-01T08:00:00Z' },
  { id: 'two', name: 'Key', backupEligible: false, enabled: false },
];

/** Loads a style sheet as a page does, until the test is over. */
async function load(theme: string): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL(`../../src/themes/${theme}.css`, import.meta.url).href;
  const loaded = new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = reject;
  });
  document.head.append(link);
  loadedLinks.push(link);
  await loaded;
}

const loadedLinks: HTMLLinkElement[] = [];
afterEach(() => {
  for (const link of loadedLinks.splice(0)) link.remove();
});

const frame = (content: unknown, lang: string, width: string) =>
  html`<div lang=${lang} dir=${lang === 'ar' ? 'rtl' : 'ltr'} style="inline-size: ${width}">
    ${content}
  </div>`;

async function placeManager(
  records: readonly { readonly id: string }[],
  theme: string,
  lang = 'en',
  width = '40rem',
): Promise<View<PasskeyManager>> {
  const backend = new OwnBackend(records);
  const view = await place<PasskeyManager>(
    frame(
      html`<passkey-manager theme=${theme} .backend=${backend}></passkey-manager>`,
      lang,
      width,
    ),
  );
  await eventually(() => expect(view.rows).to.have.length(records.length));
  return view;
}

const placed = {
  'passkey-login': (theme: string, lang = 'en', width = '40rem') =>
    place(
      frame(
        html`<passkey-login
          no-autofill
          theme=${theme}
          .backend=${new OwnBackend()}
        ></passkey-login>`,
        lang,
        width,
      ),
    ),
  'passkey-manager': (theme: string, lang?: string, width?: string) =>
    placeManager(records, theme, lang, width),
} satisfies Record<string, (theme: string, lang?: string, width?: string) => Promise<View>>;

/** Screens with text in every colour. */
const screens: Record<string, (theme: string) => Promise<View>> = {
  'an error of <passkey-login>': async (theme) => {
    answerWith('get', () => Promise.reject(new DOMException('x', 'SecurityError')));
    const view = await placed['passkey-login'](theme);
    view.button('Sign in with a passkey').click();
    await eventually(() => expect(view.alert).not.to.equal(''));
    return view;
  },
  'the list of <passkey-manager>': (theme) => placed['passkey-manager'](theme),
  'the question before a removal': async (theme) => {
    const view = await placed['passkey-manager'](theme);
    view.button('Remove “Key”').click();
    await eventually(() => expect(view.dialog).not.to.equal(undefined));
    return view;
  },
};

async function faultsOf({ element }: View, ...rules: string[]): Promise<string[]> {
  const { violations } = await axe.run(element, { runOnly: { type: 'rule', values: rules } });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}

/** Whether something of the element reaches out of the room it has. */
function overflow({ element, buttons }: View): number {
  const { left, right } = element.parentElement!.getBoundingClientRect();
  const boxes = [element, ...buttons].map((node) => node.getBoundingClientRect());
  return Math.max(...boxes.map((box) => Math.max(left - box.left, box.right - right)));
}

describe('a sign', () => {
  for (const [name, open] of Object.entries(screens)) {
    it(`is as wide as high, beside words of several lines too: ${name}`, async () => {
      const { element } = await open('light');
      element.style.inlineSize = '12rem';
      const signs = [...element.shadowRoot!.querySelectorAll('svg')];
      expect(signs).not.to.deep.equal([]);
      await eventually(() => {
        for (const sign of signs) {
          const { width, height } = sign.getBoundingClientRect();
          expect([width, height], sign.outerHTML).to.deep.equal([20, 20]);
        }
      });
    });
  }
});

describe('compact.css', () => {
  for (const [tag, open] of Object.entries(placed)) {
    it(`<${tag}> takes less room, and its buttons can still be hit`, async () => {
      const view = await open('light');
      const before = view.element.offsetHeight;
      await load('compact');
      expect(view.element.offsetHeight).to.be.below(before * 0.9);
      // A row has no layout before a frame has shown it (content-visibility).
      await eventually(() => {
        for (const button of view.buttons) {
          const { width, height } = button.getBoundingClientRect();
          expect(Math.min(width, height), button.outerHTML).to.be.at.least(24);
        }
      });
    });
  }
});

describe('contrast.css', () => {
  for (const theme of ['light', 'dark']) {
    for (const [name, open] of Object.entries(screens)) {
      it(`${name}, ${theme}: text has the contrast of level AAA`, async () => {
        await load('contrast');
        expect(await faultsOf(await open(theme), 'color-contrast-enhanced')).to.deep.equal([]);
      });
    }
  }

  it('gives what the usual look does not: grey text in light has level AA there', async () => {
    const view = await placed['passkey-manager']('light');
    expect(await faultsOf(view, 'color-contrast-enhanced')).not.to.deep.equal([]);
  });

  it('makes borders of 2 px', async () => {
    await load('contrast');
    const view = await placed['passkey-login']('light');
    for (const node of [...view.buttons, view.field('E-mail address')])
      expect(getComputedStyle(node).borderWidth).to.equal('2px');
  });

  it('makes borders of 2 px around fields', async () => {
    await load('contrast');
    const many = Array.from({ length: 20 }, (_, i) => ({ id: `${i}`, name: `Key ${i}` }));
    const view = await placeManager(many, 'light');
    await eventually(() => expect(view.all('[type=search]')).to.have.length(1));
    view.button('Rename “Key 3”').click();
    await eventually(() => expect(view.all('[name=name]')).to.have.length(1));
    const fields = view.all('[type=search], select, [name=name]');
    expect(fields).to.have.length(3);
    for (const field of fields)
      expect(getComputedStyle(field).borderWidth, field.outerHTML).to.equal('2px');
  });

  it('makes borders of 2 px around passkeys, what is said of them, and questions', async () => {
    await load('contrast');
    const view = await placed['passkey-manager']('light');
    view.button('Remove “Key”').click();
    await eventually(() => expect(view.dialog).not.to.equal(undefined));
    for (const part of ['row', 'badge', 'dialog'])
      for (const node of view.all(`[part~="${part}"]`))
        expect(getComputedStyle(node).borderWidth, part).to.equal('2px');
  });
});

for (const sheet of ['compact', 'contrast']) {
  describe(`${sheet}.css`, () => {
    for (const theme of ['light', 'dark']) {
      for (const [name, open] of Object.entries(screens)) {
        it(`${name}, ${theme}: no rule of axe is broken`, async () => {
          await load(sheet);
          const view = await open(theme);
          await expect(view.element).to.be.accessible();
        });
      }
    }

    for (const [tag, open] of Object.entries(placed)) {
      for (const lang of ['en', 'de', 'ar']) {
        it(`<${tag}> fits into 320 px, ${lang}`, async () => {
          await load(sheet);
          const view = await open('light', lang, '20rem');
          await eventually(() => expect(overflow(view)).to.be.at.most(0));
        });
      }
    }

    it('gives way to what a site sets itself, whichever comes first', async () => {
      const view = await placed['passkey-login']('light');
      const style = document.createElement('style');
      style.textContent = 'passkey-login { --passkey-shadow: 0 0 1px red; }';
      document.head.prepend(style);
      await load(sheet);
      const shadow = getComputedStyle(view.element).getPropertyValue('--passkey-shadow');
      style.remove();
      expect(shadow).to.equal('0 0 1px red');
    });
  });
}

import { expect } from '@open-wc/testing';
import { ar } from '../../src/i18n/ar.js';
import { de } from '../../src/i18n/de.js';
import { en, type Strings } from '../../src/i18n/en.js';

/** What a parameter stands for in a text; no language may lose it. */
const sample = 'Zoë’s key';

const languages: [name: string, strings: Strings, sameAsEnglish: string[]][] = [
  ['German', de, ['codeLabel', 'managerTitle', 'passkey', 'details']],
  ['Arabic', ar, []],
];

for (const [name, strings, sameAsEnglish] of languages) {
  describe(name, () => {
    const texts = textsOf(strings);

    it('has exactly the texts that English has', () =>
      expect([...texts.keys()].sort()).to.deep.equal([...textsOf(en).keys()].sort()));

    it('leaves nothing in English', () => {
      const english = textsOf(en);
      const left = [...texts].filter(([key, text]) => text === english.get(key));
      expect(left.map(([key]) => key)).to.have.members(sameAsEnglish);
    });

    it('says in every text what its parameter stands for', () => {
      const parameters = [...textsOf(en)].filter(([, text]) => text.includes(sample));
      expect(parameters).to.have.lengthOf.at.least(8);
      for (const [key] of parameters) expect(texts.get(key), key).to.contain(sample);
    });

    it('has no blank text, stray space or straight quote', () => {
      for (const [key, text] of texts) expect(text, key).to.match(/^(?! )[^"']+(?<! )$/);
    });
  });
}

it('Arabic keeps a name that runs left to right apart from the sentence', () => {
  expect(ar.removeQuestion('MacBook (2)')).to.contain('«\u2068MacBook (2)\u2069»');
});

it('Arabic is written in Arabic letters', () => {
  for (const [key, text] of textsOf(ar)) expect(text, key).to.match(/[\u0621-\u064a]/);
});

/** Every text of a language by its key, with the sample for each parameter. */
function textsOf(strings: Strings): Map<string, string> {
  const texts = new Map<string, string>();
  const collect = (prefix: string, group: object) => {
    for (const [key, value] of Object.entries(group) as [string, unknown][]) {
      if (typeof value === 'string') texts.set(prefix + key, value);
      else if (typeof value === 'function') texts.set(prefix + key, String(value(sample)));
      else collect(`${prefix}${key}.`, value as object);
    }
  };
  collect('', strings);
  return texts;
}

import { expect } from '@open-wc/testing';
import { byOwnClock } from '../../src/core/server-clock.js';

const minute = 60_000;

/** What a server says whose clock differs from ours by so many milliseconds. */
const headers = (ahead: number) =>
  new Headers({ Date: new Date(Date.now() + ahead).toUTCString() });

describe('a moment of the server’s clock', () => {
  for (const ahead of [-90 * minute, -10_000, 10_000, 90 * minute]) {
    it(`is ours when the server is ${ahead / 1000} s ahead`, () => {
      const moment = new Date(Date.now() + ahead + 5 * minute);
      const ours = byOwnClock(moment, headers(ahead))!;
      expect(ours.getTime() - Date.now()).to.be.closeTo(5 * minute, 2000);
    });
  }

  it('stays as it is when the clocks agree but for what a header cannot say', () => {
    const moment = new Date(Date.now() + 5 * minute);
    expect(byOwnClock(moment, headers(-900))).to.equal(moment);
  });

  for (const [name, date] of [
    ['there is no header', undefined],
    ['the header is no date', 'soon'],
  ] as const) {
    it(`stays as it is when ${name}`, () => {
      const moment = new Date();
      const headers = new Headers(date === undefined ? {} : { Date: date });
      expect(byOwnClock(moment, headers)).to.equal(moment);
    });
  }

  it('is none when there was none', () =>
    expect(byOwnClock(undefined, headers(minute))).to.equal(undefined));
});

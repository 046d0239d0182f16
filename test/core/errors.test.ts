import { expect } from '@open-wc/testing';
import {
  PasskeyError,
  passkeyErrorCodes,
  toPasskeyError,
  type PasskeyErrorCode,
} from '../../src/core/errors.js';

/** What the browser rejects with → what it means when a passkey is used, and when one is created. */
const browserErrors: [name: string, get: PasskeyErrorCode, create: PasskeyErrorCode][] = [
  ['NotAllowedError', 'cancelled', 'cancelled'],
  ['TimeoutError', 'cancelled', 'cancelled'],
  ['UserCancellationError', 'cancelled', 'cancelled'],
  ['AbortError', 'aborted', 'aborted'],
  ['InvalidStateError', 'not-found', 'already-registered'],
  ['SecurityError', 'rp-mismatch', 'rp-mismatch'],
  ['NotSupportedError', 'unsupported', 'unsupported'],
  ['ConstraintError', 'unsupported', 'unsupported'],
  ['OperationError', 'busy', 'busy'],
  ['UnknownError', 'unknown', 'unknown'],
  ['NotReadableError', 'unknown', 'unknown'],
  ['DataError', 'bad-response', 'bad-response'],
  ['EncodingError', 'bad-response', 'bad-response'],
  ['InvalidCharacterError', 'bad-response', 'bad-response'],
  ['RangeError', 'bad-response', 'bad-response'],
  ['SyntaxError', 'bad-response', 'bad-response'],
  ['HybridPrerequisitesError', 'unknown', 'unknown'],
];

describe('what a browser rejects with', () => {
  for (const [name, get, create] of browserErrors) {
    const thrown = new DOMException('said the browser', name);
    it(`${name} is ${get} when a passkey is used`, async () =>
      expect((await toPasskeyError(thrown, 'get')).code).to.equal(get));
    it(`${name} is ${create} when a passkey is created`, async () =>
      expect((await toPasskeyError(thrown, 'create')).code).to.equal(create));
  }

  for (const [title, thrown] of [
    ['an empty object', {}],
    ['null', null],
    ['undefined', undefined],
    ['a number', 42],
    ['an object whose name is no string', { name: 7 }],
  ] as const) {
    it(`${title} is cancelled: the browser was asked, and does not say`, async () => {
      expect((await toPasskeyError(thrown, 'get')).code).to.equal('cancelled');
      expect((await toPasskeyError(thrown, 'create')).code).to.equal('cancelled');
    });
  }

  it('keeps the original and its words for developers', async () => {
    const thrown = new DOMException('said the browser', 'NotAllowedError');
    const error = await toPasskeyError(thrown, 'get');
    expect(error.cause).to.equal(thrown);
    expect(error.message).to.equal('NotAllowedError: said the browser');
  });

  it('names the RP ID rule where the browser refused the RP ID', async () => {
    const thrown = new DOMException('bad domain', 'SecurityError');
    const { message } = await toPasskeyError(thrown, 'get');
    expect(message).to.contain(location.origin).and.to.contain('bad domain');
  });
});

describe('whatever else is thrown', () => {
  const lost = (message: string) => new TypeError(message);
  const odd: [title: string, thrown: unknown, code: PasskeyErrorCode][] = [
    ['an empty object', {}, 'unknown'],
    ['null', null, 'unknown'],
    ['undefined', undefined, 'unknown'],
    ['a TypeError', new TypeError('user.id'), 'bad-response'],
    [
      'a module lost in Chromium',
      lost('Failed to fetch dynamically imported module: x'),
      'not-loaded',
    ],
    [
      'a module lost in Firefox',
      lost('error loading dynamically imported module: x'),
      'not-loaded',
    ],
    ['a module lost in WebKit', lost('Importing a module script failed.'), 'not-loaded'],
    [
      'a module lost in a bundle of webpack',
      Object.assign(new Error('Loading chunk 7 failed.'), { name: 'ChunkLoadError' }),
      'not-loaded',
    ],
    ['a request lost in Chromium', lost('Failed to fetch'), 'network'],
    [
      'a request lost in Firefox',
      lost('NetworkError when attempting to fetch resource.'),
      'network',
    ],
    ['a request lost in WebKit', lost('Load failed'), 'network'],
    ['a time limit of the site’s own', new DOMException('', 'TimeoutError'), 'timeout'],
    ['a plain Error', new Error('boom'), 'unknown'],
    ['a bare string', 'superseded', 'unknown'],
    ['a number', 42, 'unknown'],
    ['an object with an error name', { name: 'NotAllowedError' }, 'cancelled'],
    ['an object whose name is no string', { name: 7 }, 'unknown'],
    ['an object named after something every object has', { name: 'constructor' }, 'unknown'],
    [
      'an error of ours but for a code',
      Object.assign(new Error(''), { name: 'PasskeyError' }),
      'unknown',
    ],
    ['an object like an error of ours', { name: 'PasskeyError', code: 'conflict' }, 'unknown'],
    ['an object named __proto__', { name: '__proto__' }, 'unknown'],
  ];
  for (const [title, thrown, code] of odd) {
    it(`${title} is ${code}`, async () => {
      const error = await toPasskeyError(thrown);
      expect(error).to.be.instanceOf(PasskeyError);
      expect(String(error.code)).to.equal(code);
      expect(error.cause).to.equal(thrown);
      expect(error.message).not.to.equal('');
    });
  }

  // A new release removed the file, and the site answers with its first page whatever it is asked for.
  it('a module in whose place a page came, in this browser, is not-loaded', async () => {
    const script = document.createElement('script'); // what the tests go through shall not look at it
    script.textContent = `globalThis.lost = import('data:text/html,<p>').catch((cause) => cause)`;
    document.body.append(script);
    const { lost } = globalThis as { lost?: Promise<unknown> };
    script.remove();
    expect((await toPasskeyError(await lost)).code).to.equal('not-loaded');
  });

  it('a request that really is lost, in this browser, is network', async () => {
    const thrown: unknown = await fetch('http://localhost:1/').catch((cause: unknown) => cause);
    expect((await toPasskeyError(thrown)).code).to.equal('network');
  });

  it('an error of another window is known by its name', async () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const { DOMException: Foreign } = frame.contentWindow as unknown as typeof globalThis;
    const thrown = new Foreign('elsewhere', 'InvalidStateError');
    frame.remove();
    expect(thrown).not.to.be.instanceOf(DOMException);
    expect((await toPasskeyError(thrown, 'create')).code).to.equal('already-registered');
  });

  it('a PasskeyError stays the very same', async () => {
    const error = new PasskeyError('conflict', 'changed', { status: 409 });
    expect(await toPasskeyError(error, 'get')).to.equal(error);
  });

  it('a PasskeyError of another copy of this package stays the very same', async () => {
    const copy = await import('../../src/core/errors.js?again');
    const error = new copy.PasskeyError('rate-limited', 'slow down');
    expect(error).not.to.be.instanceOf(PasskeyError);
    expect(await toPasskeyError(error)).to.equal(error);
  });
});

describe('a PasskeyError', () => {
  it('carries what is known about the fault', () => {
    const retryAt = new Date();
    const cause = new Error('inner');
    const details = { cause, status: 429, backendCode: 'slow_down', retryAt };
    const error = new PasskeyError('rate-limited', 'slow down', details);
    expect(error).to.include({ name: 'PasskeyError', code: 'rate-limited', ...details });
  });

  const retryable: PasskeyErrorCode[] = [
    'busy',
    'aborted',
    'cancelled',
    'challenge-expired',
    'outcome-unknown',
    'rate-limited',
    'server-error',
    'network',
    'timeout',
    'unknown',
  ];
  for (const code of passkeyErrorCodes) {
    const can = retryable.includes(code);
    it(`${code} ${can ? 'may go away' : 'will not go away'} by trying again`, () =>
      expect(new PasskeyError(code, '').retryable).to.equal(can));
  }
});

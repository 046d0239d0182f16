import { expect } from '@open-wc/testing';
import type { BackendTraits, PasskeyBackend, PasskeyList } from '../../src/core/backend.js';
import { PasskeyError, type PasskeyErrorCode } from '../../src/core/errors.js';
import { listPasskeys } from '../../src/core/management.js';
import { canSignal, signalAccountName, signalList } from '../../src/core/webauthn-accepted.js';
import type { Passkey } from '../../src/core/passkey.js';
import { removePasskey, signalRemoval } from '../../src/core/removal.js';
import { nameFault, renamePasskey } from '../../src/core/renaming.js';
import { rejection, replace } from './stand-ins.js';

const { signal } = new AbortController();

function passkey(id: string, changes: Partial<Passkey> = {}): Passkey {
  return { id, credentialId: `AAA${id}`, transports: [], enabled: true, ...changes };
}

function backendWith(
  passkeys: PasskeyBackend['passkeys'],
  traits: Partial<BackendTraits> = {},
): PasskeyBackend {
  const refuse = () => Promise.reject(new Error('nobody signs in here'));
  return { signIn: { begin: refuse, finish: refuse }, passkeys, traits };
}

const fail = (code: PasskeyErrorCode) => () => Promise.reject(new PasskeyError(code, ''));

/** What the authenticator is told: the accepted passkeys, and the ones to forget. */
function signals() {
  const told = { accepted: [] as object[], unknown: [] as object[] };
  const note = (list: object[]) => async (details: object) => void list.push({ ...details });
  replace(PublicKeyCredential, 'signalAllAcceptedCredentials', note(told.accepted));
  replace(PublicKeyCredential, 'signalUnknownCredential', note(told.unknown));
  return told;
}

describe('the list of passkeys', () => {
  it('shows each passkey once, in the order of the backend (case 79)', async () => {
    const passkeys = [passkey('b'), passkey('a'), passkey('b'), passkey('c')];
    const backend = backendWith({ list: async () => ({ passkeys, complete: true, rpId: 'shop' }) });
    const list = await listPasskeys(backend, signal);
    expect(list.passkeys.map(({ id }) => id)).to.deep.equal(['b', 'a', 'c']);
    expect(list).to.include({ complete: false, repeated: 1, rpId: 'shop' });
  });

  it('is asked for with the signal, as a method of its backend', async () => {
    const operations = {
      passkeys: [passkey('a')],
      async list(this: { passkeys: Passkey[] }, given: AbortSignal) {
        expect(given).to.equal(signal);
        return { passkeys: this.passkeys, complete: false };
      },
    };
    const list = await listPasskeys(backendWith(operations), signal);
    expect(list.passkeys).to.have.length(1);
  });

  it('fails as the backend does', async () => {
    const backend = backendWith({ list: fail('unauthorized') });
    expect((await rejection(listPasskeys(backend, signal))).code).to.equal('unauthorized');
  });

  const missing: [name: string, act: (backend: PasskeyBackend) => Promise<unknown>][] = [
    ['list', (backend) => listPasskeys(backend, signal)],
    ['rename', (backend) => renamePasskey(backend, passkey('a'), 'Desk', signal)],
    ['remove', (backend) => removePasskey(backend, passkey('a'), signal)],
  ];
  for (const [name, act] of missing) {
    for (const passkeys of [undefined, {}]) {
      it(`${name} is unsupported by a backend with ${passkeys ? 'other' : 'no'} operations`, async () => {
        const error = await rejection(act(backendWith(passkeys)));
        expect(error).to.include({ name: 'PasskeyError', code: 'unsupported' });
        expect(error.message).to.contain(`passkeys.${name}`);
      });
    }
  }
});

describe('renaming a passkey', () => {
  it('gives the record of the backend', async () => {
    const asked: unknown[] = [];
    const renamed = passkey('a', { name: 'DESK' });
    const rename = async (request: object) => (asked.push(request), renamed);
    const backend = backendWith({ rename });
    expect(await renamePasskey(backend, passkey('a'), 'Desk', signal)).to.equal(renamed);
    expect(asked).to.deep.equal([{ id: 'a', name: 'Desk' }]);
  });

  it('gives our record with the new name, updated just now, where the backend sends none', async () => {
    const backend = backendWith({ rename: async () => undefined });
    const before = passkey('a', { name: 'Old' });
    const began = Date.now();
    const { updatedAt, ...after } = await renamePasskey(backend, before, 'Desk', signal);
    expect(after).to.deep.equal({ ...before, name: 'Desk' });
    expect(Number(updatedAt)).to.be.within(began, Date.now());
    expect(before.name).to.equal('Old');
  });

  it('fails as the backend does (case 81)', async () => {
    const backend = backendWith({ rename: fail('server-error') });
    const error = await rejection(renamePasskey(backend, passkey('a'), 'Desk', signal));
    expect(error.code).to.equal('server-error');
  });
});

describe('removing a passkey', () => {
  it('is confirmed by the backend', async () => {
    const asked: unknown[] = [];
    const remove = async (request: object) => void asked.push(request);
    expect(await removePasskey(backendWith({ remove }), passkey('a'), signal)).to.deep.equal({});
    expect(asked).to.deep.equal([{ id: 'a' }]);
  });

  it('that is gone already is no error, but no confirmation either (case 83)', async () => {
    const backend = backendWith({ remove: fail('not-found') });
    expect(await removePasskey(backend, passkey('a'), signal)).to.equal(undefined);
  });

  for (const code of ['reauth-required', 'last-passkey', 'outcome-unknown', 'forbidden'] as const) {
    it(`fails with ${code} as the backend does`, async () => {
      const backend = backendWith({ remove: fail(code) });
      const error = await rejection(removePasskey(backend, passkey('a'), signal));
      expect(error.code).to.equal(code);
    });
  }
});

describe('a name for a passkey', () => {
  type Fault = ReturnType<typeof nameFault>;
  const names: [title: string, name: string, fault: Fault, limit?: number][] = [
    ['plain', 'My laptop', undefined],
    ['in another script', 'جهازي «المكتب»', undefined],
    ['with markup, which is only text (case 27)', '<img onerror=x>', undefined],
    ['of an emoji joined of many', '👩‍👩‍👧‍👦', undefined],
    ['empty', '', 'empty'],
    ['blank', ' \t\u00a0\u2003', 'empty'],
    ['of nothing that can be seen', '\u200b\u2060\ufeff', 'empty'],
    ['as long as may be', 'x'.repeat(64), undefined],
    ['one too long', 'x'.repeat(65), 'too-long'],
    ['too long only by its blanks', ` ${'x'.repeat(64)} `, undefined],
    ['as long as may be, in emoji', '🔑'.repeat(64), undefined],
    ['one too long, in emoji', '🔑'.repeat(65), 'too-long'],
    ['as long as this backend takes', 'x'.repeat(20), undefined, 20],
    ['too long for this backend', 'x'.repeat(21), 'too-long', 20],
    ['fine for a backend that takes more', 'x'.repeat(200), undefined, 200],
    ['with a NUL', 'a\u0000b', 'invalid'],
    ['with a line break', 'a\nb', 'invalid'],
    ['with an escape sequence', '\u001b[31mred', 'invalid'],
    ['with a C1 control', 'a\u0085b', 'invalid'],
    ['that turns the text around', 'abc\u202etxt.exe', 'invalid'],
    ['with a left-to-right mark', 'a\u200eb', 'invalid'],
    ['with an isolate', '\u2067abc', 'invalid'],
    ['with an Arabic letter mark', 'a\u061cb', 'invalid'],
  ];
  for (const [title, name, fault, maxNameLength] of names) {
    it(`${title} is ${fault ?? 'fine'} (case 91)`, () =>
      expect(nameFault(name, backendWith({}, { maxNameLength }))).to.equal(fault));
  }
});

describe('telling the authenticator which passkeys count', () => {
  const backend = backendWith({}, { signals: true });
  const list: PasskeyList = {
    passkeys: [passkey('a'), passkey('b', { enabled: false })],
    complete: true,
    rpId: 'localhost',
    userHandle: 'dXNlcg',
  };

  it('names them all, once the list is complete and sure (case 93)', async () => {
    const { accepted, unknown } = signals();
    await signalList(backend, list);
    expect(accepted).to.deep.equal([
      { rpId: 'localhost', userId: 'dXNlcg', allAcceptedCredentialIds: ['AAAa', 'AAAb'] },
    ]);
    expect(unknown).to.deep.equal([]);
  });

  const doubts: [title: string, list: PasskeyList, backend?: PasskeyBackend][] = [
    ['the list may be incomplete', { ...list, complete: false }],
    ['the RP ID is not known', { ...list, rpId: undefined }],
    ['the RP ID is empty', { ...list, rpId: '' }],
    ['the user handle is not known', { ...list, userHandle: undefined }],
    ['the user handle is empty', { ...list, userHandle: '' }],
    ['the list is empty (F8)', { ...list, passkeys: [] }],
    [
      'a passkey has no credential id',
      { ...list, passkeys: [passkey('a'), passkey('b', { credentialId: undefined })] },
    ],
    [
      'a passkey has an empty credential id',
      { ...list, passkeys: [passkey('a'), passkey('b', { credentialId: '' })] },
    ],
    ['the backend does not want it', list, backendWith({}, { signals: false })],
    ['the backend does not say', list, backendWith({})],
  ];
  for (const [title, doubtful, of = backend] of doubts) {
    it(`is silent where ${title}`, async () => {
      const { accepted, unknown } = signals();
      await signalList(of, doubtful);
      expect([accepted, unknown]).to.deep.equal([[], []]);
    });
  }

  it('never leaves out a passkey that shared its id with another in the list', async () => {
    const { accepted } = signals();
    const passkeys = [
      passkey('1', { credentialId: 'AAAA' }),
      passkey('1', { credentialId: 'BBBB' }),
    ];
    const twice = backendWith({ list: async () => ({ ...list, passkeys }) }, { signals: true });
    await signalList(twice, await listPasskeys(twice, signal));
    for (const told of accepted as { allAcceptedCredentialIds: string[] }[]) {
      expect(told.allAcceptedCredentialIds).to.include.members(['AAAA', 'BBBB']);
    }
  });

  it('does not mind an authenticator that refuses', async () => {
    replace(PublicKeyCredential, 'signalAllAcceptedCredentials', () =>
      Promise.reject(new DOMException('', 'SecurityError')),
    );
    await signalList(backend, list);
  });

  const removals: [title: string, removed: Passkey, list: PasskeyList, rpId: string][] = [
    ['its own RP ID', passkey('a', { rpId: 'own.example' }), list, 'own.example'],
    ['the RP ID of the list', passkey('a'), { ...list, rpId: 'list.example' }, 'list.example'],
    ['this host', passkey('a'), { ...list, rpId: undefined }, location.hostname],
  ];
  for (const [title, removed, of, rpId] of removals) {
    it(`names a removed passkey, with ${title}`, async () => {
      const { accepted, unknown } = signals();
      await signalRemoval(removed, of);
      expect(unknown).to.deep.equal([{ rpId, credentialId: 'AAAa' }]);
      expect(accepted).to.deep.equal([]);
    });
  }

  it('is silent about a removed passkey without a credential id', async () => {
    const { unknown } = signals();
    await signalRemoval(passkey('a', { credentialId: undefined }), list);
    expect(unknown).to.deep.equal([]);
  });
});

describe('telling the authenticator what the account is called', () => {
  const backend = backendWith({}, { signals: true });
  const list: PasskeyList = {
    passkeys: [],
    complete: true,
    rpId: 'localhost',
    userHandle: 'dXNlcg',
  };

  function details() {
    const told: object[] = [];
    const note = async (details: object) => void told.push({ ...details });
    replace(PublicKeyCredential, 'signalCurrentUserDetails', note);
    return told;
  }

  it('a name alone is shown as well', async () => {
    const told = details();
    await signalAccountName(backend, list, { name: 'ada@example.com' });
    expect(told).to.deep.equal([
      {
        rpId: 'localhost',
        userId: 'dXNlcg',
        name: 'ada@example.com',
        displayName: 'ada@example.com',
      },
    ]);
  });

  type Doubt = [title: string, backend: PasskeyBackend | undefined, list: PasskeyList | undefined];
  const doubts: Doubt[] = [
    ['there is no backend', undefined, list],
    ['there is no list', backend, undefined],
    ['the RP ID is not known', backend, { ...list, rpId: undefined }],
    ['the user handle is not known', backend, { ...list, userHandle: undefined }],
    ['the backend does not want it', backendWith({}, { signals: false }), list],
    ['the backend does not say', backendWith({}), list],
  ];
  for (const [title, of, known] of doubts) {
    it(`is silent where ${title}`, async () => {
      const told = details();
      await signalAccountName(of, known, { name: title });
      expect(told).to.deep.equal([]);
    });
  }

  it('a browser without WebAuthn can be told nothing', () => {
    replace(globalThis, 'PublicKeyCredential', undefined);
    expect(canSignal()).to.equal(false);
  });
});

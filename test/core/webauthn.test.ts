import { expect } from '@open-wc/testing';
import { WebAuthnAbortService } from '@simplewebauthn/browser';
import type { Mediation } from '../../src/core/backend.js';
import type { PasskeyErrorCode } from '../../src/core/errors.js';
import {
  askForPasskey,
  canAutofill,
  obstacle,
  signalUnknownPasskey,
} from '../../src/core/webauthn.js';
import { signalAcceptedPasskeys } from '../../src/core/webauthn-accepted.js';
import { createPasskey } from '../../src/core/webauthn-create.js';
import {
  answerWith,
  assertion,
  assertionJson,
  attestation,
  attestationJson,
  bytes,
  creationOptions,
  never,
  pending,
  rejection,
  replace,
  requestOptions,
  settled,
} from './stand-ins.js';
import { hurry } from '../support/timers.ts';

const { signal } = new AbortController();
const modal = { mediation: 'modal', signal } as const;
const ask = (changes: object = {}, mediation: Mediation = 'modal') =>
  askForPasskey({ ...requestOptions, ...changes }, { mediation, signal });
const create = (changes: object = {}) => createPasskey({ ...creationOptions, ...changes }, modal);
const ceremonies = { get: () => ask(), create: () => create() };
const credentials = { get: assertion, create: attestation };
const reason = new DOMException('left', 'AbortError');
const named = (name: string) => new DOMException('said the browser', name);

describe('what the browser is asked for', () => {
  it('a sign-in has its bytes as bytes, and all the rest as it came', async () => {
    const calls = answerWith('get', async () => assertion());
    const transports = ['usb'];
    const allowCredentials = [{ id: '-_8', type: 'public-key', transports }];
    await ask({ allowCredentials, timeout: 60_000, hints: ['hybrid'], future: { a: [1] } });
    const [{ publicKey, mediation }] = calls as [(typeof calls)[0]];
    expect(mediation).to.equal(undefined);
    expect(new Uint8Array(publicKey.challenge as ArrayBuffer)).to.deep.equal(
      Uint8Array.of(1, 2, 3),
    );
    const [allowed] = publicKey.allowCredentials!;
    expect(new Uint8Array(allowed!.id as ArrayBuffer)).to.deep.equal(Uint8Array.of(0xfb, 0xff));
    expect(allowed!.type).to.equal('public-key');
    expect([...allowed!.transports!]).to.deep.equal(transports);
    expect(publicKey).to.include({ rpId: 'localhost', timeout: 60_000 });
    expect(JSON.stringify(publicKey)).to.contain('"hints":["hybrid"],"future":{"a":[1]}');
  });

  it('autofill is quiet and offers every passkey', async () => {
    const calls = answerWith('get', async () => assertion());
    await ask({ allowCredentials: [{ id: 'AQ', type: 'public-key' }] }, 'conditional');
    expect(calls[0]!.mediation).to.equal('conditional');
    expect(calls[0]!.publicKey.allowCredentials).to.deep.equal([]);
  });

  it('a new passkey has its bytes as bytes, and all the rest as it came', async () => {
    const calls = answerWith('create', async () => attestation());
    await create({ excludeCredentials: [{ id: 'AQ', type: 'public-key' }], attestation: 'none' });
    const { publicKey } = calls[0]!;
    const { user, rp, pubKeyCredParams, excludeCredentials } = publicKey;
    expect(new TextDecoder().decode(user.id)).to.equal('user');
    expect(user).to.include({ name: 'ada@example.com', displayName: 'Ada' });
    expect({ ...rp }).to.deep.equal({ id: 'localhost', name: 'Shop' });
    expect(JSON.stringify(pubKeyCredParams)).to.equal('[{"type":"public-key","alg":-7}]');
    expect(new Uint8Array(excludeCredentials![0]!.id as ArrayBuffer)).to.deep.equal(
      Uint8Array.of(1),
    );
    expect(publicKey.attestation).to.equal('none');
  });

  const pollution = {
    rpId: 'evil.example',
    mediation: 'silent',
    password: true,
    uiMode: 'immediate',
    userVerification: 'discouraged',
    extensions: { appid: 'https://evil.example' },
    allowCredentials: [{ id: 'AQ', type: 'public-key' }],
    excludeCredentials: [{ id: 'AQ', type: 'public-key' }],
  };
  for (const ceremony of ['get', 'create'] as const) {
    for (const [name, value] of Object.entries(pollution)) {
      it(`a polluted prototype cannot add ${name} to a ${ceremony} (F7)`, async () => {
        const calls = answerWith(ceremony, async () => credentials[ceremony]());
        const clean = { challenge: 'AQID' };
        replace(Object.prototype, name, value);
        if (ceremony === 'get') await askForPasskey(clean, modal);
        else await createPasskey({ ...creationOptions }, modal);
        const call = calls[0] as unknown as Record<string, unknown>;
        expect(call[name]).to.equal(undefined);
        const inside = (call['publicKey'] as Record<string, unknown>)[name];
        expect(Array.isArray(inside) ? inside.length : inside).to.be.oneOf([undefined, 0]);
        const nested = JSON.stringify([call['publicKey']], (_key, member: unknown) => {
          if (typeof member === 'object' && member && !Array.isArray(member)) {
            const plain = Object.getPrototypeOf(member) === Object.prototype;
            return plain ? 'inherits' : member;
          }
          return member;
        });
        expect(nested).not.to.contain('inherits');
      });
    }

    it(`a polluted prototype adds nothing to the ids of a ${ceremony} (F7)`, async () => {
      const calls = answerWith(ceremony, async () => credentials[ceremony]());
      const ids = [{ id: 'AQID', type: 'public-key' as const }];
      if (ceremony === 'get') await ask({ allowCredentials: ids });
      else await create({ excludeCredentials: ids });
      const { allowCredentials = [], excludeCredentials = [] } = calls[0]!.publicKey;
      const prototypes = [...allowCredentials, ...excludeCredentials].map(Object.getPrototypeOf);
      expect(prototypes).to.deep.equal([null]);
    });
  }
});

describe('what the browser answers', () => {
  it('a sign-in becomes JSON', async () => {
    answerWith('get', async () => assertion());
    expect(await ask()).to.deep.equal(assertionJson);
  });

  it('a sign-in without a user handle, as from an old security key, has none', async () => {
    answerWith('get', async () => assertion({}, { userHandle: null }));
    expect((await ask()).response.userHandle).to.equal(undefined);
  });

  it('a new passkey becomes JSON', async () => {
    answerWith('create', async () => attestation());
    expect(await create()).to.deep.equal(attestationJson);
  });

  it('the id is the one the bytes say', async () => {
    answerWith('get', async () => assertion({ id: 'made-up' }));
    expect((await ask()).id).to.equal('BAUG');
  });

  const broken = () => {
    throw new TypeError('Illegal invocation');
  };
  const methods: [name: string, result: string][] = [
    ['getTransports', 'transports'],
    ['getPublicKey', 'publicKey'],
    ['getPublicKeyAlgorithm', 'publicKeyAlgorithm'],
    ['getAuthenticatorData', 'authenticatorData'],
  ];
  for (const [method, result] of methods) {
    for (const [how, value] of [
      ['throws', broken],
      ['is missing', undefined],
      ['gives null', () => null],
      ['gives a promise', async () => [1]],
    ] as const) {
      it(`registration goes on when ${method} ${how} (case 67)`, async () => {
        answerWith('create', async () => attestation({}, { [method]: value }));
        const expected: Record<string, unknown> = { ...attestationJson.response };
        expected[result] = undefined;
        expect((await create()).response).to.deep.equal(expected);
      });
    }
  }

  for (const [how, value] of [
    ['throws', broken],
    ['is missing', undefined],
  ] as const) {
    it(`a sign-in goes on when getClientExtensionResults ${how} (case 67)`, async () => {
      answerWith('get', async () => assertion({ getClientExtensionResults: value }));
      expect((await ask()).clientExtensionResults).to.deep.equal({});
    });
  }

  it('a sign-in goes on when authenticatorAttachment throws', async () => {
    const credential = assertion();
    Object.defineProperty(credential, 'authenticatorAttachment', { get: broken });
    answerWith('get', async () => credential);
    expect((await ask()).authenticatorAttachment).to.equal(undefined);
  });

  const secrets: [title: string, results: object][] = [
    ['the secrets of prf', { prf: { enabled: true, results: { first: bytes(9) } } }],
    ['the secrets of prf as text', { prf: { results: { first: 'CQ' } } }],
    ['a blob', { largeBlob: { blob: bytes(9), written: true } }],
    ['bytes in a view', { other: { nested: [new Uint8Array([9])] } }],
  ];
  for (const [title, results] of secrets) {
    it(`${title} never leaves the browser, while the rest does`, async () => {
      const all = { ...results, credProps: { rk: true }, appid: false };
      answerWith('get', async () => assertion({ getClientExtensionResults: () => all }));
      const { clientExtensionResults } = await ask();
      expect(clientExtensionResults).to.deep.equal({ credProps: { rk: true }, appid: false });
    });
  }

  it('bytes that cannot be read end in a PasskeyError', async () => {
    const response = {};
    Object.defineProperty(response, 'clientDataJSON', { get: broken });
    answerWith('get', async () => ({ ...assertion(), response }));
    expect(await rejection(ask())).to.include({ name: 'PasskeyError' });
  });

  for (const ceremony of ['get', 'create'] as const) {
    for (const nothing of [null, undefined]) {
      it(`${ceremony} answering ${nothing} is a cancel`, async () => {
        answerWith(ceremony, async () => nothing);
        expect((await rejection(ceremonies[ceremony]())).code).to.equal('cancelled');
      });
    }
  }
});

describe('what the browser refuses', () => {
  const refusals: [title: string, thrown: unknown, get: PasskeyErrorCode, c: PasskeyErrorCode][] = [
    ['NotAllowedError', named('NotAllowedError'), 'cancelled', 'cancelled'],
    ['InvalidStateError', named('InvalidStateError'), 'not-found', 'already-registered'],
    ['SecurityError', named('SecurityError'), 'rp-mismatch', 'rp-mismatch'],
    ['NotSupportedError', named('NotSupportedError'), 'unsupported', 'unsupported'],
    ['an empty object, as in iOS', {}, 'cancelled', 'cancelled'],
    ['undefined', undefined, 'cancelled', 'cancelled'],
    ['AbortError, as in Firefox for a newer request', named('AbortError'), 'aborted', 'aborted'],
    [
      'NotAllowedError, as in Safari for a newer request',
      new DOMException('This request has been cancelled by a new request.', 'NotAllowedError'),
      'cancelled',
      'cancelled',
    ],
  ];
  for (const [title, thrown, get, forCreate] of refusals) {
    for (const [ceremony, code] of [
      ['get', get],
      ['create', forCreate],
    ] as const) {
      it(`${ceremony} rejecting with ${title} is ${code}, and not repeated`, async () => {
        const calls = answerWith(ceremony, () => Promise.reject(thrown));
        const error = await rejection(ceremonies[ceremony]());
        expect(error).to.include({ name: 'PasskeyError', code });
        expect(error.cause).to.equal(thrown);
        expect(calls).to.have.length(1);
      });
    }
  }

  it('a replaced API that throws at once is an error like any other', async () => {
    answerWith('get', () => {
      throw named('NotAllowedError');
    });
    expect((await rejection(ask())).code).to.equal('cancelled');
  });

  it('options whose bytes are no base64url never reach the browser (case 19)', async () => {
    const calls = answerWith('get', async () => assertion());
    expect((await rejection(ask({ challenge: '###' }))).code).to.equal('bad-response');
    expect(calls).to.have.length(0);
  });

  for (const ceremony of ['get', 'create'] as const) {
    it(`${ceremony}: Chromium's OperationError is tried again once, with a new signal`, async () => {
      const calls = answerWith(ceremony, (_call, count) =>
        count === 1 ? Promise.reject(named('OperationError')) : credentials[ceremony](),
      );
      expect((await ceremonies[ceremony]()).rawId).to.equal('BAUG');
      expect(calls).to.have.length(2);
      expect(calls[1]!.signal.aborted).to.equal(false);
    });

    it(`${ceremony}: a second OperationError says that somebody else is busy`, async () => {
      const calls = answerWith(ceremony, () => Promise.reject(named('OperationError')));
      expect((await rejection(ceremonies[ceremony]())).code).to.equal('busy');
      expect(calls).to.have.length(2);
    });
  }
});

describe('aborting', () => {
  it('before the call asks nobody', async () => {
    const calls = answerWith('get', async () => assertion());
    const aborted = { mediation: 'modal', signal: AbortSignal.abort(reason) } as const;
    expect((await rejection(askForPasskey(requestOptions, aborted))).code).to.equal('aborted');
    expect(calls).to.have.length(0);
  });

  const endings: [title: string, thrown: unknown][] = [
    ['the reason', reason],
    ['a string', 'aborted'],
    ['an empty object', {}],
    ['an error of its own', named('NotAllowedError')],
    ["Chromium's OperationError", named('OperationError')],
  ];
  for (const [title, thrown] of endings) {
    it(`is "aborted" when the engine then rejects with ${title}, and not tried again`, async () => {
      const controller = new AbortController();
      const calls = answerWith(
        'get',
        (call) =>
          new Promise((_resolve, reject) =>
            call.signal.addEventListener('abort', () => reject(thrown as Error)),
          ),
      );
      const outcome = rejection(
        askForPasskey(requestOptions, { mediation: 'modal', signal: controller.signal }),
      );
      await settled();
      controller.abort(reason);
      expect((await outcome).code).to.equal('aborted');
      expect(calls).to.have.length(1);
    });
  }

  describe('and then a prompt that nobody can have seen', () => {
    beforeEach(async () => {
      const controller = new AbortController();
      answerWith('get', pending);
      const outcome = rejection(
        askForPasskey(requestOptions, { mediation: 'conditional', signal: controller.signal }),
      );
      await settled();
      controller.abort(reason);
      expect((await outcome).code).to.equal('aborted');
    });

    for (const ceremony of ['get', 'create'] as const) {
      it(`${ceremony} refused at once, as in iOS 16: it is asked for again`, async () => {
        const calls = answerWith(ceremony, (_call, count) =>
          count === 1 ? Promise.reject(named('NotAllowedError')) : credentials[ceremony](),
        );
        expect((await ceremonies[ceremony]()).rawId).to.equal('BAUG');
        expect(calls).to.have.length(2);
      });

      it(`${ceremony} refused at once every time: twice, and it is a cancel`, async () => {
        const calls = answerWith(ceremony, () => Promise.reject(named('NotAllowedError')));
        expect((await rejection(ceremonies[ceremony]())).code).to.equal('cancelled');
        expect(calls).to.have.length(2);
        expect((await rejection(ceremonies[ceremony]())).code).to.equal('cancelled');
        expect(calls, 'the next one follows no abort').to.have.length(3);
      });
    }

    it('refused by a slow device, before anybody can dismiss it: it is asked for again', async () => {
      let now = 1_800_000_000_000;
      replace(Date, 'now', () => now);
      const calls = answerWith('get', async (_call, count) => {
        if (count > 1) return assertion();
        now += 140;
        throw named('NotAllowedError');
      });
      expect((await ask()).rawId).to.equal('BAUG');
      expect(calls).to.have.length(2);
    });

    it('seen for a moment and dismissed: a cancel, and not repeated', async () => {
      const calls = answerWith('get', async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        throw named('NotAllowedError');
      });
      expect((await rejection(ask())).code).to.equal('cancelled');
      expect(calls).to.have.length(1);
    });

    it('that was a quiet one: not repeated', async () => {
      const calls = answerWith('get', () => Promise.reject(named('NotAllowedError')));
      expect((await rejection(ask({}, 'conditional'))).code).to.equal('cancelled');
      expect(calls).to.have.length(1);
    });
  });

  it('by the host’s own code through the shared library ends ours (F1)', async () => {
    answerWith('get', pending);
    const outcome = rejection(ask());
    await settled();
    WebAuthnAbortService.createNewAbortSignal();
    expect((await outcome).code).to.equal('aborted');
    WebAuthnAbortService.cancelCeremony();
  });

  it('of a ceremony of the host’s own code comes before ours', () => {
    answerWith('get', () => never);
    const host = WebAuthnAbortService.createNewAbortSignal();
    void ask();
    expect(host.aborted).to.equal(true);
    WebAuthnAbortService.cancelCeremony();
  });
});

describe('what stands in the way', () => {
  for (const ceremony of ['get', 'create'] as const) {
    it(`nothing here, for ${ceremony}`, () => expect(obstacle(ceremony)).to.equal(undefined));

    it(`a page without https, for ${ceremony} (case 17)`, () => {
      replace(globalThis, 'isSecureContext', false);
      expect(obstacle(ceremony)!.code).to.equal('insecure-context');
      expect(obstacle(ceremony)!.message).to.contain(location.origin);
    });

    it(`a browser without WebAuthn, for ${ceremony} (case 17)`, () => {
      replace(globalThis, 'PublicKeyCredential', undefined);
      expect(obstacle(ceremony)!.code).to.equal('unsupported');
    });

    it(`a browser without navigator.credentials, for ${ceremony}`, () => {
      replace(navigator, 'credentials', undefined);
      expect(obstacle(ceremony)!.code).to.equal('unsupported');
    });

    it(`something that cannot even be looked at, for ${ceremony}`, () => {
      replace(navigator, 'credentials', undefined);
      Object.defineProperty(navigator, 'credentials', { get: () => expect.fail('taken away') });
      expect(obstacle(ceremony)!.code).to.equal('unsupported');
    });

    it(`a policy that forbids ${ceremony}, which is named (case 7)`, () => {
      const feature = `publickey-credentials-${ceremony}`;
      const others = ['publickey-credentials-get', 'publickey-credentials-create'];
      replace(document, 'featurePolicy', {
        features: () => others,
        allowsFeature: (name: string) => name !== feature,
      });
      expect(obstacle(ceremony)!.code).to.equal('blocked-by-policy');
      expect(obstacle(ceremony)!.message).to.contain(`allow="${feature}"`);
      expect(obstacle(ceremony === 'get' ? 'create' : 'get')).to.equal(undefined);
    });

    it(`nothing, where the browser does not know the policy for ${ceremony}`, () => {
      replace(document, 'featurePolicy', { features: () => [], allowsFeature: () => false });
      expect(obstacle(ceremony)).to.equal(undefined);
      replace(document, 'featurePolicy', undefined);
      expect(obstacle(ceremony)).to.equal(undefined);
    });
  }
});

describe('whether autofill can offer passkeys', () => {
  const yes = async () => true;
  const no = async () => false;
  const refuse = () => Promise.reject(new Error('no'));
  const illegal = () => {
    throw new TypeError('Illegal invocation');
  };
  const capable = (conditionalGet?: boolean) => async () => ({ conditionalGet });
  type Probes = [title: string, capabilities: unknown, mediation: unknown, answer: boolean];
  const probes: Probes[] = [
    ['the capability says yes', capable(true), no, true],
    ['the capability says no', capable(false), yes, false],
    ['the capability is unknown, the older method says yes', capable(), yes, true],
    ['the capability is unknown, the older method says no', capable(), no, false],
    ['capabilities are refused, the older method says yes', refuse, yes, true],
    ['capabilities throw at once, the older method says yes', illegal, yes, true],
    ['there are no capabilities, the older method says yes', undefined, yes, true],
    ['there are no capabilities, the older method says no', undefined, no, false],
    ['there is neither', undefined, undefined, false],
    ['both are refused', refuse, refuse, false],
    ['capabilities are nothing at all', async () => undefined, yes, true],
  ];
  for (const [title, capabilities, mediation, answer] of probes) {
    it(`${answer ? 'yes' : 'no'}: ${title}`, async () => {
      replace(PublicKeyCredential, 'getClientCapabilities', capabilities);
      replace(PublicKeyCredential, 'isConditionalMediationAvailable', mediation);
      expect(await canAutofill()).to.equal(answer);
    });
  }

  it('no: there is no WebAuthn', async () => {
    replace(globalThis, 'PublicKeyCredential', undefined);
    expect(await canAutofill()).to.equal(false);
  });

  const hung: [title: string, capabilities: unknown, mediation: unknown][] = [
    ['capabilities', () => never, yes],
    ['the older method', undefined, () => never],
  ];
  for (const [title, capabilities, mediation] of hung) {
    it(`no: an extension never answers for ${title}, two seconds long`, async () => {
      const asked = hurry(1);
      replace(PublicKeyCredential, 'getClientCapabilities', capabilities);
      replace(PublicKeyCredential, 'isConditionalMediationAvailable', mediation);
      expect(await canAutofill()).to.equal(false);
      expect(asked).to.deep.equal([2_000]);
    });
  }
});

describe('signals', () => {
  const unknown = () => signalUnknownPasskey('localhost', 'BAUG');
  const accepted = () =>
    signalAcceptedPasskeys({
      rpId: 'localhost',
      userHandle: 'dXNlcg',
      credentialIds: ['BAUG', 'AQID'],
    });
  const signals = [
    ['signalUnknownCredential', unknown, { rpId: 'localhost', credentialId: 'BAUG' }],
    [
      'signalAllAcceptedCredentials',
      accepted,
      { rpId: 'localhost', userId: 'dXNlcg', allAcceptedCredentialIds: ['BAUG', 'AQID'] },
    ],
  ] as const;

  for (const [method, send, details] of signals) {
    it(`${method} gets what it needs and nothing inherited`, async () => {
      const sent: object[] = [];
      replace(PublicKeyCredential, method, async (details: object) => sent.push(details));
      await send();
      expect(sent.map((details) => ({ ...details }))).to.deep.equal([details]);
      expect(Object.getPrototypeOf(sent[0])).to.equal(null);
    });

    const faults: [title: string, value: unknown][] = [
      ['missing', undefined],
      ['refused', () => Promise.reject(named('SecurityError'))],
      [
        'throwing at once',
        () => {
          throw new TypeError('Illegal invocation');
        },
      ],
      ['replaced by something that gives no promise', () => undefined],
    ];
    for (const [title, value] of faults) {
      it(`${method} ${title} changes nothing`, async () => {
        replace(PublicKeyCredential, method, value);
        await send();
      });
    }

    it(`${method} without any WebAuthn changes nothing`, async () => {
      replace(globalThis, 'PublicKeyCredential', undefined);
      await send();
    });
  }
});

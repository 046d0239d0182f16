import type { PasskeyBackend } from '../core/backend.js';
import { PasskeyError, passkeyErrorCodes, type PasskeyErrorCode } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import { toPasskey, type Passkey, type PasskeyFields } from '../core/passkey.js';

/** States that a page comes to and stays in, each by its name in the flow, and some of the lists. */
type State = Exclude<FlowState['status'], 'idle' | 'failed'> | 'loading' | 'empty' | 'newcomer';

/** What a fake backend plays: everything works, a state that lasts, or an error by its code. */
export type Scenario = State | PasskeyErrorCode;

export interface FakeBackendOptions {
  /** Default: `succeeded`, in which everything works. */
  readonly scenario?: Scenario | undefined;
  /** Whose passkeys the manager shows; default: two. */
  readonly passkeys?: readonly PasskeyFields[] | undefined;
}

type Operation =
  | 'signIn.begin'
  | 'signIn.finish'
  | 'registration.begin'
  | 'registration.finish'
  | 'codes.send'
  | 'codes.verify'
  | 'list'
  | 'rename'
  | 'remove';

/** Operations that a state holds back until they are aborted. */
const held: Record<State, readonly Operation[]> = {
  preparing: ['signIn.begin', 'registration.begin', 'codes.send'],
  prompting: [], // the fake authenticator does
  verifying: ['signIn.finish', 'registration.finish', 'codes.verify'],
  waiting: [], // its status stays `pending`
  succeeded: [],
  loading: ['list'],
  empty: [],
  newcomer: [],
};

const begin = ['signIn.begin', 'registration.begin'] as const;
const finish = ['signIn.finish', 'registration.finish'] as const;
const change = ['rename', 'remove'] as const;
const all = [...begin, ...finish, 'codes.send', 'codes.verify', 'list', ...change] as const;

/** Operations that an error can come from. */
const failing: Record<PasskeyErrorCode, readonly Operation[]> = {
  'invalid-config': all,
  'invalid-input': ['codes.send', 'codes.verify', ...finish, 'rename'],
  unsupported: begin,
  'insecure-context': begin,
  'blocked-by-policy': begin,
  busy: begin,
  aborted: begin,
  cancelled: begin,
  'already-registered': ['registration.begin'],
  'rp-mismatch': begin,
  'challenge-expired': finish,
  'verification-failed': [...finish, 'codes.verify'],
  'unknown-credential': ['signIn.finish'],
  'outcome-unknown': finish,
  unauthorized: ['signIn.finish', 'registration.begin', 'list', ...change],
  'reauth-required': ['registration.begin', ...change],
  'not-found': ['signIn.begin', ...change],
  'last-passkey': ['remove'],
  'rate-limited': all,
  'server-error': all,
  'bad-response': all,
  conflict: [...finish, ...change],
  network: all,
  'not-loaded': all,
  timeout: all,
  forbidden: all,
  'mfa-required': ['signIn.finish'],
  unknown: all,
};

/** All scenarios, for a page or a test that goes through them. */
export const scenarios: readonly Scenario[] = [
  ...(Object.keys(held) as State[]),
  ...passkeyErrorCodes,
];

/**
 * A backend for the `backend` property that checks nothing and remembers a list of passkeys. The
 * browser still asks for a passkey, unless `fakeAuthenticator` answers in its place.
 */
export function fakeBackend(options: FakeBackendOptions = {}): PasskeyBackend {
  const { scenario = 'succeeded' } = options;
  const records = options.passkeys ?? (scenario === 'empty' ? [] : usualPasskeys);
  let passkeys = records.flatMap((fields) => toPasskey(fields) ?? []);
  let created = 0;

  /** Holds an operation back, or lets it fail, or does it; after a moment, as a network would. */
  async function play<Result>(
    operation: Operation,
    signal: AbortSignal,
    result: () => Result,
  ): Promise<Result> {
    await Promise.resolve();
    signal.throwIfAborted();
    if (isState(scenario))
      return held[scenario].includes(operation) ? untilAborted(signal) : result();
    if (failing[scenario].includes(operation)) throw errorOf(scenario, operation);
    return result();
  }

  function replace(
    id: string,
    change: (passkey: Passkey) => Passkey | undefined,
  ): Passkey | undefined {
    passkeys = passkeys.flatMap((one) => (one.id === id ? (change(one) ?? []) : one));
    return passkeys.find((one) => one.id === id);
  }

  return {
    name: `fake: ${scenario}`,
    traits: { signUp: true, nameAtRegistration: 'optional', maxNameLength: 64 },
    signIn: {
      begin: (_, signal) =>
        play('signIn.begin', signal, () => ({
          options: { challenge: challengeOf(scenario), rpId: location.hostname },
        })),
      finish: (_, signal) =>
        play('signIn.finish', signal, () =>
          scenario === 'waiting'
            ? { kind: 'pending' as const, handle: 'fake' }
            : { kind: 'session' as const },
        ),
      exchange: () => Promise.resolve({ kind: 'session' }),
    },
    registration: {
      begin: ({ identifier = 'somebody@example.com', displayName = identifier }, signal) =>
        play('registration.begin', signal, () => ({
          options: {
            challenge: challengeOf(scenario),
            rp: { id: location.hostname, name: 'Fake backend' },
            user: { id: encode(identifier), name: identifier, displayName },
            pubKeyCredParams: [
              { type: 'public-key', alg: -7 },
              { type: 'public-key', alg: -257 },
            ],
            authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
          },
        })),
      finish: ({ answer, name }, signal) =>
        play('registration.finish', signal, () => {
          const id = `new-${++created}`;
          const passkey = toPasskey({ id, credentialId: answer.id, name, createdAt: new Date() })!;
          passkeys = [...passkeys, passkey];
          return { passkey };
        }),
    },
    status: ({ handle }) => {
      const pending = handle !== undefined && scenario === 'waiting';
      const known = scenario === 'newcomer' ? 'not-registered' : 'registered';
      return Promise.resolve({ state: pending ? 'pending' : known });
    },
    codes: {
      send: (_, signal) => play('codes.send', signal, () => ({ handle: 'fake' })),
      verify: (_, signal) => play('codes.verify', signal, () => ({ kind: 'session' as const })),
    },
    passkeys: {
      list: (signal) => play('list', signal, () => ({ passkeys, complete: true })),
      rename: ({ id, name }, signal) =>
        play('rename', signal, () => replace(id, (passkey) => ({ ...passkey, name }))),
      remove: ({ id }, signal) => play('remove', signal, () => void replace(id, () => undefined)),
    },
    signOut: () => Promise.resolve(),
  };
}

const usualPasskeys: readonly PasskeyFields[] = [
  {
    id: 'phone',
    credentialId: 'cGhvbmU',
    name: 'Phone',
    provider: { name: 'Password manager' },
    synced: true,
    createdAt: '2026-01-15T09:00:00Z',
    lastUsedAt: '2026-06-01T18:30:00Z',
  },
  { id: 'key', credentialId: 'a2V5', name: 'Security key', synced: false, transports: ['usb'] },
];

function isState(scenario: Scenario): scenario is State {
  return Object.hasOwn(held, scenario);
}

function errorOf(code: PasskeyErrorCode, operation: Operation): PasskeyError {
  const retryAt = code === 'rate-limited' ? new Date(Date.now() + 30_000) : undefined;
  return new PasskeyError(code, `fakeBackend: ${operation}`, { retryAt });
}

/** Tells the fake authenticator what is played. */
function challengeOf(scenario: Scenario): string {
  return encode(`fake:${scenario}`);
}

function encode(text: string): string {
  return btoa(encodeURIComponent(text)).replace(
    /[+/=]/g,
    (sign) => ({ '+': '-', '/': '_' })[sign] ?? '',
  );
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

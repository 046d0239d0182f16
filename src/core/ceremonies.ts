import type { Mediation, PasskeyBackend, SignInAnswer, SignInResult } from './backend.js';
import { beginSignIn, keepChallenge, takeChallenge, whenOld } from './challenges.js';
import { exclusively } from './coordinator.js';
import { hint, PasskeyError, toPasskeyError } from './errors.js';
import type { FlowEvent } from './flow.js';
import type { Passkey } from './passkey.js';
import { orAborted } from './waiting.js';
import { askForPasskey, obstacle, signalUnknownPasskey } from './webauthn.js';

export interface Ceremony {
  readonly signal: AbortSignal;
  /** Told of each step, in order. */
  report(event: FlowEvent): void;
}

/**
 * Signs in by a prompt. `undefined` when the backend approved but hands the session out elsewhere.
 * Rejects with a `PasskeyError`.
 */
export function signIn(
  backend: PasskeyBackend,
  request: {
    readonly identifier?: string;
    /** Takes no other passkeys than these: somebody who is signed in confirms it is them. */
    readonly only?: readonly Passkey[];
  },
  { signal, report }: Ceremony,
): Promise<SignInResult | undefined> {
  return exclusively('modal', signal, async (signal) => {
    assertPossible('get');
    const challenged = () => report({ type: 'challenged' });
    const picked = await requestAnswer(backend, request, 'modal', signal, challenged);
    return conclude(backend, picked, { signal, report });
  });
}

/** Signs in with the passkey that the person picked from the autofill list. */
export function signInWith(
  backend: PasskeyBackend,
  picked: SignInAnswer,
  { signal, report }: Ceremony,
): Promise<SignInResult | undefined> {
  return exclusively('modal', signal, (signal) => {
    report({ type: 'challenged' });
    return conclude(backend, picked, { signal, report });
  });
}

/** Options from the backend, an answer from the person. The ways in differ in mediation. */
export async function requestAnswer(
  backend: PasskeyBackend,
  { identifier, only }: { readonly identifier?: string; readonly only?: readonly Passkey[] },
  mediation: Mediation | 'immediate',
  signal: AbortSignal,
  challenged?: () => void,
): Promise<SignInAnswer> {
  const quiet = mediation === 'conditional';
  // Many servers keep the last challenge only: the one in stock serves now or never.
  const kept = takeChallenge(backend);
  const asking = { identifier, mediation: quiet ? mediation : ('modal' as const) };
  const challenge =
    (!only && !quiet && !identifier && (await kept)) ||
    (await beginSignIn(backend, asking, signal));
  const { options } = challenge;
  if (only) options.allowCredentials = descriptorsOf(only);
  challenged?.();
  // Autofill may wait for hours; what it waits with must still be good when the person picks.
  const over = new AbortController();
  const fresh = quiet ? AbortSignal.any([signal, whenOld(challenge, over)]) : signal;
  try {
    const asked = askForPasskey(options, { mediation, signal: fresh });
    return { answer: await orAborted(asked, fresh), challenge };
  } catch (cause) {
    if (fresh.aborted && !signal.aborted) {
      throw new PasskeyError('challenge-expired', hint`Nobody used autofill in time.`, { cause });
    }
    if (quiet) keepChallenge(backend, Promise.resolve(challenge));
    throw cause;
  } finally {
    over.abort();
  }
}

/** The passkeys as lists of credentials name them. */
export function descriptorsOf(passkeys: readonly Passkey[]) {
  return passkeys.flatMap(({ credentialId: id, transports = [] }) =>
    id ? { id, type: 'public-key' as const, transports: [...transports] } : [],
  );
}

/** Hands the answer over once (a verify is never repeated), then waits until it is final. */
async function conclude(
  backend: PasskeyBackend,
  picked: SignInAnswer,
  { signal, report }: Ceremony,
): Promise<SignInResult | undefined> {
  const { answer, challenge } = picked;
  report({ type: 'answered', answer });
  try {
    signal.throwIfAborted(); // it may have been stopped with the answer on its way here
    const outcome = await backend.signIn.finish(picked, signal);
    if (outcome.kind !== 'pending') return outcome;
    const { awaitApproval } = await import('./status.js'); // few sign-ins need it
    return await awaitApproval(backend, outcome, challenge.identifier, { signal, report });
  } catch (cause) {
    const error = await toPasskeyError(cause);
    if (error.code === 'unknown-credential') {
      void signalUnknownPasskey(challenge.options.rpId, answer.id);
    }
    throw error;
  }
}

/** Nothing is asked of a server, or of a person, where it would be in vain. */
export function assertPossible(ceremony: 'create' | 'get'): void {
  const error = obstacle(ceremony);
  if (error) throw error;
}

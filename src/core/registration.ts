import type {
  Mediation,
  PasskeyBackend,
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResult,
} from './backend.js';
import { assertPossible, descriptorsOf, signalUnknown, type Ceremony } from './ceremonies.js';
import { exclusively } from './coordinator.js';
import { readCreationOptions } from './creation-options.js';
import { PasskeyError, toPasskeyError, type PasskeyErrorCode } from './errors.js';
import type { Passkey } from './passkey.js';
import { createPasskey } from './webauthn-create.js';

/** Creates a passkey and hands it to the backend. Rejects with a `PasskeyError`. */
export function register(
  backend: PasskeyBackend,
  request: {
    readonly identifier?: string;
    readonly displayName?: string;
    readonly name?: string;
    /** What the person has already, for backends that do not exclude it themselves. */
    readonly existing?: readonly Passkey[];
    /** `conditional` creates it without a question, where the browser can. */
    readonly mediation?: Mediation;
  },
  { signal, report }: Ceremony,
): Promise<RegistrationResult> {
  return exclusively('modal', signal, async (signal) => {
    assertPossible('create');
    const { registration } = backend;
    if (!registration)
      throw new PasskeyError('unsupported', 'This backend cannot register passkeys.');
    const { name, existing = [], mediation = 'modal', ...about } = request;
    const challenge = await registration.begin({ ...about, mediation }, signal);
    signal.throwIfAborted();
    const options = withoutRepeats(readCreationOptions(challenge.options), existing);
    report({ type: 'challenged' });
    const answer = await createPasskey(options, { mediation, signal });
    signal.throwIfAborted();
    report({ type: 'answered' });
    try {
      return await registration.finish(
        { answer, challenge: { ...challenge, options }, name },
        signal,
      );
    } catch (cause) {
      const error = await toPasskeyError(cause);
      if (isRefusal(error.code)) signalUnknown(options.rp.id, answer.id);
      throw error;
    }
  });
}

/** One passkey per password manager: a second one there would only replace or confuse the first. */
function withoutRepeats(
  options: PublicKeyCredentialCreationOptionsJSON,
  existing: readonly Passkey[],
): PublicKeyCredentialCreationOptionsJSON {
  if (options.excludeCredentials?.length) return options;
  const excludeCredentials = descriptorsOf(existing);
  return { ...options, excludeCredentials };
}

/** The server's definite no to a passkey that was just created; a lost answer is none. */
function isRefusal(code: PasskeyErrorCode): boolean {
  return code === 'verification-failed' || code === 'challenge-expired';
}

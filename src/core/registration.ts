import type {
  Mediation,
  PasskeyBackend,
  PublicKeyCredentialCreationOptionsJSON,
  RegistrationResponseJSON,
  RegistrationResult,
} from './backend.js';
import { assertPossible, descriptorsOf, type Ceremony } from './ceremonies.js';
import { exclusively } from './coordinator.js';
import { readCreationOptions } from './creation-options.js';
import { hint, PasskeyError, toPasskeyError, type PasskeyErrorCode } from './errors.js';
import { rememberHere } from './made-here.js';
import type { Passkey } from './passkey.js';
import { signalUnknownPasskey } from './webauthn.js';
import { createPasskey } from './webauthn-create.js';

/** This device, a phone or tablet, a security key: WebAuthn Level 3 §5.8.7. */
export type Place = 'client-device' | 'hybrid' | 'security-key';

/** What came of it, and the model of the authenticator as the answer itself tells it. */
export type Registered = RegistrationResult & { readonly aaguid?: string };

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
    /** Where it is wanted; without one the person's browser asks. */
    readonly place?: Place;
  },
  { signal, report }: Ceremony,
): Promise<Registered> {
  return exclusively('modal', signal, async (signal) => {
    assertPossible('create');
    const { registration } = backend;
    if (!registration)
      throw new PasskeyError('unsupported', hint`This backend cannot register passkeys.`);
    const { name, existing = [], mediation = 'modal', place, ...about } = request;
    const challenge = await registration.begin({ ...about, mediation }, signal);
    signal.throwIfAborted();
    const sent = withoutRepeats(readCreationOptions(challenge.options), existing);
    const options = place ? wantedAt(place, sent) : sent;
    report({ type: 'challenged' });
    const answer = await createPasskey(options, { mediation, signal });
    if (signal.aborted) void signalUnknownPasskey(options.rp.id, answer.id);
    signal.throwIfAborted();
    report({ type: 'answered' });
    try {
      const finishing = { answer, challenge: { ...challenge, options }, name };
      const result = await registration.finish(finishing, signal);
      rememberHere(answer);
      return { ...result, aaguid: aaguidIn(answer) };
    } catch (cause) {
      const error = await toPasskeyError(cause);
      if (isRefusal(error.code)) void signalUnknownPasskey(options.rp.id, answer.id);
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
  const excludeCredentials = descriptorsOf(existing).slice(0, 64); // Chromium takes no more
  return { ...options, excludeCredentials };
}

/** The server's own wishes otherwise stay as they are. Hints are new: the attachment is for other browsers. */
function wantedAt(
  place: Place,
  options: PublicKeyCredentialCreationOptionsJSON,
): PublicKeyCredentialCreationOptionsJSON {
  const authenticatorSelection = {
    ...options.authenticatorSelection,
    authenticatorAttachment: place === 'client-device' ? 'platform' : 'cross-platform',
  } as const;
  return { ...options, authenticatorSelection, hints: [place] };
}

/** A lower-case UUID, from bytes 37 to 52. WebAuthn Level 3 §6.5.1; some extensions send no data. */
function aaguidIn({ response }: RegistrationResponseJSON): string | undefined {
  const base64 = response.authenticatorData?.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Array.from(atob(base64 ?? '').slice(37, 53), (byte) => byte.charCodeAt(0));
  if (bytes.length < 16) return undefined;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The server's definite no to a passkey that was just created; a lost answer is none. */
function isRefusal(code: PasskeyErrorCode): boolean {
  return code === 'verification-failed' || code === 'challenge-expired';
}

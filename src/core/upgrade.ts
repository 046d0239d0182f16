import type { PasskeyBackend, RegistrationResult } from './backend.js';
import type { Ceremony } from './ceremonies.js';
import { register } from './registration.js';
import { surelyCan } from './webauthn.js';

/** A browser that has not made the passkey by then is left alone; in milliseconds. */
const patience = 10_000;

/**
 * Creates a passkey without a question, for somebody who has just signed in with a password.
 * WebAuthn Level 3 §5.1.3, conditional create. `undefined` where it did not work: nobody asked for
 * it, so nobody is told.
 */
export async function upgrade(
  backend: PasskeyBackend,
  request: { readonly identifier?: string },
): Promise<RegistrationResult | undefined> {
  const able = await surelyCan('conditionalCreate');
  if (!able) return undefined;
  const over = new AbortController();
  let timer = setTimeout(() => over.abort(), patience);
  const report: Ceremony['report'] = ({ type }) => {
    if (type !== 'answered') return;
    // What was made has a time of its own to reach the backend: else nobody could use it.
    clearTimeout(timer);
    timer = setTimeout(() => over.abort(), 2 * patience);
  };
  const silent = { signal: over.signal, report };
  return register(backend, { ...request, mediation: 'conditional' }, silent)
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}

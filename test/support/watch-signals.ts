import { replace } from '../core/stand-ins.ts';

/** Keeps what is signalled to the authenticator, in order. */
export function watchSignals() {
  const seen: { name: string; details: unknown }[] = [];
  for (const name of [
    'signalAllAcceptedCredentials',
    'signalUnknownCredential',
    'signalCurrentUserDetails',
  ]) {
    replace(PublicKeyCredential, name, async (details: object) => {
      seen.push({ name, details: { ...details } });
    });
  }
  return seen;
}

import type { PasskeyBackend } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import type { PasskeyError } from '../core/errors.js';
import { register, type Place } from '../core/registration.js';
import { addingWords } from '../i18n/en/adding.js';
import { PasskeyBeforeRegisterEvent, PasskeyRegisteredEvent } from './passkey-events.js';
import { freshly } from './fresh-sign-in.js';
import type { Change, ManagerHost } from './manager-part.js';

/** Creates a passkey beside those of the list; where there is one already, offers other places. Rejects with a `PasskeyError`. */
export async function add(
  host: ManagerHost,
  backend: PasskeyBackend,
  ceremony: Ceremony,
  place?: Place,
): Promise<Change> {
  await host.element['permit'](new PasskeyBeforeRegisterEvent());
  const existing = host.list.passkeys;
  // A fresh sign-in opens a prompt; that it was answered is not the end: there is another one after it.
  const report: Ceremony['report'] = (event) =>
    event.type === 'challenged' && ceremony.report(event);
  const { passkey, signIn } = await freshly(host, backend, { ...ceremony, report }, () =>
    register(backend, { existing, place }, ceremony),
  ).catch((cause: PasskeyError) => {
    if (cause.code === 'already-registered') void host.begin('offer', existing[0]!);
    throw cause;
  });
  if (signIn) await host.element['handOver'](signIn);
  const news = () => host.localize.words(addingWords).added;
  return { news, event: new PasskeyRegisteredEvent(passkey?.id) };
}

import type { PasskeyBackend } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import { register } from '../core/registration.js';
import { addingWords } from '../i18n/en/adding.js';
import { PasskeyBeforeRegisterEvent, PasskeyRegisteredEvent } from './events.js';
import { freshly } from './fresh-sign-in.js';
import type { Change, ManagerHost } from './manager-part.js';

/** Creates a passkey beside those of the list. Rejects with a `PasskeyError`. */
export async function add(
  host: ManagerHost,
  backend: PasskeyBackend,
  ceremony: Ceremony,
): Promise<Change> {
  await host.permit(new PasskeyBeforeRegisterEvent());
  const existing = host.list.passkeys;
  const { passkey, signIn } = await freshly(host, backend, ceremony.signal, () =>
    register(backend, { existing }, ceremony),
  );
  if (signIn) await host.handOver(signIn);
  const { added } = host.localize.words(addingWords);
  return { news: added, event: new PasskeyRegisteredEvent(passkey?.id) };
}

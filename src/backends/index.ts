import type { PasskeyBackend } from '../core/backend.js';
import { PasskeyError } from '../core/errors.js';
import type { HttpSettings } from './http.js';

export type { HttpSettings };

/** What the `backend` attribute may say. */
export type BackendName = keyof typeof backends;

const backends = {
  ssojet: async () => (await import('./ssojet.js')).ssojet,
  rest: async () => (await import('./rest.js')).rest,
  passlock: async () => (await import('./passlock.js')).passlock,
  hanko: async () => (await import('./hanko.js')).hanko,
} satisfies Record<string, () => Promise<(settings: HttpSettings) => PasskeyBackend>>;

/** The backend of that name; its code is loaded when it is first asked for. */
export async function resolveBackend(
  name: string,
  settings: HttpSettings = {},
): Promise<PasskeyBackend> {
  if (!isBackendName(name)) {
    const known = Object.keys(backends).join(', ');
    throw new PasskeyError('invalid-config', `backend “${name}” is none of: ${known}.`);
  }
  const create = await backends[name]().catch((cause: unknown) => {
    throw new PasskeyError('network', `The code for backend “${name}” did not load.`, { cause });
  });
  return create(settings);
}

function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(backends, name);
}

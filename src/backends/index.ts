import type { PasskeyBackend } from '../core/backend.js';
import { hint, PasskeyError } from '../core/errors.js';
import type { HttpSettings } from './http.js';
import { ssojet } from './ssojet.js';

export type { HttpSettings };

/** What the `backend` attribute may say. */
export type BackendName = keyof typeof backends;

const backends = {
  ssojet: async () => ssojet, // what `backend` says by default comes along
  rest: async () => (await import('./rest.js')).rest,
  fido2: async () => (await import('./fido2.js')).fido2,
  'spring-security': async () => (await import('./spring-security.js')).springSecurity,
  auth0: async () => (await import('./auth0.js')).auth0,
  supabase: async () => (await import('./supabase.js')).supabase,
  'better-auth': async () => (await import('./better-auth.js')).betterAuth,
} satisfies Record<string, () => Promise<(settings: HttpSettings) => PasskeyBackend>>;

/** The backend of that name; its code is loaded when it is first asked for. */
export async function resolveBackend(
  name: string,
  settings: HttpSettings = {},
): Promise<PasskeyBackend> {
  if (!isBackendName(name)) {
    const known = Object.keys(backends).join(', ');
    throw new PasskeyError('invalid-config', hint`backend “${name}” is none of: ${known}.`);
  }
  const create = await backends[name]().catch((cause: unknown) => {
    throw new PasskeyError('network', hint`The code for backend “${name}” did not load.`, {
      cause,
    });
  });
  return create(settings);
}

function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(backends, name);
}

import type { PasskeyBackend } from '../core/backend.js';
import { hint, PasskeyError, unreachable } from '../core/errors.js';
import type { HttpSettings } from './http.js';
import ssojet from './ssojet.js';

export type { HttpSettings };

/** What the `backend` attribute may say. */
export type BackendName = keyof typeof backends;

const backends = {
  ssojet: async () => ({ default: ssojet }), // what `backend` says by default comes along
  rest: () => import('./rest.js'),
  passlock: () => import('./passlock.js'),
  fido2: () => import('./fido2.js'),
  'better-auth': () => import('./better-auth.js'),
  hanko: () => import('./hanko.js'),
  'spring-security': () => import('./spring-security.js'),
  auth0: () => import('./auth0.js'),
  supabase: () => import('./supabase.js'),
} satisfies Record<string, () => Promise<{ default: (settings: HttpSettings) => PasskeyBackend }>>;

/** The backend of that name; its code is loaded when it is first asked for. */
export async function resolveBackend(
  name: string,
  settings: HttpSettings = {},
): Promise<PasskeyBackend> {
  if (!isBackendName(name)) {
    throw new PasskeyError(
      'invalid-config',
      hint`backend “${name}” is none of: ${Object.keys(backends).join(', ')}.`,
    );
  }
  const { default: create } = await backends[name]().catch(unreachable);
  return create(settings);
}

function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(backends, name);
}

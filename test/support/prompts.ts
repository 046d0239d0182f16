import { replace } from './replace.ts';

export interface SeenPrompt {
  readonly ceremony: 'get' | 'create';
  readonly mediation: string;
  readonly options: CredentialCreationOptions & CredentialRequestOptions;
}

/** Notes what the browser is asked for from now on, and lets it do its work. */
export function watchPrompts(): SeenPrompt[] {
  const seen: SeenPrompt[] = [];
  for (const ceremony of ['get', 'create'] as const) {
    const { credentials } = navigator;
    const real: (options: object) => unknown = credentials[ceremony].bind(credentials);
    replace(navigator.credentials, ceremony, (options: SeenPrompt['options']) => {
      const { mediation = 'modal' } = options as { mediation?: string };
      seen.push({ ceremony, mediation, options });
      return real(options);
    });
  }
  return seen;
}

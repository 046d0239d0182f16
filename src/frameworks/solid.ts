import type { JSX } from 'solid-js';
import type { BackendName } from '../backends/index.js';
import type { Attributes, Elements, EventName, Listener, Properties, Tag } from './members.js';

/** Solid writes names in lower case: without `prop:`, only what is spelled as an attribute arrives. */
type Tagged<T extends Tag> = Omit<JSX.HTMLAttributes<Elements[T]>, keyof Properties<T>> & {
  backend?: BackendName | undefined;
} & Attributes<T> & {
    [
      Name in keyof Properties<T> as Name extends string ? `prop:${Name}` : never
    ]?: Properties<T>[Name];
  } & {
    [Name in EventName<T> as `on:${Name}`]?: Listener<T, Name> | undefined;
  };

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'passkey-login': Tagged<'passkey-login'>;
      'passkey-manager': Tagged<'passkey-manager'>;
    }
  }
}

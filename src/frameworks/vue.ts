import type { HTMLAttributes, ReservedProps } from 'vue';
import type { CamelListeners, LoneAttributes, Properties, Tag, Written } from './members.js';

/** Templates may spell a property either way, and `@passkey-signed-in` is `onPasskeySignedIn`. */
type Tagged<T extends Tag> = new () => {
  $props: HTMLAttributes & ReservedProps & Values<T> & LoneAttributes[T] & CamelListeners<T>;
};

type Values<T extends Tag> = { [Name in keyof Properties<T>]: Written<Properties<T>[Name]> };

declare module 'vue' {
  /** With `strictTemplates`, nothing could go into a slot of an element otherwise. */
  interface HTMLAttributes {
    slot?: string;
  }
  interface GlobalComponents {
    'passkey-login': Tagged<'passkey-login'>;
    'passkey-manager': Tagged<'passkey-manager'>;
  }
}

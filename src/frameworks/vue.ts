import type { HTMLAttributes, ReservedProps } from 'vue';
import type { CamelListeners, Properties, Tag } from './members.js';

/** Templates may spell a property either way, and `@passkey-signed-in` is `onPasskeySignedIn`. */
type Tagged<T extends Tag> = new () => {
  $props: HTMLAttributes & ReservedProps & Properties<T> & CamelListeners<T>;
};

declare module 'vue' {
  interface GlobalComponents {
    'passkey-login': Tagged<'passkey-login'>;
    'passkey-manager': Tagged<'passkey-manager'>;
  }
}

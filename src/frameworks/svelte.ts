import type { HTMLAttributes } from 'svelte/elements';
import type { Elements, PlainListeners, Properties, Tag, WrittenAttributes } from './members.js';

type Tagged<T extends Tag> = Omit<HTMLAttributes<Elements[T]>, keyof Properties<T>> &
  Properties<T> &
  WrittenAttributes<T> &
  PlainListeners<T>;

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'passkey-login': Tagged<'passkey-login'>;
    'passkey-manager': Tagged<'passkey-manager'>;
  }
}

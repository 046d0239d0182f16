import type { HTMLAttributes } from 'preact';
import type { Elements, PlainListeners, Properties, Tag, WrittenAttributes } from './members.js';

type Tagged<T extends Tag> = Omit<HTMLAttributes<Elements[T]>, keyof Properties<T>> &
  Properties<T> &
  WrittenAttributes<T> &
  PlainListeners<T>;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'passkey-login': Tagged<'passkey-login'>;
      'passkey-manager': Tagged<'passkey-manager'>;
    }
  }
}

import type { LitElement } from 'lit';
import type { BackendName } from '../backends/index.js';
import type { PasskeyBackend } from '../core/backend.js';
import type { PasskeyLogin } from '../elements/passkey-login.js';
import type { PasskeyManager } from '../elements/passkey-manager.js';
import type {} from '../elements/events.js';

/** The elements, by tag. */
export interface Elements {
  'passkey-login': PasskeyLogin;
  'passkey-manager': PasskeyManager;
}

export type Tag = keyof Elements;

/** Which events an element fires. */
export const eventNames = {
  'passkey-login': [
    'passkey-ready',
    'passkey-before-sign-in',
    'passkey-before-register',
    'passkey-signed-in',
    'passkey-registered',
    'passkey-status',
    'passkey-cancelled',
    'passkey-error',
  ],
  'passkey-manager': [
    'passkey-ready',
    'passkey-before-register',
    'passkey-before-rename',
    'passkey-before-remove',
    'passkey-registered',
    'passkey-renamed',
    'passkey-removed',
    'passkey-restored',
    'passkey-cancelled',
    'passkey-error',
  ],
} as const satisfies Record<Tag, readonly (keyof GlobalEventHandlersEventMap)[]>;

export type EventName<T extends Tag> = (typeof eventNames)[T][number];

/** What a listener gets. */
export type Listener<T extends Tag, Name extends EventName<T>> = (
  event: GlobalEventHandlersEventMap[Name] & { readonly currentTarget: Elements[T] },
) => unknown;

/** The public properties of an element; `backend` knows the names of the dialects. */
export type Properties<T extends Tag> = {
  [Name in PropertyName<Elements[T]>]?:
    (Name extends 'backend' ? BackendName | PasskeyBackend : Elements[T][Name]) | undefined;
};

/** The attributes of an element that are not spelled like the property, or have none. */
export type Attributes<T extends Tag> = LoneAttributes[T] & {
  [
    Name in keyof Properties<T> as Name extends string
      ? NonNullable<Properties<T>[Name]> extends string | boolean | number
        ? Kebab<Name>
        : never
      : never
  ]?: Written<Properties<T>[Name]>;
};

/** Where a framework writes `false` out: a switch that is there is on, whatever it says. */
export type WrittenAttributes<T extends Tag> = {
  [Name in keyof Attributes<T>]: Exclude<Attributes<T>[Name], false>;
};

/** The attributes that are no properties. */
export interface LoneAttributes {
  'passkey-login': { name?: string | undefined };
  'passkey-manager': unknown;
}

/** As an attribute, a number is text. */
export type Written<Value> = Value extends number ? Value | `${Value}` : Value;

/** Listeners as `onpasskey-signed-in`, the way React 19, Preact and Svelte spell them. */
export type PlainListeners<T extends Tag> = {
  [Name in EventName<T> as `on${Name}`]?: Listener<T, Name> | undefined;
};

/** Listeners as `onPasskeySignedIn`, the way components spell them. */
export type CamelListeners<T extends Tag> = {
  [Name in EventName<T> as `on${Pascal<Name>}`]?: Listener<T, Name> | undefined;
};

/**
 * What is neither Lit's nor a method. Without `strict`, a property that may be a function is a
 * function: what may be absent is none of the methods.
 */
type PropertyName<E> = {
  [Name in Exclude<keyof E, keyof LitElement>]: object extends Pick<E, Name>
    ? Name
    : E[Name] extends (...values: never[]) => unknown
      ? never
      : Name;
}[Exclude<keyof E, keyof LitElement>];

type Kebab<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? Rest extends Uncapitalize<Rest>
    ? `${Lowercase<First>}${Kebab<Rest>}`
    : `${Lowercase<First>}-${Kebab<Rest>}`
  : Text;

type Pascal<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Pascal<Rest>}`
  : Capitalize<Text>;

'use client';
import {
  createElement,
  forwardRef,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  type DetailedHTMLProps,
  type ForwardedRef,
  type ForwardRefExoticComponent,
  type HTMLAttributes,
  type ReactNode,
  type RefAttributes,
} from 'react';
import { defineElement } from '../elements/define-element.js';
import { PasskeyLogin as LoginElement } from '../elements/passkey-login.js';
import { PasskeyManager as ManagerElement } from '../elements/passkey-manager.js';
import {
  eventNames,
  type Attributes,
  type CamelListeners,
  type Elements,
  type LoneAttributes,
  type PlainListeners,
  type Properties,
  type Tag,
} from './members.js';

type OwnProps<T extends Tag> = Properties<T> & LoneAttributes[T] & CamelListeners<T>;

/** What a component of ours takes: the element's properties, its events, and what any element has. */
type Props<T extends Tag> = OwnProps<T> & Omit<HTMLAttributes<Elements[T]>, keyof OwnProps<T>>;

/** What `PasskeyLogin` takes. It has a name, so that the types of what a site makes of it can be written. */
export interface PasskeyLoginProps extends Props<'passkey-login'> {
  /** What goes into the slots. */
  children?: ReactNode;
}

/** What `PasskeyManager` takes. */
export interface PasskeyManagerProps extends Props<'passkey-manager'> {
  /** What goes into the slots. */
  children?: ReactNode;
}

type Component<TagProps, Element> = ForwardRefExoticComponent<TagProps & RefAttributes<Element>>;

/** `<passkey-login>` as a component of React 18 or 19; registers the tag when it is first shown. */
export const PasskeyLogin: Component<PasskeyLoginProps, LoginElement> = /* @__PURE__ */ wrap(
  'passkey-login',
  LoginElement,
);

/** `<passkey-manager>` as a component of React 18 or 19. */
export const PasskeyManager: Component<PasskeyManagerProps, ManagerElement> = /* @__PURE__ */ wrap(
  'passkey-manager',
  ManagerElement,
);

/** A server has no layout, and React 18 warns there. */
const useLayout = typeof document === 'undefined' ? useEffect : useLayoutEffect;

/**
 * Text and switches become attributes, so that they are in the server's HTML; the rest becomes
 * properties and listeners before the element wakes up, so that it never works without them.
 */
function wrap<T extends Tag>(
  tag: T,
  type: typeof LoginElement | typeof ManagerElement,
): Component<Props<T>, Elements[T]> {
  const component = (
    { children, ...props }: HTMLAttributes<HTMLElement>,
    ref: ForwardedRef<Elements[T]>,
  ) => {
    const node = useRef<Elements[T]>(null);
    const { attributes, properties, listeners } = sort(tag, type, props);
    const latest = useRef(listeners);
    const former = useRef(properties);
    const token = useRef<unknown>(undefined);
    const askForToken = useRef(() => (token.current as () => unknown)());
    const tell = useRef((event: Event) => {
      // Off the page, what ends with the component is no news to it; that somebody is signed in is.
      const { isConnected } = event.currentTarget as Node;
      if (isConnected || event.type === 'passkey-signed-in') latest.current[event.type]?.(event);
    });
    useImperativeHandle(ref, () => node.current!, []);
    useLayout(() => {
      latest.current = listeners;
      for (const name of Object.keys(former.current)) {
        if (Reflect.get(props, name) === undefined) Reflect.set(node.current!, name, undefined);
      }
      former.current = properties;
      token.current = properties['accessToken'];
      // A function that is written into the rendering is another one each time, but the same person's.
      const same = typeof token.current === 'function' && { accessToken: askForToken.current };
      Object.assign(node.current!, { ...properties, ...same });
    });
    useLayout(() => {
      // For good: while React hides the element, what it does goes on.
      for (const name of eventNames[tag]) node.current!.addEventListener(name, tell.current);
      defineElement(tag, type);
    }, []);
    return createElement(tag, { ...attributes, ref: node }, children);
  };
  return forwardRef(component) as Component<Props<T>, Elements[T]>;
}

type Listeners = Record<string, ((event: Event) => unknown) | undefined>;

function sort(tag: Tag, type: typeof LoginElement | typeof ManagerElement, props: object) {
  const known = new Map(type.observedAttributes.map((name) => [toCamel(name), name]));
  const attributes: Record<string, unknown> = {};
  const properties: Record<string, unknown> = {};
  const listeners: Listeners = {};
  const handlers = new Map(eventNames[tag].map((name) => [toCamel(`on-${name}`), name]));
  for (const [name, value] of Object.entries(props) as [string, unknown][]) {
    const attribute = known.get(name);
    const event = handlers.get(name);
    if (event) listeners[event] = value as Listeners[string];
    else if (attribute && typeof value !== 'object') attributes[attribute] = toAttribute(value);
    else if (type.elementProperties.has(name)) properties[name] = value;
    else if (value !== false || !switches.includes(name))
      attributes[name === 'className' ? 'class' : name] = value;
  }
  return { attributes, properties, listeners };
}

/** React 18 writes `false` out, and a switch that says so is on. */
function toAttribute(value: unknown): unknown {
  return typeof value === 'boolean' ? (value ? '' : undefined) : value;
}

/** Those of any element. */
const switches = ['hidden', 'inert', 'autoFocus'];

function toCamel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

type IntrinsicElement<T extends Tag> = DetailedHTMLProps<
  Omit<HTMLAttributes<Elements[T]>, keyof Properties<T>>,
  Elements[T]
> &
  Properties<T> &
  Attributes<T> &
  PlainListeners<T>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'passkey-login': IntrinsicElement<'passkey-login'>;
      'passkey-manager': IntrinsicElement<'passkey-manager'>;
    }
  }
}

import type * as events from '../../src/elements/events.js';

type EventMap = Pick<
  GlobalEventHandlersEventMap,
  Extract<keyof GlobalEventHandlersEventMap, `passkey-${string}`>
>;
export type PasskeyEventName = keyof EventMap;
export type AnyPasskeyEvent = InstanceType<(typeof events)[keyof typeof events]>;

export const passkeyEventNames: readonly PasskeyEventName[] = [
  'passkey-ready',
  'passkey-before-sign-in',
  'passkey-before-register',
  'passkey-before-rename',
  'passkey-before-remove',
  'passkey-signed-in',
  'passkey-registered',
  'passkey-status',
  'passkey-renamed',
  'passkey-removed',
  'passkey-restored',
  'passkey-cancelled',
  'passkey-error',
];

let listening: AbortController | undefined;

afterEach(() => {
  listening?.abort();
  listening = undefined;
});

/** Every event of our elements from now on, as any script of the page can hear them. */
export class PasskeyEvents {
  readonly all: CustomEvent[] = [];

  constructor(target: EventTarget = document) {
    listening ??= new AbortController();
    const { signal } = listening;
    for (const name of passkeyEventNames) {
      target.addEventListener(name, (event) => this.all.push(event as CustomEvent), {
        capture: true,
        signal,
      });
    }
  }

  of<Name extends PasskeyEventName>(name: Name): EventMap[Name][] {
    return this.all.filter((event): event is EventMap[Name] => event.type === name);
  }

  /** What happened, in order: the names without `passkey-ready` and what was only about to be. */
  get names(): string[] {
    return this.all
      .map(({ type }) => type)
      .filter((type) => !/^passkey-(ready|before-.*)$/.test(type));
  }

  /** The codes of the errors, in order. */
  get errors(): string[] {
    return this.of('passkey-error').map(({ detail }) => detail.code);
  }
}

import type { SignInResult, Status } from '../core/backend.js';
import type {
  PasskeyBeforeRegisterEvent,
  PasskeyBeforeRemoveEvent,
  PasskeyBeforeRenameEvent,
  PasskeyRegisteredEvent,
  PasskeyRemovedEvent,
  PasskeyRenamedEvent,
  PasskeyRestoredEvent,
} from './passkey-events.js';
import type { PasskeyError, PasskeyErrorCode } from '../core/errors.js';

/*
 * Any script on the page can listen to these, so none carries a token, an assertion or an account
 * name. Tokens go to the `receiveTokens` property.
 */

export abstract class PasskeyEvent<Detail> extends CustomEvent<Detail> {
  constructor(type: string, detail: Detail, cancelable = false) {
    super(type, { detail, bubbles: true, composed: true, cancelable });
  }
}

/** The element knows its backend and can be used. */
export class PasskeyReadyEvent extends PasskeyEvent<Record<string, never>> {
  constructor() {
    super('passkey-ready', {});
  }
}

/** How somebody signed in. */
export type SignInMethod = 'passkey' | 'autofill' | 'immediate' | 'code' | 'hand-off';

/** The person is signed in. Cancel it to stop the redirect to `success-url`. */
export class PasskeySignedInEvent extends PasskeyEvent<{
  readonly method: SignInMethod;
  /** A cookie was set, or `receiveTokens` got tokens or a code. */
  readonly kind: SignInResult['kind'];
}> {
  constructor(method: SignInMethod, kind: SignInResult['kind']) {
    super('passkey-signed-in', { method, kind }, true);
  }
}

/** Something is about to begin: cancel it, or let it wait. A promise that rejects stops it. */
export abstract class PasskeyBeforeEvent<Detail> extends PasskeyEvent<Detail> {
  /** What it waits for. */
  readonly awaited: unknown[] = [];

  constructor(type: string, detail: Detail) {
    super(type, detail, true);
  }

  /** Nothing is asked of the backend or of the browser before this is fulfilled. */
  waitUntil(promise: unknown): void {
    this.awaited.push(promise);
  }
}

/** A sign-in is about to begin; with all but `passkey` the person has picked one already. */
export class PasskeyBeforeSignInEvent extends PasskeyBeforeEvent<{
  readonly method: Exclude<SignInMethod, 'code' | 'hand-off'>;
}> {
  constructor(method: Exclude<SignInMethod, 'code' | 'hand-off'>) {
    super('passkey-before-sign-in', { method });
  }
}

/** What an element asks of the page before it begins. */
export type PasskeyPermission =
  | PasskeyBeforeSignInEvent
  | PasskeyBeforeRegisterEvent
  | PasskeyBeforeRenameEvent
  | PasskeyBeforeRemoveEvent;

/** A sign-in that is not final yet made progress. `authenticated` alone grants nothing. */
export class PasskeyStatusEvent extends PasskeyEvent<{ readonly state: Status['state'] }> {
  constructor(state: Status['state']) {
    super('passkey-status', { state });
  }
}

/** The person, or the page, stopped a ceremony. That is no error. */
export class PasskeyCancelledEvent extends PasskeyEvent<{
  readonly code: 'cancelled' | 'aborted';
}> {
  constructor(code: 'cancelled' | 'aborted') {
    super('passkey-cancelled', { code });
  }
}

/** Something failed. The words on screen are the element's; these are for the developer. */
export class PasskeyErrorEvent extends PasskeyEvent<{
  readonly code: PasskeyErrorCode;
  /** For logs, in English; never show it. */
  readonly message: string;
  /** Whether the same action may succeed when it is repeated. */
  readonly retryable: boolean;
  readonly retryAt?: Date;
}> {
  constructor({ code, message, retryable, retryAt }: PasskeyError) {
    super('passkey-error', { code, message, retryable, retryAt });
  }
}

interface PasskeyEventMap {
  'passkey-ready': PasskeyReadyEvent;
  'passkey-before-sign-in': PasskeyBeforeSignInEvent;
  'passkey-before-register': PasskeyBeforeRegisterEvent;
  'passkey-before-rename': PasskeyBeforeRenameEvent;
  'passkey-before-remove': PasskeyBeforeRemoveEvent;
  'passkey-signed-in': PasskeySignedInEvent;
  'passkey-registered': PasskeyRegisteredEvent;
  'passkey-status': PasskeyStatusEvent;
  'passkey-renamed': PasskeyRenamedEvent;
  'passkey-removed': PasskeyRemovedEvent;
  'passkey-restored': PasskeyRestoredEvent;
  'passkey-cancelled': PasskeyCancelledEvent;
  'passkey-error': PasskeyErrorEvent;
}

declare global {
  interface GlobalEventHandlersEventMap extends PasskeyEventMap {}
  interface ShadowRootEventMap extends PasskeyEventMap {}
}

import type { CSSResult, TemplateResult } from 'lit';
import type { PasskeyBackend } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import type { PasskeyError } from '../core/errors.js';
import type { Activity } from '../core/flow.js';
import type { Passkey } from '../core/passkey.js';
import type { ListController } from './list-controller.js';
import type { LocalizeController } from './localize-controller.js';
import type { PasskeyManager } from './passkey-manager.js';

/** What adding, renaming and removing need of the element around them. */
export interface ManagerHost {
  readonly element: PasskeyManager;
  readonly localize: LocalizeController;
  readonly list: ListController;
  /** What a passkey is called on screen. */
  nameOf(passkey: Passkey): string;
  /** A node, as soon as all changes are on screen; with a passkey, the one within its row. */
  shown<E extends HTMLElement>(selector: string, row?: Passkey): Promise<E | null>;
  addButton(): unknown;
  /** Opens another part, as `ManagerParts` does. */
  begin(name: 'around' | 'offer' | 'remove', ...passkeys: Passkey[]): Promise<void>;
  /** Puts news in the place of what was said of the last action. */
  say(news?: News): void;
  /** Says what went wrong, to the person and to the page. */
  fail(failure: PasskeyError): void;
  /** Runs what changes the list, reads the list again, and tells what changed. `false` when it failed. */
  change(activity: Activity, action: (ceremony: Ceremony) => Promise<Change>): Promise<boolean>;
}

/** What is said of the last action, in the language of the moment. */
export type News = (() => string) | undefined;

/** What came of a change: for the person and for the page. */
export interface Change {
  readonly news: News;
  readonly event: Event;
}

/** Something that can be done with a passkey of the list, loaded when somebody is about to. */
export interface ManagerPart {
  /** Starts with this passkey, or with these. */
  begin(...passkeys: Passkey[]): void;
  /** What it shows in the row of a passkey, or, without one, around the list. */
  render(row?: Passkey): TemplateResult | undefined;
}

/** A module of the manager that is loaded later gives one of these. */
export interface ManagerPartClass {
  readonly styles: CSSResult;
  new (host: ManagerHost, backend: PasskeyBackend): ManagerPart;
}

import { PasskeyManager } from './elements/passkey-manager.js';
import { defineElement } from './elements/define-element.js';

/** Registers `<passkey-manager>`. */
defineElement('passkey-manager', PasskeyManager);

export { PasskeyManager };
export type * from './elements/events.js';
export type * from './elements/passkey-events.js';

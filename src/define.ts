import { PasskeyLogin } from './elements/passkey-login.js';
import { PasskeyManager } from './elements/passkey-manager.js';
import { defineElement } from './elements/define-element.js';

/** Registers both elements. */
defineElement('passkey-login', PasskeyLogin);
defineElement('passkey-manager', PasskeyManager);

export { PasskeyLogin, PasskeyManager };
export type * from './elements/events.js';
export type * from './elements/passkey-events.js';

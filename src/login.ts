import { PasskeyLogin } from './elements/passkey-login.js';
import { defineElement } from './elements/define-element.js';

/** Registers `<passkey-login>`. */
defineElement('passkey-login', PasskeyLogin);

export { PasskeyLogin };
export type * from './elements/events.js';
export type * from './elements/passkey-events.js';

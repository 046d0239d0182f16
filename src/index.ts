/** The public API. Importing it registers nothing. */
export { PasskeyLogin } from './elements/passkey-login.js';
export { PasskeyManager } from './elements/passkey-manager.js';
export * from './elements/events.js';
export * from './elements/passkey-events.js';
export type { TokenResult } from './elements/passkey-element.js';
export type { StringOverrides } from './elements/localize-controller.js';
export { defineHttpBackend, type HttpSettings, type HttpTable } from './backends/http.js';
export * from './core/backend.js';
export { PasskeyError, passkeyErrorCodes, type PasskeyErrorCode } from './core/errors.js';
export type { AccountName } from './core/webauthn-accepted.js';
export { toPasskey, type Passkey, type PasskeyFields } from './core/passkey.js';
export { addLocale } from './i18n/locales.js';
export type { Strings } from './i18n/en.js';

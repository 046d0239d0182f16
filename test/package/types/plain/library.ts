import {
  addLocale,
  defineHttpBackend,
  PasskeyError,
  PasskeySignedInEvent,
  toPasskey,
  type PasskeyBackend,
  type PasskeyErrorCode,
  type Strings,
} from 'passkey-elements';
import { defineHttpBackend as same } from 'passkey-elements/backends/http';
import { rest } from 'passkey-elements/backends/rest';
import { ssojet } from 'passkey-elements/backends/ssojet';
import { ar } from 'passkey-elements/locales/ar';
import { de } from 'passkey-elements/locales/de';
import { en } from 'passkey-elements/locales/en';
import { addWebDriverAuthenticator, fakeBackend } from 'passkey-elements/testing';

const backends: PasskeyBackend[] = [rest({ baseUrl: '/api' }), ssojet({ clientId: 'shop' })];
const languages: Strings[] = [ar, de, en];
addLocale('fr', { ...en, signIn: 'Se connecter' });
// @ts-expect-error A language has all words.
addLocale('fr', { signIn: 'Se connecter' });

const code: PasskeyErrorCode = new PasskeyError('network', 'GET /').code;
// @ts-expect-error There is no such code.
new PasskeyError('networking', 'GET /');

document.addEventListener('passkey-signed-in', (event) => {
  const typed: PasskeySignedInEvent = event;
  // @ts-expect-error There is no such kind.
  if (typed.detail.kind === 'cookie') typed.preventDefault();
});

// @ts-expect-error A sign-in has two halves.
const half: PasskeyBackend = { signIn: { begin: async () => ({ options: {} }) } };

// What may be missing can be handed on as it is.
declare const address: string | undefined;
backends.push(rest({ baseUrl: address }), fakeBackend({ passkeys: undefined }));

console.log(
  backends,
  languages,
  code,
  half,
  same === defineHttpBackend,
  toPasskey({ id: 1 })?.name,
);

// As in the types of selenium-webdriver, which know no virtual authenticators.
declare const driver: { getSession(): Promise<object>; quit(): Promise<void> };
void addWebDriverAuthenticator(driver);
// @ts-expect-error That is no driver.
void addWebDriverAuthenticator({});

// A backend of the site's own may have less to tell than it has places for.
const mine: PasskeyBackend = {
  name: address,
  signIn: {
    begin: async () => ({ options: {}, expiresAt: address ? new Date(address) : undefined }),
    finish: async () => ({ kind: 'session', redirect: address, user: { id: address } }),
  },
  registration: {
    begin: async () => ({ options: {} }),
    finish: async () => ({ passkey: toPasskey({ id: address }) }),
  },
  status: async () => ({ state: 'pending', interval: undefined }),
  passkeys: { list: async () => ({ passkeys: [], complete: false, rpId: address }) },
};
console.log(mine, new PasskeyError('network', 'GET /', { retryAt: undefined }));

/** For the tests of sites: a backend and an authenticator that do as they are told. */
export { fakeAuthenticator } from './testing/fake-authenticator.js';
export {
  fakeBackend,
  scenarios,
  type FakeBackendOptions,
  type Scenario,
} from './testing/fake-backend.js';
export {
  addPlaywrightAuthenticator,
  addPuppeteerAuthenticator,
  addWebDriverAuthenticator,
  type VirtualAuthenticator,
} from './testing/virtual-authenticator.js';

/* A query gives a second copy of a module, as two bundles on one page have. */

declare module '*/errors.js?again' {
  export * from 'passkey-elements/core/errors';
}

declare module '*/coordinator.js?again' {
  export * from 'passkey-elements/core/coordinator';
}

import { hint, PasskeyError } from '../core/errors.js';

/** The address a backend is reached at; throws `invalid-config` where none of its requests would be safe. */
export function readBaseUrl(text: string): URL {
  let url: URL;
  try {
    // A server that renders has no page, asks for nothing, and may make backends all the same.
    url = new URL(text, globalThis.document?.baseURI ?? 'http://localhost');
  } catch {
    refuse(hint`is not a URL; give one like https://example.com/api`);
  }
  if (url.username || url.password || url.search || url.hash)
    refuse(hint`must end with the path, without “?” and “#”, and hold no user name or password`);
  if (!trusted.test(url.protocol + url.hostname))
    refuse(hint`must use https: on ${url.hostname} (plain http: is for localhost only)`);
  return url;
}

/** Nobody on the way can read along. */
const trusted = /^https:|^http:(127\.0\.0\.1|\[::1\]|(.+\.)?localhost)$/;

function refuse(cause: string): never {
  throw new PasskeyError('invalid-config', hint`base-url ${cause}.`);
}

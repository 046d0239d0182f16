import { hint, PasskeyError } from '../core/errors.js';

/** The address a backend is reached at; throws `invalid-config` where none of its requests would be safe. */
export function readBaseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text, globalThis.document?.baseURI);
  } catch {
    throw invalid(hint`is not a URL; give one like https://example.com/api`);
  }
  if (!/^https?:$/.test(url.protocol)) throw invalid(hint`must begin with https:`);
  if (url.username || url.password) throw invalid(hint`must not hold a user name or a password`);
  if (url.search || url.hash) throw invalid(hint`must end with the path, without “?” and “#”`);
  if (url.protocol === 'http:' && !isLocal(url.hostname)) {
    throw invalid(hint`must use https: on ${url.hostname} (plain http: is for localhost only)`);
  }
  return url;
}

function isLocal(host: string): boolean {
  return /^(127\.0\.0\.1|\[::1\]|(.+\.)?localhost)$/.test(host);
}

function invalid(cause: string): PasskeyError {
  return new PasskeyError('invalid-config', hint`base-url ${cause}.`);
}

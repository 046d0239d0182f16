import type { PublicKeyCredentialRequestOptionsJSON } from './backend.js';
import { toBase64Url } from './base64url.js';
import { bare } from './bare.js';
import { hint, PasskeyError } from './errors.js';

/** Foreign options: nothing in them is trusted yet, and members we do not know pass through. */
export type ForeignOptions = { readonly [member: string]: unknown };

/** The options of a sign-in, wherever in the answer they are, fit for the browser. */
export function readRequestOptions(json: unknown): PublicKeyCredentialRequestOptionsJSON {
  return readOptions(json, (options) => ({
    ...options,
    ...readCommon(options, 'allowCredentials'),
  })) as PublicKeyCredentialRequestOptionsJSON;
}

/** Where servers put their options; the first place that has a challenge counts. */
const places = [
  '',
  'publicKey',
  'optionsJSON',
  'options',
  'options.publicKey',
  'authn_params_public_key',
  'credentialCreationOptions.publicKey',
  'credentialRequestOptions.publicKey',
];

/** Finds the options in an answer and reads them. Rejects with `bad-response`. */
export function readOptions(json: unknown, read: (options: ForeignOptions) => object): object {
  for (const place of places) {
    const names = place ? place.split('.') : [];
    const options = asObject(names.reduce((value, name) => asObject(value)[name], json));
    if ('challenge' in options) return withoutNull(read(options));
  }
  throw new PasskeyError('bad-response', hint`no options with a challenge in the answer`);
}

/** What the options of both ceremonies have in common. */
export function readCommon(options: ForeignOptions, list: string): object {
  return {
    challenge: readBinary(options.challenge, hint`challenge`),
    timeout: options.timeout === undefined ? undefined : clampTimeout(options.timeout),
    [list]: readList(options[list], list)?.map((item, at) => ({
      ...withoutNull(asObject(item)),
      type: 'public-key',
      id: readBinary(asObject(item).id, hint`${list}[${at}].id`),
    })),
  };
}

/** Base64url text, or `bad-response` naming the member. The value is not quoted: it may be somebody's. */
export function readBinary(value: unknown, path = ''): string {
  return toBase64Url(value) ?? fault(path, hint`must be base64url`);
}

/** A list, nothing, or `bad-response`. */
export function readList(value: unknown, path: string): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value : fault(path, hint`must be a list`);
}

/** Says what is wrong with which member. */
export function fault(path: string, problem = ''): never {
  throw new PasskeyError('bad-response', hint`options.${path} ${problem}`);
}

/** JSON as an object to look into, its own members only; whatever is none has no members. */
export function asObject(value: unknown): ForeignOptions {
  return bare(typeof value === 'object' && value !== null ? value : {});
}

/** Browsers wrap a huge number around to an instant refusal. In milliseconds. */
function clampTimeout(value: unknown): number {
  return Number.isFinite(value) ? Math.min(Math.max(value as number, 30_000), 600_000) : 300_000;
}

/** Some servers write `null` for what is absent; browsers would read it as the text “null”. */
export function withoutNull(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value != null));
}

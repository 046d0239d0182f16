import {
  array,
  check,
  looseObject,
  nullish,
  number,
  optional,
  pipe,
  string,
  transform,
  unknown,
  type GenericSchema,
} from 'valibot';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from './backend.js';
import { PasskeyError } from './errors.js';
import { toBase64Url } from './passkey.js';
import { readAs } from './read-as.js';

/** The options of a sign-in, wherever in the answer they are, fit for the browser. */
export function readRequestOptions(json: unknown): PublicKeyCredentialRequestOptionsJSON {
  return readOptions(json, requestOptions) as PublicKeyCredentialRequestOptionsJSON;
}

/** The options of a registration, wherever in the answer they are, fit for the browser. */
export function readCreationOptions(json: unknown): PublicKeyCredentialCreationOptionsJSON {
  return readOptions(json, creationOptions) as unknown as PublicKeyCredentialCreationOptionsJSON;
}

const binary = pipe(
  string(),
  check((text) => toBase64Url(text) !== undefined, 'must be base64url'),
  transform((text) => toBase64Url(text) ?? ''),
);

const userId = pipe(
  binary,
  check((text) => Math.floor((text.length * 3) / 4) <= 64, 'must decode to 1–64 bytes'),
);

/** Browsers wrap a huge number around to an instant refusal. */
const timeout = optional(
  pipe(
    unknown(),
    transform((value) =>
      typeof value === 'number' ? Math.min(Math.max(value, 30_000), 600_000) : 300_000,
    ),
  ),
);

const credentials = nullish(
  array(looseObject({ type: optional(string(), 'public-key'), id: binary })),
);

const requestOptions = looseObject({ challenge: binary, timeout, allowCredentials: credentials });

const creationOptions = looseObject({
  challenge: binary,
  timeout,
  rp: looseObject({ name: string() }),
  user: looseObject({ id: userId, name: string(), displayName: string() }),
  pubKeyCredParams: array(looseObject({ type: string(), alg: number() })),
  excludeCredentials: credentials,
});

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

function readOptions<Schema extends GenericSchema<unknown, object>>(json: unknown, schema: Schema) {
  for (const place of places) {
    const found = at(json, place);
    if (typeof at(found, 'challenge') === 'string')
      return withoutNull(readAs(schema, found, place));
  }
  throw new PasskeyError('bad-response', 'no options with a challenge in the answer');
}

function at(json: unknown, path: string): unknown {
  return path
    .split('.')
    .filter(Boolean)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json);
}

/** Some servers write `null` for what is absent; browsers would read it as the text “null”. */
function withoutNull(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

import type { PublicKeyCredentialCreationOptionsJSON } from './backend.js';
import { hint } from './errors.js';
import {
  asObject,
  fault,
  readBinary,
  readCommon,
  readList,
  readOptions,
  withoutNull,
} from './options.js';

/** The options of a registration, wherever in the answer they are, fit for the browser. */
export function readCreationOptions(json: unknown): PublicKeyCredentialCreationOptionsJSON {
  return readOptions(json, (options) => ({
    ...options,
    ...readCommon(options, 'excludeCredentials'),
    rp: {
      ...withoutNull(asObject(options.rp)),
      name: readText(asObject(options.rp).name, hint`rp.name`),
    },
    user: readUser(options.user),
    pubKeyCredParams:
      readList(options.pubKeyCredParams, 'pubKeyCredParams') ??
      fault(hint`pubKeyCredParams`, hint`is missing`),
  })) as PublicKeyCredentialCreationOptionsJSON;
}

/** Chromium accepts an empty user id, which no authenticator can find again. WebAuthn Level 3 §5.4.3. */
function readUser(value: unknown): object {
  const user = asObject(value);
  const id = readBinary(user.id, hint`user.id`);
  if (Math.floor((id.length * 3) / 4) > 64) fault(hint`user.id`, hint`must decode to 1–64 bytes`);
  return {
    ...user,
    id,
    name: readText(user.name, hint`user.name`),
    displayName: readText(user.displayName ?? user.name, hint`user.displayName`),
  };
}

function readText(value: unknown, path = ''): string {
  return typeof value === 'string' ? value : fault(path, hint`must be text`);
}

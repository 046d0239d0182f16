import type {
  BegunChallenge,
  RegistrationAnswer,
  SignInAnswer,
  SignInResult,
} from '../core/backend.js';
import { hint, PasskeyError, type PasskeyErrorCode } from '../core/errors.js';
import { defineHttpBackend, type HttpSettings } from './http.js';
import { asRecord } from './records.js';

/** What a site may set where its server is not quite as the profile says. */
export interface Fido2Settings extends HttpSettings {
  /** Paths below the base URL, where they are not the profile's. */
  readonly paths?: Partial<typeof profilePaths> | undefined;
  /** `GET` for servers made after SimpleWebAuthn's example: they are told no account name. */
  readonly optionsMethod?: 'GET' | 'POST' | undefined;
  /** The server lets people sign in without an account name, which the profile does not have. */
  readonly usernameless?: boolean | undefined;
  /** Account name of whoever is signed in: without one no passkey can be added to the account. */
  readonly accountName?: (() => string | undefined) | undefined;
  /** Makes the result of a sign-in from the whole answer, where a server adds tokens to it. */
  readonly readSignIn?: ((answer: unknown) => SignInResult) | undefined;
}

/** Speaks the API of the FIDO2 conformance tests, and what was made after it. */
export const fido2 = defineHttpBackend((settings: Fido2Settings) => {
  const { optionsMethod, accountName, readSignIn } = settings;
  const paths = { ...profilePaths, ...settings.paths };
  const nameless = optionsMethod === 'GET';
  const usernameless = settings.usernameless ?? nameless;
  return {
    name: 'fido2',
    baseUrl: '/',
    traits: {
      identifier: usernameless ? 'optional' : 'required',
      usernameless,
      signUp: !nameless,
      addPasskey: nameless || accountName !== undefined,
    },
    signIn: {
      begin: {
        method: optionsMethod,
        path: paths.assertionOptions,
        body: nameless
          ? undefined
          : ({ identifier }) => ({ username: identifier, userVerification: 'preferred' }),
        read: readBegun,
      },
      finish: {
        path: paths.assertionResult,
        body: credentialOf,
        read: (json) => {
          readDone(json);
          return readSignIn?.(json) ?? { kind: 'session' };
        },
      },
    },
    registration: {
      begin: {
        method: optionsMethod,
        path: paths.attestationOptions,
        body: nameless
          ? undefined
          : ({ identifier: username = accountName?.(), displayName = username }) => ({
              username,
              displayName,
              authenticatorSelection: discoverable,
              attestation: 'none',
            }),
        read: readBegun,
      },
      finish: { path: paths.attestationResult, body: credentialOf, read: readDone },
    },
  };
});

const profilePaths = {
  attestationOptions: '/attestation/options',
  attestationResult: '/attestation/result',
  assertionOptions: '/assertion/options',
  assertionResult: '/assertion/result',
};

const discoverable = {
  residentKey: 'required',
  requireResidentKey: true, // all that servers of the first edition know
  userVerification: 'preferred',
};

/** Extension results go by three names: the browser's, the one in the profile's example, LINE's. */
function credentialOf({ answer }: SignInAnswer | RegistrationAnswer): object {
  const { clientExtensionResults: results } = answer;
  return { ...answer, getClientExtensionResults: results, extensions: results };
}

function readBegun(json: unknown): BegunChallenge {
  // A name nobody has is refused like any other bad input, so that the words are the same.
  return { options: withoutEmpty(contentOf(json, 'invalid-input')) };
}

function readDone(json: unknown): object {
  contentOf(json, 'verification-failed');
  const { status, verified } = asRecord(json);
  if (status ?? verified) return {};
  throw new PasskeyError('bad-response', hint`neither status nor verified`);
}

/** What is in the envelope. Some servers refuse with HTTP 200; their words for it are not shown. */
function contentOf(json: unknown, refused: PasskeyErrorCode): object {
  const { status = 'ok', verified = true, ...content } = asRecord(json);
  if (status !== 'ok' || verified !== true) throw new PasskeyError(refused, 'refused');
  return content;
}

/** LINE's server writes `""` for what is absent, which no browser takes for that. */
function withoutEmpty(json: object): unknown {
  return JSON.parse(JSON.stringify(json), (name, value: unknown) =>
    value === '' && name !== 'name' ? undefined : value,
  );
}

export default fido2;

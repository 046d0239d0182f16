import {
  base64URLStringToBuffer,
  bufferToBase64URLString,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';
import type {
  AuthenticationResponseJSON,
  Mediation,
  PublicKeyCredentialRequestOptionsJSON,
} from './backend.js';
import { bare, bareJson } from './bare.js';
import { hint, PasskeyError, toPasskeyError } from './errors.js';
import { soon } from './waiting.js';

/*
 * The library converts, and its abort service makes a ceremony of the host's own code (which shares
 * that copy) end ours instead of failing. Its `start…` functions are not used: they cannot be
 * aborted while they probe for autofill, do not see inputs in shadow roots, and lose a registration
 * when an extension's `getTransports` throws.
 */

export interface Prompt {
  /** `immediate` asks only where a passkey is at hand (`immediateGet`), else it rejects at once. */
  readonly mediation: Mediation | 'immediate';
  readonly signal: AbortSignal;
}

/** Asks for a passkey. WebAuthn Level 3 §5.1.4. Rejects with a `PasskeyError`. */
export function askForPasskey(
  foreign: PublicKeyCredentialRequestOptionsJSON,
  { mediation, signal }: Prompt,
): Promise<AuthenticationResponseJSON> {
  const options = bareJson(foreign); // a polluted prototype must not add options
  const publicKey = () => ({
    ...options,
    challenge: base64URLStringToBuffer(options.challenge),
    allowCredentials: toDescriptors(mediation === 'modal' ? options.allowCredentials : []),
  });
  return request('get', { mediation, signal }, publicKey, readAuthentication);
}

/** Why this page cannot do the ceremony at all, if so; known before anything is asked of a server. */
export function obstacle(ceremony: 'create' | 'get'): PasskeyError | undefined {
  if (!globalThis.isSecureContext) {
    return new PasskeyError(
      'insecure-context',
      hint`Passkeys need https (or http://localhost); this page is ${globalThis.location?.origin}.`,
    );
  }
  if (typeof attempt(() => navigator.credentials && PublicKeyCredential) !== 'function') {
    return new PasskeyError(
      'unsupported',
      hint`This browser has no WebAuthn (PublicKeyCredential).`,
    );
  }
  const feature = `publickey-credentials-${ceremony}`;
  const { featurePolicy } = document as { featurePolicy?: FeaturePolicy };
  if (featurePolicy?.features().includes(feature) && !featurePolicy.allowsFeature(feature)) {
    return new PasskeyError(
      'blocked-by-policy',
      hint`This document may not use passkeys: its frame needs allow="${feature}", or its Permissions-Policy forbids it.`,
    );
  }
  return undefined;
}

/** Whether the browser can offer passkeys in the autofill list. Never waits longer than two seconds. */
export async function canAutofill(): Promise<boolean> {
  return !!(await soon(autofillAbility()));
}

async function autofillAbility(): Promise<boolean> {
  const known = await capability('conditionalGet').catch(() => undefined);
  return known ?? PublicKeyCredential.isConditionalMediationAvailable();
}

/**
 * Whether the browser surely can. Absent means unknown, and asking then might open a dialog. Never
 * waits longer than two seconds: an extension in its place may never answer.
 */
export async function surelyCan(
  name: 'immediateGet' | 'conditionalCreate' | 'userVerifyingPlatformAuthenticator',
): Promise<boolean> {
  return !!(await soon(capability(name)));
}

/** Rejects where the browser has no such method. */
async function capability(name: string): Promise<boolean | undefined> {
  return (await PublicKeyCredential.getClientCapabilities())[name];
}

/**
 * Tells the authenticator that no server knows a passkey (any more): it may forget it. Call it only
 * after a definite word of the server, or where none was asked.
 */
export function signalUnknownPasskey(
  rpId: string = location.hostname,
  credentialId: string,
): Promise<void> {
  return signal('signalUnknownCredential', { rpId, credentialId });
}

/** The typings of the DOM library leave these out. */
interface FeaturePolicy {
  features(): readonly string[];
  allowsFeature(feature: string): boolean;
}

/** Best effort: a browser without signals, or one that refuses ours, changes nothing. */
export async function signal(name: Signal, details: object): Promise<void> {
  try {
    const api = PublicKeyCredential as unknown as Signals;
    await api[name](bare(details));
  } catch {
    // There may be no such method; and where there is one, that is all we can know.
  }
}

/** Nobody dismisses a prompt within this many milliseconds: they have not seen it. */
const instant = 150;

/** iOS 16 refuses the first prompt after an aborted request. */
let afterAbort = false;

type Signal =
  'signalUnknownCredential' | 'signalAllAcceptedCredentials' | 'signalCurrentUserDetails';
type Signals = Readonly<Record<Signal, (details: object) => Promise<void>>>;
type CredentialOptions = CredentialCreationOptions & CredentialRequestOptions;

/** Makes the browser ask, reads the answer, and turns whatever goes wrong into a `PasskeyError`. */
export async function request<Answer>(
  ceremony: 'create' | 'get',
  { mediation, signal }: Prompt,
  publicKey: () => object,
  read: (credential: PublicKeyCredential) => Answer,
): Promise<Answer> {
  const ask = async () => {
    const host = WebAuthnAbortService.createNewAbortSignal();
    const options = {
      publicKey: bare(publicKey()),
      signal: AbortSignal.any([signal, host]),
      mediation: mediation === 'conditional' ? mediation : undefined,
      uiMode: mediation === 'immediate' ? mediation : undefined,
    };
    return navigator.credentials[ceremony](bare<CredentialOptions>(options));
  };
  const suspicious = afterAbort && mediation === 'modal';
  const start = Date.now();
  afterAbort = false;
  try {
    signal.throwIfAborted();
    const credential = await ask().catch((cause: unknown) => {
      const name = (cause as Error | undefined)?.name;
      const unseen = suspicious && name === 'NotAllowedError' && Date.now() - start < instant;
      // Chromium: another request was pending; a host's that shares our library is aborted by now.
      if (!signal.aborted && (unseen || name === 'OperationError')) return ask();
      throw cause;
    });
    if (credential) return read(credential as PublicKeyCredential);
  } catch (cause) {
    afterAbort = signal.aborted;
    // Engines reject an aborted request with the reason, with an error of theirs, or with `{}`.
    if (afterAbort) throw new PasskeyError('aborted', hint`The request was aborted.`, { cause });
    throw await toPasskeyError(cause, ceremony);
  }
  throw new PasskeyError('cancelled', hint`The browser answered without a passkey.`);
}

/** Lists of credentials as the browser takes them. */
export function toDescriptors(list: readonly { id: string; type: string }[] = []): object[] {
  return list.map((item) => bare({ ...item, id: base64URLStringToBuffer(item.id) }));
}

function readAuthentication(credential: PublicKeyCredential): AuthenticationResponseJSON {
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...readCredential(credential),
    response: {
      clientDataJSON: bufferToBase64URLString(response.clientDataJSON),
      authenticatorData: bufferToBase64URLString(response.authenticatorData),
      signature: bufferToBase64URLString(response.signature),
      userHandle: response.userHandle ? bufferToBase64URLString(response.userHandle) : undefined,
    },
  };
}

/** What answers to both ceremonies have in common, as JSON. */
export function readCredential(credential: PublicKeyCredential) {
  const rawId = bufferToBase64URLString(credential.rawId);
  return {
    id: rawId,
    rawId,
    type: 'public-key' as const,
    clientExtensionResults: attempt(() => harmless(credential.getClientExtensionResults())) ?? {},
    authenticatorAttachment: attempt(() => credential.authenticatorAttachment) as
      AuthenticatorAttachment | undefined,
  };
}

/** No bytes, above all not the secrets of `prf`: they stay in the browser. */
function harmless(results: object): object {
  return Object.fromEntries(
    Object.entries(results).filter(
      ([name, value]) => name === 'credProps' || typeof value !== 'object',
    ),
  );
}

/** Extensions that replace `navigator.credentials` return objects with broken methods. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read() ?? undefined;
  } catch {
    return undefined;
  }
}

import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import type { Passkey } from './passkey.js';

export type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
};

/** How the browser asks: by a prompt, or quietly through the autofill list. */
export type Mediation = 'modal' | 'conditional';

/** Options with what the backend needs to recognise the answer. */
export interface Challenge<Options> {
  readonly options: Options;
  /** Opaque to all but the backend that made it. */
  readonly context?: unknown;
  /** When the backend will no longer accept an answer. */
  readonly expiresAt?: Date | undefined;
}

/** A challenge as the backend sent it; the ceremony checks the options before anybody uses them. */
export interface BegunChallenge {
  /** The options, or an answer that holds them in one of the usual places. */
  readonly options: unknown;
  readonly context?: unknown;
  readonly expiresAt?: Date | undefined;
}

export interface SignInRequest {
  /** Account name; absent when the person picks a passkey first. */
  readonly identifier?: string | undefined;
  readonly mediation: Mediation;
}

export type SignInChallenge = Challenge<PublicKeyCredentialRequestOptionsJSON> & {
  readonly identifier?: string | undefined;
};

export interface SignInAnswer {
  readonly answer: AuthenticationResponseJSON;
  readonly challenge: SignInChallenge;
}

/** Who signed in, as far as the backend tells. */
export interface SignedInUser {
  readonly id?: string | undefined;
  readonly identifier?: string | undefined;
  readonly displayName?: string | undefined;
}

/** A session cookie was set, or tokens were handed out, or a code for the site's server. */
export type SignInResult = {
  readonly user?: SignedInUser | undefined;
  /** Where the backend would go next; nobody is sent there. */
  readonly redirect?: string | undefined;
} & (
  | { readonly kind: 'session' }
  | {
      readonly kind: 'tokens';
      readonly accessToken: string;
      readonly refreshToken?: string | undefined;
      readonly idToken?: string | undefined;
      readonly tokenType?: string | undefined;
      readonly expiresAt?: Date | undefined;
    }
  | { readonly kind: 'code'; readonly code: string }
);

/** The backend took the answer but has not decided yet: poll `status` with the handle. */
export interface PendingSignIn {
  readonly kind: 'pending';
  readonly handle?: string | undefined;
  readonly expiresAt?: Date | undefined;
}

export interface RegistrationRequest {
  readonly identifier?: string | undefined;
  readonly displayName?: string | undefined;
  readonly mediation: Mediation;
}

export type RegistrationChallenge = Challenge<PublicKeyCredentialCreationOptionsJSON>;

export interface RegistrationAnswer {
  readonly answer: RegistrationResponseJSON;
  readonly challenge: RegistrationChallenge;
  /** Name for the new passkey, where the backend takes one (`nameAtRegistration`). */
  readonly name?: string | undefined;
}

export interface RegistrationResult {
  /** The new record, where the backend sends it back. */
  readonly passkey?: Passkey | undefined;
  /** Present when registering also signed the person in. */
  readonly signIn?: SignInResult | undefined;
}

export interface StatusRequest {
  readonly identifier?: string | undefined;
  readonly handle?: string | undefined;
}

/** See each backend's contract for which question its status answers. */
export interface Status {
  readonly state:
    | 'registered'
    | 'not-registered'
    | 'pending'
    | 'authenticated'
    | 'expired'
    | 'failed'
    | 'unknown';
  readonly expiresAt?: Date | undefined;
  /** Seconds the backend asks us to wait between two polls. */
  readonly interval?: number | undefined;
  /** The backend's own word, for a site that knows more than we do. */
  readonly raw?: unknown;
}

/** A sign-in begun in this browser, for another device to approve. */
export interface StartedHandoff {
  /** For the browser that began, and useless in any other. */
  readonly handle: string;
  /** For the link to the other device; no secret, it opens nothing by itself. */
  readonly ticket: string;
  /** Shown here, to be chosen there. */
  readonly number: number;
  readonly expiresAt?: Date | undefined;
}

/** What the other device is shown of a hand-off. */
export interface HandoffRequest {
  /** Who asks, in the backend's words. */
  readonly device: {
    readonly browser?: string | undefined;
    readonly system?: string | undefined;
  };
  /** Absent where the backend cannot tell. */
  readonly sameNetwork?: boolean | undefined;
  /** One of them is on the screen of the device that asks. */
  readonly numbers: readonly number[];
  readonly expiresAt?: Date | undefined;
}

/** Both sides of a hand-off. */
export interface HandoffOperations {
  /** Here: binds the hand-off to this browser, best by an HttpOnly cookie. */
  start(signal: AbortSignal): Promise<StartedHandoff>;
  /** Here: only tells; `authenticated` means that `exchange` may be asked. */
  status(request: { readonly handle: string }, signal: AbortSignal): Promise<Status>;
  /** Here: fetches the session, once, in the browser that began. */
  exchange(request: { readonly handle: string }, signal: AbortSignal): Promise<SignInResult>;
  /** Here: nobody waits any more. */
  cancel?(request: { readonly handle: string }, signal: AbortSignal): Promise<void>;
  /** There: who asks. */
  inspect(request: { readonly ticket: string }, signal: AbortSignal): Promise<HandoffRequest>;
  /** There: what the passkey prompt of the approval needs. */
  beginApproval(request: { readonly ticket: string }, signal: AbortSignal): Promise<BegunChallenge>;
  /** There: rejects with `conflict` when the number is wrong, and then the hand-off is over. */
  approve(
    approval: SignInAnswer & { readonly ticket: string; readonly number: number },
    signal: AbortSignal,
  ): Promise<void>;
  /** There: no. */
  refuse(request: { readonly ticket: string }, signal: AbortSignal): Promise<void>;
}

export interface SentCode {
  /** Opaque; goes back with the code. */
  readonly handle: string;
  readonly expiresAt?: Date | undefined;
}

export interface PasskeyList {
  readonly passkeys: readonly Passkey[];
  /** Whether these are all of the person's passkeys: precondition for signalling them. */
  readonly complete: boolean;
  readonly userId?: string | undefined;
  readonly rpId?: string | undefined;
  /** WebAuthn user handle, base64url. */
  readonly userHandle?: string | undefined;
}

/** A passkey that signs nobody in any more. */
export interface RemovedPasskey {
  /** For how many seconds `restore` can bring it back. */
  readonly restorableFor?: number | undefined;
}

/** What a backend can do beside its operations. */
export interface BackendTraits {
  /** Whether sign-in takes an account name. */
  readonly identifier: 'required' | 'optional' | 'ignored';
  /** Sign-in without an account name works: precondition for autofill. */
  readonly usernameless: boolean;
  /** Somebody who is not signed in may create a passkey. */
  readonly signUp: boolean;
  /** Somebody who is signed in may create a passkey. */
  readonly addPasskey: boolean;
  readonly nameAtRegistration: 'required' | 'optional' | 'none';
  /** In Unicode code points; 64 unless it says otherwise. */
  readonly maxNameLength?: number | undefined;
  /** Whether `list` may be signalled to the authenticator as the accepted passkeys. */
  readonly signals: boolean;
}

/**
 * What any server may offer. An absent operation is an absent feature: the view hides its control.
 * Every operation rejects with a `PasskeyError`.
 */
export interface PasskeyBackend {
  /** Shown to developers only. */
  readonly name?: string | undefined;
  /** What it says of itself; `traitsOf` fills in the rest. */
  readonly traits?: Partial<BackendTraits> | undefined;
  readonly signIn: {
    begin(request: SignInRequest, signal: AbortSignal): Promise<BegunChallenge>;
    finish(answer: SignInAnswer, signal: AbortSignal): Promise<SignInResult | PendingSignIn>;
    /** Fetches the session of a pending sign-in once its status says `authenticated`. */
    exchange?(pending: { readonly handle: string }, signal: AbortSignal): Promise<SignInResult>;
  };
  readonly registration?: {
    begin(request: RegistrationRequest, signal: AbortSignal): Promise<BegunChallenge>;
    finish(answer: RegistrationAnswer, signal: AbortSignal): Promise<RegistrationResult>;
  };
  status?(request: StatusRequest, signal: AbortSignal): Promise<Status>;
  readonly codes?: {
    send(request: { readonly identifier: string }, signal: AbortSignal): Promise<SentCode>;
    verify(
      request: { readonly code: string; readonly handle: string },
      signal: AbortSignal,
    ): Promise<SignInResult>;
  };
  readonly passkeys?: {
    list?(signal: AbortSignal): Promise<PasskeyList>;
    get?(request: { readonly id: string }, signal: AbortSignal): Promise<Passkey>;
    rename?(
      request: { readonly id: string; readonly name: string },
      signal: AbortSignal,
    ): Promise<Passkey | undefined>;
    remove?(request: { readonly id: string }, signal: AbortSignal): Promise<RemovedPasskey | void>;
    /** Brings back what was removed a moment ago. Rejects with `not-found` when that is too late. */
    restore?(request: { readonly id: string }, signal: AbortSignal): Promise<Passkey | undefined>;
  };
  /**
   * Sign-in here, approved on another device: see `hand-off` of `<passkey-login>`. The operations may
   * load with their first use.
   */
  handoff?(): Promise<HandoffOperations>;
  signOut?(signal: AbortSignal): Promise<void>;
}

/** What we take for granted of a backend that does not say. */
const usualTraits: BackendTraits = {
  identifier: 'optional',
  usernameless: true,
  signUp: false,
  addPasskey: true,
  nameAtRegistration: 'none',
  signals: false,
};

/** All traits of a backend. */
export function traitsOf(backend: PasskeyBackend): BackendTraits {
  return { ...usualTraits, ...backend.traits };
}

import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { ChallengeRow, PasskeyRow, UserRow, Work } from '../database.ts';
import { readTransports, type Assertion, type Attestation } from './answers.ts';
import { findOutcome, openChallenge, rememberOutcome, takeChallenge } from './challenges.ts';
import { decide, readSecret, type Binding, type Core, type SignedIn } from './core.ts';
import {
  addPasskey,
  findUser,
  isKnown,
  listPasskeys,
  requireNoPasskey,
  userHandle,
} from './credentials.ts';
import { offeredIds, standIn } from './decoys.ts';
import { hash, newId } from './encoding.ts';
import { challengeExpired, Refusal, verificationFailed } from './errors.ts';
import { isInRealm } from './names.ts';
import { policy } from './policy.ts';
import { startSession, type SessionKind } from './sessions.ts';
import { verifyAssertion, verifyAttestation, type Demands } from './verification.ts';

/** Reason in the refusal of an answer that was accepted once already. */
export const replayed = 'replayed';

/** Opens a sign-in, for a normalised identifier or for whichever passkey the person picks. */
export async function beginSignIn(
  core: Core,
  binding: Binding,
  request: {
    identifier?: string | undefined;
    offerPasskeys: boolean;
    /** The answer is to approve this hand-off, and good for nothing else. */
    handoff?: string | undefined;
  },
) {
  const { identifier, handoff } = request;
  const user = identifier === undefined ? undefined : await findUser(core.database, identifier);
  const own = await listPasskeys(core, { id: user?.id ?? '' });
  const latestFirst = own.toSorted((one, other) => lastUse(other) - lastUse(one));
  const challenge = await openChallenge(core, binding, {
    kind: handoff === undefined ? 'sign-in' : 'approval',
    identifier,
    handoff,
  });
  const options: PublicKeyCredentialRequestOptionsJSON = {
    challenge: challenge.challenge,
    timeout: policy.challengeLifetime,
    rpId: core.rpId,
    userVerification: policy.userVerification,
  };
  if (identifier !== undefined && request.offerPasskeys) {
    const ids = latestFirst.map((passkey) => passkey.credential_id);
    const offered = await offeredIds(await readSecret(core), identifier, ids);
    options.allowCredentials = offered.map((id) => ({ id, type: 'public-key' }));
  }
  return { id: challenge.id, expiresAt: challenge.expires_at, options };
}

const lastUse = ({ last_used_at, created_at }: PasskeyRow) =>
  (last_used_at ?? created_at).getTime();

/** Finishes a sign-in: the challenge is used up, the signature checked, the counter and the session saved. */
export async function finishSignIn(
  core: Core,
  binding: Binding,
  request: {
    challengeId: string;
    identifier?: string | null | undefined;
    answer: Assertion;
    demands?: Demands;
  },
  session: SessionKind & { replaces?: string | undefined },
): Promise<SignedIn> {
  const { answer, demands } = request;
  const signedIn = await decide(core, async (work) => {
    const claim = {
      id: request.challengeId,
      kind: 'sign-in',
      identifier: request.identifier,
    } as const;
    const challenge = await takeChallenge(core, work, binding, claim);
    if (!challenge) {
      const before = await findOutcome(core, work, binding, request.challengeId, 'sign-in');
      throw before ? verificationFailed(replayed) : challengeExpired('unknown challenge');
    }
    const { passkey, user } = await acceptAnswer(core, work, binding, challenge, answer, demands);
    await rememberOutcome(core, work, challenge, {
      user_id: passkey.user_id,
      passkey_id: passkey.id,
      answer_hash: await hash(JSON.stringify(answer)),
    });
    return startSession(core, work, user, session);
  });
  core.log({ event: 'signed-in', user: signedIn.user.id });
  return signedIn;
}

/** Checks the answer to a challenge that was taken, and gives the passkey it was made with, and whose it is. */
export async function acceptAnswer(
  core: Core,
  work: Work,
  binding: Binding,
  challenge: ChallengeRow,
  answer: Assertion,
  demands?: Demands,
): Promise<{ passkey: PasskeyRow; user: UserRow }> {
  const passkey = await lockPasskey(work, answer.id);
  if (!(await isKnown(core, work, answer.id)))
    throw new Refusal('unknown-credential', 'This passkey is not registered here.');
  // Where nobody was named, the passkey names its owner (WebAuthn 7.2, step 6).
  if (challenge.identifier === null && answer.response.userHandle == null)
    throw verificationFailed('no user handle');
  // Also for what is only made up, or cannot be used: strangers learn nothing from how long it takes.
  const { counter, backedUp } = await verifyAssertion(
    core,
    challenge.challenge,
    answer,
    passkey ?? standIn(answer.id, core.rpId),
    demands,
  );
  if (!passkey) throw verificationFailed('made up, or removed and not gone yet');
  const user = await requireOwner(work, binding, challenge, passkey);
  await checkCounter(core, work, passkey, counter);
  await work
    .updateTable('passkeys')
    .set({ sign_count: counter, backed_up: backedUp, last_used_at: core.now() })
    .where('id', '=', passkey.id)
    .where('user_id', '=', passkey.user_id)
    .execute();
  return { passkey, user };
}

async function requireOwner(
  work: Work,
  { realm }: Binding,
  challenge: ChallengeRow,
  passkey: PasskeyRow,
): Promise<UserRow> {
  const user = await work
    .selectFrom('users')
    .selectAll()
    .where('id', '=', passkey.user_id)
    .executeTakeFirstOrThrow();
  // Who typed a name signs in to that account or not at all.
  if (challenge.identifier !== null && challenge.identifier !== user.identifier) {
    throw verificationFailed("another account's passkey");
  }
  // Elsewhere anybody may make accounts. The passkey is good there, so it is not called unknown.
  if (!isInRealm(user.identifier, realm)) throw verificationFailed('of another realm');
  return user;
}

const lockPasskey = (work: Work, credentialId: string): Promise<PasskeyRow | undefined> =>
  work
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .forUpdate()
    .executeTakeFirst();

async function checkCounter(
  core: Core,
  work: Work,
  passkey: PasskeyRow,
  counter: number,
): Promise<void> {
  const stored = passkey.sign_count;
  if ((counter === 0 && stored === 0) || counter > stored) return;
  // The key may have been copied. It stays: a person decides what to do, not an attacker.
  await work
    .insertInto('audit')
    .values({
      at: core.now(),
      event: 'counter-went-back',
      user_id: passkey.user_id,
      passkey_id: passkey.id,
      details: `${counter} after ${stored}`,
    })
    .execute();
  throw verificationFailed(`counter ${counter} after ${stored}`);
}

/** Opens the registration of a passkey for someone whose sign-in is fresh. */
export async function beginRegistration(
  core: Core,
  binding: Binding,
  user: UserRow,
  request: {
    displayName?: string | undefined;
    mediation?: string | undefined;
    attachment?: 'platform' | 'cross-platform';
  } = {},
) {
  const { displayName, mediation, attachment } = request;
  const existing = await listPasskeys(core, user);
  const challenge = await openChallenge(core, binding, {
    kind: 'registration',
    userId: user.id,
    displayName,
    mediation,
  });
  const options: PublicKeyCredentialCreationOptionsJSON = {
    rp: { name: core.rpName, id: core.rpId },
    user: {
      id: userHandle(user),
      name: user.identifier,
      displayName: displayName ?? user.display_name ?? user.identifier,
    },
    challenge: challenge.challenge,
    pubKeyCredParams: policy.algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: policy.challengeLifetime,
    excludeCredentials: existing.map((passkey) => ({
      id: passkey.credential_id,
      type: 'public-key',
      transports: JSON.parse(passkey.transports),
    })),
    authenticatorSelection: {
      ...(attachment && { authenticatorAttachment: attachment }),
      requireResidentKey: true,
      residentKey: 'required',
      userVerification: policy.userVerification,
    },
    attestation: 'none',
  };
  return { id: challenge.id, expiresAt: challenge.expires_at, options };
}

/** Finishes a registration; the same answer again, after a lost reply, gives the same passkey. */
export async function finishRegistration(
  core: Core,
  binding: Binding,
  user: UserRow,
  request: {
    challengeId: string;
    answer: Attestation;
    transports?: unknown;
    name?: string | undefined;
    demands?: Demands;
    /** Makes the account its finisher's, so it must not have become anybody's in the meantime. */
    isSignUp?: boolean;
  },
): Promise<PasskeyRow> {
  const { answer, challengeId, name, demands, isSignUp } = request;
  const answerHash = await hash(JSON.stringify([answer, name ?? null]));
  const passkey = await decide(core, async (work) => {
    const claim = { id: challengeId, kind: 'registration', userId: user.id } as const;
    const challenge = await takeChallenge(core, work, binding, claim);
    if (!challenge) return sameRegistration(core, work, binding, user, challengeId, answerHash);
    const verified = await verifyAttestation(
      core,
      challenge.challenge,
      answer,
      challenge.mediation,
      demands,
    );
    if (isSignUp) await requireNoPasskey(work, user);
    const passkey = await addPasskey(core, work, {
      id: newId(),
      credential_id: verified.credentialId,
      user_id: user.id,
      public_key: verified.publicKey,
      sign_count: verified.counter,
      name: name ?? null,
      aaguid: verified.aaguid,
      transports: JSON.stringify(readTransports(answer.response.transports ?? request.transports)),
      backup_eligible: verified.backupEligible,
      backed_up: verified.backedUp,
      rp_id: core.rpId,
      created_at: core.now(),
      updated_at: null,
      last_used_at: null,
    });
    await rememberDisplayName(work, challenge);
    await rememberOutcome(core, work, challenge, {
      user_id: user.id,
      passkey_id: passkey.id,
      answer_hash: answerHash,
    });
    return passkey;
  });
  core.log({ event: 'passkey-registered', user: user.id, passkey: passkey.id });
  return passkey;
}

async function sameRegistration(
  core: Core,
  work: Work,
  binding: Binding,
  user: UserRow,
  challengeId: string,
  answerHash: string,
): Promise<PasskeyRow> {
  const before = await findOutcome(core, work, binding, challengeId, 'registration');
  if (!before || before.user_id !== user.id) throw challengeExpired('unknown challenge');
  if (before.answer_hash !== answerHash) throw verificationFailed(replayed);
  return work
    .selectFrom('passkeys')
    .selectAll()
    .where('id', '=', before.passkey_id)
    .where('user_id', '=', user.id)
    .executeTakeFirstOrThrow();
}

async function rememberDisplayName(work: Work, challenge: ChallengeRow): Promise<void> {
  if (challenge.display_name === null || challenge.user_id === null) return;
  await work
    .updateTable('users')
    .set({ display_name: challenge.display_name })
    .where('id', '=', challenge.user_id)
    .execute();
}

import { after, decide, readSecret, type Binding, type Core, type SignedIn } from './core.ts';
import { ensureUser } from './credentials.ts';
import { hash, isId, newId, sameText, sign, toHex } from './encoding.ts';
import { challengeExpired, CodeNotSent, verificationFailed } from './errors.ts';
import { normalizeIdentifier } from './names.ts';
import { policy } from './policy.ts';
import { startSession, type SessionKind } from './sessions.ts';
import { sweep } from './sweep.ts';
import { countTry } from './tries.ts';

/** Six digits, each number as likely as any other. */
function newCode(): string {
  const range = 1_000_000;
  const fair = Math.floor(2 ** 32 / range) * range;
  let number: number;
  do [number] = crypto.getRandomValues(new Uint32Array(1)) as unknown as [number];
  while (number >= fair);
  return String(number % range).padStart(6, '0');
}

// Keyed, because a plain hash of six digits is reversed in a second.
async function hashCode(core: Core, handle: string, code: string): Promise<string> {
  return toHex(await sign(await readSecret(core), `code:${handle}:${code}`));
}

/** Sends a code to an address, whether or not it has an account, and returns the handle to verify it with. */
export async function sendCode(core: Core, binding: Binding, identifier: string) {
  const normal = normalizeIdentifier(identifier);
  const address = await hash(normal); // a refusal is logged with its key
  const takeBack = await countTry(core, `codes:${address}`, policy.codesPerAddress);
  const ofDay = `codes-of-day:${address}`;
  const takeBackOfDay = await countTry(core, ofDay, policy.codesPerAddressAndDay);
  await sweep(core);
  const handle = newId();
  const code = newCode();
  const expiresAt = after(core, policy.codeLifetime);
  await core.database
    .insertInto('codes')
    .values({
      handle,
      client: binding.client,
      browser: binding.browser,
      identifier: normal,
      code_hash: await hashCode(core, handle, code),
      tries: 0,
      expires_at: expiresAt,
    })
    .execute();
  try {
    await core.sendCode({ identifier: normal, code, handle });
  } catch (error) {
    // What may arrive counts, or a mail server that breaks off too late would flood the letter box.
    if (error instanceof CodeNotSent && !error.mayArrive) {
      await Promise.allSettled([takeBack(), takeBackOfDay()]); // what went wrong first is what is said
    }
    throw error;
  }
  core.log({ event: 'code-sent' });
  return { handle, expiresAt };
}

/** Sends a new code for an earlier one that has not arrived; the earlier handle dies. */
export async function resendCode(core: Core, binding: Binding, handle: string) {
  const earlier = isId(handle)
    ? await core.database
        .selectFrom('codes')
        .select('identifier')
        .where('handle', '=', handle)
        .where('client', '=', binding.client)
        .where('browser', '=', binding.browser)
        .where('expires_at', '>', core.now())
        .executeTakeFirst()
    : undefined;
  if (!earlier) throw challengeExpired('no such code');
  const sent = await sendCode(core, binding, earlier.identifier);
  // Not before: the code in the letter box stays good where no new one could be sent.
  await core.database.deleteFrom('codes').where('handle', '=', handle).execute();
  return sent;
}

/** Verifies a code, once and in few tries, and signs in; a new address becomes an account. */
export async function verifyCode(
  core: Core,
  binding: Binding,
  request: { handle: string; code: string },
  session: SessionKind & { replaces?: string | undefined },
): Promise<SignedIn> {
  if (!isId(request.handle)) throw challengeExpired('no such code');
  const expected = await hashCode(core, request.handle, request.code);
  const signedIn = await decide(core, async (work) => {
    const sent = await work
      .updateTable('codes')
      .set((row) => ({ tries: row('tries', '+', 1) }))
      .where('handle', '=', request.handle)
      .where('client', '=', binding.client)
      .where('browser', '=', binding.browser)
      .where('tries', '<', policy.codeTries)
      .where('expires_at', '>', core.now())
      .returning(['identifier', 'code_hash'])
      .executeTakeFirst();
    if (!sent) throw challengeExpired('no such code');
    if (!sameText(sent.code_hash, expected)) throw verificationFailed('wrong code');
    await work.deleteFrom('codes').where('handle', '=', request.handle).execute();
    return startSession(core, work, await ensureUser(core, work, sent.identifier), session);
  });
  core.log({ event: 'signed-in-by-code', user: signedIn.user.id });
  return signedIn;
}

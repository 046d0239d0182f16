import type { HandoffRow, Work } from '../database.ts';
import type { Assertion } from './answers.ts';
import { acceptAnswer, beginSignIn } from './ceremonies.ts';
import { takeChallenge } from './challenges.ts';
import { after, decide, type Binding, type Core, type SignedIn } from './core.ts';
import type { Device } from './devices.ts';
import { hash, isId, newId } from './encoding.ts';
import { challengeExpired, Refusal } from './errors.ts';
import { networkOf } from './networks.ts';
import { policy } from './policy.ts';
import { startSession, type NewSession } from './sessions.ts';
import { sweep } from './sweep.ts';
import { countTry } from './tries.ts';

/*
 * “Continue on another device”, with what RFC 10027 asks for. The handle works in the browser that
 * began and nowhere else; the ticket in the link opens nothing without a passkey and the number that
 * only the screen of the first device shows.
 */

/** Where a request comes from, as far as the other device may be told. */
export interface Origin {
  readonly device: Device;
  readonly address: string;
}

/** Begins a hand-off; what this browser began before is over. */
export async function startHandoff(core: Core, binding: Binding, { device, address }: Origin) {
  await countTry(core, `handoffs:${binding.browser}`, policy.handoffsPerBrowser);
  await sweep(core);
  const numbers = pickNumbers();
  const handoff: HandoffRow = {
    handle: newId(),
    ticket: newId(),
    client: binding.client,
    browser: binding.browser,
    state: 'waiting',
    user_id: null,
    number: numbers[0],
    numbers: JSON.stringify(numbers.toSorted((one, other) => one - other)),
    device_browser: device.browser,
    device_system: device.system,
    network: await hashOfNetwork(address),
    created_at: core.now(),
    expires_at: after(core, policy.handoffLifetime),
  };
  await decide(core, async (work) => {
    await work
      .deleteFrom('handoffs')
      .where('client', '=', binding.client)
      .where('browser', '=', binding.browser)
      .execute();
    await work.insertInto('handoffs').values(handoff).execute();
  });
  core.log({ event: 'handoff-started' });
  return handoff;
}

/** Tells the browser that began how far it is; that alone signs nobody in. */
export async function handoffState(core: Core, binding: Binding, handle: string) {
  const handoff = await findOwn(core, binding, handle);
  await countTry(core, `handoff:${handle}`, policy.handoffQuestions);
  const expired = handoff.expires_at <= core.now();
  return {
    state: expired ? ('expired' as const) : states[handoff.state],
    expiresAt: handoff.expires_at,
  };
}

const states = { waiting: 'pending', approved: 'authenticated', refused: 'failed' } as const;

/** Signs the browser that began in, once; of any number of attempts one succeeds. */
export async function exchangeHandoff(
  core: Core,
  binding: Binding,
  handle: string,
  session: NewSession,
): Promise<SignedIn> {
  const signedIn = await decide(core, async (work) => {
    const approved = isId(handle)
      ? await work
          .deleteFrom('handoffs')
          .where('handle', '=', handle)
          .where('client', '=', binding.client)
          .where('browser', '=', binding.browser)
          .where('state', '=', 'approved')
          .where('expires_at', '>', core.now())
          .returning('user_id')
          .executeTakeFirst()
      : undefined;
    if (!approved?.user_id) return undefined;
    const user = await work
      .selectFrom('users')
      .selectAll()
      .where('id', '=', approved.user_id)
      .executeTakeFirstOrThrow();
    // Somebody may have been talked into approving: such a session cannot make itself at home.
    return startSession(core, work, user, { ...session, stale: true });
  });
  if (!signedIn) {
    const { expires_at } = await findOwn(core, binding, handle);
    if (expires_at <= core.now()) throw challengeExpired('hand-off expired');
    throw new Refusal('conflict', 'The sign-in is not approved.');
  }
  core.log({ event: 'signed-in-by-handoff', user: signedIn.user.id });
  return signedIn;
}

/** Ends what this browser began. */
export async function cancelHandoff(core: Core, binding: Binding, handle: string): Promise<void> {
  if (!isId(handle)) return;
  await core.database
    .deleteFrom('handoffs')
    .where('handle', '=', handle)
    .where('client', '=', binding.client)
    .where('browser', '=', binding.browser)
    .execute();
}

/** Shows the other device who asks, and the numbers of which one is on the screen there. */
export async function inspectHandoff(core: Core, ticket: string, address: string) {
  const handoff = requireWaiting(core, await findByTicket(core, ticket));
  const here = await hashOfNetwork(address);
  const known = handoff.network !== '' && here !== '';
  return {
    device: { browser: handoff.device_browser, system: handoff.device_system },
    sameNetwork: known ? handoff.network === here : null,
    numbers: JSON.parse(handoff.numbers) as number[],
    startedAt: handoff.created_at,
    expiresAt: handoff.expires_at,
  };
}

/** Opens the passkey prompt of an approval, for whichever account the person picks. */
export async function beginApproval(core: Core, binding: Binding, ticket: string) {
  const { handle } = requireWaiting(core, await findByTicket(core, ticket));
  return beginSignIn(core, binding, { offerPasskeys: false, handoff: handle });
}

/** Approves with a passkey and the right number; a wrong number ends the hand-off. */
export async function approveHandoff(
  core: Core,
  binding: Binding,
  request: { ticket: string; number: number; challengeId: string; answer: Assertion },
): Promise<void> {
  const { user_id } = await decide(core, async (work) => {
    const handoff = requireWaiting(core, await findByTicket(core, request.ticket, work));
    const challenge = await takeChallenge(core, work, binding, {
      id: request.challengeId,
      kind: 'approval',
      handoff: handoff.handle,
    });
    if (!challenge) throw challengeExpired('unknown challenge');
    const { passkey } = await acceptAnswer(core, work, binding, challenge, request.answer);
    const right = request.number === handoff.number;
    await work
      .updateTable('handoffs')
      .set(right ? { state: 'approved', user_id: passkey.user_id } : { state: 'refused' })
      .where('handle', '=', handoff.handle)
      .execute();
    const details = `${handoff.device_browser ?? '?'}, ${handoff.device_system ?? '?'}`;
    await work
      .insertInto('audit')
      .values({
        at: core.now(),
        event: right ? 'handoff-approved' : 'handoff-wrong-number',
        user_id: passkey.user_id,
        passkey_id: passkey.id,
        details,
      })
      .execute();
    if (!right) throw new Refusal('conflict', 'The other device shows another number.');
    return passkey;
  });
  core.log({ event: 'handoff-approved', user: user_id });
}

/** Says no on the other device; for that nobody has to prove anything. */
export async function refuseHandoff(core: Core, ticket: string): Promise<void> {
  await decide(core, async (work) => {
    const { handle } = requireWaiting(core, await findByTicket(core, ticket, work));
    await work
      .updateTable('handoffs')
      .set({ state: 'refused' })
      .where('handle', '=', handle)
      .execute();
  });
  core.log({ event: 'handoff-refused' });
}

// Foreign, unknown, misspelt and used up look the same.
const noHandoff = () => new Refusal('not-found', 'There is no such hand-off.');

async function findOwn(core: Core, binding: Binding, handle: string): Promise<HandoffRow> {
  const handoff = isId(handle)
    ? await core.database
        .selectFrom('handoffs')
        .selectAll()
        .where('handle', '=', handle)
        .where('client', '=', binding.client)
        .where('browser', '=', binding.browser)
        .executeTakeFirst()
    : undefined;
  if (!handoff) throw noHandoff();
  return handoff;
}

/** Inside a transaction the row is locked, so that of two decisions the first one holds. */
async function findByTicket(core: Core, ticket: string, work?: Work) {
  if (!isId(ticket)) return undefined;
  const finding = (work ?? core.database)
    .selectFrom('handoffs')
    .selectAll()
    .where('ticket', '=', ticket);
  return (work ? finding.forUpdate() : finding).executeTakeFirst();
}

function requireWaiting(core: Core, handoff: HandoffRow | undefined): HandoffRow {
  if (handoff?.state !== 'waiting') throw noHandoff();
  if (handoff.expires_at <= core.now()) throw challengeExpired('hand-off expired');
  return handoff;
}

/** Three different numbers of two digits; the first is the right one. */
function pickNumbers(): [number, number, number] {
  const picked = new Set<number>();
  while (picked.size < 3) {
    const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 180) picked.add(10 + (byte % 90)); // each as likely as any other
  }
  return [...picked] as [number, number, number];
}

/** An IPv6 address changes by the day, its network does not. */
const hashOfNetwork = async (address: string): Promise<string> =>
  address === 'unknown' ? '' : hash(networkOf(address));

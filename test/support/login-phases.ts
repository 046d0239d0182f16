import { expect, html } from '@open-wc/testing';
import type { HandoffOperations } from '../../src/core/backend.js';
import type { PasskeyLogin } from '../../src/define.js';
import {
  answerWith,
  assertion,
  attestation,
  creationOptions,
  pending,
  requestOptions,
} from '../core/stand-ins.ts';
import { Held, OwnBackend } from './own-backend.ts';
import { place } from './place.ts';
import { hurry } from './timers.ts';
import { eventually, press, type, type View } from './view.ts';

export interface Reached {
  readonly view: View<PasskeyLogin>;
  readonly backend: OwnBackend;
  /** Signals of the prompts so far. */
  readonly prompts: AbortSignal[];
  /** Lets what is waited for happen. */
  goOn(): void;
  /** Breaks what is waited for. */
  fail(cause: Error): void;
}

/** Something that `<passkey-login>` waits for: an answer of the backend, or of the browser. */
export interface Phase {
  /** Its operation of the backend, or the prompt. */
  readonly name: string;
  /** What is asked at this moment. */
  readonly title: string;
  /** What is there once it has gone on. */
  readonly then: RegExp;
  reach(): Promise<Reached>;
}

const session = { kind: 'session' };

/** Each step of signing in, signing up and continuing elsewhere at which the element has to wait. */
export const phases: readonly Phase[] = [
  phase('signIn.begin', 'options to sign in', { options: requestOptions }, signIn),
  phase('get', 'a passkey', assertion(), signIn),
  phase('signIn.finish', 'the check of a passkey', session, signIn),
  phase('status', 'an approval', { state: 'authenticated' }, signIn, /Your sign-in was approved/),
  phase('signIn.exchange', 'the session of an approval', session, signIn),
  phase('look-up', 'what is known of a name', { state: 'unknown' }, typeName, /Use my passkey/),
  phase('codes.send', 'a code to be sent', { handle: 'h' }, askForCode, /Check your e-mail/),
  phase('codes.verify', 'the check of a code', session, enterCode, /Create a passkey/),
  phase('registration.begin', 'options to create', { options: creationOptions }, create, /created/),
  phase('create', 'a new passkey', attestation(), create, /created/),
  phase('registration.finish', 'the check of a new passkey', {}, create, /created/),
  phase('handoff.start', 'a hand-off', handedOff(), continueElsewhere, /Link for the other/),
  phase('handoff.status', 'another device', { state: 'authenticated' }, continueElsewhere),
  phase('handoff.exchange', 'the session of a hand-off', session, continueElsewhere),
];

type Way = (view: View<PasskeyLogin>) => void | Promise<void>;

function phase(
  name: string,
  title: string,
  outcome: object,
  way: Way,
  then = /You are signed in/,
): Phase {
  return {
    name,
    title,
    then,
    async reach() {
      hurry(1_600, 2_400); // the first question comes after two seconds, give or take
      const held = new Held<object>();
      const reached = Promise.withResolvers<void>();
      const hold = () => {
        reached.resolve();
        return held.answer();
      };
      const prompts: AbortSignal[] = [];
      for (const [ceremony, credential] of [
        ['get', assertion()],
        ['create', attestation()],
      ] as const) {
        answerWith(ceremony, (call) => {
          prompts.push(call.signal);
          if (ceremony !== name) return Promise.resolve(credential);
          return Promise.race([hold(), pending(call)]);
        });
      }
      const backend = newBackend(name).on(name === 'look-up' ? 'status' : name, hold);
      const view = await place(template(backend, name));
      await way(view);
      await eventually(() => reached.promise);
      return { view, backend, prompts, goOn: () => held.release(outcome), fail: held.fail };
    },
  };
}

/** Whether the site wants a look-up depends on the phase; everything else is always there. */
const template = (backend: OwnBackend, name: string) =>
  html`<passkey-login
    lang="en"
    no-autofill
    hand-off=${location.pathname}
    ?look-up=${name === 'look-up'}
    .backend=${backend}
  ></passkey-login>`;

/** One that decides a sign-in at once, but where the phase is about an approval. */
function newBackend(name: string): OwnBackend {
  const backend = new OwnBackend();
  const ask = (operation: string) => backend.operation(operation);
  const waits = name === 'status' || name === 'signIn.exchange';
  if (waits) backend.on('signIn.finish', () => ({ kind: 'pending', handle: 'h' }));
  if (waits || name === 'look-up') backend.status = ask('status') as never;
  backend.on('status', () => ({ state: 'authenticated' }));
  if (name === 'signIn.exchange') {
    backend.signIn = { ...backend.signIn, exchange: ask('signIn.exchange') as never };
  }
  const state = name === 'handoff.exchange' ? 'authenticated' : 'pending';
  backend.on('handoff.start', handedOff).on('handoff.status', () => ({ state }));
  backend.on('handoff.exchange', () => session);
  const handoff = {
    start: (signal: AbortSignal) => ask('handoff.start')({}, signal),
    status: ask('handoff.status'),
    exchange: ask('handoff.exchange'),
    cancel: ask('handoff.cancel'),
  } as unknown as HandoffOperations;
  backend.handoff = async () => handoff;
  return backend;
}

function handedOff() {
  return { handle: 'h', ticket: 'ticket', number: 17, expiresAt: new Date(Date.now() + 300_000) };
}

function signIn(view: View): void {
  view.button('Sign in with a passkey').click();
}

function typeName(view: View): void {
  type(view.field('E-mail address'), 'ada@example.com');
  press(view.field('E-mail address'), 'Enter');
}

async function askForCode(view: View): Promise<void> {
  typeName(view);
  (await eventually(() => view.button(/^E-mail me a code/))).click();
}

async function enterCode(view: View): Promise<void> {
  await askForCode(view);
  type(await eventually(() => view.field('Code')), '123456');
  view.button('Continue').click();
}

function create(view: View<PasskeyLogin>): void {
  void view.element.register();
}

async function continueElsewhere(view: View): Promise<void> {
  (await eventually(() => view.button('Use another device'))).click();
}

/** Signs in anew, whatever is on screen, and expects that it works. */
export async function expectUsable({ view, backend }: Reached): Promise<void> {
  for (const name of new Set(backend.calls)) backend.heal(name);
  answerWith('get', async () => assertion());
  expect(view.element.matches(':state(busy)'), 'busy').to.equal(false);
  expect(view.offers('Cancel'), 'something to cancel').to.equal(false);
  expect(await view.element.signIn(), 'signed in').to.equal(true);
  await eventually(() => expect(view.headings).to.deep.equal(['You are signed in.']));
}

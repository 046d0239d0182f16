import { expect } from '@open-wc/testing';
import * as fc from 'fast-check';
import '../../src/login.js';
import type { PasskeyLogin } from '../../src/define.js';
import {
  answerWith,
  assertion,
  attestation,
  isFree,
  replace,
  settled,
  requestOptions,
  creationOptions,
} from '../core/stand-ins.ts';
import type { SignInRequest } from '../../src/core/backend.js';
import { OwnBackend } from './own-backend.ts';
import { hurry } from './timers.ts';
import { microtasks, nextTask } from './turns.ts';
import { press, type, View } from './view.ts';

const ends = ['passkey-signed-in', 'passkey-cancelled', 'passkey-error'];

/** A step of the backend or of the browser that waits for the test. */
interface Waiting {
  readonly succeed: () => void;
  readonly fail: () => void;
  /** The person picks from the autofill list, or does not. */
  readonly pick?: boolean;
  /** Options for autofill. */
  readonly quiet?: boolean;
}

/** One element, all of whose steps wait to be answered, in any order, by the test; and another one. */
class World {
  readonly element: PasskeyLogin;
  /** Wants the same prompt now and then. */
  readonly #other: PasskeyLogin;
  readonly view: View;
  /** How the starts ended. */
  readonly ended: string[] = [];
  readonly waiting: Waiting[] = [];
  readonly promises: Promise<boolean>[] = [];
  /** Requests and prompts so far. */
  asked = 0;
  /** The same for autofill, which comes back by itself as long as the element is there. */
  askedQuietly = 0;
  /** What may have started something; a press of a button may also have been of no use. */
  starts = 0;
  /** How many passkeys were picked from the autofill list. */
  picks = 0;
  /** How many codes were entered. */
  codes = 0;
  #backend = this.#newBackend();
  /** How many had been asked for when everything was stopped; absent while something may run. */
  #stoppedAt: number | undefined = 0;
  /** Prompts that were opened, with whether they are still open. */
  readonly #prompts: (() => boolean)[] = [];

  constructor(stubborn: boolean, autofill: boolean) {
    this.element = this.#newElement();
    this.element.noAutofill = !autofill;
    this.#other = this.#newElement();
    for (const ceremony of ['get', 'create'] as const) {
      answerWith(ceremony, ({ signal, mediation }) => {
        const pick = mediation === 'conditional';
        let settled = false;
        this.#prompts.push(() => !settled && !signal.aborted);
        const credential = ceremony === 'get' ? assertion() : attestation();
        const { succeed, fail, promise } = this.#wait(credential);
        if (!stubborn) signal.addEventListener('abort', fail);
        this.waiting.push({ succeed, fail, pick });
        return promise.finally(() => (settled = true));
      });
    }
    this.view = new View(this.element);
    document.body.append(this.element, this.#other);
  }

  #newElement(): PasskeyLogin {
    const element = document.createElement('passkey-login');
    element.lang = 'en';
    element.noAutofill = true;
    element.backend = this.#backend;
    for (const name of ends) element.addEventListener(name, () => this.ended.push(name));
    return element;
  }

  start(way: 'signIn' | 'register'): void {
    this.#mayStart();
    this.promises.push(this.element[way]());
  }

  /** The other element wants to sign in. */
  rival(): void {
    this.#mayStart(this.#other);
    this.promises.push(this.#other.signIn());
  }

  /** Presses a button, if there is one of that name. */
  click(name: RegExp): void {
    if (!this.view.offers(name)) return;
    this.#mayStart();
    this.view.button(name).click();
  }

  /** Types the account name and goes on. */
  name(): void {
    if (!this.view.offers(/^Sign in with a passkey/)) return;
    this.#mayStart();
    type(this.view.field('E-mail address'), 'ada@example.com');
    press(this.view.field('E-mail address'), 'Enter');
  }

  /** Enters a code, where one is asked for. */
  code(): void {
    const [field] = this.view.all<HTMLInputElement>('#code');
    if (!field) return;
    this.#mayStart();
    this.codes += 1;
    field.value = '123456';
    field.form!.requestSubmit();
  }

  cancel(): void {
    this.element.cancel();
    this.#other.cancel();
    this.#stoppedAt = this.asked;
  }

  #mayStart(element = this.element): void {
    if (!element.isConnected) return;
    this.#stoppedAt = undefined;
    this.starts += 1;
  }

  remove(): void {
    this.element.remove();
  }

  insert(): void {
    document.body.append(this.element);
  }

  changeBackend(): void {
    this.element.backend = this.#backend = this.#newBackend();
  }

  /** What autofill needs next: its options, then somebody who picks. */
  autofill(): void {
    const next = this.waiting.findIndex(({ pick, quiet }) => pick || quiet);
    if (next >= 0) this.answer(next, true);
  }

  /** Fails where it does not come to this. */
  async until(reached: () => boolean): Promise<void> {
    for (let task = 0; task < 50 && !reached(); task++) await nextTask();
    expect(reached(), 'got there').to.equal(true);
  }

  answer(place: number, well: boolean): void {
    const [step] = this.waiting.splice(place % Math.max(this.waiting.length, 1), 1);
    if (well && step?.pick) {
      this.#mayStart();
      this.picks += 1;
    }
    if (well) step?.succeed();
    else step?.fail();
  }

  check(): void {
    const open = this.#prompts.filter((isOpen) => isOpen()).length;
    expect(open, 'open prompts').to.be.at.most(1);
    expect(this.ended.length, 'ends').to.be.at.most(this.starts);
    if (this.#stoppedAt !== undefined) {
      expect(this.asked, 'requests after a stop').to.equal(this.#stoppedAt);
    }
  }

  /** Everything is over: each promise is settled, the page’s one request is free. */
  async end(): Promise<void> {
    this.element.remove();
    this.#other.remove();
    await nextTask();
    const before = [this.asked, this.askedQuietly, this.ended.length];
    while (this.waiting.length > 0) {
      this.answer(0, true);
      await nextTask();
    }
    const outcomes: boolean[] = [];
    for (const promise of this.promises) void promise.then((outcome) => outcomes.push(outcome));
    for (let task = 0; task < 50 && outcomes.length < this.promises.length; task++) {
      await nextTask();
    }
    expect(outcomes, 'settled promises').to.have.length(this.promises.length);
    for (let wait = 0; wait < 50 && !isFree(); wait++) await settled(); // what ignored its abort gets a moment
    const after = [this.asked, this.askedQuietly, this.ended.length];
    expect(after, 'after the removal').to.deep.equal(before);
    expect(isFree(), 'nothing holds the page’s request').to.equal(true);
  }

  #newBackend(): OwnBackend {
    const step = (value: object) => (request?: Partial<SignInRequest>) => {
      const quiet = request?.mediation === 'conditional';
      if (quiet) this.askedQuietly += 1;
      else this.asked += 1;
      const { succeed, fail, promise } = this.#wait(value);
      this.waiting.push({ succeed, fail, quiet });
      return promise;
    };
    return new OwnBackend()
      .on('signIn.begin', step({ options: requestOptions }))
      .on('signIn.finish', step({ kind: 'session' }))
      .on('registration.begin', step({ options: creationOptions }))
      .on('registration.finish', step({}))
      .on('codes.send', step({ handle: 'h' }))
      .on('codes.verify', step({ kind: 'session' }));
  }

  #wait<Value>(value: Value) {
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    return {
      promise,
      succeed: () => resolve(value),
      fail: () => reject(new DOMException('canary', 'NotAllowedError')),
    };
  }
}

type Step = (world: World) => unknown;

/** Where a sequence begins; few would come that far by chance. */
const beginnings: Record<string, (world: World) => Promise<void>> = {
  'the first screen': async () => {},
  async 'the autofill list'(world) {
    if (world.element.noAutofill || document.hidden) return;
    await world.until(() => world.waiting.some(({ quiet }) => quiet));
    world.autofill();
    await world.until(() => world.waiting.some(({ pick }) => pick));
  },
  async 'the choice'(world) {
    await world.until(() => world.view.offers(/^Sign in with a passkey/));
    world.name();
    await world.until(() => world.view.offers(/^E-mail me a code/));
  },
  async 'the code'(world) {
    await beginnings['the choice']!(world);
    world.click(/^E-mail me a code/);
    const sending = () => world.waiting.findIndex(({ quiet, pick }) => !quiet && !pick);
    await world.until(() => sending() >= 0);
    world.answer(sending(), true);
    await world.until(() => world.view.all('#code').length > 0);
  },
};

const place = fc.nat({ max: 3 });
const step: fc.Arbitrary<[name: string, step: Step]> = fc.oneof(
  ...(
    [
      ['signIn', (world: World) => world.start('signIn')],
      ['register', (world: World) => world.start('register')],
      ['sign in elsewhere', (world: World) => world.rival()],
      ['type the name', (world: World) => world.name()],
      ['ask for a code', (world: World) => world.click(/^(E-mail me a code|Send a new code)/)],
      ['enter the code', (world: World) => world.code()],
      ['press the button', (world: World) => world.click(/^Sign in with a passkey|^Use my/)],
      ['create', (world: World) => world.click(/^Create a passkey/)],
      ['not now', (world: World) => world.click(/^(Not now|Use another e-mail)/)],
      ['autofill', (world: World) => world.autofill()],
      ['autofill', (world: World) => world.autofill()],
      ['cancel', (world: World) => world.cancel()],
      ['remove', (world: World) => world.remove()],
      ['insert', (world: World) => world.insert()],
      ['move', (world: World) => (world.remove(), world.insert())],
      ['another backend', (world: World) => world.changeBackend()],
      ['another name', (world: World) => (world.element.identifier += 'a')],
      ['a task', () => nextTask()],
    ] as [string, Step][]
  ).map((one) => fc.constant(one)),
  place.map((at): [string, Step] => [`answer ${at}`, (world) => world.answer(at, true)]),
  place.map((at): [string, Step] => [`answer ${at}`, (world) => world.answer(at, true)]),
  place.map((at): [string, Step] => [`fail ${at}`, (world) => world.answer(at, false)]),
);

/** So many microtasks are never waited for; here it means a task. */
const aTask = 10;

/** What happens between two steps: nothing, some microtasks, or all that is due. */
function pause(length: number): Promise<void> {
  return length === aTask ? nextTask() : microtasks(length);
}

/** What else loads with the first use: here it is there from the start. */
before(() =>
  Promise.all([
    import('../../src/elements/sign-up.js'),
    import('../../src/elements/coach.js'),
    import('../../src/core/foreign-errors.js'),
    import('../../src/core/provider-names.js'),
  ]),
);

/** A thousand sequences of steps; `stubborn` prompts ignore that they are aborted. */
export function describeModel({ stubborn }: { readonly stubborn: boolean }): void {
  // Autofill waits until the page is seen, and WebKit's tabs here are in the background.
  const picksDue = document.hidden ? -1 : 20;

  beforeEach(() => {
    replace(PublicKeyCredential, 'getClientCapabilities', async () => ({ conditionalGet: true }));
    hurry(250, 250); // the time that an aborted prompt gets to end
  });

  it('there is one prompt, one end for each start, and no request after a stop', async function () {
    this.timeout(120_000);
    let finished = 0;
    let picks = 0;
    let codes = 0;
    const steps = fc.array(step, { minLength: 2, maxLength: 20 });
    const pauses = fc.array(fc.nat({ max: aTask }), { minLength: 1, maxLength: 20 });
    const beginning = fc.constantFrom(...Object.keys(beginnings));
    await fc.assert(
      fc.asyncProperty(
        beginning,
        steps,
        pauses,
        fc.boolean(),
        async (begin, steps, pauses, autofill) => {
          const world = new World(stubborn, autofill);
          await beginnings[begin]!(world);
          let taken = 0;
          for (const [name, take] of steps) {
            if (name === 'cancel') await nextTask(); // nobody presses a button between two microtasks
            take(world);
            await pause(pauses[taken++ % pauses.length]!);
            world.check();
          }
          finished += world.ended.length;
          picks += world.picks;
          codes += world.codes;
          await world.end();
        },
      ),
      { numRuns: 1_000, endOnFailure: true, includeErrorInReport: true },
    );
    expect(finished, 'the sequences get somewhere').to.be.greaterThan(200);
    expect(picks, 'passkeys picked from the list').to.be.greaterThan(picksDue);
    expect(codes, 'codes entered').to.be.greaterThan(30);
  });
}

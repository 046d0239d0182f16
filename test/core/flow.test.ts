import { expect } from '@open-wc/testing';
import * as fc from 'fast-check';
import type { AuthenticationResponseJSON } from '../../src/core/backend.js';
import { PasskeyError } from '../../src/core/errors.js';
import { isBusy, transition, type FlowEvent, type FlowState } from '../../src/core/flow.js';

const activity = 'sign-in';
const error = new PasskeyError('cancelled', 'dismissed');
const answer: AuthenticationResponseJSON = {
  id: 'BAUG',
  rawId: 'BAUG',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw' },
};
const expiresAt = new Date(1_800_000_000_000);

const states = {
  idle: { status: 'idle' },
  preparing: { status: 'preparing', activity },
  prompting: { status: 'prompting', activity },
  verifying: { status: 'verifying', activity, answer },
  waiting: { status: 'waiting', activity, answer, expiresAt },
  succeeded: { status: 'succeeded', activity },
  failed: { status: 'failed', activity, error },
} satisfies { [Status in FlowState['status']]: FlowState & { status: Status } };

const events = {
  started: { type: 'started', activity: 'registration' },
  challenged: { type: 'challenged' },
  answered: { type: 'answered', answer },
  accepted: { type: 'accepted', expiresAt },
  progressed: { type: 'progressed', status: { progress: 'pending' } },
  completed: { type: 'completed' },
  failed: { type: 'failed', error },
  reset: { type: 'reset' },
} satisfies { [Type in FlowEvent['type']]: FlowEvent & { type: Type } };

type Status = keyof typeof states;
type Type = keyof typeof events;

/** Every pair that goes somewhere; all other pairs must go nowhere. */
const moves: [from: Status, event: Type, to: FlowState][] = [
  ['idle', 'started', { status: 'preparing', activity: 'registration' }],
  ['succeeded', 'started', { status: 'preparing', activity: 'registration' }],
  ['failed', 'started', { status: 'preparing', activity: 'registration' }],
  ['preparing', 'challenged', states.prompting],
  ['prompting', 'answered', states.verifying],
  ['verifying', 'accepted', states.waiting],
  ['waiting', 'progressed', { ...states.waiting, progress: 'pending' }],
  ['preparing', 'completed', states.succeeded],
  ['verifying', 'completed', { ...states.succeeded, answer }],
  ['waiting', 'completed', { ...states.waiting, status: 'succeeded' }],
  ['preparing', 'failed', states.failed],
  ['prompting', 'failed', states.failed],
  ['verifying', 'failed', states.failed],
  ['waiting', 'failed', states.failed],
  ['succeeded', 'reset', states.idle],
  ['failed', 'reset', states.idle],
];

describe('the states of a flow', () => {
  for (const from of Object.keys(states) as Status[]) {
    for (const type of Object.keys(events) as Type[]) {
      const state: FlowState = Object.freeze({ ...states[from] });
      const to = moves.find(([status, event]) => status === from && event === type)?.[2];
      if (to) {
        it(`${from} + ${type} → ${to.status}`, () =>
          expect(transition(state, events[type])).to.deep.equal(to));
      } else {
        it(`${from} + ${type} changes nothing`, () =>
          expect(transition(state, events[type])).to.equal(state));
      }
    }
  }

  it('are busy exactly while something is under way', () => {
    const busy = Object.values(states).filter((state) => isBusy(state));
    expect(busy.map(({ status }) => status)).to.deep.equal([
      'preparing',
      'prompting',
      'verifying',
      'waiting',
    ]);
  });
});

describe('any sequence of events', () => {
  const anyEvent = fc.constantFrom<FlowEvent>(
    ...Object.values(events),
    { type: 'started', activity: 'sign-in' },
    { type: 'started', activity: 'look-up' },
    { type: 'progressed', status: { progress: 'authenticated' } },
    { type: 'failed', error: new PasskeyError('network', 'offline') },
  );
  type Step = { before: FlowState; event: FlowEvent; after: FlowState };

  /** Holds `check` against the steps of 2,000 random walks from idle. */
  const walk = (check: (steps: Step[]) => void) =>
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (sequence) => {
        let state: FlowState = { status: 'idle' };
        check(
          sequence.map((event) => {
            const before = Object.freeze(state);
            state = transition(before, event);
            return { before, event, after: state };
          }),
        );
      }),
      { numRuns: 2_000 },
    );

  const isEnd = ({ before, after }: Step) => isBusy(before) && !isBusy(after);
  const isStart = ({ before, after }: Step) => !isBusy(before) && isBusy(after);

  it('has at most one activity at a time, the one that was started', () =>
    walk((steps) => {
      for (const { before, after } of steps) {
        if (isBusy(before) && after.status !== 'idle') {
          expect(after.activity).to.equal(before.activity);
        }
      }
    }));

  it('ends whatever was started once, by success or failure', () =>
    walk((steps) => {
      let open = 0;
      for (const step of steps) {
        if (isStart(step)) open += 1;
        if (isEnd(step)) {
          open -= 1;
          expect(step.after.status).to.be.oneOf(['succeeded', 'failed']);
        }
        expect(open).to.equal(isBusy(step.after) ? 1 : 0);
      }
    }));

  it('starts by a start only, and never succeeds with the prompt still open', () =>
    walk((steps) => {
      for (const step of steps) {
        if (isStart(step)) expect(step.event.type).to.equal('started');
        if (step.before.status === 'prompting') expect(step.after.status).not.to.equal('succeeded');
      }
    }));

  it('moves only as the table says, and else gives the very same state', () =>
    walk((steps) => {
      for (const { before, event, after } of steps) {
        const known = moves.some(([from, type]) => from === before.status && type === event.type);
        expect(after !== before, `${before.status} + ${event.type}`).to.equal(known);
      }
    }));
});

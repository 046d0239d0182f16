import type { AuthenticationResponseJSON, Status } from './backend.js';
import type { PasskeyError } from './errors.js';

/** What is being done: a ceremony with a prompt, or a request that leads to one. */
export type Activity =
  | ('look-up' | 'send-code' | 'verify-code' | 'sign-in' | 'hand-off' | 'sign-out')
  | ('registration' | 'removal' | 'restoration');

/** Where we are. */
export type FlowState =
  | { readonly status: 'idle' }
  /** Talking to the backend before the prompt. */
  | { readonly status: 'preparing'; readonly activity: Activity }
  /** The browser's prompt is open. */
  | { readonly status: 'prompting'; readonly activity: Activity }
  /** The backend checks the answer. */
  | ({ readonly status: 'verifying'; readonly activity: Activity } & Answered)
  /** The backend took the answer and has not decided yet. */
  | ({ readonly status: 'waiting'; readonly activity: Activity } & Progress & Answered)
  | ({ readonly status: 'succeeded'; readonly activity: Activity } & Answered)
  | { readonly status: 'failed'; readonly activity: Activity; readonly error: PasskeyError };

interface Answered {
  /** Of a sign-in: it tells where the passkey is. */
  readonly answer?: AuthenticationResponseJSON;
}

interface Progress {
  readonly expiresAt?: Date;
  readonly progress?: Status['state'];
}

/** What happened. */
export type FlowEvent =
  | { readonly type: 'started'; readonly activity: Activity }
  | { readonly type: 'challenged' }
  | ({ readonly type: 'answered' } & Answered)
  | { readonly type: 'accepted'; readonly expiresAt?: Date }
  | { readonly type: 'progressed'; readonly status: Progress }
  | { readonly type: 'completed' }
  | { readonly type: 'failed'; readonly error: PasskeyError }
  | { readonly type: 'reset' };

/** Where we may go. An event that means nothing in the current state gives the very same state. */
export function transition(state: FlowState, event: FlowEvent): FlowState {
  if (!isBusy(state)) {
    if (event.type === 'started') return { status: 'preparing', activity: event.activity };
    return event.type === 'reset' && state.status !== 'idle' ? { status: 'idle' } : state;
  }
  const { status, activity } = state;
  switch (event.type) {
    case 'challenged':
      return status === 'preparing' ? { status: 'prompting', activity } : state;
    case 'answered':
      return status === 'prompting'
        ? { status: 'verifying', activity, answer: event.answer }
        : state;
    case 'accepted':
      return status === 'verifying'
        ? { ...state, status: 'waiting', expiresAt: event.expiresAt }
        : state;
    case 'progressed':
      return status === 'waiting' ? { ...state, ...event.status } : state;
    case 'completed':
      return status === 'prompting' ? state : { ...state, status: 'succeeded' };
    case 'failed':
      return { status: 'failed', activity, error: event.error };
    default:
      return state;
  }
}

type BusyState = Extract<
  FlowState,
  { status: 'preparing' | 'prompting' | 'verifying' | 'waiting' }
>;

/** Whether something is under way that a second start would disturb. */
export function isBusy(state: FlowState): state is BusyState {
  return /ing$/.test(state.status); // the four above, and no other
}

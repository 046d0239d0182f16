import type { ReactiveController } from 'lit';
import type { Ceremony } from '../core/ceremonies.js';
import { hint, PasskeyError, toPasskeyError } from '../core/errors.js';
import { isBusy, transition, type Activity, type FlowEvent, type FlowState } from '../core/flow.js';
import { orAborted } from '../core/waiting.js';
import type { PasskeyElement } from './passkey-element.js';

/** Runs one ceremony at a time for an element: abort, staleness, rendering. */
export class FlowController implements ReactiveController {
  state: FlowState = { status: 'idle' };
  readonly #element: PasskeyElement;
  #current = new AbortController();

  constructor(element: PasskeyElement) {
    this.#element = element;
    element.addController(this);
  }

  get busy(): boolean {
    return isBusy(this.state);
  }

  get error(): PasskeyError | undefined {
    return this.state.status === 'failed' ? this.state.error : undefined;
  }

  /**
   * Runs `action` unless another one is under way, or the element is not in the page. Never
   * rejects: a failure becomes the state.
   * `undefined` when it failed, was refused or was aborted, whatever it waits for then.
   */
  async run<Result>(
    activity: Activity,
    action: (ceremony: Ceremony) => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (!this.#element.isConnected || !this.#send({ type: 'started', activity })) return undefined;
    const { signal } = (this.#current = new AbortController());
    const report = (event: FlowEvent) => void (signal.aborted || this.#send(event));
    try {
      const result = await orAborted(action({ signal, report }), signal);
      if (signal.aborted) return undefined;
      this.#send({ type: 'completed' });
      return { result };
    } catch (cause) {
      report({ type: 'failed', error: await toPasskeyError(cause) });
      return undefined;
    }
  }

  /** Stops what is under way; it is heard of no more. */
  cancel(): void {
    if (!this.busy) return;
    this.#current.abort();
    this.#send({ type: 'failed', error: new PasskeyError('aborted', hint`Cancelled.`) });
  }

  /** Forgets the last outcome. */
  reset(): void {
    this.#send({ type: 'reset' });
  }

  hostDisconnected(): void {
    // A framework that moves the element puts it back within the same task.
    queueMicrotask(() => {
      if (this.#element.isConnected) return;
      this.#current.abort();
      this.#enter({ status: 'idle' });
    });
  }

  #send(event: FlowEvent): boolean {
    const next = transition(this.state, event);
    const moves = next !== this.state;
    if (moves) this.#enter(next);
    return moves;
  }

  #enter(state: FlowState): void {
    this.state = state;
    this.#element.requestUpdate();
    this.#element['flowChanged'](state);
  }
}

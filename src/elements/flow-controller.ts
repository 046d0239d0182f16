import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Ceremony } from '../core/ceremonies.js';
import { abortReason } from '../core/coordinator.js';
import { hint, PasskeyError, toPasskeyError } from '../core/errors.js';
import { isBusy, transition, type Activity, type FlowEvent, type FlowState } from '../core/flow.js';

/** Milliseconds after which a prompt that nobody answered is pointed out. */
const patience = 15_000;

/** Runs one ceremony at a time for a host: abort, staleness, rendering. */
export class FlowController implements ReactiveController {
  state: FlowState = { status: 'idle' };
  readonly #host: ReactiveControllerHost & Element;
  readonly #onChange: (state: FlowState) => void;
  /** The prompt has been open so long that the person may have lost sight of it. */
  overdue = false;
  #current = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost & Element, onChange: (state: FlowState) => void) {
    this.#host = host;
    this.#onChange = onChange;
    host.addController(this);
  }

  get busy(): boolean {
    return isBusy(this.state);
  }

  get error(): PasskeyError | undefined {
    return this.state.status === 'failed' ? this.state.error : undefined;
  }

  /** Whole seconds until the backend takes another try; zero where it set no time. */
  get seconds(): number {
    const moment = this.error?.retryAt?.getTime() ?? 0;
    return Math.max(0, Math.ceil((moment - Date.now()) / 1000));
  }

  /**
   * Runs `ceremony` unless another one is under way, or the host is not in the page. Never rejects: a failure becomes the state.
   * `undefined` when it failed, was refused or was aborted.
   */
  async run<Result>(
    activity: Activity,
    ceremony: (ceremony: Ceremony) => Promise<Result>,
  ): Promise<{ readonly result: Result } | undefined> {
    if (!this.#host.isConnected || !this.#send({ type: 'started', activity })) return undefined;
    const { signal } = (this.#current = new AbortController());
    const report = (event: FlowEvent) => void (signal.aborted || this.#send(event));
    try {
      const result = await ceremony({ signal, report });
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
    this.#current.abort(abortReason(hint`cancelled by the page or the person`));
    this.#send({ type: 'failed', error: new PasskeyError('aborted', hint`Cancelled.`) });
  }

  /** Forgets the last outcome. */
  reset(): void {
    this.#send({ type: 'reset' });
  }

  hostDisconnected(): void {
    // A framework that moves the element puts it back within the same task.
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      this.#current.abort(abortReason(hint`removed from the page`));
      this.state = { status: 'idle' };
      this.#watch();
    });
  }

  /** Renders again when time alone changes what is to be said. */
  #watch(): void {
    clearTimeout(this.#timer);
    this.overdue = false;
    const prompting = this.state.status === 'prompting';
    if (!prompting && this.seconds === 0) return;
    const pass = () => {
      if (!prompting) this.#watch();
      this.overdue = prompting;
      this.#host.requestUpdate();
    };
    this.#timer = setTimeout(pass, prompting ? patience : 1000);
  }

  #send(event: FlowEvent): boolean {
    const next = transition(this.state, event);
    if (next === this.state) return false;
    this.state = next;
    this.#watch();
    this.#host.requestUpdate();
    this.#onChange(next);
    return true;
  }
}

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { isStop, type PasskeyError, type PasskeyErrorCode } from '../core/errors.js';
import type { FlowState } from '../core/flow.js';
import { createErrors, errors, waitingWords } from '../i18n/en/errors.js';
import type { FlowController } from './flow-controller.js';
import type { LocalizeController } from './localize-controller.js';
import type { Message } from './parts/message.js';

/** Knows what to say when something failed or takes long; loaded with the first thing that does. */
export class Trouble implements ReactiveController {
  /** The prompt that has been open so long that the person may have lost sight of it. */
  slow: FlowState | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #flow: FlowController;
  readonly #localize: LocalizeController;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When another try makes sense, by the clock that nobody sets. */
  #wait: { readonly error?: PasskeyError; readonly end: number } = { end: 0 };

  constructor(host: ReactiveControllerHost, flow: FlowController, localize: LocalizeController) {
    this.#host = host;
    this.#flow = flow;
    this.#localize = localize;
    host.addController(this);
  }

  get overdue(): boolean {
    return this.slow === this.#flow.state;
  }

  /** Whole seconds until the backend takes another try; zero where it set no time. */
  get seconds(): number {
    const { error } = this.#flow;
    const left = (error?.retryAt?.getTime() ?? 0) - Date.now();
    if (this.#wait.error !== error) this.#wait = { error, end: performance.now() + left };
    // The clock may be set back meanwhile; the other one stands still while the device sleeps.
    const least = Math.min(left, this.#wait.end - performance.now());
    return Math.max(0, Math.ceil(least / 1000));
  }

  /** Renders again when time alone changes what is to be said. */
  hostUpdated(): void {
    clearTimeout(this.#timer);
    if (this.seconds > 0) this.#timer = setTimeout(() => this.#host.requestUpdate(), 1000);
  }

  /** What to say of a state, where the usual news are not enough. */
  messageOf(state: FlowState): Message | undefined {
    const text = this.#localize.words(waitingWords);
    if (this.overdue) return { kind: 'busy', text: text.stillWaiting };
    if (state.status === 'waiting') return { kind: 'busy', text: text.awaitingApproval };
    if (state.status !== 'failed') return undefined;
    const { code } = state.error;
    const gentle = isStop(state.error) || code === 'already-registered';
    const creating = state.activity === 'registration';
    return { kind: gentle ? 'note' : 'alert', text: this.textOf(code, creating) };
  }

  /** Our words for an error code; the server's are never shown. */
  textOf(code: PasskeyErrorCode, creating = false): string {
    const layers = [{ errors, createErrors }, ...this.#localize.layers];
    const words = (kind: 'errors' | 'createErrors') =>
      layers.map((layer) => layer?.[kind]?.[code]).findLast(Boolean);
    return (creating && words('createErrors')) || words('errors') || this.textOf('unknown');
  }
}

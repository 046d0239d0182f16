import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Counts the seconds until a moment, rendering the host once a second while there are any. */
export class CountdownController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #moment: () => Date | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, moment: () => Date | undefined) {
    this.#host = host;
    this.#moment = moment;
    host.addController(this);
  }

  /** Whole seconds left; zero when the moment has come or there is none. */
  get seconds(): number {
    const moment = this.#moment();
    return moment ? Math.max(0, Math.ceil((moment.getTime() - Date.now()) / 1000)) : 0;
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    if (this.seconds > 0) this.#timer = setTimeout(() => this.#host.requestUpdate(), 1000);
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }
}

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { resolveBackend } from '../backends/index.js';
import type { PasskeyBackend } from '../core/backend.js';
import { PasskeyError } from '../core/errors.js';
import type { BackendSettings } from './passkey-element.js';

/** Turns a host's attributes into a backend, again whenever they change. */
export class BackendController implements ReactiveController {
  /** The backend, once it is here. */
  current: PasskeyBackend | undefined;
  /** Why there is none. */
  error: PasskeyError | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => { backend: string | PasskeyBackend; settings: BackendSettings };
  readonly #onReset: () => void;
  readonly #onChange: () => void;
  #key: unknown[] = [];
  #loading: Promise<PasskeyBackend> | undefined;

  constructor(
    host: ReactiveControllerHost,
    wanted: () => { backend: string | PasskeyBackend; settings: BackendSettings },
    /** What the old backend was doing is over. */
    onReset: () => void,
    /** The new one is here, or it is known why not. */
    onChange: () => void,
  ) {
    this.#host = host;
    this.#wanted = wanted;
    this.#onReset = onReset;
    this.#onChange = onChange;
    host.addController(this);
  }

  /** The backend as soon as it is here; rejects with `invalid-config` or `network`. */
  async whenReady(): Promise<PasskeyBackend> {
    await this.#host.updateComplete;
    if (this.error) this.#load(); // a part that did not arrive may arrive now
    return this.#loading!;
  }

  hostUpdate(): void {
    const { backend, settings } = this.#wanted();
    const { clientId, baseUrl, credentials } = settings;
    const key = [backend, clientId, baseUrl, credentials];
    if (key.every((part, at) => part === this.#key[at]) && this.#loading) return;
    if (this.#loading) this.#onReset();
    this.#key = key;
    this.#load();
  }

  #load(): void {
    const { backend, settings } = this.#wanted();
    this.current = undefined;
    this.error = undefined;
    const loading = typeof backend === 'string' ? resolveBackend(backend, settings) : backend;
    const promise = (this.#loading = Promise.resolve(loading));
    const settle = (change: () => void) => {
      if (this.#loading !== promise) return;
      change();
      this.#host.requestUpdate();
      this.#onChange();
    };
    promise.then(
      (ready) => settle(() => (this.current = ready)),
      (cause: unknown) => settle(() => (this.error = PasskeyError.from(cause))),
    );
  }
}

import type { ReactiveControllerHost } from 'lit';
import { resolveBackend } from '../backends/index.js';
import type { PasskeyBackend } from '../core/backend.js';
import { toPasskeyError, type PasskeyError } from '../core/errors.js';
import type { BackendSettings } from './passkey-element.js';

interface Wanted {
  readonly backend: string | PasskeyBackend;
  readonly settings: BackendSettings;
}

/** Turns a host's attributes into a backend. */
export class BackendController {
  /** The backend, once it is here. */
  current: PasskeyBackend | undefined;
  /** Why there is none. */
  error: PasskeyError | undefined;
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => Wanted;
  readonly #onReset: () => void;
  readonly #onChange: () => void;
  #loading: Promise<PasskeyBackend> | undefined;

  constructor(
    host: ReactiveControllerHost,
    wanted: () => Wanted,
    /** What the old backend was doing is over. */
    onReset: () => void,
    /** The new one is here, or it is known why not. */
    onChange: () => void,
  ) {
    this.#host = host;
    this.#wanted = wanted;
    this.#onReset = onReset;
    this.#onChange = onChange;
  }

  /** The backend as soon as it is here; rejects with `invalid-config` or `network`. */
  async whenReady(): Promise<PasskeyBackend> {
    await this.#host.updateComplete;
    if (this.error) void this.#load(); // a part that did not arrive may arrive now
    return this.#loading!;
  }

  /** An attribute that decides has changed. */
  replace(): void {
    if (this.#loading) this.#onReset();
    void this.#load();
  }

  async #load(): Promise<void> {
    const { backend, settings } = this.#wanted();
    this.current = this.error = undefined;
    const loading = Promise.resolve(
      typeof backend === 'string' ? resolveBackend(backend, settings) : backend,
    );
    this.#loading = loading;
    const current = await loading.catch(toPasskeyError);
    if (this.#loading !== loading) return;
    if (current instanceof Error) this.error = current;
    else this.current = current;
    this.#host.requestUpdate();
    this.#onChange();
  }
}

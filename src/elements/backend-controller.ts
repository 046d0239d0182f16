import { resolveBackend } from '../backends/index.js';
import type { PasskeyBackend } from '../core/backend.js';
import { hint, PasskeyError, toPasskeyError } from '../core/errors.js';
import type { PasskeyElement } from './passkey-element.js';

/** Turns an element's attributes into a backend. */
export class BackendController {
  /** The backend, once it is here. */
  current: PasskeyBackend | undefined;
  /** Why there is none. */
  error: PasskeyError | undefined;
  readonly #element: PasskeyElement;
  #loading: Promise<PasskeyBackend> | undefined;

  constructor(element: PasskeyElement) {
    this.#element = element;
  }

  /**
   * The backend as soon as it is here; rejects with `invalid-config` or `not-loaded`, and with `aborted`
   * where the element has never been in the page.
   */
  async whenReady(): Promise<PasskeyBackend> {
    if (this.#element.isConnected) await this.#element.updateComplete;
    if (this.error) void this.#load(); // a part that did not arrive may arrive now
    if (!this.#loading) throw new PasskeyError('aborted', hint`The element is not in the page.`);
    return this.#loading;
  }

  /** An attribute that decides has changed. */
  replace(): void {
    if (this.#loading) this.#element['backendReset']();
    void this.#load();
  }

  async #load(): Promise<void> {
    const { backend } = this.#element;
    this.current = this.error = undefined;
    const loading = Promise.resolve(
      // Frameworks set what is none yet: that is looked up, and found to be none.
      (backend as Partial<PasskeyBackend> | undefined)?.signIn
        ? (backend as PasskeyBackend)
        : resolveBackend(backend as string, this.#element['settings']),
    );
    this.#loading = loading;
    const current = await loading.catch(toPasskeyError);
    if (this.#loading !== loading) return;
    if (current instanceof Error) this.error = current;
    else this.current = current;
    this.#element.requestUpdate();
    this.#element['backendChanged']();
  }
}

import type { ReactiveController } from 'lit';
import { waitForAutofill } from '../core/autofill.js';
import type { PasskeyBackend } from '../core/backend.js';
import type { PasskeyLogin } from './passkey-login.js';

interface Offer {
  readonly backend: PasskeyBackend;
  readonly abort: AbortController;
}

/** Keeps passkeys on offer in the autofill list as long as the element wants them there. */
export class AutofillController implements ReactiveController {
  readonly #element: PasskeyLogin;
  #offer: Offer | undefined;
  #connected = new AbortController();
  /** The backend for which offering was of no use, until the person does something. */
  #givenUp: PasskeyBackend | undefined;

  constructor(element: PasskeyLogin) {
    this.#element = element;
    element.addController(this);
  }

  /** Whether passkeys are on offer just now. */
  get armed(): boolean {
    return !!this.#offer;
  }

  /** Offers passkeys again after it had been given up. */
  retry(): void {
    this.#givenUp = undefined;
    this.#update();
  }

  /** Drops what somebody may just have picked, and offers passkeys anew. */
  restart(): void {
    this.#stop();
    this.retry();
  }

  hostConnected(): void {
    // A waiting request keeps the page out of the back/forward cache; on `freeze` it is too late.
    const connected = (this.#connected = new AbortController());
    addEventListener('pagehide', this.#stop, connected);
    addEventListener(
      'pageshow',
      ({ persisted }) => persisted && this.#element['reset'](),
      connected,
    );
    // Somebody signed in on this page, here or by another element: nobody is left to offer it to.
    document.addEventListener('passkey-signed-in', this.#rest, connected);
    this.#update();
  }

  hostDisconnected(): void {
    this.#connected.abort();
    queueMicrotask(() => this.#update()); // a framework that moves the element has put it back by then
  }

  hostUpdated(): void {
    this.#update();
  }

  #update(): void {
    const backend = this.#element['autofillBackend'];
    if (this.#offer?.backend === backend) return;
    this.#stop();
    if (backend && backend !== this.#givenUp) void this.#start(backend);
  }

  async #start(backend: PasskeyBackend): Promise<void> {
    const offer = { backend, abort: new AbortController() };
    this.#enter(offer);
    const start = Date.now();
    const answer = await waitForAutofill(backend, offer.abort.signal).catch(() => undefined);
    if (this.#offer !== offer) return; // replaced or stopped: what it brings is not heard
    this.#enter();
    // Nobody has picked what comes at once: refused, it would come again without end.
    this.#givenUp = answer && Date.now() - start > 1000 ? undefined : backend;
    if (answer) await this.#element['answered']('autofill', answer, backend);
    this.#element.requestUpdate();
  }

  readonly #stop = (): void => {
    this.#offer?.abort.abort();
    this.#enter();
  };

  /** Whatever ends an offer, what the page sees of it ends with it. */
  #enter(offer?: Offer): void {
    this.#offer = offer;
    this.#element['toggleState']('autofill', !!offer);
  }

  readonly #rest = (): void => {
    this.#givenUp = this.#element['autofillBackend'];
    this.#stop();
  };
}

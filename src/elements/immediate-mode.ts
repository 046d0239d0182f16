import type { ReactiveController } from 'lit';
import { traitsOf, type PasskeyBackend, type SignInAnswer } from '../core/backend.js';
import { requestAnswer } from '../core/ceremonies.js';
import { prefetchChallenge } from '../core/challenges.js';
import { exclusively } from '../core/coordinator.js';
import { hint } from '../core/errors.js';
import { surelyCan } from '../core/webauthn.js';
import type { PasskeyLogin } from './passkey-login.js';
import { readMore, warn } from './warn.js';

/** Browsers refuse more: calls within so many milliseconds. */
const calls = 2;
const span = 5_000;
/** A click that the backend holds up longer than this leads on without it; in milliseconds. */
const patience = 3_000;

/**
 * Signs in at a click anywhere on the page, where the browser has a passkey at hand. Where it has
 * none, or cannot tell, a link leads on and a button brings the person to the form: no dialog, no
 * error. Chrome's immediate mode, capability `immediateGet`.
 */
export class ImmediateMode implements ReactiveController {
  readonly #element: PasskeyLogin;
  #able = false;
  #connected = new AbortController();
  #asked: number[] = [];
  #asking: { readonly backend: PasskeyBackend; readonly abort: AbortController } | undefined;
  /** A value of `for` that is no selector. */
  #refused: string | undefined;

  constructor(element: PasskeyLogin) {
    this.#element = element;
    element.addController(this);
    // Firefox ignores the mode and would open a dialog.
    void surelyCan('immediateGet').then((able) => (this.#able = able));
  }

  hostConnected(): void {
    const { signal } = (this.#connected = new AbortController());
    document.addEventListener('click', (event) => void this.#clicked(event), { signal });
    for (const intent of ['pointerover', 'focusin']) {
      document.addEventListener(intent, (event) => this.#prepare(event), { signal });
    }
  }

  hostDisconnected(): void {
    this.#connected.abort();
    // A framework that moves the element puts it back within the same task.
    queueMicrotask(() => {
      if (!this.#element.isConnected) this.stop();
    });
  }

  hostUpdate(): void {
    if (this.#asking?.backend !== this.#element['source'].current) this.stop();
  }

  /** Nobody waits for the answer any more: it is not heard, and a link leads nowhere. */
  stop(): void {
    this.#asking?.abort.abort();
  }

  /** The options are fetched while the pointer is on its way, so the click reaches the browser at once. */
  #prepare(event: Event): void {
    const backend = this.#backend;
    if (!this.#able || !backend || this.#asking || !this.#triggerOf(event)) return;
    // What autofill waits with serves the click as well, and at many servers the next one replaces it.
    if (!this.#element.matches(':state(autofill)')) prefetchChallenge(backend);
  }

  async #clicked(event: MouseEvent): Promise<void> {
    const trigger = this.#triggerOf(event);
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const link = trigger instanceof HTMLAnchorElement && trigger.href ? trigger : undefined;
    // What leads to another tab, window or frame is the browser's to follow.
    if (!trigger || !plain || link?.target || event.defaultPrevented) return;
    if (this.#asking) return event.preventDefault(); // the second half of a double click
    const backend = this.#backend;
    if (!backend || !this.#mayAsk()) {
      if (!link) this.#element.focus();
      return;
    }
    event.preventDefault();
    const { signal } = (this.#asking = { backend, abort: new AbortController() }).abort;
    const answer = await this.#ask(backend, signal);
    this.#asking = undefined;
    if (signal.aborted) return;
    if (answer) await this.#element['answered']('immediate', answer, backend);
    else if (link) location.assign(link.href);
    else this.#element.focus();
  }

  #ask(backend: PasskeyBackend, signal: AbortSignal): Promise<SignInAnswer | undefined> {
    this.#asked.push(Date.now());
    const slow = new AbortController();
    const timer = setTimeout(() => slow.abort(), patience);
    return exclusively('modal', AbortSignal.any([signal, slow.signal]), (signal) =>
      requestAnswer(backend, {}, 'immediate', signal, () => clearTimeout(timer)),
    ).catch(() => undefined);
  }

  get #backend(): PasskeyBackend | undefined {
    const backend = this.#element['source'].current;
    const free = !this.#element['blocked'] && backend && traitsOf(backend).usernameless;
    return free ? backend : undefined;
  }

  #mayAsk(): boolean {
    this.#asked = this.#asked.filter((moment) => moment > Date.now() - span);
    return this.#able && this.#asked.length < calls;
  }

  #triggerOf(event: Event): Element | undefined {
    const { for: selector } = this.#element;
    if (!selector || selector === this.#refused) return undefined;
    const matches = (node: EventTarget): node is Element =>
      node instanceof Element && node.matches(selector);
    try {
      return event.composedPath().find(matches); // through shadow roots: an icon may be a component
    } catch {
      this.#refused = selector;
      warn(
        hint`<passkey-login for>: “${selector}” is no CSS selector. Write for="#id". ${readMore('reference.md#attributes-and-properties')}`,
      );
      return undefined;
    }
  }
}

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { PasskeyBackend, SignInAnswer } from '../core/backend.js';
import { requestAnswer } from '../core/ceremonies.js';
import { prefetchChallenge } from '../core/challenges.js';
import { exclusively } from '../core/coordinator.js';
import { surelyCan } from '../core/webauthn.js';

export interface ImmediateModeOptions {
  /** CSS selector of the buttons and links that sign in. */
  selector(): string | undefined;
  backend(): PasskeyBackend | undefined;
  onAnswer(answer: SignInAnswer, backend: PasskeyBackend): Promise<unknown>;
}

/** Browsers refuse more: calls within so many milliseconds. */
const calls = 2;
const span = 5_000;

/**
 * Signs in at a click anywhere on the page, where the browser has a passkey at hand. Where it has
 * none, or cannot tell, a link leads on and a button brings the person to the form: no dialog, no
 * error. Chrome's immediate mode, capability `immediateGet`.
 */
export class ImmediateMode implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: ImmediateModeOptions;
  #able = false;
  #connected = new AbortController();
  #asked: number[] = [];

  constructor(host: ReactiveControllerHost & HTMLElement, options: ImmediateModeOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
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
  }

  /** The options are fetched while the pointer is on its way, so the click reaches the browser at once. */
  #prepare(event: Event): void {
    const backend = this.#options.backend();
    if (!this.#able || !backend || !this.#triggerOf(event)) return;
    prefetchChallenge(backend);
  }

  async #clicked(event: MouseEvent): Promise<void> {
    const trigger = this.#triggerOf(event);
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!trigger || !plain || event.defaultPrevented) return;
    const backend = this.#options.backend();
    const link = trigger instanceof HTMLAnchorElement ? trigger : undefined;
    if (!backend || !this.#mayAsk()) {
      if (!link) this.#host.focus();
      return;
    }
    event.preventDefault();
    const answer = await this.#ask(backend);
    if (answer) await this.#options.onAnswer(answer, backend);
    else if (link) location.assign(link.href);
    else this.#host.focus();
  }

  #ask(backend: PasskeyBackend): Promise<SignInAnswer | undefined> {
    this.#asked.push(Date.now());
    return exclusively('modal', this.#connected.signal, (signal) =>
      requestAnswer(backend, {}, 'immediate', signal),
    ).catch(() => undefined);
  }

  #mayAsk(): boolean {
    this.#asked = this.#asked.filter((moment) => moment > Date.now() - span);
    return this.#able && this.#asked.length < calls;
  }

  #triggerOf(event: Event): Element | undefined {
    const selector = this.#options.selector();
    const [target] = event.composedPath();
    return (selector && target instanceof Element && target.closest(selector)) || undefined;
  }
}

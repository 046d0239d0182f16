import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { HandoffOperations } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import { patience, timeOf } from '../core/status.js';
import { elsewhereWords } from '../i18n/en/elsewhere.js';
import { elsewhereStyles } from './elsewhere.styles.js';
import { HandOffApproval } from './hand-off-approval.js';
import { HandOffStart } from './hand-off-start.js';
import { button } from './parts/button.js';
import type { PasskeyLogin } from './passkey-login.js';

/** What waits for somebody else: the time that is left, and both sides of a hand-off. */
export class Elsewhere implements ReactiveController {
  readonly element: PasskeyLogin;
  readonly #start = new HandOffStart(this);
  readonly #approval = new HandOffApproval(this);
  #tick: ReturnType<typeof setTimeout> | undefined;
  #deadline: number | undefined;

  constructor(element: PasskeyLogin) {
    this.element = element;
    element.addController(this);
    element['adopt'](elsewhereStyles);
    element.requestUpdate();
  }

  hostConnected(): void {
    addEventListener('hashchange', this.#look);
    this.#look(); // moved within the page, the time goes on
  }

  hostDisconnected(): void {
    removeEventListener('hashchange', this.#look);
    clearTimeout(this.#tick);
  }

  hostUpdate(): void {
    if (this.isOn && !this.element['blocked']) this.#approval.readLink();
  }

  hostUpdated(): void {
    clearTimeout(this.#tick);
    if (this.#secondsLeft > 0) this.#tick = setTimeout(this.#look, 1000);
  }

  /** Below the screen: the time that is left, or the way in for people whose passkey is elsewhere. */
  more(): TemplateResult | typeof nothing {
    if (this.element['flow'].state.status === 'waiting') return this.#timer();
    if (!this.isOn || this.element['screen'] !== 'identify') return nothing;
    const offer = { look: 'quiet', blocked: this.element['blocked'] } as const;
    return button(this.text.elsewhere, { ...offer, onClick: () => this.#start.begin() });
  }

  /** Read out only to those who go there. */
  #timer(): TemplateResult | typeof nothing {
    const seconds = this.#secondsLeft;
    if (seconds === 0) return nothing;
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    return html`<p role="timer">${this.text.timeLeft(time)}</p>`;
  }

  get #secondsLeft(): number {
    const { state } = this.element['flow'];
    if (state.status !== 'waiting') {
      this.#deadline = undefined;
      return 0;
    }
    const end = timeOf(state.expiresAt) ?? (this.#deadline ??= Date.now() + patience);
    return Math.max(0, Math.ceil((end - Date.now()) / 1000));
  }

  readonly #look = (): void => this.element.requestUpdate();

  /** Asks the backend for one of its operations, for one of the sides. */
  run<Result>(
    activity: 'hand-off' | 'sign-in' | 'look-up',
    action: (handoff: HandoffOperations, ceremony: Ceremony) => Promise<Result>,
  ) {
    return this.element['run'](activity, async (backend, ceremony) =>
      action(await backend.handoff!(), ceremony),
    );
  }

  wayOut(): TemplateResult {
    const leave = () => {
      this.element['flow'].cancel(); // it may be beginning again
      this.element['show']('identify');
    };
    return button(this.text.otherWay, { look: 'quiet', onClick: leave });
  }

  /** The page that the other device opens; only this site can approve what is for this site. */
  get page(): URL | undefined {
    const { handOff } = this.element;
    const url = handOff && URL.canParse(handOff, location.href) && new URL(handOff, location.href);
    return url && url.origin === location.origin ? url : undefined;
  }

  /** The site wants hand-offs, and the backend has them. */
  get isOn(): boolean {
    return this.page !== undefined && this.element['source'].current?.handoff !== undefined;
  }

  get text() {
    return this.element['localize'].words(elsewhereWords);
  }
}

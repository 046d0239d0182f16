import { html, nothing, svg, type ReactiveController, type TemplateResult } from 'lit';
import type { HandoffOperations, HandoffRequest, StartedHandoff } from '../core/backend.js';
import type { Ceremony } from '../core/ceremonies.js';
import type { FlowState } from '../core/flow.js';
import { approve, handOff } from '../core/handoff.js';
import { patience, timeOf } from '../core/status.js';
import { elsewhereWords } from '../i18n/en/elsewhere.js';
import { elsewhereStyles } from './elsewhere.styles.js';
import type { LoginPart } from './login-part.js';
import { button } from './parts/button.js';
import { heading } from './parts/heading.js';
import type { Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';
import type { QrCode } from './parts/qr-code.js';
import type { PasskeyLogin } from './passkey-login.js';

const inHash = /^#passkey-hand-off=([\w-]+)$/;

/** Begun here, or somebody else’s: to approve here, and how that ended. */
type Side = 'begun' | 'asked' | 'approved' | 'refused';

/** These end a hand-off, as the device that approves sees it. */
const ending = new Set(['conflict', 'not-found', 'challenge-expired']);

/** What waits for somebody else: the time that is left, and both sides of a hand-off. */
export class Elsewhere implements ReactiveController, LoginPart {
  readonly #element: PasskeyLogin;
  #tick: ReturnType<typeof setTimeout> | undefined;
  #deadline: number | undefined;
  #side: Side = 'begun';
  #link = '';
  #number = 0;
  /** How copying the link went; good news make room again. */
  #copied: { readonly news: Message; readonly until: number } | undefined;
  #qrCode: QrCode | undefined;
  #ticket = '';
  #request: HandoffRequest | undefined;

  constructor(element: PasskeyLogin) {
    this.#element = element;
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
    this.#readLink();
  }

  hostUpdated(): void {
    clearTimeout(this.#tick);
    if (this.#secondsLeft > 0) this.#tick = setTimeout(this.#look, 1000);
  }

  /** Below the screen: the time that is left, or the way in for people whose passkey is elsewhere. */
  more(): TemplateResult | typeof nothing {
    if (this.#element['flow'].state.status === 'waiting') return this.#timer();
    if (!this.#isOn || this.#element['screen'] !== 'identify') return nothing;
    const offer = { look: 'quiet', blocked: this.#element['blocked'] } as const;
    return button(this.#text.elsewhere, { ...offer, onClick: () => this.#start() });
  }

  /** Read out only to those who go there. */
  #timer(): TemplateResult | typeof nothing {
    const seconds = this.#secondsLeft;
    if (seconds === 0) return nothing;
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    return html`<p role="timer">${this.#text.timeLeft(time)}</p>`;
  }

  render(): TemplateResult {
    switch (this.#side) {
      case 'begun':
        return this.#begunScreen();
      case 'asked':
        return this.#askedScreen();
      case 'approved':
        return this.#endScreen(this.#text.approvedElsewhere, this.#text.approvedExplained);
      case 'refused':
        return this.#endScreen(this.#text.refusedTitle, this.#text.refusedExplained);
    }
  }

  messageOf(state: FlowState): Message | undefined {
    const text = this.#text;
    if (this.#side === 'begun') {
      if (state.status === 'waiting') {
        const copied = this.#copied && Date.now() < this.#copied.until ? this.#copied : undefined;
        return copied?.news ?? { kind: 'busy', text: text.awaitingDevice };
      }
      const refused = state.status === 'failed' && state.error.code === 'verification-failed';
      return refused ? { kind: 'alert', text: text.notApproved } : undefined;
    }
    if (!isOver(state)) return undefined;
    const wrong = state.error.code === 'conflict';
    return { kind: 'alert', text: wrong ? text.wrongNumber : text.linkOver };
  }

  async #start(): Promise<void> {
    const page = this.#page!; // the site may change its mind before there is a link
    const outcome = await this.#run('sign-in', async (handoff, ceremony) => {
      const show = (started: StartedHandoff) => void this.#showBegun(page, started);
      const result = await handOff(handoff, ceremony, show);
      await this.#element['handOver'](result);
      return result;
    });
    if (outcome) void this.#element['finish'](outcome.result, 'hand-off');
  }

  async #showBegun(page: URL, { ticket, number }: StartedHandoff): Promise<void> {
    page.hash = `passkey-hand-off=${ticket}`;
    const link = (this.#link = page.href);
    this.#number = number;
    this.#qrCode = undefined;
    this.#copied = undefined;
    this.#go('begun');
    const drawing = await import('./parts/qr-code.js').catch(() => undefined); // the link is there
    if (link === this.#link) this.#qrCode = drawing?.encodeQr(link);
    this.#element.requestUpdate();
  }

  #begunScreen(): TemplateResult {
    const text = this.#text;
    const again = { look: 'primary', onClick: () => this.#start() } as const;
    if (this.#element['flow'].state.status !== 'waiting') {
      return html`${heading(text.elsewhere)}
      ${this.#isOn ? button(text.startAgain, again) : nothing} ${this.#wayOut()}`;
    }
    return html`${heading(text.elsewhere, text.elsewhereExplained)}
      <p class="number">${this.#number}</p>
      ${this.#qrCode ? this.#picture(this.#qrCode) : nothing}
      <div>
        <label for="link">${text.link}</label>
        <input id="link" class="link" dir="ltr" readonly .value=${this.#link} />
      </div>
      ${button(text.copyLink, { onClick: () => this.#copyLink() })}`;
  }

  /** Written as attributes: nothing of the link goes through a parser of HTML. */
  #picture({ size, path }: QrCode): TemplateResult {
    return html`<svg
      class="qr"
      role="img"
      aria-label=${this.#text.qrCode}
      viewBox="0 0 ${size} ${size}"
      shape-rendering="crispEdges"
    >
      ${svg`<path fill="currentColor" d=${path} />`}
    </svg>`;
  }

  async #copyLink(): Promise<void> {
    const copy = async () => navigator.clipboard.writeText(this.#link); // absent without https
    this.#copied = await copy().then(
      () => ({ news: { kind: 'done', text: this.#text.linkCopied }, until: Date.now() + 5000 }),
      () => ({ news: { kind: 'note', text: this.#text.copyFailed }, until: Infinity }),
    );
    this.#element.requestUpdate();
  }

  readonly #look = (): void => this.#element.requestUpdate();

  /** Somebody came by the link of another device. */
  #readLink(): void {
    const [, ticket = ''] = inHash.exec(location.hash) ?? [];
    if (!ticket || ticket === this.#ticket || !this.#isOn || this.#element['blocked']) return;
    this.#ticket = ticket;
    this.#request = undefined;
    this.#go('asked');
    void this.#inspect();
  }

  async #inspect(): Promise<void> {
    const ticket = this.#ticket;
    const outcome = await this.#run('look-up', (handoff, { signal }) =>
      handoff.inspect({ ticket }, signal),
    );
    this.#request = outcome?.result;
    this.#forgetLinkIfOver();
    this.#element.requestUpdate();
  }

  #askedScreen(): TemplateResult {
    const text = this.#text;
    const failed = this.#element['flow'].state.status === 'failed';
    const request = this.#request;
    const blocked = this.#element['blocked'];
    if (isOver(this.#element['flow'].state))
      return html`${heading(text.approveTitle)} ${this.#wayOut()}`;
    if (!request) {
      const again = { blocked, onClick: () => this.#inspect() };
      return html`${heading(text.approveTitle)} ${failed ? button(text.startAgain, again) : nothing}`;
    }
    const { browser, system } = request.device;
    const device = [browser, system].filter(Boolean).join(', ') || text.deviceUnknown;
    return html`${heading(text.approveTitle, text.approveAsks(device))}
      <p><strong>${text.approveWarning}</strong></p>
      ${request.sameNetwork === false ? html`<p>${text.otherNetwork}</p>` : nothing}
      <form class="stack" novalidate @submit=${this.#approve} @change=${this.#chosen}>
        <fieldset class="numbers">
          <legend>${text.approveNumber}</legend>
          <div>
            ${request.numbers.map(
              (number) =>
                html`<label><input type="radio" name="number" value=${number} />${number}</label>`,
            )}
          </div>
        </fieldset>
        ${button(html`${passkeyIcon} ${text.approve}`, { look: 'primary', blocked })}
      </form>
      ${button(text.refuse, { blocked, onClick: () => this.#refuse() })}`;
  }

  /** That none was chosen is no longer true. */
  readonly #chosen = (): void => {
    this.#element['notice'] = '';
    this.#element.requestUpdate();
  };

  readonly #approve = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const chosen = new FormData(event.target as HTMLFormElement).get('number');
    if (chosen === null) return this.#go('asked', this.#text.numberMissing);
    const number = Number(chosen);
    const ticket = this.#ticket;
    const outcome = await this.#run('sign-in', (handoff, ceremony) =>
      approve(handoff, { ticket, number }, ceremony),
    );
    this.#forgetLinkIfOver();
    if (outcome) this.#end('approved');
  };

  async #refuse(): Promise<void> {
    const ticket = this.#ticket;
    const outcome = await this.#run('look-up', (handoff, { signal }) =>
      handoff.refuse({ ticket }, signal),
    );
    this.#forgetLinkIfOver();
    if (outcome) this.#end('refused');
  }

  #end(side: 'approved' | 'refused'): void {
    forgetLink();
    this.#go(side);
  }

  #forgetLinkIfOver(): void {
    if (isOver(this.#element['flow'].state)) forgetLink();
  }

  #endScreen(title: string, explanation: string): TemplateResult {
    const done = html`<div class="hero done">${passkeyIcon}</div>`;
    return html`${this.#side === 'approved' ? done : nothing} ${heading(title, explanation)}
    ${this.#wayOut()}`;
  }

  #wayOut(): TemplateResult {
    const leave = () => this.#element['show']('identify');
    return button(this.#text.otherWay, { look: 'quiet', onClick: leave });
  }

  #run<Result>(
    activity: 'sign-in' | 'look-up',
    action: (handoff: HandoffOperations, ceremony: Ceremony) => Promise<Result>,
  ) {
    return this.#element['run'](activity, async (backend, ceremony) =>
      action(await backend.handoff!(), ceremony),
    );
  }

  #go(side: Side, notice?: string): void {
    this.#side = side;
    this.#element['show'](this, notice);
  }

  /** The page that the other device opens; only this site can approve what is for this site. */
  get #page(): URL | undefined {
    const { handOff } = this.#element;
    const url = handOff && URL.canParse(handOff, location.href) && new URL(handOff, location.href);
    return url && url.origin === location.origin ? url : undefined;
  }

  /** The site wants hand-offs, and the backend has them. */
  get #isOn(): boolean {
    return this.#page !== undefined && this.#element['source'].current?.handoff !== undefined;
  }

  get #secondsLeft(): number {
    const { state } = this.#element['flow'];
    if (state.status !== 'waiting') {
      this.#deadline = undefined;
      return 0;
    }
    this.#deadline ??= timeOf(state.expiresAt) ?? Date.now() + patience;
    return Math.max(0, Math.ceil((this.#deadline - Date.now()) / 1000));
  }

  get #text() {
    return this.#element['localize'].words(elsewhereWords);
  }
}

function isOver(state: FlowState): state is Extract<FlowState, { status: 'failed' }> {
  return state.status === 'failed' && ending.has(state.error.code);
}

/** A link is good once: what is over is not opened again with the page. */
function forgetLink(): void {
  if (inHash.test(location.hash)) {
    history.replaceState(history.state, '', location.pathname + location.search);
  }
}

import { html, nothing, svg, type TemplateResult } from 'lit';
import type { StartedHandoff } from '../core/backend.js';
import type { FlowState } from '../core/flow.js';
import { handOff } from '../core/handoff.js';
import type { Elsewhere } from './elsewhere.js';
import { handOffLink } from './hand-off-link.js';
import type { LoginPart } from './login-part.js';
import { button } from './parts/button.js';
import { heading } from './parts/heading.js';
import type { Message } from './parts/message.js';
import type { QrCode } from './parts/qr-code.js';

/** Refused, or no longer there: a browser has one hand-off at a time, and another tab may have begun one. */
const over = new Set(['verification-failed', 'not-found', 'conflict']);

/** The device that is to be signed in: it shows a link and a number, and waits for the other one. */
export class HandOffStart implements LoginPart {
  readonly #elsewhere: Elsewhere;
  #link = '';
  #number = 0;
  /** How copying the link went; good news make room again. */
  #copied: { readonly news: () => Message; readonly until: number } | undefined;
  #qrCode: QrCode | undefined;

  constructor(elsewhere: Elsewhere) {
    this.#elsewhere = elsewhere;
  }

  async begin(): Promise<void> {
    const page = this.#elsewhere.page!; // the site may change its mind before there is a link
    const outcome = await this.#elsewhere.run('hand-off', async (handoff, ceremony) => {
      const show = (started: StartedHandoff) => void this.#show(page, started);
      const result = await handOff(handoff, ceremony, show);
      await this.#element['handOver'](result);
      return result;
    });
    if (outcome) void this.#element['finish'](outcome.result, 'hand-off');
  }

  async #show(page: URL, { ticket, number }: StartedHandoff): Promise<void> {
    const link = (this.#link = handOffLink(page, ticket));
    this.#number = number;
    this.#qrCode = undefined;
    this.#copied = undefined;
    this.#element['show'](this);
    const drawing = import('./parts/qr-code.js').then(({ encodeQr }) => encodeQr(link));
    const qrCode = await drawing.catch(() => undefined); // lost, or too long a link: that is there
    if (link === this.#link) this.#qrCode = qrCode;
    this.#element.requestUpdate();
  }

  render(): TemplateResult {
    const { text, isOn } = this.#elsewhere;
    const blocked = this.#element['blocked'];
    const again = { look: 'primary', blocked, onClick: () => this.begin() } as const;
    if (this.#element['flow'].state.status !== 'waiting') {
      return html`${heading(text.elsewhere)} ${isOn ? button(text.startAgain, again) : nothing}
      ${this.#elsewhere.wayOut()}`;
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
      aria-label=${this.#elsewhere.text.qrCode}
      viewBox="0 0 ${size} ${size}"
      shape-rendering="crispEdges"
    >
      ${svg`<path fill="currentColor" d=${path} />`}
    </svg>`;
  }

  async #copyLink(): Promise<void> {
    const news = (kind: 'done' | 'note', words: 'linkCopied' | 'copyFailed') => ({
      kind,
      text: this.#elsewhere.text[words],
    });
    const copy = async () => navigator.clipboard.writeText(this.#link); // absent without https
    this.#copied = await copy().then(
      () => ({ news: () => news('done', 'linkCopied'), until: Date.now() + 5000 }),
      () => ({ news: () => news('note', 'copyFailed'), until: Infinity }),
    );
    this.#element.requestUpdate();
  }

  messageOf(state: FlowState): Message | undefined {
    const { text } = this.#elsewhere;
    if (state.status === 'waiting') {
      const copied = this.#copied && Date.now() < this.#copied.until ? this.#copied : undefined;
      return copied?.news() ?? { kind: 'busy', text: text.awaitingDevice };
    }
    const refused = state.status === 'failed' && over.has(state.error.code);
    return refused ? { kind: 'alert', text: text.notApproved } : undefined;
  }

  get #element() {
    return this.#elsewhere.element;
  }
}

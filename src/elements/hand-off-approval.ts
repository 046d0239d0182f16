import { html, nothing, type TemplateResult } from 'lit';
import type { HandoffRequest, PasskeyBackend } from '../core/backend.js';
import type { FlowState } from '../core/flow.js';
import { approve } from '../core/handoff.js';
import type { Elsewhere } from './elsewhere.js';
import { forgetLink, ticketOfPage } from './hand-off-link.js';
import type { LoginPart } from './login-part.js';
import { button } from './parts/button.js';
import { heading } from './parts/heading.js';
import type { Message } from './parts/message.js';
import { passkeyIcon } from './parts/passkey-icon.js';

/** These end a hand-off, as the device that approves sees it. */
const ending = new Set(['conflict', 'not-found', 'challenge-expired']);

/** The device with the passkey: somebody came by the link of another one, and approves or refuses. */
export class HandOffApproval implements LoginPart {
  readonly #elsewhere: Elsewhere;
  #ticket = '';
  #backend: PasskeyBackend | undefined;
  #request: HandoffRequest | undefined;
  #end: 'approved' | 'refused' | undefined;

  constructor(elsewhere: Elsewhere) {
    this.#elsewhere = elsewhere;
  }

  /** Somebody may have come by a link. */
  readLink(): void {
    const ticket = ticketOfPage();
    const backend = this.#element['source'].current;
    if (!ticket || (ticket === this.#ticket && backend === this.#backend)) return;
    this.#ticket = ticket;
    this.#backend = backend;
    this.#request = this.#end = undefined;
    this.#element['show'](this);
    void this.#inspect();
  }

  async #inspect(): Promise<void> {
    const ticket = this.#ticket;
    const outcome = await this.#elsewhere.run('look-up', (handoff, { signal }) =>
      handoff.inspect({ ticket }, signal),
    );
    if (ticket !== this.#ticket) return; // another link has come meanwhile
    this.#request = outcome?.result;
    this.#forgetLinkIfOver();
    this.#element.requestUpdate();
  }

  render(): TemplateResult {
    const { text } = this.#elsewhere;
    const { busy } = this.#element['flow'];
    if (this.#end) return this.#endScreen(this.#end);
    if (!this.#ticket || isOver(this.#state))
      return html`${heading(text.approveTitle)} ${this.#elsewhere.wayOut()}`;
    if (this.#request) return this.#questions(this.#request);
    const again = { blocked: this.#element['blocked'], onClick: () => this.#inspect() };
    return html`${heading(text.approveTitle)} ${busy ? nothing : button(text.startAgain, again)}`;
  }

  #questions({ device, sameNetwork, numbers }: HandoffRequest): TemplateResult {
    const { text } = this.#elsewhere;
    const blocked = this.#element['blocked'];
    const name = [device.browser, device.system].filter(Boolean).join(', ') || text.deviceUnknown;
    return html`${heading(text.approveTitle, text.approveAsks(name))}
      <p><strong>${text.approveWarning}</strong></p>
      ${sameNetwork === false ? html`<p>${text.otherNetwork}</p>` : nothing}
      <form class="stack" novalidate @submit=${this.#approve} @change=${this.#chosen}>
        <fieldset class="numbers">
          <legend>${text.approveNumber}</legend>
          <div>
            ${numbers.map(
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
    this.#element['notice'] = undefined;
    this.#element.requestUpdate();
  };

  readonly #approve = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const chosen = new FormData(event.target as HTMLFormElement).get('number');
    if (chosen === null)
      return this.#element['show'](this, () => this.#elsewhere.text.numberMissing);
    const number = Number(chosen);
    const ticket = this.#ticket;
    const outcome = await this.#elsewhere.run('sign-in', (handoff, ceremony) =>
      approve(handoff, { ticket, number }, ceremony),
    );
    if (ticket !== this.#ticket) return;
    this.#forgetLinkIfOver();
    if (outcome) this.#finish('approved');
  };

  async #refuse(): Promise<void> {
    const ticket = this.#ticket;
    const outcome = await this.#elsewhere.run('look-up', (handoff, { signal }) =>
      handoff.refuse({ ticket }, signal),
    );
    if (ticket !== this.#ticket) return;
    this.#forgetLinkIfOver();
    if (outcome) this.#finish('refused');
  }

  #finish(end: 'approved' | 'refused'): void {
    this.#forgetLink();
    this.#end = end;
    this.#element['show'](this);
  }

  #endScreen(end: 'approved' | 'refused'): TemplateResult {
    const { text } = this.#elsewhere;
    const words =
      end === 'approved'
        ? html`<div class="hero done">${passkeyIcon}</div>
            ${heading(text.approvedElsewhere, text.approvedExplained)}`
        : heading(text.refusedTitle, text.refusedExplained);
    return html`${words} ${this.#elsewhere.wayOut()}`;
  }

  messageOf(state: FlowState): Message | undefined {
    const { text } = this.#elsewhere;
    const notice = this.#element['notice']?.(); // it is only ever that no number was chosen
    if (notice) return { kind: 'alert', text: notice };
    if (!isOver(state)) return undefined;
    const wrong = state.error.code === 'conflict';
    return { kind: 'alert', text: wrong ? text.wrongNumber : text.linkOver };
  }

  #forgetLinkIfOver(): void {
    if (isOver(this.#state)) this.#forgetLink();
  }

  /** Opened once more it is looked at once more: somebody waits for an answer. */
  #forgetLink(): void {
    forgetLink(this.#ticket);
    this.#ticket = '';
  }

  get #state(): FlowState {
    return this.#element['flow'].state;
  }

  get #element() {
    return this.#elsewhere.element;
  }
}

/** What the prompt could not find is a passkey: Firefox says so of a security key without one. */
function isOver(state: FlowState): state is Extract<FlowState, { status: 'failed' }> {
  if (state.status !== 'failed') return false;
  const { code, cause } = state.error;
  return ending.has(code) && (cause as Error | undefined)?.name !== 'InvalidStateError';
}

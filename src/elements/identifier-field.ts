import { html, isServer, render, type ReactiveController, type ReactiveControllerHost } from 'lit';

export interface IdentifierFieldOptions {
  /** Text of the label that the element makes. */
  label(): string;
  /** Of that text, and of what is wrong. */
  language(): string;
  /** The person pressed Enter in the field. */
  onSubmit(): void;
  /** The person came to the field. */
  onFocus(): void;
  /** The person is typing. */
  onInput(): void;
}

/**
 * The account name's input, in the page's own tree where password managers can see it: the
 * author's own if there is one in `slot="username"`, otherwise one that the element makes.
 */
export class IdentifierField implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: IdentifierFieldOptions;
  readonly #label: HTMLElement;
  readonly #input: HTMLInputElement;
  /** What is wrong, for the eye and by `aria-describedby`. */
  readonly #fault: HTMLElement;

  constructor(host: ReactiveControllerHost & HTMLElement, options: IdentifierFieldOptions) {
    this.#host = host;
    this.#options = options;
    [this.#label, this.#input, this.#fault] = isServer ? ([] as never) : ownNodes();
    host.addController(this);
    host.addEventListener('keydown', (event) => {
      if (event.target !== this.input || event.key !== 'Enter') return;
      if (event.isComposing || event.defaultPrevented) return;
      event.preventDefault(); // a form around the element is none of our business
      options.onSubmit();
    });
    host.addEventListener('focusin', ({ target }) => {
      if (target === this.input) options.onFocus();
    });
    host.addEventListener('input', ({ target }) => {
      if (target !== this.input) return;
      if (this.fault) this.fault = '';
      options.onInput();
    });
  }

  get input(): HTMLInputElement {
    return this.#authors() ?? this.#input;
  }

  get value(): string {
    return this.input.value.trim();
  }

  set value(value: string) {
    this.input.value = value;
    if (this.fault) this.fault = '';
  }

  get fault(): string {
    return this.#fault.textContent;
  }

  /** What is wrong with the value, in words beside the field; empty when nothing is. */
  set fault(words: string) {
    const { input } = this;
    this.#fault.textContent = words;
    input.setAttribute('aria-invalid', String(words !== ''));
    const described = input.getAttribute('aria-describedby') ?? '';
    if (!described.includes(this.#fault.id))
      input.setAttribute('aria-describedby', `${described} ${this.#fault.id}`.trim());
    if (words) input.focus();
  }

  /** Puts the right nodes into the page; the author's input may come after the element does. */
  adopt(): void {
    const authors = this.#authors();
    if (authors) {
      if (this.#input.parentNode) authors.value ||= this.#input.value;
      authors.autocomplete ||= 'username webauthn';
    }
    for (const node of [this.#label, this.#input, this.#fault]) {
      node.lang = this.#options.language();
      if (authors && node !== this.#fault) node.remove();
      else if (node.parentNode !== this.#host) this.#host.append(node);
    }
  }

  hostUpdated(): void {
    this.adopt();
    const label = this.#options.label();
    if (this.#label.textContent !== label) this.#label.textContent = label;
  }

  #authors(): HTMLInputElement | undefined {
    const candidates = this.#host.querySelectorAll<HTMLInputElement>(
      ':scope > input[slot="username"], :scope > [slot="username"] input',
    );
    return [...candidates].find((input) => input !== this.#input);
  }
}

function ownNodes(): [HTMLElement, HTMLInputElement, HTMLElement] {
  const id = `passkey-username-${Math.random().toString(36).slice(2)}`;
  const nodes = document.createDocumentFragment();
  // `autocomplete` exactly so: `webauthn` comes last, and after one token for an account name.
  render(
    html`<label slot="username-label" for=${id}></label
      ><input
        slot="username"
        id=${id}
        name="username"
        type="email"
        autocomplete="username webauthn"
        autocapitalize="none"
        spellcheck="false"
      /><span slot="username-fault" id="${id}-fault"></span>`,
    nodes,
  );
  return [...nodes.children] as [HTMLElement, HTMLInputElement, HTMLElement];
}

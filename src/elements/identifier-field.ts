import { html, isServer, render, type ReactiveController, type ReactiveControllerHost } from 'lit';

export interface IdentifierFieldOptions {
  /** The label that the element makes, and what is wrong where there is no account name. */
  text(): { readonly identifierLabel: string; readonly identifierMissing: string };
  /** Of these texts. */
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
    host.addEventListener('focusin', (event) => {
      if (event.target === this.input) options.onFocus();
    });
    host.addEventListener('input', (event) => {
      if (event.target !== this.input) return;
      this.fault &&= false;
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
    this.fault &&= false;
  }

  get fault(): boolean {
    return !!this.#fault.textContent;
  }

  /** Whether the value is missing, which is said in words beside the field. */
  set fault(missing: boolean) {
    const { input } = this;
    this.#fault.textContent = missing ? this.#options.text().identifierMissing : '';
    input.setAttribute('aria-invalid', String(missing));
    const { id } = this.#fault;
    const others = input.getAttribute('aria-describedby') || id;
    input.setAttribute('aria-describedby', others.includes(id) ? others : `${others} ${id}`);
    if (missing) input.focus();
  }

  /** Puts the right nodes into the page; the author's input may come after the element does. */
  adopt(): void {
    if (this.#fault.parentNode !== this.#host) {
      // A copy of the page, as Turbo and htmx keep one, brings along those of the element before.
      const copies = '[id^=passkey-0],[for^=passkey-0]';
      for (const copy of this.#host.querySelectorAll<HTMLInputElement>(copies)) {
        copy.remove();
        if (copy.value) this.#input.value = copy.value;
      }
    }
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
    const { identifierLabel, identifierMissing } = this.#options.text();
    this.#fault.textContent &&= identifierMissing;
    if (this.#label.textContent !== identifierLabel) this.#label.textContent = identifierLabel;
  }

  #authors(): HTMLInputElement | undefined {
    const candidates = this.#host.querySelectorAll<HTMLInputElement>(
      ':scope > input[slot=username], :scope > [slot=username] input:not([type=hidden])',
    );
    return [...candidates].find((input) => input !== this.#input);
  }
}

function ownNodes(): [HTMLElement, HTMLInputElement, HTMLElement] {
  const id = `passkey-${Math.random()}`;
  const nodes = document.createElement('div');
  // `autocomplete` exactly so: `webauthn` comes last, and after one token for an account name.
  render(
    html`<label slot="username-label" for=${id}></label
      ><input
        slot="username"
        id=${id}
        name="username"
        type="email"
        autocomplete="username webauthn"
        spellcheck="false"
      /><span slot="username-fault" id="${id}-fault"></span>`,
    nodes,
  );
  return nodes.children as unknown as [HTMLElement, HTMLInputElement, HTMLElement];
}

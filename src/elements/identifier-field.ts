import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface IdentifierFieldOptions {
  /** Text of the label that the element makes. */
  label(): string;
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
  readonly #own = ownField();
  #fault = '';

  constructor(host: ReactiveControllerHost & HTMLElement, options: IdentifierFieldOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  get input(): HTMLInputElement {
    return this.#authors() ?? this.#own.input;
  }

  get value(): string {
    return this.input.value.trim();
  }

  set value(value: string) {
    this.input.value = value;
  }

  /** What is wrong with the value, in words beside the field; empty when nothing is. */
  set fault(words: string) {
    this.#fault = words;
    const { input } = this;
    this.#own.fault.textContent = words;
    input.toggleAttribute('aria-invalid', words !== '');
    if (words) {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', this.#own.fault.id);
      input.focus();
    } else if (input.getAttribute('aria-describedby') === this.#own.fault.id) {
      input.removeAttribute('aria-describedby');
    }
  }

  get fault(): string {
    return this.#fault;
  }

  /** Puts the right nodes into the page; the author's input may come after the element does. */
  adopt(): void {
    const { label, input, fault } = this.#own;
    const authors = this.#authors();
    if (authors) {
      label.remove();
      input.remove();
      if (!authors.autocomplete) authors.setAttribute('autocomplete', 'username webauthn');
    } else if (input.parentNode !== this.#host) {
      this.#host.append(label, input);
    }
    if (fault.parentNode !== this.#host) this.#host.append(fault);
  }

  hostConnected(): void {
    this.adopt();
    this.#host.addEventListener('keydown', this.#onKeydown);
    this.#host.addEventListener('focusin', this.#onFocusin);
    this.#host.addEventListener('input', this.#onInput);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('keydown', this.#onKeydown);
    this.#host.removeEventListener('focusin', this.#onFocusin);
    this.#host.removeEventListener('input', this.#onInput);
  }

  hostUpdated(): void {
    const label = this.#options.label();
    if (this.#own.label.textContent !== label) this.#own.label.textContent = label;
  }

  #authors(): HTMLInputElement | undefined {
    const candidates = this.#host.querySelectorAll<HTMLInputElement>(
      ':scope > input[slot="username"], :scope > [slot="username"] input',
    );
    return [...candidates].find((input) => input !== this.#own.input);
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.target !== this.input || event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault(); // a form around the element is none of our business
    this.#options.onSubmit();
  };

  readonly #onFocusin = (event: FocusEvent): void => {
    if (event.target === this.input) this.#options.onFocus();
  };

  readonly #onInput = (event: Event): void => {
    if (event.target !== this.input) return;
    if (this.#fault) this.fault = '';
    this.#options.onInput();
  };
}

function ownField(): {
  readonly label: HTMLLabelElement;
  readonly input: HTMLInputElement;
  readonly fault: HTMLSpanElement;
} {
  const id = `passkey-username-${Math.random().toString(36).slice(2)}`;
  const label = document.createElement('label');
  label.slot = 'username-label';
  label.htmlFor = id;
  const input = document.createElement('input');
  input.slot = 'username';
  input.id = id;
  input.name = 'username';
  input.type = 'email';
  // Exactly this: `webauthn` comes last, and after one token for an account name.
  input.setAttribute('autocomplete', 'username webauthn');
  input.autocapitalize = 'none';
  input.spellcheck = false;
  const fault = document.createElement('span');
  fault.slot = 'username-fault';
  fault.id = `${id}-fault`;
  return { label, input, fault };
}

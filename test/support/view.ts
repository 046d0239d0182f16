import { expect } from '@open-wc/testing';
import { nextTask } from './turns.ts';

/** What a person finds on an element: by role and by name, wherever in it the node really lives. */
export class View<E extends HTMLElement = HTMLElement> {
  readonly element: E;

  constructor(element: E) {
    this.element = element;
  }

  /** The one visible button of that name. */
  button(name: string | RegExp): HTMLButtonElement {
    return this.#one(this.buttons, name, 'button');
  }

  /** Whether there is such a button. */
  offers(name: string | RegExp): boolean {
    return this.buttons.some((button) => matches(nameOf(button), name));
  }

  get buttons(): HTMLButtonElement[] {
    return this.#visible('button');
  }

  /** The one visible input of that name. */
  field(name: string | RegExp): HTMLInputElement {
    return this.#one(this.#visible<HTMLInputElement>('input'), name, 'input');
  }

  get headings(): string[] {
    return this.#visible('h1, h2, h3').map(textOf);
  }

  /** What a screen reader says when it has time. */
  get status(): string {
    return textOf(this.region('status'));
  }

  /** What a screen reader says at once. */
  get alert(): string {
    return textOf(this.region('alert'));
  }

  /** The live region itself, empty or not. */
  region(role: 'status' | 'alert'): HTMLElement {
    const regions = this.#all(`[role="${role}"]`);
    expect(regions, `regions with the role ${role}`).to.have.length(1);
    return regions[0]!;
  }

  /** The rows of the list, in order. */
  get rows(): Row[] {
    return this.#visible('li').map((node) => new Row(node));
  }

  /** The row of that name. */
  row(name: string): Row {
    const found = this.rows.filter((row) => row.name === name);
    expect(found, `rows “${name}” among ${this.rows.map((row) => row.name)}`).to.have.length(1);
    return found[0]!;
  }

  /** The open dialog, if there is one. */
  get dialog(): View | undefined {
    const dialog = this.#all<HTMLDialogElement>('dialog').find(({ open }) => open);
    return dialog && new View(dialog);
  }

  /** All text in front of the person. */
  get text(): string {
    return this.#visible('*')
      .filter((node) => [...node.childNodes].some(isText))
      .map(textOf)
      .join('\n');
  }

  /** Name of what has the focus, in here; its tag and text where it has no name. */
  get focus(): string {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active && active !== document.body ? nameOf(active) : '';
  }

  /** Every element of the view, hidden or not. */
  all<N extends HTMLElement = HTMLElement>(selector: string): N[] {
    return this.#all<N>(selector);
  }

  #one<N extends HTMLElement>(nodes: N[], name: string | RegExp, kind: string): N {
    const found = nodes.filter((node) => matches(nameOf(node), name));
    const there = nodes.map((node) => `“${nameOf(node)}”`).join(', ');
    expect(found, `${kind} ${name} among ${there}`).to.have.length(1);
    return found[0]!;
  }

  #all<N extends HTMLElement>(selector: string): N[] {
    const root = this.element.shadowRoot;
    const inside = root ? [...root.querySelectorAll<N>(selector)] : [];
    return [...inside, ...this.element.querySelectorAll<N>(selector)];
  }

  #visible<N extends HTMLElement>(selector: string): N[] {
    return this.#all<N>(selector).filter(isVisible);
  }
}

/** One passkey of the list. */
export class Row extends View {
  get name(): string {
    return textOf(this.all('[part~="name"]')[0]);
  }

  /** Every word of it, with the details open. */
  get words(): string {
    for (const details of this.all<HTMLDetailsElement>('details')) details.open = true;
    return textOf(this.element);
  }

  get dates(): (string | null)[] {
    return this.all('time').map((time) => time.getAttribute('datetime'));
  }
}

/** The accessible name, as far as these elements need the rules for it. */
export function nameOf(node: Element): string {
  const label = node.getAttribute('aria-label');
  if (label) return label;
  const { labels } = node as HTMLInputElement;
  if (labels?.length) return [...labels].map(textOf).join(' ');
  return textOf(node);
}

/** What a screen reader says after the name. */
export function descriptionOf(node: Element): string {
  const ids = node.getAttribute('aria-describedby')?.split(' ') ?? [];
  const root = node.getRootNode() as Document | ShadowRoot;
  return ids.map((id) => textOf(root.getElementById(id))).join(' ');
}

/** Types as a person does: the whole text, then `input`. */
export function type(field: HTMLInputElement, text: string): void {
  field.focus();
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
}

/** Presses a key; `false` when the page's default action was prevented. */
export function press(node: Element, key: string): boolean {
  const options = { key, bubbles: true, composed: true, cancelable: true };
  return node.dispatchEvent(new KeyboardEvent('keydown', options));
}

/** Submits the form around a control, as Enter in one of its fields does. */
export function submit(field: HTMLInputElement): void {
  field.form!.requestSubmit();
}

/** Repeats `check` until it holds; its last complaint is the failure. */
export async function eventually<T>(check: () => T | Promise<T>, patience = 4000): Promise<T> {
  for (const end = performance.now() + patience; ;) {
    try {
      return await check();
    } catch (cause) {
      if (performance.now() > end) throw cause;
      await turn(10);
    }
  }
}

/** Lets every task and microtask that is due now run: what has not happened by then was not started. */
export async function settle(): Promise<void> {
  for (let count = 0; count < 5; count++) await turn(0);
}

/** The next task; WebKit's tabs are in the background, where a timer takes a whole second. */
async function turn(milliseconds: number): Promise<void> {
  await nextTask(); // also ends a chain of timers, whose every next one takes four milliseconds
  if (!document.hidden) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function textOf(node: Element | null | undefined): string {
  return (node?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

function isText(node: Node): boolean {
  return node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '';
}

function isVisible(node: Element): boolean {
  return node.checkVisibility({ visibilityProperty: true });
}

function matches(name: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? name === wanted : wanted.test(name);
}

import { render, type TemplateResult } from 'lit';

/** A `<ul>` whose rows keep their nodes, and with them what is open or focused in there. */
export class KeyedList {
  readonly element = document.createElement('ul');

  constructor() {
    this.element.part.add('list');
  }

  /** Shows these rows by their keys, in this order. A node that need not move stays where it is. */
  show(rows: ReadonlyMap<string, TemplateResult>): HTMLElement {
    const nodes = new Map<string, HTMLElement>();
    for (const node of [...this.element.children] as HTMLElement[]) {
      if (rows.has(keyOf(node))) nodes.set(keyOf(node), node);
      else node.remove();
    }
    let next = this.element.firstElementChild;
    for (const [key, row] of rows) {
      const node = nodes.get(key) ?? newRow(key);
      if (node.matches(':focus-within')) next = this.#clear(next, node);
      if (node === next) next = node.nextElementSibling;
      else this.element.insertBefore(node, next);
      render(row, node);
    }
    return this.element;
  }

  /** The row with the focus is never moved, or it would lose it: what is before it goes to the end. */
  #clear(first: Element | null, node: Element): Element {
    while (first && first !== node) {
      const next = first.nextElementSibling;
      this.element.append(first);
      first = next;
    }
    return node;
  }
}

function keyOf(node: HTMLElement): string {
  return node.dataset['id']!;
}

function newRow(key: string): HTMLElement {
  const node = document.createElement('li');
  node.part.add('row');
  node.dataset['id'] = key;
  return node;
}

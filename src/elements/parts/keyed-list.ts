import { render, type TemplateResult } from 'lit';

/** A `<ul>` whose rows keep their nodes, and with them what is open or focused in there. */
export class KeyedList {
  readonly element = document.createElement('ul');
  readonly #nodes = new Map<string, HTMLElement>();

  constructor() {
    this.element.part.add('list');
  }

  /** Shows these rows by their keys, in this order. A node that need not move stays where it is. */
  show(rows: ReadonlyMap<string, TemplateResult>): HTMLElement {
    for (const [key, node] of this.#nodes)
      if (!rows.has(key)) {
        this.#nodes.delete(key);
        node.remove();
      }
    let next = this.element.firstElementChild;
    for (const [key, row] of rows) {
      const node = this.#nodes.get(key) ?? newRow(key);
      this.#nodes.set(key, node);
      // The row with the focus is never moved, or it would lose it: what is before it goes to the end.
      while (next && next !== node && node.matches(':focus-within')) {
        const passed: Element = next;
        next = passed.nextElementSibling;
        this.element.append(passed);
      }
      if (node === next) next = node.nextElementSibling;
      else this.element.insertBefore(node, next);
      render(row, node);
    }
    return this.element;
  }
}

function newRow(key: string): HTMLElement {
  const node = document.createElement('li');
  node.part.add('row');
  node.dataset['id'] = key;
  return node;
}

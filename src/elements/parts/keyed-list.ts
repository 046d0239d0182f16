import { render, type TemplateResult } from 'lit';

/** A `<ul>` whose rows keep their nodes, and with them what is open or focused in there. */
export class KeyedList {
  readonly element = document.createElement('ul');

  constructor() {
    this.element.part.add('list');
  }

  /** Shows these rows by their keys, in this order. A node that need not move stays where it is. */
  show(rows: ReadonlyMap<string, TemplateResult>): HTMLElement {
    const nodes = [...this.element.children] as HTMLElement[];
    for (const node of nodes) if (!rows.has(keyOf(node))) node.remove();
    let next = this.element.firstElementChild;
    for (const [key, row] of rows) {
      const node = nodes.find((node) => keyOf(node) === key) ?? newRow(key);
      if (node === next) next = node.nextElementSibling;
      else this.element.insertBefore(node, next);
      render(row, node);
    }
    return this.element;
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

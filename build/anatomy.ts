interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a browser has painted, in the order of painting. */
type Shape = Box &
  (
    | {
        readonly kind: 'box';
        fill: string;
        stroke: string;
        line: number;
        dashed: boolean;
        radius: number;
      }
    | {
        readonly kind: 'text';
        text: string;
        fill: string;
        size: string;
        weight: string;
        baseline: number;
      }
    | { readonly kind: 'icon'; colour: string; markup: string }
  );

/** One screen of an element: how it looks, and where its parts are. */
export interface Layout {
  readonly tag: string;
  readonly room: Box;
  readonly shapes: readonly Shape[];
  readonly parts: readonly (Box & { readonly name: string })[];
}

/** Reads the layout of an element, or of the dialog that it has open. Runs in the page. */
export function readLayout(element: Element): Layout {
  const shapes: Shape[] = [];
  const parts: (Box & { name: string })[] = [];
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const root = element.shadowRoot!.querySelector('dialog:modal') ?? element;
  walk(root);
  return { tag: element.localName, room: boxOf(root), shapes, parts };

  function walk(node: Node): void {
    if (node instanceof Text) return addText(node);
    if (!(node instanceof Element)) return;
    if (node instanceof SVGSVGElement) return addIcon(node);
    if (!node.checkVisibility() && !(node instanceof HTMLSlotElement)) return;
    if (!(node instanceof HTMLSlotElement)) addBox(node);
    const inner = node instanceof HTMLSlotElement ? node.assignedNodes() : [];
    const content = inner.length > 0 ? inner : [...(node.shadowRoot ?? node).childNodes];
    for (const child of content) {
      if (root === element && child instanceof HTMLDialogElement) continue;
      walk(child);
    }
  }

  function addBox(node: Element): void {
    const box = boxOf(node);
    if (box.width < 2 || box.height < 2) return;
    for (const name of node.part) parts.push({ name, ...box });
    const style = getComputedStyle(node);
    const line = parseFloat(style.borderTopWidth);
    const before = getComputedStyle(node, '::before').borderBlockStartWidth;
    const fill = colour(style.backgroundColor);
    const stroke = line > 0 ? colour(style.borderTopColor) : 'none';
    const dashed = style.borderTopStyle === 'dashed';
    if (fill !== 'none' || stroke !== 'none')
      shapes.push({
        kind: 'box',
        ...box,
        fill,
        stroke,
        line,
        dashed,
        radius: parseFloat(style.borderTopLeftRadius),
      });
    if (before === '1px' && node.matches('.divider')) addDivider(node, box);
    if (node instanceof HTMLInputElement && node.value) {
      const inset = parseFloat(style.paddingInlineStart) + line;
      const baseline = box.y + box.height / 2 + parseFloat(style.fontSize) * 0.36;
      const spacing = parseFloat(style.letterSpacing) || 0;
      pen.font = style.font;
      const width = pen.measureText(node.value).width + spacing * node.value.length;
      shapes.push({ ...textOf(style, node.value), ...box, x: box.x + inset, width, baseline });
    }
  }

  /** The two lines beside the word, which are no nodes. */
  function addDivider(node: Element, box: Box): void {
    const range = document.createRange();
    range.selectNodeContents(node);
    const word = range.getBoundingClientRect();
    const stroke = colour(getComputedStyle(node, '::before').borderBlockStartColor);
    const y = box.y + box.height / 2;
    const flat = { ...box, kind: 'box', y, height: 1, fill: stroke, stroke: 'none' } as const;
    const plain = { line: 0, dashed: false, radius: 0 };
    shapes.push({ ...flat, ...plain, width: word.left - 16 - box.x });
    const after = word.right + 16;
    shapes.push({ ...flat, ...plain, x: after, width: box.x + box.width - after });
  }

  function addText(node: Text): void {
    const parent = node.parentElement;
    if (!parent?.checkVisibility() || !node.data.trim()) return;
    const style = getComputedStyle(parent);
    pen.font = style.font;
    const ascent = pen.measureText('x').fontBoundingBoxAscent;
    const lines = new Map<number, { text: string; left: number; right: number }>();
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const { left, right, top } = range.getBoundingClientRect();
      const known = lines.get(top);
      lines.set(top, {
        text: known ? `${known.text} ${word}` : word,
        left: known?.left ?? left,
        right,
      });
    }
    for (const [top, { text, left, right }] of lines) {
      const place = { x: left, y: top, width: right - left, height: 0, baseline: top + ascent };
      if (right > left) shapes.push({ ...textOf(style, text), ...place });
    }
  }

  function textOf({ color, fontSize, fontWeight }: CSSStyleDeclaration, text: string) {
    return { kind: 'text', text, fill: colour(color), size: fontSize, weight: fontWeight } as const;
  }

  function addIcon(node: SVGSVGElement): void {
    if (!node.checkVisibility()) return;
    const { color } = getComputedStyle(node);
    const copy = node.cloneNode(true) as SVGSVGElement;
    for (const name of ['class', 'aria-hidden', 'width', 'height', 'style'])
      copy.removeAttribute(name);
    const markup = new XMLSerializer().serializeToString(copy).replaceAll(/<!--.*?-->/g, '');
    shapes.push({ kind: 'icon', ...boxOf(node), colour: colour(color), markup });
  }

  function boxOf(node: Element): Box {
    const { x, y, width, height } = node.getBoundingClientRect();
    return { x, y, width, height };
  }

  /** Any colour of CSS as one that every program for pictures knows. */
  function colour(css: string): string {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    const bytes = [...pen.getImageData(0, 0, 1, 1).data];
    if (bytes[3] === 0) return 'none';
    return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  }
}

const margin = 104;
const gap = 40;
const step = 20;

/** Draws screens of both elements, and names each part where it is first to be seen. */
export function anatomyOf(rows: readonly (readonly Layout[])[]): string {
  const named = new Set<string>();
  const drawn: string[] = [];
  let width = 0;
  let y = gap;
  for (const row of rows) {
    let x = 0;
    for (const layout of row) {
      const { room } = layout;
      drawn.push(group(x + margin - room.x, y - room.y, panel(layout, named)));
      x += room.width + 2 * margin;
    }
    width = Math.max(width, x);
    y += Math.max(...row.map(({ room }) => room.height)) + gap;
  }
  const size = `viewBox="0 0 ${round(width)} ${round(y)}" width="${round(width)}" height="${round(y)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, sans-serif">
<rect width="100%" height="100%" fill="#f5f6f9"/>
${drawn.join('\n')}
</svg>
`;
}

function panel({ tag, room, shapes, parts }: Layout, named: Set<string>): string {
  const fresh = parts.filter(({ name }, at) => {
    const first = parts.findIndex((other) => other.name === name) === at;
    return first && !named.has(`${tag} ${name}`);
  });
  for (const { name } of fresh) named.add(`${tag} ${name}`);
  const middle = room.x + room.width / 2;
  const wide = fresh.filter((part) => Math.abs(part.x + part.width / 2 - middle) <= 1);
  const isLeft = (part: Box) => part.x < room.x + room.width / 4;
  const narrow = fresh.filter((part) => !wide.includes(part));
  const left = [...narrow.filter(isLeft), ...wide.filter((_, at) => at % 2 === 1)];
  const right = fresh.filter((part) => !left.includes(part));
  return [
    text(room.x, room.y - 10, `<${tag}>`, 'font-size="13" font-family="monospace" fill="#5b6170"'),
    ...shapes.map(shape),
    ...labels(tag, left, room.x - 20, 'end'),
    ...labels(tag, right, room.x + room.width + 20, 'start'),
  ].join('\n');
}

/** Names beside a screen, from top to bottom, each with a line to its part. */
function labels(tag: string, parts: Layout['parts'], x: number, anchor: 'start' | 'end'): string[] {
  let last = -Infinity;
  const edge = ({ x, width }: Box) => (anchor === 'end' ? x : x + width);
  return [...parts]
    .sort((one, other) => one.y + one.height / 2 - other.y - other.height / 2)
    .map((part) => {
      const middle = part.y + part.height / 2;
      const at = (last = Math.max(middle, last + step));
      const outline = `<rect ${place(part)} rx="3" fill="none" stroke-dasharray="3 3"/>`;
      const line = `<path d="M${round(edge(part))} ${round(middle)}L${round(x)} ${round(at)}"/>`;
      const words = `font-size="13" font-weight="600" fill="#b0005a" stroke="none" text-anchor="${anchor}"`;
      const name = text(x + (anchor === 'end' ? -5 : 5), at + 4.5, part.name, words);
      return `<g data-part="${tag} ${part.name}" stroke="#b0005a">${outline}${line}${name}</g>`;
    });
}

function shape(one: Shape): string {
  if (one.kind === 'text') {
    const { x, baseline, width, text: words, fill, size, weight } = one;
    const look = `font-size="${size}" font-weight="${weight}" fill="${fill}" textLength="${round(width)}"`;
    return text(x, baseline, words, look);
  }
  if (one.kind === 'icon')
    return one.markup.replace('<svg', `<svg ${place(one)} style="color:${one.colour}"`);
  const { fill, stroke, line, dashed, radius, width, height } = one;
  const corner = round(Math.min(radius, width / 2, height / 2));
  const dash = dashed ? ' stroke-dasharray="4 3"' : '';
  return `<rect ${place(one)} rx="${corner}" fill="${fill}" stroke="${stroke}" stroke-width="${line}"${dash}/>`;
}

function text(x: number, y: number, words: string, look: string): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" ${look}>${escaped}</text>`;
}

function group(x: number, y: number, content: string): string {
  return `<g transform="translate(${round(x)} ${round(y)})">\n${content}\n</g>`;
}

function place({ x, y, width, height }: Box): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

const round = (length: number): number => Math.round(length * 10) / 10;

const undo: (() => void)[] = [];

afterEach(() => {
  while (undo.length) undo.pop()!();
});

/** Puts something in the place of a browser's own member until the test is over. */
export function replace(owner: object, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  undo.push(() => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  });
}

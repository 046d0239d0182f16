/** A copy of its own fields only, without a prototype that other code on the page may have polluted. */
export function bare<T extends object>(fields: object | undefined): T {
  return Object.assign(Object.create(null), fields);
}

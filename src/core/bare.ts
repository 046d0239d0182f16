/** A copy of an object's own fields, without a prototype that other code may have polluted. */
export function bare<T extends object>(fields: object | undefined): T {
  return Object.assign(Object.create(null), fields) as T;
}

/** The same for JSON, all the way down. */
export function bareJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(bareJson) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, bareJson(member)]);
  return bare(Object.fromEntries(members)) as T;
}

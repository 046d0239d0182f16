/** How the elements reach the server of this page, by dialect: exactly their attributes. */
export const dialects = {
  ssojet: { backend: 'ssojet', 'client-id': 'demo', 'base-url': '/api/v1' },
  rest: { backend: 'rest', 'base-url': '/api/passkeys' },
} as const;

/** Where a link to another device leads; only `rest` has a hand-off. */
export const handOffPage = '/?backend=rest';

export type Dialect = keyof typeof dialects;

/** Sets the attributes that make an element speak a dialect to this server. */
export function speakDialect(element: Element, dialect: Dialect): void {
  element.removeAttribute('client-id');
  for (const [name, value] of Object.entries(dialects[dialect])) element.setAttribute(name, value);
}

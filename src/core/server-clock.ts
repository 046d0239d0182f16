/**
 * A moment of the server's clock by ours: its `Date` header tells how far they are apart. Without
 * that header, which other origins must expose, or when they nearly agree, it stays as it is.
 */
export function byOwnClock(moment: Date | undefined, headers: Headers): Date | undefined {
  const ahead = Date.parse(headers.get('Date') ?? '') - Date.now();
  // The header has whole seconds and took a while to get here.
  if (!moment || !(Math.abs(ahead) > 2000)) return moment;
  return new Date(moment.getTime() - ahead);
}

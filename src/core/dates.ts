/**
 * A date from ISO 8601 text, or from a number of seconds (below 1e11) or milliseconds.
 * Zero, Go's zero time (year 1) and nonsense are absent.
 */
export function toDate(value: unknown): Date | undefined {
  if (value instanceof Date) return toDate(value.getTime());
  if (typeof value === 'number' && value > 0) return validDate(value < 1e11 ? value * 1000 : value);
  return typeof value === 'string' ? validDate(Date.parse(value)) : undefined;
}

function validDate(milliseconds: number): Date | undefined {
  const date = new Date(milliseconds);
  return date.getUTCFullYear() > 1 ? date : undefined; // an invalid date has no year (NaN)
}

/** One thing that happened; everything beside `event` may quote a request. */
export interface LogEntry {
  readonly event: string;
  readonly [field: string]: string | number | boolean | null | undefined;
}

const longest = 300;

/** One line of printable ASCII for an entry, so that no request can forge a line or drive a terminal. */
export function formatLogEntry(entry: LogEntry): string {
  const json = JSON.stringify(entry, (_, value: unknown) =>
    typeof value === 'string' && value.length > longest ? `${value.slice(0, longest)}…` : value,
  );
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

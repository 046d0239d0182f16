/** Says whether a page of this origin may use the server. */
export type OriginCheck = (origin: string | null | undefined) => origin is string;

/** A check against exact origins, and against `http://localhost:*` for any port of this machine. */
export function createOriginCheck(allowed: readonly string[]): OriginCheck {
  const exact = new Set(allowed);
  return (origin): origin is string => {
    if (!origin || !URL.canParse(origin)) return false;
    const url = new URL(origin);
    // A path, a trailing slash, credentials or capitals make it another text than its own origin.
    if (url.origin !== origin) return false;
    if (exact.has(origin)) return true;
    return (
      exact.has('http://localhost:*') && url.protocol === 'http:' && url.hostname === 'localhost'
    );
  };
}

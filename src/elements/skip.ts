/** When somebody did not want a passkey, in milliseconds since 1970; see docs/security.md. */
const key = 'passkey-elements.skipped';
const week = 7 * 24 * 60 * 60 * 1000;

/** Whether somebody said “not now” in this browser within the last week. */
export function isSkipped(): boolean {
  try {
    const age = Date.now() - Number(localStorage.getItem(key) ?? NaN);
    return age >= 0 && age < week;
  } catch {
    return false; // storage may be forbidden
  }
}

/** Remembers that somebody said “not now”. */
export function rememberSkip(): void {
  try {
    localStorage.setItem(key, String(Date.now()));
  } catch {
    // Then the question comes again.
  }
}

/** What a spreadsheet would take for a formula (owasp.org, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
/** A sum that is below nought is a number, and no formula. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Rows as CSV (RFC 4180) with a header, for a spreadsheet: a byte order mark, because Excel takes UTF-8
 * without it for something else; a quote before whatever would be read as a formula. Null is an empty cell.
 */
export function csvText(
  header: readonly string[],
  rows: readonly (readonly (string | number | boolean | null)[])[],
): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => cellText(cell)).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function cellText(cell: string | number | boolean | null): string {
  const text = cell === null ? '' : String(cell);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

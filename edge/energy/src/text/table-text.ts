/** What stands between the cells of a line: a comma, or what spreadsheets write where a comma is the decimal sign. */
export type Separator = ',' | ';' | '\t';

const SEPARATORS: readonly Separator[] = [',', ';', '\t'];
/** One cell after another, quoted or plain. */
const CELLS: Readonly<Record<Separator, RegExp>> = {
  ',': /(?:^|,)\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?=,|$)/g,
  ';': /(?:^|;)\s*(?:"((?:[^"]|"")*)"\s*|([^;]*))(?=;|$)/g,
  '\t': /(?:^|\t) *(?:"((?:[^"]|"")*)" *|([^\t]*))(?=\t|$)/g,
};
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?\d+,\d+(?:e[+-]?\d+)?$/i;

/** The one that a header has most of; a comma when it has none. */
export function separatorOf(header: string): Separator {
  const bare = header.replaceAll(/"(?:[^"]|"")*"/g, '');
  const count = (separator: Separator) => bare.split(separator).length;
  return SEPARATORS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

/** The cells of a line (RFC 4180), without the space around them. */
export function cellsOf(line: string, separator: Separator): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  return [...line.matchAll(CELLS[separator])].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim(),
  );
}

/** A finite decimal number, or null. A comma is a decimal sign where it parts no cells. */
export function numberOf(cell: string, separator: Separator): number | null {
  const text = separator !== ',' && DECIMAL_COMMA.test(cell) ? cell.replace(',', '.') : cell;
  return DECIMAL.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
}

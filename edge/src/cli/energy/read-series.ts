import { cellsOf, fromEnds, numberOf, type Point, type Separator, separatorOf, zoneClock } from '@keepsite/edge-energy';
import { fileText } from './file-text.ts';
import { InputError } from './input-error.ts';
import { placed, stampOf } from './stamp.ts';

/** How a file is to be read. */
export interface SeriesOptions {
  /** The zone of stamps without an offset; absent: they are read as UTC, and a note says so. */
  readonly zone?: string;
  /** What the stamps mark: the start or the end of their interval. */
  readonly stamp: 'start' | 'end';
  /**
   * Rows that give one instant different values: `refuse` (default), since two meters may be mixed
   * (CalTRACK 2.3.2.1), or `mean` for what is measured rather than counted.
   */
  readonly duplicates?: 'refuse' | 'mean';
  readonly read: (file: string) => Uint8Array;
}

export interface SeriesFile {
  readonly file: string;
  readonly column: string;
  readonly series: Point[];
  /** What a reader of the result must know of how the file was read. */
  readonly notes: string[];
}

interface Row extends Point {
  readonly line: number;
}

const MISSING = new Set(['', 'nan', 'na', 'n/a', 'null', 'none']);
const FAULTS_TOLD = 10;

/**
 * Reads `FILE[:COLUMN]`: CSV with a header (commas, semicolons or tabs), plain or gz; the first column is the interval's stamp,
 * COLUMN the value (default: the second column). Blank and NaN are missing, equal rows count once,
 * rows whose time is NA are left out and told. Throws an {@link InputError} that names the first lines
 * that cannot be read and why. A file that has the hour which its zone skips, beside the next one, keeps
 * winter time all year, and is read so.
 */
export function readSeries(source: string, options: SeriesOptions): SeriesFile {
  const byZone = ordered(parsed(source, options));
  const winter = byZone.skips && byZone.conflicts.length > 0 ? winterOf(options.zone ?? 'UTC', byZone.rows) : null;
  const read = winter === null ? byZone : ordered(parsed(source, { ...options, zone: winter }));
  const { file, column, faults, notes, points, conflicts, reordered } = read;
  if (winter !== null)
    notes.push(`${file}: it has hours that ${options.zone} skips, so it was read as ${winter} all year`);
  if (options.duplicates !== 'mean') faults.push(...conflicts);
  if (faults.length > 0) throw new InputError(told(file, faults));
  if (points.length < 2) throw new InputError(`${file}: it holds fewer than two intervals`);
  if (conflicts.length > 0)
    notes.push(
      `${file}: ${conflicts.length} rows repeat a time with another value (first: line ${conflicts[0]?.line}); the mean was taken`,
    );
  if (reordered) notes.push(`${file}: its rows were not in order of time and have been sorted`);
  return { file, column, series: options.stamp === 'end' ? fromEnds(points) : points, notes };
}

function ordered(found: ReturnType<typeof parsed>) {
  const { sorted, reordered } = inOrder(found.rows);
  return { ...found, ...merged(sorted), reordered };
}

/** The offset of a zone in its winter, as a zone of its own. */
function winterOf(zone: string, rows: readonly Row[]): string {
  const year = new Date(rows[0]?.at ?? 0).getUTCFullYear();
  const clock = zoneClock(zone);
  const offsets = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)].map((at) => clock.wall(at) - at);
  const minutes = Math.min(...offsets) / 60_000;
  const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${minutes < 0 ? '-' : '+'}${hour}:${minute}`;
}

/**
 * The rows as the file has them, also those that repeat a time, contradict another or stand in the
 * wrong place: for what judges a recording row by row. Otherwise like {@link readSeries}.
 */
export function readRows(source: string, options: Omit<SeriesOptions, 'stamp'>): SeriesFile {
  const { file, column, rows, faults, notes } = parsed(source, options);
  if (faults.length > 0) throw new InputError(told(file, faults));
  return { file, column, series: rows, notes };
}

function parsed(source: string, options: Omit<SeriesOptions, 'stamp'>) {
  const { file, column } = partsOf(source);
  const { text, notes: letters } = fileText(file, options.read);
  const [header, ...lines] = linesOf(text);
  if (header === undefined) throw new InputError(`${file}: it is empty; a header line is expected`);
  const separator = separatorOf(header.text);
  const names = cellsOf(header.text, separator);
  if (stampOf(names[0] ?? '') !== null)
    throw new InputError(`${file}:${header.line}: a header is missing; the file begins with a row of data`);
  const index = column === undefined ? 1 : names.indexOf(column);
  if (index < 1 || index >= names.length)
    throw new InputError(
      `${file}: there is no value column ${column ?? '2'}; it has ${names.slice(1).join(', ') || 'none'}`,
    );
  const layout = { separator, index, width: names.length, zone: options.zone ?? 'UTC' };
  const { rows, faults, naive, skips, timeless } = rowsOf(lines, layout);
  const notes = [
    ...letters,
    ...(naive && options.zone === undefined ? [`${file}: its times carry no offset and were read as UTC`] : []),
    ...(timeless.length > 0
      ? [`${file}: ${timeless.length} rows have no time and were left out, the first on line ${timeless[0]}`]
      : []),
  ];
  return { file, column: names[index] as string, rows, faults, skips, notes };
}

interface Fault {
  readonly line: number;
  readonly reason: string;
}

/** Where a file's values stand, and the zone of stamps without an offset. */
interface Layout {
  readonly separator: Separator;
  readonly index: number;
  /** How many cells its header has. */
  readonly width: number;
  readonly zone: string;
}

interface Line {
  readonly line: number;
  readonly text: string;
}

/** `a.csv:kwh` → file and column. A path may hold colons itself, so the column begins after the file's ending. */
function partsOf(source: string): { file: string; column?: string } {
  const found = /^(.*?\.(?:csv|tsv|txt|dat)(?:\.gz)?|-)(?::(.*))?$/is.exec(source) ?? /^(.*):([^:/\\]*)$/s.exec(source);
  const [, file = source, column] = found ?? [];
  return column === undefined ? { file } : { file, column };
}

function linesOf(text: string): Line[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ line: index + 1, text }))
    .filter(({ text }) => text.trim() !== '');
}

function rowsOf(lines: readonly Line[], { separator, index, width, zone }: Layout) {
  const clock = zoneClock(zone);
  const rows: Row[] = [];
  const faults: Fault[] = [];
  const timeless: number[] = [];
  let naive = false;
  let skips = false;
  for (const { line, text } of lines) {
    const cells = cellsOf(text, separator);
    if (MISSING.has((cells[0] || '?').toLowerCase())) {
      timeless.push(line);
      continue;
    }
    const stamp = stampOf(cells[0] ?? '');
    const value = valueOf(cells[index], separator);
    if (stamp === null) faults.push({ line, reason: `"${cells[0]}" is no time` });
    else if (cells.slice(width).some((cell) => cell !== '')) faults.push({ line, reason: tooLong(cells, width) });
    else if (value === undefined) faults.push({ line, reason: wrongValue(cells[index], index) });
    else {
      naive ||= stamp.offset === null;
      skips ||= stamp.offset === null && clock.instants(stamp.wall).length === 0;
      rows.push({ line, value, at: placed(stamp, clock, rows.at(-1)?.at ?? Number.NEGATIVE_INFINITY) });
    }
  }
  return { rows, faults, naive, skips, timeless };
}

/** Null is missing, undefined no number. */
function valueOf(cell: string | undefined, separator: Separator): number | null | undefined {
  if (cell === undefined) return undefined;
  if (MISSING.has(cell.toLowerCase())) return null;
  return numberOf(cell, separator) ?? undefined;
}

function wrongValue(cell: string | undefined, index: number): string {
  return cell === undefined ? `the row ends before column ${index + 1}` : `"${cell}" is not a number`;
}

function tooLong(cells: readonly string[], width: number): string {
  return `the row has ${cells.length} cells, the header ${width}; a number that holds commas must be quoted`;
}

function inOrder(rows: readonly Row[]) {
  const reordered = rows.some((row, i) => row.at < (rows[i - 1]?.at ?? row.at));
  return { sorted: reordered ? rows.toSorted((a, b) => a.at - b.at) : rows, reordered };
}

/** One point an instant: equal rows once, rows that contradict each other as their mean and as faults. */
function merged(sorted: readonly Row[]) {
  const points: Point[] = [];
  const conflicts: Fault[] = [];
  for (let i = 0; i < sorted.length;) {
    const first = sorted[i] as Row;
    const same: Row[] = [];
    for (; sorted[i]?.at === first.at; i += 1) same.push(sorted[i] as Row);
    conflicts.push(...same.filter(({ value }) => value !== first.value).map((row) => conflictOf(first, row)));
    points.push({ at: first.at, value: meanOf([...new Set(same.flatMap(({ value }) => value ?? []))]) });
  }
  return { points, conflicts };
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function conflictOf(first: Row, second: Row): Fault {
  const at = new Date(first.at).toISOString();
  return { line: second.line, reason: `another value for ${at} stands on line ${first.line}` };
}

function told(file: string, faults: readonly Fault[]): string {
  const lines = faults.slice(0, FAULTS_TOLD).map(({ line, reason }) => `${file}:${line}: ${reason}`);
  const more = faults.length - lines.length;
  return [...lines, ...(more > 0 ? [`${file}: and ${more} more such lines`] : [])].join('\n');
}

import { cellsOf, numberOf, type Separator, separatorOf } from '@keepsite/edge-energy';
import { formOf, type History, type HistoryRow } from '../../domain/retention/model/history.ts';
import { InputError } from './io.ts';

/** A history as it was read, and what a reader of the result must know of how. */
export interface HistoryFile {
  readonly history: History;
  readonly notes: readonly string[];
}

interface Layout {
  readonly file: string;
  readonly separator: Separator;
  readonly client: number;
  /** -1: the history has none. */
  readonly period: number;
  readonly needsPeriod: boolean;
  readonly event: number;
  /** Where the values stand. */
  readonly places: readonly number[];
  readonly width: number;
}

const MISSING = new Set(['', 'nan', 'na', 'n/a', 'null', 'none']);
const EVENTS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
]);
const FAULTS_TOLD = 10;

/**
 * Reads `client,period,event` and numeric columns, in any order, under a header; blank and NaN are missing. A column without
 * any number is left out, with a note. Throws an {@link InputError} that names the first lines that cannot be read and why.
 */
export function readHistory(file: string, text: string, needsPeriod: boolean): HistoryFile {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line, i) => ({ number: i + 1, text: line }))
    .filter((line) => line.text.trim() !== '');
  const [header, ...body] = lines;
  if (!header || body.length === 0) throw new InputError(`${file}: it holds no rows under a header`);
  const separator = separatorOf(header.text);
  const names = cellsOf(header.text, separator);
  const cells = body.map((line) => ({ number: line.number, cells: cellsOf(line.text, separator) }));
  const layout = layoutOf(file, names, separator, needsPeriod);
  const numeric = layout.places.filter((place) =>
    cells.some((row) => numberOf(row.cells[place] ?? '', separator) !== null),
  );
  const left = layout.places.filter((place) => !numeric.includes(place)).map((place) => names[place] as string);
  return {
    history: {
      columns: numeric.map((place) => names[place] as string),
      rows: rowsOf(cells, { ...layout, places: numeric }, names),
    },
    notes: left.map((name) => `${file}: ${name} holds no numbers and was left out`),
  };
}

function layoutOf(file: string, names: readonly string[], separator: Separator, needsPeriod: boolean): Layout {
  const known = names.map((name) => name.toLowerCase());
  const [client, period, event] = ['client', 'period', 'event'].map((name) => known.indexOf(name)) as [
    number,
    number,
    number,
  ];
  const wanted = [...(client < 0 ? ['client'] : []), ...(event < 0 ? ['event'] : [])];
  if (needsPeriod && period < 0) wanted.push('period');
  if (wanted.length > 0)
    throw new InputError(`${file}: its header lacks ${wanted.join(' and ')}; it has ${names.join(', ')}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(`${file}: two columns are named ${twice || 'nothing'}`);
  const places = [...names.keys()].filter((place) => ![client, period, event].includes(place));
  return { file, separator, client, period, needsPeriod, event, places, width: names.length };
}

function rowsOf(
  lines: readonly { readonly number: number; readonly cells: readonly string[] }[],
  layout: Layout,
  names: readonly string[],
): HistoryRow[] {
  const faults: string[] = [];
  const rows = lines.map(({ number, cells }) => {
    const complain = (reason: string) => void faults.push(`${layout.file}:${number}: ${reason}`);
    if (cells.length !== layout.width) complain(`it has ${cells.length} cells where the header has ${layout.width}`);
    const [client = '', event = ''] = [cells[layout.client], cells[layout.event]];
    const happened = EVENTS.get(event.toLowerCase());
    const period = cells[layout.period] ?? '';
    if (client === '') complain('it names no client');
    if (layout.needsPeriod && formOf([period]) === null)
      complain(`period is a number, 2026-03, 2026-Q1, 2026-W09 or 2026-03-31, not ${JSON.stringify(period)}`);
    if (happened === undefined) complain(`event is 1 or 0, not ${JSON.stringify(event)}`);
    const values = layout.places.map((place) => {
      const cell = cells[place] ?? '';
      const value = MISSING.has(cell.toLowerCase()) ? null : numberOf(cell, layout.separator);
      if (value === null && !MISSING.has(cell.toLowerCase()))
        complain(`${names[place]} is no number: ${JSON.stringify(cell)}`);
      return value;
    });
    return { client, period, event: happened ?? false, values };
  });
  if (faults.length > 0) throw new InputError(told(faults));
  if (layout.needsPeriod && formOf(rows.map(({ period }) => period)) === null)
    throw new InputError(`${layout.file}: its periods are written in several ways, and do not sort`);
  return rows;
}

function told(faults: readonly string[]): string {
  const more = faults.length - FAULTS_TOLD;
  return [...faults.slice(0, FAULTS_TOLD), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

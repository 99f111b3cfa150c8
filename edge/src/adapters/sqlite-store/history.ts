import {
  packReadings,
  type Reading,
  type ReadingBlock,
  type Series,
  timeOf,
  unpackReadings,
} from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../ports.ts';
import { hourOf, parseRows, unpackRow } from './chunk.ts';
import { guarded, rowOf, rowsOf } from './connection.ts';

/** A block never holds more rows than the cloud's contract takes, series included. */
const MAX_ROWS = 20_000;

/** A block that is ready to be written: the work that needs no transaction is behind it. */
export interface PackedBlock {
  readonly seq: number;
  readonly firstReceived: number;
  readonly lastReceived: number;
  readonly firstTime: number;
  readonly lastTime: number;
  readonly json: string;
}

/** Packs a commit's readings: one block, or several where there are more than {@link MAX_ROWS}. */
export function packBlocks(lastBlock: number, readings: readonly Reading[]): PackedBlock[] {
  const blocks: PackedBlock[] = [];
  for (let from = 0; from < readings.length; from += MAX_ROWS) {
    const part = readings.length > MAX_ROWS ? readings.slice(from, from + MAX_ROWS) : readings;
    blocks.push(packBlock(lastBlock + blocks.length + 1, part));
  }
  return blocks;
}

function packBlock(seq: number, readings: readonly Reading[]): PackedBlock {
  let firstReceived = Infinity;
  let lastReceived = -Infinity;
  let firstTime = Infinity;
  let lastTime = -Infinity;
  for (const reading of readings) {
    const time = timeOf(reading);
    if (reading.receivedAt < firstReceived) firstReceived = reading.receivedAt;
    if (reading.receivedAt > lastReceived) lastReceived = reading.receivedAt;
    if (time < firstTime) firstTime = time;
    if (time > lastTime) lastTime = time;
  }
  return { seq, firstReceived, lastReceived, firstTime, lastTime, json: JSON.stringify(packReadings(seq, readings)) };
}

/** Writes packed blocks; inside the caller's transaction. */
export function createBlockWriter(writer: DatabaseSync): (block: PackedBlock) => void {
  const insert = writer.prepare(
    'INSERT INTO blocks (seq, first_received, last_received, first_time, last_time, json) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return (b) => {
    insert.run(b.seq, b.firstReceived, b.lastReceived, b.firstTime, b.lastTime, b.json);
  };
}

/** What can be asked of the history: the raw blocks, and readings merged from chunks and raw tail. */
export function createHistoryReader(reader: DatabaseSync): Pick<Store, 'blocks' | 'readings'> {
  const blocks = reader.prepare('SELECT json FROM blocks WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?');
  const chunked = createChunkReader(reader);
  const tail = createTailReader(reader);
  return {
    blocks: ({ after, to = Number.MAX_SAFE_INTEGER, limit }) =>
      guarded(() =>
        rowsOf<{ json: string }>(blocks, after, to, limit).map((row) => JSON.parse(row.json) as ReadingBlock),
      ),
    readings: (query) =>
      guarded(() => [...chunked(query), ...tail(query)].toSorted(byTime).slice(0, Math.max(0, query.limit))),
  };
}

/** Readings of one instant come by metric and part, so that compaction changes no answer. */
function byTime(a: Reading, b: Reading): number {
  const difference = timeOf(a) - timeOf(b);
  return difference !== 0 ? difference : compareText(a.metric, b.metric) || compareText(a.part ?? '', b.part ?? '');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type ReadingQuery = Parameters<Store['readings']>[0];

function createChunkReader(reader: DatabaseSync): (query: ReadingQuery) => Reading[] {
  const seriesOf = reader.prepare(
    'SELECT id, device, metric, part FROM series WHERE device = ? AND metric = ifnull(?, metric)',
  );
  const hours = reader.prepare(
    // Each by the index; asked in one they would be a scan.
    'SELECT (SELECT min(hour) FROM chunks) AS first, (SELECT max(hour) FROM chunks) AS last',
  );
  const chunks = reader.prepare('SELECT rows FROM chunks WHERE hour = ? AND series = ?');
  return (query) => {
    const { first, last } = rowOf<{ first: number | null; last: number | null }>(hours) ?? { first: null, last: null };
    if (first === null || last === null) return [];
    const from = Math.max(first, hourOf(query.from));
    const to = Math.min(last, hourOf(query.to));
    const found: Reading[] = [];
    for (const row of rowsOf<SeriesRow>(seriesOf, query.device, query.metric ?? null)) {
      const series: Series = { device: row.device, metric: row.metric, part: row.part === '' ? null : row.part };
      const enough = found.length + query.limit;
      // Once one series alone fills the answer, its later hours cannot be in it.
      for (let hour = from; hour <= to && found.length < enough; hour++) {
        for (const { rows } of rowsOf<{ rows: string }>(chunks, hour, row.id)) {
          const readings = parseRows(rows).map((packed) => unpackRow(series, hour, packed));
          found.push(...readings.filter((reading) => matches(reading, query)));
        }
      }
    }
    return found;
  };
}

interface SeriesRow {
  readonly id: number;
  readonly device: string;
  readonly metric: string;
  readonly part: string;
}

function createTailReader(reader: DatabaseSync): (query: ReadingQuery) => Reading[] {
  const compacted = reader.prepare("SELECT value FROM marks WHERE key = 'compacted'");
  const tail = reader.prepare(
    'SELECT json FROM blocks WHERE seq > ? AND last_time >= ? AND first_time < ? AND instr(json, ?) > 0 ORDER BY seq',
  );
  return (query) => {
    const found: Reading[] = [];
    const after = rowOf<{ value: number }>(compacted)?.value ?? 0;
    // The device's name as it is spelled in the block: most blocks need not be parsed.
    for (const row of tail.iterate(after, query.from, query.to, JSON.stringify(query.device))) {
      for (const reading of unpackReadings(JSON.parse(String(row['json'])) as ReadingBlock)) {
        if (matches(reading, query)) found.push(reading);
      }
    }
    return found;
  };
}

function matches(reading: Reading, { device, metric, from, to }: ReadingQuery): boolean {
  const time = timeOf(reading);
  if (time < from || time >= to) return false;
  return reading.device === device && (metric === undefined || reading.metric === metric);
}

import { packReadings, type Reading, type ReadingBlock, type Series, timeOf } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import type { SeriesBuckets, Store, StoredReading } from '../../ports.ts';
import { Buckets, SLOT_MS } from './buckets.ts';
import { HOUR_MS, hoursOf } from './chunk.ts';
import { decodeColumns } from './columns.ts';
import { guarded, rowsOf } from './connection.ts';
import { type DamagedPart, DamagedParts } from './damaged-parts.ts';
import { createParts, type Part, type SummarisedPart } from './parts.ts';
import { createTail } from './tail.ts';
import { readingsOf } from './unpack.ts';

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

/**
 * What can be asked of the history: raw blocks; and readings, their newest and their course, of chunks, pieces and
 * raw tail. What is found damaged is left out of the answer, and told.
 */
export function createHistoryReader(
  reader: DatabaseSync,
  onDamaged: (parts: readonly DamagedPart[]) => void,
): Pick<Store, 'blocks' | 'readings' | 'latest' | 'course'> {
  const blocks = reader.prepare('SELECT json FROM blocks WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?');
  const stores = { series: createSeries(reader), parts: createParts(reader), tail: createTail(reader) };
  const snapshot = createSnapshot(reader);
  function ask<T>(question: (history: History) => T): T {
    const damaged = new DamagedParts();
    const answer = snapshot(() => question({ ...stores, damaged }));
    if (damaged.found.length > 0) onDamaged(damaged.found);
    return answer;
  }
  return {
    blocks: ({ after, to = Number.MAX_SAFE_INTEGER, limit }) =>
      guarded(() =>
        rowsOf<{ json: string }>(blocks, after, to, limit).map((row) => JSON.parse(row.json) as ReadingBlock),
      ),
    readings: (query) => ask((history) => readings(history, query)),
    latest: (device) => ask((history) => latest(history, device)),
    course: (query) => ask((history) => course(history, query)),
  };
}

/** One view for several statements: another thread may move readings from blocks to pieces in between. */
function createSnapshot(reader: DatabaseSync): <T>(read: () => T) => T {
  const begin = reader.prepare('BEGIN');
  const end = reader.prepare('COMMIT');
  return (read) =>
    guarded(() => {
      begin.run();
      try {
        return read();
      } finally {
        end.run();
      }
    });
}

interface History {
  readonly series: (device: string, metric?: string) => KnownSeries[];
  readonly parts: ReturnType<typeof createParts>;
  readonly tail: ReturnType<typeof createTail>;
  readonly damaged: DamagedParts;
}

/** What is read of a part's rows; null where they are damaged. */
function ofRows<T>({ damaged }: History, { table, id }: Pick<Part, 'table' | 'id'>, read: () => T): T | null {
  // What was just made of JSON cannot be.
  return table === null ? read() : damaged.sound({ table, id, what: 'rows' }, read);
}

type KnownSeries = Series & { readonly id: number };

function createSeries(reader: DatabaseSync): History['series'] {
  const find = reader.prepare(
    'SELECT id, device, metric, part FROM series WHERE device = ? AND metric = ifnull(?, metric)',
  );
  return (device, metric) =>
    rowsOf<KnownSeries>(find, device, metric ?? null).map(({ id, part, ...series }) => ({
      id,
      device: series.device,
      metric: series.metric,
      part: part === '' ? null : part,
    }));
}

function readings(history: History, query: Parameters<Store['readings']>[0]): StoredReading[] {
  const { series, parts, tail } = history;
  const found: StoredReading[][] = [];
  for (const one of series(query.device, query.metric)) {
    const own: StoredReading[] = [];
    let end = -Infinity;
    for (const part of parts.inOrder(one.id, query)) {
      // Once one series alone fills the answer, what begins after all of it cannot be in it.
      if (own.length >= query.limit && part.hour >= end) break;
      end = Math.max(end, part.hour + hoursOf(part.kind));
      for (const reading of ofRows(history, part, () => readingsOf(one, part, query)) ?? []) own.push(reading);
    }
    found.push(own);
  }
  // What came last stands last: readings of one instant stay in the order in which they came.
  return [...found, tail(query)].flat().toSorted(byTime).slice(0, Math.max(0, query.limit));
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

const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** The newest of each series, by metric and part. */
function latest(history: History, device: string): StoredReading[] {
  const { series, parts, tail } = history;
  const newest = new Map<string, StoredReading>();
  const keep = (reading: StoredReading) => {
    const key = `${reading.metric}\n${reading.part ?? ''}`;
    const known = newest.get(key);
    if (!known || timeOf(reading) >= timeOf(known)) newest.set(key, reading);
  };
  for (const one of series(device))
    for (const part of parts.newest(one.id))
      for (const reading of ofRows(history, part, () => readingsOf(one, part, EVER)) ?? []) keep(reading);
  for (const reading of tail({ device, from: 0, to: Number.MAX_SAFE_INTEGER })) keep(reading);
  return [...newest.values()].toSorted(
    (a, b) => compareText(a.metric, b.metric) || compareText(a.part ?? '', b.part ?? ''),
  );
}

function course(history: History, query: Parameters<Store['course']>[0]): SeriesBuckets[] {
  const { series, parts, tail } = history;
  const { device, metric, from, to, width } = query;
  const origin = Math.floor(from / width) * width;
  const range = { from: origin, to: Math.ceil(to / width) * width };
  const byPart = new Map<string | null, Buckets>();
  const bucketsOf = (part: string | null) => {
    const known = byPart.get(part) ?? new Buckets(origin, width);
    byPart.set(part, known);
    return known;
  };
  // Only then does every slot of a summary lie in one bucket.
  const wide = width % SLOT_MS === 0;
  for (const { id, part } of series(device, metric)) {
    const buckets = bucketsOf(part);
    for (const part of parts.summaries(id, range, wide)) gather(history, part, buckets, range);
  }
  for (const reading of tail({ device, metric, ...range }))
    bucketsOf(reading.part).add(timeOf(reading), reading.value, reading.quality === 'good');
  return [...byPart]
    .map(([part, buckets]) => ({ part, buckets: buckets.list() }))
    .filter(({ buckets }) => buckets.length > 0)
    .toSorted((a, b) => compareText(a.part ?? '', b.part ?? ''));
}

/** Adds a part to a course: its summary where there is one, else its rows. */
function gather(history: History, part: SummarisedPart, buckets: Buckets, { from, to }: TimeRange): void {
  const { id, hour, gone, summary } = part;
  const start = hour * HOUR_MS;
  const add = (told: Uint8Array) => (buckets.addSummary(told, start, from, to, gone > 0), true);
  if (summary && history.damaged.sound({ table: 'chunks', id, what: 'summary' }, () => add(summary))) return;
  const rows = part.rows ?? history.parts.rows(id);
  const columns = rows && ofRows(history, part, () => decodeColumns(rows));
  if (columns) buckets.addColumns(columns, start, from, to);
}

interface TimeRange {
  readonly from: number;
  readonly to: number;
}

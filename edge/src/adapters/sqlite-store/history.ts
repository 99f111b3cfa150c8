import { packReadings, type Reading, type ReadingBlock, type Series, timeOf } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import type { SeriesBuckets, Store, StoredReading } from '../../ports.ts';
import { Buckets, SLOT_MS } from './buckets.ts';
import { HOUR_MS, hoursOf } from './chunk.ts';
import { decodeColumns } from './columns.ts';
import { guarded, rowsOf } from './connection.ts';
import { createParts } from './parts.ts';
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

/** What can be asked of the history: raw blocks; and readings, their newest and their course, of chunks, pieces and raw tail. */
export function createHistoryReader(reader: DatabaseSync): Pick<Store, 'blocks' | 'readings' | 'latest' | 'course'> {
  const blocks = reader.prepare('SELECT json FROM blocks WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?');
  const history = { series: createSeries(reader), parts: createParts(reader), tail: createTail(reader) };
  const snapshot = createSnapshot(reader);
  return {
    blocks: ({ after, to = Number.MAX_SAFE_INTEGER, limit }) =>
      guarded(() =>
        rowsOf<{ json: string }>(blocks, after, to, limit).map((row) => JSON.parse(row.json) as ReadingBlock),
      ),
    readings: (query) => snapshot(() => readings(history, query)),
    latest: (device) => snapshot(() => latest(history, device)),
    course: (query) => snapshot(() => course(history, query)),
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

function readings({ series, parts, tail }: History, query: Parameters<Store['readings']>[0]): StoredReading[] {
  const found: StoredReading[][] = [];
  for (const one of series(query.device, query.metric)) {
    const own: StoredReading[] = [];
    let end = -Infinity;
    for (const part of parts.inOrder(one.id, query)) {
      // Once one series alone fills the answer, what begins after all of it cannot be in it.
      if (own.length >= query.limit && part.hour >= end) break;
      end = Math.max(end, part.hour + hoursOf(part.kind));
      for (const reading of readingsOf(one, part, query)) own.push(reading);
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
function latest({ series, parts, tail }: History, device: string): StoredReading[] {
  const newest = new Map<string, StoredReading>();
  const keep = (reading: StoredReading) => {
    const key = `${reading.metric}\n${reading.part ?? ''}`;
    const known = newest.get(key);
    if (!known || timeOf(reading) >= timeOf(known)) newest.set(key, reading);
  };
  for (const one of series(device))
    for (const part of parts.newest(one.id)) for (const reading of readingsOf(one, part, EVER)) keep(reading);
  for (const reading of tail({ device, from: 0, to: Number.MAX_SAFE_INTEGER })) keep(reading);
  return [...newest.values()].toSorted(
    (a, b) => compareText(a.metric, b.metric) || compareText(a.part ?? '', b.part ?? ''),
  );
}

function course({ series, parts, tail }: History, query: Parameters<Store['course']>[0]): SeriesBuckets[] {
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
    for (const { hour, gone, rows, summary } of parts.summaries(id, range, wide)) {
      const start = hour * HOUR_MS;
      if (summary) buckets.addSummary(summary, start, range.from, range.to, gone > 0);
      else buckets.addColumns(decodeColumns(rows), start, range.from, range.to);
    }
  }
  for (const reading of tail({ device, metric, ...range }))
    bucketsOf(reading.part).add(timeOf(reading), reading.value, reading.quality === 'good');
  return [...byPart]
    .map(([part, buckets]) => ({ part, buckets: buckets.list() }))
    .filter(({ buckets }) => buckets.length > 0)
    .toSorted((a, b) => compareText(a.part ?? '', b.part ?? ''));
}

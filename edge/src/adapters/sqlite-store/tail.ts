import { type Reading, type ReadingBlock, unpackReadings } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import { rowOf } from './connection.ts';

/** Readings of a device with from ≤ time < to. */
export interface TailQuery {
  readonly device: string;
  readonly metric?: string;
  readonly from: number;
  readonly to: number;
}

/** Reads what lies in raw blocks only; compaction keeps that to some minutes. */
export function createTail(reader: DatabaseSync): (query: TailQuery) => Reading[] {
  const compacted = reader.prepare("SELECT value FROM marks WHERE key = 'compacted'");
  const tail = reader.prepare(
    'SELECT json FROM blocks WHERE seq > ? AND last_time >= ? AND first_time < ? AND instr(json, ?) > 0 ORDER BY seq',
  );
  return (query) => {
    const found: Reading[] = [];
    const after = rowOf<{ value: number }>(compacted)?.value ?? 0;
    // The device's name as it is spelled in the block: most blocks need not be parsed.
    for (const row of tail.iterate(after, query.from, query.to, JSON.stringify(query.device)))
      pick(JSON.parse(String(row['json'])) as ReadingBlock, query, found);
    return found;
  };
}

/** Unpacks those rows of a block that are asked for. */
function pick({ seq, series, rows }: ReadingBlock, { device, metric, from, to }: TailQuery, found: Reading[]): void {
  const wanted = series.map((one) => one[0] === device && (metric === undefined || one[1] === metric));
  const own = rows.filter(([index, receivedAt, at]) => {
    const time = at ?? receivedAt;
    return wanted[index] === true && time >= from && time < to;
  });
  for (const reading of unpackReadings({ seq, series, rows: own })) found.push(reading);
}

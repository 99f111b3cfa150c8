import { QUALITIES, type Millis, type Series, type Value } from '@keepsite/edge-contract';
import type { StoredReading } from '../../ports.ts';
import { HOUR_MS } from './chunk.ts';
import { decodeColumns } from './columns.ts';
import type { Part } from './parts.ts';

/** The readings of a chunk or piece that begins with `hour`, those with from ≤ time < to. Throws DamagedBytes. */
export function readingsOf(
  { device, metric, part }: Series,
  { hour, gone, rows }: Pick<Part, 'hour' | 'gone' | 'rows'>,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): StoredReading[] {
  const readings: StoredReading[] = [];
  const { count, since, marks, values, late: lateness } = decodeColumns(rows);
  const late = lateness();
  const thinned = gone > 0 && ({ thinned: true } as const);
  for (let i = 0; i < count; i++) {
    const time = hour * HOUR_MS + (since[i] as number);
    if (time < from || time >= to) continue;
    const mark = marks[i] as number;
    const timed = mark % 2 === 0;
    readings.push({
      device,
      metric,
      part,
      value: values[i] as Value,
      at: timed ? time : null,
      receivedAt: time + (timed ? (late[i] as number) : 0),
      quality: QUALITIES[mark >> 2] ?? 'unknown',
      historical: (mark & 2) !== 0,
      ...thinned,
    });
  }
  return readings;
}

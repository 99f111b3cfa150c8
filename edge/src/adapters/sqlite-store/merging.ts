import type { DatabaseSync } from 'node:sqlite';
import { byTime, CHUNK_KINDS, DAY_HOURS, dayOf, hourOf } from './chunk.ts';
import { createChunkTable, newChunk, type NewChunk, soundRows, type StoredChunk } from './chunk-table.ts';
import { rowOf, rowsOf, type Transaction } from './connection.ts';
import { createSettingAside, type DamagedPart, DamagedParts } from './damaged-parts.ts';
import { createMarks } from './marks.ts';

/** An hour is merged once it is this many hours back; what comes later still is merged again. */
const MERGE_AFTER_HOURS = 2;
/** A day is merged some hours after its last hour was. */
const SETTLE_AFTER_HOURS = MERGE_AFTER_HOURS + 2;
/** Series that say more in a day stay in chunks of an hour: a question about an hour would read too much. */
const SLOW_ROWS_A_DAY = 2_000;
const SERIES_A_STEP = 32;

/**
 * Makes one chunk of a series' pieces of an hour, and of what was merged of it before. Pieces are
 * appended first, because rewriting a growing chunk would write a hundred times what was said.
 */
export function createHourMerging(db: DatabaseSync, transaction: Transaction): (now: number) => boolean {
  const marks = createMarks(db);
  const table = createChunkTable(db);
  const due = db.prepare('SELECT DISTINCT hour, series FROM pieces WHERE hour < ? ORDER BY hour, series LIMIT ?');
  const setAside = createSettingAside(db);
  const pieces = db.prepare('SELECT id, hour, rows FROM pieces WHERE hour = ? AND series = ? ORDER BY id');
  const remove = db.prepare('DELETE FROM pieces WHERE hour = ? AND series = ?');

  function merged({ hour, series }: Place): Merged {
    const before = table.ofHour(series, hour);
    const young = rowsOf<Pick<StoredChunk, 'id' | 'hour' | 'rows'>>(pieces, hour, series);
    const damaged = new DamagedParts();
    const rows = [...soundRows('chunks', before, hour, damaged), ...soundRows('pieces', young, hour, damaged)];
    const chunk = newChunk({ kind: CHUNK_KINDS.hour, hour, series }, byTime(rows));
    return { before, chunk, damaged: damaged.found };
  }

  return (now) => {
    const places = rowsOf<Place>(due, hourOf(now) - MERGE_AFTER_HOURS, SERIES_A_STEP);
    const [oldest] = places;
    if (!oldest) return false;
    const merges = places.map(merged);
    transaction(() => {
      for (const { before, chunk, damaged } of merges) {
        setAside(damaged);
        remove.run(chunk.hour, chunk.series);
        table.remove(before);
        table.add(chunk);
      }
      // Late history opens its day again.
      marks.set('unsettled', Math.min(marks.get('unsettled') ?? Infinity, dayOf(oldest.hour)));
    });
    return true;
  };
}

/** Makes one chunk of a slow series' day: what each hour of it takes beside its readings would outweigh them. */
export function createDayMerging(db: DatabaseSync, transaction: Transaction): (now: number) => boolean {
  const marks = createMarks(db);
  const table = createChunkTable(db);
  const setAside = createSettingAside(db);
  const slow = db.prepare(
    `SELECT series FROM chunks WHERE kind = ${CHUNK_KINDS.hour} AND hour >= ? AND hour < ?
     GROUP BY series HAVING sum(count) <= ${SLOW_ROWS_A_DAY}`,
  );
  const next = db.prepare(`SELECT min(hour) AS hour FROM chunks WHERE kind = ${CHUNK_KINDS.hour} AND hour >= ?`);
  /** What is left of the day that is being merged. */
  let waiting: number[] = [];

  function merged(series: number, day: number): Merged {
    const before = table.ofDay(series, day).filter(({ kind }) => kind <= CHUNK_KINDS.day);
    const damaged = new DamagedParts();
    const rows = soundRows('chunks', before, day, damaged);
    return { before, chunk: newChunk({ kind: CHUNK_KINDS.day, hour: day, series }, rows), damaged: damaged.found };
  }

  return (now) => {
    const day = marks.get('unsettled');
    if (day === null || day + DAY_HOURS + SETTLE_AFTER_HOURS > hourOf(now)) return false;
    if (waiting.length === 0) waiting = rowsOf<Place>(slow, day, day + DAY_HOURS).map(({ series }) => series);
    const merges = waiting.splice(0, SERIES_A_STEP).map((series) => merged(series, day));
    transaction(() => {
      for (const { before, chunk, damaged } of merges) {
        setAside(damaged);
        table.remove(before);
        table.add(chunk);
      }
      if (waiting.length > 0) return;
      const hour = rowOf<{ hour: number | null }>(next, day + DAY_HOURS)?.hour;
      // Where nothing waits any more, the next hour that is merged says where to go on.
      marks.set('unsettled', dayOf(hour ?? hourOf(now)));
    });
    return true;
  };
}

interface Place {
  readonly hour: number;
  readonly series: number;
}

interface Merged {
  readonly before: readonly StoredChunk[];
  readonly chunk: NewChunk;
  readonly damaged: readonly DamagedPart[];
}

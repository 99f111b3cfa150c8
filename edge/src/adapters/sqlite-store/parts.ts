import type { DatabaseSync } from 'node:sqlite';
import { CHUNK_KINDS, type ChunkKind, DAY_HOURS, hourOf } from './chunk.ts';
import { rowOf, rowsOf } from './connection.ts';
import type { DamagedPart } from './damaged-parts.ts';
import { encodeJsonRows } from './json-chunks.ts';

/** Rows of a series from `hour` on: a chunk, a piece of an hour, or what an older version wrote. */
export interface Part {
  readonly id: number;
  /** Null: it is made of what an older version wrote as JSON. */
  readonly table: DamagedPart['table'] | null;
  readonly kind: ChunkKind;
  readonly hour: number;
  /** Readings that thinning has taken out of it. */
  readonly gone: number;
  readonly rows: Uint8Array;
}

/** A part for a course: the summary stands in for the rows where it is enough, and then they are null. */
export interface SummarisedPart extends Omit<Part, 'rows'> {
  readonly summary: Uint8Array | null;
  readonly rows: Uint8Array | null;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Hours that a chunk may reach beyond its first. */
const REACH = DAY_HOURS - 1;

/** Finds the parts of a series. */
export function createParts(reader: DatabaseSync) {
  const chunks = reader.prepare(
    'SELECT id, \'chunks\' AS "table", kind, hour, gone, rows FROM chunks WHERE series = ? AND hour >= ? AND hour <= ? ORDER BY hour',
  );
  const summaries = reader.prepare(
    `SELECT id, 'chunks' AS "table", kind, hour, gone, summary, iif(summary IS NULL, rows, NULL) AS rows
     FROM chunks WHERE series = ? AND hour >= ? AND hour <= ?`,
  );
  const rows = reader.prepare(
    `SELECT id, 'chunks' AS "table", kind, hour, gone, iif(gone > 0, summary, NULL) AS summary, rows
     FROM chunks WHERE series = ? AND hour >= ? AND hour <= ?`,
  );
  const rowsOfId = reader.prepare('SELECT rows FROM chunks WHERE id = ?');
  const last = reader.prepare('SELECT max(hour) AS hour FROM chunks WHERE series = ?');
  const young = createYoung(reader);

  function chunksOf(series: number, { from, to }: Range): Part[] {
    return rowsOf<Part>(chunks, series, from - REACH, to);
  }

  return {
    /** Of the range, oldest first; read one by one. */
    *inOrder(series: number, range: Range): Generator<Part> {
      const hours = hoursOf(range);
      const waiting = young.hours(series, hours);
      for (const row of chunks.iterate(series, hours.from - REACH, hours.to)) {
        const chunk = row as unknown as Part;
        while (waiting[0] !== undefined && waiting[0] < chunk.hour) yield* young.of(series, waiting.shift() as number);
        yield chunk;
      }
      for (const hour of waiting) yield* young.of(series, hour);
    },
    /** For a course over the range; `wide`: where there is a summary, it is enough. */
    summaries(series: number, range: Range, wide: boolean): SummarisedPart[] {
      const hours = hoursOf(range);
      const found = rowsOf<SummarisedPart>(wide ? summaries : rows, series, hours.from - REACH, hours.to);
      const pieces = young.hours(series, hours).flatMap((hour) => young.of(series, hour));
      return [...found, ...pieces.map((piece) => ({ ...piece, summary: null }))];
    },
    /** A chunk's rows, where its summary cannot stand in for them. */
    rows: (id: number): Uint8Array | null => rowOf<Pick<Part, 'rows'>>(rowsOfId, id)?.rows ?? null,
    /** Those in which the series' newest reading must lie. */
    newest(series: number): Part[] {
      const hour = rowOf<{ hour: number | null }>(last, series)?.hour ?? null;
      const settled = hour === null ? [] : chunksOf(series, { from: hour, to: hour });
      const fresh = young.hours(series, { from: hour ?? -Infinity, to: Infinity }).at(-1);
      return fresh === undefined ? settled : [...settled, ...young.of(series, fresh)];
    },
  };
}

function hoursOf({ from, to }: Range): Range {
  return { from: hourOf(from), to: hourOf(to) };
}

/** What no chunk holds yet: pieces, and what older versions wrote. They are found by the hour. */
function createYoung(reader: DatabaseSync) {
  const tables = (['pieces', 'json_chunks'] as const).map((table) => ({
    table: table === 'pieces' ? table : null,
    // Each by the index; asked in one they would be a scan.
    hours: reader.prepare(`SELECT (SELECT min(hour) FROM ${table}) AS first, (SELECT max(hour) FROM ${table}) AS last`),
    has: reader.prepare(`SELECT 1 AS there FROM ${table} WHERE hour = ? AND series = ? LIMIT 1`),
    rows: reader.prepare(`SELECT id, rows FROM ${table} WHERE hour = ? AND series = ? ORDER BY id`),
  }));
  return {
    /** The hours of the range of which a series has some, in order. */
    hours(series: number, { from, to }: Range): number[] {
      const found = new Set<number>();
      for (const { hours, has } of tables) {
        const { first, last } = rowOf<{ first: number | null; last: number | null }>(hours) ?? {
          first: null,
          last: null,
        };
        if (first === null || last === null) continue;
        for (let hour = Math.max(first, from); hour <= Math.min(last, to); hour++)
          if (rowOf(has, hour, series)) found.add(hour);
      }
      return [...found].toSorted((a, b) => a - b);
    },
    of: (series: number, hour: number): Part[] =>
      tables.flatMap(({ table, rows }) =>
        rowsOf<{ id: number; rows: Uint8Array | string }>(rows, hour, series).map((part) => ({
          id: part.id,
          table,
          kind: CHUNK_KINDS.hour,
          hour,
          gone: 0,
          rows: typeof part.rows === 'string' ? encodeJsonRows(part.rows) : part.rows,
        })),
      ),
  };
}

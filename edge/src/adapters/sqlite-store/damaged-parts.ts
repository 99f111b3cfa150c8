import type { DatabaseSync } from 'node:sqlite';
import { DamagedBytes } from './checksum.ts';
import { createMarks } from './marks.ts';

/** A chunk or piece whose rows, or a chunk whose summary, is not what was written. */
export interface DamagedPart {
  readonly table: 'chunks' | 'pieces';
  readonly id: number;
  readonly what: 'rows' | 'summary';
}

/** So many are kept to be looked into; the oldest go. */
const KEPT = 1_000;

/** Gathers parts that turn out to be damaged while they are read. */
export class DamagedParts {
  readonly found: DamagedPart[] = [];

  /** What is read, or null where the part is damaged; that is noted. */
  sound<T>(part: DamagedPart, read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DamagedBytes)) throw error;
      this.found.push(part);
      return null;
    }
  }
}

/**
 * Takes damaged parts out of the history, into a table of their own, and counts them; of a chunk whose summary
 * alone is damaged only that goes, for its rows tell the same. Inside a transaction.
 */
export function createSettingAside(db: DatabaseSync): (parts: readonly DamagedPart[]) => void {
  const marks = createMarks(db);
  const columns = { chunks: 'kind, hour, series, summary, rows', pieces: '0, hour, series, NULL, rows' };
  const keep = Object.entries(columns).map(
    ([table, own]) =>
      [
        table,
        db.prepare(`INSERT INTO damaged_parts (found_at, what, kind, hour, series, summary, rows)
      SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER), ?, ${own} FROM ${table} WHERE id = ?`),
      ] as const,
  );
  const copies = new Map(keep);
  const remove = new Map(Object.keys(columns).map((table) => [table, db.prepare(`DELETE FROM ${table} WHERE id = ?`)]));
  const forgetSummary = db.prepare('UPDATE chunks SET summary = NULL WHERE id = ?');
  const forget = db.prepare(`DELETE FROM damaged_parts WHERE id <= (SELECT max(id) FROM damaged_parts) - ${KEPT}`);
  return (parts) => {
    for (const { table, id, what } of parts) {
      const changes = Number(copies.get(table)?.run(what, id).changes ?? 0);
      if (what === 'summary') forgetSummary.run(id);
      else remove.get(table)?.run(id);
      marks.set('damaged', (marks.get('damaged') ?? 0) + changes);
    }
    if (parts.length > 0) forget.run();
  };
}

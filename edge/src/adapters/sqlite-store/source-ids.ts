import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../ports.ts';
import { guarded, rowsOf } from './connection.ts';
import { IdFilter } from './id-filter.ts';

/** How many of the newest source ids are remembered, and of commands' answers. */
export const IDS_KEPT = 100_000;

export interface SourceIds extends Pick<Store, 'hasSourceId'> {
  /** Inside the caller's transaction. */
  add(id: string): void;
}

/**
 * The ids that guard against repetition. Nearly all that are asked for are new, so the disk is asked for few. Throws
 * the store's errors.
 */
export function createSourceIds(writer: DatabaseSync, reader: DatabaseSync): SourceIds {
  const insert = writer.prepare('INSERT OR IGNORE INTO source_ids (id) VALUES (?)');
  const select = reader.prepare('SELECT 1 FROM source_ids WHERE id = ?');
  const filter = new IdFilter(IDS_KEPT);
  const saved = reader.prepare('SELECT id FROM source_ids ORDER BY n');
  for (const { id } of guarded(() => rowsOf<{ id: string }>(saved))) filter.add(id);
  return {
    add(id) {
      filter.add(id);
      insert.run(id);
    },
    hasSourceId: (id) => filter.mayHave(id) && guarded(() => select.get(id) !== undefined),
  };
}

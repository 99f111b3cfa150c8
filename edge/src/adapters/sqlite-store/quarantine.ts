import type { DatabaseSync } from 'node:sqlite';
import type { QuarantinedMessage, Store } from '../../ports.ts';
import { guarded, rowOf, rowsOf } from './connection.ts';

/** Raw bytes of one message beyond this are not kept; `size` still tells how many there were. */
export const QUARANTINED_BYTES = 64 * 1024;

export interface QuarantineBounds {
  readonly maxItems: number;
  /** Of all payloads together. */
  readonly maxBytes: number;
}

/** Writes what was refused, and lets the oldest go above the bounds; inside the caller's transaction. */
export function createQuarantineWriter(
  writer: DatabaseSync,
  bounds: QuarantineBounds,
): (messages: readonly Omit<QuarantinedMessage, 'id'>[]) => void {
  const add = writer.prepare(
    'INSERT INTO quarantine (at, topic, device, family, reason, size, payload) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const byAge = writer.prepare('SELECT id, length(payload) AS bytes FROM quarantine ORDER BY id');
  const remove = writer.prepare('DELETE FROM quarantine WHERE id <= ?');
  const sum = writer.prepare('SELECT count(*) AS items, ifnull(sum(length(payload)), 0) AS bytes FROM quarantine');

  function makeRoom(): void {
    const held = rowOf<{ items: number; bytes: number }>(sum) ?? { items: 0, bytes: 0 };
    let { items, bytes } = held;
    let last = 0;
    if (items <= bounds.maxItems && bytes <= bounds.maxBytes) return;
    for (const row of byAge.iterate()) {
      if (items <= bounds.maxItems && bytes <= bounds.maxBytes) break;
      items -= 1;
      bytes -= Number(row['bytes']);
      last = Number(row['id']);
    }
    remove.run(last);
  }

  return (messages) => {
    for (const m of messages.slice(-bounds.maxItems)) {
      add.run(m.at, m.topic, m.device, m.family, m.reason, m.size, m.payload.subarray(0, QUARANTINED_BYTES));
    }
    if (messages.length > 0) makeRoom();
  };
}

/** Newest first. */
export function createQuarantineReader(reader: DatabaseSync): Store['quarantine'] {
  const items = reader.prepare(
    'SELECT id, at, topic, device, family, reason, payload, size FROM quarantine WHERE id < ? ORDER BY id DESC LIMIT ?',
  );
  const count = reader.prepare('SELECT count(*) AS total FROM quarantine');
  return ({ before = Number.MAX_SAFE_INTEGER, limit }) =>
    guarded(() => ({
      items: rowsOf<QuarantinedMessage>(items, before, limit).map((row) => ({ ...row })),
      total: rowOf<{ total: number }>(count)?.total ?? 0,
    }));
}

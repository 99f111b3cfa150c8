import type { DatabaseSync } from 'node:sqlite';
import { type Bound, excess, type Held, weightOf } from '../../domain/fair-share.ts';
import { reasonPattern } from '../../domain/reason-pattern.ts';
import type { Commit, Stranger } from '../../ports.ts';
import { rowOf, rowsOf } from './connection.ts';

/** Raw bytes of one message beyond this are not kept; `size` still tells how many there were. */
export const QUARANTINED_BYTES = 64 * 1024;

export interface QuarantineBounds {
  /** Bad input of known devices, and of nobody in particular. */
  readonly rejected: Bound;
  /** What all strangers say, and what one of them says. */
  readonly strangers: Bound & { readonly each: Bound };
}

/** Rows of strangers never take the room of the others. */
const POOLS = { rejected: 0, strangers: 1 } as const;
type Pool = keyof typeof POOLS;

type QuarantinePart = Pick<Commit, 'quarantined' | 'released' | 'strangers' | 'forgotten'>;

/**
 * Writes what is kept, and takes away what was read after all. Above a bound the source that holds
 * most gives its oldest message, so that a noisy one crowds out nobody but itself. Inside the
 * caller's transaction.
 */
export function createQuarantineWriter(writer: DatabaseSync, bounds: QuarantineBounds): (part: QuarantinePart) => void {
  const add = writer.prepare(
    `INSERT INTO quarantine (at, topic, retain, device, family, stranger, pool, source, reason, pattern, size, bytes, payload)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const release = writer.prepare('DELETE FROM quarantine WHERE id = ?');
  const putStranger = writer.prepare('INSERT OR REPLACE INTO strangers (device, json) VALUES (?, ?)');
  const forget = writer.prepare('DELETE FROM strangers WHERE device = ?');
  const forgetKept = writer.prepare(`DELETE FROM quarantine WHERE pool = ${POOLS.strangers} AND source = ?`);
  const makeRoom = createRoomMaker(writer);

  function keep(message: QuarantinePart['quarantined'][number]): void {
    const { at, topic, retain, device, family, stranger, reason, size } = message;
    const payload = message.payload.subarray(0, QUARANTINED_BYTES);
    const pool = stranger === null ? POOLS.rejected : POOLS.strangers;
    const source = stranger ?? device ?? topic;
    const pattern = reason === null ? '' : reasonPattern(reason);
    add.run(
      at,
      topic,
      Number(retain),
      device,
      family,
      stranger,
      pool,
      source,
      reason ?? '',
      pattern,
      size,
      weightOf({ topic, reason, payload }),
      payload,
    );
  }

  return ({ quarantined, released, strangers, forgotten }) => {
    for (const id of released) release.run(id);
    for (const device of forgotten) forget.run(device);
    for (const device of forgotten) forgetKept.run(device);
    for (const stranger of strangers) putStranger.run(stranger.device, JSON.stringify(stranger));
    for (const message of quarantined) keep(message);
    const waiting = new Set(quarantined.flatMap(({ stranger }) => stranger ?? []));
    for (const source of waiting) makeRoom('strangers', bounds.strangers.each, source);
    if (waiting.size > 0) makeRoom('strangers', bounds.strangers);
    if (quarantined.some(({ stranger }) => stranger === null)) makeRoom('rejected', bounds.rejected);
  };
}

/** Lets the oldest of one source go, or of whichever holds most, until the bound is kept. */
function createRoomMaker(writer: DatabaseSync): (pool: Pool, bound: Bound, source?: string) => void {
  const all = writer.prepare(
    'SELECT ifnull(sum(items), 0) AS items, ifnull(sum(bytes), 0) AS bytes FROM quarantine_shares WHERE pool = ?',
  );
  const one = writer.prepare('SELECT items, bytes FROM quarantine_shares WHERE pool = ? AND source = ?');
  const greatest = {
    items: writer.prepare('SELECT oldest FROM quarantine_shares WHERE pool = ? ORDER BY items DESC, oldest LIMIT 1'),
    bytes: writer.prepare('SELECT oldest FROM quarantine_shares WHERE pool = ? ORDER BY bytes DESC, oldest LIMIT 1'),
  };
  const oldestOf = writer.prepare('SELECT oldest FROM quarantine_shares WHERE pool = ? AND source = ?');
  const sizeOf = writer.prepare('SELECT bytes FROM quarantine WHERE id = ?');
  const remove = writer.prepare('DELETE FROM quarantine WHERE id = ?');

  return (pool, bound, source) => {
    const number = POOLS[pool];
    const share = source === undefined ? rowOf<Held>(all, number) : rowOf<Held>(one, number, source);
    let held = share ?? { items: 0, bytes: 0 };
    for (let by = excess(held, bound); by !== null; by = excess(held, bound)) {
      const found = source === undefined ? rowOf(greatest[by], number) : rowOf(oldestOf, number, source);
      const { oldest } = (found ?? {}) as { oldest?: number };
      const size = oldest === undefined ? undefined : rowOf<{ bytes: number }>(sizeOf, oldest);
      if (oldest === undefined || !size) return;
      remove.run(oldest);
      held = { items: held.items - 1, bytes: held.bytes - size.bytes };
    }
  };
}

/** Who was heard and waits to be adopted, as the edge remembers them when it starts. */
export function rememberStrangers(reader: DatabaseSync): Stranger[] {
  return rowsOf<{ json: string }>(reader.prepare('SELECT json FROM strangers ORDER BY device')).map(
    ({ json }) => JSON.parse(json) as Stranger,
  );
}

import type { DatabaseSync } from 'node:sqlite';
import type { CheckpointPiece, Store } from '../../ports.ts';
import { guarded, rowOf, type Transaction } from './connection.ts';

/** Pieces that nobody needs go a few with each new one: all at once they would hold the loop. */
const DROPPED_AT_ONCE = 2;

/** Saves checkpoints piece by piece, each a transaction of its own; the last one's is that in which they begin to count. */
export function createCheckpoints(
  { writer, reader }: { readonly writer: DatabaseSync; readonly reader: DatabaseSync },
  { usually, urgently }: { readonly usually: Transaction; readonly urgently: Transaction },
): Pick<Store, 'saveCheckpoint' | 'checkpointPiece'> {
  const newest = writer.prepare('SELECT ifnull(max(last), 0) AS n FROM checkpoint');
  const forget = writer.prepare(
    'DELETE FROM checkpoint_pieces WHERE n > (SELECT ifnull(max(last), 0) FROM checkpoint)',
  );
  const add = writer.prepare('INSERT INTO checkpoint_pieces (n, state) VALUES (?, ?)');
  const end = writer.prepare('INSERT OR REPLACE INTO checkpoint (one, block, first, last) VALUES (1, ?, ?, ?)');
  const drop = writer.prepare(
    `DELETE FROM checkpoint_pieces WHERE n IN (
       SELECT n FROM checkpoint_pieces WHERE n < (SELECT first FROM checkpoint) ORDER BY n LIMIT ${DROPPED_AT_ONCE})`,
  );
  const read = reader.prepare(`SELECT state FROM checkpoint JOIN checkpoint_pieces ON n = first + ? AND n <= last`);
  let first = 0;

  function save({ number, state, block }: CheckpointPiece): void {
    if (number === 0) {
      // What one that was killed had saved.
      forget.run();
      first = (rowOf<{ n: number }>(newest)?.n ?? 0) + 1;
    }
    add.run(first + number, state);
    if (block !== null) end.run(block, first, first + number);
    drop.run();
  }

  /** On a full disk the half of a checkpoint would take the room of readings. */
  function giveBack(): void {
    try {
      urgently(() => void forget.run());
    } catch {
      // The next one begins with it.
    }
  }

  return {
    saveCheckpoint(piece) {
      try {
        usually(() => save(piece));
      } catch (error) {
        giveBack();
        throw error;
      }
    },
    checkpointPiece: (number) => guarded(() => rowOf<{ state: string }>(read, number)?.state),
  };
}

import { type ChunkRow, isGood } from './chunk.ts';

/** Different words that one slot keeps. */
const MAX_WORDS = 8;

/**
 * What is left of rows in the order of their time: of each slot the least, the greatest and the last
 * good number, so that a counter still counts and a peak is still seen; of words the first of each
 * and the last. A slot without a good reading keeps its last one, so that its trouble stays known.
 */
export function thinRows(rows: readonly ChunkRow[], slotMs: number): ChunkRow[] {
  const slots = Map.groupBy(rows, ([since]) => Math.floor(since / slotMs));
  return [...slots.values()].flatMap(thinSlot);
}

function thinSlot(rows: readonly ChunkRow[]): ChunkRow[] {
  const good = rows.filter(isGood);
  const telling = good.length > 0 ? good : rows.slice(-1);
  const kept = new Set<ChunkRow | undefined>([telling.at(-1)]);
  const words = new Set<unknown>();
  let least: ChunkRow | undefined;
  let greatest: ChunkRow | undefined;
  for (const row of telling) {
    const value = row[2];
    if (typeof value === 'number') {
      if (!least || value < (least[2] as number)) least = row;
      if (!greatest || value > (greatest[2] as number)) greatest = row;
    } else if (words.size < MAX_WORDS && !words.has(value)) {
      words.add(value);
      kept.add(row);
    }
  }
  kept.add(least).add(greatest);
  return rows.filter((row) => kept.has(row));
}

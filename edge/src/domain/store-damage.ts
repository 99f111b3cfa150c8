import { z } from 'zod';
import { InstantText } from '@keepsite/edge-contract';

/** Under this key a store tells of its damaged predecessor. */
export const DAMAGE_KEY = 'store.damage';

/** What became of a damaged store. */
export const DamageRecord = z.object({
  at: InstantText,
  /** Where the damaged file was set aside. */
  file: z.string(),
  /** Rows that it still gave, by table. */
  rows: z.record(z.string(), z.number()),
  /** Rows that were met and could not be used; what lies on pages that cannot be read is not even met. */
  unusable: z.number(),
  /** Incidents that were made anew from their events. */
  rebuilt: z.number(),
  /** The newest event and the newest block are known: their numbers go on, and none is given twice. */
  numbersGoOn: z.boolean(),
  /** How often that has happened, this time included. */
  times: z.int(),
  /** An incident has been raised about it. */
  told: z.boolean(),
});
export type DamageRecord = z.infer<typeof DamageRecord>;

/** Null: there was none, or nobody can read any more what it was. */
export function damageOf(text: string | undefined): DamageRecord | null {
  try {
    return DamageRecord.parse(JSON.parse(text ?? 'null'));
  } catch {
    return null;
  }
}

/** How it is told, in one sentence. */
export function damageSentence({ at, rows, unusable, rebuilt }: DamageRecord): string {
  const rescued = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return `the store was damaged, found at ${at}: ${rescued} rows were rescued, ${unusable} were unusable, ${rebuilt} incidents were rebuilt from their events; what else it held is lost`;
}

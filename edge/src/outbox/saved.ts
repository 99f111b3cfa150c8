import type { z } from 'zod';

/**
 * What was saved under a key; `fallback` when there is nothing, or nothing that can be read: a damaged
 * line of bookkeeping costs repetition, never the start.
 */
export function readSaved<T>(schema: z.ZodType<T>, text: string | undefined, fallback: NoInfer<T>): T {
  try {
    return text === undefined ? fallback : schema.parse(JSON.parse(text));
  } catch {
    return fallback;
  }
}

import { z } from 'zod';

/** What things are known by: one word that fits into a topic and a path. */
export const Id = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^/+#\s]+$/u, 'an id may not contain /, +, # or white space');

/** What people call it. */
export const Name = z.object({ en: z.string().min(1).max(200), zh: z.string().min(1).max(200) });

export const Day = z.iso.date();

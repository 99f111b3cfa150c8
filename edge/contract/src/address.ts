import { z } from 'zod';

/** One way to reach somebody: a channel that `edge/notify` knows, and who is meant on it. */
export const Address = z.object({
  channel: z.string().min(1).max(40),
  to: z.string().min(1).max(500),
});
export type Address = z.infer<typeof Address>;

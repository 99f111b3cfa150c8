import { z } from 'zod';

/** What became of a message that was sent to test a channel. */
export const TestVerdict = z.object({
  outcome: z.enum(['accepted', 'retry', 'failed']),
  reason: z.string().nullable(),
});
export type TestVerdict = z.infer<typeof TestVerdict>;

/** A way in which people are reached, and whom. */
export const ChannelState = z.object({
  name: z.string(),
  type: z.string().nullable().describe('null: people are to be reached over it, and this gateway does not have it'),
  people: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type ChannelState = z.infer<typeof ChannelState>;

/** `POST /api/channels/{name}/test`: whom to send a message that is marked as a test. */
export const ChannelTestBody = z.strictObject({ person: z.string().min(1).max(200) });
export type ChannelTestBody = z.infer<typeof ChannelTestBody>;

import { z } from 'zod';
import { InstantText } from './instant.ts';
import { PHOTO_TYPES, PROOF_WAYS } from './vocabulary.ts';

/** A photograph as it is kept: without its place, time and camera, under the hash of its bytes. */
export const Photo = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  type: z.enum(PHOTO_TYPES),
  bytes: z.int().positive(),
});
export type Photo = z.infer<typeof Photo>;

/** How presence on site was verified (`proofBy`), or why what was shown did not verify it (`proofNote`). */
export const Presence = z.object({
  proofBy: z.enum(PROOF_WAYS).optional(),
  proofNote: z.string().max(300).optional(),
});
export type Presence = z.infer<typeof Presence>;

/** When the person said it, where their phone had to keep it before anybody could hear it. It is no instant of a clock. */
export const SaidAt = InstantText.optional();

/** How long that was, ms: a phone may have been without a line for a day. */
export const HeldMs = z
  .int()
  .min(0)
  .max(24 * 3_600_000);

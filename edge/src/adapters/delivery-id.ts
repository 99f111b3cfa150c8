import { createHash } from 'node:crypto';

/** What tells one QoS 2 message from another. */
interface Delivered {
  readonly messageId?: number | undefined;
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

/**
 * The name of a QoS 2 message within a session. Message ids come round again: with what was said they
 * tell a repetition from a message that is new.
 */
export function deliveryId(session: string, { messageId, topic, payload }: Delivered): string {
  const said = createHash('sha256').update(topic).update('\0').update(payload).digest('base64url');
  return `qos2:${session}:${messageId}:${said}`;
}

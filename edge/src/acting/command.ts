import { Command, type CommandBody, instantMillis, instantText } from '@keepsite/edge-contract';
import type { Clock } from '../ports.ts';

type Words = Omit<CommandBody, 'responder'>;

/**
 * The order that a body means. What the sender had to keep for want of a line was said so long before:
 * that is noted, and counts for no clock.
 */
export function commandOf(
  words: Words,
  order: Pick<Command, 'responder' | 'incident' | 'verb' | 'receivedAt' | 'via'>,
  clock: Pick<Clock, 'scale'>,
): Command {
  const { heldMs, ...given } = words;
  const saidAt = heldMs ? { saidAt: instantText(instantMillis(order.receivedAt) - heldMs * clock.scale) } : {};
  return Command.parse({ ...present(given), ...order, ...saidAt });
}

/** Fields that were left out get the contract's defaults. */
function present(words: object): object {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined && value !== null));
}

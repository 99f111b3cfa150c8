import { CommandItem, CommandList } from '@keepsite/cloud-contract';
import { z } from 'zod';
import type { UnreadableOrder } from '../ports.ts';

/** A poll's answer whose orders nobody has read yet. */
export const Polled = CommandList.extend({ items: z.array(z.unknown()) });

const Id = z.object({ commandId: z.string() });
/** Where the kinds of orders have their id. */
const Named = z.union([
  Id,
  ...(['command', 'order', 'report'] as const).map((place) => z.object({ [place]: Id }).transform((it) => it[place])),
]);
const Kind = z.object({ kind: z.string() });

/** Reads one order alone: a cloud is often newer than its edges, and knows orders that they do not. */
export function readOrder(item: unknown): CommandItem | UnreadableOrder {
  const read = CommandItem.safeParse(item);
  if (read.success) return read.data;
  const kind = Kind.safeParse(item).data?.kind;
  const isKnown = CommandItem.options.some(({ shape }) => shape.kind.value === kind);
  const reason = isKnown
    ? `the order cannot be read: ${z.prettifyError(read.error)}`
    : `this gateway does not know orders of the kind ${JSON.stringify(kind)}: it is older than the cloud`;
  return { kind: 'unreadable', commandId: Named.safeParse(item).data?.commandId ?? null, reason };
}

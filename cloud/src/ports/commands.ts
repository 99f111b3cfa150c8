import type { CommandAnswer, CommandItem } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';

/** An order before it has its place in an edge's queue. */
export type NewCommand = CommandItem extends infer Item
  ? Item extends CommandItem
    ? Omit<Item, 'seq'>
    : never
  : never;

/** An order in an edge's queue, and what became of it. */
export interface StoredCommand extends CommandAnswer {
  readonly edge: string;
  /** Which one it is about; null: none that is known. */
  readonly incident: string | null;
  readonly item: CommandItem;
  readonly receivedAt: Millis;
  /** Null: the edge has not decided. */
  readonly decidedAt: Millis | null;
}

/** What edges are ordered to do: one queue each. */
export interface CommandStore {
  /** Stores it once: the same commandId again answers what became of the first. */
  place(
    edge: string,
    commandId: string,
    incident: string | null,
    item: NewCommand,
    receivedAt: Millis,
  ): Promise<StoredCommand>;
  /** Undecided orders of an edge after a seq, oldest first; marks them delivered. */
  take(edge: string, after: number, limit: number, now: Millis): Promise<CommandItem[]>;
  /** Records what the edge decided; answers those that this changed. */
  decide(edge: string, answers: readonly CommandAnswer[], now: Millis): Promise<StoredCommand[]>;
  ofIncident(incident: string): Promise<StoredCommand[]>;
  find(commandId: string): Promise<StoredCommand | null>;
}

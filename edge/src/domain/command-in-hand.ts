import type { Actor, Command, Millis } from '@keepsite/edge-contract';
import type { Draft } from './draft.ts';

/** A person's command while it is carried out. */
export interface CommandInHand {
  readonly draft: Draft;
  readonly command: Command;
  /** When it counts from. */
  readonly at: Millis;
  readonly now: Millis;
  readonly by: Actor;
}

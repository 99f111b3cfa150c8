import type { Command } from '@keepsite/edge-contract';
import type { Why } from '../domain/storm/hold.ts';
import type { Holding } from '../domain/storm/scene.ts';
import type { Cells } from './journal.ts';

/** What is done to each of many incidents, because of one answer or of one that is over. */
export type Task =
  /** Somebody has answered `head`, which leads them. */
  | {
      readonly kind: 'answer';
      readonly head: string;
      readonly asset: string;
      readonly command: Command;
      readonly why: Why;
    }
  /** The ladder has taken the claim on `head` back. */
  | { readonly kind: 'release'; readonly head: string }
  /** From now on `head` leads them. */
  | { readonly kind: 'follow'; readonly head: string; readonly holding: Holding; readonly why: Why }
  /** The maintenance window `head` has ended, or was moved. */
  | { readonly kind: 'window'; readonly head: string }
  /** The cause `head` is over. */
  | {
      readonly kind: 'cause';
      readonly head: string;
      readonly responder: string | null;
      readonly mayEnd: boolean;
      readonly why: Why;
    };

/** One task that is still to be done, incident by incident. */
export interface Sweep {
  readonly task: Task;
  /** Incidents in the order of their turns. */
  readonly ids: readonly string[];
  /** How many of them have had their turn. */
  readonly done: number;
  /** Number of the last event before it began: who is held by something newer is not left behind by it. */
  readonly from: number;
}

/**
 * Turns that one transaction takes at most, whoever began them. Ten thousand incidents that one answer
 * takes are thus taken in many transactions, and who comes in between waits for one of them.
 */
export const MAX_TURNS = 32;

/** The sweeps that are not finished, the oldest first, and in whose hands an incident is. */
export class SweepBook implements Cells<Sweep> {
  readonly #sweeps = new Map<string, Sweep>();
  /** Incident → the sweeps that it is part of, those whose turn is over and those that lead included. */
  readonly #of = new Map<string, Set<string>>();

  constructor(sweeps: Iterable<readonly [string, Sweep]> = []) {
    for (const [key, sweep] of sweeps) this.set(key, sweep);
  }

  /** Turns that are still to come, the end of each sweep among them. */
  get left(): number {
    return [...this.#sweeps.values()].reduce((sum, { ids, done }) => sum + Math.max(1, ids.length - done), 0);
  }

  get(key: string): Sweep | undefined {
    return this.#sweeps.get(key);
  }

  set(key: string, sweep: Sweep): void {
    const before = this.#sweeps.get(key);
    this.#sweeps.set(key, sweep);
    // Turns change places among themselves, or more of them come: another order is no other company.
    if (before?.ids.length === sweep.ids.length) return;
    if (before) this.#leave(key, before);
    for (const id of partsOf(sweep)) this.#of.set(id, (this.#of.get(id) ?? new Set()).add(key));
  }

  delete(key: string): void {
    const gone = this.#sweeps.get(key);
    this.#sweeps.delete(key);
    if (gone) this.#leave(key, gone);
  }

  /** In the order in which they began. */
  keys(): string[] {
    return [...this.#sweeps.keys()].toSorted((a, b) => Number(a) - Number(b));
  }

  /** Whether a sweep leads or takes in this incident and is not finished. */
  has(id: string): boolean {
    return this.#of.has(id);
  }

  /** Keys of those sweeps, in the order in which they began. */
  of(id: string): string[] {
    return [...(this.#of.get(id) ?? [])].toSorted((a, b) => Number(a) - Number(b));
  }

  #leave(key: string, sweep: Sweep): void {
    for (const id of partsOf(sweep)) {
      const keys = this.#of.get(id);
      if (keys?.delete(key) && keys.size === 0) this.#of.delete(id);
    }
  }
}

function partsOf({ task, ids }: Sweep): string[] {
  return [task.head, ...ids];
}

/** Where the store keeps what is not finished. */
const SWEEPS_KEY = 'sweeps';
const DONE_KEY = 'sweeps.done';

type Entries = readonly (readonly [string, Sweep])[];

/**
 * What must be written with a transaction so that a restart goes on with them. `whole`: who takes part has
 * changed; else it is written how far they are, because who takes part is as long as the group is large.
 */
export function sweepCursors(book: Cells<Sweep>, whole: boolean): { key: string; value: string }[] {
  const entries: Entries = [...book.keys()].flatMap((key) => {
    const sweep = book.get(key);
    return sweep ? [[key, sweep] as const] : [];
  });
  const done = Object.fromEntries(entries.map(([key, sweep]) => [key, sweep.done]));
  return [
    ...(whole ? [{ key: SWEEPS_KEY, value: JSON.stringify(entries) }] : []),
    { key: DONE_KEY, value: JSON.stringify(done) },
  ];
}

type Kept = { cursor(key: string): string | undefined };

/** Whether what a store knows of is done with; quickly said, however many take part. */
export function isAllDone(store: Kept): boolean {
  return (store.cursor(DONE_KEY) ?? '{}') === '{}';
}

/** What a store knows of them. */
export function rememberedSweeps(store: Kept): [string, Sweep][] {
  const entries = JSON.parse(store.cursor(SWEEPS_KEY) ?? '[]') as Entries;
  const done = JSON.parse(store.cursor(DONE_KEY) ?? '{}') as Record<string, number>;
  return entries.map(([key, sweep]) => [key, { ...sweep, done: done[key] ?? sweep.done }]);
}

/** Of a new sweep: it comes after all that are there. */
export function nextKey(book: Cells<Sweep>): string {
  return String(1 + Math.max(0, ...[...book.keys()].map(Number)));
}

/** The same with this one's turn next. */
export function drawnForward(sweep: Sweep, index: number): readonly string[] {
  const { ids, done } = sweep;
  const [id] = ids.slice(index, index + 1);
  return id === undefined ? ids : [...ids.slice(0, done), id, ...ids.slice(done, index), ...ids.slice(index + 1)];
}

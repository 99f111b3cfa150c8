import type { IncidentEvent, ReadingBlock } from '@keepsite/edge-contract';
import type { Store } from '../ports.ts';
import type { SeqLedger } from './seq-ledger.ts';

/** How much one batch may carry. */
export interface LoadLimits {
  readonly events: number;
  readonly blocks: number;
  /** Events and blocks together. */
  readonly records: number;
  readonly bytes: number;
  /** What of it may be backlog: an incident never waits for a whole megabyte of history on a thin line. */
  readonly backlogBytes: number;
}

export const LOAD_LIMITS: LoadLimits = {
  events: 500,
  blocks: 200,
  records: 700,
  bytes: 1_000_000,
  backlogBytes: 250_000,
};

export interface Load {
  readonly events: readonly IncidentEvent[];
  readonly blocks: readonly ReadingBlock[];
}

/** What waits, and the disk that it waits on. */
export interface Waiting {
  readonly store: Pick<Store, 'events' | 'blocks'>;
  readonly events: SeqLedger;
  readonly blocks: SeqLedger;
  /** Told of numbers that the disk no longer has. */
  readonly onGone: (kind: 'event' | 'block', from: number, to: number) => void;
}

const BLOCKS_A_READ = 25;

/**
 * The next load: events before blocks, live blocks before backlog, each from the oldest. While
 * events remain that did not fit, no block travels. At least one record is taken, however large.
 */
export function nextLoad(waiting: Waiting, limits: LoadLimits = LOAD_LIMITS): Load {
  const events = takeEvents(waiting, limits);
  const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
  const room = Math.min(limits.blocks, limits.records - events.length);
  if (events.length < waiting.events.count || room <= 0) return { events, blocks: [] };
  return { events, blocks: takeBlocks(waiting, { ...limits, blocks: room }, bytes) };
}

function takeEvents({ store, events, onGone }: Waiting, limits: LoadLimits): IncidentEvent[] {
  const taken: IncidentEvent[] = [];
  let bytes = 0;
  for (const [from, to] of events.inOrder().toSorted(([a], [b]) => a - b)) {
    const room = Math.min(limits.events, limits.records) - taken.length;
    if (room <= 0) break;
    const limit = Math.min(room, to - from + 1);
    const found = store.events({ after: from - 1, limit }).filter(({ seq }) => seq <= to);
    reportGone(found, [from, to], limit, (a, b) => {
      events.gone(a, b);
      onGone('event', a, b);
    });
    for (const event of found) {
      bytes += JSON.stringify(event).length;
      if (bytes > limits.bytes && taken.length > 0) return taken;
      taken.push(event);
    }
  }
  return taken;
}

/** The first backlog block is always taken, or live traffic could keep a large one waiting for ever. */
function takeBlocks(waiting: Waiting, limits: LoadLimits, used: number): ReadingBlock[] {
  const taken: ReadingBlock[] = [];
  let bytes = used;
  let backlogBytes = 0;
  for (const block of blocksInOrder(waiting)) {
    const size = sizeOf(block);
    const live = waiting.blocks.isLive(block.seq);
    const must = live ? bytes === 0 : backlogBytes === 0;
    bytes += size;
    backlogBytes += live ? 0 : size;
    if (!must && (bytes > limits.bytes || backlogBytes > limits.backlogBytes)) break;
    taken.push(block);
    if (taken.length >= limits.blocks) break;
  }
  return taken;
}

/** Reads blocks as they are wanted, a few at a time. */
function* blocksInOrder({ store, blocks, onGone }: Waiting): Generator<ReadingBlock> {
  for (const [from, to] of blocks.inOrder()) {
    for (let next = from; next <= to;) {
      const limit = Math.min(BLOCKS_A_READ, to - next + 1);
      const found = store.blocks({ after: next - 1, to, limit });
      reportGone(found, [next, to], limit, (a, b) => {
        blocks.gone(a, b);
        onGone('block', a, b);
      });
      yield* found;
      if (found.length < limit) break;
      next = (found.at(-1)?.seq ?? to) + 1;
    }
  }
}

/** Numbers that should be there and are not: the store's bound has dropped them. */
function reportGone(
  found: readonly { readonly seq: number }[],
  [from, to]: readonly [number, number],
  limit: number,
  report: (from: number, to: number) => void,
): void {
  let next = from;
  for (const { seq } of found) {
    if (seq > next) report(next, seq - 1);
    next = seq + 1;
  }
  if (found.length < limit && next <= to) report(next, to);
}

/** About what the block takes as JSON; cheaper than spelling it out twice. */
function sizeOf(block: ReadingBlock): number {
  const series = block.series.reduce(
    (sum, [device, metric, part]) => sum + device.length + metric.length + (part?.length ?? 4) + 10,
    0,
  );
  const rows = block.rows.reduce((sum, row) => sum + (typeof row[3] === 'string' ? row[3].length + 2 : 8) + 38, 0);
  return 40 + series + rows;
}

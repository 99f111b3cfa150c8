import type { Batch, BatchResult, DeviceStatus, Heartbeat, Registry } from '@keepsite/edge-contract';
import { instantText } from '@keepsite/edge-contract';
import { isEdgeError, sentenceOf } from '../errors.ts';
import type { EdgeEvents } from '../events.ts';
import type { Clock, Store, Uplink } from '../ports.ts';
import { createExtras, type Extras } from './extras.ts';
import { LOAD_LIMITS, nextLoad, type Load, type LoadLimits } from './load.ts';
import { createPause } from './pause.ts';
import { openRefused, type RefusedList } from './refused.ts';
import { retryDelayMs } from './retry-schedule.ts';
import { openSeqLedger, type SeqLedger } from './seq-ledger.ts';

const HEARTBEAT_EVERY_MS = 10_000;
/** Live blocks are gathered this long, so that a busy edge does not send a request per commit. */
const GATHER_MS = 250;

export interface RelayParts {
  readonly edge: string;
  /** Of the store's numbers; default '': the store has none. */
  readonly epoch?: string;
  /** As it is now; the same object for as long as nothing has changed. */
  readonly registry: () => Registry;
  readonly store: Pick<
    Store,
    'bearings' | 'events' | 'blocks' | 'daily' | 'cursor' | 'saveCursor' | 'noteCursor' | 'cursorKeys' | 'forgetCursor'
  >;
  readonly uplink: Pick<Uplink, 'send'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly heartbeat: (backlog: Heartbeat['backlog']) => Heartbeat;
  readonly devices: () => readonly DeviceStatus[];
  readonly events: Pick<
    EdgeEvents,
    'batchSent' | 'uplinkLost' | 'uplinkBack' | 'recordRefused' | 'recordsGone' | 'workFailed'
  >;
  readonly limits?: LoadLimits;
  /** How long live blocks are gathered, real ms. Default 250. */
  readonly gatherMs?: number;
  readonly random?: () => number;
  /** The cloud has newer numbers of this epoch than the store: what it had told was lost here, and they must not be given again. */
  readonly onBehind?: (known: NonNullable<BatchResult['known']>) => void;
  /** Real time that only runs forward, ms: heartbeats keep the machine's pace, not the demo's. */
  readonly ticks?: () => number;
}

/** What `/api/outbox` shows of the relay. */
export interface RelayStatus {
  readonly connected: boolean;
  readonly lastAcceptedAt: string | null;
  readonly lastError: string | null;
  readonly failures: number;
  readonly waiting: { readonly events: number; readonly blocks: number };
  readonly ranges: { readonly events: SeqLedger['ranges']; readonly blocks: SeqLedger['ranges'] };
  readonly refused: RefusedList;
}

/** `idle`: there was nothing to send. `searching`: a batch was refused as a whole, the bad record is looked for. */
export type StepOutcome = 'sent' | 'idle' | 'failed' | 'searching';

export interface Relay {
  /** Tells of what a commit has made: newest event and newest block, null when there was none. */
  committed(newest: { readonly event: number | null; readonly block: number | null }): void;
  /** There is another registry: the cloud should have it soon. */
  registryChanged(): void;
  /** The rows of these days are new or changed. */
  dailyChanged(days: readonly string[]): void;
  /** One attempt; see {@link StepOutcome}. */
  step(): Promise<StepOutcome>;
  start(): void;
  stop(): Promise<void>;
  status(): RelayStatus;
}

/**
 * Carries everything up, in the order that matters: incidents' events before readings, live before
 * backlog. What the cloud has not accepted stays noted on disk; a cloud that is away costs time only.
 */
export function createRelay(parts: RelayParts): Relay {
  const { store, events: told, clock } = parts;
  const random = parts.random ?? Math.random;
  const ticks = parts.ticks ?? (() => performance.now());
  const normal = parts.limits ?? LOAD_LIMITS;
  const gatherMs = parts.gatherMs ?? GATHER_MS;
  const remembered = store.bearings();
  const events = openSeqLedger(store, 'uplink.events', remembered.lastEvent?.seq ?? 0);
  const blocks = openSeqLedger(store, 'uplink.blocks', remembered.lastBlock);
  const refused = openRefused(store);
  const extras = createExtras(parts);
  const pause = createPause();
  const aborter = new AbortController();
  let heartbeatAt = -Infinity;
  /** After a batch was refused as a whole: how many records the next one may carry. */
  let narrow: number | null = null;
  /** The last load could not carry everything that waited. */
  let leftSome = false;
  let failures = 0;
  let lastAcceptedAt: string | null = null;
  let lastError: string | null = null;
  let running: Promise<void> | null = null;

  async function step(): Promise<StepOutcome> {
    if (failures > 0) blocks.startLive();
    try {
      const load = nextLoad({ store, events, blocks, onGone }, narrowed());
      leftSome = load.blocks.length < blocks.count;
      const carried = extrasDue();
      if (!isDue(load, carried)) return 'idle';
      return await deliver(load, carried);
    } catch (error) {
      return failed(error);
    }
  }

  async function deliver(load: Load, carried: Extras): Promise<StepOutcome> {
    const startedAt = ticks();
    const batch = {
      ...envelope(),
      ...carried,
      events: [...load.events],
      blocks: [...load.blocks],
      daily: carried.daily ?? [],
    };
    try {
      const { results, known } = await parts.uplink.send(batch, aborter.signal);
      refuseToRepeat(known);
      told.batchSent({
        events: load.events.length,
        blocks: load.blocks.length,
        verdicts: results,
        ms: ticks() - startedAt,
      });
      reached(carried, startedAt);
      const settled = settle(load, carried, results);
      const records = load.events.length + load.blocks.length;
      // A cloud that takes nothing of what it gets must not be asked again at once.
      if (records > 0 && settled === 0) throw new Error('the cloud asked to send everything again');
      return 'sent';
    } catch (error) {
      if (!isEdgeError(error, 'UPLINK_BATCH_REFUSED') || !split(load, carried, sentenceOf(error))) throw error;
      lastError = sentenceOf(error);
      return 'searching';
    }
  }

  /** Throws before a verdict counts: what the cloud takes for a repetition is news under a number that was given before. */
  function refuseToRepeat(known: BatchResult['known']): void {
    if (!known || (known.event <= events.newest && known.block <= blocks.newest)) return;
    parts.onBehind?.(known);
    throw new Error('the cloud knows more of this store than the store itself');
  }

  function envelope(): Pick<Batch, 'edge' | 'epoch' | 'sentAt' | 'heartbeat'> {
    const backlog = { events: events.count, blocks: blocks.count };
    const { edge, epoch = '' } = parts;
    return {
      edge,
      ...(epoch === '' ? {} : { epoch }),
      sentAt: instantText(clock.now()),
      heartbeat: parts.heartbeat(backlog),
    };
  }

  /** While one bad record is looked for, nothing else travels that could be the bad one. */
  function extrasDue(): Extras {
    return narrow !== null && events.count + blocks.count > 0 ? {} : extras.due(ticks());
  }

  function isDue(load: Load, carried: Extras): boolean {
    if (load.events.length + load.blocks.length > 0 || Object.keys(carried).length > 0) return true;
    return ticks() - heartbeatAt >= HEARTBEAT_EVERY_MS;
  }

  function reached(carried: Extras, at: number): void {
    if (failures > 0) told.uplinkBack(failures);
    failures = 0;
    lastError = null;
    lastAcceptedAt = instantText(clock.now());
    heartbeatAt = at;
    extras.reached(carried, at);
    if (narrow !== null) narrow = narrow * 2 < normal.records ? narrow * 2 : null;
  }

  /** Notes every verdict; answers how many records need not be sent again. */
  function settle(load: Load, carried: Extras, results: BatchResult['results']): number {
    const verdicts = new Map(results.map((result) => [`${result.kind}:${result.seq}`, result]));
    const done = { event: [] as number[], block: [] as number[] };
    const sent = [
      ...load.events.map(({ seq }) => ['event', seq] as const),
      ...load.blocks.map(({ seq }) => ['block', seq] as const),
    ];
    for (const [kind, seq] of sent) {
      // No verdict is no acceptance.
      const { verdict, reason } = verdicts.get(`${kind}:${seq}`) ?? { verdict: 'retry', reason: null };
      if (verdict === 'rejected') refuse({ kind, seq, reason: reason ?? 'no reason given' });
      if (verdict !== 'retry') done[kind].push(seq);
    }
    events.done(done.event);
    blocks.done(done.block);
    for (const record of extras.settle(carried, results)) refuse(record);
    save();
    return done.event.length + done.block.length;
  }

  /**
   * A batch that was refused as a whole holds a record that the cloud cannot read: find it by
   * halving. False when the batch was a heartbeat alone: then it is the cloud that is not well.
   */
  function split(load: Load, carried: Extras, reason: string): boolean {
    const records = load.events.length + load.blocks.length;
    const [event] = load.events;
    const [block] = load.blocks;
    const alone = Object.keys(carried).length === 0;
    if (records > 1 || (records === 1 && !alone)) narrow = Math.max(1, Math.floor(records / 2));
    else if (event || block) {
      refuse({ kind: event ? 'event' : 'block', seq: (event ?? block)?.seq ?? null, reason });
      events.done(event ? [event.seq] : []);
      blocks.done(block ? [block.seq] : []);
      save();
    } else for (const kind of extras.give(carried, ticks())) refuse({ kind, seq: null, reason });
    return records > 0 || !alone;
  }

  function refuse(record: { kind: string; seq: number | null; reason: string }): void {
    refused.add({ ...record, at: instantText(clock.now()) });
    told.recordRefused(record);
  }

  function onGone(kind: 'event' | 'block', from: number, to: number): void {
    told.recordsGone(kind, from, to);
    refused.addGone(to - from + 1);
  }

  /** The ledgers first: a mark that lags behind only keeps blocks on the disk for longer. */
  function save(): void {
    events.save();
    blocks.save();
    const low = String(blocks.ranges[0]?.[0] ?? blocks.newest + 1);
    if (store.cursor('uplink.blocks.low') !== low) store.noteCursor('uplink.blocks.low', low);
  }

  function failed(error: unknown): 'failed' {
    if (aborter.signal.aborted) return 'failed';
    failures += 1;
    lastError = sentenceOf(error);
    if (failures === 1) told.uplinkLost(error);
    return 'failed';
  }

  function narrowed(): LoadLimits {
    return narrow === null ? normal : { ...normal, records: narrow };
  }

  async function run(): Promise<void> {
    while (!pause.ended) {
      const outcome = await step();
      if (outcome === 'failed') await pause.rest(retryDelayMs(Math.max(1, failures), random()));
      else if (outcome === 'searching') await pause.rest(gatherMs);
      else if (outcome === 'idle' || !hasMore()) {
        const isUrgent = await pause.wait(gatherMs, 'urgent');
        if (!isUrgent) await pause.wait(Math.max(0, heartbeatAt + HEARTBEAT_EVERY_MS - ticks()));
      }
    }
  }

  /** Events, backlog and what did not fit go on at once; new live blocks are gathered. */
  function hasMore(): boolean {
    return leftSome || events.count > 0 || blocks.inOrder().some(([from]) => !blocks.isLive(from));
  }

  return {
    committed({ event, block }) {
      if (event !== null) events.extendTo(event);
      if (block !== null) blocks.extendTo(block);
      if (event !== null || block !== null) pause.nudge(event === null ? 'any' : 'urgent');
    },
    registryChanged() {
      pause.nudge();
    },
    dailyChanged(days) {
      extras.dailyChanged(days);
      pause.nudge();
    },
    step,
    start() {
      running ??= run();
    },
    async stop() {
      pause.end();
      aborter.abort();
      await running;
    },
    status: () => ({
      connected: failures === 0 && lastAcceptedAt !== null,
      lastAcceptedAt,
      lastError,
      failures,
      waiting: { events: events.count, blocks: blocks.count },
      ranges: { events: events.ranges, blocks: blocks.ranges },
      refused: refused.list(),
    }),
  };
}

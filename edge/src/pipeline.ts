import {
  type Command,
  type DeviceStatus,
  type Incident,
  type IncidentEvent,
  type MaintenanceWindow,
  type Millis,
  type ReportBody,
  type Retried,
} from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { Breach } from './domain/breach.ts';
import type { Doubt } from './domain/clock-start.ts';
import type { Publication } from './domain/decoded.ts';
import { isOver, isOwed } from './domain/incident-state.ts';
import type { SeriesRows } from './domain/series-rows.ts';
import type { DrillOrder } from './domain/storm/drill.ts';
import { breach, type Desk, doubt, order, pageMoved, report, tick } from './pipeline/desk.ts';
import { Checkpoints, type Moment } from './pipeline/checkpoints.ts';
import { deviceStatus } from './pipeline/device-status.ts';
import { keptAside, type Listener, MessageJob } from './pipeline/message-job.ts';
import { startDrill } from './pipeline/drill.ts';
import { type Ears, hear } from './pipeline/hear.ts';
import { recall } from './pipeline/recall.ts';
import { retry, type RetryTable, revisit, toRevisit } from './pipeline/retry.ts';
import { windowsChanged } from './pipeline/storm.ts';
import { MAX_TURNS } from './pipeline/sweep.ts';
import { goOnSweeping, skipTurn } from './pipeline/sweeps.ts';
import { type Cellar, Transaction } from './pipeline/transaction.ts';
import { nobodyWaits, type Work, WorkQueue } from './pipeline/work-queue.ts';
import type {
  Clock,
  Delivery,
  Feed,
  InboxMessage,
  KeptOf,
  Knowledge,
  OwedPage,
  Pipeline,
  PipelineStatus,
  Revisited,
  Store,
  Stranger,
} from './ports.ts';

/** What the pipeline is made of. */
export interface PipelineParts extends Knowledge {
  readonly edge: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: Feed;
  readonly log: { warn(fields: object, message: string): void };
  /** Pages stand in the store: somebody should send them. */
  readonly onPagesOwed: () => void;
  /** What a transaction has just made true, in order; for those who announce it. */
  readonly onCommitted: (made: {
    readonly events: readonly IncidentEvent[];
    readonly incidents: readonly Incident[];
  }) => void;
  /** What devices are to be asked, now that what they said is on disk; for those who publish it. */
  readonly onAsked: (asks: readonly Publication[]) => void;
  /** What the ids of new incidents begin with; default: the edge. */
  readonly incidentPrefix?: string;
  /** How much time has passed since the last transaction is in doubt; absent or null: it is not. */
  readonly doubt?: Doubt | null;
  /** Announced work, as it stands now; absent: there is none. */
  readonly windows?: () => readonly MaintenanceWindow[];
  /** What others keep of every series stands in the same rows; absent: the pipeline's own. */
  readonly series?: SeriesRows;
}

/** Incidents that one transaction ticks at most; those that are left are due at once again. */
const MAX_DUE = 32;
/** An incident whose tick threw is ticked again after this. */
const POSTPONED_MS = 10_000;
const CHECKPOINT_EVERY_MS = 60_000;
/** Births come in crowds: what they taught is saved once for all that came within this time. */
const INTRODUCED_MS = 2_000;

/**
 * The edge's only writer. Takes messages, orders, page outcomes and the passing of time; `work-queue.ts`
 * makes transactions of them. Only after the commit it acknowledges, answers and announces.
 */
export function createPipeline(parts: PipelineParts): Pipeline {
  return new EdgePipeline(parts);
}

class EdgePipeline implements Pipeline {
  readonly #parts: PipelineParts;
  #ears: Ears;
  /** What takes the place of `#ears`' knowledge before the next transaction. */
  #news: Knowledge | null = null;
  readonly #cellar: Cellar;
  readonly #table: RetryTable;
  readonly #listener: Listener;
  readonly #queue: WorkQueue;
  #stopped = false;
  #sweeping = false;
  #cancelWake: () => void = () => {};
  #wakeAt: Millis = Infinity;
  #checkpointAt: Millis;
  readonly #checkpoints: Checkpoints;
  readonly #counts = { messages: 0, readings: 0, rejected: 0 };

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    const { directory, decoder, ruleBook, store } = parts;
    this.#ears = {
      directory,
      decoder,
      ruleBook,
      heardBefore: (id) => this.#queue.holds(id) || store.hasSourceId(id),
    };
    const remembered = store.remember();
    this.#cellar = recall(parts, store, remembered);
    this.#queue = new WorkQueue({
      store,
      now: () => parts.clock.now(),
      begin: (head) => new Transaction(parts.edge, this.#cellar, head, parts.incidentPrefix),
      beforeWork: () => this.#takeNews(),
      onCommitted: (tx) => this.#announce(tx),
      afterWork: () => {
        this.#sleep();
        this.#sweep();
      },
      onRefused: (error) => this.#grumble(error),
      head: remembered.lastEvent,
      block: remembered.lastBlock,
    });
    this.#listener = {
      hear: (message, tx) => hear(message, this.#ears, tx),
      failed: (message, error) => {
        this.#grumble(error);
        this.#queue.take(keptAside(message));
      },
    };
    const ears = () => this.#ears;
    this.#table = {
      store,
      ears,
      clock: parts.clock,
      memory: this.#cellar.decode,
      inTransaction: (work) => this.#do(work),
    };
    this.#checkpoints = new Checkpoints(store, (error) => this.#grumble(error));
    this.#checkpointAt = parts.clock.now() + CHECKPOINT_EVERY_MS;
    this.#queue.take({
      work: (tx, now) => {
        if (parts.doubt) doubt(parts.doubt, this.#incidents(), this.#desk(tx, now));
        this.#timePassed(tx, now);
      },
      done: nobodyWaits,
      failed: (error) => this.#grumble(error),
    });
  }

  receive(message: InboxMessage): void {
    this.#counts.messages += 1;
    if (message.qos === 0 && this.#queue.isFull) {
      this.#counts.rejected += 1;
      // Whoever reads from its connection waits to hear that it is done with.
      message.acknowledge();
      return;
    }
    this.#queue.take(new MessageJob(message, this.#listener));
  }

  order(command: Command): Promise<CommandAnswer> {
    return this.#once(command.commandId, (tx, now) => {
      const incident = this.#incident(command.incident, tx);
      const refused = incident
        ? order(command, incident, this.#desk(tx, now))
        : `no incident ${command.incident} is known here`;
      return { commandId: command.commandId, state: refused ? 'refused' : 'done', modified: !refused, reason: refused };
    });
  }

  report(body: ReportBody, receivedAt: Millis, via: Command['via']): ReturnType<Pipeline['report']> {
    return this.#once(body.commandId, (tx, now) => {
      const at = Math.min(receivedAt, now);
      const { incident, refused } = report(body, via, this.#desk(tx, at));
      const state = refused ? ('refused' as const) : ('done' as const);
      return { commandId: body.commandId, state, modified: !refused, reason: refused, incident: incident?.id ?? null };
    });
  }

  drill(order: DrillOrder, receivedAt: Millis, via: Command['via']): ReturnType<Pipeline['drill']> {
    return this.#once(order.commandId, (tx, now) => {
      const { incident, refused } = startDrill(order, via, this.#desk(tx, Math.min(receivedAt, now)));
      const state = refused ? ('refused' as const) : ('done' as const);
      return { commandId: order.commandId, state, modified: !refused, reason: refused, incident: incident?.id ?? null };
    });
  }

  windowsChanged(): Promise<void> {
    return this.#do((tx, now) => windowsChanged(this.#desk(tx, now)));
  }

  settle(
    outcomes: readonly { readonly owed: OwedPage; readonly delivery: Delivery; readonly at: Millis }[],
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const work: Work = (tx, now) => {
        for (const { owed, delivery } of outcomes) this.#settled(owed, delivery, tx, now);
      };
      this.#queue.take({ work, done: resolve, failed: reject });
    });
  }

  raise(found: Breach): Promise<void> {
    return this.#do((tx, now) => breach(found, this.#desk(tx, now)));
  }

  flush(): Promise<void> {
    return new Promise((resolve, reject) => this.#queue.take({ work: () => {}, done: resolve, failed: reject }));
  }

  status(): PipelineStatus {
    const { commits, duplicates, dropped } = this.#queue.counts;
    return {
      ...this.#counts,
      rejected: this.#counts.rejected + dropped,
      commits,
      duplicates,
      waiting: this.#queue.waiting,
      withheld: this.#queue.withheld,
      openIncidents: this.#cellar.live.open,
      turnsToCome: this.#cellar.inHand.left,
      strangers: [...this.#cellar.strangers.keys()].length,
    };
  }

  devices(): DeviceStatus[] {
    return deviceStatus(this.#ears.directory, this.#cellar, this.#parts.clock.now());
  }

  silent(): string[] {
    return this.#cellar.heard.silent();
  }

  strangers(): Stranger[] {
    const { strangers } = this.#cellar;
    return [...strangers.keys()].flatMap((id) => strangers.get(id) ?? []);
  }

  reconfigure(knowledge: Knowledge): Promise<void> {
    this.#news = knowledge;
    return this.flush();
  }

  retry(of: KeptOf): Promise<Retried> {
    return retry(of, this.#table);
  }

  revisit(whom?: Revisited): Promise<Retried> {
    return revisit(toRevisit(this.strangers(), whom, this.#table), this.#table);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    if (this.#queue.withheld === null) await this.flush();
    this.#stopped = true;
    this.#queue.stop();
    this.#cancelWake();
    this.#checkpoints.end(this.#moment());
  }

  // ---------------------------------------------------------------------------- the story

  #takeNews(): void {
    if (this.#news) this.#ears = { ...this.#ears, ...this.#news };
    this.#news = null;
  }

  #announce(tx: Transaction): void {
    const { readings, quarantined, pages, events } = tx.written;
    if (tx.introduced) this.#checkpointAt = Math.min(this.#checkpointAt, this.#parts.clock.now() + INTRODUCED_MS);
    const incidents = tx.changed;
    this.#counts.readings += readings.length;
    const rejected = quarantined.filter(({ reason }) => reason !== null).length;
    this.#counts.rejected += rejected;
    for (const incident of incidents) if (isOver(incident)) this.#cellar.incidents.delete(incident.id);
    if (pages.length > 0) this.#parts.onPagesOwed();
    if (tx.asks.length > 0) this.#parts.onAsked(tx.asks);
    if (events.length > 0) this.#parts.onCommitted({ events, incidents });
    for (const incident of incidents) this.#parts.feed.incident(incident);
    if (readings.length > 0) this.#parts.feed.readings(readings);
    if (rejected > 0) this.#parts.feed.quarantine(this.#counts.rejected);
  }

  /** What is done to many goes on between other work. Where it fails each turn is tried alone, and that one skipped. */
  #sweep(limit = MAX_TURNS): void {
    if (this.#sweeping || this.#stopped || this.#cellar.inHand.left === 0) return;
    this.#sweeping = true;
    this.#queue.take({
      work: (tx, now) => (limit > 0 ? goOnSweeping(limit, this.#desk(tx, now)) : skipTurn(this.#desk(tx, now))),
      done: () => (this.#sweeping = false),
      failed: (error) => {
        this.#grumble(error);
        this.#sweeping = false;
        this.#sweep(limit > 1 ? 1 : 0);
      },
    });
  }

  // ---------------------------------------------------------------------------- time

  /** Deadlines come from the state alone, so a restart finds them all again. */
  #sleep(): void {
    if (this.#stopped) return;
    const rules = this.#ears.ruleBook.nextDue(this.#cellar.rules) ?? Infinity;
    const at = Math.min(rules, this.#checkpointAt, this.#cellar.live.nextDue());
    if (at === this.#wakeAt) return;
    this.#cancelWake();
    this.#wakeAt = at;
    this.#cancelWake = this.#parts.clock.wake(at, () => {
      this.#wakeAt = Infinity;
      this.#queue.take({
        work: (tx, now) => this.#timePassed(tx, now),
        done: nobodyWaits,
        failed: (error) => this.#tickApart(error),
      });
    });
  }

  #timePassed(tx: Transaction, now: Millis): void {
    const desk = this.#desk(tx, now);
    for (const found of this.#ears.ruleBook.onTick(now, tx.cells.rules)) breach(found, desk);
    for (const id of this.#cellar.live.due(now, MAX_DUE)) this.#tick(id, desk);
    if (now >= this.#checkpointAt) this.#checkpoint();
  }

  #tick(id: string, desk: Desk): void {
    const incident = this.#cellar.incidents.get(id);
    if (incident) tick(incident, desk);
  }

  /** One incident that throws never stops the clocks of the others: each alone, and that one later again. */
  #tickApart(error: unknown): void {
    this.#grumble(error);
    const until = this.#parts.clock.now() + POSTPONED_MS;
    for (const id of this.#cellar.live.due(this.#parts.clock.now(), MAX_DUE)) {
      this.#queue.take({
        work: (tx, now) => this.#tick(id, this.#desk(tx, now)),
        done: nobodyWaits,
        failed: () => this.#cellar.live.postpone(id, until),
      });
    }
  }

  /** What comes after it is evaluated again at the next start. */
  #checkpoint(): void {
    const { isSaving } = this.#checkpoints;
    this.#checkpointAt = this.#parts.clock.now() + (isSaving ? INTRODUCED_MS : CHECKPOINT_EVERY_MS);
    if (!isSaving) this.#checkpoints.begin(() => this.#moment());
  }

  /** Null on a full disk: the rules know of what is on no disk, and the checkpoint before counts. */
  #moment(): Moment | null {
    return this.#queue.withheld === null ? { state: this.#cellar, block: this.#queue.block } : null;
  }

  // ---------------------------------------------------------------------------- little helpers

  #desk(tx: Transaction, now: Millis) {
    return { directory: this.#ears.directory, tx, now };
  }

  #incidents(): Incident[] {
    return [...this.#cellar.incidents.keys()].flatMap((id) => this.#cellar.incidents.get(id) ?? []);
  }

  /** An incident that is over has left memory; a late order may still adjust it. */
  #incident(id: string, tx: Transaction): Incident | undefined {
    const known = tx.cells.incidents.get(id) ?? this.#parts.store.incident(id);
    if (known) tx.cells.incidents.set(id, known);
    return known;
  }

  #once<A extends CommandAnswer>(commandId: string, decideIt: (tx: Transaction, now: Millis) => A): Promise<A> {
    return new Promise((resolve, reject) => {
      let answer: A;
      const work: Work = (tx, now) => {
        const before = tx.answers.get(commandId) ?? this.#parts.store.answerOf(commandId);
        if (before !== undefined) {
          answer = JSON.parse(before) as A;
          return;
        }
        answer = decideIt(tx, now);
        const text = JSON.stringify(answer);
        tx.answers.set(commandId, text);
        tx.written.commands.push({ commandId, answer: text });
      };
      this.#queue.take({ work, done: () => resolve(answer), failed: reject });
    });
  }

  #settled(owed: OwedPage, delivery: Delivery, tx: Transaction, now: Millis): void {
    const { possibleDuplicate } = owed.page;
    const incident = this.#incident(owed.incident, tx);
    if (!incident) return;
    if (delivery.outcome === 'retry') {
      // Withdrawn while it was on its way: it must not come back.
      if (!isOwed(incident, owed.page.id)) return void tx.written.settledPages.push(owed.page.id);
      const page = { ...owed.page, state: 'queued' as const };
      const attempts = owed.attempts + (delivery.unsent ? 0 : 1);
      tx.written.pages.push({ ...owed, page, attempts, notBefore: now + delivery.afterMs });
      return;
    }
    const reason = delivery.reason ?? null;
    const moved = { incident: owed.incident, page: owed.page.id, state: delivery.outcome, reason, possibleDuplicate };
    pageMoved(moved, incident, this.#desk(tx, now));
    tx.written.settledPages.push(owed.page.id);
  }

  /** Does a piece of work within a transaction and answers once it is on disk. */
  #do<T>(work: (tx: Transaction, now: Millis) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#queue.take({
        work: (tx, now) => void (result = work(tx, now)),
        done: () => resolve(result),
        failed: reject,
      });
    });
  }

  #grumble(error: unknown): void {
    this.#parts.log.warn({ error: error instanceof Error ? error.stack : String(error) }, 'work was not done');
  }
}

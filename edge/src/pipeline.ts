import {
  type Command,
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
import type { DrillOrder } from './domain/storm/drill.ts';
import { breach, type Desk, doubt, order, pageMoved, report, tick } from './pipeline/desk.ts';
import { deviceStatus } from './pipeline/device-status.ts';
import { startDrill } from './pipeline/drill.ts';
import { type Ears, hear } from './pipeline/hear.ts';
import { checkpointOf, recall } from './pipeline/recall.ts';
import { retry, type RetryTable, revisit, toRevisit } from './pipeline/retry.ts';
import { windowsChanged } from './pipeline/storm.ts';
import { type Cellar, type ChainHead, Transaction } from './pipeline/transaction.ts';
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
}

/** Messages a transaction holds at most: more would hold the loop for too long. */
const MAX_BATCH = 256;
/** Incidents that one transaction ticks at most; those that are left are due at once again. */
const MAX_DUE = 32;
/** An incident whose tick threw is ticked again after this. */
const POSTPONED_MS = 10_000;
/** QoS 0 is dropped beyond this many waiting; who publishes with QoS 1 is held back by the missing acknowledgement. */
const MAX_WAITING = 20_000;
const RETRY_COMMIT_MS = 500;
const CHECKPOINT_EVERY_MS = 60_000;
/** Births come in crowds: what they taught is saved once for all that came within this time. */
const INTRODUCED_MS = 2_000;

type Work = (tx: Transaction, now: Millis) => void;

interface Job {
  readonly work: Work;
  /** After the commit that holds it. */
  readonly done: () => void;
  /** The work itself threw: nothing of it was written. */
  readonly failed: (error: unknown) => void;
}

/**
 * The edge's only writer. Takes messages, orders, page outcomes and the passing of time; works
 * through what is waiting as one transaction; what it changed is taken back when the commit fails, and
 * only after it acknowledges, answers and announces.
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
  #head: ChainHead | null;
  #block: number;
  #waiting: Job[] = [];
  #scheduled = false;
  #stopped = false;
  #withheld: string | null = null;
  #cancelWake: () => void = () => {};
  #wakeAt: Millis = Infinity;
  #checkpointAt: Millis;
  readonly #counts = { messages: 0, readings: 0, rejected: 0, duplicates: 0, commits: 0 };

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    const { directory, decoder, ruleBook, store } = parts;
    this.#ears = {
      directory,
      decoder,
      ruleBook,
      heardBefore: (id) => store.hasSourceId(id),
    };
    const remembered = store.remember();
    this.#head = remembered.lastEvent;
    this.#block = remembered.lastBlock;
    this.#cellar = recall(parts, store, remembered);
    const ears = () => this.#ears;
    this.#table = {
      store,
      ears,
      clock: parts.clock,
      memory: this.#cellar.decode,
      inTransaction: (work) => this.#do(work),
    };
    this.#checkpointAt = parts.clock.now() + CHECKPOINT_EVERY_MS;
    this.#take({
      work: (tx, now) => {
        if (parts.doubt) doubt(parts.doubt, this.#incidents(), this.#desk(tx, now));
        this.#timePassed(tx, now);
      },
      done: () => {},
      failed: (error) => this.#grumble(error),
    });
  }

  receive(message: InboxMessage): void {
    this.#counts.messages += 1;
    if (message.qos === 0 && this.#waiting.length >= MAX_WAITING) {
      this.#counts.rejected += 1;
      // Whoever reads from its connection waits to hear that it is done with.
      message.acknowledge();
      return;
    }
    const keep: Work = (tx) => this.#keep(message, tx, 'the gateway could not work it out');
    this.#take({
      work: (tx) => hear(message, this.#ears, tx),
      done: () => message.acknowledge(),
      failed: (error) => {
        this.#grumble(error);
        this.#take({ work: keep, done: () => message.acknowledge(), failed: () => message.acknowledge() });
      },
    });
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
      this.#take({ work, done: resolve, failed: reject });
    });
  }

  raise(found: Breach): Promise<void> {
    return this.#do((tx, now) => breach(found, this.#desk(tx, now)));
  }

  flush(): Promise<void> {
    return new Promise((resolve, reject) => this.#take({ work: () => {}, done: resolve, failed: reject }));
  }

  status(): PipelineStatus {
    return {
      ...this.#counts,
      waiting: this.#waiting.length,
      withheld: this.#withheld,
      openIncidents: this.#cellar.live.open,
      devices: deviceStatus(this.#ears.directory, this.#cellar, this.#parts.clock.now()),
      strangers: [...this.#cellar.strangers.keys()].length,
    };
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
    if (this.#withheld === null) await this.flush();
    this.#stopped = true;
    this.#cancelWake();
    if (this.#withheld === null) this.#checkpoint();
  }

  // ---------------------------------------------------------------------------- the story

  /** What arrives within one turn of the event loop becomes one transaction. */
  #take(job: Job): void {
    this.#waiting.push(job);
    this.#schedule();
  }

  #work(): void {
    this.#scheduled = false;
    if (this.#news) this.#ears = { ...this.#ears, ...this.#news };
    this.#news = null;
    const batch = this.#waiting.slice(0, MAX_BATCH);
    const now = this.#parts.clock.now();
    const tx = new Transaction(this.#parts.edge, this.#cellar, this.#head, this.#parts.incidentPrefix);
    const outcomes = batch.map((job) => attempt(job, tx, now));
    if (!this.#commit(tx, now)) return;
    this.#waiting.splice(0, batch.length);
    for (const tell of outcomes) tell();
    if (tx.introduced) this.#checkpointAt = Math.min(this.#checkpointAt, now + INTRODUCED_MS);
    this.#announce(tx);
    this.#sleep();
    if (this.#waiting.length > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#withheld !== null || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => this.#work());
  }

  /** False when the disk took nothing: then nothing has happened, and all of it waits. */
  #commit(tx: Transaction, now: Millis): boolean {
    const commit = tx.commit(now);
    try {
      const block = commit ? this.#parts.store.commit(commit).block : null;
      this.#block = block ?? this.#block;
    } catch (error) {
      tx.undo();
      this.#withheld = error instanceof Error ? error.message : String(error);
      this.#grumble(error);
      setTimeout(() => this.#retry(), RETRY_COMMIT_MS).unref();
      return false;
    }
    this.#withheld = null;
    this.#head = tx.head.seq > 0 ? tx.head : this.#head;
    this.#counts.commits += commit ? 1 : 0;
    this.#counts.duplicates += tx.duplicates;
    return true;
  }

  /** It stays withheld until a commit went through: who asks in between must not hear that all is well. */
  #retry(): void {
    if (!this.#stopped) this.#work();
  }

  #announce(tx: Transaction): void {
    const { readings, quarantined, pages, events } = tx.written;
    const incidents = tx.changed();
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
      this.#take({
        work: (tx, now) => this.#timePassed(tx, now),
        done: () => {},
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
      this.#take({
        work: (tx, now) => this.#tick(id, this.#desk(tx, now)),
        done: () => {},
        failed: () => this.#cellar.live.postpone(id, until),
      });
    }
  }

  /** The rules' windows as of the last block; what came after it is evaluated again at the next start. */
  #checkpoint(): void {
    this.#checkpointAt = this.#parts.clock.now() + CHECKPOINT_EVERY_MS;
    this.#parts.store.saveCheckpoint(this.#block, checkpointOf(this.#cellar));
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
      this.#take({ work, done: () => resolve(answer), failed: reject });
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

  #keep(message: InboxMessage, tx: Transaction, reason: string): void {
    const { topic, payload, retain, receivedAt: at } = message;
    const nobody = { device: null, family: null, stranger: null };
    tx.written.quarantined.push({ at, topic, retain, ...nobody, reason, payload, size: payload.length });
  }

  /** Does a piece of work within a transaction and answers once it is on disk. */
  #do<T>(work: (tx: Transaction, now: Millis) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#take({ work: (tx, now) => void (result = work(tx, now)), done: () => resolve(result), failed: reject });
    });
  }

  #grumble(error: unknown): void {
    this.#parts.log.warn({ error: error instanceof Error ? error.stack : String(error) }, 'work was not done');
  }
}

/** One poison message never fails its batch. Tells how the job went, once that is on disk. */
function attempt(job: Job, tx: Transaction, now: Millis): () => void {
  const error = tx.attempt(() => job.work(tx, now));
  return error === undefined ? job.done : () => job.failed(error);
}

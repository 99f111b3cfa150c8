import {
  foldIncident,
  type Incident,
  type IncidentFact,
  instantMillis,
  instantText,
  type MaintenanceWindow,
  type Millis,
} from '@keepsite/edge-contract';
import { GENESIS, link } from '@keepsite/edge-evidence';
import type { Publication } from '../domain/decoded.ts';
import type { SavedMemory } from '../domain/rule-memory.ts';
import { openKey } from '../domain/incident-state.ts';
import { settleOrders } from '../domain/spending/settle-orders.ts';
import { type Raise, withRaise } from '../domain/storm/flapping.ts';
import type { Standing } from '../domain/storm/standing.ts';
import { urgencyOf } from '../domain/urgency.ts';
import type { Commit, OwedPage, StoredDevice, Stranger } from '../ports.ts';
import type { HeardDevices } from './heard-devices.ts';
import { type Cells, type Journal, Journaled } from './journal.ts';
import type { LiveIncidents } from './live-incidents.ts';
import type { LastWords } from './last-words.ts';
import type { Purses } from './purses.ts';
import { MAX_TURNS, type Sweep, type SweepBook, sweepCursors } from './sweep.ts';

/** A device that was heard, and when its row was last written. */
export interface HeardDevice extends StoredDevice {
  readonly writtenAt: Millis;
}

/** Everything the edge knows between two transactions. */
export interface Cellar {
  /** Where every part of it notes what is replaced. */
  readonly journal: Journal;
  readonly decode: Cells<unknown>;
  readonly rules: SavedMemory;
  /** Incidents that are not over, by id. */
  readonly incidents: Cells<Incident>;
  /** The same incidents, to ask who is due and how many are open; written through `incidents` alone. */
  readonly live: Pick<LiveIncidents, 'due' | 'nextDue' | 'open' | 'postpone' | 'reconsider' | 'ofFault'> & Standing;
  /** What is still to be done to many incidents, by the number in which it began. */
  readonly sweeps: Cells<Sweep>;
  /** The same, to ask whom it is done to; written through `sweeps` alone. */
  readonly inHand: Pick<SweepBook, 'of' | 'left'>;
  /** Open key → the newest incident of that asset and fault. */
  readonly newest: Cells<string>;
  readonly episodes: Cells<number>;
  /** Open key → when it has begun of late. */
  readonly raises: Cells<readonly Raise[]>;
  /** Announced work, past and to come, as it stands now. */
  readonly windows: () => readonly MaintenanceWindow[];
  readonly devices: Cells<HeardDevice>;
  /** The same devices, to ask which are silent; written through `devices` alone. */
  readonly heard: Pick<HeardDevices, 'silent'>;
  /** Heard, and not adopted. */
  readonly strangers: Cells<Stranger>;
  readonly lastWords: LastWords;
  /** Small facts about assets and devices: `mode:<asset>`, `test:<device>`, how many strangers. */
  readonly notes: Cells<string>;
  /** What was spent of every budget. */
  readonly purses: Purses;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
type Outcome = Omit<Mutable<Commit>, 'at' | 'incidents' | 'devices' | 'strangers' | 'cursors'>;

const SETTLED = new Set(['accepted', 'delivered', 'seen', 'failed', 'withdrawn']);

/** Where an edge's evidence chain stands. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/**
 * One transaction in the making: what it changes in the cellar, and what is to be written. A piece of work
 * that fails is undone alone; what the batch had done before it stands.
 */
export class Transaction {
  readonly cells: Cellar;
  /** What this transaction answers, and what it has taken, by the id; what is committed is asked of the store. */
  readonly answers: Cells<string>;
  readonly sourceIds: Cells<true>;
  readonly edge: string;
  /** What a new incident's id begins with. */
  readonly incidentPrefix: string;
  readonly written: Outcome = {
    readings: [],
    events: [],
    pages: [],
    settledPages: [],
    quarantined: [],
    released: [],
    forgotten: [],
    sourceIds: [],
    commands: [],
  };
  /** What devices are asked once all of this is on disk. */
  readonly asks: Publication[] = [];
  /** The lists, and how long each was before the work in hand. */
  readonly #lists: unknown[][] = [...Object.values(this.written), this.asks];
  readonly #lengths: number[] = [];
  readonly #touched = { incidents: new Set<string>(), devices: new Set<string>(), strangers: new Set<string>() };
  head: ChainHead;
  duplicates = 0;
  /** A device has introduced itself: what it said it may never say again. */
  introduced = false;
  /** Turns of sweeps that it may still take. */
  turnsLeft = MAX_TURNS;
  #sweeps: 'as they were' | 'how far' | 'who' = 'as they were';
  #changed: readonly Incident[] = [];

  constructor(edge: string, cellar: Cellar, head: ChainHead | null, incidentPrefix = edge) {
    this.edge = edge;
    this.incidentPrefix = incidentPrefix;
    this.head = head ?? { seq: 0, hash: GENESIS };
    this.cells = cellar;
    cellar.journal.clear();
    this.answers = new Journaled(new Map<string, string>(), cellar.journal);
    this.sourceIds = new Journaled(new Map<string, true>(), cellar.journal);
  }

  /** Does all of the work or, when it throws, none of it. Answers what it threw, else undefined. */
  attempt(work: () => void): unknown {
    this.cells.journal.mark();
    const { head, duplicates } = this;
    this.#lists.forEach((list, index) => (this.#lengths[index] = list.length));
    try {
      work();
      return undefined;
    } catch (error) {
      this.cells.journal.undo();
      Object.assign(this, { head, duplicates });
      this.#lists.forEach((list, index) => (list.length = this.#lengths[index] ?? 0));
      return error ?? new Error('work failed without a reason');
    }
  }

  /** Nothing of it has happened: the disk did not take it. */
  undo(): void {
    this.cells.journal.undoAll();
  }

  /**
   * Chains facts, folds them into their incident and notes the pages that they owe or settle. What the
   * incident now orders is settled at once, so that two incidents of one batch see what the other spent.
   */
  record(facts: readonly IncidentFact[], now: Millis): Incident | undefined {
    let incident: Incident | undefined;
    for (const fact of facts) {
      const seq = this.head.seq + 1;
      const event = link(fact, { edge: this.edge, seq, prev: this.head.hash, recordedAt: instantText(now) });
      this.head = { seq, hash: event.hash };
      this.written.events.push(event);
      incident = foldIncident(this.cells.incidents.get(fact.incident) ?? null, event);
      this.cells.incidents.set(incident.id, incident);
      this.#pages(fact, incident, now);
      this.#raised(fact, incident);
      this.cells.purses.heard(fact.change);
    }
    if (!incident) return undefined;
    this.#place(incident);
    const owed = settleOrders(incident, this.cells.purses.spentAt(now), now);
    return owed.length === 0 ? incident : this.record(owed, now);
  }

  /** A sweep has come further, or another one is there, or others take part. */
  sweepsChanged(what: 'how far' | 'who'): void {
    if (this.#sweeps !== 'who') this.#sweeps = what;
  }

  device(device: HeardDevice, persist: boolean): void {
    this.cells.devices.set(device.device, device);
    if (persist) this.#touched.devices.add(device.device);
  }

  stranger(stranger: Stranger): void {
    this.cells.strangers.set(stranger.device, stranger);
    this.#touched.strangers.add(stranger.device);
  }

  /** Null when there is nothing to write. */
  commit(at: Millis): Commit | null {
    const incidents = [...this.#touched.incidents].flatMap((id) => this.cells.incidents.get(id) ?? []);
    this.#changed = incidents;
    const devices = [...this.#touched.devices].flatMap((id) => this.cells.devices.get(id) ?? []);
    const strangers = [...this.#touched.strangers].flatMap((id) => this.cells.strangers.get(id) ?? []);
    const cursors = this.#sweeps === 'as they were' ? [] : sweepCursors(this.cells.sweeps, this.#sweeps === 'who');
    const commit = { at, ...this.written, incidents, devices, strangers, cursors };
    const empty = Object.values(commit).every((part) => !Array.isArray(part) || part.length === 0);
    return empty ? null : commit;
  }

  /** The incidents that the commit holds, as they are after it; the next transaction may have changed them since. */
  get changed(): readonly Incident[] {
    return this.#changed;
  }

  #place(incident: Incident): void {
    this.#touched.incidents.add(incident.id);
    const key = openKey(incident);
    // An order may touch an old incident after a newer one was opened: that one stays the newest.
    if (incident.episode < (this.cells.episodes.get(key) ?? 0)) return;
    this.cells.newest.set(key, incident.id);
    this.cells.episodes.set(key, incident.episode);
  }

  #raised({ change, at }: IncidentFact, incident: Incident): void {
    if (change.kind !== 'opened' && change.kind !== 'occurred') return;
    const key = openKey(incident);
    const before = this.cells.raises.get(key) ?? [];
    this.cells.raises.set(key, withRaise(before, { incident: incident.id, at: instantMillis(at) }));
  }

  #pages(fact: IncidentFact, incident: Incident, now: Millis): void {
    const { change } = fact;
    if (change.kind === 'paged') {
      const urgency = urgencyOf(incident, change.page);
      const owed: OwedPage = { incident: fact.incident, page: change.page, attempts: 0, notBefore: now, urgency };
      this.written.pages.push(owed);
    }
    if (change.kind === 'page' && SETTLED.has(change.state)) this.written.settledPages.push(change.page);
  }
}

import {
  type Incident,
  type IncidentFact,
  instantText,
  type Millis,
  foldIncident,
  type Reading,
} from '@keepsite/edge-contract';
import { GENESIS, link } from '@keepsite/edge-evidence';
import type { Publication } from '../domain/decoded.ts';
import type { RuleCell } from '../domain/evaluate.ts';
import { openKey } from '../domain/incident.ts';
import type { Commit, OwedPage, StoredDevice, Stranger } from '../ports.ts';
import { type Cells, Journal, Journaled } from './journal.ts';

/** The newest value of a series: the same one again, at the same device time, is a duplicate. */
export interface Latest {
  readonly at: Millis | null;
  readonly value: Reading['value'];
  readonly quality: Reading['quality'];
}

/** Everything the edge knows between two transactions. */
export interface Cellar {
  readonly decode: Cells<unknown>;
  readonly rules: Cells<RuleCell>;
  /** Incidents that are not over, by id. */
  readonly incidents: Cells<Incident>;
  /** Open key → the newest incident of that asset and fault. */
  readonly newest: Cells<string>;
  readonly episodes: Cells<number>;
  readonly devices: Cells<StoredDevice>;
  /** Heard, and not adopted. */
  readonly strangers: Cells<Stranger>;
  readonly latest: Cells<Latest>;
  /** Small facts about assets and devices: `mode:<asset>`, `test:<device>`, `row:<device>`, how many strangers. */
  readonly notes: Cells<string>;
  readonly answers: Cells<string>;
  readonly sourceIds: Cells<true>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };
type Outcome = Omit<Mutable<Commit>, 'at' | 'incidents' | 'devices' | 'strangers'>;

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
  readonly edge: string;
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
  readonly #journal = new Journal();
  head: ChainHead;
  duplicates = 0;
  /** A device has introduced itself: what it said it may never say again. */
  introduced = false;

  constructor(edge: string, base: Cellar, head: ChainHead | null) {
    this.edge = edge;
    this.head = head ?? { seq: 0, hash: GENESIS };
    const journaled = Object.entries(base).map(
      ([key, cells]) => [key, new Journaled(cells as Cells<unknown>, this.#journal)] as const,
    );
    this.cells = Object.fromEntries(journaled) as unknown as Cellar;
  }

  /** Does all of the work or, when it throws, none of it. Answers what it threw, else undefined. */
  attempt(work: () => void): unknown {
    this.#journal.mark();
    const { head, duplicates } = this;
    this.#lists.forEach((list, index) => (this.#lengths[index] = list.length));
    try {
      work();
      return undefined;
    } catch (error) {
      this.#journal.undo();
      Object.assign(this, { head, duplicates });
      this.#lists.forEach((list, index) => (list.length = this.#lengths[index] ?? 0));
      return error ?? new Error('work failed without a reason');
    }
  }

  /** Nothing of it has happened: the disk did not take it. */
  undo(): void {
    this.#journal.undoAll();
  }

  /** Chains facts, folds them into their incident and notes the pages that they owe or settle. */
  record(facts: readonly IncidentFact[], now: Millis): Incident | undefined {
    let incident: Incident | undefined;
    for (const fact of facts) {
      const seq = this.head.seq + 1;
      const event = link(fact, { edge: this.edge, seq, prev: this.head.hash, recordedAt: instantText(now) });
      this.head = { seq, hash: event.hash };
      this.written.events.push(event);
      incident = foldIncident(this.cells.incidents.get(fact.incident) ?? null, event);
      this.cells.incidents.set(incident.id, incident);
      this.#pages(fact, now);
    }
    if (incident) this.#place(incident);
    return incident;
  }

  device(device: StoredDevice, persist: boolean): void {
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
    const devices = [...this.#touched.devices].flatMap((id) => this.cells.devices.get(id) ?? []);
    const strangers = [...this.#touched.strangers].flatMap((id) => this.cells.strangers.get(id) ?? []);
    const commit = { at, ...this.written, incidents, devices, strangers };
    const empty = Object.values(commit).every((part) => !Array.isArray(part) || part.length === 0);
    return empty ? null : commit;
  }

  /** The incidents that this transaction changed, as they are after it. */
  changed(): Incident[] {
    return [...this.#touched.incidents].flatMap((id) => this.cells.incidents.get(id) ?? []);
  }

  #place(incident: Incident): void {
    this.#touched.incidents.add(incident.id);
    const key = openKey(incident);
    // An order may touch an old incident after a newer one was opened: that one stays the newest.
    if (incident.episode < (this.cells.episodes.get(key) ?? 0)) return;
    this.cells.newest.set(key, incident.id);
    this.cells.episodes.set(key, incident.episode);
  }

  #pages(fact: IncidentFact, now: Millis): void {
    const { change } = fact;
    if (change.kind === 'paged') {
      const owed: OwedPage = { incident: fact.incident, page: change.page, attempts: 0, notBefore: now };
      this.written.pages.push(owed);
    }
    if (change.kind === 'page' && SETTLED.has(change.state)) this.written.settledPages.push(change.page);
  }
}

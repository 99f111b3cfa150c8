import type { Incident, Millis } from '@keepsite/edge-contract';
import { Deadlines } from '../domain/deadlines.ts';
import { dueAt } from '../domain/incident.ts';
import { isOpen, openKey } from '../domain/incident-state.ts';
import { holdDueAt } from '../domain/storm/due.ts';
import { type Standing, StandingIndex } from '../domain/storm/standing.ts';
import type { Cells } from './journal.ts';

/** A group within a group within a group is the deepest that there is. */
const MAX_CHAIN = 32;

/**
 * The incidents that are not over, and what is asked of all of them at once: who is due, how many are
 * open. Whatever writes a cell — a transaction, or its undoing — keeps that right, so nobody walks
 * through ten thousand of them to find the one.
 */
export class LiveIncidents implements Cells<Incident>, Standing {
  readonly #cells = new Map<string, Incident>();
  /** Open key → ids. */
  readonly #ofFault = new Map<string, Set<string>>();
  readonly #deadlines = new Deadlines();
  /** Whose deadline may have moved since somebody last asked: a transaction changes one incident many times. */
  readonly #moved = new Set<string>();
  readonly #standing = new StandingIndex();
  #open = 0;

  /** See {@link Standing}. */
  readonly inHand: (id: string) => boolean;

  constructor(incidents: Iterable<Incident> = [], inHand: (id: string) => boolean = () => false) {
    this.inHand = inHand;
    for (const incident of incidents) this.set(incident.id, incident);
  }

  /** How many people still have to do something about. */
  get open(): number {
    return this.#open;
  }

  /** When the first of them needs a tick; Infinity: none does. */
  nextDue(): Millis {
    this.#catchUp();
    return this.#deadlines.next;
  }

  /** Ids of those that need a tick by `now`, the earliest first, at most `limit`. */
  due(now: Millis, limit: number): string[] {
    this.#catchUp();
    return this.#deadlines.due(now, limit);
  }

  /** Its tick failed: until then, or until it changes, nobody waits for it. */
  postpone(id: string, until: Millis): void {
    this.#catchUp();
    this.#deadlines.set(id, until);
  }

  /** Its deadline may be another, though it has not changed itself. */
  reconsider(id: string): void {
    this.#moved.add(id);
  }

  get(id: string): Incident | undefined {
    return this.#cells.get(id);
  }

  /** Those of one asset and fault, in no order. */
  ofFault(key: string): Incident[] {
    return [...(this.#ofFault.get(key) ?? [])].flatMap((id) => this.#cells.get(id) ?? []);
  }

  set(id: string, incident: Incident): void {
    const key = openKey(incident);
    this.#ofFault.set(key, (this.#ofFault.get(key) ?? new Set()).add(id));
    this.#count(id, -1);
    this.#stand(this.#cells.get(id), incident);
    this.#cells.set(id, incident);
    this.#count(id, 1);
    this.#moved.add(id);
  }

  delete(id: string): void {
    this.#forget(id);
    this.#count(id, -1);
    this.#stand(this.#cells.get(id), undefined);
    this.#cells.delete(id);
    this.#moved.add(id);
  }

  leads(site: string, from: Millis, to: Millis): string[] {
    return this.#standing.leads(site, from, to);
  }

  followers(by: string): Iterable<string> {
    return this.#standing.followers(by);
  }

  hasFollowerSince(by: string, from: Millis, now: Millis): boolean {
    return this.#standing.hasFollowerSince(by, from, now);
  }

  leadsStorm(id: string): boolean {
    return this.#standing.leadsStorm(id);
  }

  onAsset(asset: string): Iterable<string> {
    return this.#standing.onAsset(asset);
  }

  ofDevice(device: string): Iterable<string> {
    return this.#standing.ofDevice(device);
  }

  keys(): Iterable<string> {
    return this.#cells.keys();
  }

  #forget(id: string): void {
    const gone = this.#cells.get(id);
    const ids = gone && this.#ofFault.get(openKey(gone));
    if (gone && ids?.delete(id) && ids.size === 0) this.#ofFault.delete(openKey(gone));
  }

  #count(id: string, by: 1 | -1): void {
    const incident = this.#cells.get(id);
    if (incident && isOpen(incident)) this.#open += by;
  }

  /** What it follows may have to tell its people of it, or to let it go. */
  #stand(before: Incident | undefined, after: Incident | undefined): void {
    this.#standing.note(before, after);
    for (const incident of [before, after]) {
      let above = incident?.hold?.by;
      for (let depth = 0; above !== undefined && depth < MAX_CHAIN; depth += 1) {
        this.#moved.add(above);
        above = this.#cells.get(above)?.hold?.by;
      }
    }
  }

  #catchUp(): void {
    for (const id of this.#moved) {
      const incident = this.#cells.get(id);
      this.#deadlines.set(id, incident ? earliest(dueAt(incident), holdDueAt(incident, this)) : null);
    }
    this.#moved.clear();
  }
}

function earliest(one: Millis | null, other: Millis | null): Millis | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

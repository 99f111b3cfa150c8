import {
  type Command,
  foldAll,
  type Incident,
  instantMillis,
  instantText,
  type MaintenanceWindow,
  type Proof,
  Registry,
} from '@keepsite/edge-contract';
import { expect, vi } from 'vitest';
import type { Breach } from '../../domain/breach.ts';
import { dueAt } from '../../domain/incident.ts';
import { officePark } from '../../domain/testing/office-park.ts';
import { trapped } from '../../domain/testing/trapped.ts';
import type { Delivery } from '../../ports.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createLonePipeline } from '../../testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore } from '../../testing/memory-store.ts';
import { Episode, type Terms } from './reference.ts';

/** Longer than the pipeline waits before it tries a disk again that took nothing. */
const DISK_AGAIN_MS = 1_000;
const STEPS = [0, 60, 120, 300, 360];

/** What has been promised so far, episode by episode, by the reference alone. */
export class Reference {
  readonly episodes: Episode[] = [];
  /** When each announced work ends; all of them have begun. */
  readonly #works: number[] = [];
  readonly terms: Terms;
  now: number;

  constructor(now: number, proof: Proof) {
    this.now = now;
    this.terms = { due: { acknowledge: 120, on_site: 420, resolve: 14_400 }, steps: STEPS, releases: 3, proof };
  }

  /** Those that the source still says to last. */
  saidBy(source: string): Episode[] {
    return this.episodes.filter(({ isOver, sources }) => !isOver && sources.has(source));
  }

  raised(source: string): void {
    const meant = this.episodes.find(({ isOpen }) => isOpen) ?? this.saidBy(source).at(-1);
    if (meant) meant.raised(source);
    else this.#open(source);
  }

  #open(source: string): void {
    const episode = new Episode(this.now, source, this.terms, this.#workUntil());
    episode.pass(this.now);
    this.episodes.push(episode);
  }

  /** Work that has been announced begins now. */
  announce(ms: number): void {
    this.#works.push(this.now + ms);
    this.#hold();
  }

  /** The newest work is over before its time. */
  endWork(): void {
    const newest = this.#works.pop();
    if (newest !== undefined) this.#works.push(Math.min(newest, this.now));
    this.#hold();
  }

  /** What is held stays so until the last of the works ends. */
  #hold(): void {
    for (const episode of this.episodes)
      if (episode.isOpen && episode.heldUntil !== null) episode.heldUntil = this.#workUntil() ?? this.now;
  }

  #workUntil(): number | null {
    const latest = Math.max(...this.#works, this.now);
    return latest > this.now ? latest : null;
  }

  pass(now = this.now): void {
    this.now = now;
    for (const episode of this.episodes) episode.pass(now);
  }
}

/** The real edge without pager and devices, on a disk that may be full. */
export class Rig {
  readonly #disk = createMemoryDisk();
  readonly #registry: Registry;
  readonly #told = new Map<string, Incident>();
  readonly #windows: MaintenanceWindow[] = [];
  #clock = createFakeClock(Date.UTC(2026, 2, 2, 8));
  #edge: ReturnType<Rig['boot']>;
  #orders = 0;

  constructor(proof: Proof) {
    const plans = officePark.plans.map((plan) => ({ ...plan, proof }));
    this.#registry = Registry.parse({ ...officePark, plans });
    this.#edge = this.boot();
  }

  get now(): number {
    return this.#clock.now();
  }

  /** A new process on the same disk. */
  restart(): Promise<void> {
    this.#clock = createFakeClock(this.#clock.now());
    this.#edge = this.boot();
    return this.settle();
  }

  /** Announced work at the lift, from now on. */
  announce(ms: number): Promise<void> {
    const [from, to] = [instantText(this.now), instantText(this.now + ms)];
    const what = { site: 'park', faults: [trapped.fault], by: 'wang', reason: 'inspection' };
    this.#windows.push({ id: `works-${this.#windows.length}`, ...what, from, to, madeAt: from });
    return this.#edge.pipeline.windowsChanged();
  }

  /** The newest work is over before its time. */
  endWork(): Promise<void> {
    const newest = this.#windows.pop();
    const now = instantText(this.now);
    if (newest) this.#windows.push({ ...newest, to: newest.to < now ? newest.to : now });
    return this.#edge.pipeline.windowsChanged();
  }

  async pass(ms: number): Promise<void> {
    this.#clock.advance(ms);
    await this.settle();
  }

  sense(breach: Partial<Breach>): Promise<void> {
    return this.#edge.pipeline.raise({ ...trapped, ...breach, firstSeenAt: this.now });
  }

  order(order: Pick<Command, 'verb' | 'responder'> & Partial<Command>, episode: number) {
    this.#orders += 1;
    const incident = this.incidents()[episode]?.id ?? 'none';
    const common = {
      commandId: `order-${this.#orders}`,
      incident,
      receivedAt: instantText(this.now),
      via: 'edge' as const,
    };
    return this.#edge.pipeline.order({ ...common, note: null, proof: 'declared', to: null, ...order });
  }

  /** The provider answers for up to so many of the pages that are owed. */
  async deliver(limit: number, delivery: Delivery): Promise<void> {
    const at = this.now;
    const owed = this.#edge.store.leasePages(at, 1_000, limit);
    await this.#edge.pipeline.settle(owed.map((one) => ({ owed: one, delivery, at })));
  }

  /** The work is done while the disk takes nothing; until it does, nothing has happened. */
  async whileFull(work: () => Promise<unknown>): Promise<void> {
    const before = structuredClone(this.#disk.events);
    this.#edge.store.failWith('STORE_FULL');
    const done = work();
    await turns();
    expect(this.#disk.events).toEqual(before);
    this.#edge.store.failWith(null);
    vi.advanceTimersByTime(DISK_AGAIN_MS);
    await done;
  }

  /** Whatever is due by now has been worked off. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) {
      await this.#edge.pipeline.flush();
      this.#clock.advance(0);
    }
    await this.#edge.pipeline.flush();
  }

  /** Incidents of the trapped passenger, the oldest first. */
  incidents(): Incident[] {
    const all = this.#edge.store.incidents({ limit: 1_000 }).filter(({ fault }) => fault === trapped.fault);
    return all.toSorted((a, b) => a.episode - b.episode);
  }

  /** What holds of any history, whoever made it. */
  promises(): void {
    const byIncident = Map.groupBy(this.#disk.events, ({ incident }) => incident);
    for (const incident of this.#edge.store.incidents({ limit: 1_000 })) {
      const replayed = foldAll(byIncident.get(incident.id) ?? []);
      expect(replayed).toEqual(incident);
      expect(replayed && dueAt(replayed)).toBe(dueAt(incident));
      const before = this.#told.get(incident.id)?.timeline ?? [];
      expect(incident.timeline.slice(0, before.length)).toEqual(before);
      this.#told.set(incident.id, incident);
      aVerdictStands(incident);
      oneAcknowledgementAtATime(incident);
    }
    const opened = this.#disk.events.filter(({ change }) => change.kind === 'opened' && change.fault === trapped.fault);
    expect(opened).toHaveLength(this.incidents().length);
    expect(this.incidents().filter(({ response }) => STILL_OPEN.includes(response)).length).toBeLessThan(2);
  }

  private boot() {
    const store = createMemoryStore({ disk: this.#disk });
    const windows = () => this.#windows;
    return { store, pipeline: createLonePipeline({ registry: this.#registry, store, clock: this.#clock, windows }) };
  }
}

const STILL_OPEN: readonly string[] = ['open', 'acknowledged', 'on_site'];

/** Met at the latest when due; a breach that was written down is only ever changed by an adjustment. */
function aVerdictStands({ timeline, clocks }: Incident): void {
  for (const { term, verdict, metAt, dueAt } of clocks) {
    if (verdict === 'met') expect(metAt !== null && instantMillis(metAt) <= instantMillis(dueAt)).toBe(true);
    const told = timeline.filter(({ kind, detail }) => ['clock', 'adjusted'].includes(kind) && detail['term'] === term);
    const breachedAt = told.findIndex(({ detail }) => detail['verdict'] === 'breached');
    if (breachedAt < 0) continue;
    const after = told.slice(breachedAt);
    expect(after.every(({ kind, detail }) => kind === 'adjusted' || detail['verdict'] === 'breached')).toBe(true);
    expect(after[0]?.at).toBe(dueAt);
  }
}

function oneAcknowledgementAtATime({ timeline, acknowledgedAt }: Incident): void {
  const claims = timeline.filter(({ kind }) => kind === 'acknowledged' || kind === 'released').map(({ kind }) => kind);
  expect(claims.some((kind, n) => kind === 'acknowledged' && claims[n - 1] === 'acknowledged')).toBe(false);
  const first = timeline.find(({ kind }) => kind === 'acknowledged');
  expect(acknowledgedAt).toBe(first?.at ?? null);
}

async function turns(): Promise<void> {
  for (let n = 0; n < 2; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

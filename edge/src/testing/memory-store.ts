import {
  type DailyEnergy,
  type Incident,
  type IncidentEvent,
  packReadings,
  type Reading,
  type ReadingBlock,
  timeOf,
} from '@keepsite/edge-contract';
import { isOver, openKey } from '../domain/incident-state.ts';
import { storeError } from '../errors.ts';
import type { Bearings, Commit, KeptMessage, OwedPage, Remembered, Store, Stranger } from '../ports.ts';
import { courses } from './memory-courses.ts';
import { apply as applyKept, type KeptBounds, keptReaders } from './memory-quarantine.ts';

const RELEASE_AFTER_MS = 120_000;
const MUCH = { maxItems: 10_000, maxBytes: 64 * 1024 * 1024 };
const ROOMY: KeptBounds = { rejected: MUCH, strangers: { ...MUCH, each: MUCH } };

/** A store without a disk. */
export interface MemoryStore extends Store {
  /**
   * From now on every write throws this code and writes nothing, save what is taken `from` the reserve when
   * there is one; null: all is well again.
   */
  failWith(code: 'STORE_FULL' | 'STORE_FAILED' | null, but?: { readonly reserve: number }): void;
  /** From now on `synced` answers what this does; without it what is written is on the disk. */
  syncWith(sync: () => Promise<void>): void;
  /** How often `commit` wrote something down. */
  readonly commits: number;
}

/** What outlives the process in the real store; hand it to another twin to restart. */
export type MemoryDisk = ReturnType<typeof createMemoryDisk>;

/** An empty disk. */
export function createMemoryDisk() {
  return {
    blocks: new Map<number, ReadingBlock>(),
    readings: [] as { readonly block: number; readonly reading: Reading }[],
    lastBlock: 0,
    events: [] as IncidentEvent[],
    incidents: new Map<string, Incident>(),
    pages: new Map<string, OwedPage & { readonly leaseUntil: number | null }>(),
    quarantine: [] as KeptMessage[],
    lastQuarantined: 0,
    strangers: new Map<string, Stranger>(),
    sourceIds: new Set<string>(),
    devices: new Map<string, Commit['devices'][number]>(),
    commands: new Map<string, string>(),
    daily: new Map<string, DailyEnergy>(),
    cursors: new Map<string, string>(),
    checkpoint: null as { readonly block: number; readonly pieces: readonly string[] } | null,
    /** Of a checkpoint whose last piece has not come yet. */
    pieces: [] as string[],
  };
}

/** What a killed process has left. Whatever of it is still queued reaches a disk that nobody reads. */
export function leftOn(disk: MemoryDisk): MemoryDisk {
  return structuredClone(disk);
}

/** The in-memory twin of the store; `store-contract.ts` holds both to the same promises. */
export function createMemoryStore(
  options: {
    readonly disk?: MemoryDisk;
    readonly quarantine?: KeptBounds;
  } = {},
): MemoryStore {
  const disk = options.disk ?? createMemoryDisk();
  const bounds = options.quarantine ?? ROOMY;
  let failure: 'STORE_FULL' | 'STORE_FAILED' | null = null;
  let reserve = 0;
  let commits = 0;
  let sync = () => Promise.resolve();

  function write<T>(work: () => T, from?: 'reserve'): T {
    if (failure && !(from && reserve > 0)) throw storeError(failure, 'The test said so.');
    return work();
  }

  return {
    get commits() {
      return commits;
    },
    failWith(code, but) {
      failure = code;
      reserve = but?.reserve ?? 0;
    },
    remember: () => remember(disk),
    bearings: () => bearings(disk),
    commit: (commit, from) =>
      write(() => {
        refuseRepeatedEvents(disk, commit);
        commits += 1;
        return apply(disk, structuredClone(commit), bounds);
      }, from),
    syncWith(other) {
      sync = other;
    },
    synced: () => sync(),
    reserve: () => ({ left: reserve, whole: reserve, trouble: null }),
    hasSourceId: (id) => disk.sourceIds.has(id),
    answerOf: (commandId) => disk.commands.get(commandId),
    ...readers(disk),
    ...courses(disk),
    ...keptReaders(disk),
    leasePages: (now, leaseMs, limit) => write(() => lease(disk, now, leaseMs, limit), 'reserve'),
    duePages: (now, limit) =>
      [...disk.pages.values()]
        .filter(({ notBefore }) => notBefore <= now)
        .toSorted(bySoonest)
        .slice(0, limit)
        .map(({ leaseUntil: _leaseUntil, ...owed }) => structuredClone(owed)),
    takeBackLeases: () =>
      write(() => {
        for (const [id, owed] of disk.pages)
          if (owed.leaseUntil !== null) disk.pages.set(id, { ...owed, leaseUntil: 0 });
      }),
    numberOn: () => {
      throw new Error('the twin loses nothing');
    },
    saveCheckpoint: ({ number, state, block }) =>
      write(() => {
        disk.pieces = [...disk.pieces.slice(0, number), state];
        if (block !== null) disk.checkpoint = { block, pieces: disk.pieces };
      }),
    checkpointPiece: (number) => disk.checkpoint?.pieces[number],
    saveDaily: (rows) =>
      write(() => {
        for (const row of rows) disk.daily.set(`${row.day}\n${row.asset}\n${row.device}`, structuredClone(row));
      }),
    cursor: (key) => disk.cursors.get(key),
    saveCursor: (key, value) => write(() => void disk.cursors.set(key, value)),
    noteCursor: (key, value) => write(() => void disk.cursors.set(key, value)),
    cursorKeys: (prefix) => [...disk.cursors.keys()].filter((key) => key.startsWith(prefix)).toSorted(),
    forgetCursor: (key) => write(() => void disk.cursors.delete(key)),
    maintain: async (now) => write(() => release(disk, now)),
    sizes: () => ({
      bytes: 0,
      events: disk.events.length,
      blocks: disk.blocks.size,
      owedPages: disk.pages.size,
      quarantined: disk.quarantine.filter(({ reason }) => reason !== null).length,
      thinned: 0,
      undelivered: 0,
      damaged: 0,
    }),
    close() {},
  };
}

function refuseRepeatedEvents(disk: MemoryDisk, commit: Commit): void {
  const known = new Set(disk.events.map((event) => event.seq));
  for (const { seq } of commit.events) {
    if (known.has(seq)) throw storeError('STORE_FAILED', `Event ${seq} is there already.`);
    known.add(seq);
  }
}

function apply(disk: MemoryDisk, commit: Commit, bounds: KeptBounds): { block: number | null } {
  const block = commit.readings.length > 0 ? disk.lastBlock + 1 : null;
  if (block !== null) {
    disk.lastBlock = block;
    disk.blocks.set(block, packReadings(block, commit.readings));
    for (const reading of commit.readings) disk.readings.push({ block, reading });
  }
  disk.events.push(...commit.events);
  for (const incident of commit.incidents) disk.incidents.set(incident.id, incident);
  for (const owed of commit.pages) disk.pages.set(owed.page.id, { ...owed, leaseUntil: null });
  for (const id of commit.settledPages) disk.pages.delete(id);
  for (const id of commit.sourceIds) disk.sourceIds.add(id);
  for (const device of commit.devices) disk.devices.set(device.device, device);
  for (const { commandId, answer } of commit.commands) {
    if (!disk.commands.has(commandId)) disk.commands.set(commandId, answer);
  }
  for (const { key, value } of commit.cursors ?? []) disk.cursors.set(key, value);
  applyKept(disk, commit, bounds);
  return { block };
}

function remember(disk: MemoryDisk): Remembered {
  const episodes = new Map<string, number>();
  for (const incident of disk.incidents.values()) {
    const key = openKey(incident);
    episodes.set(key, Math.max(incident.episode, episodes.get(key) ?? 0));
  }
  const live = [...disk.incidents.values()].filter((incident) => !isOver(incident)).toSorted(byOpening);
  return { ...bearings(disk), ...structuredClone({ live, episodes }) };
}

function bearings(disk: MemoryDisk): Bearings {
  const last = disk.events.at(-1);
  return structuredClone({
    lastEvent: last ? { seq: last.seq, hash: last.hash } : null,
    lastBlock: disk.lastBlock,
    devices: [...disk.devices.values()].toSorted((a, b) => (a.device < b.device ? -1 : 1)),
    strangers: [...disk.strangers.values()].toSorted((a, b) => (a.device < b.device ? -1 : 1)),
    checkpoint: disk.checkpoint && { block: disk.checkpoint.block },
  });
}

function byOpening(a: Incident, b: Incident): number {
  return a.openedAt < b.openedAt || (a.openedAt === b.openedAt && a.id < b.id) ? -1 : 1;
}

function readers(disk: MemoryDisk): Pick<Store, 'incidents' | 'incident' | 'events' | 'readings' | 'blocks' | 'daily'> {
  return {
    incidents: (query) => structuredClone(listIncidents(disk, query)),
    incident: (id) => structuredClone(disk.incidents.get(id)),
    events: ({ after, limit, incident }) =>
      structuredClone(
        disk.events
          .filter((event) => event.seq > after && (incident === undefined || event.incident === incident))
          .toSorted((a, b) => a.seq - b.seq)
          .slice(0, limit),
      ),
    readings: ({ device, metric, from, to, limit }) =>
      disk.readings
        .map(({ reading }) => reading)
        .filter((r) => r.device === device && (metric === undefined || r.metric === metric))
        .filter((r) => timeOf(r) >= from && timeOf(r) < to)
        .toSorted(
          (a, b) => timeOf(a) - timeOf(b) || (seriesKey(a) < seriesKey(b) ? -1 : Number(seriesKey(a) !== seriesKey(b))),
        )
        .slice(0, limit),
    blocks: ({ after, to = Infinity, limit }) =>
      structuredClone([...disk.blocks.values()].filter(({ seq }) => seq > after && seq <= to).slice(0, limit)),
    daily: ({ from, to }) =>
      [...disk.daily.entries()]
        .filter(([, { day }]) => day >= from && day <= to)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, row]) => structuredClone(row)),
  };
}

function seriesKey({ metric, part }: Reading): string {
  return `${metric}\n${part ?? ''}`;
}

function listIncidents(disk: MemoryDisk, { state, before, limit }: Parameters<Store['incidents']>[0]): Incident[] {
  const newestFirst = [...disk.incidents.values()].toSorted((a, b) => (ageKey(a) < ageKey(b) ? 1 : -1));
  const place = before === undefined ? -1 : newestFirst.findIndex(({ id }) => id === before);
  if (before !== undefined && place < 0) return [];
  return newestFirst
    .slice(place + 1)
    .filter((incident) => state === undefined || (state === 'open') === isOpen(incident))
    .slice(0, limit);
}

function ageKey({ openedAt, id }: Incident): string {
  return `${openedAt} ${id}`;
}

function isOpen({ response }: Incident): boolean {
  return response !== 'closed' && response !== 'cancelled';
}

function lease(disk: MemoryDisk, now: number, leaseMs: number, limit: number): OwedPage[] {
  const due = [...disk.pages.values()]
    .filter(({ notBefore, leaseUntil }) => notBefore <= now && (leaseUntil === null || leaseUntil <= now))
    .toSorted(bySoonest)
    .slice(0, limit);
  return due.map(({ page: stored, leaseUntil, ...rest }) => {
    const possibleDuplicate = stored.possibleDuplicate || leaseUntil !== null;
    const page = { ...stored, state: 'sending' as const, possibleDuplicate };
    disk.pages.set(page.id, { ...rest, page, leaseUntil: now + leaseMs });
    return { ...rest, page };
  });
}

function bySoonest(a: OwedPage, b: OwedPage): number {
  return a.urgency - b.urgency || a.notBefore - b.notBefore;
}

/** Raw blocks go by the real store's rule; the readings stay. */
function release(disk: MemoryDisk, now: number): void {
  const low = Number(disk.cursors.get('uplink.blocks.low') ?? 0);
  const checkpoint = disk.checkpoint?.block ?? Infinity;
  for (const { block, reading } of disk.readings) {
    const released = block < low && block <= checkpoint && block < disk.lastBlock;
    if (released && reading.receivedAt <= now - RELEASE_AFTER_MS) disk.blocks.delete(block);
  }
}

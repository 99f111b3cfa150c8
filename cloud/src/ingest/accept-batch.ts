import {
  instantMillis,
  instantText,
  METRICS,
  timeOf,
  type BatchResult,
  type Millis,
  type Reading,
} from '@keepsite/edge-contract';
import type { FollowUpRules } from '../domain/after/follow-up.ts';
import { CloudError } from '../errors.ts';
import type { Events } from '../events.ts';
import type { CheckedEvent, MetricStore, NewestReading, Notice, Notices, Store } from '../ports.ts';
import { keptText, readBatch, type Parcel } from './read-batch.ts';
import { type Taken, takeEvents } from './take-events.ts';

export interface IngestPorts {
  readonly store: Store;
  readonly metrics: MetricStore;
  readonly notices: Notices;
  readonly events: Events;
  /** Told which clients' numbers a batch has changed. */
  readonly touch: (clients: Iterable<string>) => void;
  /** When a client is to be asked how an incident went. */
  readonly followUp: FollowUpRules;
}

type Line = BatchResult['results'][number];

/**
 * Takes what an edge posts, record by record: each is accepted, was known, is rejected with the
 * reason (and kept), or is to be sent again because a store was away. Taking a batch again, in
 * parts or in another order, changes nothing. Throws CLOUD_BAD_INPUT only when the body is no
 * batch at all or names another edge.
 */
export async function acceptBatch(ports: IngestPorts, edge: string, body: unknown, now: Millis): Promise<BatchResult> {
  const parcel = await read(ports, edge, body);
  const known = await ports.store.edges.heard(edge, parcel.heartbeat, now, parcel.epoch);
  // Before the events: whoever is to be called back is known when the repair is.
  for (const { report, asset, name, contact, erasedAt } of parcel.reporters)
    if (erasedAt === undefined) await ports.store.repairs.take(report, asset, { name, contact });
    else await ports.store.repairs.erase(report, asset, instantMillis(erasedAt));
  const told: Notice[] = [{ kind: 'heartbeat', edge }, ...(await bringBack(ports, edge, parcel, now))];
  const touched = new Set<string>();
  const results = [
    ...(await acceptRegistry(ports, edge, parcel)),
    ...(await acceptEvents(ports, edge, parcel, told, touched)),
    ...(await acceptBlocks(ports, edge, parcel, told)),
    ...(await acceptDaily(ports, edge, parcel)),
  ];
  await keepRejected(ports, edge, parcel, results);
  await ports.notices.publish(told);
  if (touched.size > 0) ports.touch(touched);
  return { results, known };
}

/** An edge that has lost its response plans gets them again. */
async function bringBack({ store }: IngestPorts, edge: string, { heartbeat }: Parcel, now: Millis): Promise<Notice[]> {
  if (heartbeat?.response === undefined) return [];
  const commandId = await store.response.sendAgain(edge, heartbeat.response, now);
  return commandId === null ? [] : [{ kind: 'command', edge, commandId, incident: null, state: 'pending' }];
}

/** Whoever speaks for another edge is refused as a whole, and it stays on record under the name that he showed. */
async function read(ports: IngestPorts, edge: string, body: unknown): Promise<Parcel> {
  try {
    return readBatch(edge, body);
  } catch (cause) {
    if (!(cause instanceof CloudError) || cause.code !== 'CLOUD_FORBIDDEN') throw cause;
    const record = { kind: 'batch', seq: null, reason: cause.message };
    ports.events.recordRejected({ edge, ...record });
    await ports.store.edges.ingest(edge, (tx) => tx.reject({ ...record, body: keptText(body) }));
    throw cause;
  }
}

// ------------------------------------------------------------------------------------ events

async function acceptEvents(
  ports: IngestPorts,
  edge: string,
  { events: records, epoch }: Parcel,
  told: Notice[],
  touched: Set<string>,
): Promise<Line[]> {
  const good = records.flatMap((record) => (record.ok ? [record.value] : []));
  const lines = new Map<CheckedEvent, Line>();
  const outcome = await together(good, (events) =>
    ports.store.edges.ingest(edge, (tx) => takeEvents(tx, events, ports.followUp), epoch),
  );
  for (const { item, result, failure } of outcome) lines.set(item, failure ?? lineOf(item, result.verdicts));
  for (const incident of outcome.flatMap(({ result }) => result?.incidents ?? [])) {
    told.push({ kind: 'incident', id: incident.id });
    for (const client of incident.clients) touched.add(client);
  }
  for (const { event, hashOk } of good)
    if (!hashOk) ports.events.chainBroken({ edge, seq: event.seq, incident: event.incident });
  return records.map((record) =>
    record.ok
      ? (lines.get(record.value) ?? line('event', null, 'retry'))
      : line('event', record.seq, 'rejected', record.reason),
  );
}

function lineOf(checked: CheckedEvent, verdicts: Taken['verdicts']): Line {
  const { verdict, reason } = verdicts.get(checked) ?? { verdict: 'accepted', reason: null };
  return line('event', checked.event.seq, verdict, reason);
}

// ------------------------------------------------------------------------------------ readings

async function acceptBlocks(
  ports: IngestPorts,
  edge: string,
  { blocks: records, epoch }: Parcel,
  told: Notice[],
): Promise<Line[]> {
  const lines: Line[] = [];
  const newest = new Map<string, Reading>();
  for (const record of records) {
    if (!record.ok) {
      lines.push(line('block', record.seq, 'rejected', record.reason));
      continue;
    }
    const { seq, readings } = record.value;
    const [{ result, failure } = { result: undefined, failure: undefined }] = await together([record.value], () =>
      ports.metrics.write(edge, seq, readings, epoch),
    );
    lines.push(
      failure
        ? { ...failure, kind: 'block', seq }
        : line('block', seq, result === 'duplicate' ? 'duplicate' : 'accepted'),
    );
    if (result === 'written') keepNewest(newest, readings);
  }
  if (newest.size > 0) told.push({ kind: 'readings', items: newestItems(newest) });
  return lines;
}

/** Pages show canonical metrics only; a flood of others must not crowd them out of a notice. */
const SHOWN_SERIES = 200;

function keepNewest(newest: Map<string, Reading>, readings: readonly Reading[]): void {
  for (const reading of readings) {
    if (reading.historical || !Object.hasOwn(METRICS, reading.metric)) continue;
    const key = `${reading.device}\n${reading.metric}\n${reading.part ?? ''}`;
    const known = newest.get(key);
    if (!known || timeOf(known) <= timeOf(reading)) newest.set(key, reading);
  }
}

function newestItems(newest: ReadonlyMap<string, Reading>): NewestReading[] {
  return [...newest.values()].slice(0, SHOWN_SERIES).map((reading) => ({
    device: reading.device,
    metric: reading.metric,
    part: reading.part,
    value: reading.value,
    quality: reading.quality,
    at: instantText(timeOf(reading)),
  }));
}

// ------------------------------------------------------------------------------------ the rest

async function acceptRegistry(ports: IngestPorts, edge: string, parcel: Parcel): Promise<Line[]> {
  const { registry, devices } = parcel;
  const lines: Line[] = [];
  if (registry?.ok) {
    const { value } = registry;
    const [outcome] = await together([value], () => ports.store.edges.ingest(edge, (tx) => tx.saveRegistry(value)));
    lines.push(
      outcome?.failure
        ? { ...outcome.failure, kind: 'registry', seq: value.version }
        : line('registry', value.version, 'accepted'),
    );
  }
  if (registry && !registry.ok) lines.push(line('registry', registry.seq, 'rejected', registry.reason));
  if (devices?.ok)
    await together([devices.value], () => ports.store.edges.ingest(edge, (tx) => tx.saveDevices(devices.value)));
  return lines;
}

async function acceptDaily(ports: IngestPorts, edge: string, parcel: Parcel): Promise<Line[]> {
  const good = parcel.daily.flatMap((record) => (record.ok ? [record.value] : []));
  const outcome = await together(good, (rows) => ports.store.edges.ingest(edge, (tx) => tx.saveDaily(rows)));
  return [
    ...outcome.map(({ failure }) =>
      failure ? { ...failure, kind: 'daily' as const } : line('daily', null, 'accepted'),
    ),
    ...parcel.daily.flatMap((record) => (record.ok ? [] : [line('daily', null, 'rejected', record.reason)])),
  ];
}

/** What was refused stays visible, with the reason; a record that comes again and again is kept each time it came. */
async function keepRejected(ports: IngestPorts, edge: string, parcel: Parcel, results: readonly Line[]): Promise<void> {
  const refused = results.filter((result) => result.verdict === 'rejected');
  if (refused.length === 0) return;
  await ports.store.edges.ingest(edge, async (tx) => {
    for (const { kind, seq, reason } of refused) {
      ports.events.recordRejected({ edge, kind, seq, reason: reason ?? '' });
      await tx.reject({ kind, seq, reason: reason ?? '', body: parcel.bodyOf(kind, seq) });
    }
  });
}

type Outcome<T, R> =
  | { readonly item: T; readonly result: R; readonly failure?: undefined }
  | { readonly item: T; readonly result?: undefined; readonly failure: Line };

/**
 * All at once where that works, else one by one, so that a record that the store cannot hold is
 * the only one to be rejected. A store that is away asks for all of them again.
 */
async function together<T, R>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<R>,
): Promise<Outcome<T, R>[]> {
  if (items.length === 0) return [];
  try {
    const result = await write(items);
    return items.map((item) => ({ item, result }));
  } catch (cause) {
    if (!isBadInput(cause))
      return items.map((item) => ({ item, failure: line('event', seqOf(item), 'retry', 'the store is away') }));
    if (items.length === 1)
      return items.map((item) => ({ item, failure: line('event', seqOf(item), 'rejected', cause.message) }));
  }
  const outcomes: Outcome<T, R>[] = [];
  for (const item of items) outcomes.push(...(await together([item], write)));
  return outcomes;
}

function isBadInput(cause: unknown): cause is CloudError {
  return cause instanceof CloudError && cause.code === 'CLOUD_BAD_INPUT';
}

function seqOf(item: unknown): number | null {
  const { event } = item as { event?: { seq: number } };
  return event?.seq ?? null;
}

function line(kind: Line['kind'], seq: number | null, verdict: Line['verdict'], reason: string | null = null): Line {
  return { kind, seq, verdict, reason };
}

import { type Bound, excess, weightOf } from '../domain/fair-share.ts';
import { reasonPattern } from '../domain/reason-pattern.ts';
import {
  type Commit,
  GROUPED_TOPIC,
  type KeptMessage,
  type KeptOf,
  type QuarantinedMessage,
  type Store,
  type Stranger,
} from '../ports.ts';

const QUARANTINED_BYTES = 64 * 1024;

/** As the real store's. */
export interface KeptBounds {
  readonly rejected: Bound;
  readonly strangers: Bound & { readonly each: Bound };
}

/** The part of the twin's disk that holds what could not be used. */
export interface KeptDisk {
  quarantine: KeptMessage[];
  lastQuarantined: number;
  readonly strangers: Map<string, Stranger>;
}

/** Writes what a commit keeps, takes away what it read or forgot, and makes room. */
export function apply(disk: KeptDisk, commit: Commit, bounds: KeptBounds): void {
  const gone = new Set(commit.released);
  const forgotten = new Set(commit.forgotten);
  drop(disk, ({ id, stranger }) => gone.has(id) || (stranger !== null && forgotten.has(stranger)));
  for (const device of forgotten) disk.strangers.delete(device);
  for (const stranger of commit.strangers) disk.strangers.set(stranger.device, stranger);
  for (const message of commit.quarantined) {
    disk.lastQuarantined += 1;
    const payload = message.payload.slice(0, QUARANTINED_BYTES);
    disk.quarantine.push({ ...message, id: disk.lastQuarantined, payload });
  }
  for (const { stranger } of commit.quarantined)
    if (stranger !== null) makeRoom(disk, bounds.strangers.each, (kept) => kept.stranger === stranger);
  makeRoom(disk, bounds.strangers, ({ stranger }) => stranger !== null);
  makeRoom(disk, bounds.rejected, ({ stranger }) => stranger === null);
}

function drop(disk: KeptDisk, which: (kept: KeptMessage) => boolean): void {
  disk.quarantine = disk.quarantine.filter((kept) => !which(kept));
}

function makeRoom(disk: KeptDisk, bound: Bound, within: (kept: KeptMessage) => boolean): void {
  for (;;) {
    const held = disk.quarantine.filter(within);
    const by = excess(measure(held), bound);
    if (by === null) return;
    const shares = [...Map.groupBy(held, sourceOf).values()];
    // The oldest of the largest; among equals the one whose oldest is the oldest.
    const largest = shares.toSorted((a, b) => measure(b)[by] - measure(a)[by])[0]?.[0];
    drop(disk, (kept) => kept === largest);
  }
}

function measure(list: readonly KeptMessage[]): { items: number; bytes: number } {
  return { items: list.length, bytes: list.reduce((sum, kept) => sum + weightOf(kept), 0) };
}

function sourceOf({ stranger, device, topic }: KeptMessage): string {
  return stranger ?? device ?? topic;
}

/** Everything that can be asked of what is kept. */
export function keptReaders(
  disk: KeptDisk,
): Pick<Store, 'quarantine' | 'quarantineGroups' | 'kept' | 'keptFor' | 'lastKept'> {
  const rejected = () => disk.quarantine.filter((kept) => kept.reason !== null) as QuarantinedMessage[];
  return {
    quarantine: ({ before = Infinity, limit }) => ({
      items: rejected()
        .filter(({ id }) => id < before)
        .toReversed()
        .slice(0, limit),
      total: rejected().length,
    }),
    quarantineGroups: (limit) =>
      [...Map.groupBy(rejected(), groupOf).values()]
        .map(groupOfMessages)
        .toSorted((a, b) => b.newest.id - a.newest.id)
        .slice(0, limit),
    kept: ({ of, after = 0, upTo = Infinity, newestFirst = false, limit }) => {
      const found = disk.quarantine.filter((kept) => isOf(kept, of) && kept.id > after && kept.id <= upTo);
      return (newestFirst ? found.toReversed() : found).slice(0, limit);
    },
    keptFor: (stranger) => disk.quarantine.filter((kept) => kept.stranger === stranger).length,
    lastKept: () => disk.lastQuarantined,
  };
}

function isOf(kept: KeptMessage, of: KeptOf): boolean {
  if (of !== 'rejected' && 'stranger' in of) return kept.stranger === of.stranger;
  if (kept.reason === null) return false;
  if (of === 'rejected') return true;
  if ('device' in of) return kept.device === of.device || sourceOf(kept) === of.device;
  if ('family' in of) return kept.family === of.family;
  const { pattern, device, topic, family } = of.group;
  return (
    reasonPattern(kept.reason) === pattern &&
    kept.device === device &&
    kept.family === family &&
    groupTopic(kept) === topic
  );
}

function groupOf(kept: QuarantinedMessage): string {
  const { reason, device, family } = kept;
  return JSON.stringify([reasonPattern(reason), device, family, groupTopic(kept)]);
}

function groupTopic({ device, topic }: KeptMessage): string | null {
  return device === null ? Array.from(topic).slice(0, GROUPED_TOPIC).join('') : null;
}

function groupOfMessages(messages: readonly QuarantinedMessage[]): ReturnType<Store['quarantineGroups']>[number] {
  const newest = messages.at(-1) as QuarantinedMessage;
  const times = messages.map(({ at }) => at);
  return {
    pattern: reasonPattern(newest.reason),
    device: newest.device,
    topic: groupTopic(newest),
    family: newest.family,
    count: messages.length,
    firstAt: Math.min(...times),
    lastAt: Math.max(...times),
    whole: messages.filter(({ payload, size }) => payload.length === size).length,
    newest,
  };
}

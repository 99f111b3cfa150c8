import type { AdoptBody, Device, Millis, MoveBody, Registry } from '@keepsite/edge-contract';
import { localDay } from '../domain/directory.ts';
import type { Stranger } from '../ports.ts';

/** Who a device is: its id as its messages give it, its dialect, and topics that must be read in it by force. */
export interface Identity {
  readonly id: string;
  readonly family: string;
  readonly topics: readonly string[];
}

/** What a device's bindings are judged by: where it goes, and what time it is. */
export interface Placement {
  readonly asset: string;
  readonly timeZone: string;
  readonly now: Millis;
}

/**
 * All bindings of a device that is adopted, the newest last. One that was adopted before is bound
 * anew from the day on from which its messages were kept, and never before the old binding ended.
 */
export function adopted(
  registry: Registry,
  { id, family, topics }: Identity,
  { name, timeZone, expectEverySeconds }: Pick<AdoptBody, 'name' | 'timeZone' | 'expectEverySeconds'>,
  where: Placement & { readonly stranger: Stranger | undefined },
): Device[] {
  const before = registry.devices.filter((device) => device.id === id);
  const binding: Device = { id, family, asset: where.asset, name };
  if (timeZone !== undefined) binding.timeZone = timeZone;
  if (expectEverySeconds !== undefined) binding.expectEverySeconds = expectEverySeconds;
  if (topics.length > 0) binding.topics = [...topics];
  const last = before.at(-1);
  if (last) {
    const heard = localDay(where.stranger?.firstHeardAt ?? where.now, where.timeZone);
    binding.from = last.to !== undefined && last.to > heard ? last.to : heard;
  }
  return [...before, binding];
}

/** All bindings of a device once it stands elsewhere from today on, or is called otherwise. */
export function moved(
  registry: Registry,
  bound: Device,
  { name, timeZone, expectEverySeconds }: MoveBody,
  to: Placement | null,
  oldTimeZone: string,
): Device[] {
  const changed: Device = { ...bound };
  if (name !== undefined) changed.name = name;
  if (timeZone !== undefined) changed.timeZone = timeZone;
  if (expectEverySeconds !== undefined) changed.expectEverySeconds = expectEverySeconds;
  const all = registry.devices.filter(({ id }) => id === bound.id);
  if (to === null || to.asset === bound.asset) return all.map((it) => (it === bound ? changed : it));
  const closed = { ...bound, to: localDay(to.now, oldTimeZone) };
  const opened = { ...changed, asset: to.asset, from: localDay(to.now, to.timeZone) };
  return all.flatMap((it) => (it === bound ? (isEmpty(closed) ? [opened] : [closed, opened]) : [it]));
}

/** All bindings of a device that is released today: an empty one stays, because it keeps the registry's own line void. */
export function released(registry: Registry, bound: Device, timeZone: string, now: Millis): Device[] {
  const today = localDay(now, timeZone);
  return registry.devices.filter(({ id }) => id === bound.id).map((it) => (it === bound ? { ...it, to: today } : it));
}

function isEmpty({ from, to }: Device): boolean {
  return from !== undefined && to !== undefined && to <= from;
}

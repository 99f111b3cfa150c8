import type { DeviceStatus, Millis } from '@keepsite/edge-contract';
import type { Directory } from '../../domain/directory.ts';
import type { EdgeEvents, Log } from '../../events.ts';
import type { Clock, Feed, Store, WillLink } from '../../ports.ts';
import { createSparkplugNode } from './node.ts';

export interface SparkplugParts {
  readonly group: string;
  /** The node's id: the edge's. */
  readonly edge: string;
  readonly host: string | null;
  readonly link: WillLink;
  readonly store: Pick<Store, 'cursor' | 'saveCursor'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly directory: () => Directory;
  readonly devices: () => readonly DeviceStatus[];
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
}

export interface Sparkplug extends Pick<Feed, 'readings'> {
  start(): void;
  /** Publishes what is due; called once a second. */
  flush(): void;
  /** NDEATH, then the end of the connection. */
  stop(): Promise<void>;
}

const BDSEQ = 'sparkplug.bdSeq';
const LOOK_EVERY_MS = 10_000;

/**
 * Tells the newest values of every asset as a Sparkplug B 3.0 edge node. A courtesy like the other
 * announcements: what could not be told while the link was away is not made up for, the relay to the
 * cloud is the durable road.
 */
export function createSparkplug(parts: SparkplugParts): Sparkplug {
  const { group, edge, host, link, store, clock, directory, devices, log, events } = parts;
  const rankOf = (device: string) => directory().registry.devices.findIndex(({ id }) => id === device);
  const node = createSparkplugNode({ group, node: edge, host, rankOf });
  let bdSeq = storedNumber(store.cursor(BDSEQ));
  let lookedAt = -Infinity;
  let isAway = false;

  function assetOf(device: string, at: Millis): string | undefined {
    return directory().device(device, at)?.asset.id;
  }

  /** Each connection has its number, also across restarts: hosts tell a late death by it. */
  function nextNumber(): number {
    bdSeq = bdSeq === null ? 0 : (bdSeq + 1) % 256;
    try {
      store.saveCursor(BDSEQ, String(bdSeq));
    } catch (error) {
      events.workFailed('keep the number of the Sparkplug connection', error);
    }
    return bdSeq;
  }

  function look(now: Millis): void {
    if (now - lookedAt < LOOK_EVERY_MS) return;
    lookedAt = now;
    const heard = devices().filter(({ asset, lastHeardAt }) => asset !== null && lastHeardAt !== null);
    const alive = new Set(heard.filter(({ silent, online }) => !silent && online !== false).map(({ asset }) => asset));
    const known = new Set(heard.map(({ asset }) => asset));
    node.look({
      isSilent: (asset) => known.has(asset) && !alive.has(asset),
      standsAt: (device, asset) => assetOf(device, now) === asset,
    });
  }

  return {
    readings(readings) {
      for (const reading of readings) {
        const asset = assetOf(reading.device, reading.receivedAt);
        if (asset !== undefined) node.take(asset, reading);
      }
    },
    start() {
      link.start({
        filters: node.filters,
        will: () => node.connecting(nextNumber(), clock.now()),
        connected() {
          isAway = false;
          log.info({ group, node: edge }, 'connected to the Sparkplug broker');
          link.publish(node.connected(clock.now()));
        },
        lost(reason) {
          if (!isAway) log.warn({ reason }, 'the Sparkplug broker cannot be reached');
          isAway = true;
          node.lost();
        },
        heard(topic, payload) {
          const { say, leaving } = node.heard(topic, payload, clock.now());
          link.publish(say);
          if (leaving) link.renew(leaving);
        },
      });
    },
    flush() {
      const now = clock.now();
      look(now);
      if (!link.isCongested) link.publish(node.flush(now));
    },
    stop: () => link.stop(node.die(clock.now())),
  };
}

function storedNumber(text: string | undefined): number | null {
  const number = Number(text ?? Number.NaN);
  return Number.isInteger(number) && number >= 0 && number < 256 ? number : null;
}

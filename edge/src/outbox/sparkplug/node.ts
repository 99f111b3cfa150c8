import type { Millis, Reading } from '@keepsite/edge-contract';
import { asksForRebirth } from '../../devices/index.ts';
import type { Publication } from '../../domain/decoded.ts';
import { createSparkplugDevice, type SparkplugDevice } from './device.ts';
import { primaryHost } from './host.ts';
import { DATATYPE, type Metric, writePayload } from './payload.ts';

export interface NodeParts {
  readonly group: string;
  readonly node: string;
  /** The primary host whose STATE the node waits for; null: it waits for nobody. */
  readonly host: string | null;
  /** The place of a device in the registry. */
  readonly rankOf: (device: string) => number;
}

/** What is to be said, in this order; `leaving` are the last words before the connection is made anew. */
export interface Reaction {
  readonly say: readonly Publication[];
  readonly leaving: Publication | null;
}

/**
 * A Sparkplug B 3.0 edge node as a state machine without time or network: births, numbers, deaths. What is
 * told to it while nobody can hear it changes newest values and nothing else.
 */
export interface SparkplugNode {
  /** What has to be subscribed, QoS 1, before `connected`. */
  readonly filters: readonly string[];
  /** A connection is about to be tried under this number: the last will to connect with. */
  connecting(bdSeq: number, now: Millis): Publication;
  connected(now: Millis): readonly Publication[];
  lost(): void;
  heard(topic: string, payload: Uint8Array, now: Millis): Reaction;
  take(asset: string, reading: Reading): void;
  /** Who is silent dies, who speaks again is born with the next `flush`; devices that moved are left out. */
  look(places: Places): void;
  /** What is due: births before data. */
  flush(now: Millis): readonly Publication[];
  /** Last words before an intended end; null when nothing was said that would have to be taken back. */
  die(now: Millis): Publication | null;
}

export interface Places {
  /** True when every device of the asset is silent or says that it is offline. */
  readonly isSilent: (asset: string) => boolean;
  readonly standsAt: (device: string, asset: string) => boolean;
}

interface Member {
  readonly device: SparkplugDevice;
  born: boolean;
  silent: boolean;
}

type Verb = 'NBIRTH' | 'NDEATH' | 'DBIRTH' | 'DDATA' | 'DDEATH';

/** Hosts that all miss something ask all at once. */
const REBIRTH_EVERY_MS = 5_000;
/** A message of so many metrics stays far below what brokers take. */
const METRICS_A_MESSAGE = 500;
const NOTHING: Reaction = { say: [], leaving: null };

export function createSparkplugNode({ group, node, host: hostId, rankOf }: NodeParts): SparkplugNode {
  const members = new Map<string, Member>();
  const host = hostId === null ? null : primaryHost(hostId);
  const commands = `spBv1.0/${group}/NCMD/${node}`;
  let phase: 'away' | 'waiting' | 'alive' = 'away';
  let bdSeq = 0;
  let seq = 0;
  let aliases = 0;
  let rebornAt = -Infinity;
  let rebirthDue = false;

  const topicOf = (verb: Verb, asset?: string) =>
    `spBv1.0/${group}/${verb}/${node}${asset === undefined ? '' : `/${asset}`}`;

  function numbered(verb: Verb, now: Millis, metrics: readonly Metric[], asset?: string): Publication {
    seq = verb === 'NBIRTH' ? 0 : (seq + 1) % 256;
    return { topic: topicOf(verb, asset), payload: writePayload({ timestamp: now, metrics, seq }) };
  }

  const bdSeqMetric = (now: Millis): Metric => ({
    name: 'bdSeq',
    timestamp: now,
    datatype: DATATYPE.int64,
    value: bdSeq,
  });

  const death = (now: Millis): Publication => ({
    topic: topicOf('NDEATH'),
    payload: writePayload({ timestamp: now, metrics: [bdSeqMetric(now)] }),
  });

  function births(now: Millis): Publication[] {
    phase = 'alive';
    rebirthDue = false;
    for (const member of members.values()) member.born = false;
    const rebirth = { name: 'Node Control/Rebirth', timestamp: now, datatype: DATATYPE.boolean, value: false };
    return [numbered('NBIRTH', now, [bdSeqMetric(now), rebirth]), ...newborn(now)];
  }

  /** Deaths of those that fell silent, and births of whoever is new or has something new. */
  function newborn(now: Millis): Publication[] {
    return [...members].flatMap(([asset, member]) => {
      const { device, silent, born } = member;
      if (silent || device.isEmpty) {
        member.born = false;
        if (device.isEmpty) members.delete(asset);
        return born ? [numbered('DDEATH', now, [], asset)] : [];
      }
      if (born && !device.needsBirth) return [];
      member.born = true;
      return [numbered('DBIRTH', now, device.birth(now), asset)];
    });
  }

  function news(now: Millis): Publication[] {
    return [...members].flatMap(([asset, { device, born }]) => {
      if (!born) return [];
      const metrics = device.data();
      const count = Math.ceil(metrics.length / METRICS_A_MESSAGE);
      return Array.from({ length: count }, (_, index) => {
        const part = metrics.slice(index * METRICS_A_MESSAGE, (index + 1) * METRICS_A_MESSAGE);
        return numbered('DDATA', now, part, asset);
      });
    });
  }

  function fallSilent(): void {
    phase = 'away';
    for (const { device } of members.values()) device.forgetHistory();
  }

  function hostSpoke(payload: Uint8Array, now: Millis): Reaction {
    const word = host?.heard(payload) ?? null;
    if (word === 'online' && phase === 'waiting') return { say: births(now), leaving: null };
    if (word !== 'offline' || phase !== 'alive') return NOTHING;
    fallSilent();
    return { say: [], leaving: death(now) };
  }

  function ordered(payload: Uint8Array, now: Millis): Reaction {
    if (phase !== 'alive' || !asksForRebirth(payload)) return NOTHING;
    // Until it comes no data is sent.
    rebirthDue = true;
    return { say: rebirthAt(now), leaving: null };
  }

  function rebirthAt(now: Millis): Publication[] {
    if (now - rebornAt < REBIRTH_EVERY_MS) return [];
    rebornAt = now;
    return births(now);
  }

  return {
    filters: [`${commands}/#`, ...(host ? [host.topic] : [])],
    connecting(number, now) {
      fallSilent();
      bdSeq = number;
      host?.forget();
      return death(now);
    },
    connected(now) {
      phase = 'waiting';
      return host === null || host.isOnline ? births(now) : [];
    },
    lost: fallSilent,
    heard(topic, payload, now) {
      if (topic === host?.topic) return hostSpoke(payload, now);
      return topic === commands ? ordered(payload, now) : NOTHING;
    },
    take(asset, reading) {
      const member = members.get(asset) ?? {
        device: createSparkplugDevice({ nextAlias: () => ++aliases, rankOf }),
        born: false,
        silent: false,
      };
      member.device.take(reading, phase === 'alive');
      if (member.device.isEmpty) return;
      members.set(asset, member);
      if (isWordOfLife(reading)) member.silent = false;
    },
    look({ isSilent, standsAt }) {
      for (const [asset, member] of members) {
        member.device.keepOnly((device) => standsAt(device, asset));
        member.silent = isSilent(asset);
      }
    },
    flush(now) {
      if (phase !== 'alive') return [];
      if (rebirthDue) return rebirthAt(now);
      return [...newborn(now), ...news(now)];
    },
    die(now) {
      const words = phase === 'alive' ? death(now) : null;
      fallSilent();
      return words;
    },
  };
}

/** What the broker remembers, and a device that takes its leave, prove nobody alive. */
function isWordOfLife({ historical, quality, metric, value }: Reading): boolean {
  return !historical && quality !== 'cached' && !(metric === 'online' && value === false);
}

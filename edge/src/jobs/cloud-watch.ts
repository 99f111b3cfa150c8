import { instantText, type Asset, type Millis } from '@keepsite/edge-contract';
import type { Breach } from '../domain/breach.ts';
import type { RelayStatus } from '../outbox/relay.ts';
import type { Pipeline, Store } from '../ports.ts';

export interface CloudWatchParts {
  /** How the cloud answers; never called where no cloud is configured, because then there is no watch. */
  readonly relay: () => Pick<RelayStatus, 'failures' | 'lastAcceptedAt'>;
  /** No answer for so long is worth an incident, real ms. */
  readonly silenceMs: number;
  /** The gateway's own asset; undefined: the registry has none, and only log, heartbeat and `/readyz` tell. */
  readonly gateway: () => Pick<Asset, 'id'> | undefined;
  readonly store: Pick<Store, 'cursor' | 'saveCursor'>;
  readonly pipeline: Pick<Pipeline, 'raise'>;
  /** Edge time. */
  readonly now: () => Millis;
  /** Real time that only runs forward, ms. */
  readonly ticks: () => number;
  readonly log: { warn(fields: object, message: string): void };
}

/** The edge's side of the dead-man switch: it notices when the cloud does not answer any more. */
export interface CloudWatch {
  /** One look; call it every few seconds. */
  look(): Promise<void>;
  /** What is wrong, in a sentence; null: the cloud answers, or has not been away for long enough. */
  trouble(): string | null;
}

/** Where it stands on disk since when the cloud is silent; empty: it answers. */
const SILENT_KEY = 'cloud.silent';
/** So long the cloud must answer without a failure before it counts as back. */
const STEADY_MS = 60_000;

/**
 * Raises a minor incident about the gateway when the cloud has not answered for the configured time,
 * and clears its condition once the cloud has answered steadily for a minute. An uplink that comes
 * and goes therefore stays one incident, and a restart neither forgets nor repeats it. A cloud that
 * was configured and never answered counts like one that fell silent at the start.
 */
export function createCloudWatch(parts: CloudWatchParts): CloudWatch {
  const { relay, silenceMs, store, now, ticks, log } = parts;
  let silentSince = store.cursor(SILENT_KEY) || null;
  let lastAnswer: string | null = null;
  let heardAt = ticks();
  let steadySince: number | null = null;
  let looking = false;

  async function raise(state: Breach['state']): Promise<void> {
    const gateway = parts.gateway();
    if (gateway) await parts.pipeline.raise(breachOf(state, gateway, silenceMs, now()));
  }

  function hear(): void {
    const { failures, lastAcceptedAt } = relay();
    const isNew = lastAcceptedAt !== null && lastAcceptedAt !== lastAnswer;
    if (isNew) heardAt = ticks();
    lastAnswer = lastAcceptedAt;
    if (failures > 0) steadySince = null;
    else if (isNew) steadySince ??= ticks();
  }

  async function judge(): Promise<void> {
    if (silentSince === null && ticks() - heardAt >= silenceMs) {
      await raise('raised');
      silentSince = instantText(now());
      store.saveCursor(SILENT_KEY, silentSince);
      log.warn({ silenceSeconds: silenceMs / 1000 }, 'the cloud does not answer');
    } else if (silentSince !== null && steadySince !== null && ticks() - steadySince >= STEADY_MS) {
      await raise('cleared');
      silentSince = null;
      store.saveCursor(SILENT_KEY, '');
      log.warn({}, 'the cloud answers again');
    }
  }

  return {
    async look() {
      hear();
      // A disk that takes its time must not make two of one.
      if (looking) return;
      looking = true;
      await judge().finally(() => (looking = false));
    },
    trouble: () => (silentSince === null ? null : `the cloud does not answer, noticed at ${silentSince}`),
  };
}

function breachOf(state: Breach['state'], { id }: Pick<Asset, 'id'>, silenceMs: number, at: Millis): Breach {
  const minutes = Math.round(silenceMs / 60_000);
  return {
    state,
    source: 'edge:cloud',
    asset: id,
    device: null,
    fault: 'no_data',
    vendorCode: 'cloud_silent',
    severity: 'minor',
    summary: {
      en: `Gateway: the cloud has not answered for ${minutes} min; it works on alone and delivers later`,
      zh: `网关：云端已 ${minutes} 分钟无应答，现场照常运行，数据稍后补传`,
    },
    deviceAt: null,
    firstSeenAt: at,
    evidence: [],
  };
}

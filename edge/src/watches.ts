import type { Registry } from '@keepsite/edge-contract';
import { createOutsideWatcher } from './adapters/outside-watcher.ts';
import type { EdgeConfig } from './config.ts';
import type { EdgeEvents, Log } from './events.ts';
import { createCloudWatch } from './jobs/cloud-watch.ts';
import { createDeadMan } from './jobs/dead-man.ts';
import { gatewayOf } from './jobs/gateway-trouble.ts';
import type { Chore } from './jobs/housekeeping.ts';
import type { Relay } from './outbox/relay.ts';
import type { Clock, Pipeline, Store } from './ports.ts';

export interface WatchesParts {
  readonly config: Pick<EdgeConfig, 'edge' | 'cloudSilenceMs' | 'deadMan'>;
  /** Null: this edge has no cloud. */
  readonly relay: Pick<Relay, 'status'> | null;
  readonly registry: () => Registry;
  readonly store: Store;
  readonly pipeline: Pipeline;
  readonly clock: Pick<Clock, 'now'>;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
  readonly log: Pick<Log, 'warn'>;
}

/** The dead-man switches of this edge: it notices a cloud that has fallen silent, and a watcher outside notices this edge. */
export interface Watches {
  readonly chores: readonly Chore[];
  /** What is wrong with the cloud, in a sentence; null: nothing, or there is none. */
  cloudTrouble(): string | null;
  close(): Promise<void>;
}

const CLOUD_EVERY_MS = 5_000;

export function createWatches({ config, relay, registry, store, pipeline, clock, events, log }: WatchesParts): Watches {
  const now = () => clock.now();
  const ticks = () => performance.now();
  const cloudWatch =
    relay &&
    createCloudWatch({
      relay: () => relay.status(),
      silenceMs: config.cloudSilenceMs,
      gateway: () => gatewayOf(registry(), config.edge),
      store,
      pipeline,
      now,
      ticks,
      log,
    });
  const { deadMan } = config;
  const watcher = deadMan && createOutsideWatcher(deadMan.url);
  const ping = watcher && createDeadMan({ store, pipeline, ping: watcher.ping, now, ticks, log });

  function lookAtCloud(): void {
    void cloudWatch?.look().catch((error: unknown) => events.workFailed('watch the cloud', error));
  }

  return {
    chores: [
      { name: 'watch the cloud', everyMs: CLOUD_EVERY_MS, work: lookAtCloud },
      ...(deadMan && ping ? [{ name: 'dead man', everyMs: deadMan.everyMs, work: () => void ping() }] : []),
    ],
    cloudTrouble: () => cloudWatch?.trouble() ?? null,
    async close() {
      await watcher?.close();
    },
  };
}

import { type Heartbeat, instantText, type Millis } from '@keepsite/edge-contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EdgeConfig } from './config.ts';
import { countDevices } from './http/routes/operator.ts';
import type { Clock, Pipeline, Store } from './ports.ts';

export interface HeartbeatParts {
  readonly config: Pick<EdgeConfig, 'edge' | 'demo'>;
  readonly startedAt: Millis;
  readonly pipeline: Pick<Pipeline, 'status' | 'devices'>;
  readonly store: Pick<Store, 'sizes'>;
  readonly clock: Clock;
  /** The version of the response configuration that the edge goes by; as it is now. */
  readonly response: () => Heartbeat['response'];
  /** What the cloud checks this edge's links by; undefined: its links lead to itself. */
  readonly linkKey: () => string | undefined;
  /** What is wrong, by part; null where all is well. */
  readonly wrong: () => Readonly<Record<string, string | null>>;
}

const PACKAGE = join(import.meta.dirname, '../package.json');
const VERSION = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version;

/** How the edge is just now, as the cloud and its own pages are told. */
export function createHeartbeat(parts: HeartbeatParts): (backlog: Heartbeat['backlog']) => Heartbeat {
  const { config, startedAt, pipeline, store, clock, response, linkKey, wrong } = parts;
  return (backlog) => {
    const status = pipeline.status();
    return {
      edge: config.edge,
      at: instantText(clock.now()),
      startedAt: instantText(startedAt),
      version: VERSION,
      backlog,
      openIncidents: status.openIncidents,
      quarantined: store.sizes().quarantined,
      devices: countDevices(pipeline),
      clock: { scale: clock.scale, offsetMs: Math.round(clock.offsetMs ?? 0) },
      simulated: config.demo,
      troubles: told(wrong()),
      response: response(),
      linkKey: linkKey(),
    };
  };
}

function told(all: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(all).flatMap(([part, text]) => (text === null ? [] : [[part, text]])));
}

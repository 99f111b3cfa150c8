import { type Heartbeat, instantText, type Millis } from '@keepsite/edge-contract';
import { officePark } from '../domain/testing/office-park.ts';
import { createRelay, type Relay, type RelayParts } from '../outbox/relay.ts';
import { createFakeClock } from './fake-clock.ts';

/** The real relay of `edge-1` in the office park, with nobody to hear of its troubles but for those whom a test brings. */
export function createLoneRelay(parts: Pick<RelayParts, 'store' | 'uplink'> & Partial<RelayParts>): Relay {
  const clock = parts.clock ?? createFakeClock();
  return createRelay({
    edge: 'edge-1',
    registry: () => officePark,
    clock,
    heartbeat: (backlog) => calmHeartbeat(backlog, clock.now()),
    devices: () => [],
    events: QUIET_EVENTS,
    ...parts,
  });
}

function nothing(): void {}

/** Nobody hears of what the relay does. */
export const QUIET_EVENTS: RelayParts['events'] = {
  batchSent: nothing,
  uplinkLost: nothing,
  uplinkBack: nothing,
  recordRefused: nothing,
  recordsGone: nothing,
  workFailed: nothing,
};

/** Of an edge that has just started, with no device and nothing open. */
function calmHeartbeat(backlog: Heartbeat['backlog'], now: Millis): Heartbeat {
  const at = instantText(now);
  return {
    edge: 'edge-1',
    at,
    startedAt: at,
    version: '0.0.0',
    backlog,
    openIncidents: 0,
    quarantined: 0,
    devices: { known: 0, unknown: 0, silent: 0 },
    clock: { scale: 1, offsetMs: 0 },
    simulated: false,
  };
}

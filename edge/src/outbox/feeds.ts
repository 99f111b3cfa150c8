import type { Feed } from '../ports.ts';

/** One feed for all who listen to what was committed. */
export function feeds(...all: readonly Partial<Feed>[]): Feed {
  return {
    incident: (incident) => all.forEach((feed) => feed.incident?.(incident)),
    readings: (readings) => all.forEach((feed) => feed.readings?.(readings)),
    quarantine: (total) => all.forEach((feed) => feed.quarantine?.(total)),
    heartbeat: (heartbeat) => all.forEach((feed) => feed.heartbeat?.(heartbeat)),
  };
}

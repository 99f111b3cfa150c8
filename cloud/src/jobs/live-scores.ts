import type { Events } from '../events.ts';
import type { Notices, Store } from '../ports.ts';
import { scoreClient } from './score-client.ts';
import type { SiteClock } from './site-clock.ts';

export interface LivePorts {
  readonly store: Store;
  readonly notices: Notices;
  readonly events: Events;
  readonly clock: SiteClock;
  readonly timeZone: string;
}

/** Scores clients soon after something that concerns them. */
export interface LiveScores {
  /** Marks clients; each is scored within a second, however often it is marked meanwhile. */
  touch(clients: Iterable<string>): void;
  /** Resolves when nothing is marked any more. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Facts that come together are taken together. */
const PAUSE_MS = 150;

/** A client that cannot be scored is said to the operator, and the others go on. */
export function liveScores(ports: LivePorts): LiveScores {
  const marked = new Set<string>();
  const stopping = new AbortController();
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    while (marked.size > 0 && !stopping.signal.aborted) {
      const batch = [...marked];
      marked.clear();
      for (const id of batch) await scoreOne(ports, id);
    }
    running = null;
  }

  return {
    touch(clients) {
      for (const client of clients) marked.add(client);
      if (marked.size > 0 && !stopping.signal.aborted) running ??= run();
    },
    async settled() {
      for (let current = running; current; current = running) await current;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function scoreOne(ports: LivePorts, id: string): Promise<void> {
  const { store, notices, events } = ports;
  try {
    const client = await store.clients.get(id);
    if (!client) return;
    const card = await scoreClient(store, client, ports.clock.now(), ports.timeZone);
    events.clientScored({ client: id, day: card.day, score: card.report.score, colour: card.report.colour });
    await notices.publish([{ kind: 'client', client: id }]);
  } catch (cause) {
    events.jobFailed({ job: `score ${id}`, reason: cause instanceof Error ? cause.message : String(cause) });
  }
}

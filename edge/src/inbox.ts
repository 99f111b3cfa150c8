import { Worker } from 'node:worker_threads';
import { createThreadedInbox, type NearEnd } from './adapters/inbox-thread/near.ts';
import { createMqttInbox } from './adapters/mqtt-inbox.ts';
import { isOurs, ownTopics } from './adapters/own-topics.ts';
import type { BrokerSettings, GuestNews } from './broker.ts';
import type { EdgeConfig } from './config.ts';
import { type Gate, tlsDoor } from './gate.ts';
import type { Clock, Inbox } from './ports.ts';

export interface InboxParts {
  readonly config: EdgeConfig;
  readonly clock: Clock;
  /** Whose `bridge/state` tells that this edge is gone; undefined: the registry is empty. */
  readonly site: string | undefined;
  readonly gate: Gate;
  /** The broker is (again) there. */
  readonly onConnected: () => void;
  /** The embedded broker broke, and is started again. */
  readonly onLost: (reason: unknown) => void;
}

const BROKER = new URL('broker.ts', import.meta.url);

/** Where the edge's messages come from: the embedded broker in a thread of its own, or the external one that is configured. */
export function createInbox(parts: InboxParts): Inbox {
  return parts.config.mqtt.url === null ? embedded(parts) : external(parts, parts.config.mqtt.url);
}

function embedded({ config, clock, gate, onConnected, onLost }: InboxParts): NearEnd {
  const { host, port, denySubscribe, ordersFromAnybody } = config.mqtt;
  const sparkplug = config.sparkplug ? { group: config.sparkplug.group, node: config.edge } : null;
  const tls = tlsDoor(config.mqtt);
  const inbox = createThreadedInbox({
    clock,
    open(before) {
      const workerData: BrokerSettings = {
        host,
        port: before.port ?? port,
        tls: tls && { ...tls, port: before.tlsPort ?? tls.port },
        denySubscribe,
        ordersFromAnybody,
        sparkplug,
        guests: gate.guests(),
      };
      return new Worker(BROKER, { workerData });
    },
    onConnected,
    onLost,
    onWord: (word) => gate.hear(word as GuestNews),
  });
  gate.onListed((list) => inbox.tell(list));
  return inbox;
}

function external({ config, clock, site, onConnected }: InboxParts, url: string): Inbox {
  const isOwn = config.sparkplug ? ownTopics({ group: config.sparkplug.group, node: config.edge }) : isOurs;
  const offline = JSON.stringify({ edge: config.edge, state: 'offline' });
  const will = site === undefined ? {} : { will: { topic: `keepsite/${site}/bridge/state`, payload: offline } };
  return createMqttInbox({ clock, url, clientId: `keepsite-${config.edge}`, isOurs: isOwn, onConnected, ...will });
}

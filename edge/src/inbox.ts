import { Worker } from 'node:worker_threads';
import { createThreadedInbox, type NearEnd } from './adapters/inbox-thread/near.ts';
import { isOurs, ownTopics } from './adapters/own-topics.ts';
import type { BrokerOrder, BrokerSettings, GuestNews } from './broker.ts';
import type { EdgeConfig } from './config.ts';
import type { Gate } from './gate.ts';
import type { Clock, Inbox } from './ports.ts';
import type { TlsDoorKeeper } from './tls-door.ts';

export interface InboxParts {
  readonly config: EdgeConfig;
  readonly clock: Clock;
  /** Whose `bridge/state` tells that this edge is gone; undefined: the registry is empty. */
  readonly site: string | undefined;
  readonly gate: Gate;
  readonly tlsDoor: TlsDoorKeeper;
  /** The broker is (again) there. */
  readonly onConnected: () => void;
  /** The embedded broker broke, and is started again. */
  readonly onLost: (reason: unknown) => void;
}

const BROKER = new URL('broker.ts', import.meta.url);

/** Where the edge's messages come from: the embedded broker in a thread of its own, or the external one that is configured. */
export async function createInbox(parts: InboxParts): Promise<Inbox> {
  return parts.config.mqtt.url === null ? embedded(parts) : external(parts, parts.config.mqtt.url);
}

function embedded({ config, clock, gate, tlsDoor, onConnected, onLost }: InboxParts): NearEnd {
  const { host, port, denySubscribe, ordersFromAnybody } = config.mqtt;
  const sparkplug = config.sparkplug ? { group: config.sparkplug.group, node: config.edge } : null;
  const inbox = createThreadedInbox({
    clock,
    open(before) {
      const tls = tlsDoor.door();
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
  const order = (to: BrokerOrder): void => inbox.tell(to);
  gate.onListed(order);
  tlsDoor.onRenewed((tls) => order({ tls }));
  return inbox;
}

/** The client of MQTT is not read with the edge: the embedded broker needs none. */
async function external({ config, clock, site, onConnected }: InboxParts, url: string): Promise<Inbox> {
  const { createMqttInbox } = await import('./adapters/mqtt-inbox.ts');
  const isOwn = config.sparkplug ? ownTopics({ group: config.sparkplug.group, node: config.edge }) : isOurs;
  const offline = JSON.stringify({ edge: config.edge, state: 'offline' });
  const will = site === undefined ? {} : { will: { topic: `keepsite/${site}/bridge/state`, payload: offline } };
  return createMqttInbox({ clock, url, clientId: `keepsite-${config.edge}`, isOurs: isOwn, onConnected, ...will });
}

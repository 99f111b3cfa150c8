// The thread in which the embedded broker lives; `inbox.ts` starts it with its settings.
import { parentPort, workerData } from 'node:worker_threads';
import type { Credential } from './access/credentials.ts';
import { createDoorkeeper } from './access/doorkeeper.ts';
import { createSeal } from './access/seal.ts';
import { createAedesInbox, type TlsDoor } from './adapters/aedes-inbox.ts';
import { serveInbox } from './adapters/inbox-thread/far.ts';
import { isOurs, ownTopics } from './adapters/own-topics.ts';
import { createSystemClock } from './adapters/system-clock.ts';
import { keepCompiled } from './keep-compiled.ts';

/** What the broker is started with. */
export interface BrokerSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsDoor | null;
  readonly denySubscribe: readonly string[];
  /** Who shows nothing may give orders about incidents too. */
  readonly ordersFromAnybody: boolean;
  /** Null: this edge is no Sparkplug node. */
  readonly sparkplug: { readonly group: string; readonly node: string } | null;
  readonly guests: GuestList & {
    /** What secrets are sealed with. */
    readonly key: Uint8Array;
    readonly anonymous: boolean;
    readonly ownClients: readonly string[];
  };
}

/** Whom the broker lets in; it is told so again whenever the list changes. */
export interface GuestList {
  readonly credentials: readonly Credential[];
}

/** What the running broker is told. */
export type BrokerOrder = GuestList | { readonly tls: TlsDoor };

/** What the broker noticed of credentials since it told last. */
export interface GuestNews {
  readonly admitted: readonly string[];
  readonly denied: readonly { readonly name: string; readonly topic: string; readonly count: number }[];
}

const NEWS_EVERY_MS = 250;

if (parentPort) serve(workerData as BrokerSettings, parentPort);

function serve(settings: BrokerSettings, line: typeof parentPort): void {
  if (!line) return;
  const { host, port, tls, denySubscribe, ordersFromAnybody, sparkplug, guests } = settings;
  let { credentials } = guests;
  const admitted = new Set<string>();
  const denied = new Map<string, { readonly topic: string; readonly count: number }>();
  const doorkeeper = createDoorkeeper({
    credentials: () => credentials,
    seal: createSeal(guests.key),
    anonymous: guests.anonymous,
    ownClients: new Set(guests.ownClients),
    onAdmitted: (name) => admitted.add(name),
    onDenied: (name, topic) => denied.set(name, { topic, count: (denied.get(name)?.count ?? 0) + 1 }),
  });
  const inbox = createAedesInbox({
    clock: createSystemClock(),
    host,
    port,
    doorkeeper,
    denySubscribe,
    ordersFromAnybody,
    isOurs: sparkplug ? ownTopics(sparkplug) : isOurs,
    ...(tls && { tls }),
  });
  const say = serveInbox(line, {
    inbox,
    onWord(word) {
      const order = word as BrokerOrder;
      if ('tls' in order) return inbox.renew(order.tls);
      ({ credentials } = order);
      doorkeeper.reload();
    },
    onStopped: tellNews,
  });

  /** Gathered: a client that is denied a thousand times a second is no thousand news. */
  function tellNews(): void {
    if (admitted.size + denied.size === 0) return;
    const news: GuestNews = {
      admitted: [...admitted],
      denied: Array.from(denied, ([name, of]) => ({ name, ...of })),
    };
    admitted.clear();
    denied.clear();
    say(news);
  }
  setInterval(tellNews, NEWS_EVERY_MS).unref();
  keepCompiled(0);
}

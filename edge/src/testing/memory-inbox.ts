import { EdgeError } from '../errors.ts';
import type { Clock, Inbox, InboxMessage } from '../ports.ts';

export interface Spoken {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** A broker and its clients, without a network. */
export interface MemoryInbox extends Inbox {
  /**
   * A device says something. Resolves when the message is acknowledged (QoS 0: when it was handed
   * over), rejects when the handler throws or nobody listens.
   */
  deliver(topic: string, payload: string | Uint8Array, options?: DeliverOptions): Promise<void>;
  /** Hears what matches an MQTT filter, retained messages first; returns a way to stop. */
  listen(filter: string, listener: (spoken: Spoken) => void): () => void;
  /** All that the edge itself published, in order. */
  readonly published: readonly Spoken[];
  /** False plays a broker that is away: `publish` rejects. */
  setReachable(reachable: boolean): void;
}

export interface DeliverOptions {
  readonly qos?: 0 | 1 | 2;
  /** The device asks the broker to keep it. */
  readonly keep?: boolean;
  /** It comes as a message that the broker had kept. */
  readonly retain?: boolean;
  readonly client?: string | null;
}

/** The in-memory twin of the inbox; `inbox-contract.ts` holds it and the real ones to the same promises. */
export function createMemoryInbox(clock: Pick<Clock, 'now'>): MemoryInbox {
  const published: Spoken[] = [];
  const kept = new Map<string, Spoken>();
  const listeners = new Set<{ readonly filter: string; readonly listener: (spoken: Spoken) => void }>();
  let handler: ((message: InboxMessage) => void) | null = null;
  let reachable = true;

  function speak(spoken: Spoken): void {
    if (spoken.retain && spoken.payload === '') kept.delete(spoken.topic);
    else if (spoken.retain) kept.set(spoken.topic, spoken);
    for (const { filter, listener } of listeners)
      if (matches(filter, spoken.topic)) listener({ ...spoken, retain: false });
  }

  return {
    published,
    port: null,
    get connected() {
      return handler !== null && reachable;
    },
    setReachable(value) {
      reachable = value;
    },
    async start(newHandler) {
      if (handler) throw unreachable();
      handler = newHandler;
    },
    async publish(topic, payload, { retain = false } = {}) {
      if (!handler || !reachable) throw unreachable();
      const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
      const spoken = { topic, payload: text, retain };
      published.push(spoken);
      speak(spoken);
    },
    async stop() {
      handler = null;
    },
    listen(filter, listener) {
      const entry = { filter, listener };
      listeners.add(entry);
      for (const spoken of kept.values()) if (matches(filter, spoken.topic)) listener(spoken);
      return () => void listeners.delete(entry);
    },
    async deliver(topic, payload, { qos = 1, keep = false, retain = false, client = null } = {}) {
      if (!handler) throw unreachable();
      if (isOurs(topic)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
      handler({ topic, payload: bytes, retain, receivedAt: clock.now(), qos, client, acknowledge: resolve });
      if (qos > 0) await promise;
      speak({ topic, payload: new TextDecoder().decode(bytes), retain: keep });
    },
  };
}

function unreachable(): EdgeError {
  return new EdgeError('INBOX_UNREACHABLE', 'The inbox is not in a state for that.');
}

function isOurs(topic: string): boolean {
  const [root, , branch] = topic.split('/');
  return root === 'keepsite' && ['incidents', 'bridge', 'pages'].includes(branch ?? '') && !topic.endsWith('/commands');
}

function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== levels[index]) return false;
    if (index >= levels.length) return false;
  }
  return wanted.length === levels.length;
}

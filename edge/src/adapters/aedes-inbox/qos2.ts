type Done = (error?: Error | null) => void;

/** A QoS 2 message between its PUBLISH and its PUBREL. */
export interface Qos2Entry {
  committed: boolean;
  /** Repetitions that came while the first one was being committed. */
  readonly waiting: Done[];
}

/** What the window makes of a PUBLISH: new, a repetition it deals with itself, or one too many. */
export type Qos2Take =
  | { readonly kind: 'new'; readonly entry: Qos2Entry }
  | { readonly kind: 'repeated' }
  | { readonly kind: 'full' };

export interface Qos2Window {
  /** For a repetition `done` is called here: at once, or when the first one is committed. */
  take(client: string, messageId: number, done: Done): Qos2Take;
  committed(entry: Qos2Entry): void;
  /** The first one failed: nothing of it is remembered, its repetitions fail with it. */
  failed(client: string, messageId: number, entry: Qos2Entry, error: Error): void;
  /** Its PUBREL came. */
  released(client: string, messageId: number): void;
  /** The client's session is over. */
  forgotten(client: string): void;
}

/**
 * Remembers (client, message id) until PUBREL, so that a PUBLISH that is sent again is acknowledged
 * but not handed over again (MQTT 3.1.1 §4.3.3).
 */
export function createQos2Window(limit: number): Qos2Window {
  const clients = new Map<string, Map<number, Qos2Entry>>();

  function remove(client: string, messageId: number): void {
    const entries = clients.get(client);
    entries?.delete(messageId);
    if (entries?.size === 0) clients.delete(client);
  }

  return {
    take(client, messageId, done) {
      const entries = clients.get(client) ?? new Map<number, Qos2Entry>();
      const known = entries.get(messageId);
      if (known) {
        if (known.committed) done(null);
        else known.waiting.push(done);
        return { kind: 'repeated' };
      }
      if (entries.size >= limit) return { kind: 'full' };
      const entry: Qos2Entry = { committed: false, waiting: [] };
      entries.set(messageId, entry);
      clients.set(client, entries);
      return { kind: 'new', entry };
    },
    committed(entry) {
      entry.committed = true;
      // Later than the first one's own way through the broker: by then the broker knows the id itself.
      for (const done of entry.waiting.splice(0)) setImmediate(done, null);
    },
    failed(client, messageId, entry, error) {
      if (clients.get(client)?.get(messageId) === entry) remove(client, messageId);
      for (const done of entry.waiting.splice(0)) done(error);
    },
    released: remove,
    forgotten: (client) => void clients.delete(client),
  };
}

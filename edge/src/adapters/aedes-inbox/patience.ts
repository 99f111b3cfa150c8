import type { Client } from 'aedes';

/** How long the disk may take before the broker reads on without it, ms. */
const AFTER_MS = 250;

export interface PatienceLimits {
  /** Messages of one connection that may wait for the disk while more is read from it, and their bytes. */
  readonly patientMessages: number;
  readonly patientBytes: number;
}

/** Keeps connections alive whose messages wait for the disk. */
interface Patience {
  /** A message of so many bytes has begun to wait. */
  taken(client: Client, bytes: number): void;
  /** It was acknowledged or denied. */
  settled(client: Client, bytes: number): void;
}

interface Waiting {
  messages: number;
  bytes: number;
  /** For how many of them the broker was told to read on. */
  passed: number;
}

/** What aedes calls when a packet is done with: it reads on once that was said as often as there were packets. */
type Reading = Client & { readonly _nextBatch: () => void };

/**
 * aedes reads no further from a connection while a packet of it is being worked on. A PINGREQ behind
 * messages that wait for a full disk would never be heard, and both sides would take the other for
 * dead. So it is told to read on past them, up to a bound: beyond it the connection waits as aedes has it.
 */
export function createPatience(limits: PatienceLimits): Patience {
  const clients = new Map<Client, Waiting>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    timer = null;
    for (const [client, waiting] of clients) {
      if (client.closed) clients.delete(client);
      else if (waiting.messages <= limits.patientMessages && waiting.bytes <= limits.patientBytes)
        for (; waiting.passed < waiting.messages; waiting.passed += 1) (client as Reading)._nextBatch();
    }
    if (clients.size > 0) arm();
  }

  function arm(): void {
    timer ??= setTimeout(look, AFTER_MS).unref();
  }

  return {
    taken(client, bytes) {
      const waiting = clients.get(client);
      if (waiting) {
        waiting.messages += 1;
        waiting.bytes += bytes;
        return;
      }
      clients.set(client, { messages: 1, bytes, passed: 0 });
      arm();
    },
    settled(client, bytes) {
      const waiting = clients.get(client);
      if (!waiting) return;
      waiting.messages -= 1;
      waiting.bytes -= bytes;
      waiting.passed = Math.min(waiting.passed, waiting.messages);
      if (waiting.messages <= 0) clients.delete(client);
    },
  };
}

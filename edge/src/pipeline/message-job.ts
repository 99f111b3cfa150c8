import type { InboxMessage } from '../ports.ts';
import type { Transaction } from './transaction.ts';
import type { Job } from './work-queue.ts';

/** Who makes something of messages. */
export interface Listener {
  readonly hear: (message: InboxMessage, tx: Transaction) => void;
  /** It could not be heard; it is not acknowledged yet. */
  readonly failed: (message: InboxMessage, error: unknown) => void;
}

/** A message that waits to be heard. One small object each: all that are under way outlive what is thrown away meanwhile. */
export class MessageJob implements Job {
  readonly #message: InboxMessage;
  readonly #listener: Listener;

  constructor(message: InboxMessage, listener: Listener) {
    this.#message = message;
    this.#listener = listener;
  }

  get droppable(): boolean {
    return this.#message.qos === 0;
  }

  work(tx: Transaction): void {
    this.#listener.hear(this.#message, tx);
  }

  done(): void {
    this.#message.acknowledge();
  }

  failed(error: unknown): void {
    this.#listener.failed(this.#message, error);
  }
}

/** What could not be worked out stands in quarantine before it is acknowledged. */
export function keptAside(message: InboxMessage): Job {
  const { topic, payload, retain, receivedAt: at } = message;
  const nobody = { device: null, family: null, stranger: null };
  const [reason, size] = ['the gateway could not work it out', payload.length];
  const settled = () => message.acknowledge();
  return {
    work: (tx) => void tx.written.quarantined.push({ at, topic, retain, ...nobody, reason, payload, size }),
    done: settled,
    failed: settled,
  };
}

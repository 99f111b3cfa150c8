import type { Millis } from '@keepsite/edge-contract';
import { instantText } from '@keepsite/edge-contract';
import { sentenceOf } from '../errors.ts';
import type { Pipeline, Store } from '../ports.ts';

export interface DeadManParts {
  readonly store: Pick<Store, 'noteCursor' | 'synced' | 'duePages'>;
  readonly pipeline: Pick<Pipeline, 'status'>;
  /** Tells the watcher outside that we live; rejects when it did not take it. */
  readonly ping: () => Promise<void>;
  /** Edge time. */
  readonly now: () => Millis;
  /** Real time that only runs forward, ms. */
  readonly ticks: () => number;
  readonly log: { warn(fields: object, message: string): void };
}

/** A page that is due and does not move for so long means that nobody is paged any more. */
const STUCK_MS = 120_000;
const CURSOR = 'dead-man';

/**
 * A heartbeat for a watcher outside (healthchecks.io and its like), which raises the alarm when it
 * stays away. It goes out only when this edge does what it is for: the store takes a write, messages
 * are committed, and no page that is due stays where it is. Answers why it was not sent; null: it was.
 */
export function createDeadMan(parts: DeadManParts): () => Promise<string | null> {
  const { store, pipeline, now, ticks, log } = parts;
  let waiting: { readonly page: string; readonly since: number } | null = null;
  let said: string | null = null;

  function stuckPage(): string | null {
    const [due] = store.duePages(now(), 1);
    const page = due ? `${due.page.id} ${due.attempts} ${due.notBefore}` : null;
    if (page === null) waiting = null;
    else if (waiting?.page !== page) waiting = { page, since: ticks() };
    return waiting !== null && ticks() - waiting.since >= STUCK_MS ? `page ${due?.page.id} is not sent` : null;
  }

  async function whatIsWrong(): Promise<string | null> {
    try {
      store.noteCursor(CURSOR, instantText(now()));
      await store.synced();
      return pipeline.status().withheld ?? stuckPage();
    } catch (error) {
      return `the store takes no write: ${sentenceOf(error)}`;
    }
  }

  return async () => {
    const wrong = (await whatIsWrong()) ?? (await parts.ping().then(() => null, sentenceOf));
    if (wrong !== null && said === null) log.warn({ reason: wrong }, 'no heartbeat to the watcher outside');
    if (wrong === null && said !== null) log.warn({}, 'heartbeats to the watcher outside go out again');
    said = wrong;
    return wrong;
  };
}

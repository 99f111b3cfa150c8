import { type Millis, type Reading, type Retried, timeOf } from '@keepsite/edge-contract';
import type { DecodeMemory } from '../domain/decoded.ts';
import type { Clock, KeptMessage, KeptOf, Revisited, Store, Stranger } from '../ports.ts';
import type { Ears } from './hear.ts';
import { hearAgain, memoryOver, type SecondHearing } from './hear-again.ts';
import { forget, unlearn } from './strangers.ts';
import type { Transaction } from './transaction.ts';

/** What reading kept messages again needs of the pipeline. */
export interface RetryTable {
  readonly store: Pick<Store, 'kept' | 'keptFor' | 'lastKept' | 'readings'>;
  readonly clock: Pick<Clock, 'now'>;
  /** As they are now. */
  readonly ears: () => Ears;
  /** What dialects remember of what was heard live. */
  readonly memory: DecodeMemory;
  /** Answers once the work is on disk; the work is done again when the disk took nothing of it. */
  readonly inTransaction: <T>(work: (tx: Transaction, now: Millis) => T) => Promise<T>;
}

/** Kept messages that one piece of work reads: in between, live messages get their turn. */
const AT_ONCE = 64;
const NOTHING: Retried = { tried: 0, decoded: 0, stillRejected: 0, readings: 0 };

/** Reads kept messages again, the oldest first; those that are kept meanwhile are not looked at. */
export async function retry(of: KeptOf, table: RetryTable): Promise<Retried> {
  const { store, ears, inTransaction } = table;
  const upTo = store.lastKept();
  // What kept messages announce matters to each other; what was announced since is not overwritten.
  const memory = memoryOver(table.memory);
  const inHistory = (reading: Reading) => isInHistory(store, reading);
  let said: ReadonlySet<string> = new Set();
  let sum = NOTHING;
  for (let after = 0, more = true; more;) {
    const page = await inTransaction((tx, now) => {
      const kept = store.kept({ of, after, upTo, limit: AT_ONCE });
      // A copy: when the disk takes nothing, nothing of this was said.
      return hearPage(kept, { ears: ears(), tx, now, memory, inHistory, said: new Set(said) });
    });
    sum = plus(sum, page.retried);
    ({ said } = page);
    after = page.last ?? after;
    more = page.retried.tried === AT_ONCE;
  }
  return sum;
}

/** As {@link retry}, for each of these strangers. */
export async function revisit(strangers: readonly Stranger[], table: RetryTable): Promise<Retried> {
  let sum = NOTHING;
  for (const { device, family } of strangers) {
    const adopted = isAdopted(device, table);
    if (!adopted && family !== null) await table.inTransaction((tx) => unlearn(device, tx));
    sum = plus(sum, await retry({ stranger: device }, table));
    await table.inTransaction((tx) => recognise(device, adopted, table, tx));
  }
  return sum;
}

/** Whose messages may say something else now: whoever was named, else those whom `Pipeline.revisit` describes. */
export function toRevisit(strangers: readonly Stranger[], whom: Revisited | undefined, table: RetryTable): Stranger[] {
  if (whom && 'strangers' in whom) return strangers.filter(({ device }) => whom.strangers.includes(device));
  return strangers.filter(
    ({ device, family }) => family === null || family === whom?.family || isAdopted(device, table),
  );
}

function isAdopted(device: string, { ears, clock }: RetryTable): boolean {
  return ears().directory.device(device, clock.now()) !== undefined;
}

/** A device that was adopted goes on where the stranger was; a topic whose messages are all understood is done. */
function recognise(device: string, adopted: boolean, { store }: RetryTable, tx: Transaction): void {
  const stranger = tx.cells.strangers.get(device);
  const done = adopted || (stranger?.messages !== 0 && store.keptFor(device) === 0);
  if (!stranger || !done) return;
  const { lastHeardAt, online, topics } = stranger;
  const family = stranger.family ?? 'unknown';
  const heard = { device, family, lastHeardAt, online, silentSince: null, lastTopic: topics[0] ?? '' };
  if (adopted && !tx.cells.devices.get(device)) tx.device({ ...heard, writtenAt: lastHeardAt }, true);
  forget(device, tx);
}

interface Page {
  readonly retried: Retried;
  readonly said: ReadonlySet<string>;
  readonly last: number | undefined;
}

function hearPage(kept: readonly KeptMessage[], hearing: SecondHearing): Page {
  const became = kept.map((message) => hearAgain(message, hearing));
  const decoded = became.filter((it) => it.decoded).length;
  const readings = became.reduce((sum, it) => sum + it.readings, 0);
  const retried = { tried: became.length, decoded, stillRejected: became.length - decoded, readings };
  return { retried, said: hearing.said, last: kept.at(-1)?.id };
}

function isInHistory(store: Pick<Store, 'readings'>, { device, metric, part, ...times }: Reading): boolean {
  const from = timeOf(times);
  const there = store.readings({ device, metric, from, to: from + 1, limit: 1_000 });
  return there.some((reading) => reading.part === part);
}

/** Both together. */
export function plus(a: Retried, b: Retried): Retried {
  return {
    tried: a.tried + b.tried,
    decoded: a.decoded + b.decoded,
    stillRejected: a.stillRejected + b.stillRejected,
    readings: a.readings + b.readings,
  };
}

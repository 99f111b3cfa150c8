import { instantMillis, instantText, type Millis, Reporter, ToldReporter } from '@keepsite/edge-contract';
import { z } from 'zod';
import type { Store } from '../ports.ts';

const KEY = 'repair.reporter.';
/** When the reporter of a report was erased: whatever brings the same report again does not bring him back. */
const ERASED = 'repair.erased.';
const UNSENT = 'uplink.reporters';
/** Of an edge without a cloud the newest are kept in line, should it get one. */
const MOST_UNSENT = 1_000;
const PER_BATCH = 100;

/** As it stands in the store; `at` is missing where it was written before reporters were erased by themselves. */
const Kept = ToldReporter.omit({ erasedAt: true }).extend({ at: z.number().optional() });
const Erased = z.object({ asset: z.string(), at: z.number() });

/** A reporter who is kept, and since when. */
export interface KeptReporter {
  readonly report: string;
  /** Null: nobody wrote it down. */
  readonly at: Millis | null;
}

/** Names and numbers of those who reported something, beside the evidence: it could never forget them. */
export interface Reporters {
  save(report: string, asset: string, reporter: Reporter, at: Millis): void;
  of(report: string): Reporter | null;
  /** All whose name or number is here. */
  kept(): KeptReporter[];
  /**
   * Takes the name and the number out for good; false: there were none. `isTold`: the cloud is to erase its own
   * too. The report itself stays: in the evidence stands its id alone.
   */
  erase(report: string, at: Millis, isTold: boolean): boolean;
  /** Whom the cloud has not heard of, and whose erasure, the oldest first. */
  unsent(): ToldReporter[];
  /** The cloud has these now. */
  sent(told: readonly ToldReporter[]): void;
}

type Book = Pick<Store, 'cursor' | 'saveCursor' | 'cursorKeys' | 'forgetCursor'>;

/** Everything of it stands in the store, so that any two of them are the same. */
export function createReporters(store: Book): Reporters {
  const line = (): string[] => JSON.parse(store.cursor(UNSENT) ?? '[]') as string[];
  const putInLine = (report: string): void => {
    const others = line().filter((each) => each !== report);
    store.saveCursor(UNSENT, JSON.stringify([...others, report].slice(-MOST_UNSENT)));
  };

  function keptOf(report: string): z.infer<typeof Kept> | null {
    const kept = store.cursor(KEY + report);
    return kept ? Kept.parse(JSON.parse(kept)) : null;
  }

  function told(report: string): ToldReporter | null {
    const kept = keptOf(report);
    if (kept) return { report, asset: kept.asset, name: kept.name, contact: kept.contact };
    const erased = store.cursor(ERASED + report);
    if (erased === undefined) return null;
    const { asset, at } = Erased.parse(JSON.parse(erased));
    return { report, asset, name: '', contact: '', erasedAt: instantText(at) };
  }

  return {
    save(report, asset, { name, contact }, at) {
      if ((name === '' && contact === '') || told(report)) return;
      store.saveCursor(KEY + report, JSON.stringify({ report, asset, name, contact, at }));
      putInLine(report);
    },
    of(report) {
      const kept = keptOf(report);
      return kept && { name: kept.name, contact: kept.contact };
    },
    kept: () =>
      store.cursorKeys(KEY).flatMap((key) => {
        const kept = keptOf(key.slice(KEY.length));
        return kept ? [{ report: kept.report, at: kept.at ?? null }] : [];
      }),
    erase(report, at, isTold) {
      const kept = keptOf(report);
      if (!kept) return false;
      // Written first: a power cut in between leaves both, and the next erasure finishes it.
      store.saveCursor(ERASED + report, JSON.stringify({ asset: kept.asset, at } satisfies z.infer<typeof Erased>));
      if (isTold) putInLine(report);
      store.forgetCursor(KEY + report);
      return true;
    },
    unsent: () =>
      line()
        .slice(0, PER_BATCH)
        .flatMap((report) => told(report) ?? []),
    sent(all) {
      // Erased while it was on its way: the cloud has what it must yet forget.
      const gone = new Set(
        all.filter((one) => told(one.report)?.erasedAt === one.erasedAt).map(({ report }) => report),
      );
      store.saveCursor(UNSENT, JSON.stringify(line().filter((report) => !gone.has(report))));
    },
  };
}

/** Erased in one go: each is written to the disk by itself. */
const MOST_AT_ONCE = 50;

/** Parts that decide whose time is over. */
export interface KeepTime {
  readonly reporters: Pick<Reporters, 'kept' | 'erase'>;
  readonly store: Pick<Store, 'answerOf' | 'incident'>;
  /** How long after an incident is closed its reporters are kept. */
  readonly keepMs: number;
  readonly now: Millis;
}

/**
 * Erases whose incident was closed that long ago, and who reported what never became one, some at a time; answers
 * their reports.
 * An incident that is open keeps its reporters however long it takes: they are to be called back. The cloud, which
 * calls them, keeps its own by its own rule.
 */
export function eraseOverdue({ reporters, store, keepMs, now }: KeepTime): string[] {
  const isOver = ({ report, at }: KeptReporter): boolean => {
    const incident = incidentOf(store, report);
    if (!incident) return now - (at ?? 0) >= keepMs;
    return incident.closedAt !== null && now - instantMillis(incident.closedAt) >= keepMs;
  };
  return reporters
    .kept()
    .filter(isOver)
    .slice(0, MOST_AT_ONCE)
    .map(({ report }) => report)
    .filter((report) => reporters.erase(report, now, false));
}

/** The incident that a report opened or joined, by what it was answered. */
export function incidentOf(store: KeepTime['store'], report: string) {
  const answer = store.answerOf(report);
  const { incident = null } = answer === undefined ? {} : (JSON.parse(answer) as { incident?: string | null });
  return incident === null ? undefined : store.incident(incident);
}

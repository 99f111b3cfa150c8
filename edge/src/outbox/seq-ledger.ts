import { z } from 'zod';
import type { Store } from '../ports.ts';
import { readSaved } from './saved.ts';
import { appendSeq, countSeqs, splitAt, withoutRange, withoutSeqs, type SeqRanges } from './seq-ranges.ts';

/** What the cloud has not accepted yet of one numbered kind (events or blocks), kept across restarts. */
export interface SeqLedger {
  /** Ascending; the last one is live when it begins at the live border or later. */
  readonly ranges: SeqRanges;
  readonly count: number;
  /** Newest number that exists. */
  readonly newest: number;
  /** Ranges in the order to send them: live first, then backlog from the oldest. */
  inOrder(): SeqRanges;
  /** True for a number on the live side of the border. */
  isLive(seq: number): boolean;
  /** Numbers up to `seq` exist now. */
  extendTo(seq: number): void;
  /** These need not be sent any more. */
  done(seqs: Iterable<number>): void;
  /** These are gone from the disk; answers how many of them had not been sent. */
  gone(from: number, to: number): number;
  /** After an outage: what waits becomes backlog, the newest and all to come is live. */
  startLive(): void;
  save(): void;
}

/** As stored: closed ranges, then the open one of all that was not there yet. */
const Saved = z.array(z.tuple([z.int().positive(), z.int().positive().nullable()]));

/**
 * Reads the ledger under `key`. Everything that exists and is not noted as done is unsent: a cursor
 * that was never written, or one written before the last commits, sends too much, never too little.
 */
export function openSeqLedger(store: Pick<Store, 'cursor' | 'noteCursor'>, key: string, newestNow: number): SeqLedger {
  let newest = newestNow;
  let ranges = load(store.cursor(key), newest);
  let liveFrom = newest + 1;
  let saved: string | undefined;

  return {
    get ranges() {
      return ranges;
    },
    get count() {
      return countSeqs(ranges);
    },
    get newest() {
      return newest;
    },
    inOrder() {
      const live = ranges.filter(([from]) => from >= liveFrom);
      return [...live, ...ranges.slice(0, ranges.length - live.length)];
    },
    isLive: (seq) => seq >= liveFrom,
    extendTo(seq) {
      while (newest < seq) {
        newest += 1;
        ranges = appendSeq(ranges, newest, liveFrom);
      }
    },
    done(seqs) {
      ranges = withoutSeqs(ranges, seqs);
    },
    gone(from, to) {
      const before = countSeqs(ranges);
      ranges = withoutRange(ranges, from, to);
      return before - countSeqs(ranges);
    },
    startLive() {
      liveFrom = Math.max(1, newest);
      ranges = splitAt(merged(ranges), liveFrom);
    },
    save() {
      const text = JSON.stringify([...ranges, [newest + 1, null]]);
      if (text === saved) return;
      store.noteCursor(key, text);
      saved = text;
    },
  };
}

function load(text: string | undefined, newest: number): SeqRanges {
  const saved = readSaved(Saved, text, [[1, null]]);
  return saved.flatMap(([from, to]): [number, number][] => {
    const until = to ?? newest;
    return from <= until ? [[from, until]] : [];
  });
}

function merged(ranges: SeqRanges): SeqRanges {
  const result: [number, number][] = [];
  for (const [from, to] of ranges) {
    const last = result.at(-1);
    if (last && last[1] === from - 1) last[1] = to;
    else result.push([from, to]);
  }
  return result;
}

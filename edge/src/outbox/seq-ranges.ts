/**
 * A set of sequence numbers as ranges `[from, to]`, both inclusive, ascending and apart. Neighbouring
 * ranges may stay unmerged: the border between backlog and live runs between two of them.
 */
export type SeqRanges = readonly (readonly [from: number, to: number])[];

/** Adds one number above all others; it joins the last range only when that begins at `joinFrom` or later. */
export function appendSeq(ranges: SeqRanges, seq: number, joinFrom: number): SeqRanges {
  const last = ranges.at(-1);
  if (last && last[1] === seq - 1 && last[0] >= joinFrom) return [...ranges.slice(0, -1), [last[0], seq]];
  return [...ranges, [seq, seq]];
}

/** Takes numbers out. `done` in any order. */
export function withoutSeqs(ranges: SeqRanges, done: Iterable<number>): SeqRanges {
  let rest = ranges;
  for (const [from, to] of runsOf(done)) rest = withoutRange(rest, from, to);
  return rest;
}

/** Takes a whole range out. */
export function withoutRange(ranges: SeqRanges, from: number, to: number): SeqRanges {
  return ranges.flatMap(([a, b]): [number, number][] => {
    if (b < from || a > to) return [[a, b]];
    const rest: [number, number][] = [];
    if (a < from) rest.push([a, from - 1]);
    if (b > to) rest.push([to + 1, b]);
    return rest;
  });
}

/** Splits the range that holds both `seq − 1` and `seq`, so that one begins at `seq`. */
export function splitAt(ranges: SeqRanges, seq: number): SeqRanges {
  return ranges.flatMap(([a, b]): [number, number][] =>
    a < seq && seq <= b
      ? [
          [a, seq - 1],
          [seq, b],
        ]
      : [[a, b]],
  );
}

/** How many numbers there are. */
export function countSeqs(ranges: SeqRanges): number {
  return ranges.reduce((count, [from, to]) => count + to - from + 1, 0);
}

/** Consecutive numbers as ranges. */
function runsOf(seqs: Iterable<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (const seq of [...seqs].toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && seq <= last[1] + 1) last[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs;
}

import type { Millis } from './day.ts';

/** One value of a meter: a counter's kWh, or a power in W. */
export interface Sample {
  readonly at: Millis;
  readonly value: number;
}

/** A stretch of time whose energy is known. Stretches do not overlap; what lies between them is a gap. */
export interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
  readonly kwh: number;
}

export interface StretchRules {
  /** A longer silence is a gap: its energy may be known, its course is not. Default 30 min. */
  readonly maxGapMs?: number;
  /** No building draws more: a faster counter has jumped. Default 50 MW. */
  readonly maxKw?: number;
  /** Where the counter's register begins again, such as 100000 for five digits. Absent: it never does. */
  readonly rollsOverAt?: number;
}

const HOUR_MS = 3_600_000;
/** The default of {@link StretchRules.maxGapMs}. */
export const MAX_GAP_MS = 30 * 60_000;
const MAX_KW = 50_000;
/** How many samples a dip may last before it is believed to be a reset. */
const DIP_SAMPLES = 3;

/**
 * A counter's energy between its samples. Single spikes and short dips are dropped; a reset, a jump
 * that no building could draw and a silence split the course: over a reset and a jump nothing is
 * known, over a silence the sum is, and a full register goes on from zero. Samples in any order; equal instants keep the last one.
 */
export function stretchesOfCounter(samples: readonly Sample[], rules: StretchRules = {}): Stretch[] {
  const stretches: Stretch[] = [];
  let before: Sample | undefined;
  for (const sample of withoutSpikes(inOrder(samples), rules)) {
    const kwh = before ? growth(before, sample, rules) : null;
    if (before && kwh !== null) stretches.push({ from: before.at, to: sample.at, kwh });
    before = sample;
  }
  return stretches;
}

/** A power's energy: each sample holds until the next one, but never over a gap. Negative power is export and counts as zero. */
export function stretchesOfPower(samples: readonly Sample[], rules: StretchRules = {}): Stretch[] {
  const maxGapMs = rules.maxGapMs ?? MAX_GAP_MS;
  const stretches: Stretch[] = [];
  let before: Sample | undefined;
  for (const sample of inOrder(samples)) {
    if (before && sample.at - before.at <= maxGapMs) {
      const kwh = (Math.max(0, before.value) / 1000) * ((sample.at - before.at) / HOUR_MS);
      stretches.push({ from: before.at, to: sample.at, kwh });
    }
    before = sample;
  }
  return stretches;
}

/** True for a stretch that is too long to tell when its energy was drawn. */
export function isGap(stretch: Stretch, rules: StretchRules = {}): boolean {
  return stretch.to - stretch.from > (rules.maxGapMs ?? MAX_GAP_MS);
}

function inOrder(samples: readonly Sample[]): Sample[] {
  const sorted = samples.filter(({ value }) => Number.isFinite(value)).toSorted((a, b) => a.at - b.at);
  return sorted.filter((sample, index) => sorted[index + 1]?.at !== sample.at);
}

/**
 * Drops samples that the counter itself contradicts afterwards: a value above its successor that
 * carries on from the one before (spike), and values below the level to which the counter returns
 * within a few samples (dip).
 */
function withoutSpikes(samples: readonly Sample[], rules: StretchRules): Sample[] {
  const kept: Sample[] = [];
  for (let i = 0; i < samples.length; i += 1) {
    const sample = samples[i] as Sample;
    const last = kept.at(-1);
    const beforeLast = kept.at(-2);
    if (beforeLast && last && isSpike(beforeLast, last, sample, rules)) kept.pop();
    else if (last && sample.value < last.value && growth(last, sample, rules) === null)
      if (samples.slice(i + 1, i + 1 + DIP_SAMPLES).some((next) => growth(last, next, rules) !== null)) continue;
    kept.push(sample);
  }
  return kept;
}

/**
 * True for a value that the next one contradicts, since that carries on from the one before. A register that could
 * have gone all round in between is no excuse: none does within two readings.
 */
export function isSpike(before: Sample, sample: Sample, after: Sample, rules: StretchRules): boolean {
  if (after.value >= sample.value || growth(before, after, rules) === null) return false;
  return after.value >= before.value || growth(sample, after, rules) === null;
}

/** What a counter counted, if that can be: not backwards unless its register is full, not faster than possible. */
export function growth(before: Sample, after: Sample, { maxKw = MAX_KW, rollsOverAt }: StretchRules): number | null {
  const rolled = after.value < before.value && rollsOverAt !== undefined && before.value <= rollsOverAt;
  const kwh = after.value - before.value + (rolled ? rollsOverAt : 0);
  return kwh >= 0 && kwh <= maxKw * ((after.at - before.at) / HOUR_MS) ? kwh : null;
}

import type { Millis } from '../day.ts';
import { WindowedGaussian } from '../nab/windowed-gaussian.ts';
import { dataFaults } from '../quality/faults.ts';
import type { Point } from '../series.ts';
import { MeterWatch } from '../warnings/meter-watch.ts';
import { Watch } from '../warnings/watch.ts';
import { learnMeter, type Lesson, usesOf } from '../warnings/watch-meter.ts';

/** When each warning of a stretch of the recording was told, in rising order: after the fact that it rests on. */
export type Detector = (lesson: Lesson) => (test: readonly Point[]) => Millis[];

export const DETECTORS = {
  'meter watch': meterWatch,
  'data faults': stuckValues,
  watch: generalWatch,
  'static threshold': staticThreshold,
  'windowed Gaussian': windowedGaussian,
} as const satisfies Readonly<Record<string, Detector>>;
export type DetectorName = keyof typeof DETECTORS;

const DAY_MS = 86_400_000;

/** Alarms that follow each other within a day are one. */
function once(alarms: readonly Millis[]): Millis[] {
  return alarms.filter((at, i) => i === 0 || at - (alarms[i - 1] as Millis) > DAY_MS);
}

function meterWatch(lesson: Lesson): (test: readonly Point[]) => Millis[] {
  const { expectation, reference } = learnMeter(lesson);
  return (test) => {
    const watch = new MeterWatch(reference);
    return usesOf(lesson, test).flatMap((use) => {
      const warning = watch.hear({ ...use, expected: expectation(use) });
      // A day is judged when it is over.
      return warning?.opened ? [use.at + DAY_MS] : [];
    });
  };
}

/** Judged live: a stuck value is told as soon as what was heard so far shows it. */
function stuckValues({ baseline, step }: Lesson): (test: readonly Point[]) => Millis[] {
  const recent = baseline.slice(-Math.ceil((60 * DAY_MS) / step));
  const stuckSince = (heard: readonly Point[]) => dataFaults(heard, 'energy').filter(({ kind }) => kind === 'stuck');
  return (test) => {
    const first = test[0]?.at ?? 0;
    return stuckSince([...recent, ...test])
      .filter(({ from }) => from >= first - step)
      .flatMap(({ from, to }) => {
        const begun = test.filter(({ at }) => at > from && at <= to);
        const told = begun.find(({ at }) =>
          stuckSince([...recent, ...test.filter((point) => point.at <= at)]).some((fault) => fault.from === from),
        );
        return told ? [told.at + step] : [];
      });
  };
}

function generalWatch({ baseline, step, zone }: Lesson): (test: readonly Point[]) => Millis[] {
  const taught = new Watch(zone);
  for (const { at, value } of baseline) taught.hear(at, value);
  return (test) => {
    const watch = new Watch(zone, taught.state());
    return test.flatMap(({ at, value }) => (watch.hear(at, value)?.warning ? [at + step] : []));
  };
}

/** What most systems have: an alarm above the highest value of the baseline. */
function staticThreshold({ baseline, step }: Lesson): (test: readonly Point[]) => Millis[] {
  const highest = baseline.reduce((most, { value }) => Math.max(most, value ?? most), Number.NEGATIVE_INFINITY);
  return (test) => once(test.flatMap(({ at, value }) => (value !== null && value > highest ? [at + step] : [])));
}

function windowedGaussian({ baseline, step }: Lesson): (test: readonly Point[]) => Millis[] {
  return (test) => {
    const detector = new WindowedGaussian();
    for (const { value } of baseline) if (value !== null) detector.hear(value);
    return once(test.flatMap(({ at, value }) => (value !== null && detector.hear(value).warning ? [at + step] : [])));
  };
}

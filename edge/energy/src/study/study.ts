import type { Millis } from '../day.ts';
import { median } from '../statistics/order.ts';
import type { Point } from '../series.ts';
import type { Lesson } from '../warnings/watch-meter.ts';
import { DETECTORS, type DetectorName } from './detectors.ts';
import { inject, INJECTED, type Injected } from './inject.ts';

/** One detector on one recording: how late it is, and how often it is wrong. */
export interface StudyRow {
  readonly detector: DetectorName;
  /** Warnings per 30 days of the recording as it is. */
  readonly falseAlarmsAMonth: number;
  readonly months: number;
  /** Per injected fault: of how many trials it told within four weeks, and the median delay of those. */
  readonly faults: Readonly<Record<Injected, Found>>;
}

export interface Found {
  readonly trials: number;
  readonly found: number;
  /** Days; null when it never told. */
  readonly medianDelayDays: number | null;
}

const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const EVERY_MS = 14 * DAY_MS;
const WITHIN_MS = 28 * DAY_MS;

/**
 * Runs every detector on a recording as it is, and with each fault injected every two weeks. Warnings of
 * the untouched recording count as false: of a real building that is the strictest reading, for its
 * recorded year may hold real faults. A fault counts as found by the first warning that the untouched
 * recording does not have too.
 */
export function runStudy(lesson: Lesson, test: readonly Point[]): StudyRow[] {
  const days = ((test.at(-1)?.at ?? 0) + lesson.step - (test[0]?.at ?? 0)) / DAY_MS;
  return (Object.keys(DETECTORS) as DetectorName[]).map((detector) => {
    const warn = DETECTORS[detector](lesson);
    const untouched = warn(test);
    return {
      detector,
      falseAlarmsAMonth: (untouched.length * MONTH_DAYS) / days,
      months: days / MONTH_DAYS,
      faults: Object.fromEntries(
        INJECTED.map((fault) => [fault, trial(fault, test, lesson.zone, warn, new Set(untouched))]),
      ) as Record<Injected, Found>,
    };
  });
}

function trial(
  fault: Injected,
  test: readonly Point[],
  zone: string,
  warn: (test: readonly Point[]) => Millis[],
  untouched: ReadonlySet<Millis>,
): Found {
  const delays = startsOf(test).map((from) => {
    const heard = test.filter(({ at }) => at < from + WITHIN_MS);
    const told = warn(inject(fault, heard, from, zone)).find((at) => at > from && !untouched.has(at));
    return told === undefined ? null : (told - from) / DAY_MS;
  });
  const found = delays.filter((delay) => delay !== null);
  return { trials: delays.length, found: found.length, medianDelayDays: found.length > 0 ? median(found) : null };
}

/** Every two weeks, as long as four weeks follow; not at midnight, when nothing has been judged yet. */
function startsOf(test: readonly Point[]): Millis[] {
  const first = test[0]?.at ?? 0;
  const last = (test.at(-1)?.at ?? 0) - WITHIN_MS;
  const count = Math.max(0, Math.ceil((last - first) / EVERY_MS));
  return Array.from({ length: count }, (_, i) => first + (i + 1) * EVERY_MS - DAY_MS / 2).filter((at) => at <= last);
}

import { metricKind, type Millis, type Quality, type Reading, timeOf, type Value } from '@keepsite/edge-contract';
import { DATATYPE, type Datatype, type Metric } from './payload.ts';

/** An asset as a Sparkplug device: its metrics, their aliases, and what has not been told yet. */
export interface SparkplugDevice {
  /** Takes note of a reading; history only when `keepsHistory`. */
  take(reading: Reading, keepsHistory: boolean): void;
  /** True once there is a metric that its last birth did not tell of, or told otherwise. */
  readonly needsBirth: boolean;
  /** All metrics with their newest values, the oldest value first. */
  birth(now: Millis): Metric[];
  /** What has changed since it was last told, and the history that came: the oldest value first. */
  data(): Metric[];
  /** Forgets what came and was not told; the newest values stay. */
  forgetHistory(): void;
  /** Drops the metrics of devices that stand elsewhere now. */
  keepOnly(isHere: (device: string) => boolean): void;
  readonly isEmpty: boolean;
}

export interface DeviceParts {
  /** Gives out numbers that no other metric of the node has. */
  readonly nextAlias: () => number;
  /** The place of a device in the registry: of two that say the same, the first has the plain name. */
  readonly rankOf: (device: string) => number;
}

interface Sample {
  readonly value: Value;
  readonly at: Millis;
  readonly quality: Quality;
}

interface Series {
  readonly device: string;
  /** `<metric>` or `<metric>/<part>`. */
  readonly name: string;
  readonly alias: number;
  readonly unit: string | null;
  datatype: Datatype;
  newest: Sample | null;
  changed: boolean;
  /** A quality other than good was told: that it is good again must be told too. */
  toldPoor: boolean;
}

/** Of one asset, between two messages; beyond it the oldest goes. */
const MOST_HISTORY = 10_000;

export function createSparkplugDevice({ nextAlias, rankOf }: DeviceParts): SparkplugDevice {
  const all = new Map<string, Series>();
  let history: { readonly series: Series; readonly sample: Sample }[] = [];
  let needsBirth = false;

  function seriesOf(reading: Reading): Series {
    const key = `${reading.device}\n${reading.metric}\n${reading.part ?? ''}`;
    const known = all.get(key);
    if (known) return known;
    const made = introduce(reading, nextAlias());
    all.set(key, made);
    needsBirth = true;
    return made;
  }

  /** The devices of an asset may say the same: then all but the first one's have the device before the name. */
  function names(): Map<Series, string> {
    const ranked = [...all.values()].toSorted((one, other) => rankOf(one.device) - rankOf(other.device));
    const taken = new Set<string>();
    return new Map(
      ranked.map((series) => {
        const name = taken.has(series.name) ? `${series.device}/${series.name}` : series.name;
        taken.add(name);
        return [series, name];
      }),
    );
  }

  function changes(): Metric[] {
    const changed = [...all.values()].filter((series) => series.changed);
    return changed.flatMap((series) => {
      const { newest, toldPoor } = series;
      told(series);
      return newest ? [metricOf(series, newest, toldPoor)] : [];
    });
  }

  return {
    get needsBirth() {
      return needsBirth;
    },
    get isEmpty() {
      return all.size === 0;
    },
    take(reading, keepsHistory) {
      if (reading.historical && !keepsHistory) return;
      const series = seriesOf(reading);
      const sample = { value: reading.value, at: timeOf(reading), quality: reading.quality };
      needsBirth = fit(series, sample.value) || needsBirth;
      if (reading.historical) {
        history.push({ series, sample });
        if (history.length >= 2 * MOST_HISTORY) history = history.slice(-MOST_HISTORY);
      } else note(series, sample);
    },
    birth(now) {
      needsBirth = false;
      const births = [...names()].map(([series, name]) => {
        const { newest, unit } = series;
        told(series);
        const sample = newest ?? { value: null, at: now, quality: 'unknown' };
        return { ...metricOf(series, sample, false), name, ...(unit !== null && { unit }) };
      });
      return births.toSorted(byTime);
    },
    data() {
      const late = history.slice(-MOST_HISTORY).map(({ series, sample }) => ({
        ...metricOf(series, sample, false),
        historical: true,
      }));
      history = [];
      return [...late, ...changes().toSorted(byTime)];
    },
    forgetHistory() {
      history = [];
    },
    keepOnly(isHere) {
      const gone = [...all].filter(([, { device }]) => !isHere(device));
      for (const [key] of gone) all.delete(key);
      if (gone.length === 0) return;
      history = history.filter(({ series }) => isHere(series.device));
      needsBirth = true;
    },
  };
}

function introduce({ device, metric, part }: Reading, alias: number): Series {
  const kind = metricKind(metric);
  const unit = kind?.type === 'number' && kind.unit !== '' ? kind.unit : null;
  const datatype = { number: DATATYPE.double, boolean: DATATYPE.boolean, text: DATATYPE.string }[
    kind?.type ?? 'number'
  ];
  const name = part === null ? metric : `${metric}/${part}`;
  return { device, name, alias, unit, datatype, newest: null, changed: false, toldPoor: false };
}

const DATATYPES: Readonly<Record<string, Datatype>> = {
  number: DATATYPE.double,
  boolean: DATATYPE.boolean,
  string: DATATYPE.string,
};

/** A point without a canonical name is what its value is; true when it was something else. */
function fit(series: Series, value: Value): boolean {
  const datatype = DATATYPES[typeof value] ?? series.datatype;
  const isOther = datatype !== series.datatype;
  series.datatype = datatype;
  return isOther;
}

/** Reported by exception: the same value in the same quality is no news. */
function note(series: Series, sample: Sample): void {
  const { newest } = series;
  series.changed ||= newest?.value !== sample.value || newest.quality !== sample.quality;
  series.newest = sample;
}

function told(series: Series): void {
  series.changed = false;
  series.toldPoor = series.newest !== null && series.newest.quality !== 'good';
}

/** The specification knows three qualities (6.4.18); what the device itself calls null is not to be trusted either. */
const CODES: Readonly<Record<Quality, number>> = { good: 192, stale: 500, cached: 500, bad: 0, unknown: 0 };

function metricOf({ alias, datatype }: Series, { value, at, quality }: Sample, saysGood: boolean): Metric {
  // History from before the point became another type cannot be told under its alias.
  const fits = value !== null && DATATYPES[typeof value] === datatype;
  const metric = { alias, datatype, timestamp: Math.max(0, Math.round(at)), value: fits ? value : null };
  return quality === 'good' && !saysGood ? metric : { ...metric, quality: CODES[quality] };
}

function byTime(one: Metric, other: Metric): number {
  return one.timestamp - other.timestamp;
}

import {
  type Asset,
  type DailyEnergy,
  type Device,
  instantTextOrNull,
  type Millis,
  type Registry,
} from '@keepsite/edge-contract';
import {
  dayFigures,
  type DayFigures,
  dayOf,
  localDay,
  type LocalDay,
  NO_FIGURES,
  type Sample,
  sameWeekdaysBefore,
  shiftDay,
  type StretchRules,
  stretchesOfCounter,
  stretchesOfPower,
  usualKwh,
} from '@keepsite/edge-energy';
import type { EdgeEvents } from '../events.ts';
import type { Clock, Store } from '../ports.ts';

/** Ten minutes after midnight the last readings of the day are in. */
const AT = '00:10';
/** An edge that was off for a while makes up for this many days. */
const CATCH_UP_DAYS = 7;
/** Readings around the day, so that its first and last stretch are whole. */
const MARGIN_MS = 2 * 3_600_000;
const READINGS = 500_000;
/** No meter draws more than this many times what its contract allows. */
const DEMAND_FACTOR = 5;
const METER_KINDS: readonly Asset['kind'][] = ['meter', 'switchboard'];

export interface DailyEnergyParts {
  /** As it is now. */
  readonly registry: () => Registry;
  readonly store: Pick<Store, 'readings' | 'daily' | 'saveDaily'>;
  readonly clock: Pick<Clock, 'now' | 'wake'>;
  readonly events: Pick<EdgeEvents, 'dayReckoned' | 'workFailed'>;
  /** These days have new rows. */
  readonly onDays: (days: readonly string[]) => void;
}

export interface DailyEnergyJob {
  /** Reckons one local day of every meter in a zone, saves and returns its rows. */
  reckon(zone: string, day: string): Promise<DailyEnergy[]>;
  /** Reckons what is missing up to yesterday, by edge time. */
  catchUp(zone: string): Promise<void>;
  /** Every night at 00:10 of each site's zone, by edge time, and once now for what was missed. Again: for zones that are new. */
  start(): void;
  stop(): void;
}

/** Energy per local day: what a client's report and the cloud's `energy` view are made of. */
export function createDailyEnergyJob(parts: DailyEnergyParts): DailyEnergyJob {
  const { store, clock, events } = parts;
  const meters = () => placedDevices(parts.registry());
  /** What ends waiting for the next night, by the zone. */
  const nights = new Map<string, () => void>();
  let stopped = false;

  async function reckon(zone: string, day: string): Promise<DailyEnergy[]> {
    const local = localDay(day, zone);
    const history = Map.groupBy(
      sameWeekdaysBefore(day).flatMap((before) => store.daily({ from: before, to: before })),
      ({ device }) => device,
    );
    const rows: DailyEnergy[] = [];
    for (const meter of meters()) {
      if (meter.zone !== zone || !stoodThere(meter, day) || stopped) continue;
      const figures = figuresOf(meter, local, store);
      if (figures) rows.push(rowOf(meter, local, figures, history.get(meter.device.id) ?? []));
      // Each meter's history is read in one go; in between, messages must get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (rows.length === 0 || stopped) return rows;
    store.saveDaily(rows);
    parts.onDays([day]);
    events.dayReckoned(day, zone, rows.length);
    return rows;
  }

  async function catchUp(zone: string): Promise<void> {
    try {
      for (const day of missingDays(zone)) await reckon(zone, day);
    } catch (error) {
      events.workFailed('daily energy', error);
    }
  }

  function everyNight(zone: string): void {
    nights.set(
      zone,
      clock.wake(nextNight(clock.now(), zone), () => everyNight(zone)),
    );
    void catchUp(zone);
  }

  /** From the day after the newest one that is known, but never far back; without any, only yesterday. */
  function missingDays(zone: string): string[] {
    const yesterday = shiftDay(dayOf(clock.now(), zone), -1);
    const devices = new Set(
      meters()
        .filter((meter) => meter.zone === zone)
        .map(({ device }) => device.id),
    );
    const known = store
      .daily({ from: shiftDay(yesterday, -CATCH_UP_DAYS), to: yesterday })
      .filter(({ device }) => devices.has(device))
      .map(({ day }) => day)
      .toSorted();
    const days: string[] = [];
    for (let day = shiftDay(known.at(-1) ?? shiftDay(yesterday, -1), 1); day <= yesterday; day = shiftDay(day, 1))
      days.push(day);
    return days;
  }

  return {
    reckon,
    catchUp,
    start() {
      for (const zone of new Set(meters().map((meter) => meter.zone))) {
        if (!nights.has(zone)) everyNight(zone);
      }
    },
    stop() {
      stopped = true;
      for (const cancel of nights.values()) cancel();
    },
  };
}

/** A cron would go by the machine's clock, which may be wrong or slower than the demo's, and its `Intl` takes 10 MB. */
function nextNight(now: Millis, zone: string): Millis {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: zone, plainTime: AT }).epochMilliseconds;
  return at(today) > now ? at(today) : at(today.add({ days: 1 }));
}

interface PlacedDevice {
  readonly device: Device;
  readonly asset: Asset;
  readonly zone: string;
}

/** A meter that was moved counts for the asset on which it stood that day; on the day itself, for the new one. */
function stoodThere({ device: { from, to } }: PlacedDevice, day: string): boolean {
  return (from === undefined || from <= day) && (to === undefined || day < to);
}

function placedDevices({ sites, zones, assets, devices }: Registry): PlacedDevice[] {
  const clocks = new Map(sites.map(({ id, zone }) => [id, zone]));
  const zoneClocks = new Map(zones.map(({ id, site }) => [id, clocks.get(site)]));
  const known = new Map(assets.map((asset) => [asset.id, asset]));
  return devices.flatMap((device) => {
    const asset = known.get(device.asset);
    const zone = asset && zoneClocks.get(asset.zone);
    return asset && zone !== undefined ? [{ device, asset, zone }] : [];
  });
}

/** Null for a device that is no meter: it has never said anything about energy. */
function figuresOf({ device, asset }: PlacedDevice, day: LocalDay, store: Pick<Store, 'readings'>): DayFigures | null {
  const rules = rulesOf(asset);
  const counters = samplesOf(store, device.id, 'energy_import_kwh', day);
  const powers = samplesOf(store, device.id, 'active_power_w', day);
  if (counters.length + powers.length === 0) return METER_KINDS.includes(asset.kind) ? NO_FIGURES : null;
  const counted = dayFigures(
    day,
    counters.map((samples) => stretchesOfCounter(samples, rules)),
    rules,
  );
  const measured = dayFigures(
    day,
    powers.map((samples) => stretchesOfPower(samples, rules)),
    rules,
  );
  const peak = counted.peakKw === null ? measured : counted;
  // A counter knows the energy best; a power that is read more often knows its course better.
  return {
    kwh: counted.kwh ?? measured.kwh,
    peakKw: peak.peakKw,
    peakAt: peak.peakAt,
    nightShare: counted.nightShare ?? measured.nightShare,
    coverage: Math.max(counted.coverage, measured.coverage),
  };
}

function rulesOf({ traits }: Asset): StretchRules {
  const demand = traits['contractDemandKw'];
  return typeof demand === 'number' && demand > 0 ? { maxKw: demand * DEMAND_FACTOR } : {};
}

/** One list per part that must be added up: the meter as a whole, else its phases, channels or tariff registers. */
function samplesOf(store: Pick<Store, 'readings'>, device: string, metric: string, day: LocalDay): Sample[][] {
  const readings = store.readings({
    device,
    metric,
    from: day.from - MARGIN_MS,
    to: day.to + MARGIN_MS,
    limit: READINGS,
  });
  const byPart = Map.groupBy(readings, ({ part }) => part);
  return wholeOf([...byPart.keys()]).map((part) =>
    (byPart.get(part) ?? []).flatMap(({ quality, value, at, receivedAt }) =>
      quality === 'good' && typeof value === 'number' ? [{ at: at ?? receivedAt, value }] : [],
    ),
  );
}

const GROUPS: readonly RegExp[] = [/^(a|b|c)$/, /^ch\d+$/, /^(sharp|peak|flat|valley)$/];

function wholeOf(parts: readonly (string | null)[]): (string | null)[] {
  if (parts.includes(null)) return [null];
  if (parts.includes('total')) return ['total'];
  for (const group of GROUPS) {
    const members = parts.filter((part) => part !== null && group.test(part));
    if (members.length > 0) return members;
  }
  return [];
}

function rowOf(
  { device, asset }: PlacedDevice,
  day: LocalDay,
  figures: DayFigures,
  history: readonly DailyEnergy[],
): DailyEnergy {
  return {
    asset: asset.id,
    device: device.id,
    day: day.day,
    ...figures,
    peakAt: instantTextOrNull(figures.peakAt),
    usualKwh: usualKwh(history.map(({ kwh }) => kwh)),
  };
}

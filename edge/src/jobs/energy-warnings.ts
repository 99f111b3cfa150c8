import { type ApprovedChange, ApprovedChanges } from '@keepsite/cloud-contract';
import type { Asset, DailyEnergy, Fault, Millis, Registry } from '@keepsite/edge-contract';
import { type Channel, compareDays, dayOf, localDay, shiftDay } from '@keepsite/edge-energy';
import { z } from 'zod';
import type { Breach } from '../domain/breach.ts';
import type { EdgeEvents } from '../events.ts';
import type { Clock, Pipeline, Store } from '../ports.ts';
import { BASELINE_DAYS, begun, judged, type Told, type Watched } from './energy-watched.ts';

export interface EnergyWarningsParts {
  readonly registry: () => Registry;
  readonly store: Pick<Store, 'daily' | 'cursor' | 'saveCursor'>;
  readonly pipeline: Pick<Pipeline, 'raise'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly events: Pick<EdgeEvents, 'workFailed'>;
}

/** What became of the approvals that the cloud sent. */
interface Taken {
  readonly state: 'done' | 'refused';
  readonly modified: boolean;
  readonly reason: string | null;
}

/**
 * Early warning of every meter, offline, once its days are reckoned: what rises slowly above a
 * baseline that stays as it is for a year (CUSUM). It raises a minor incident on the day a rise is sure and clears it
 * when it is over. After a year, and while nothing is warned of, the baseline is learned anew from the days of that year
 * over which no warning stood. What people approved as a change is no rise: its days are left out, and
 * a new level is learned from the days after it.
 * The rules of `rules/energy.yaml` judge by the hour what is far above the last four weeks; a rise of a few
 * percent becomes their usual.
 */
export interface EnergyWarnings {
  /** Judges what is new of all meters, up to the last of these days. Resolves when all of it is judged. */
  look(days: readonly string[]): Promise<void>;
  /** Keeps what is approved for a client's meters, in place of what was before; all meters are then judged by it. */
  take(said: unknown): Taken;
  /** Resolves when nothing is being judged any more. */
  settled(): Promise<void>;
}

const APPROVED = 'energy-changes';
const Approved = z.record(z.string(), ApprovedChanges);
const FAULTS: Readonly<Record<Channel, Fault>> = {
  night: 'night_waste',
  workday: 'overconsumption',
  weekend: 'overconsumption',
};
const NAMES: Readonly<Record<Channel, { readonly en: string; readonly zh: string }>> = {
  night: { en: 'at night', zh: '夜间' },
  workday: { en: 'on workdays', zh: '工作日' },
  weekend: { en: 'at weekends', zh: '周末' },
};

/** What is learned, told and approved lies in the store: after a restart it goes on from there. */
export function createEnergyWarnings(parts: EnergyWarningsParts): EnergyWarnings {
  const { store, clock } = parts;
  // One after the other: both a night and an approval judge the same meters.
  let turn = Promise.resolve();

  function look(days: readonly string[]): Promise<void> {
    turn = turn.then(() => warnOf(days)).catch((error: unknown) => parts.events.workFailed('energy warnings', error));
    return turn;
  }

  async function warnOf(days: readonly string[]): Promise<void> {
    const last = days.toSorted().at(-1);
    if (last === undefined) return;
    const rows = store.daily({ from: shiftDay(last, -BASELINE_DAYS), to: last });
    const changes = Object.values(approved(store)).flatMap((of) =>
      of.changes.map((change) => ({ ...change, id: `${of.client}/${change.id}` })),
    );
    // A meter that was moved measures something else: its baseline belongs to the asset.
    for (const [place, own] of Map.groupBy(rows, ({ device, asset }) => `${device}:${asset}`)) {
      const asset = own[0]?.asset ?? '';
      const zone = zoneOf(parts.registry(), asset);
      const approvedHere = changes.filter(({ assets }) => assets.includes(asset));
      if (zone !== null) await judgeMeter(`energy-watch:${place}`, own.toSorted(byDay), approvedHere, zone);
      // Learning a baseline takes a moment; in between, messages must get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function judgeMeter(
    key: string,
    rows: readonly DailyEnergy[],
    changes: readonly ApprovedChange[],
    zone: string,
  ): Promise<void> {
    const known = { rows, changes, zone };
    const text = store.cursor(key);
    const saved = text === undefined ? begun(known) : (JSON.parse(text) as Watched);
    if (!saved) return;
    const { kept, told } = judged(saved, known);
    const level = changes.find(({ id }) => id === kept.levels?.at(-1)) ?? null;
    for (const one of told) await parts.pipeline.raise(breachOf(one, level, zone));
    store.saveCursor(key, JSON.stringify(kept));
  }

  function take(said: unknown): Taken {
    const parsed = ApprovedChanges.safeParse(said);
    if (!parsed.success) return refused(z.prettifyError(parsed.error));
    const { client, version } = parsed.data;
    const all = approved(store);
    const before = all[client];
    if (before && before.version > version)
      return refused(`this edge already has version ${before.version}; send a higher one`);
    if (before?.version === version) return { state: 'done', modified: false, reason: null };
    store.saveCursor(APPROVED, JSON.stringify({ ...all, [client]: parsed.data }));
    // In the east it is tomorrow already.
    void look([shiftDay(dayOf(clock.now(), 'UTC'), 1)]);
    return { state: 'done', modified: true, reason: null };
  }

  return { look, take, settled: () => turn };
}

function approved(store: Pick<Store, 'cursor'>): z.infer<typeof Approved> {
  return Approved.parse(JSON.parse(store.cursor(APPROVED) ?? '{}'));
}

function refused(reason: string): Taken {
  return { state: 'refused', modified: false, reason };
}

function breachOf({ row, channel, warning }: Told, level: ApprovedChange | null, zone: string): Breach {
  const { device, asset, day } = row;
  const kwh = Math.round(warning?.excessKwh ?? 0);
  const at: Millis = localDay(day, zone).to;
  const since = warning?.since ?? day;
  const provisional = level && {
    en: `; its level is provisional since ${level.newLevelFrom}, approved by ${level.by}: ${level.reason}`,
    zh: `；${level.newLevelFrom}起采用暂定水平（${level.by}批准：${level.reason}）`,
  };
  return {
    state: warning ? 'raised' : 'cleared',
    source: `edge:energy-watch:${device}:${channel}`,
    asset,
    device,
    fault: FAULTS[channel],
    severity: 'minor',
    vendorCode: null,
    summary: {
      en: `${device} has used ${kwh} kWh above its baseline ${NAMES[channel].en} since ${since}${provisional?.en ?? ''}`,
      zh: `${device}自${since}起${NAMES[channel].zh}用电比基准多${kwh}千瓦时${provisional?.zh ?? ''}`,
    },
    deviceAt: null,
    firstSeenAt: localDay(since, zone).from,
    evidence: [{ metric: 'energy_import_kwh', part: null, value: kwh, at }],
  };
}

function zoneOf({ sites, zones, assets }: Registry, asset: string): string | null {
  const placed: Asset | undefined = assets.find(({ id }) => id === asset);
  const site = zones.find(({ id }) => id === placed?.zone)?.site;
  return sites.find(({ id }) => id === site)?.zone ?? null;
}

function byDay(a: DailyEnergy, b: DailyEnergy): number {
  return compareDays(a.day, b.day);
}

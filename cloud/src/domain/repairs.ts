import type { FirstTimeFix, RepairReport } from '@keepsite/cloud-contract';
import { instantMillis, type Millis } from '@keepsite/edge-contract';
import { DAY } from './calendar.ts';
import type { IncidentFacts } from './facts.ts';

/** What the days are that count, and as of when. */
export interface FixRule {
  readonly firstTimeFixDays: number;
  readonly now: Millis;
}

export interface Fixed {
  readonly firstTimeFix: FirstTimeFix;
  /** The repair that shows that it was not mended. */
  readonly cameBackAs: string | null;
}

/**
 * Whether a repair was done right the first time: whoever resolved it says that it is mended, and no repair
 * of the same asset and category is reported within so many days after. Nobody can say so before those days
 * are over, and a `no` of the person stands whatever came after. `others` may hold the repair itself.
 */
export function firstTimeFix(
  repair: IncidentFacts,
  others: readonly IncidentFacts[],
  { firstTimeFixDays, now }: FixRule,
): Fixed {
  const { resolvedAt, fixed } = repair;
  if (repair.response === 'cancelled' || resolvedAt === null) return { firstTimeFix: 'open', cameBackAs: null };
  if (fixed === false) return { firstTimeFix: 'no', cameBackAs: null };
  if (fixed !== true) return { firstTimeFix: 'open', cameBackAs: null };
  const until = instantMillis(resolvedAt) + firstTimeFixDays * DAY;
  const again = others
    .filter(
      (other) => isSame(other, repair) && other.openedAt > repair.openedAt && instantMillis(other.openedAt) <= until,
    )
    .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))
    .at(0);
  if (again) return { firstTimeFix: 'no', cameBackAs: again.id };
  return { firstTimeFix: now > until ? 'yes' : 'too_early', cameBackAs: null };
}

/** Of the same thing; one that was called off was none. */
function isSame(other: IncidentFacts, repair: IncidentFacts): boolean {
  const isRepair = other.repair?.category === repair.repair?.category && other.asset === repair.asset;
  return isRepair && other.id !== repair.id && other.response !== 'cancelled';
}

/** Repairs of [from, to) and how they were answered; `incidents` reach on to the last day that counts. */
export function repairReport(
  incidents: readonly IncidentFacts[],
  { from, to }: { readonly from: Millis; readonly to: Millis },
  rule: FixRule,
): Pick<RepairReport, 'reported' | 'inTime' | 'firstTimeFix' | 'items'> {
  const repairs = incidents.filter(({ repair }) => repair !== undefined);
  const own = repairs.filter(({ openedAt }) => instantMillis(openedAt) >= from && instantMillis(openedAt) < to);
  const items = own.flatMap((each) => itemOf(each, firstTimeFix(each, repairs, rule)) ?? []);
  const fixes = Object.groupBy(items, (item) => item.firstTimeFix);
  const answers = Object.groupBy(items, ({ answer }) => answer ?? 'none');
  const [yes, no] = [fixes.yes?.length ?? 0, fixes.no?.length ?? 0];
  const [met, breached] = [answers['met']?.length ?? 0, answers['breached']?.length ?? 0];
  return {
    reported: items.length,
    inTime: { met, breached, running: answers['running']?.length ?? 0, attainment: shareOf(met, breached) },
    firstTimeFix: {
      yes,
      no,
      open: fixes.open?.length ?? 0,
      tooEarly: fixes.too_early?.length ?? 0,
      rate: shareOf(yes, no),
    },
    items,
  };
}

function shareOf(good: number, bad: number): number | null {
  return good + bad === 0 ? null : good / (good + bad);
}

function itemOf(incident: IncidentFacts, fix: Fixed): RepairReport['items'][number] | null {
  const { id, asset, repair, openedAt, resolvedAt, simulated, clocks } = incident;
  if (!repair) return null;
  const clock = clocks.find(({ term }) => term === 'acknowledge');
  const { category, urgency, channel } = repair;
  const answer = { dueAt: clock?.dueAt ?? null, answer: clock?.verdict ?? null };
  return { id, asset, category, urgency, channel, openedAt, ...answer, resolvedAt, ...fix, simulated };
}

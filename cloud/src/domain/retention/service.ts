import { instantMillis } from '@keepsite/edge-contract';
import type { Clock, Millis } from '@keepsite/edge-contract';
import type { Contract } from '@keepsite/cloud-contract';
import { DAY, MINUTE } from '../calendar.ts';
import { knownAt, type ClientFacts, type Downtime, type IncidentFacts } from '../facts.ts';
import { covers, latestVersions } from '../sla.ts';
import { quantile, quantileWithout, shrunkRate } from '../statistics.ts';
import {
  breachLoad,
  clockOf,
  downtimesOf,
  headlineClock,
  isBroken,
  lateness,
  openedWithin,
  secondsSoFar,
  targetSeconds,
  type SeenFacts,
} from './incident-load.ts';
import { missing, type Charge, type Measurement } from './measurement.ts';
import { unit } from './score.ts';
import type { ScorecardLine } from './scorecard.ts';
import { count, duration, minutes, number } from './words.ts';

/** A repair that lasted less than this was none. */
export const LASTING_REPAIR_DAYS = 30;

const UNWATCHED = missing('Nothing is known: no device of this client has spoken.', '无数据：该客户的设备尚未上报。');

/** Indicator 1: broken promises of the window, weighed by severity, overrun and age. */
export function slaBreachLoad(facts: SeenFacts, line: ScorecardLine): Measurement {
  const incidents = openedWithin(facts.seen, facts.asOf, line.windowDays ?? Infinity);
  const heard = lastHeard(facts, incidents);
  if (heard === null) return UNWATCHED;
  const charges = incidents.flatMap((incident): Charge[] => {
    const clock = headlineClock(incident);
    const part = breachLoad(incident, facts.asOf);
    if (clock === undefined || part === 0) return [];
    return [{ incident: incident.id, part, approximate: false, why: lateness(incident, clock, facts.asOf) }];
  });
  const value = charges.reduce((sum, { part }) => sum + part, 0);
  const sentence =
    charges.length === 0
      ? {
          en: `No promise was broken in ${line.windowDays} days (${count(incidents.length, 'incident')}).`,
          zh: `${line.windowDays} 天内无违约（共 ${incidents.length} 起事件）。`,
        }
      : {
          en: `${charges.length} of ${count(incidents.length, 'incident')} in ${line.windowDays} days broke the promise; together they weigh ${number(value, 2)}.`,
          zh: `${line.windowDays} 天内 ${incidents.length} 起事件中有 ${charges.length} 起违约，合计负荷 ${number(value, 2)}。`,
        };
  return { value, asOf: heard, sentence, charges, total: value };
}

/** Indicator 2: the time until a technician was named, against the promise; nine in ten were faster. */
export function assignP90(facts: SeenFacts, line: ScorecardLine): Measurement {
  const judged = judgedClocks(facts, line, 'acknowledge');
  const ratios = judged.map(({ incident, clock }) => secondsSoFar(incident, clock, facts.asOf) / targetSeconds(clock));
  const value = quantile(ratios, 0.9);
  if (value === null) return missing('No assignment was timed in 90 days.', '90 天内没有计时的派单。');
  const late = judged.filter(({ clock }) => clock.verdict === 'breached').length;
  const deltas = leaveOneOut(ratios, line);
  const charges = judged.flatMap(({ incident, clock }, i): Charge[] => {
    const part = deltas[i] ?? 0;
    if (clock.verdict !== 'breached' || part === 0) return [];
    return [{ incident: incident.id, part, approximate: true, why: lateness(incident, clock, facts.asOf) }];
  });
  const total = deltas.reduce((sum, delta) => sum + delta, 0);
  const sentence = {
    en: `${late} of ${count(judged.length, 'assignment')} took longer than promised; nine in ten took at most ${number(value, 2)} of the promised time.`,
    zh: `${judged.length} 次派单中有 ${late} 次超时；九成派单用时不超过承诺的 ${number(value, 2)} 倍。`,
  };
  return { value, asOf: lastHeard(facts, facts.seen), sentence, charges, total };
}

/** Indicator 3: repairs that were done when promised, shrunk towards the good bound. */
export function resolvedOnTime(facts: SeenFacts, line: ScorecardLine): Measurement {
  const judged = judgedClocks(facts, line, 'resolve');
  const late = judged.filter(({ clock }) => clock.verdict === 'breached');
  const rate = shrunkRate(judged.length - late.length, judged.length, line.good / 100);
  if (rate === null) return missing('No repair came due in 90 days.', '90 天内没有到期的修复。');
  const charges = late.map(({ incident, clock }): Charge => ({
    incident: incident.id,
    part: 1,
    approximate: false,
    why: lateness(incident, clock, facts.asOf),
  }));
  const sentence = {
    en: `${late.length} of ${count(judged.length, 'repair')} took longer than promised (${number(rate * 100)} % on time, few cases evened out).`,
    zh: `${judged.length} 次修复中有 ${late.length} 次超时（小样本校正后按时率 ${number(rate * 100)} %）。`,
  };
  return { value: rate * 100, asOf: lastHeard(facts, facts.seen), sentence, charges, total: late.length };
}

/**
 * Indicator 4: minutes that critical assets were down against what the contract allows.
 * Behind a broken promise every minute counts; where every promise was kept, only the minutes
 * beyond the allowance do, and they are charged to no incident.
 */
export function criticalDowntime(facts: SeenFacts, line: ScorecardLine): Measurement {
  const incidents = facts.seen;
  const heard = lastHeard(facts, incidents);
  if (heard === null) return UNWATCHED;
  const contract = contractInForce(facts);
  if (contract === null) {
    return missing(
      'No contract is in force, so no downtime is allowed or counted.',
      '当前没有生效合同，不计停机额度。',
    );
  }
  const windowDays = Math.min(line.windowDays ?? 90, daysWatched(facts));
  const allowance = (contract.downtimeAllowanceMinutes * windowDays) / 30;
  const broken = new Set(incidents.filter(isBroken).map(({ id }) => id));
  const stretches = minutesDown(facts.downtimes ?? downtimesOf(incidents), facts.asOf, line.windowDays ?? 90);
  const charges = chargesOfDowntime(stretches, broken);
  const behindBroken = charges.reduce((sum, { part }) => sum + part, 0);
  const all = stretches.reduce((sum, stretch) => sum + stretch.minutes, 0);
  const counted = behindBroken + Math.max(0, all - behindBroken - allowance);
  const [down, allowed, against] = [minutes(all), minutes(allowance), minutes(counted)];
  const sentence = {
    en: `Critical equipment was down for ${down.en} in ${number(windowDays)} days, ${allowed.en} allowed; ${against.en} count against us.`,
    zh: `${number(windowDays)} 天内关键设备停机 ${down.zh}，合同允许 ${allowed.zh}；计入 ${against.zh}。`,
  };
  return { value: counted / allowance, asOf: heard, sentence, charges, total: counted };
}

/** Indicator 5: repairs after which the same fault came back to the same asset within 30 days. */
export function repeatFailure(facts: SeenFacts, line: ScorecardLine): Measurement {
  const incidents = facts.seen.filter(isFailure);
  const closures = incidents.flatMap((incident) => {
    const end = incident.closedAt ?? incident.resolvedAt;
    return end !== null && instantMillis(end) > facts.asOf - (line.windowDays ?? 180) * DAY
      ? [{ incident, closedAt: instantMillis(end) }]
      : [];
  });
  const charges = closures.flatMap(({ incident, closedAt }): Charge[] => {
    const again = incidents.find((other) => other.id !== incident.id && comesBack(incident, other, closedAt));
    if (again === undefined) return [];
    const after = (instantMillis(again.openedAt) - closedAt) / 1000;
    const when = after < 86_400 ? duration(after) : inDays(after / 86_400);
    const why = { en: `The same fault came back ${when.en} after the repair`, zh: `修复 ${when.zh}后同一故障再次发生` };
    return [{ incident: incident.id, part: 1, approximate: false, why }];
  });
  const rate = shrunkRate(charges.length, closures.length, line.good / 100);
  if (rate === null) return missing('No repair was finished in 180 days.', '180 天内没有完成的修复。');
  const sentence = {
    en: `After ${charges.length} of ${count(closures.length, 'repair')} in ${line.windowDays} days the same fault came back within ${LASTING_REPAIR_DAYS} days.`,
    zh: `${line.windowDays} 天内 ${closures.length} 次修复中，有 ${charges.length} 次在 ${LASTING_REPAIR_DAYS} 天内同一故障再次发生。`,
  };
  return { value: rate * 100, asOf: lastHeard(facts, incidents), sentence, charges, total: charges.length };
}

/** The contract whose days include `asOf`; of several the one that runs longest. */
export function contractInForce(facts: Pick<ClientFacts, 'contracts' | 'asOf'>): Contract | null {
  const known = latestVersions(knownAt(facts.contracts, facts.asOf));
  return known.filter((each) => covers(each, facts.asOf)).toSorted((a, b) => (a.to < b.to ? 1 : -1))[0] ?? null;
}

/** How much the loss of a 90th percentile shrinks when one case is left out, case by case. */
function leaveOneOut(ratios: readonly number[], line: ScorecardLine): number[] {
  const loss = (p90: number | null): number => (p90 === null ? 0 : 1 - unit(p90, line.good, line.bad));
  const all = loss(quantile(ratios, 0.9));
  const order = ratios.map((_, i) => i).toSorted((a, b) => (ratios[a] ?? 0) - (ratios[b] ?? 0));
  const sorted = order.map((i) => ratios[i] ?? 0);
  const deltas = ratios.map(() => 0);
  for (const [rank, i] of order.entries()) deltas[i] = Math.max(0, all - loss(quantileWithout(sorted, rank, 0.9)));
  // Many equal or clipped cases: no single one moves the percentile, so the worse share by excess.
  if (deltas.some((delta) => delta > 0) || all === 0) return deltas;
  return ratios.map((ratio) => Math.min(Math.max(ratio - line.good, 0), line.bad - line.good));
}

function judgedClocks(
  facts: SeenFacts,
  line: ScorecardLine,
  term: 'acknowledge' | 'resolve',
): { incident: IncidentFacts; clock: Clock }[] {
  return openedWithin(facts.seen, facts.asOf, line.windowDays ?? Infinity).flatMap((incident) => {
    const clock = clockOf(incident, term);
    return clock?.verdict === 'met' || clock?.verdict === 'breached' ? [{ incident, clock }] : [];
  });
}

/** The last word from the client's site: readings, heartbeats, or an incident that a person raised. */
function lastHeard(facts: ClientFacts, incidents: readonly IncidentFacts[]): Millis | null {
  const watched = facts.watch !== null && facts.watch.since <= facts.asOf ? [facts.watch.lastHeardAt] : [];
  const times = [...watched, ...incidents.map(({ openedAt }) => instantMillis(openedAt))];
  return times.length === 0 ? null : Math.min(Math.max(...times), facts.asOf);
}

/** At least a month's allowance applies, so that the first bad day is not the whole story. */
function daysWatched({ watch, asOf }: ClientFacts): number {
  return watch === null ? 30 : Math.max(30, (asOf - watch.since) / DAY);
}

interface Stretch {
  readonly incident: string | null;
  readonly minutes: number;
}

/** Minutes within the window; of overlapping stretches of one asset the earlier one bears the overlap. */
function minutesDown(downtimes: readonly Downtime[], asOf: Millis, windowDays: number): Stretch[] {
  const coveredUntil = new Map<string, Millis>();
  return downtimes
    .toSorted((a, b) => a.from - b.from)
    .map(({ asset, from, to, incident }) => {
      const start = Math.max(from, asOf - windowDays * DAY, coveredUntil.get(asset) ?? -Infinity);
      const end = Math.min(to ?? asOf, asOf);
      coveredUntil.set(asset, Math.max(end, coveredUntil.get(asset) ?? -Infinity));
      return { incident, minutes: Math.max(0, end - start) / MINUTE };
    });
}

function chargesOfDowntime(stretches: readonly Stretch[], broken: ReadonlySet<string>): Charge[] {
  return stretches.flatMap((stretch) => {
    if (stretch.incident === null || stretch.minutes === 0 || !broken.has(stretch.incident)) return [];
    const down = minutes(stretch.minutes);
    const why = { en: `Critical equipment down for ${down.en}`, zh: `关键设备停机 ${down.zh}` };
    return [{ incident: stretch.incident, part: stretch.minutes, approximate: false, why }];
  });
}

function isFailure({ severity, response, fault }: IncidentFacts): boolean {
  return severity !== 'info' && response !== 'cancelled' && fault !== 'no_data';
}

/** Whether `other` is the same fault on the same asset again before the repair had to last. */
export function comesBack(repaired: IncidentFacts, other: IncidentFacts, closedAt: Millis): boolean {
  if (other.asset !== repaired.asset || other.fault !== repaired.fault) return false;
  // Two codes that nobody has mapped are the same fault only if the vendor says the same.
  if (repaired.fault === 'unknown' && other.vendorCode !== repaired.vendorCode) return false;
  const openedAt = instantMillis(other.openedAt);
  return openedAt > closedAt && openedAt <= closedAt + LASTING_REPAIR_DAYS * DAY;
}

function inDays(days: number): { en: string; zh: string } {
  return { en: count(Math.floor(days), 'day'), zh: `${Math.floor(days)} 天` };
}

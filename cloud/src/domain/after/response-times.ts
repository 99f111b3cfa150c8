import type { MilestoneTimes, RepeatFailures, ResponseGroup, ResponseStatistics } from '@keepsite/cloud-contract';
import { instantMillis, instantText, TERMS, type Incident, type Millis, type Term } from '@keepsite/edge-contract';
import { DAY, monthOf } from '../calendar.ts';
import type { IncidentFacts } from '../facts.ts';
import { comesBack, LASTING_REPAIR_DAYS } from '../retention/service.ts';
import { secondsTaken } from '../sla.ts';
import { quantile } from '../statistics.ts';

/** An incident as the statistics take it. */
export type ResponseFacts = IncidentFacts & Pick<Incident, 'site' | 'drill'>;

export interface ResponseQuery {
  /** By T0, `to` excluded. */
  readonly from: Millis;
  readonly to: Millis;
  readonly timeZone: string;
  readonly by: ResponseGroup | null;
  /** Whose numbers these are: no other client of a shared incident is named then. */
  readonly client?: string | undefined;
  /** Whether what was only simulated counts. */
  readonly simulated: boolean;
}

const MILESTONE = { acknowledge: 'acknowledgedAt', on_site: 'onSiteAt', resolve: 'resolvedAt' } as const;
const OVER: ReadonlySet<string> = new Set(['closed', 'cancelled']);

/**
 * How long acknowledgement, arrival and resolution took, in seconds from T0, of incidents that began
 * within the time asked for, and which faults came back.
 *
 * Percentiles are type 7 over everything that was reached, in time or late. Where a clock ran for the
 * milestone its verdict counts: `unknown` and `excluded` stand beside, and so does an arrival that was
 * not accepted as proof; without a clock the milestone itself counts. `incidents` may reach beyond the
 * time asked for, by the 30 days in which a repair has to last: only those are looked at for repeats.
 */
export function responseStatistics(incidents: readonly ResponseFacts[], query: ResponseQuery): ResponseStatistics {
  const within = incidents.filter(({ openedAt }) => {
    const at = instantMillis(openedAt);
    return query.from <= at && at < query.to;
  });
  const isReal = (incident: ResponseFacts): boolean => leftOutAs(incident, query) === null;
  const counted = within.filter(isReal);
  const repeats = repeatFailures(counted, incidents.filter(isReal));
  const out = (why: LeftOut): number => within.filter((incident) => leftOutAs(incident, query) === why).length;
  return {
    from: instantText(query.from),
    to: instantText(query.to),
    timeZone: query.timeZone,
    incidents: counted.length,
    leftOut: { drills: out('drills'), simulated: out('simulated'), cancelled: out('cancelled') },
    times: TERMS.map((term) => milestoneTimes(term, counted)),
    repeats,
    by: query.by,
    groups: query.by === null ? [] : groupsOf(counted, query.by, query, repeats),
  };
}

type LeftOut = keyof ResponseStatistics['leftOut'];

function leftOutAs({ drill, simulated, response }: ResponseFacts, query: ResponseQuery): LeftOut | null {
  if (drill === true) return 'drills';
  if (simulated && !query.simulated) return 'simulated';
  return response === 'cancelled' ? 'cancelled' : null;
}

function milestoneTimes(term: Term, incidents: readonly ResponseFacts[]): MilestoneTimes {
  const counts = { waiting: 0, never: 0, unknown: 0, excluded: 0 };
  const reached: MilestoneTimes['incidents'] = [];
  for (const incident of incidents) {
    const taken = takenFor(term, incident);
    if (typeof taken === 'string') counts[taken] += 1;
    else reached.push({ id: incident.id, ...taken });
  }
  const seconds = reached.map((each) => each.seconds);
  return {
    term,
    seconds: { p50: quantile(seconds, 0.5), p95: quantile(seconds, 0.95) },
    counted: reached.length,
    ...counts,
    incidents: reached.toSorted((a, b) => b.seconds - a.seconds || (a.id < b.id ? -1 : 1)),
  };
}

type Taken = { readonly seconds: number; readonly verdict: MilestoneTimes['incidents'][number]['verdict'] };

function takenFor(term: Term, incident: ResponseFacts): Taken | 'waiting' | 'never' | 'unknown' | 'excluded' {
  const clock = incident.clocks.find((each) => each.term === term);
  if (clock && (clock.verdict === 'unknown' || clock.verdict === 'excluded')) return clock.verdict;
  const milestone = incident[MILESTONE[term]];
  const seconds = clock
    ? secondsTaken(incident, clock)
    : milestone === null
      ? null
      : (instantMillis(milestone) - instantMillis(incident.openedAt)) / 1000;
  if (seconds !== null) return { seconds, verdict: clock?.verdict ?? null };
  return OVER.has(incident.response) || (term !== 'resolve' && incident.resolvedAt !== null) ? 'never' : 'waiting';
}

/** Of incidents that were closed: after which of them the same came back, whoever opened it. */
function repeatFailures(counted: readonly ResponseFacts[], all: readonly ResponseFacts[]): RepeatFailures {
  const byPlace = Map.groupBy(all, ({ asset, fault }) => `${asset}\n${fault}`);
  const closed = counted.flatMap((incident) => {
    const end = incident.closedAt ?? incident.resolvedAt;
    return end === null ? [] : [{ incident, closedAt: instantMillis(end) }];
  });
  const items = closed.flatMap(({ incident, closedAt }) => {
    const again = (byPlace.get(`${incident.asset}\n${incident.fault}`) ?? [])
      .filter((other) => other.id !== incident.id && comesBack(incident, other, closedAt))
      .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1))[0];
    if (!again) return [];
    const days = (instantMillis(again.openedAt) - closedAt) / DAY;
    return [{ first: incident.id, again: again.id, asset: incident.asset, fault: incident.fault, days }];
  });
  const rate = closed.length === 0 ? null : items.length / closed.length;
  return { withinDays: LASTING_REPAIR_DAYS, closed: closed.length, repeated: items.length, rate, items };
}

const KEYS: Record<ResponseGroup, (incident: ResponseFacts, query: ResponseQuery) => readonly string[]> = {
  client: ({ clients }, { client }) => (client === undefined ? clients : [client]),
  site: ({ site }) => [site],
  fault: ({ fault }) => [fault],
  month: ({ openedAt }, { timeZone }) => [monthOf(instantMillis(openedAt), timeZone)],
};

function groupsOf(
  incidents: readonly ResponseFacts[],
  by: ResponseGroup,
  query: ResponseQuery,
  repeats: RepeatFailures,
): ResponseStatistics['groups'] {
  const members = new Map<string, ResponseFacts[]>();
  for (const incident of incidents)
    for (const key of new Set(KEYS[by](incident, query))) members.set(key, [...(members.get(key) ?? []), incident]);
  const repeated = new Set(repeats.items.map(({ first }) => first));
  const groups = [...members].map(([key, own]) => ({
    key,
    incidents: own.length,
    ids: own.map(({ id }) => id),
    times: TERMS.map((term) => {
      const { incidents: _, ...times } = milestoneTimes(term, own);
      return times;
    }),
    repeated: own.filter(({ id }) => repeated.has(id)).length,
    closed: own.filter(({ closedAt, resolvedAt }) => (closedAt ?? resolvedAt) !== null).length,
  }));
  return groups.toSorted((a, b) =>
    by === 'month' ? (a.key < b.key ? -1 : 1) : b.incidents - a.incidents || (a.key < b.key ? -1 : 1),
  );
}

import { foldIncident, type Incident, type IncidentEvent } from '@keepsite/edge-contract';
import { GENESIS, verifyChain } from '@keepsite/edge-evidence';
import { isDeepStrictEqual } from 'node:util';
import type { Store } from '../src/ports.ts';
import type { HeardPage } from './crash-phones.ts';
import { CRASH_METRIC, type CrashLane } from './crash-story.ts';
import { few, type SoakReport } from './soak-report.ts';

/** Compares the store with what the devices and the phones know. */
export function judge(
  store: Pick<Store, 'readings' | 'events' | 'incidents' | 'sizes'>,
  lanes: readonly CrashLane[],
  pages: readonly HeardPage[],
): SoakReport {
  const incidents = store.incidents({ limit: 1_000_000 });
  const parts = [
    judgeReadings(store, lanes),
    judgeIncidents(incidents, lanes),
    judgeEvidence(store, incidents),
    judgePages(store, incidents, pages),
  ];
  return {
    figures: Object.assign({}, ...parts.map(({ figures }) => figures)) as SoakReport['figures'],
    troubles: parts.flatMap(({ troubles }) => few(troubles)),
  };
}

/**
 * A reading is its device, metric and device time. One that was handed to a single connection must stand
 * exactly once. One that was sent again because its acknowledgement was cut off may stand twice: at least once.
 */
function judgeReadings(store: Pick<Store, 'readings'>, lanes: readonly CrashLane[]): SoakReport {
  let [acknowledged, lost, doubled, repeated] = [0, 0, 0, 0];
  const troubles: string[] = [];
  for (const [device, spoken] of lanes.flatMap(({ readings }) => [...readings])) {
    const kept = new Map<string, number>();
    const query = { device, metric: CRASH_METRIC, from: 0, to: Date.now() + 86_400_000, limit: 100_000_000 };
    for (const { at, value } of store.readings(query)) count(kept, `${at} ${value}`);
    for (const { at, value, letter } of spoken) {
      const times = kept.get(`${at} ${value}`) ?? 0;
      kept.delete(`${at} ${value}`);
      acknowledged += Number(letter.acknowledged);
      if (letter.acknowledged && times === 0) lost += 1;
      if (times > 1 && letter.sent === 1) doubled += 1;
      if (times > 1 && letter.sent > 1) repeated += 1;
      if ((letter.acknowledged && times === 0) || times > letter.sent)
        troubles.push(`${device} at ${at}: sent ${letter.sent} times, kept ${times} times`);
    }
    for (const stray of kept.keys()) troubles.push(`${device} never said ${stray}`);
  }
  return {
    figures: {
      'readings acknowledged': acknowledged,
      'readings lost': lost,
      'readings doubled': doubled,
      'readings sent again and kept twice': repeated,
    },
    troubles,
  };
}

function judgeIncidents(incidents: readonly Incident[], lanes: readonly CrashLane[]): SoakReport {
  const found = Map.groupBy(incidents, ({ asset, fault }) => `${asset} ${fault}`);
  const troubles: string[] = [];
  const spoken = lanes.flatMap(({ faults }) => faults).filter(({ letters }) => letters.length > 0);
  for (const { asset, fault, letters } of spoken) {
    const own = found.get(`${asset} ${fault}`) ?? [];
    found.delete(`${asset} ${fault}`);
    const raised = Math.ceil(letters.length / 2);
    if (own.length !== 1) troubles.push(`${asset} ${fault} was raised and has ${own.length} incidents`);
    else if (own[0]?.episode !== 1 || own[0].occurrences !== raised)
      troubles.push(`${asset} ${fault} was raised ${raised} times and occurred ${own[0]?.occurrences} times`);
    if (own[0] && (own[0].condition === 'active') !== (letters.length % 2 === 1))
      troubles.push(`${asset} ${fault} is ${own[0].condition} after ${letters.length} statements`);
  }
  for (const stray of found.keys()) troubles.push(`nobody said anything of ${stray}`);
  return { figures: { incidents: incidents.length, 'incidents expected': spoken.length }, troubles };
}

/** The chain verifies from its first link, and replaying it rebuilds every incident. */
function judgeEvidence(store: Pick<Store, 'events'>, incidents: readonly Incident[]): SoakReport {
  const events: IncidentEvent[] = [];
  for (let more = store.events({ after: 0, limit: 10_000 }); more.length > 0;) {
    events.push(...more);
    more = store.events({ after: more.at(-1)?.seq ?? 0, limit: 10_000 });
  }
  const verdict = verifyChain(events, { seq: 0, hash: GENESIS });
  const { replayed, trouble } = replay(events);
  const differing = incidents.filter((incident) => !isDeepStrictEqual(replayed.get(incident.id), incident));
  return {
    figures: { 'evidence events': events.length },
    troubles: [
      ...(verdict.ok ? [] : [`the evidence chain breaks at event ${verdict.seq}: ${verdict.reason}`]),
      ...trouble,
      ...(replayed.size === incidents.length ? [] : [`${replayed.size} incidents in the evidence`]),
      ...differing.map(({ id }) => `replaying the events of ${id} does not rebuild it`),
    ],
  };
}

function replay(events: readonly IncidentEvent[]): { replayed: Map<string, Incident>; trouble: string[] } {
  const replayed = new Map<string, Incident>();
  try {
    for (const event of events) replayed.set(event.incident, foldIncident(replayed.get(event.incident) ?? null, event));
    return { replayed, trouble: [] };
  } catch (error) {
    return { replayed, trouble: [String(error)] };
  }
}

/** A person who hears a page again is told that it may be one; and no page is still owed. */
function judgePages(
  store: Pick<Store, 'sizes'>,
  incidents: readonly Incident[],
  heard: readonly HeardPage[],
): SoakReport {
  const known = new Map(incidents.flatMap(({ pages }) => pages.map((page) => [page.id, page] as const)));
  const troubles: string[] = [];
  const rung = Map.groupBy(heard, ({ page, person }) => `${page} to ${person}`);
  for (const [name, times] of rung) {
    const unmarked = times.slice(1).filter(({ possibleDuplicate }) => !possibleDuplicate).length;
    if (unmarked > 0) troubles.push(`${name} was repeated ${unmarked} times without saying so`);
    if (!known.has(times[0]?.page ?? '')) troubles.push(`${name} belongs to no incident`);
  }
  for (const { id, state } of known.values()) if (state !== 'accepted') troubles.push(`page ${id} is ${state}`);
  const { owedPages } = store.sizes();
  if (owedPages > 0) troubles.push(`${owedPages} pages are still owed`);
  return {
    figures: {
      pages: known.size,
      'pages heard': rung.size,
      'pages heard again, marked': heard.length - rung.size,
    },
    troubles,
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

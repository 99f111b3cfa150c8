import {
  type Actor,
  type Clock,
  type FrozenPlan,
  type IncidentChange,
  instantText,
  instantTextOrNull,
  type Millis,
  type Repair,
  type Term,
  TERMS,
} from '@keepsite/edge-contract';
import type { Breach } from './breach.ts';
import type { Place } from './directory.ts';
import type { Holding } from './storm/scene.ts';

/** All that is known at T0. Nothing of it is ever looked up again. */
export interface Opening {
  readonly id: string;
  readonly edge: string;
  /** T0: the edge's time when the rule fired, the fault was heard or the report came in. */
  readonly at: Millis;
  readonly by: Actor;
  readonly breach: Breach;
  readonly place: Place;
  readonly clients: readonly string[];
  readonly plan: FrozenPlan | null;
  /** How many incidents of this asset and fault there have been, this one included. */
  readonly episode: number;
  /** What a person wants mended. */
  readonly repair?: Repair | undefined;
  /** What holds its pages back from the first; absent or null: nothing does. */
  readonly holding?: Holding | null;
  readonly drill?: boolean;
}

/** The first event of an incident. A severity without a plan has no clocks and pages nobody. */
export function openedChange({ at, breach, place, clients, plan, episode, drill, repair }: Opening): IncidentChange {
  const seenAt = breach.deviceAt ?? breach.firstSeenAt;
  return {
    kind: 'opened',
    site: place.site.id,
    zone: place.zone.id,
    asset: place.asset.id,
    device: breach.device,
    fault: breach.fault,
    vendorCode: breach.vendorCode,
    severity: breach.severity,
    source: breach.source,
    summary: breach.summary,
    clients: [...clients],
    deviceAt: instantTextOrNull(breach.deviceAt),
    detectionLagMs: Math.round(at - seenAt),
    episode,
    evidence: breach.evidence.slice(0, 20).map((item) => ({ ...item, at: instantText(item.at) })),
    plan,
    clocks: clocksFrom(at, plan?.terms ?? {}),
    simulated: false,
    ...(drill ? { drill } : {}),
    ...(repair && { repair }),
  };
}

/** One clock a term, all from `t0`; a term that the plan lacks has none. */
export function clocksFrom(t0: Millis, terms: FrozenPlan['terms']): Clock[] {
  return TERMS.flatMap((term: Term) => {
    const seconds = terms[term];
    if (seconds === undefined) return [];
    const dueAt = instantText(t0 + seconds * 1000);
    return [{ term, startedAt: instantText(t0), dueAt, metAt: null, verdict: 'running' as const, proof: null }];
  });
}

import {
  ELEVATOR_FAULTS,
  type Fault,
  type Incident,
  instantMillis,
  LIFE_SAFETY,
  type Millis,
} from '@keepsite/edge-contract';
import { faultSummary } from '../fault.ts';
import { type Holding, nameOf, type Newcomer, type Scene, standsFor, waitsFor } from './scene.ts';
import { type Upstream, upstreamOf } from './upstream.ts';

interface Explainer {
  readonly faults: ReadonlySet<Fault>;
  /** Where it must stand, seen from what it explains. */
  readonly at: keyof Upstream;
  readonly explains: ReadonlySet<Fault>;
  /** It may be heard of this much later than what it explains. */
  readonly withinMs: Millis;
}

const WATER_IN_THE_PIT = new Set<Fault>(ELEVATOR_FAULTS.filter((fault) => fault !== 'pit_flooding'));

/**
 * What explains what. Nothing explains a fault that endangers people, and nothing explains a pump that
 * fails or water that rises: they do their harm whatever the reason.
 */
const EXPLAINERS: readonly Explainer[] = [
  {
    faults: new Set(['power_loss', 'phase_loss']),
    at: 'power',
    explains: new Set<Fault>([
      'power_loss',
      'phase_loss',
      'voltage_out_of_range',
      'power_factor_low',
      'stopped_outside_door_zone',
      'door_fails_to_open',
      'door_fails_to_close',
      'door_blocked',
      'safety_chain_open',
      'door_lock_chain_open',
      'motor_run_time',
      'floor_lost',
      'abnormal_speed',
      'no_data',
    ]),
    withinMs: 60_000,
  },
  // Silence is noticed late, and of each device at its own time.
  { faults: new Set(['no_data']), at: 'gateway', explains: new Set<Fault>(['no_data']), withinMs: 10 * 60_000 },
  { faults: new Set(['pit_flooding']), at: 'self', explains: WATER_IN_THE_PIT, withinMs: 60_000 },
  { faults: new Set(['leak', 'level_high', 'level_rising']), at: 'pit', explains: WATER_IN_THE_PIT, withinMs: 60_000 },
];

/** How far back an incident may have begun that one of today explains. */
export const EXPLAINED_BACK_MS = Math.max(...EXPLAINERS.map(({ withinMs }) => withinMs));
/** A cause is over, and what it explained may last this long: lifts come back one after another. */
export const GRACE_MS = 120_000;

/** Whether a fault can be the cause of others. */
export function mayExplain(fault: Fault): boolean {
  return EXPLAINERS.some(({ faults }) => faults.has(fault));
}

/**
 * What explains a fault that begins: an incident upstream of it that is active, and that somebody hears
 * of. Null: nothing does.
 */
export function explanationOf(newcomer: Newcomer, scene: Scene): Holding | null {
  if (LIFE_SAFETY.has(newcomer.fault)) return null;
  const { standing } = scene;
  for (const { row, upstream } of rowsFor(newcomer, scene)) {
    for (const asset of upstream[row.at]) {
      for (const id of standing.onAsset(asset)) {
        const incident = standing.get(id);
        if (incident && explains(incident, newcomer, row, scene)) return holdingBy(incident, scene);
      }
    }
  }
  return null;
}

/** The same, asked of an incident that has just been opened and of those that had begun shortly before it. */
export function explainedNow(cause: Incident, before: readonly Incident[], scene: Scene): Incident[] {
  return before.filter(
    (incident) =>
      cause.condition === 'active' &&
      couldExplain(newcomerOf(cause), incident, scene) &&
      standsFor(cause, incident.plan?.id ?? null, scene) &&
      !waitsFor(cause, incident, scene),
  );
}

/** Whether one that begins could be the cause of one that stands. */
export function couldExplain(cause: Newcomer, incident: Incident, scene: Scene): boolean {
  if (LIFE_SAFETY.has(incident.fault) || !mayExplain(cause.fault)) return false;
  const newcomer = newcomerOf(incident);
  return rowsFor(newcomer, scene).some(
    ({ row, upstream }) => upstream[row.at].includes(cause.asset) && fits(cause, newcomer, row),
  );
}

/** An incident that stands, as if it were about to be opened. */
export function newcomerOf(incident: Incident): Newcomer {
  const { site, zone, asset, device, fault, severity, plan, openedAt } = incident;
  return {
    site,
    zone: zone ?? '',
    asset,
    device,
    fault,
    severity,
    plan: plan?.id ?? null,
    beganAt: instantMillis(openedAt),
  };
}

export function holdingBy(cause: Incident, { directory }: Pick<Scene, 'directory'>): Holding {
  const what = faultSummary(cause.fault);
  const where = nameOf(cause.asset, directory);
  const text = { en: `${what.en}, ${where.en}`, zh: `${where.zh}${what.zh}` };
  return { reason: 'explained', by: cause.id, text, until: null };
}

function rowsFor(newcomer: Newcomer, { directory }: Scene): { row: Explainer; upstream: Upstream }[] {
  const rows = EXPLAINERS.filter((row) => row.explains.has(newcomer.fault));
  const place = rows.length > 0 ? directory.asset(newcomer.asset) : undefined;
  if (!place) return [];
  const upstream = upstreamOf(place, newcomer.device, directory.registry);
  return rows.map((row) => ({ row, upstream }));
}

function explains(cause: Incident, newcomer: Newcomer, row: Explainer, scene: Scene): boolean {
  return (
    cause.condition === 'active' && fits(newcomerOf(cause), newcomer, row) && standsFor(cause, newcomer.plan, scene)
  );
}

/** An incident never explains itself. */
function fits(cause: Newcomer, newcomer: Newcomer, row: Explainer): boolean {
  if (!row.faults.has(cause.fault) || cause.site !== newcomer.site) return false;
  if (cause.asset === newcomer.asset && cause.fault === newcomer.fault) return false;
  return cause.beganAt <= newcomer.beganAt + row.withinMs;
}

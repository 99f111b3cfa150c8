import type { EnergyReport } from '@keepsite/cloud-contract';
import { dayOf, localDay } from '../day.ts';
import { type DecidedChange, proposeEvents } from '../savings/events.ts';
import type { PredictedRow, Savings } from '../savings/savings.ts';
import { periodOfDays } from './hours.ts';
import type { ReportInputs } from './inputs.ts';
import { type Days, figuresOf, type Reckon, sinceOf } from './saved.ts';

type Items = EnergyReport['events']['items'];

/** Part 7: what was decided, and what the change points propose beside it; with and without what was approved. */
export function eventsOf(inputs: ReportInputs, since: Savings, reckon: Reckon): EnergyReport['events'] {
  const approved = inputs.events.some(({ decision }) => decision === 'approved');
  const leftIn = approved ? reckon(sinceOf(inputs), 'left in') : null;
  const { rows } = leftIn?.ok ? leftIn : since;
  const known = decidedEvents(inputs);
  return {
    items: [
      ...known.map((event) => ({ ...event, effect: effectOf(event, known, rows, inputs.zone) })),
      ...proposedEvents(inputs, since, rows),
    ],
    unadjusted: leftIn?.ok ? figuresOf(leftIn, sinceOf(inputs)) : null,
  };
}

/** What people have said, without its effect. */
export function decidedEvents({ events }: ReportInputs): Items {
  return events.map(({ id, from, to, decision, by, reason, newLevelFrom }) => ({
    ...(newLevelFrom !== undefined && { newLevelFrom }),
    id,
    from,
    to,
    by,
    reason,
    state: decision,
    effect: null,
  }));
}

/** What nobody has decided on yet. */
function proposedEvents(inputs: ReportInputs, since: Savings, rows: readonly PredictedRow[]): Items {
  const { zone, to, events, decisions } = inputs;
  const { method } = since.baseline.model;
  const byDays = decisions === undefined;
  const proposed = byDays ? proposeEvents(method, since.rows) : proposeEvents(method, rows, decidedChanges(inputs));
  return proposed
    .map((event) => ({
      from: dayOf(event.from, zone),
      to: event.to === null ? to : dayOf(event.to, zone),
      effect: event.effect,
    }))
    .filter(({ from, to: end }) => !byDays || !events.some((event) => event.from < end && from < event.to))
    .map((event) => ({ ...event, id: `${event.from}_${event.to}`, state: 'proposed', by: null, reason: null }));
}

/** The decisions that concern a meter of this report: of meters that left the tree nothing shows here any more. */
function decidedChanges({ events, meters, zone }: ReportInputs): DecidedChange[] {
  const tree = new Set(meters.map(({ asset }) => asset));
  return events
    .filter(({ assets }) => assets?.some((asset) => tree.has(asset)) ?? true)
    .map(({ from, to, newLevelFrom = from, direction = null }) => ({
      ...periodOfDays(from, to, zone),
      begins: [from, newLevelFrom].map((day) => localDay(day, zone).from),
      direction,
    }));
}

/** How much the days of an event save beyond what is usual outside of all decided events. */
function effectOf(event: Days, known: readonly Days[], rows: readonly PredictedRow[], zone: string): number | null {
  const within = ({ from, to }: Days) => {
    const period = periodOfDays(from, to, zone);
    return ({ at }: PredictedRow) => at >= period.from && at < period.to;
  };
  const isDecided = known.map(within);
  const usual = savedIn(rows.filter((row) => !isDecided.some((isIn) => isIn(row))));
  const own = savedIn(rows.filter(within(event)));
  return usual.count === 0 || own.count === 0 ? null : own.sum - (usual.sum / usual.count) * own.count;
}

function savedIn(rows: readonly PredictedRow[]): { readonly sum: number; readonly count: number } {
  const saved = rows.flatMap(({ usage, temperature, predicted }) =>
    usage === null || temperature === null || predicted === null ? [] : [predicted - usage],
  );
  return { sum: saved.reduce((sum, value) => sum + value, 0), count: saved.length };
}

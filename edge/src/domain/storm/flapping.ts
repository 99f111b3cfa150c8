import { type Incident, instantMillis, instantText, LIFE_SAFETY, type Millis } from '@keepsite/edge-contract';
import { faultSummary } from '../fault.ts';
import { type Holding, nameOf, type Newcomer, type Scene } from './scene.ts';

/** When a fault of an asset began, and in which incident. */
export interface Raise {
  readonly incident: string;
  readonly at: Millis;
}

/** A fault that has begun this often … */
const TIMES = 4;
/** … within this time is flapping. */
export const FLAPPING_WITHIN_MS = 30 * 60_000;
/** Nothing has changed for this long: it is calm, whichever way it stands. */
const CALM_MS = 10 * 60_000;
/** Whatever it does, somebody hears of it again after this. */
const HELD_AT_MOST_MS = 60 * 60_000;
/** Of one fault and asset so many are remembered. */
const REMEMBERED = 16;

/** The raises that count, with one more. */
export function withRaise(before: readonly Raise[], raise: Raise): readonly Raise[] {
  return [...before.filter(({ at }) => at > raise.at - FLAPPING_WITHIN_MS), raise].slice(-REMEMBERED);
}

/** The raises that an incident tells of: its beginning, and each time that it came back. */
export function raisesOf({ id, timeline }: Incident): Raise[] {
  return timeline
    .filter(({ kind }) => kind === 'opened' || kind === 'occurred')
    .map(({ at }) => ({ incident: id, at: instantMillis(at) }));
}

/**
 * A fault that comes and goes: the first pages went out, and the next one waits until it is calm. Faults
 * that endanger people page every time. Null: it does not flap.
 */
export function flappingOf(newcomer: Newcomer, raises: readonly Raise[], scene: Scene): Holding | null {
  if (LIFE_SAFETY.has(newcomer.fault)) return null;
  const recent = raises.filter(({ at }) => at > scene.now - FLAPPING_WITHIN_MS);
  const first = recent[0];
  if (!first || recent.length + 1 < TIMES) return null;
  const times = recent.length + 1;
  const minutes = Math.max(1, Math.ceil((scene.now - first.at) / 60_000));
  const text = { en: `${times} times within ${minutes} min`, zh: `${minutes} 分钟内 ${times} 次` };
  return { reason: 'flapping', by: first.incident, text, until: null };
}

/** When a flapping incident is let out if nothing changes before. */
export function calmAt({ hold, timeline, openedAt }: Incident): Millis {
  const changed = timeline.findLast(({ kind }) => kind === 'opened' || kind === 'occurred' || kind === 'condition');
  const latest = instantMillis(hold?.since ?? openedAt) + HELD_AT_MOST_MS;
  return Math.min(instantMillis(changed?.at ?? openedAt) + CALM_MS, latest);
}

/** What the page says that goes out once it is calm: how often it came while nobody was paged. */
export function summaryOf(incident: Incident, { directory }: Pick<Scene, 'directory'>): { en: string; zh: string } {
  const what = faultSummary(incident.fault);
  const where = nameOf(incident.asset, directory);
  const since = instantText(instantMillis(incident.hold?.since ?? incident.openedAt)).slice(11, 16);
  const times = raisesOf(incident).length;
  return {
    en: `${what.en}, ${where.en}: came ${times} times since ${since} UTC without a page, because it was flapping`,
    zh: `${where.zh}${what.zh}：因频繁抖动，自 ${since}（UTC）以来出现 ${times} 次未逐次通知`,
  };
}

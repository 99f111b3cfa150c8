import type { Millis } from '@keepsite/edge-contract';
import type { AlarmLadder, AlarmRecipient, DutySource } from './ladder.ts';

/** A stretch in which an edge was not heard. `until` null: it is not heard now. */
export interface BlindSpell {
  readonly edge: string;
  readonly since: Millis;
  readonly until: Millis | null;
}

/**
 * The cloud's own alarm: one or more edges are not heard, so what happens at their sites is unknown.
 * It has the id of its first spell, lasts until all of its edges have been heard again for a while,
 * and holds everything that decides whom to page when, so that a restart pages nobody anew.
 */
export interface Alarm {
  readonly id: string;
  readonly openedAt: Millis;
  /** What the ladder's steps are counted from. */
  readonly pageFrom: Millis;
  readonly endedAt: Millis | null;
  readonly acknowledgedAt: Millis | null;
  readonly acknowledgedBy: string | null;
  readonly note: string | null;
  /** Steps of the ladder that were taken. */
  readonly stepsDone: number;
  /** How often somebody was paged: every round has pages of its own. */
  readonly rounds: number;
  readonly pagedAt: Millis | null;
  /** How many edges the last pages told of. */
  readonly pagedEdges: number;
  /** Which lists named those whom it has paged. */
  readonly pagedBy: readonly DutySource[];
  readonly spells: readonly BlindSpell[];
}

/** A page that is owed: the same ids however often this is asked, so that it is owed once. */
export interface OwedAlarmPage {
  readonly id: string;
  readonly kind: AlarmPageKind;
  readonly step: number;
  readonly to: AlarmRecipient;
}

/** `blind`: somebody should look. `acknowledged` and `back`: news for those who were paged. */
export const ALARM_PAGE_KINDS = ['blind', 'acknowledged', 'back'] as const;
export type AlarmPageKind = (typeof ALARM_PAGE_KINDS)[number];

/** An edge that was heard says nothing of the next minute: so long it must go on before its alarm is over. */
export const HEARD_FOR_MS = 60_000;
/** Edges that fall silent within this after an alarm was opened belong to it. */
export const ONE_STORM_MS = 300_000;
/** When more edges are late than blind, the first page waits one heartbeat for them. */
export const GATHER_MS = 10_000;
/** A storm that grows is told again, this often at most. */
export const GROWTH_MS = 60_000;

/**
 * Gives new spells to alarms: to the one that their edge has already (a relapse is no news), else to
 * an unanswered one that is young enough to be the same storm, else to a new one. `late`: how many
 * further edges are overdue but not blind yet. Answers the alarms that are new or have changed.
 */
export function enlist(open: readonly Alarm[], spells: readonly BlindSpell[], late: number, now: Millis): Alarm[] {
  const known = new Map(open.map((alarm) => [alarm.id, alarm]));
  const changed = new Set<string>();
  for (const spell of spells.toSorted(byTime)) {
    const home = homeOf(spell, [...known.values()], now) ?? newAlarm(spell, late + spells.length > 1, now);
    known.set(home.id, { ...home, spells: [...home.spells, spell] });
    changed.add(home.id);
  }
  return [...known.values()].filter(({ id }) => changed.has(id));
}

function homeOf({ edge }: BlindSpell, alarms: readonly Alarm[], now: Millis): Alarm | undefined {
  return (
    alarms.find(({ spells }) => spells.some((spell) => spell.edge === edge)) ??
    alarms.find(({ openedAt, acknowledgedAt }) => acknowledgedAt === null && now - openedAt <= ONE_STORM_MS)
  );
}

function newAlarm({ edge, since }: BlindSpell, more: boolean, now: Millis): Alarm {
  return {
    id: `blind.${edge}.${since}`,
    openedAt: now,
    pageFrom: more ? now + GATHER_MS : now,
    endedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
    stepsDone: 0,
    rounds: 0,
    pagedAt: null,
    pagedEdges: 0,
    pagedBy: [],
    spells: [],
  };
}

/** What time alone makes of an open alarm: it is over, or somebody is to be paged, or nothing. */
export function tend(alarm: Alarm, ladder: AlarmLadder, now: Millis): { alarm: Alarm; owed: OwedAlarmPage[] } {
  if (alarm.endedAt !== null) return { alarm, owed: [] };
  if (isOver(alarm, now)) return { alarm: { ...alarm, endedAt: now }, owed: [] };
  if (alarm.acknowledgedAt !== null || blindEdges(alarm).length === 0) return { alarm, owed: [] };
  return climb(alarm, ladder, now);
}

/** Edges that are not heard now, the longest silence first. */
export function blindEdges({ spells }: Alarm): string[] {
  return edgesOf(spells.filter(({ until }) => until === null));
}

/** Every edge that it is about, the longest silence first. */
export function allEdges({ spells }: Alarm): string[] {
  return edgesOf(spells);
}

function edgesOf(spells: readonly BlindSpell[]): string[] {
  return [...new Set(spells.toSorted(byTime).map(({ edge }) => edge))];
}

function isOver({ spells }: Alarm, now: Millis): boolean {
  return spells.every(({ until }) => until !== null && now - until >= HEARD_FOR_MS);
}

/**
 * Steps that have become due page their people, each once: after an outage of our own everybody whom
 * a passed step would have paged is paged now, in one round. Behind the last step it repeats that one;
 * an alarm that has grown pages those again whom it had reached.
 */
function climb(alarm: Alarm, ladder: AlarmLadder, now: Millis): { alarm: Alarm; owed: OwedAlarmPage[] } {
  const due = ladder.steps.filter(
    ({ afterSeconds }, i) => i >= alarm.stepsDone && alarm.pageFrom + afterSeconds * 1000 <= now,
  );
  const steps =
    due.length > 0 ? due : isAgainDue(alarm, ladder, now) ? ladder.steps.slice(-1) : grown(alarm, ladder, now);
  if (steps.length === 0) return { alarm, owed: [] };
  const stepsDone = alarm.stepsDone + due.length;
  const step = stepsDone - 1;
  const owed = [...byWay(steps.flatMap(({ to }) => to))].map(([way, to]) => ({
    id: `${alarm.id}.${step}.${alarm.rounds}.${way}`,
    kind: 'blind' as const,
    step,
    to,
  }));
  const pagedBy = unique([...alarm.pagedBy, ...owed.map(({ to }) => to.duty)]);
  const paged = { stepsDone, rounds: alarm.rounds + 1, pagedAt: now, pagedEdges: allEdges(alarm).length, pagedBy };
  return { alarm: { ...alarm, ...paged }, owed };
}

function isAgainDue({ stepsDone, pagedAt }: Alarm, { steps, repeatEverySeconds }: AlarmLadder, now: Millis): boolean {
  if (repeatEverySeconds === null || pagedAt === null || stepsDone < steps.length) return false;
  return pagedAt + repeatEverySeconds * 1000 <= now;
}

function grown(alarm: Alarm, { steps }: AlarmLadder, now: Millis): AlarmLadder['steps'] {
  const hasGrown = alarm.pagedAt !== null && allEdges(alarm).length > alarm.pagedEdges;
  return hasGrown && alarm.pagedAt + GROWTH_MS <= now ? steps.slice(0, alarm.stepsDone) : [];
}

/** Everybody once over each way, by a name for the way: two lists may know different people by one id. */
function byWay(recipients: readonly AlarmRecipient[]): Map<string, AlarmRecipient> {
  const distinct = new Map(recipients.map((to) => [JSON.stringify([to.person, to.channel, to.address]), to]));
  const ways = new Map<string, AlarmRecipient>();
  for (const to of distinct.values()) {
    const way = `${to.person}.${to.channel}`;
    const alike = [...ways.keys()].filter((one) => one === way || one.startsWith(`${way}.`)).length;
    ways.set(alike === 0 ? way : `${way}.${alike + 1}`, to);
  }
  return ways;
}

function unique(sources: readonly DutySource[]): DutySource[] {
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}

/** News of an alarm goes to everybody whom it may have reached, once over each way. */
export function newsFor(
  alarm: Pick<Alarm, 'id' | 'rounds'>,
  kind: 'acknowledged' | 'back',
  reached: readonly AlarmRecipient[],
): OwedAlarmPage[] {
  return [...byWay(reached)].map(([way, to]) => ({
    id: `${alarm.id}.${kind}.${alarm.rounds}.${way}`,
    kind,
    step: 0,
    to,
  }));
}

function byTime(a: BlindSpell, b: BlindSpell): number {
  return a.since - b.since || (a.edge < b.edge ? -1 : 1);
}

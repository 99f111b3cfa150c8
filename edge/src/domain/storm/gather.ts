import { type Fault, type Incident, type IncidentChange, instantMillis, type Millis } from '@keepsite/edge-contract';
import { faultSummary } from '../fault.ts';
import type { Decision } from '../draft.ts';
import { Draft } from '../draft.ts';
import { pageNews } from '../ladder.ts';
import { familyOf } from './cause.ts';
import { byWeight } from './group.ts';
import { nameOf, type Scene } from './scene.ts';
import { membersOf, type Standing } from './standing.ts';

/** So many times as many as its people were told of: they hear of it again. */
const MUCH_MORE = 10;
/** A storm takes a breath before it is told: what comes in one second comes in one page. */
const FIRST_NEWS_MS = 10_000;
const NEWS_EVERY_MS = 60_000;
/** More of the same may wait this long, and no longer. */
const SAME_NEWS_MS = 5 * 60_000;
const FAULTS_TOLD = 4;
const PLACES_TOLD = 3;
const ASSETS_KEPT = 20;

/** When the people of an incident must hear what has become of it; null: they know enough. */
export function newsDueAt(head: Incident, standing: Pick<Standing, 'get' | 'followers'>): Millis | null {
  if (head.hold || !head.plan || head.stepsDone === 0 || isAnswered(head)) return null;
  const members = membersOf(head.id, standing);
  const untold = untoldOf(head, members);
  if (untold.length === 0) return null;
  const told = instantMillis(head.group?.at ?? head.ladderFrom);
  if (!mattersNow(head, members.length + 1, untold)) return told + SAME_NEWS_MS;
  return told + (head.group ? NEWS_EVERY_MS : FIRST_NEWS_MS);
}

/**
 * What the people of an incident that leads others are told of them by now: with the step of its ladder that
 * is about to be taken, else with a page of its own to those who had been reached. Nothing: nothing is due.
 */
export function tellNews(head: Incident, scene: Scene): Decision {
  const draft = new Draft(head, head.id, head.edge);
  const { standing, now } = scene;
  const members = membersOf(head.id, standing);
  const stepIsDue = head.next !== null && instantMillis(head.next.at) <= now;
  const newsAreDue = (newsDueAt(head, standing) ?? Infinity) <= now;
  if (untoldOf(head, members).length > 0 && (stepIsDue || newsAreDue))
    draft.system(gathered(head, members, scene), now);
  if (newsAreDue && !stepIsDue) pageNews(draft, now, 'grown');
  return draft.decision();
}

/** What a page says of many incidents: how many, what, where, and the worst of them. */
export function gathered(
  head: Incident,
  members: readonly Incident[],
  scene: Pick<Scene, 'directory'>,
): IncidentChange {
  const all = [head, ...members];
  const worst = all.toSorted(byWeight)[0] ?? head;
  const faults = counted(all.map(({ fault }) => fault)).slice(0, ASSETS_KEPT);
  return {
    kind: 'gathered',
    count: all.length,
    worst: { incident: worst.id, severity: worst.severity, fault: worst.fault },
    faults: faults.map(([fault, count]) => ({ fault, count })),
    assets: [...new Set(all.map(({ asset }) => asset))].slice(0, ASSETS_KEPT),
    text: { en: textOf('en', all, worst, faults, scene), zh: textOf('zh', all, worst, faults, scene) },
  };
}

const WORDS = {
  en: {
    incidents: (n: number) => `${n} incidents`,
    worst: (what: string, where: string) => `worst: ${what}, ${where}`,
    more: (n: number) => `${n} more`,
    untaken: (n: number) => `${n} that nobody has taken yet`,
    places: 'in',
  },
  zh: {
    incidents: (n: number) => `共 ${n} 起`,
    worst: (what: string, where: string) => `最严重：${where}${what}`,
    more: (n: number) => `其他 ${n}`,
    untaken: (n: number) => `其中 ${n} 起尚无人接单`,
    places: '位置：',
  },
} as const;

function textOf(
  language: 'en' | 'zh',
  all: readonly Incident[],
  worst: Incident,
  faults: readonly (readonly [Fault, number])[],
  { directory }: Pick<Scene, 'directory'>,
): string {
  const words = WORDS[language];
  const kinds = faults.map(([fault, count]) => `${faultSummary(fault)[language]} ×${count}`);
  const zones = counted(all.map(({ zone, asset }) => directory.asset(asset)?.zone.name[language] ?? zone ?? asset));
  const places = zones.map(([zone, count]) => (zones.length > 1 ? `${zone} ×${count}` : zone));
  const untaken = all.filter(({ response }) => response === 'open').length;
  const parts = [
    words.incidents(all.length),
    ...(untaken > 0 && untaken < all.length ? [words.untaken(untaken)] : []),
    short(kinds, FAULTS_TOLD, words.more),
    words.worst(faultSummary(worst.fault)[language], nameOf(worst.asset, directory)[language]),
    `${words.places}${language === 'en' ? ' ' : ''}${short(places, PLACES_TOLD, words.more)}`,
  ];
  return parts.join(language === 'en' ? '; ' : '；');
}

function short(all: readonly string[], most: number, more: (n: number) => string): string {
  return [...all.slice(0, most), ...(all.length > most ? [more(all.length - most)] : [])].join(', ');
}

/** Each with how often it is there, the most frequent first. */
function counted<T>(all: readonly T[]): [T, number][] {
  const counts = new Map<T, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

/** What has begun since its people were last told. */
function untoldOf({ group }: Incident, members: readonly Incident[]): readonly Incident[] {
  return group ? members.filter(({ openedAt }) => openedAt > group.at) : members;
}

/** Many more, another kind of trouble, or something critical that has another cause. */
function mattersNow(head: Incident, count: number, untold: readonly Incident[]): boolean {
  if (count >= MUCH_MORE * (head.group?.count ?? 1)) return true;
  const families = new Set((head.group?.faults ?? [head]).map(({ fault }) => familyOf(fault)));
  return untold.some(
    ({ fault, severity, hold }) => !families.has(familyOf(fault)) || (severity === 'critical' && hold?.storm),
  );
}

function isAnswered({ response }: Incident): boolean {
  return response === 'resolved' || response === 'closed' || response === 'cancelled';
}

import type { Calendar, Millis, ResponseBook, Roster, RosterLayer } from '@keepsite/edge-contract';
import { DAY_MS, dayNumber, dayNumberOf, type Stretch, wallOf, wallOfText } from './civil.ts';
import { type Finding, teller, type Teller } from './finding.ts';
import { gaps } from './on-call.ts';
import { stretchOf } from './shift.ts';

/** Gaps that are told one by one. */
const TOLD_GAPS = 5;

export interface Horizon {
  readonly now: Millis;
  readonly days: number;
}

/** A calendar whose days are real, in order and said once. */
export function checkCalendar(calendar: Calendar, found: Finding[]): void {
  const tell = teller(found, `calendars.${calendar.id}`);
  const seen = new Set<number>();
  calendar.days.forEach(({ from, to = from }, index) => {
    if (to < from) tell.on('to').error(`${to} is before ${from}`, `${to} 早于 ${from}`, `days.${index}`);
    if (from < calendar.from || to > calendar.to)
      tell
        .on('from')
        .error(`${from} is outside ${calendar.from}…${calendar.to}`, `${from} 超出日历范围`, `days.${index}`);
    for (let day = dayNumberOf(from); day <= dayNumberOf(to); day += 1) {
      if (seen.has(day)) tell.on('from').error(`${from} is said twice`, `${from} 重复出现`, `days.${index}`);
      seen.add(day);
    }
  });
}

/** Rosters whose people, calendars and stretches exist, and the gaps that they leave. */
export function checkRosters(book: ResponseBook, horizon: Horizon | null, found: Finding[]): void {
  for (const roster of book.rosters) {
    const tell = teller(found, `rosters.${roster.id}`);
    const before = found.length;
    if (!isZone(roster.zone)) tell.on('zone').error(`${roster.zone} is no time zone`, `${roster.zone} 不是有效时区`);
    checkMembers(roster, book, tell);
    for (const layer of roster.layers) checkLayer(layer, tell);
    checkChanges(roster, tell);
    const calendar = calendarOf(roster, book, tell);
    if (!horizon || found.slice(before).some(({ level }) => level === 'error')) continue;
    if (calendar) checkReach(roster, calendar, horizon, tell);
    checkGaps(roster, book, horizon, tell);
  }
}

function checkMembers(roster: Roster, { people, crews }: ResponseBook, tell: Teller): void {
  const persons = new Set(people.map(({ id }) => id));
  const members = new Set([...persons, ...crews.map(({ id }) => id)]);
  const known = (id: string, among: ReadonlySet<string>, where: string, field: string): void => {
    if (!among.has(id))
      tell
        .on(field)
        .error(`${id} is neither a person nor a crew that is known here`, `${id} 不在人员或班组名单中`, where);
  };
  for (const layer of roster.layers)
    for (const id of layer.members) known(id, members, `layers.${layer.id}`, 'members');
  for (const { id, off, on } of roster.overrides) {
    for (const person of off === 'everybody' ? [] : off) known(person, persons, `overrides.${id}`, 'off');
    for (const person of on) known(person, persons, `overrides.${id}`, 'on');
  }
  for (const { id, give, take } of roster.swaps) {
    known(give.person, persons, `swaps.${id}`, 'give.person');
    known(take.person, persons, `swaps.${id}`, 'take.person');
  }
}

function checkLayer({ id, from, until }: RosterLayer, tell: Teller): void {
  for (const [field, text] of Object.entries({ from, ...(until !== undefined && { until }) }))
    if (Number.isNaN(wallOfText(text)))
      tell.on(field).error(`${text} does not exist`, `${text} 不存在`, `layers.${id}`);
  if (until !== undefined && until <= from)
    tell.on('until').error('it ends before it begins', '结束时间早于开始时间', `layers.${id}`);
}

function checkChanges({ overrides, swaps }: Roster, tell: Teller): void {
  const stretches = [
    ...overrides.map((override) => ({ where: `overrides.${override.id}`, field: 'to', ...stretchOf(override) })),
    ...swaps.flatMap(({ id, give, take }) =>
      Object.entries({ give, take }).map(([side, turn]) => ({
        where: `swaps.${id}`,
        field: `${side}.to`,
        ...stretchOf(turn),
      })),
    ),
  ];
  for (const { where, field, from, to } of stretches)
    if (from >= to) tell.on(field).error('it ends before it begins', '结束时间早于开始时间', where);
  for (const { id, off, on } of overrides)
    if (off !== 'everybody' && off.length === 0 && on.length === 0)
      tell.on('on').error('it puts nobody on call and takes nobody off', '既没有加人也没有减人', `overrides.${id}`);
}

function calendarOf({ calendar: id }: Roster, { calendars }: ResponseBook, tell: Teller): Calendar | undefined {
  const calendar = calendars.find((candidate) => candidate.id === id);
  if (id !== undefined && !calendar) tell.on('calendar').error(`there is no calendar ${id}`, `没有日历 ${id}`);
  return calendar;
}

function checkReach({ zone }: Roster, calendar: Calendar, { now, days }: Horizon, tell: Teller): void {
  if (dayNumber(wallOf(now, zone)) + days <= dayNumberOf(calendar.to)) return;
  tell.warning(
    `the calendar ${calendar.id} ends on ${calendar.to}: from then on a holiday is an ordinary day`,
    `日历 ${calendar.id} 只到 ${calendar.to}：此后节假日将按普通日处理`,
  );
}

function checkGaps(roster: Roster, book: ResponseBook, { now, days }: Horizon, tell: Teller): void {
  const found = gaps(roster, { from: now, to: now + days * DAY_MS }, book);
  for (const gap of found.slice(0, TOLD_GAPS)) {
    const [from, to] = [shown(gap.from, roster), shown(gap.to, roster)];
    tell.warning(`nobody is on call from ${from} to ${to}`, `${from} 至 ${to} 无人值班`);
  }
  const more = found.length - TOLD_GAPS;
  if (more > 0) tell.warning(`and ${more} more gaps within ${days} days`, `${days} 天内另有 ${more} 处空班`);
}

function shown(at: Stretch['from'], { zone }: Roster): string {
  return new Date(wallOf(at, zone)).toISOString().slice(0, 16).replace('T', ' ');
}

function isZone(zone: string): boolean {
  try {
    wallOf(0, zone);
    return true;
  } catch {
    return false;
  }
}

import type { Millis, Roster, RosterLayer } from '@keepsite/edge-contract';
import { wallClock } from '../local-time.ts';

/** A site's people on duty: three who share days and nights, and who helps out on workdays. */
interface Duty {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  readonly three: readonly [string, string, string];
  readonly helpers: readonly string[];
}

const DUTIES: readonly Duty[] = [
  {
    id: 'dc-duty',
    en: 'Data center duty',
    zh: '数据中心值班',
    three: ['zhao-lei', 'sun-ting', 'wu-gang'],
    helpers: ['he-min', 'chen-bo'],
  },
  {
    id: 'bj-duty',
    en: 'Binjiang duty',
    zh: '滨江值班',
    three: ['chen-bo', 'li-na', 'ma-chao'],
    helpers: ['xu-yan', 'he-min'],
  },
  {
    id: 'wg-duty',
    en: 'Westgate duty',
    zh: '西门值班',
    three: ['huang-tao', 'guo-fei', 'luo-dan'],
    helpers: ['tang-wei', 'xu-yan'],
  },
];

const BEGINS = '2024-01-01T08:00';
const FIRST_DAY = Date.UTC(2024, 0, 1) / 86_400_000;
const [MORNING, EVENING] = [8, 20];

/**
 * Two shifts a day, 08:00–20:00 and 20:00–08:00; nobody works a night and the day after it. On
 * workdays, make-up Saturdays (调休) among them, a helper is there from nine to six, a week each.
 */
export function rosters(zone: string): Roster[] {
  return DUTIES.map(({ id, en, zh, three: [a, b, c], helpers }) => ({
    id,
    version: 1,
    name: { en, zh },
    zone,
    calendar: 'china',
    layers: [
      layer('day', [a, b, c], 'days', [{ from: '08:00', to: '20:00' }]),
      layer('night', [c, a, b], 'days', [{ from: '20:00', to: '08:00' }]),
      layer('workdays', [...helpers], 'weeks', [{ days: ['workday'], from: '09:00', to: '18:00' }]),
    ],
    overrides: [],
    swaps: [],
    notes: [],
  }));
}

function layer(
  id: string,
  members: string[],
  unit: RosterLayer['unit'],
  hours: NonNullable<RosterLayer['hours']>,
): RosterLayer {
  return { id, members, from: BEGINS, every: 1, unit, hours };
}

/** Everybody who ever has the first shift of a roster; of a crew its members; else the person. */
export function membersOf(registry: { crews: { id: string; members: string[] }[]; rosters: Roster[] }, id: string) {
  const roster = registry.rosters.find((each) => each.id === id);
  return roster?.layers[0]?.members ?? registry.crews.find((crew) => crew.id === id)?.members ?? [id];
}

/** Who of a roster has the shift at an instant: told by the day's number and the hour, as its people would. */
export function onShift({ layers, zone }: Roster, at: Millis): string[] {
  const { day, hour } = wallClock(at, zone);
  const isDay = hour >= MORNING && hour < EVENING;
  const turn = day - FIRST_DAY - (hour < MORNING ? 1 : 0);
  const members = layers.find(({ id }) => id === (isDay ? 'day' : 'night'))?.members ?? [];
  const member = members[turn % members.length];
  return member === undefined ? [] : [member];
}

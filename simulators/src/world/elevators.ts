import type { ElevatorSpec } from './specs.ts';

type ElevatorRow = readonly [zone: string, site: string, number: number, en: string, zh: string, topFloor: number];

const ELEVATOR_ROWS: readonly ElevatorRow[] = [
  ['dc-office', 'qiantang-dc', 1, 'Passenger lift 1', '客梯1号', 5],
  ['dc-plant', 'qiantang-dc', 2, 'Freight lift 2', '货梯2号', 4],
  ['bj-a', 'binjiang-park', 1, 'Lift 1, Building A', 'A座1号梯', 18],
  ['bj-a', 'binjiang-park', 2, 'Lift 2, Building A', 'A座2号梯', 18],
  ['bj-b', 'binjiang-park', 3, 'Lift 3, Building B', 'B座3号梯', 22],
  ['bj-b', 'binjiang-park', 4, 'Lift 4, Building B', 'B座4号梯', 22],
  ['bj-c', 'binjiang-park', 5, 'Lift 5, Building C', 'C座5号梯', 16],
  ['bj-c', 'binjiang-park', 6, 'Lift 6, Building C', 'C座6号梯', 16],
  ['wg-1', 'westgate-park', 1, 'Lift 1, Tower 1', '一号楼1号梯', 24],
  ['wg-1', 'westgate-park', 2, 'Lift 2, Tower 1', '一号楼2号梯', 24],
  ['wg-2', 'westgate-park', 3, 'Lift 3, Tower 2', '二号楼3号梯', 20],
  ['wg-2', 'westgate-park', 4, 'Lift 4, Tower 2', '二号楼4号梯', 20],
  ['wg-3', 'westgate-park', 5, 'Lift 5, Tower 3', '三号楼5号梯', 28],
  ['wg-3', 'westgate-park', 6, 'Lift 6, Tower 3', '三号楼6号梯', 28],
];

const SITE_CODE: Readonly<Record<string, string>> = {
  'qiantang-dc': 'dc',
  'binjiang-park': 'bj',
  'westgate-park': 'wg',
};

/** Fourteen elevators; their rated speed is drawn when the world is built. */
export const ELEVATORS: readonly ElevatorSpec[] = ELEVATOR_ROWS.map(([zone, site, number, en, zh, topFloor], i) => {
  const code = SITE_CODE[site] ?? site;
  return {
    asset: `${code}-lift-${number}`,
    site,
    zone,
    name: { en, zh },
    topFloor,
    ratedLoadKg: zone === 'dc-plant' ? 2000 : 1050,
    ratedSpeedMps: 2,
    callsPerHour: site === 'qiantang-dc' ? 12 : 70,
    controller: `${code}-lift-${number}-controller`,
    monitor: {
      elevatorNo: `EL-${code.toUpperCase()}-${String(number).padStart(4, '0')}`,
      macAddr: `HQ2025052200${String(200 + i).padStart(4, '0')}`,
    },
  };
});

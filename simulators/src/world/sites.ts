import type { Asset, Site, Zone } from '@keepsite/edge-contract';
import { contractId } from './clients.ts';
import type { ElevatorSpec, LeakSpec, MeterSpec, Name, SumpSpec } from './specs.ts';

export const SITES: Site[] = [
  site('qiantang-dc', 'Qiantang Data Center', '钱塘数据中心', 'data-center'),
  site('binjiang-park', 'Binjiang Innovation Park', '滨江创新园', 'office-park'),
  site('westgate-park', 'Westgate Office Park', '西门商务园', 'office-park'),
];

const BINJIANG = ['lanhe-software', 'qiming-design', 'heyuan-capital'];
const WESTGATE = ['songling-biotech', 'beichen-logistics', 'westgate-owners'];

export const ZONES: Zone[] = [
  zone('dc-hall-1', 'qiantang-dc', 'Hall 1', '一号机房', ['yunfan-bank']),
  zone('dc-hall-2', 'qiantang-dc', 'Hall 2', '二号机房', ['yunfan-bank']),
  zone('dc-plant', 'qiantang-dc', 'Power and cooling', '动力与制冷区', ['yunfan-bank']),
  zone('dc-office', 'qiantang-dc', 'Offices and lobby', '办公与大堂', ['yunfan-bank']),
  zone('bj-a', 'binjiang-park', 'Building A', 'A座', ['lanhe-software']),
  zone('bj-b', 'binjiang-park', 'Building B', 'B座', ['qiming-design']),
  zone('bj-c', 'binjiang-park', 'Building C', 'C座', ['heyuan-capital']),
  zone('bj-common', 'binjiang-park', 'Basement and common parts', '地下室与公共区域', BINJIANG),
  zone('wg-1', 'westgate-park', 'Tower 1', '一号楼', ['songling-biotech']),
  zone('wg-2', 'westgate-park', 'Tower 2', '二号楼', ['beichen-logistics']),
  zone('wg-3', 'westgate-park', 'Tower 3', '三号楼', ['westgate-owners']),
  zone('wg-common', 'westgate-park', 'Basement and common parts', '地下室与公共区域', WESTGATE),
];

/** What stands at the sites. */
export interface Plant {
  readonly elevators: readonly ElevatorSpec[];
  readonly leaks: readonly LeakSpec[];
  readonly sumps: readonly SumpSpec[];
  readonly meters: readonly MeterSpec[];
}

/** The assets of a plant, with the numbers that rules may name. */
export function assetsOf(plant: Plant): Asset[] {
  return [
    ...plant.elevators.map((e) =>
      asset(e.asset, e.zone, 'elevator', e.name, {
        ratedLoadKg: e.ratedLoadKg,
        ratedSpeedMps: e.ratedSpeedMps,
        bottomFloor: 1,
        topFloor: e.topFloor,
      }),
    ),
    ...plant.leaks.filter((l) => !l.shared).map((l) => asset(l.asset, l.zone, 'room', l.name, {})),
    ...plant.sumps.flatMap((s) => [
      asset(s.asset, s.zone, 'sump', s.name, {
        criticalLevelM: s.criticalLevelM,
        pumpStartLevelM: s.startM,
        pumpStopLevelM: s.stopM,
      }),
      asset(s.pump, s.zone, 'pump', s.pumpName, {
        ratedPowerW: s.pumpKw * 1000,
        capacityM3h: s.capacityM3h,
        sump: s.asset,
      }),
    ]),
    ...plant.meters.map((m) =>
      asset(m.asset, m.zone, m.kind === 'sum' ? 'switchboard' : 'meter', m.name, {
        contractDemandKw: m.contractDemandKw,
        ratedVoltageV: 220,
      }),
    ),
  ];
}

function site(id: string, en: string, zh: string, kind: Site['kind']): Site {
  return { id, name: { en, zh }, zone: 'Asia/Shanghai', kind };
}

function zone(id: string, siteId: string, en: string, zh: string, clients: readonly string[]): Zone {
  const served = clients.map((client) => ({ client, contract: contractId(client) }));
  return { id, site: siteId, name: { en, zh }, clients: served };
}

function asset(id: string, inZone: string, kind: Asset['kind'], name: Name, traits: Asset['traits']): Asset {
  return { id, zone: inZone, kind, name, traits };
}

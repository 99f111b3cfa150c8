import type { LeakFamily, LeakSpec, SumpSpec } from './specs.ts';

type LeakRow = readonly [
  id: string,
  zone: string,
  site: string,
  family: LeakFamily,
  device: string,
  en: string,
  zh: string,
];

const LEAK_ROWS: readonly LeakRow[] = [
  [
    'dc-floor-1',
    'dc-hall-1',
    'qiantang-dc',
    'keepsite',
    'dc-floor-1-rope',
    'Under the raised floor, hall 1 row A',
    '一号机房A列地板下',
  ],
  [
    'dc-floor-2',
    'dc-hall-1',
    'qiantang-dc',
    'shelly-gen2',
    'shellyfloodg4-8813bf0a1c02',
    'Under the raised floor, hall 1 row F',
    '一号机房F列地板下',
  ],
  [
    'dc-floor-3',
    'dc-hall-2',
    'qiantang-dc',
    'shelly-gen2',
    'shellyfloodg4-8813bf0a1c03',
    'Under the raised floor, hall 2 row A',
    '二号机房A列地板下',
  ],
  [
    'dc-floor-4',
    'dc-hall-2',
    'qiantang-dc',
    'milesight',
    '24e124136b220104',
    'Under the raised floor, hall 2 row F',
    '二号机房F列地板下',
  ],
  ['dc-chiller-room', 'dc-plant', 'qiantang-dc', 'milesight', '24e124136b220105', 'Chiller room', '冷水机房'],
  ['dc-ups-room', 'dc-plant', 'qiantang-dc', 'zigbee2mqtt', 'dc-ups-room-leak', 'UPS and battery room', 'UPS与电池室'],
  ['bj-pump-room', 'bj-common', 'binjiang-park', 'zigbee2mqtt', 'bj-pump-room-leak', 'Pump room B2', '地下二层泵房'],
  [
    'bj-switch-room',
    'bj-common',
    'binjiang-park',
    'shelly-gen2',
    'shellyfloodg4-8813bf0a2c08',
    'Switch room B1',
    '地下一层配电室',
  ],
  ['bj-a-riser', 'bj-a', 'binjiang-park', 'milesight', '24e124136b220209', 'Riser room A9', 'A座9层管井'],
  ['bj-b-riser', 'bj-b', 'binjiang-park', 'milesight', '24e124136b220210', 'Riser room B11', 'B座11层管井'],
  ['bj-c-server', 'bj-c', 'binjiang-park', 'zigbee2mqtt', 'bj-c-server-leak', 'Tenant server room C6', 'C座6层机房'],
  ['bj-lift-3', 'bj-b', 'binjiang-park', 'zigbee2mqtt', 'bj-lift-3-pit', 'Pit of lift 3', '3号梯底坑'],
  ['wg-pump-room', 'wg-common', 'westgate-park', 'zigbee2mqtt', 'wg-pump-room-leak', 'Pump room B1', '地下一层泵房'],
  ['wg-garage', 'wg-common', 'westgate-park', 'shelly-gen2', 'shellyfloodg4-8813bf0a3c14', 'Garage ramp', '车库坡道'],
  ['wg-1-lab', 'wg-1', 'westgate-park', 'milesight', '24e124136b220315', 'Laboratory 1-14', '一号楼14层实验室'],
  ['wg-2-store', 'wg-2', 'westgate-park', 'milesight', '24e124136b220316', 'Archive 2-03', '二号楼3层档案室'],
  ['wg-3-tank', 'wg-3', 'westgate-park', 'zigbee2mqtt', 'wg-3-tank-leak', 'Roof tank room', '三号楼屋顶水箱间'],
  ['wg-lift-5', 'wg-3', 'westgate-park', 'zigbee2mqtt', 'wg-lift-5-pit', 'Pit of lift 5', '5号梯底坑'],
];

/** Eighteen water sensors, in rooms and in two elevator pits. */
export const LEAK_SENSORS: readonly LeakSpec[] = LEAK_ROWS.map(([asset, zone, site, family, device, en, zh]) => ({
  asset,
  site,
  zone,
  family,
  device,
  name: { en, zh },
  shared: asset.includes('-lift-'),
  everySeconds: family === 'keepsite' ? 10 : 60,
}));

type SumpRow = readonly [
  id: string,
  zone: string,
  site: string,
  hex: string,
  en: string,
  zh: string,
  catchmentM2: number,
];

const SUMP_ROWS: readonly SumpRow[] = [
  ['dc-sump-1', 'dc-plant', 'qiantang-dc', '0401', 'Sump 1, cooling yard', '冷却场1号集水坑', 420],
  ['dc-sump-2', 'dc-plant', 'qiantang-dc', '0402', 'Sump 2, cable tunnel', '电缆沟2号集水坑', 300],
  ['bj-sump-1', 'bj-common', 'binjiang-park', '0403', 'Sump 1, garage ramp', '车库坡道1号集水坑', 560],
  ['bj-sump-2', 'bj-common', 'binjiang-park', '0404', 'Sump 2, basement', '地下室2号集水坑', 380],
  ['wg-sump-1', 'wg-common', 'westgate-park', '0405', 'Sump 1, garage ramp', '车库坡道1号集水坑', 520],
  ['wg-sump-2', 'wg-common', 'westgate-park', '0406', 'Sump 2, courtyard', '下沉庭院2号集水坑', 400],
];

/** Six sumps, each with a level sensor, a pump, the pump's power meter and its controller. */
export const SUMPS: readonly SumpSpec[] = SUMP_ROWS.map(([asset, zone, site, hex, en, zh, catchmentM2]) => ({
  asset,
  zone,
  site,
  pump: asset.replace('sump', 'pump'),
  name: { en, zh },
  pumpName: { en: `Pump of ${en[0]?.toLowerCase()}${en.slice(1)}`, zh: `${zh}排水泵` },
  level: `24e124136b23${hex}`,
  power: `shelly1pmg4-7c2c67a1${hex}`,
  controller: `${asset.replace('sump', 'pump')}-controller`,
  areaM2: 2.5,
  catchmentM2,
  capacityM3h: 36,
  startM: 0.35,
  stopM: 0.2,
  criticalLevelM: 1.1,
  pumpKw: 4,
}));

import type { MeterNode } from '@keepsite/cloud-contract';
import type { Registry } from '@keepsite/edge-contract';
import { registry } from './samples.ts';

export const ZONE = 'Asia/Shanghai';

/** Its main meter, a counter, as a tree of one. */
export const MAIN_METER: MeterNode = {
  asset: 'main',
  device: 'meter-main',
  metric: 'energy_import_kwh',
  part: null,
  name: { en: 'Main', zh: '总表' },
  parent: null,
  share: 1,
  use: 'all',
};

/** The sample site with a main meter and, behind it, one of IT equipment. */
export function energyRegistry(): Registry {
  const base = registry();
  const meter = (id: string, en: string, zh: string, traits: Registry['assets'][number]['traits']) =>
    ({ id, zone: 'zone-1', kind: 'meter', name: { en, zh }, traits }) as const;
  return {
    ...base,
    assets: [
      ...base.assets,
      meter('main', 'Main meter', '总表', {}),
      meter('it', 'IT equipment', 'IT设备', { parent: 'main', meterUse: 'it' }),
    ],
    devices: [
      ...base.devices,
      { id: 'meter-main', family: 'keepsite', asset: 'main' },
      { id: 'meter-it', family: 'keepsite', asset: 'it' },
    ],
  };
}

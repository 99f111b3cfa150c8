import type { Registry } from '@keepsite/edge-contract';
import { registry } from './samples.ts';

export const ZONE = 'Asia/Shanghai';

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

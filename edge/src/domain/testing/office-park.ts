import { Registry } from '@keepsite/edge-contract';

/** A park small enough to be read at a glance: two crews, a supervisor, one elevator, one meter. */
export const officePark: Registry = Registry.parse({
  version: 1,
  sites: [{ id: 'park', name: { en: 'Office park', zh: '办公园区' }, zone: 'Asia/Shanghai', kind: 'office-park' }],
  zones: [
    {
      id: 'tower-a',
      site: 'park',
      name: { en: 'Tower A', zh: 'A 座' },
      clients: [{ client: 'north' }, { client: 'south', from: '2026-01-01', to: '2026-07-01' }],
    },
  ],
  assets: [
    { id: 'elevator-3', zone: 'tower-a', kind: 'elevator', name: { en: 'Elevator 3', zh: '3 号梯' } },
    {
      id: 'pump-room',
      zone: 'tower-a',
      kind: 'sump',
      name: { en: 'Pump room', zh: '泵房' },
      traits: { criticalLevelM: 1 },
    },
    {
      id: 'main-meter',
      zone: 'tower-a',
      kind: 'meter',
      name: { en: 'Main meter', zh: '总表' },
      traits: { ratedVoltageV: 220, contractDemandKw: 100 },
    },
  ],
  devices: [
    { id: 'lift-3', family: 'keepsite', asset: 'elevator-3' },
    { id: 'leak-1', family: 'keepsite', asset: 'pump-room' },
    { id: 'meter-1', family: 'keepsite', asset: 'main-meter' },
  ],
  people: [
    { id: 'li', name: '李师傅', addresses: [{ channel: 'mqtt', to: 'li' }] },
    { id: 'zhao', name: '赵师傅', addresses: [{ channel: 'mqtt', to: 'zhao' }] },
    { id: 'wang', name: '王主管', addresses: [{ channel: 'mqtt', to: 'wang' }] },
  ],
  crews: [
    { id: 'crew-1', name: { en: 'Crew 1', zh: '一班' }, members: ['li'] },
    { id: 'crew-2', name: { en: 'Crew 2', zh: '二班' }, members: ['zhao'] },
  ],
  plans: [
    {
      id: 'seven-minutes',
      version: 1,
      terms: { acknowledge: 120, on_site: 420, resolve: 14_400 },
      steps: [
        { afterSeconds: 0, page: ['crew-1'] },
        { afterSeconds: 60, when: 'open', page: ['crew-1', 'crew-2'] },
        { afterSeconds: 120, when: 'open', page: ['crew-1', 'crew-2', 'wang'] },
        { afterSeconds: 300, when: 'not_on_site', page: ['crew-2'], release: true },
        { afterSeconds: 360, when: 'not_on_site', page: ['wang'] },
      ],
    },
  ],
});

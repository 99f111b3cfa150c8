import type { Registry } from '@keepsite/edge-contract';

const NONE = { clients: [] };
const to = (client: string): { clients: { client: string }[] } => ({ clients: [{ client }] });

/** A small house for looking at the pages: three sites, their assets, five people. */
export const REGISTRY: Registry = {
  version: 1,
  sites: [
    { id: 'yunqi', name: { en: 'Yunqi Park', zh: '云栖园区' }, zone: 'Asia/Shanghai', kind: 'office-park' },
    {
      id: 'nangang',
      name: { en: 'Nangang Data Center', zh: '南港数据中心' },
      zone: 'Asia/Shanghai',
      kind: 'data-center',
    },
    { id: 'tianhe', name: { en: 'Tianhe Plaza', zh: '天河广场' }, zone: 'Asia/Shanghai', kind: 'mall' },
  ],
  zones: [
    { id: 'yunqi-a', site: 'yunqi', name: { en: 'Tower A', zh: 'A 座' }, ...to('yunqi-park') },
    { id: 'nangang-b2', site: 'nangang', name: { en: 'Basement 2', zh: '地下二层' }, ...to('nangang-dc') },
    { id: 'tianhe-main', site: 'tianhe', name: { en: 'Main building', zh: '主楼' }, ...to('tianhe-committee') },
    { id: 'tianhe-roof', site: 'tianhe', name: { en: 'Roof', zh: '屋面' }, ...NONE },
  ],
  assets: [
    asset('yunqi-a-lift-3', 'yunqi-a', 'elevator', 'Lift 3, Tower A', 'A 座 3 号梯'),
    asset('yunqi-a-lift-1', 'yunqi-a', 'elevator', 'Lift 1, Tower A', 'A 座 1 号梯'),
    asset('yunqi-chiller', 'yunqi-a', 'meter', 'Chiller plant meter', '冷机电表'),
    asset('nangang-pump-room', 'nangang-b2', 'room', 'Pump room B2', 'B2 泵房'),
    asset('nangang-pump-1', 'nangang-b2', 'pump', 'Drain pump 1', '1 号排水泵'),
    asset('tianhe-lift-2', 'tianhe-main', 'elevator', 'Lift 2, Tianhe', '天河 2 号梯'),
  ],
  devices: [],
  people: [
    person('wang-wei', 'Wang Wei 王伟'),
    person('li-na', 'Li Na 李娜'),
    person('chen-hao', 'Chen Hao 陈浩'),
    person('zhao-min', 'Zhao Min 赵敏'),
    person('liu-yang', 'Liu Yang 刘洋'),
  ],
  crews: [{ id: 'crew-a', name: { en: 'Crew A', zh: '一组' }, members: ['wang-wei', 'li-na'] }],
  plans: [],
  calendars: [],
  rosters: [],
  contracts: [],
};

function asset(
  id: string,
  zone: string,
  kind: Registry['assets'][number]['kind'],
  en: string,
  zh: string,
): Registry['assets'][number] {
  return { id, zone, kind, name: { en, zh }, traits: {} };
}

function person(id: string, name: string): Registry['people'][number] {
  return { id, name, skills: [], addresses: [{ channel: 'dingtalk', to: id }] };
}

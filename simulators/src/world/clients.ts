import type { Client, Contract } from '@keepsite/cloud-contract';
import type { ContractTargets } from '@keepsite/edge-contract';

const TERMS: Contract['terms'] = [
  { term: 'acknowledge', targetSeconds: 120, attainmentTarget: 0.95 },
  { term: 'on_site', targetSeconds: 420, attainmentTarget: 0.95 },
  { term: 'resolve', targetSeconds: 14_400, attainmentTarget: 0.9 },
];

const OFFICER = { north: 'Lin Jing 林静', south: 'Gao Yang 高扬' };

export const CLIENTS: readonly Client[] = [
  client('yunfan-bank', 'Yunfan Bank data center', '云帆银行数据中心', 'data-center', '2019-04-01', OFFICER.north),
  client('lanhe-software', 'Lanhe Software', '蓝禾软件', 'commercial', '2021-07-01', OFFICER.south),
  client('qiming-design', 'Qiming Design', '启明设计', 'commercial', '2022-03-01', OFFICER.south),
  client('heyuan-capital', 'Heyuan Capital', '和远资本', 'commercial', '2020-10-01', OFFICER.south),
  client('songling-biotech', 'Songling Biotech', '松岭生物', 'commercial', '2023-05-01', OFFICER.north),
  client('beichen-logistics', 'Beichen Logistics', '北辰物流', 'commercial', '2022-11-01', OFFICER.north),
  client(
    'westgate-owners',
    'Westgate owners’ committee',
    '西门商务园业委会',
    'owners-committee',
    '2018-01-01',
    OFFICER.north,
  ),
];

const VALUES: Readonly<Record<string, { readonly value: number; readonly from: string; readonly to: string }>> = {
  'yunfan-bank': { value: 4_800_000, from: '2026-01-01', to: '2029-01-01' },
  'lanhe-software': { value: 1_260_000, from: '2026-07-01', to: '2027-07-01' },
  'qiming-design': { value: 980_000, from: '2026-03-01', to: '2027-03-01' },
  'heyuan-capital': { value: 1_540_000, from: '2025-10-01', to: '2027-10-01' },
  'songling-biotech': { value: 1_120_000, from: '2026-05-01', to: '2027-05-01' },
  'beichen-logistics': { value: 760_000, from: '2025-11-01', to: '2027-11-01' },
  'westgate-owners': { value: 2_050_000, from: '2026-01-01', to: '2028-01-01' },
};

/** One contract for each client: 2 minutes to acknowledge, 7 to be on site, 4 hours to resolve. */
export function contractsOf(): Contract[] {
  return CLIENTS.map((each) => {
    const value = VALUES[each.id];
    if (!value) throw new RangeError(`client ${each.id} has no contract`);
    return {
      id: contractId(each.id),
      client: each.id,
      version: 1,
      from: value.from,
      to: value.to,
      annualValue: value.value,
      currency: 'CNY',
      timeZone: 'Asia/Shanghai',
      terms: TERMS,
      downtimeAllowanceMinutes: 240,
    };
  });
}

/** A contract as an edge needs it: what it promises within how many seconds. */
export function targetsOf({ id, version, terms }: Contract): ContractTargets {
  return { id, version, terms: Object.fromEntries(terms.map(({ term, targetSeconds }) => [term, targetSeconds])) };
}

export function contractId(client: string): string {
  return `${client}-2026`;
}

function client(id: string, en: string, zh: string, kind: Client['kind'], since: string, officer: string): Client {
  return { id, name: { en, zh }, kind, since, officer };
}

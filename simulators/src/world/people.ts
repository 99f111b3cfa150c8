import type { Address, Crew, Person } from '@keepsite/edge-contract';

type Row = readonly [id: string, name: string, skills: readonly string[]];

const ROWS: readonly Row[] = [
  ['zhao-lei', '赵磊 Zhao Lei', ['plumbing', 'electrical']],
  ['sun-ting', '孙婷 Sun Ting', ['plumbing', 'electrical']],
  ['wu-gang', '吴刚 Wu Gang', ['elevator']],
  ['he-min', '何敏 He Min', ['elevator', 'electrical']],
  ['chen-bo', '陈博 Chen Bo', ['elevator', 'plumbing']],
  ['li-na', '李娜 Li Na', ['elevator', 'electrical']],
  ['ma-chao', '马超 Ma Chao', ['elevator', 'plumbing']],
  ['xu-yan', '徐燕 Xu Yan', ['electrical', 'plumbing']],
  ['huang-tao', '黄涛 Huang Tao', ['elevator', 'plumbing']],
  ['guo-fei', '郭飞 Guo Fei', ['elevator', 'electrical']],
  ['luo-dan', '罗丹 Luo Dan', ['plumbing']],
  ['tang-wei', '唐伟 Tang Wei', ['elevator', 'plumbing']],
  ['zhou-hong', '周红 Zhou Hong', ['supervisor']],
  ['feng-jun', '冯军 Feng Jun', ['manager']],
  ['duty-yunfan-bank', '云帆银行值班 Yunfan Bank duty desk', ['client']],
  ['duty-binjiang', '滨江创新园值班 Binjiang Park duty desk', ['client']],
  ['duty-westgate', '业委会值班 Westgate duty contact', ['client']],
];

export const CREWS: Crew[] = [
  crew('dc-crew', 'Data center crew', '数据中心班组', ['zhao-lei', 'sun-ting', 'wu-gang']),
  crew('dc-standby', 'Next-door standby crew', '邻楼备勤班组', ['he-min', 'chen-bo']),
  crew('bj-crew', 'Binjiang crew', '滨江班组', ['chen-bo', 'li-na', 'ma-chao']),
  crew('bj-standby', 'Binjiang standby crew', '滨江备勤班组', ['xu-yan', 'he-min']),
  crew('wg-crew', 'Westgate crew', '西门班组', ['huang-tao', 'guo-fei', 'luo-dan']),
  crew('wg-standby', 'Westgate standby crew', '西门备勤班组', ['tang-wei', 'xu-yan']),
];

/** The people; everybody is reached over MQTT and the log, and through the webhook when one is given. */
export function peopleWith(webhook: string | undefined): Person[] {
  return ROWS.map(([id, name, skills]) => {
    const addresses: Address[] = [{ channel: 'mqtt', to: id }];
    if (webhook) addresses.push({ channel: 'webhook', to: webhook });
    addresses.push({ channel: 'log', to: id });
    return { id, name, skills: [...skills], addresses };
  });
}

function crew(id: string, en: string, zh: string, members: string[]): Crew {
  return { id, name: { en, zh }, members };
}

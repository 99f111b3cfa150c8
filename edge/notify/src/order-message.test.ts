import type { ContractorOrder, PageAbout } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { partsOf, textOf } from './message.ts';
import { pageJson } from './page-json.ts';
import { smsOf, smsWithLink } from './sms.ts';
import { examplePage } from './testing.ts';

const PUMPS: ContractorOrder = {
  id: 'inc-1.order.1.0',
  step: 1,
  by: null,
  contractor: 'pumps-east',
  contractorName: { en: 'East Pumps', zh: '东区水泵' },
  what: { en: 'Three\npumps', zh: '三台水泵' },
  quantity: 3,
  withinMinutes: 30,
  cost: '12000',
  currency: 'CNY',
  state: 'placed',
  wantedAt: '2026-03-02T08:16:00.000Z',
  asked: [],
  approvedBy: null,
  purse: 'inc-1',
  placedAt: '2026-03-02T08:16:00.000Z',
  dueAt: '2026-03-02T08:46:00.000Z',
  confirmedAt: null,
  overdueAt: null,
  arrivedAt: null,
  reason: null,
};

function about(kind: PageAbout['kind'], more: Partial<ContractorOrder> = {}) {
  const page = examplePage();
  const order = { ...PUMPS, ...more };
  const asked = {
    at: '2026-03-02T08:16:00.000Z',
    recordedAt: '2026-03-02T08:16:00.000Z',
    kind: 'approval_asked',
    by: { kind: 'system' as const, id: 'edge' },
    detail: { order: order.id, remaining: '5000.00' },
    seq: 9,
  };
  const incident = { ...page.incident, orders: [order], timeline: [asked] };
  return { ...page, incident, page: { ...page.page, about: { kind, order: order.id } } };
}

test('a contractor reads what, how many, until when, where and for how much, and no countdown of the crew’s', () => {
  const text = textOf(about('order'));
  expect(text.split('\n\n')[0]?.split('\n')).toEqual([
    '[派单] 三台水泵（×3） · A 座 3 号梯',
    '请于 2026-03-02 16:46 前到场',
    '费用：12000 CNY',
    '位置：A 座 3 号梯',
    '开始：2026-03-02 16:15:30',
    '响应：http://127.0.0.1:7070/incidents/inc-1',
  ]);
  expect(text).toContain('[ORDER] Three pumps (×3)');
  expect(text).not.toMatch(/left to be on site|距到场时限/);
});

test('whoever may approve reads the sum, what is left, and that nothing is ordered yet', () => {
  const text = textOf(about('approval', { state: 'asked' }));
  expect(text).toMatch(/\[待批准\] 三台水泵/);
  expect(text).toContain('Left of the emergency budget: 5000.00 CNY');
  expect(text).toContain('nothing is ordered until somebody approves it');
});

test('what is late, and what is called off, is told as such', () => {
  expect(textOf(about('overdue'))).toContain('应于 2026-03-02 16:46 前到场');
  expect(textOf(about('called_off', { reason: 'the rain stopped' }))).toContain('Reason: the rain stopped');
});

test('a provider that fills in a template gets the order as what has happened', () => {
  expect(partsOf({ ...about('order'), languages: ['en'] })).toMatchObject({
    what: '[ORDER] Three pumps (×3)',
    left: '-',
  });
});

test('whoever is sent to a repair reads what was reported', () => {
  const page = examplePage({ languages: ['zh'] });
  const repair = {
    id: 'report-1',
    category: 'plumbing',
    urgency: 'urgent',
    channel: 'form',
    text: '水管\n漏水',
    photos: [],
  } as const;
  const incident = { ...page.incident, repair: { ...repair, photos: [] } };
  expect(textOf({ ...page, incident }).split('\n')).toContain('水管 漏水');
});

/** As it goes out to the contractor, with the link that is its own. */
function toContractor(kind: PageAbout['kind'] = 'order') {
  const page = about(kind);
  const to = { person: 'contractor:pumps-east', name: '东区水泵', channel: 'sms', address: '+8613800000000' };
  return { ...page, page: { ...page.page, to }, link: 'https://edge.example/o/token' };
}

test('a contractor is asked to confirm or decline by its own link, also in a short message', () => {
  expect(textOf(toContractor()).split('\n')).toContain('确认或拒单：https://edge.example/o/token');
  expect(smsWithLink(toContractor()).split('\n').at(-1)).toBe('https://edge.example/o/token');
  expect(smsWithLink(about('order'))).toBe(smsOf(about('order')));
});

test('a contractor’s machine reads the order, and nothing of what the client was promised', () => {
  const told = pageJson(toContractor());
  expect(told).toMatchObject({
    incident: { id: 'inc-1' },
    about: 'order',
    order: { what: PUMPS.what, quantity: 3, dueAt: PUMPS.dueAt },
    link: 'https://edge.example/o/token',
  });
  expect(JSON.stringify(told)).not.toMatch(/clocks|verdict|fault|severity|5000\.00/);
});

test('whoever has the incident reads who does not come, why, and who is asked instead', () => {
  const page = about('turned_down', { state: 'turned_down', reason: 'all pumps are out' });
  expect(textOf(page)).toMatch(/\[承包商拒单\][^]*承包商：东区水泵\n原因：all pumps are out\n预案中已无其他承包商/);
  const west = { ...PUMPS, id: 'inc-1.order.1.0.1', instead: PUMPS.id, contractorName: { en: 'West', zh: '西区水泵' } };
  const orders = [...(page.incident.orders ?? []), west];
  expect(textOf({ ...page, incident: { ...page.incident, orders } })).toContain('已改派：西区水泵');
});

import type { IncidentChangeKind } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { en } from '../words/en.ts';
import { zh } from '../words/zh.ts';
import { entry, sampleIncident } from './sample.ts';
import { tell, TELLERS, tellActor, type Names } from './timeline.ts';

const names: Names = {
  asset: (id) => (id === 'lift-3' ? 'Lift 3' : id),
  person: (id) => ({ wang: 'Wang Wei', li: 'Li Na' })[id] ?? id,
};
const page = {
  id: 'pg',
  step: 0,
  to: { person: 'wang', name: 'Wang Wei', channel: 'sms', address: '1' },
  channel: 'sms',
  state: 'queued' as const,
  at: '2026-11-22T04:00:00.000Z',
  possibleDuplicate: false,
  reason: null,
};
const incident = sampleIncident({ pages: [page] });

/** One event of every kind: detail, what the English and what the Chinese line must hold. */
const CASES: Record<IncidentChangeKind, [detail: Record<string, unknown>, english: string, chinese: string]> = {
  opened: [{}, 'Passenger trapped: Lift 3. The clock starts.', '电梯困人，开始计时'],
  occurred: [{ occurrences: 3 }, '3 times in all', '累计 3 次'],
  upgraded: [{ severity: 'critical' }, 'Now Critical: its clocks start', '升级为紧急，开始计时'],
  condition: [{ condition: 'no_data' }, 'that is not a recovery', '不等于恢复'],
  step: [
    { step: 1, skipped: true, reason: 'nobody on call: dc-duty' },
    'Step 2 skipped: nobody is on call: dc-duty',
    '第 2 步跳过：无人值班: dc-duty',
  ],
  paged: [{ page: { ...page, possibleDuplicate: true } }, 'Paged Wang Wei by SMS (may be a duplicate)', '可能重复'],
  page: [
    { page: 'pg', state: 'failed', reason: 'no carrier' },
    'Page to Wang Wei by SMS: failed: no carrier',
    '发送失败：no carrier',
  ],
  acknowledged: [{ responder: 'wang' }, 'Wang Wei has it', 'Wang Wei 已接单'],
  released: [
    { responder: 'wang', reason: 'not on site in time' },
    'Wang Wei no longer has it: not on site in time',
    '未按时到场',
  ],
  handed_over: [{ from: 'wang', responder: 'li', reason: null }, 'from Wang Wei to Li Na', '由 Wang Wei 转交给 Li Na'],
  on_site: [{ responder: 'wang', proof: 'verified' }, 'Wang Wei is on site (verified)', '已到场（已核实）'],
  photo: [{ caption: 'the gap' }, 'Photo: the gap', '照片：the gap'],
  held: [
    { reason: 'grouped', text: { en: 'One of several', zh: '同批事件' } },
    'Held back (in a group): One of several',
    '暂缓通知（同批）：同批事件',
  ],
  unheld: [
    { reason: 'calm', text: { en: 'Calm again', zh: '已平稳' } },
    'Paged for itself from now on: Calm again',
    '恢复单独通知：已平稳',
  ],
  gathered: [{ text: { en: '1000 incidents', zh: '共 1000 起' } }, 'told of 1000 incidents', '通报：共 1000 起'],
  resolved: [
    { responder: 'wang', note: 'belt replaced' },
    'Wang Wei resolved it: belt replaced',
    '处理完毕：belt replaced',
  ],
  ordered: [
    {
      order: {
        what: { en: 'Three pumps', zh: '三台水泵' },
        contractorName: { en: 'East Pumps', zh: '东区水泵' },
        cost: '12000',
        currency: 'CNY',
      },
    },
    'Three pumps wanted from East Pumps for 12000 CNY',
    '需要 东区水泵 提供三台水泵，费用 12000 CNY',
  ],
  approval_asked: [
    { person: 'wang', cost: '60000', currency: 'CNY', remaining: '50000.00' },
    'Wang Wei was asked to approve 60000 CNY; 50000.00 CNY is left',
    '已请示 Wang Wei 批准 60000 CNY，授权余额 50000.00 CNY',
  ],
  approved: [{ responder: 'wang', note: null }, 'Wang Wei approved it', 'Wang Wei 已批准'],
  declined: [{ responder: null, reason: 'resolved' }, 'It was not ordered: Resolved', '未下单'],
  spent: [
    {
      what: { en: 'Three pumps', zh: '三台水泵' },
      contractorName: { en: 'East Pumps', zh: '东区水泵' },
      cost: '12000',
      currency: 'CNY',
      remaining: '38000.00',
      approvedBy: null,
    },
    'Three pumps ordered from East Pumps for 12000 CNY; 38000.00 CNY is left',
    '已向 东区水泵 下单：三台水泵，12000 CNY，授权余额 38000.00 CNY',
  ],
  order_confirmed: [{ order: 'o-1' }, 'the contractor has confirmed', '承包商已确认'],
  order_overdue: [{ order: 'o-1' }, 'overdue', '到场超时'],
  order_arrived: [{ order: 'o-1', inTime: true }, 'here in time', '按时到场'],
  order_called_off: [
    { order: 'o-1', cost: '12000', currency: 'CNY', reason: 'dry' },
    '12000 CNY given back: dry',
    '退回 12000 CNY',
  ],
  reported_again: [{ repair: { text: 'still drips' } }, 'Reported again: still drips', '再次报修：still drips'],
  arranged: [{ appointment: { at: '2026-11-22T04:00:00.000Z', by: 'li' } }, 'Li Na will come', 'Li Na 上门'],
  closed: [{ reason: null }, 'Closed', '结案'],
  cancelled: [{ reason: 'drill' }, 'Cancelled: drill', '撤销：drill'],
  noted: [{ text: 'fire brigade called' }, 'Note: fire brigade called', '备注：fire brigade called'],
  clock: [{ term: 'on_site', verdict: 'breached' }, 'Promise “On site” broken', '“到场”承诺超时'],
  adjusted: [
    { term: 'on_site', verdict: 'met', reason: 'heard late' },
    'adjusted to Met: heard late',
    '更正为达标：heard late',
  ],
};

describe('the timeline in words', () => {
  test.each(Object.entries(CASES))('tells %s in both languages', (kind, [detail, english, chinese]) => {
    expect(tell(entry(kind, detail), en, names, incident).text).toContain(english);
    expect(tell(entry(kind, detail), zh, names, incident).text).toContain(chinese);
  });

  test.each(Object.keys(TELLERS))('tells %s even when its detail is missing', (kind) => {
    const { text } = tell(entry(kind), en, names, incident);
    expect(text).not.toMatch(/undefined|null|NaN/);
    expect(text).not.toBe('');
  });

  test('a broken promise and a failed page look bad, a kept one good', () => {
    const tone = (kind: string, detail: Record<string, unknown>) => tell(entry(kind, detail), en, names, incident).tone;
    expect(tone('clock', { term: 'on_site', verdict: 'breached' })).toBe('bad');
    expect(tone('clock', { term: 'on_site', verdict: 'met' })).toBe('good');
    expect(tone('clock', { term: 'on_site', verdict: 'unknown' })).toBe('plain');
    expect(tone('page', { page: 'pg', state: 'failed' })).toBe('bad');
    expect(tone('page', { page: 'pg', state: 'accepted' })).toBe('quiet');
  });

  test('an event of a kind that this page does not know keeps its own name', () => {
    expect(tell(entry('teleported'), en, names, incident).text).toBe('teleported');
    expect(tell(entry('constructor'), en, names, incident).text).toBe('constructor');
  });

  test('says who did it and through which door', () => {
    const byPerson = { ...entry('noted'), by: { kind: 'person' as const, id: 'wang', via: 'cloud' as const } };
    expect(tellActor(byPerson, en, names)).toBe('Wang Wei, through the cloud');
    expect(tellActor(entry('step'), zh, names)).toBe('边缘');
    const byReporter = { ...entry('photo'), by: { kind: 'person' as const, id: 'report-0a1b', via: 'link' as const } };
    expect(tellActor(byReporter, en, names)).toMatch(/^whoever reported it/);
  });
});

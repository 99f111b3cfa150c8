import { FrozenPlan } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { messageOf, partsOf, textOf } from './message.ts';
import { examplePage } from './testing.ts';

test('the text says what, where, since when, how long is left, and where to answer, in both languages', () => {
  expect(textOf(examplePage())).toBe(
    [
      '[紧急] 3 号梯困人 · A 座 3 号梯 · 剩 6:48',
      '位置：A 座 3 号梯',
      '开始：2026-03-02 16:15:30',
      '距到场时限还剩 6:48',
      '响应：http://127.0.0.1:7070/incidents/inc-1',
      '',
      '[CRITICAL] Passenger trapped in Lift 3 · Tower A, Lift 3 · 6:48 left',
      'Where: Tower A, Lift 3',
      'Since: 2026-03-02 16:15:30',
      '6:48 left to be on site',
      'Answer: http://127.0.0.1:7070/incidents/inc-1',
    ].join('\n'),
  );
});

test('the remaining time is rounded down and turns into overdue time after the promise', () => {
  const at = (iso: string) => messageOf(examplePage({ now: Date.parse(iso) }), 'en').lines[2];
  expect(at('2026-03-02T08:22:29.121Z')).toBe('0:00 left to be on site');
  expect(at('2026-03-02T08:23:00.120Z')).toBe('On site overdue by 0:30');
});

test('a possible duplicate and a drill are labelled', () => {
  const page = examplePage({ possibleDuplicate: true });
  const drill = { ...page, incident: { ...page.incident, simulated: true } };
  expect(messageOf(drill, 'zh').lines).toContain('可能重复');
  expect(messageOf(drill, 'en').lines).toContain('Drill (simulated)');
});

test('whoever is alerted because a step reaches nobody is told so', () => {
  const page = examplePage();
  const steps = [{ afterSeconds: 0, page: ['duty'], to: [], nobody: 'nobody on call: duty' }];
  const plan = FrozenPlan.parse({ id: 'p', version: 1, terms: {}, proof: 'declared', steps });
  const told = { ...page, incident: { ...page.incident, plan } };
  expect(messageOf(told, 'en').lines[0]).toBe('This step reaches nobody, and you are told instead: duty');
  expect(messageOf(told, 'zh').lines[0]).toBe('本级无人可呼叫，特通知您：duty');
});

test('an incident without the on-site promise shows no countdown', () => {
  const page = examplePage();
  const text = textOf({ ...page, incident: { ...page.incident, clocks: [] } });
  expect(text).not.toMatch(/left|剩/);
});

test('whoever reads one language gets no other', () => {
  expect(textOf(examplePage({ languages: ['zh'] }))).not.toContain('Where');
  expect(textOf(examplePage({ languages: ['en'] }))).not.toContain('位置');
});

test('a name with line breaks and hidden turns of direction stays one line', () => {
  const page = examplePage({ place: { en: 'Lift\n[CRITICAL] all clear\u202E3', zh: '梯' }, languages: ['en'] });
  expect(textOf(page).split('\n')).toHaveLength(5);
});

test('a test message says so in every line that matters, and has no clock', () => {
  const text = textOf(examplePage({ test: true }));
  expect(text).toMatch(/^\[测试\][\s\S]*\[TEST\]/);
  expect(text).not.toMatch(/Lift 3|left/);
});

test('a drill says so before anything else, in both languages', () => {
  const drill = { ...examplePage(), incident: { ...examplePage().incident, drill: true } };
  for (const language of ['zh', 'en'] as const) {
    expect(messageOf(drill, language).headline).toMatch(/^【演练 DRILL】\[/);
    expect(partsOf(drill).what).toMatch(/^【演练 DRILL】/);
  }
  expect(textOf(drill)).toMatch(/不计入任何考核[^]*it counts nowhere/);
});

test('a page for many says how many, how bad the worst is, and what they are', () => {
  const text = { en: '1000 incidents; worst: Water leak, Pump room', zh: '共 1000 起；最严重：泵房漏水' };
  const worst = { incident: 'i-2', severity: 'critical', fault: 'leak' } as const;
  const group = { count: 1_000, worst, faults: [], assets: [], text, at: examplePage().incident.openedAt };
  const many = { ...examplePage(), incident: { ...examplePage().incident, severity: 'major' as const, group } };
  expect(messageOf(many, 'en').title).toMatch(/^\[CRITICAL\] .* and 999 more$/);
  expect(messageOf(many, 'zh').title).toMatch(/^\[紧急\] .*等 1000 起$/);
  expect(messageOf(many, 'zh').lines).toContain(text.zh);
});

test('what was held until now says why it comes so late', () => {
  const unheld = {
    reason: 'maintenance over',
    text: { en: 'Still lasts after the maintenance', zh: '检修已结束，故障仍在' },
    at: examplePage().incident.openedAt,
  };
  expect(messageOf({ ...examplePage(), incident: { ...examplePage().incident, unheld } }, 'en').lines).toContain(
    unheld.text.en,
  );
});

test('a call to many names the most urgent with the time they have, the places of the others, and how many there are', () => {
  const at = (n: number) => examplePage({ place: { en: `Lift ${n}`, zh: `${n} 号梯` } });
  const all = Array.from({ length: 100 }, (_, n) => at(n));
  const page = { ...at(0), together: all, link: 'http://127.0.0.1:7070/incidents' };
  const { headline, lines } = messageOf(page, 'en');
  expect(headline).toBe('[CRITICAL] People in danger in 100 incidents · Lift 0 · 6:48 left');
  expect(lines).toHaveLength(17);
  expect(lines[14]).toBe('[CRITICAL] Passenger trapped in Lift 3 · Lift 14 · 6:48 left');
  expect(lines[15]).toMatch(/^… and 85 more: Lift 15, Lift 16, .*, Lift 74$/);
  expect(lines[16]).toBe('Answer: http://127.0.0.1:7070/incidents');
  expect(messageOf(page, 'zh').headline).toBe('[紧急] 共 100 起人员危险 · 0 号梯 · 剩 6:48');
  expect(partsOf(page)).toMatchObject({
    severity: '紧急',
    title: '共 100 起人员危险',
    what: '[紧急] 共 100 起人员危险',
    where: '0 号梯',
    left: '剩 6:48',
  });
});

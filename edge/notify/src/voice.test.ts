import { expect, test } from 'vitest';
import { spokenOf } from './voice.ts';
import { examplePage } from './testing.ts';

const zh = { languages: ['zh'] } as const;
const en = { languages: ['en'] } as const;

test('a voice says how bad, what, where, since when, how long is left, and how to answer', () => {
  expect(spokenOf(examplePage(zh), 300)).toBe(
    '紧急，3 号梯困人。位置，A 座 3 号梯。16点15分开始。还剩6分48秒。请在收到的消息中应答，本电话不能按键应答。',
  );
  expect(spokenOf(examplePage(en), 300)).toBe(
    'Critical: Passenger trapped in Lift 3. Where: Tower A, Lift 3. Since 16:15. 6 minutes 48 seconds left. Answer in the message that you were sent; keys on this call do nothing.',
  );
});

test('what is over asks for no answer, and another day is named', () => {
  const { incident } = examplePage();
  const closed = { ...incident, response: 'closed' as const, clocks: [], openedAt: '2026-02-27T01:02:00.000Z' };
  expect(spokenOf(examplePage({ ...zh, incident: closed }), 300)).toBe(
    '紧急，3 号梯困人。位置，A 座 3 号梯。2月27日9点2分开始。',
  );
});

test('a promise that is broken is said as one, a test as one', () => {
  expect(spokenOf(examplePage({ ...zh, now: Date.parse('2026-03-02T08:23:31.000Z') }), 300)).toContain(
    '已超时1分0秒。',
  );
  expect(spokenOf(examplePage({ ...zh, test: true }), 300)).toMatch(/^测试，.*没有发生任何事件/);
});

test('names without end take nothing from the time and the way to answer', () => {
  const { incident } = examplePage();
  const endless = { en: 'flood '.repeat(100), zh: '水浸'.repeat(100) };
  const said = spokenOf(examplePage({ ...zh, incident: { ...incident, summary: endless }, place: endless }), 120);
  expect(Array.from(said).length).toBeLessThanOrEqual(120);
  expect(said).toContain('还剩6分48秒。请在收到的消息中应答');
});

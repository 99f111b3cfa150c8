import { instantMillis, ResponseBook } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { tend, enlist } from './alarm.ts';
import { Duty } from './duty.ts';
import { fileLadder, merged, rosterLadder, type AlarmLadder } from './ladder.ts';

const name = (text: string) => ({ en: text, zh: text });
const HERE = new Set(['sms', 'robot']);
/** Workdays from 08:00 to 20:00 somebody is on call, else nobody. */
const NOON = instantMillis('2026-03-02T12:00:00+08:00');
const NIGHT = instantMillis('2026-03-02T23:00:00+08:00');
const STEPS = [
  { afterSeconds: 0, page: ['duty'], channels: ['siren', 'sms'] },
  { afterSeconds: 20, when: 'not_accepted', page: ['duty'], channels: ['robot'] },
  { afterSeconds: 60, when: 'open', page: ['bo'] },
];

function bookOf(steps: object[], more: object = {}): ResponseBook {
  return ResponseBook.parse({
    people: ['an', 'bo'].map((id) => ({
      id,
      name: id,
      addresses: ['siren', 'sms', 'robot'].map((channel) => ({ channel, to: `${channel}-${id}` })),
    })),
    rosters: [
      {
        id: 'duty',
        version: 1,
        name: name('Duty'),
        zone: 'Asia/Shanghai',
        layers: [{ id: 'day', members: ['an'], from: '2026-01-01T00:00', hours: [{ from: '08:00', to: '20:00' }] }],
      },
    ],
    plans: [{ id: 'p', version: 1, severities: ['critical', 'major'], steps, alert: ['bo'] }],
    ...more,
  });
}
const ladder = (book: ResponseBook, at = NOON, channels = HERE) =>
  rosterLadder({ id: 'e1', book, sites: [{ id: 'tower', clients: ['bank'] }] }, at, channels);
const paged = (found: AlarmLadder | null) =>
  found?.steps.map(({ afterSeconds, to }) => [afterSeconds, to.map(({ address }) => address).join(' ')]);

describe('the ladder of a site’s plan', () => {
  test('pages who is on call then, over channels that the cloud has, and says whose plan it was', () => {
    const found = ladder(bookOf(STEPS));
    expect(paged(found)).toEqual([
      [0, 'sms-an'],
      [20, ''],
      [60, 'sms-bo robot-bo'],
    ]);
    expect(found?.steps[0]?.to[0]).toMatchObject({ person: 'an', duty: { list: 'roster', edge: 'e1', plan: 'p' } });
  });

  test('takes the step for pages that nobody accepts where the one before it cannot be sent from here', () => {
    expect(paged(ladder(bookOf(STEPS), NOON, new Set(['robot'])))).toEqual([
      [0, ''],
      [20, 'robot-an'],
      [60, 'robot-bo'],
    ]);
  });

  test('pages whom the plan alerts when nobody is on call', () => {
    expect(paged(ladder(bookOf(STEPS), NIGHT))?.[0]).toEqual([0, 'sms-bo robot-bo']);
  });

  test('is that of the plan that serves the site and its clients', () => {
    const [p] = bookOf(STEPS).plans;
    const other = { ...p, id: 'other', sites: ['mall'] };
    const plans = [other, { ...p, id: 'bank', clients: ['bank'] }, { ...p, id: 'rest' }];
    expect(ladder(bookOf(STEPS, { plans }))?.steps[0]?.to[0]?.duty).toMatchObject({ plan: 'bank' });
  });

  test('is none without a roster, without a plan, or where the cloud reaches nobody', () => {
    expect(ladder(bookOf([{ afterSeconds: 0, page: ['an'] }]))).toBeNull();
    expect(ladder(bookOf([], { plans: [] }))).toBeNull();
    expect(ladder(bookOf(STEPS), NOON, new Set(['webhook']))).toBeNull();
  });
});

test('several ladders are one: what is due together is one step, and the shortest repeat counts', () => {
  const file = fileLadder(
    Duty.parse({
      version: 1,
      people: [{ id: 'op', name: 'Op', addresses: [{ channel: 'sms', to: 'op' }] }],
      steps: [
        { afterSeconds: 0, page: ['op'] },
        { afterSeconds: 300, page: ['op'] },
      ],
    }),
  );
  const both = merged([file, ladder(bookOf(STEPS)) ?? file]);
  expect(paged(both)).toEqual([
    [0, 'op sms-an'],
    [20, ''],
    [60, 'sms-bo robot-bo'],
    [300, 'op'],
  ]);
  expect(both.repeatEverySeconds).toBe(900);
  expect(merged([])).toEqual({ steps: [], repeatEverySeconds: null });
});

test('an alarm knows which lists it was paged from, and two people of one id are both paged', () => {
  const [alarm] = enlist([], [{ edge: 'e1', since: NOON, until: null }], 0, NOON);
  const to = { person: 'an', name: 'An', channel: 'sms' };
  const twice: AlarmLadder = {
    repeatEverySeconds: null,
    steps: [
      {
        afterSeconds: 0,
        to: [
          { ...to, address: '138', duty: { list: 'roster', edge: 'e1', plan: 'p' } },
          { ...to, address: '139', duty: { list: 'file' } },
        ],
      },
    ],
  };
  const after = alarm && tend(alarm, twice, NOON);
  expect(new Set(after?.owed.map(({ id }) => id)).size).toBe(2);
  expect(after?.alarm.pagedBy).toEqual([{ list: 'roster', edge: 'e1', plan: 'p' }, { list: 'file' }]);
});

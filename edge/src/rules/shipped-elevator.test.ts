import { describe, expect, test } from 'vitest';
import { RULES } from './shipped.ts';
import { each, type Line, play, trial, type Word } from './trial.ts';

/** All shipped rules on a lift. */
const lift = (words: readonly Word[], until: number) => play(RULES, { kind: 'elevator' }, words, until);

describe('elevator', () => {
  const trapped: Word[] = [
    [0, 'mode', 'normal'],
    [0, 'speed_mps', 1.5],
    [0, 'door', 'closed'],
    [0, 'occupied', true],
    [10, 'speed_mps', 0],
  ];
  const RAISED = '60 raised elevator.entrapment critical';

  test('people are trapped after 50 s, and free when the door opens', () => {
    expect(lift([...trapped, [100, 'door', 'opening']], 200)).toEqual([
      RAISED,
      '100 cleared elevator.entrapment critical',
    ]);
  });

  test('from the direction and the head count, where that is what the lift tells', () => {
    const words: Word[] = [
      [0, 'door', 'closed'],
      [0, 'people', 2],
      [10, 'direction', 'none'],
    ];
    expect(lift(words, 100)).toEqual([RAISED]);
  });

  test.each<[string, Word[]]>([
    ['the door opens in time', [[59, 'door', 'opening']]],
    ['the lift drives on', [[59, 'speed_mps', 0.5]]],
    ['nobody is in it', [[0.5, 'occupied', false]]],
    ['a mechanic inspects', [[5, 'mode', 'inspection']]],
    ['the door cannot be read', [[0, 'door', null, { quality: 'bad' }]]],
  ])('not when %s', (_, more) => {
    const words = more[0]?.[2] === null ? trapped.filter(([, metric]) => metric !== 'door') : trapped;
    expect(lift([...words, ...more], 100)).toEqual([]);
  });

  test('a person who is lost for 9 s is still inside, also when already raised', () => {
    const flap: Word[] = [
      [20, 'occupied', false],
      [29, 'occupied', true],
      [70, 'occupied', false],
    ];
    expect(lift([...trapped, ...flap], 200)).toEqual([RAISED]);
  });

  test.each(['fire', 'emergency_power', 'seismic', 'out_of_service'])(
    'in mode %s people are trapped all the same',
    (mode) => {
      expect(lift([...trapped, [5, 'mode', mode]], 100)).toEqual([RAISED]);
    },
  );

  test('stopped outside the door zone after 45 s, and no more once it moves', () => {
    const words: Word[] = [
      [0, 'leveling_error_mm', -450],
      [0, 'speed_mps', 0],
      [80, 'speed_mps', 0.3],
    ];
    expect(lift(words, 100)).toEqual([
      '45 raised elevator.stopped-outside-door-zone major',
      '83 cleared elevator.stopped-outside-door-zone major',
    ]);
    expect(lift([[0, 'mode', 'inspection'], ...words], 100)).toEqual([]);
    expect(
      lift(
        [
          [0, 'leveling_error_mm', 200],
          [0, 'speed_mps', 0],
        ],
        100,
      ),
    ).toEqual([]);
  });

  test('runs with its door open; creeping to level does not count, nor does inspection', () => {
    const words: Word[] = [
      [0, 'door', 'open'],
      [5, 'speed_mps', -1.2],
      [20, 'speed_mps', 0],
    ];
    expect(lift(words, 60)).toEqual([
      '6 raised elevator.door-open-while-running critical',
      '25 cleared elevator.door-open-while-running critical',
    ]);
    expect(
      lift(
        [
          [0, 'door', 'open'],
          [5, 'speed_mps', 0.3],
        ],
        60,
      ),
    ).toEqual([]);
    expect(lift([[0, 'mode', 'inspection'], ...words], 60)).toEqual([]);
  });

  test('speed and door of one message do not add up across two stops', () => {
    const words: Word[] = [
      [0, 'door', 'open'],
      [0, 'speed_mps', 0],
      [5, 'speed_mps', 1.6],
      [5, 'door', 'closed'],
    ];
    expect(lift(words, 60)).toEqual([]);
  });

  test('a door that reopens five times in ten minutes; ordinary stops do not count', () => {
    const reopen = each(0, 480, 120, 'door', () => 'closing').concat(each(2, 482, 120, 'door', () => 'opening'));
    expect(lift(reopen, 500)).toEqual(['482 raised elevator.door-reopens minor']);
    const stops = (['opening', 'open', 'closing', 'closed'] as const).flatMap((door, i) =>
      each(i, 590, 20, 'door', () => door),
    );
    expect(lift(stops, 600)).toEqual([]);
    expect(lift([[0, 'mode', 'fire'], ...reopen], 500)).toEqual([]);
  });

  test.each([
    [10, []],
    [11, ['3 raised elevator.leveling-minor minor']],
    [-21, ['3 raised elevator.leveling-minor minor', '3 raised elevator.leveling-major major']],
  ])('%i mm off the landing: %j', (mm, lines) => {
    expect(
      lift(
        [
          [0, 'leveling_error_mm', mm],
          [0, 'door', 'open'],
        ],
        60,
      ),
    ).toEqual(lines);
  });

  test('levelling is over after an hour of good stops', () => {
    const words: Word[] = [
      [0, 'leveling_error_mm', 15],
      [0, 'door', 'open'],
      [60, 'leveling_error_mm', 2],
    ];
    expect(lift(words, 3700)).toEqual([
      '3 raised elevator.leveling-minor minor',
      '3660 cleared elevator.leveling-minor minor',
    ]);
  });

  test('vibration that grows by 4 % a day is told once', () => {
    const t = trial(RULES, { kind: 'elevator' });
    const lines: Line[] = [];
    for (let hour = 0; hour < 14 * 24; hour += 4)
      lines.push(...t.says(hour * 3600, 'vibration_mps2', 0.05 * (1 + 0.04 * Math.floor(hour / 24))));
    expect(lines).toEqual([expect.stringMatching(/raised elevator.vibration-trend minor$/)]);
  });
});

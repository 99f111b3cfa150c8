import type { Fault } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { test } from 'vitest';
import {
  cleared,
  flickers,
  inBoth,
  ordered,
  passed,
  raised,
  type StormHappening,
  stormHappenings,
} from './storm-happenings.ts';

const RUNS = 30;

const say = (asset: string, fault: Fault) => raised({ asset, fault });
const over = (asset: string, fault: Fault) => cleared({ asset, fault });
const [outage, standing] = [say('z0-board', 'power_loss'), say('z0-lift-0', 'safety_chain_open')];
const powerIsBack = over('z0-board', 'power_loss');
const stuck = say('z0-lift-0', 'stuck_button');

/** What happens seldom enough to be told; the newest is 0 back. */
const STORIES: Record<string, StormHappening[]> = {
  'what lasts two minutes after its cause is let out, and nobody has it any more': [
    outage,
    standing,
    ordered('acknowledge', 'li', 1),
    powerIsBack,
    passed(119),
    passed(1),
  ],
  'what is over while people are at the cause waits for them': [
    outage,
    standing,
    powerIsBack,
    over('z0-lift-0', 'safety_chain_open'),
    passed(121),
    ordered('resolve', 'li', 1),
  ],
  'what is over within the grace is resolved with its cause': [
    outage,
    standing,
    ordered('resolve', 'li', 1),
    over('z0-lift-0', 'safety_chain_open'),
    passed(121),
  ],
  'a cause is over with its sensor, though people were done with it later': [
    outage,
    standing,
    powerIsBack,
    passed(50),
    ordered('resolve', 'li', 1),
    passed(67),
    passed(1),
  ],
  'a cause that is closed explains nothing': [
    outage,
    standing,
    ordered('resolve', 'li', 1),
    ordered('close', 'li', 0, true),
  ],
  'a cause that is cancelled after it was resolved explains nothing': [
    outage,
    standing,
    ordered('resolve', 'li', 1),
    ordered('cancel', 'li', 0, true),
  ],
  'who takes the cause takes what follows those that it explains': [
    standing,
    stuck,
    outage,
    ordered('acknowledge', 'li', 0),
    ordered('arrive', 'wang', 0),
  ],
  'what the ladder takes back as it is let out, it takes back of all behind it': [
    standing,
    stuck,
    ordered('acknowledge', 'li', 1),
    outage,
    passed(301),
    ordered('cancel', 'wang', 0),
  ],
  'what the ladder takes back of the one it takes back of the others': [
    standing,
    stuck,
    ordered('acknowledge', 'li', 1),
    passed(297),
    passed(1),
  ],
  'who was at the first of those that flap has not taken the one that waits': [
    flickers({ asset: 'z0-sump-0', fault: 'leak' }),
    say('z0-sump-0', 'leak'),
    ordered('acknowledge', 'li', 0, true),
  ],
  'what goes on as one group is given back with all that was taken with it': [
    say('z1-board', 'power_loss'),
    standing,
    stuck,
    outage,
    ordered('acknowledge', 'li', 0),
    powerIsBack,
    passed(121),
  ],
  'what flaps explains nothing, and is told of once it has been calm for ten minutes': [
    flickers({ asset: 'z0-gateway', fault: 'no_data' }),
    say('z0-gateway', 'no_data'),
    passed(61),
    say('z0-lift-1', 'no_data'),
    over('z0-gateway', 'no_data'),
    passed(599),
    passed(1),
  ],
  'what flaps explains nothing that had begun before': [
    flickers({ asset: 'z0-gateway', fault: 'no_data' }),
    passed(61),
    say('z0-lift-1', 'no_data'),
    say('z0-gateway', 'no_data'),
  ],
  'a cause that is over explains nothing that begins': [outage, powerIsBack, standing],
  'whatever flaps is told of after an hour': [
    flickers({ asset: 'z0-sump-0', fault: 'leak' }),
    say('z0-sump-0', 'leak'),
    ...Array.from({ length: 8 }, () => [
      over('z0-sump-0', 'leak'),
      passed(250),
      say('z0-sump-0', 'leak'),
      passed(196),
    ]).flat(),
    passed(10),
  ],
};

test.each(Object.entries(STORIES))('%s', async (_, story) => {
  await inBoth(story);
});

test('whatever comes at once, what is explained, flapping and grouped waits for whom it was promised to wait', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(stormHappenings, { maxCommands: 40, size: 'max' }), async (commands) => {
      await inBoth(commands);
    }),
    { numRuns: RUNS },
  );
}, 60_000);

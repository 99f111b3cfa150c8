import type { Plan, PlanStep } from '@keepsite/edge-contract';

/** Who is paged at a site, rung by rung. */
interface Ladder {
  readonly site: string;
  readonly first: string;
  readonly next: string;
  readonly duty: string;
}

const LADDERS: readonly Ladder[] = [
  { site: 'qiantang-dc', first: 'dc-crew', next: 'dc-standby', duty: 'duty-yunfan-bank' },
  { site: 'binjiang-park', first: 'bj-crew', next: 'bj-standby', duty: 'duty-binjiang' },
  { site: 'westgate-park', first: 'wg-crew', next: 'wg-standby', duty: 'duty-westgate' },
];

const SUPERVISOR = 'zhou-hong';
const MANAGER = 'feng-jun';

/** The seven-minute plan of each site: 2 minutes to acknowledge, 7 to be on site, 4 hours to resolve. */
export function plans(): Plan[] {
  return LADDERS.map((ladder) => ({
    id: `seven-minutes-${ladder.site}`,
    version: 1,
    sites: [ladder.site],
    terms: { acknowledge: 120, on_site: 420, resolve: 14_400 },
    proof: 'declared',
    clockSeverities: ['critical', 'major'],
    steps: stepsOf(ladder),
  }));
}

function stepsOf({ first, next, duty }: Ladder): PlanStep[] {
  return [
    step(0, 'always', [first], 'page the crew'),
    step(20, 'not_accepted', [first, next], 'no channel has taken a page: try everybody near'),
    step(60, 'open', [first, next], 'nobody has acknowledged: both crews'),
    step(120, 'open', [SUPERVISOR, first, next], 'supervisor and everybody on shift'),
    step(210, 'open', [MANAGER, duty], 'manager and the client’s duty contact'),
    {
      ...step(300, 'not_on_site', [next, SUPERVISOR], 'acknowledged, not on site: the claim is released'),
      release: true,
    },
    step(360, 'not_on_site', [first, next, SUPERVISOR, MANAGER], 'one minute before the promise breaks'),
  ];
}

function step(afterSeconds: number, when: PlanStep['when'], page: string[], note: string): PlanStep {
  return { afterSeconds, when, page, release: false, note };
}

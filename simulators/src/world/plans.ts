import type { Authority, Dispatch, Plan, PlanStep } from '@keepsite/edge-contract';

/** Who is paged at a site, rung by rung. */
interface Ladder {
  readonly site: string;
  readonly first: string;
  readonly next: string;
  readonly duty: string;
}

const LADDERS: readonly Ladder[] = [
  { site: 'qiantang-dc', first: 'dc-duty', next: 'dc-standby', duty: 'duty-yunfan-bank' },
  { site: 'binjiang-park', first: 'bj-duty', next: 'bj-standby', duty: 'duty-binjiang' },
  { site: 'westgate-park', first: 'wg-duty', next: 'wg-standby', duty: 'duty-westgate' },
];

const SUPERVISOR = 'zhou-hong';
const MANAGER = 'feng-jun';

const FLOODS = ['level_rising', 'level_high'];

/** What the project manager may spend with nobody's leave, and whom he may call. */
const AUTHORITY: Authority = {
  budget: { amount: '50000', currency: 'CNY' },
  per: 'month',
  contractors: [
    {
      id: 'qianjiang-pumps',
      name: { en: 'Qianjiang Pump Hire', zh: '钱江水泵租赁' },
      addresses: [{ channel: 'log', to: 'qianjiang-pumps' }],
    },
    {
      id: 'anti-elevator',
      name: { en: 'Anti Elevator Service', zh: '安梯电梯维保' },
      addresses: [{ channel: 'log', to: 'anti-elevator' }],
    },
  ],
  approvers: [SUPERVISOR, MANAGER],
  askNextAfterSeconds: 120,
};

/** Water does not wait for a signature: three pumps within half an hour. */
const PUMPS: Dispatch = {
  contractor: 'qianjiang-pumps',
  order: { en: 'Pumps with hoses', zh: '抽水泵（含水带）' },
  quantity: 3,
  withinMinutes: 30,
  cost: '12000',
};

/** For each site one plan for floods, which orders pumps by itself, and one for everything else. */
export function plans(): Plan[] {
  return LADDERS.flatMap((ladder) => {
    const usual = usualPlan(ladder);
    const steps = usual.steps.map((each) => (each.afterSeconds === 120 ? { ...each, dispatch: [PUMPS] } : each));
    return [{ ...usual, id: `flood-${ladder.site}`, faults: FLOODS, steps }, usual];
  });
}

/** Seven minutes: 2 to acknowledge, 7 to be on site, 4 hours to resolve. */
function usualPlan(ladder: Ladder): Plan {
  return {
    id: `seven-minutes-${ladder.site}`,
    version: 1,
    sites: [ladder.site],
    terms: { acknowledge: 120, on_site: 420, resolve: 14_400 },
    proof: 'declared',
    clockSeverities: ['critical', 'major'],
    steps: stepsOf(ladder),
    alert: [SUPERVISOR],
    authority: AUTHORITY,
  };
}

function stepsOf({ first, next, duty }: Ladder): PlanStep[] {
  return [
    step(0, 'always', [first], { en: 'page who is on duty', zh: '呼叫当班人员' }),
    step(20, 'not_accepted', [first, next], {
      en: 'no channel has taken a page: try everybody near',
      zh: '通知均未送出：呼叫附近所有人',
    }),
    step(60, 'open', [first, next], { en: 'nobody has acknowledged: the standby crew too', zh: '无人响应：加呼备班' }),
    step(120, 'open', [SUPERVISOR, first, next], {
      en: 'supervisor and everybody on shift',
      zh: '呼叫主管及全体当班人员',
    }),
    step(210, 'open', [MANAGER, duty], {
      en: 'manager and the client’s duty contact',
      zh: '呼叫经理及客户值班联系人',
    }),
    {
      ...step(300, 'not_on_site', [next, SUPERVISOR], {
        en: 'acknowledged, not on site: the claim is released',
        zh: '已响应但未到场：收回接单，另派他人',
      }),
      release: true,
    },
    step(360, 'not_on_site', [first, next, SUPERVISOR, MANAGER], {
      en: 'one minute before the promise breaks',
      zh: '距承诺到场时限还有一分钟',
    }),
  ];
}

function step(
  afterSeconds: number,
  when: PlanStep['when'],
  page: string[],
  note: Exclude<PlanStep['note'], string | undefined>,
): PlanStep {
  return { afterSeconds, when, page, release: false, note };
}

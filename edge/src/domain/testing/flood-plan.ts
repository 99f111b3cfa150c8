import type { Dispatch, FrozenAuthority, FrozenPlan, Recipient } from '@keepsite/edge-contract';

const at = (person: string, name: string): Recipient => ({ person, name, channel: 'mqtt', address: person });

export const PUMPS: Dispatch = {
  contractor: 'pumps-east',
  order: { en: 'Three pumps', zh: '三台水泵' },
  quantity: 3,
  withinMinutes: 30,
  cost: '12000',
};

/** What a flood may cost: 50,000 CNY an incident, two contractors, two who may approve more. */
export const FLOOD_AUTHORITY: FrozenAuthority = {
  budget: { amount: '50000', currency: 'CNY' },
  per: 'incident',
  askNextAfterSeconds: 120,
  timeZone: 'Asia/Shanghai',
  contractors: [
    { id: 'pumps-east', name: { en: 'East Pumps', zh: '东区水泵' }, to: [at('contractor:pumps-east', '东区水泵')] },
    { id: 'lift-care', name: { en: 'Lift Care', zh: '梯安' }, to: [at('contractor:lift-care', '梯安')] },
  ],
  approvers: [
    { person: 'wang', to: [at('wang', '王主管')] },
    { person: 'chen', to: [at('chen', '陈总')] },
  ],
};

/** A ladder of one crew whose second step, after a minute, orders `dispatch`. */
export function floodPlan(
  authority: Partial<FrozenAuthority> = {},
  dispatch: readonly Dispatch[] = [PUMPS],
): FrozenPlan {
  const step = (afterSeconds: number, ...to: Recipient[]) => ({
    afterSeconds,
    when: 'not_on_site' as const,
    page: to.map(({ person }) => person),
    release: false,
    to,
  });
  return {
    id: 'flood',
    version: 1,
    terms: { acknowledge: 120, on_site: 420 },
    proof: 'declared',
    steps: [step(0, at('li', '李师傅')), { ...step(60), dispatch: [...dispatch] }, step(300, at('zhao', '赵师傅'))],
    authority: { ...FLOOD_AUTHORITY, ...authority },
  };
}
